'use client';
import { type FormEvent, useState } from 'react';
import { callApi, wordsOf } from '@/components/shell/call-api';
import { Button } from '@/components/ui/button';
import { Field, Textarea } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Time } from '@/components/ui/time';
import type { CommentView } from '@/lib/reviews/schema';
import { Unseen } from './diff-line';
import type { LineAnchor } from './diff-view';

/** What was said, oldest first. */
export function Thread({ comments }: { comments: CommentView[] }) {
  if (comments.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {comments.map((comment) => (
        <li key={comment.id} className="rounded-md border border-line bg-raised px-3 py-2 text-sm">
          <p className="text-ink-3 text-xs">
            <span className="font-medium text-ink">{comment.author.name}</span> · <Time value={comment.createdAt} />
          </p>
          <p className="mt-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
            <Unseen text={comment.body} />
          </p>
        </li>
      ))}
    </ul>
  );
}

type ComposerProps = { reviewId: string; anchor: LineAnchor | null; onDone: (comment: CommentView | null) => void };

/** A comment on a line, or on the whole when `anchor` is null. */
export function Composer({ reviewId, anchor, onDone }: ComposerProps) {
  const [body, setBody] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      const comment = await callApi<CommentView>('POST', `/api/reviews/${reviewId}/comments`, {
        body: { body, ...anchor },
      });
      setBody('');
      onDone(comment);
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-2">
      <Field label={anchor ? `Comment on line ${anchor.line}` : 'Comment on the whole'}>
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            value={body}
            onChange={(event) => setBody(event.target.value)}
            autoFocus={anchor !== null}
          />
        )}
      </Field>
      <Problem>{problem}</Problem>
      <div className="flex gap-2">
        <Button type="submit" size="sm" variant="primary" busy={busy} disabled={body.trim() === ''}>
          Comment
        </Button>
        {anchor && (
          <Button size="sm" variant="quiet" onClick={() => onDone(null)}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
}
