'use client';
import { useState } from 'react';
import { api, errorMessage } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { Time } from '@/components/ui/time';
import type { HistoryEntry } from '@/lib/investigations/schema';

export type Comparison = { before: string; after: string; title: string };

type CaseHistoryProps = {
  investigationId: string;
  /** Cases that came with the samples are not committed. */
  sample: boolean;
  history: HistoryEntry[];
  onCompare: (comparison: Comparison) => void;
};

/** The approved revisions and their commits, and the difference between any two. */
export function CaseHistory({ investigationId, sample, history, onCompare }: CaseHistoryProps) {
  const [from, setFrom] = useState(history[1]?.revision ?? '');
  const [to, setTo] = useState(history[0]?.revision ?? '');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  if (history.length === 0) return <p className="text-ink-2">Not approved yet. This is the draft.</p>;
  const options = history.map(({ revision, number }) => ({ value: revision, label: `Revision ${number}` }));
  const nameOf = (revision: string) => options.find((option) => option.value === revision)?.label ?? '';
  const textOf = async (revision: string) =>
    (await api.get('/api/investigations/{id}/history/{revision}', { params: { id: investigationId, revision } }))
      .markdown;
  const compare = async (before: string, after: string) => {
    setProblem('');
    setBusy(true);
    try {
      const texts = await Promise.all([textOf(before), textOf(after)]);
      onCompare({ before: texts[0], after: texts[1], title: `${nameOf(before)} to ${nameOf(after)}` });
    } catch (error) {
      setProblem(errorMessage(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ol className="flex flex-col gap-2">
        {history.map((entry) => (
          <li key={entry.revision}>
            <p className="flex items-center gap-1.5">
              <span className="font-medium">Revision {entry.number}</span>
              {entry.commit ? (
                <>
                  <code className="font-mono text-ink-2 text-xs" title={entry.commit}>
                    {entry.commit.slice(0, 10)}
                  </code>
                  <CopyButton text={entry.commit} label={`Copy commit id of revision ${entry.number}`} />
                </>
              ) : (
                <span className="text-ink-3 text-xs">approved, {sample ? 'no commit (sample)' : 'commit pending'}</span>
              )}
            </p>
            <p className="text-ink-2 text-xs">
              {entry.author.name}, approved by {entry.reviewer?.name ?? 'a deleted user'},{' '}
              <Time value={entry.approvedAt} />
            </p>
          </li>
        ))}
      </ol>
      {history.length > 1 && (
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <Select label="From" options={options} value={from} onChange={setFrom} size="sm" />
          <span aria-hidden className="text-ink-3">
            to
          </span>
          <Select label="To" options={options} value={to} onChange={setTo} size="sm" />
          <Button size="sm" busy={busy} onClick={() => void compare(from, to)}>
            Compare
          </Button>
        </div>
      )}
      <Problem>{problem}</Problem>
    </>
  );
}
