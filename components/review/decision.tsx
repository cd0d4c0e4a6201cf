'use client';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { useKeptText } from '@/components/shell/kept-text';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { CheckFinding } from '@/lib/checks/finding';
import { findingKey } from '@/lib/checks/finding-key';
import type { ReviewDetail } from '@/lib/reviews/schema';
import { focusDecision } from './moving';
import { MIN_REASON, openErrors, overridesOf, readOverrideDraft, writeOverrideDraft } from './override-draft';
import { Overrides } from './overrides';
import type { ReviewHandle } from './use-review';

type DecisionProps = {
  handle: ReviewHandle;
  /** Errors that the checks found in this text; null while they run. */
  errors: CheckFinding[] | null;
  onLine: (line: number) => void;
};

/** Approve or request changes, for the revision that is shown. Pending comments are submitted with it. */
export function Decision({ handle, errors, onLine }: DecisionProps) {
  const { review } = handle;
  const [note, setNote] = useKeptText(`review.note.${review.id}`);
  const [reasons, setReasons] = useKeptText(`review.override.${review.id}`);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState<'approve' | 'request_changes' | null>(null);
  if (!review.decision.allowed) {
    return (
      <>
        <p className="rounded-md bg-sunken px-3 py-2 text-ink-2 text-sm">{review.decision.reason}</p>
        <Approvals review={review} />
        <Problem>{problem}</Problem>
      </>
    );
  }
  const earlier = new Set(review.overrides.map(({ key }) => key));
  const open = (errors ?? []).filter((error) => !earlier.has(findingKey(error)));
  const draft = readOverrideDraft(reasons, open);
  const decide = async (decision: 'approve' | 'request_changes') => {
    setBusy(decision);
    setProblem('');
    try {
      const overrides = overridesOf(draft);
      await handle.decide({
        decision,
        ...(note.trim() ? { note } : {}),
        ...(decision === 'approve' && overrides.length > 0 ? { overrides } : {}),
      });
      setNote('');
      setReasons('');
      // The buttons are gone: the outcome takes the focus.
      focusDecision();
    } catch (error) {
      setProblem(errorMessage(error));
    } finally {
      setBusy(null);
    }
  };
  const missing = openErrors(draft);
  return (
    <div className="flex flex-col gap-2">
      <Approvals review={review} />
      {open.length > 0 && (
        <Overrides
          errors={open}
          draft={draft}
          onChange={(next) => setReasons(writeOverrideDraft(next))}
          onLine={onLine}
        />
      )}
      <Field label="Note" hint="Required to request changes, unless you commented.">
        {(control) => <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <LeftOpen review={review} />
      {missing > 0 && (
        <p className="text-ink-2 text-xs">
          To approve, give each error a reason of at least {MIN_REASON} characters; {missing}{' '}
          {missing === 1 ? 'is' : 'are'} missing.
        </p>
      )}
      <Problem>{problem}</Problem>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy === 'approve'} disabled={missing > 0} onClick={() => decide('approve')}>
          Approve revision {review.revision.number}
        </Button>
        <Button busy={busy === 'request_changes'} onClick={() => decide('request_changes')}>
          Request changes
        </Button>
      </div>
    </div>
  );
}

/** Who has approved, where it takes more than one or somebody has. */
function Approvals({ review: { approvals } }: { review: ReviewDetail }) {
  const { given, needed } = approvals;
  if (given.length === 0 && needed <= 1) return null;
  const names = given.map(
    ({ by, carriedFrom }) => by.name + (carriedFrom ? ` (revision ${carriedFrom}, same text)` : ''),
  );
  return (
    <p className="text-ink-2 text-xs">
      {given.length} of {needed} {needed === 1 ? 'approval' : 'approvals'}
      {given.length > 0 && `: ${names.join(', ')}`}
    </p>
  );
}

/** What goes with the decision, and what it leaves open. */
function LeftOpen({ review: { threads, openTasks } }: { review: ReviewDetail }) {
  const unresolved = threads.filter(({ resolved }) => resolved === null).length;
  const kept = threads.flatMap(({ comments }) => comments).filter(({ pending }) => pending).length;
  return (
    <>
      {kept > 0 && (
        <p className="text-ink-2 text-xs">
          {kept} pending {kept === 1 ? 'comment is' : 'comments are'} submitted with the decision.
        </p>
      )}
      {unresolved > 0 && (
        <p className="flex items-start gap-1.5 rounded-md bg-medium-soft px-3 py-2 text-ink text-xs">
          <TriangleAlert aria-hidden className="mt-px size-3.5 shrink-0 text-medium" />
          {unresolved === 1 ? 'A thread is' : `${unresolved} threads are`} unresolved. Approving leaves{' '}
          {unresolved === 1 ? 'it' : 'them'} open.
        </p>
      )}
      {openTasks > 0 && (
        <p className="text-ink-2 text-xs">
          {openTasks === 1 ? '1 task is' : `${openTasks} tasks are`} still open. Approving leaves{' '}
          {openTasks === 1 ? 'it' : 'them'} open.
        </p>
      )}
    </>
  );
}
