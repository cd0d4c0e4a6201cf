'use client';
import { useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Button } from '@/components/ui/button';
import { Scrollable } from '@/components/ui/scrollable';
import { Spinner } from '@/components/ui/spinner';
import { cellText } from './format';

/** Rows on a page, and in one answer of the server. */
const SHOWN = 50;
const BLOCK = 500;

/** The result of an evidence record, fetched when it is opened, page by page. */
export function EvidenceResult({ investigationId, number }: { investigationId: string; number: number }) {
  const [offset, setOffset] = useState(0);
  const [revealed, setRevealed] = useState(false);
  // In blocks as the server sends them; pages of a block need no request.
  const request = {
    params: { id: investigationId, number: String(number) },
    query: { offset: offset - (offset % BLOCK), ...(revealed ? { reveal: 'true' } : {}) },
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
          {detail.text || 'The result is empty.'}
        </Scrollable>
      </>
    );
  }
  const { columns, rows, total } = detail.table;
  if (total === 0) return <p className="text-ink-2">No rows matched this query.</p>;
  const page = rows.slice(offset - detail.table.offset, offset - detail.table.offset + SHOWN);
  return (
    <div>
      {secrets}
      <Scrollable label={`Result of E${number}`} className="max-h-96 rounded border border-line">
        <table className="w-full border-collapse font-mono text-2xs">
          <thead className="sticky top-0 bg-sunken text-ink-2">
            <tr>
              {columns.map((column, index) => (
                <th key={index} scope="col" className="whitespace-nowrap px-1.5 py-1 text-left font-medium">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.map((row, index) => (
              <tr key={offset + index} className="border-line border-t align-top">
                {columns.map((_, column) => (
                  <Value key={column} value={row[column]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
      <p className="mt-1 flex items-center gap-2 text-ink-3">
        Rows {offset + 1}–{Math.min(offset + SHOWN, total)} of {total}
        {total > SHOWN && (
          <span className="ml-auto flex gap-1">
            <Button size="sm" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - SHOWN))}>
              Previous
            </Button>
            <Button size="sm" disabled={offset + SHOWN >= total} onClick={() => setOffset(offset + SHOWN)}>
              Next
            </Button>
          </span>
        )}
      </p>
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

function Value({ value }: { value: unknown }) {
  const text = cellText(value);
  const none = value === null || value === undefined;
  return (
    <td
      className={`max-w-72 px-1.5 py-0.5 ${none ? 'text-ink-3 italic' : 'text-ink'} ${typeof value === 'number' ? 'text-right tabular-nums' : ''}`}
    >
      {text.length > 80 ? (
        <details>
          <summary className="min-h-6 cursor-pointer truncate leading-6">{text.slice(0, 80)}…</summary>
          <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">{text.slice(0, 20_000)}</span>
        </details>
      ) : (
        <span className="whitespace-nowrap">{text}</span>
      )}
    </td>
  );
}
