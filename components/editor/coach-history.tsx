import { Time } from '@/components/ui/time';
import type { RunView } from '@/lib/agent/events';
import { isLive } from '@/lib/agent/run-status';
import type { ProposalView } from '@/lib/drafts/schema';

type CoachHistoryProps = {
  runs: RunView[];
  proposals: ProposalView[];
  onUse: (instruction: string) => void;
  onRun: (id: string) => void;
};

/** All coaching of this case: who asked what, about which text, and the result. */
export function CoachHistory({ runs, proposals, onUse, onRun }: CoachHistoryProps) {
  const coached = runs.filter((run) => run.instruction);
  if (coached.length === 0) return null;
  return (
    <details className="mb-1.5 text-xs">
      <summary className="cursor-pointer py-0.5 text-ink-3">Previous coaching ({coached.length})</summary>
      <ol aria-label="Previous coaching" className="mt-1 max-h-48 space-y-1 overflow-auto">
        {coached.map((run) => (
          <li key={run.id} className="rounded border border-line bg-surface px-1.5 py-1">
            {run.quote && (
              <blockquote className="line-clamp-2 border-line border-l-2 pl-1.5 text-ink-3 [overflow-wrap:anywhere]">
                {run.quote.text}
              </blockquote>
            )}
            <p className="line-clamp-3 text-ink-2 [overflow-wrap:anywhere]" title={run.instruction ?? ''}>
              {run.instruction}
            </p>
            <p className="flex flex-wrap items-center gap-x-2 text-2xs text-ink-3">
              <span>{run.requestedBy.name}</span>
              <Time value={run.createdAt} show="age" />
              <span>{outcomeOf(run, proposals)}</span>
              <span className="ml-auto flex gap-2">
                <button
                  type="button"
                  className="min-h-6 text-accent hover:underline"
                  onClick={() => onUse(run.instruction ?? '')}
                >
                  Use again
                </button>
                <button type="button" className="min-h-6 text-accent hover:underline" onClick={() => onRun(run.id)}>
                  Show the run
                </button>
              </span>
            </p>
          </li>
        ))}
      </ol>
    </details>
  );
}

function outcomeOf(run: RunView, proposals: ProposalView[]): string {
  if (isLive(run.status)) return run.status === 'waiting' ? 'waiting' : 'running';
  if (run.status !== 'succeeded') return run.status;
  if (run.kind === 'ask') return 'answered in a note';
  const hunks = proposals.filter((proposal) => proposal.runId === run.id).flatMap((proposal) => proposal.hunks);
  if (hunks.length === 0) return 'no changes proposed';
  const count = (status: 'accepted' | 'rejected') => hunks.filter((hunk) => hunk.status === status).length;
  return `${hunks.length} ${hunks.length === 1 ? 'change' : 'changes'}: ${count('accepted')} accepted, ${count('rejected')} rejected`;
}
