'use client';
import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, Scissors } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, wordsOf } from '@/components/shell/api';
import { Tag } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Scrollable } from '@/components/ui/scrollable';
import { Spinner } from '@/components/ui/spinner';
import type { Coverage, CoverageCell, CoverageState } from '@/lib/evidence/coverage';

/** Icon, word and colour: none of them alone carries it. */
const STATES: Record<
  CoverageState,
  { word: string; tone: 'good' | 'high' | 'neutral' | 'bad' | 'medium'; Icon: typeof CircleCheck }
> = {
  answered: { word: 'Answered', tone: 'good', Icon: CircleCheck },
  truncated: { word: 'Cut short', tone: 'high', Icon: Scissors },
  empty: { word: 'Nothing found', tone: 'neutral', Icon: CircleSlash },
  failed: { word: 'Failed', tone: 'bad', Icon: CircleAlert },
  unqueried: { word: 'Not asked', tone: 'medium', Icon: CircleDashed },
};
/** After a number of calls. */
const COUNTED = { answered: 'answered', truncated: 'cut short', empty: 'found nothing', failed: 'failed' } as const;
/** What was not looked at stands first. */
const ORDER: CoverageState[] = ['unqueried', 'failed', 'truncated', 'empty', 'answered'];
/** Receipts named in a cell; the rest is a number. */
const NAMED = 3;

type CoverageTableProps = {
  investigationId: string;
  /** Read again when it changes: the receipts and the text there are. */
  of: string;
  onEvidence: (number: number) => void;
};

/** Sources by hypotheses: what was looked at, and what was not. */
export function CoverageTable({ investigationId, of, onEvidence }: CoverageTableProps) {
  const [coverage, setCoverage] = useState<Coverage | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `of` and `attempt` ask again
  useEffect(() => {
    const abort = new AbortController();
    setProblem(null);
    api
      .get('/api/investigations/{id}/coverage', { params: { id: investigationId }, signal: abort.signal })
      .then(setCoverage)
      .catch((error: unknown) => !abort.signal.aborted && setProblem(wordsOf(error)));
    return () => abort.abort();
  }, [investigationId, of, attempt]);

  if (problem) {
    return (
      <p className="p-3 text-bad text-xs" role="alert">
        {problem}{' '}
        <Button size="sm" onClick={() => setAttempt((n) => n + 1)}>
          Try again
        </Button>
      </p>
    );
  }
  if (!coverage) {
    return (
      <p className="flex items-center gap-2 p-3 text-ink-3 text-xs">
        <Spinner /> Reading what was asked
      </p>
    );
  }
  if (coverage.sources.length === 0) {
    return (
      <EmptyState title="Nothing was looked at yet">
        Once a run has listed the sources, each stands here with what was asked of it.
      </EmptyState>
    );
  }
  const { hypotheses } = coverage;
  const sources = [...coverage.sources].sort((a, b) => ORDER.indexOf(a.overall.state) - ORDER.indexOf(b.overall.state));
  const unseen = sources.filter(({ overall }) => overall.state === 'unqueried' || overall.state === 'failed');
  return (
    <div className="space-y-2 p-3 text-xs">
      <p className="text-ink-2">
        {unseen.length === 0
          ? `All ${sources.length} sources were asked. What was not found there may still be elsewhere.`
          : `Not looked at: ${unseen.map(({ source, server }) => source ?? server).join(', ')}.`}
      </p>
      {hypotheses.length === 0 ? (
        <p className="text-ink-3">
          The report has no numbered hypotheses yet; what each rests on is shown once it has.
        </p>
      ) : (
        <ol className="space-y-0.5 text-ink-2">
          {hypotheses.map(({ name, status }, index) => (
            <li key={name} className="flex gap-1.5">
              <span className="w-4 shrink-0 font-mono text-ink-3">H{index + 1}</span>
              <span className="min-w-0 [overflow-wrap:anywhere]">
                {name}
                {status && <span className="text-ink-3"> ({status})</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
      <Scrollable label="Coverage" className="rounded border border-line">
        <table className="w-full border-collapse">
          <caption className="sr-only">
            What was asked of each source, in the whole case and in the receipts that each hypothesis cites
          </caption>
          <thead className="bg-sunken text-left text-ink-2">
            <tr>
              <th scope="col" className="px-2 py-1 font-medium">
                Source
              </th>
              <th scope="col" className="whitespace-nowrap px-2 py-1 font-medium">
                Whole case
              </th>
              {hypotheses.map(({ name }, index) => (
                <th key={name} scope="col" className="px-2 py-1 font-medium" title={name}>
                  H{index + 1}
                  <span className="sr-only">: {name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sources.map(({ server, source, overall, cells }) => (
              <tr key={`${server} ${source ?? ''}`} className="border-line border-t align-top">
                <th scope="row" className="min-w-32 px-2 py-1 text-left font-mono font-normal [overflow-wrap:anywhere]">
                  {source ?? server}
                  <span className="block font-sans text-2xs text-ink-3">{source === null ? 'server' : server}</span>
                </th>
                <StateCell cell={overall} onEvidence={onEvidence} />
                {cells.map((cell, index) => (
                  <StateCell key={index} cell={cell} onEvidence={onEvidence} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
      <p className="text-2xs text-ink-3">
        A cell says the best that its calls brought. H columns count the receipts cited under a hypothesis: “Not asked”
        there means that the hypothesis rests on nothing from that source.
      </p>
    </div>
  );
}

function StateCell({ cell, onEvidence }: { cell: CoverageCell; onEvidence: (number: number) => void }) {
  const { word, tone, Icon } = STATES[cell.state];
  const others = (['answered', 'truncated', 'empty', 'failed'] as const).filter(
    (state) => state !== cell.state && cell.counts[state] > 0,
  );
  return (
    <td className="px-2 py-1" data-state={cell.state}>
      <Tag tone={tone} icon={<Icon />}>
        {word}
      </Tag>
      {others.length > 0 && (
        <span className="block text-2xs text-ink-3">
          {others.map((state) => `${cell.counts[state]} ${COUNTED[state]}`).join(', ')}
        </span>
      )}
      {cell.evidence.length > 0 && (
        <span className="flex flex-wrap items-center gap-x-1 text-2xs">
          {cell.evidence.slice(0, NAMED).map((number) => (
            <button
              key={number}
              type="button"
              aria-label={`Show evidence E${number}`}
              className="min-h-6 min-w-6 font-mono text-accent hover:underline"
              onClick={() => onEvidence(number)}
            >
              E{number}
            </button>
          ))}
          {cell.evidence.length > NAMED && <span className="text-ink-3">+{cell.evidence.length - NAMED}</span>}
        </span>
      )}
    </td>
  );
}
