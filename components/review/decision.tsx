'use client';
import { useState } from 'react';
import { errorMessage } from '@/components/shell/api';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { useKeptText } from './kept-text';
import type { ReviewHandle } from './use-review';

/** Fewer characters are no reason; the server says the same. */
const MIN_REASON = 10;

type DecisionProps = {
  handle: ReviewHandle;
  /** Errors that the checks found in this text; null while they run. */
  errors: number | null;
};

/** Approve, or ask for changes, naming the revision that is shown. Kept comments go with it. */
export function Decision({ handle, errors }: DecisionProps) {
  const { review } = handle;
  const [note, setNote] = useKeptText(`review.note.${review.id}`);
  const [reason, setReason] = useKeptText(`review.override.${review.id}`);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState<'approve' | 'request_changes' | null>(null);
  const { given, needed } = review.approvals;
  const approvals = (given.length > 0 || needed > 1) && (
    <p className="text-ink-2 text-xs">
      {given.length} of {needed} {needed === 1 ? 'approval' : 'approvals'}
      {given.length > 0 &&
        `: ${given.map(({ by, carriedFrom }) => by.name + (carriedFrom ? ` (of revision ${carriedFrom}, the same document)` : '')).join(', ')}`}
    </p>
  );
  if (!review.decision.allowed) {
    return (
      <>
        <p className="rounded-md bg-sunken px-3 py-2 text-ink-2 text-sm">{review.decision.reason}</p>
        {approvals}
        <Problem>{problem}</Problem>
      </>
    );
  }
  const decide = async (decision: 'approve' | 'request_changes') => {
    setBusy(decision);
    setProblem('');
    try {
      await handle.decide({
        decision,
        ...(note.trim() ? { note } : {}),
        ...(decision === 'approve' && reason.trim() ? { override: reason } : {}),
      });
      setNote('');
      setReason('');
    } catch (error) {
      setProblem(errorMessage(error));
    } finally {
      setBusy(null);
    }
  };
  const kept = review.threads.flatMap(({ comments }) => comments).filter(({ pending }) => pending).length;
  const blocked = (errors ?? 0) > 0 && !review.overrideReason && reason.trim().length < MIN_REASON;
  return (
    <div className="flex flex-col gap-2">
      {approvals}
      {(errors ?? 0) > 0 && (
        <Field
          label="Why approve it all the same?"
          hint={
            review.overrideReason
              ? `Said before: ${review.overrideReason}`
              : 'The checks found errors. Your reason stays in the audit and in the commit.'
          }
        >
          {(control) => (
            <Textarea {...control} rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
          )}
        </Field>
      )}
      <Field label="Note" hint="Needed when you ask for changes without a comment.">
        {(control) => <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      {kept > 0 && (
        <p className="text-ink-2 text-xs">
          {kept === 1 ? 'One comment of yours goes' : `${kept} comments of yours go`} with the decision.
        </p>
      )}
      <Problem>{problem}</Problem>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy === 'approve'} disabled={blocked} onClick={() => decide('approve')}>
          Approve revision {review.revision.number}
        </Button>
        <Button busy={busy === 'request_changes'} onClick={() => decide('request_changes')}>
          Request changes
        </Button>
      </div>
    </div>
  );
}
