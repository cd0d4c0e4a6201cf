'use client';
import { useState } from 'react';
import { ApiError, callApi, wordsOf } from '@/components/shell/call-api';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { ReviewDetail } from '@/lib/reviews/schema';

type DecisionProps = { review: ReviewDetail; onChange: (review: ReviewDetail) => void };

/** Approve, or ask for changes, naming the revision that is shown. */
export function Decision({ review, onChange }: DecisionProps) {
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState<'approve' | 'request_changes' | null>(null);
  if (!review.decision.allowed) {
    return (
      <>
        <p className="rounded-md bg-sunken px-3 py-2 text-ink-2 text-sm">{review.decision.reason}</p>
        <Problem>{problem}</Problem>
      </>
    );
  }
  const decide = async (decision: 'approve' | 'request_changes') => {
    setBusy(decision);
    setProblem('');
    try {
      const body = { decision, revision: review.revision.id, ...(note.trim() ? { note } : {}) };
      onChange(await callApi<ReviewDetail>('POST', `/api/reviews/${review.id}/decision`, { body }));
    } catch (error) {
      setProblem(wordsOf(error));
      // Somebody decided or submitted meanwhile: show how it stands now, the reason stays in sight.
      if (error instanceof ApiError && (error.status === 409 || error.status === 403)) {
        await callApi<ReviewDetail>('GET', `/api/reviews/${review.id}`).then(onChange, () => {});
      }
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label="Note" hint="Needed when you ask for changes without a comment.">
        {(control) => <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <Problem>{problem}</Problem>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy === 'approve'} onClick={() => decide('approve')}>
          Approve revision {review.revision.number}
        </Button>
        <Button busy={busy === 'request_changes'} onClick={() => decide('request_changes')}>
          Request changes
        </Button>
      </div>
    </div>
  );
}
