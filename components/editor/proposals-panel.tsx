'use client';
import { Check, UserPen, X } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { announce } from '@/components/shell/live-region';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { Time } from '@/components/ui/time';
import type { HunkView, ProposalView } from '@/lib/drafts/schema';
import { HunkDiff } from './hunk-diff';

export type Decide = (
  proposalId: string,
  choice: { accept?: 'all' | string[]; reject?: 'all' | string[] },
) => Promise<boolean>;

type ProposalsPanelProps = {
  proposals: ProposalView[];
  onDecide: Decide;
  /** Leads into the text, at this line. */
  onLine: (line: number) => void;
  /** Shows the line in the text and leaves the focus where it is: the next key is for the panel. */
  onShow: (line: number) => void;
  active: boolean;
};

/** Changes that a model proposes, hunk by hunk. None is in the report until a person accepts it. */
export function ProposalsPanel({ proposals, onDecide, onLine, onShow, active }: ProposalsPanelProps) {
  const open = useMemo(
    () => proposals.flatMap((proposal) => openHunks(proposal).map((hunk) => ({ proposal: proposal.id, hunk }))),
    [proposals],
  );
  const [at, setAt] = useState(-1);
  const [busy, setBusy] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const index = Math.max(0, Math.min(at, open.length - 1));
  const current = open[index];

  const show = (to: number) => {
    const next = Math.max(0, Math.min(open.length - 1, to));
    setAt(next);
    const target = open[next];
    if (!target) return;
    if (target.hunk.line !== null) onShow(target.hunk.line);
    list.current
      ?.querySelector<HTMLElement>(`[data-hunk="${CSS.escape(`${target.proposal} ${target.hunk.id}`)}"]`)
      ?.focus();
  };
  const decide = async (proposal: string, choice: Parameters<Decide>[1], key: string) => {
    if (busy) return;
    setBusy(key);
    const done = await onDecide(proposal, choice);
    setBusy(null);
    if (done) announce(choice.accept ? 'Change accepted' : 'Change rejected');
  };
  const decideCurrent = (what: 'accept' | 'reject') => {
    if (current) void decide(current.proposal, { [what]: [current.hunk.id] }, current.hunk.id);
  };

  const off = !active || open.length === 0;
  useShortcuts([
    { keys: 'n', label: 'Next proposed change', group: 'Proposals', run: () => show(at + 1), disabled: off },
    { keys: 'p', label: 'Previous proposed change', group: 'Proposals', run: () => show(index - 1), disabled: off },
    { keys: 'a', label: 'Accept this change', group: 'Proposals', run: () => decideCurrent('accept'), disabled: off },
    { keys: 'r', label: 'Reject this change', group: 'Proposals', run: () => decideCurrent('reject'), disabled: off },
  ]);

  usePassedFocus(list, open.length);

  if (proposals.length === 0) {
    return (
      <EmptyState title="No proposals">
        Once you have edited the report, coach the model in the Run tab. Its changes appear here to accept or reject;
        your text is never overwritten.
      </EmptyState>
    );
  }
  return (
    <div ref={list} tabIndex={-1} className="space-y-3 p-3 outline-none">
      {proposals.map((proposal) => (
        <ProposalSection
          key={proposal.id}
          proposal={proposal}
          busy={busy}
          onLine={onLine}
          current={current?.proposal === proposal.id ? current.hunk : null}
          onDecide={(choice, key) => void decide(proposal.id, choice, key)}
        />
      ))}
    </div>
  );
}

/** A card that was decided hands the focus to the list of those that are left, not to the page. */
function usePassedFocus(list: RefObject<HTMLElement | null>, count: number): void {
  const before = useRef(count);
  useEffect(() => {
    if (count < before.current && document.activeElement === document.body) list.current?.focus();
    before.current = count;
  }, [list, count]);
}

type ProposalSectionProps = {
  proposal: ProposalView;
  /** The hunk or proposal that is being decided. */
  busy: string | null;
  current: HunkView | null;
  onLine: (line: number) => void;
  onDecide: (choice: Parameters<Decide>[1], key: string) => void;
};

function ProposalSection({ proposal, busy, current, onLine, onDecide }: ProposalSectionProps) {
  const hunks = openHunks(proposal);
  return (
    <section aria-label="Proposal" className="text-xs">
      <div className="mb-1.5 flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-ink-2 [overflow-wrap:anywhere]">
          <span className="line-clamp-2 font-medium text-model" title={proposal.instruction ?? undefined}>
            {proposal.instruction ?? 'Investigation'}
          </span>
          <Time value={proposal.createdAt} className="text-ink-3" />
        </p>
        {hunks.length === 0 && <span className="text-ink-3">{decidedLabel(proposal)}</span>}
        {hunks.length > 1 && (
          <span className="flex gap-1">
            <Button size="sm" busy={busy === proposal.id} onClick={() => onDecide({ accept: 'all' }, proposal.id)}>
              Accept all {hunks.length}
            </Button>
            <Button size="sm" variant="danger" onClick={() => onDecide({ reject: 'all' }, proposal.id)}>
              Reject all
            </Button>
          </span>
        )}
      </div>
      <ul className="space-y-2">
        {hunks.map((hunk) => (
          <HunkCard
            key={hunk.id}
            hunk={hunk}
            name={`${proposal.id} ${hunk.id}`}
            current={current === hunk}
            busy={busy === hunk.id}
            onLine={onLine}
            onAccept={() => onDecide({ accept: [hunk.id] }, hunk.id)}
            onReject={() => onDecide({ reject: [hunk.id] }, hunk.id)}
          />
        ))}
      </ul>
    </section>
  );
}

type HunkCardProps = {
  hunk: HunkView;
  name: string;
  current: boolean;
  busy: boolean;
  onLine: (line: number) => void;
  onAccept: () => void;
  onReject: () => void;
};

function HunkCard({ hunk, name, current, busy, onLine, onAccept, onReject }: HunkCardProps) {
  return (
    <li
      data-hunk={name}
      tabIndex={-1}
      className={cx('overflow-hidden rounded border bg-surface', current ? 'border-accent' : 'border-line')}
    >
      <div className="flex items-center gap-1.5 border-line border-b bg-sunken px-2 py-1">
        {hunk.line === null ? (
          <Badge tone="high">Text has changed</Badge>
        ) : (
          <button
            type="button"
            className="min-h-[24px] text-accent hover:underline"
            onClick={() => onLine(hunk.line ?? 1)}
          >
            Line {hunk.line}
          </button>
        )}
        {hunk.touchesHuman && (
          <Badge tone="high">
            <UserPen aria-hidden className="size-3.5" /> Changes a person’s words
          </Badge>
        )}
        <span className="ml-auto flex gap-1">
          <Button size="sm" variant="quiet" onClick={onReject} aria-label="Reject this change">
            <X aria-hidden className="size-3.5 text-bad" /> Reject
          </Button>
          <Button
            size="sm"
            busy={busy}
            onClick={onAccept}
            disabled={hunk.line === null}
            aria-label="Accept this change"
          >
            <Check aria-hidden className="size-3.5 text-good" /> Accept
          </Button>
        </span>
      </div>
      <HunkDiff hunk={hunk} />
    </li>
  );
}

const openHunks = ({ hunks }: ProposalView): HunkView[] => hunks.filter(({ status }) => status === 'open');

function decidedLabel(proposal: ProposalView): string {
  const accepted = proposal.hunks.filter((hunk) => hunk.status === 'accepted').length;
  return `${accepted} of ${proposal.hunks.length} accepted`;
}
