'use client';
import { useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { Scrollable } from '@/components/ui/scrollable';
import { Spinner } from '@/components/ui/spinner';
import { ResultTable } from './result-table';

/** The result of an evidence record, fetched when it is opened. */
export function EvidenceResult({ investigationId, number }: { investigationId: string; number: number }) {
  const [revealed, setRevealed] = useState(false);
  const request = {
    params: { id: investigationId, number: String(number) },
    query: revealed ? { reveal: 'true' } : {},
  };
  const path = '/api/investigations/{id}/evidence/{number}';
  const { data: detail, error, refetch } = useApi(path, request, { version: number });
  if (error) {
    return (
      <p className="text-bad" role="alert">
        {errorMessage(error)}{' '}
        <Button size="sm" onClick={() => (revealed ? setRevealed(false) : void refetch())}>
          {revealed ? 'Show masked' : 'Try again'}
        </Button>
      </p>
    );
  }
  if (!detail) {
    return (
      <p className="flex items-center gap-2 text-ink-3">
        <Spinner /> Loading the result
      </p>
    );
  }
  const secrets = detail.masked && <Masked onReveal={() => setRevealed(true)} />;
  if (!detail.table) {
    return (
      <>
        {secrets}
        <Scrollable
          label={`Result of E${number}`}
          className="max-h-96 whitespace-pre-wrap rounded border border-line bg-sunken p-2 font-mono text-ink-2 [overflow-wrap:anywhere]"
        >
          {detail.text ||
            (detail.removedAt
              ? `The result was removed on ${detail.removedAt.slice(0, 10)} by the retention settings.`
              : 'The result is empty.')}
        </Scrollable>
      </>
    );
  }
  const { columns, rows, total } = detail.table;
  if (total === 0) return <p className="text-ink-2">No rows matched this query.</p>;
  return (
    <div>
      {secrets}
      <ResultTable
        key={String(revealed)}
        investigationId={investigationId}
        number={number}
        revealed={revealed}
        columns={columns}
        total={total}
        first={rows}
      />
    </div>
  );
}

/** Secrets are shown only on request, and each reveal is audited. */
function Masked({ onReveal }: { onReveal: () => void }) {
  return (
    <p className="mb-1 flex flex-wrap items-center gap-2 text-ink-2">
      Secrets are masked here, in prompts and in git.
      <Button size="sm" onClick={onReveal}>
        Reveal (leads only, audited)
      </Button>
    </p>
  );
}
