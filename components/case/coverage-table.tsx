'use client';
import { CircleAlert, CircleCheck, CircleDashed, CircleSlash, Scissors } from 'lucide-react';
import { errorMessage } from '@/components/shell/api';
import { useApi } from '@/components/shell/use-api';
import { Tag } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Scrollable } from '@/components/ui/scrollable';
import { Spinner } from '@/components/ui/spinner';
import type { CoverageCell, Coverage as CoverageData, CoverageState } from '@/lib/evidence/coverage';

/** Icon, word and colour: none of them alone carries it. */
const STATES: Record<
  CoverageState,
  { word: string; tone: 'good' | 'high' | 'neutral' | 'bad' | 'medium'; Icon: typeof CircleCheck }
> = {
  answered: { word: 'Answered', tone: 'good', Icon: CircleCheck },
  truncated: { word: 'Truncated', tone: 'high', Icon: Scissors },
  empty: { word: 'No results', tone: 'neutral', Icon: CircleSlash },
  failed: { word: 'Failed', tone: 'bad', Icon: CircleAlert },
  unqueried: { word: 'Not queried', tone: 'medium', Icon: CircleDashed },
};
/** After a count of calls. */
const COUNTED = { answered: 'answered', truncated: 'truncated', empty: 'without results', failed: 'failed' } as const;
/** Gaps come first. */
const ORDER: CoverageState[] = ['unqueried', 'failed', 'truncated', 'empty', 'answered'];
/** Evidence records named in a cell; the rest is a count. */
const NAMED = 3;

type CoverageTableProps = {
  investigationId: string;
  /** Read again when it changes: the evidence and the text have changed. */
  version: string;
  onEvidence: (number: number) => void;
};

/** Sources by hypotheses: what was queried, and what was not. */
export function CoverageTable({ investigationId, version, onEvidence }: CoverageTableProps) {
  const {
    data: coverage,
    error,
    refetch,
  } = useApi('/api/investigations/{id}/coverage', { params: { id: investigationId } }, { version });
  if (error) {
    return (
      <p className="p-3 text-bad text-xs" role="alert">
        {errorMessage(error)}{' '}
        <Button size="sm" onClick={() => void refetch()}>
          Try again
        </Button>
      </p>
    );
  }
  if (!coverage) {
    return (
      <p className="flex items-center gap-2 p-3 text-ink-3 text-xs">
        <Spinner /> Loading coverage
      </p>
    );
  }
  if (coverage.sources.length === 0) {
    return (
      <EmptyState title="No queries yet">
        Once a run lists the sources, each appears here with the queries it received.
      </EmptyState>
    );
  }
  return <Coverage coverage={coverage} onEvidence={onEvidence} />;
}

type CoverageProps = { coverage: CoverageData; onEvidence: (number: number) => void };

function Coverage({ coverage, onEvidence }: CoverageProps) {
  const { hypotheses } = coverage;
  const sources = [...coverage.sources].sort((a, b) => ORDER.indexOf(a.overall.state) - ORDER.indexOf(b.overall.state));
  const unseen = sources.filter(({ overall }) => overall.state === 'unqueried' || overall.state === 'failed');
  const complete = unseen.length === 0 && coverage.gaps.length === 0 && sources.every(({ gaps }) => gaps.length === 0);
  return (
    <div className="space-y-2 p-3 text-xs">
      <p className="text-ink-2">
        {unseen.length === 0
          ? `${sources.length === 1 ? 'The one source was' : `All ${sources.length} sources were`} queried${complete ? '' : ', with gaps'}. Events elsewhere are not covered.`
          : `Not covered: ${unseen.map(({ source, server }) => source ?? server).join(', ')}.`}
      </p>
      {coverage.gaps.length > 0 && (
        <ul aria-label="Coverage gaps" className="list-disc space-y-0.5 pl-4 text-ink-2 [overflow-wrap:anywhere]">
          {coverage.gaps.map((gap) => (
            <li key={gap}>{gap}</li>
          ))}
        </ul>
      )}
      <Hypotheses hypotheses={hypotheses} />
      <Scrollable label="Coverage" className="rounded border border-line">
        <table className="w-full border-collapse">
          <caption className="sr-only">
            Queries per source, in the whole case and in the evidence that each hypothesis cites
          </caption>
          <CoverageHead hypotheses={hypotheses} />
          <tbody>
            {sources.map((row) => (
              <SourceRow key={`${row.server} ${row.source ?? ''}`} row={row} onEvidence={onEvidence} />
            ))}
          </tbody>
        </table>
      </Scrollable>
      <p className="text-2xs text-ink-3">
        Each cell shows the best result of its calls. H columns count the evidence cited under a hypothesis: “Not
        queried” there means that the hypothesis cites nothing from that source.
      </p>
    </div>
  );
}

function Hypotheses({ hypotheses }: Pick<CoverageData, 'hypotheses'>) {
  if (hypotheses.length === 0)
    return (
      <p className="text-ink-3">
        The report has no hypotheses yet. Once it does, a column per hypothesis shows the evidence it cites.
      </p>
    );
  return (
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
  );
}

function CoverageHead({ hypotheses }: Pick<CoverageData, 'hypotheses'>) {
  return (
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
  );
}

type SourceRowProps = { row: CoverageData['sources'][number]; onEvidence: (number: number) => void };

function SourceRow({ row: { server, source, overall, cells, gaps }, onEvidence }: SourceRowProps) {
  return (
    <tr className="border-line border-t align-top">
      <th scope="row" className="min-w-32 px-2 py-1 text-left font-mono font-normal [overflow-wrap:anywhere]">
        {source ?? server}
        <span className="block font-sans text-2xs text-ink-3">{source === null ? 'server' : server}</span>
        {gaps.map((gap) => (
          <span key={gap} className="block font-sans text-2xs text-bad">
            <CircleAlert aria-hidden className="mr-1 inline size-3 align-text-bottom" />
            {gap}
          </span>
        ))}
      </th>
      <StateCell cell={overall} onEvidence={onEvidence} />
      {cells.map((cell, index) => (
        <StateCell key={index} cell={cell} onEvidence={onEvidence} />
      ))}
    </tr>
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
