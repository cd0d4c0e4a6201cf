'use client';
import { useState } from 'react';
import { callApi, wordsOf } from '@/components/shell/call-api';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import type { ReviewDetail } from '@/lib/reviews/schema';

/** Approve, or ask for changes, naming the revision that is shown. */
export function Decision({ review, onDecided }: { review: ReviewDetail; onDecided: (review: ReviewDetail) => void }) {
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  if (!review.decision.allowed) return <p className="text-ink-2 text-sm">{review.decision.reason}</p>;
  const decide = async (decision: 'approve' | 'request_changes') => {
    setBusy(true);
    setProblem('');
    try {
      const body = { decision, revision: review.revision.id, ...(note.trim() ? { note } : {}) };
      onDecided(await callApi<ReviewDetail>('POST', `/api/reviews/${review.id}/decision`, { body }));
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label="Note" hint="Needed when you ask for changes without a comment.">
        {(control) => <Textarea {...control} rows={3} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <Problem>{problem}</Problem>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={busy} onClick={() => decide('approve')}>
          Approve revision {review.revision.number}
        </Button>
        <Button busy={busy} onClick={() => decide('request_changes')}>
          Request changes
        </Button>
      </div>
    </div>
  );
}
