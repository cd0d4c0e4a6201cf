'use client';
import { Check, MessageSquareReply, Undo2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { DiffLine } from '@/components/case/diff-line';
import { lineRangeLabel } from '@/components/case/line-range-label';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { Unseen } from '@/components/ui/unseen';
import type { StaleDraft } from '@/lib/drafts/schema';
import type { CommentView, ThreadView } from '@/lib/reviews/schema';
import { diffText } from '@/lib/text/line-diff';
import { Composer } from './composer';
import type { ReviewHandle } from './use-review';

// With the editor's code, which most reviews don't need.
const MergeDialog = dynamic(() => import('@/components/case/merge-dialog').then((file) => file.MergeDialog), {
  ssr: false,
});

type ThreadProps = { thread: ThreadView; handle: ReviewHandle };

/** A thread on lines or on the whole report, oldest first, with reply and resolve. A resolved thread is folded. */
export function Thread({ thread, handle }: ThreadProps) {
  const [replying, setReplying] = useState(false);
  const [open, setOpen] = useState(false);
  const [stale, setStale] = useState<StaleDraft | null>(null);
  const { resolved, comments, applied, line, lineEnd, side } = thread;
  const place = line && lineEnd ? { line, lineEnd, side } : null;
  const [first] = comments;
  const pending = first?.pending ?? false;
  if (resolved && !open) return <ResolvedThread thread={thread} onOpen={() => setOpen(true)} />;
  const live = handle.review.status !== 'superseded';
  return (
    <section
      aria-label={place ? `Thread on ${lineRangeLabel(place).toLowerCase()}` : 'Thread'}
      className="rounded-md border border-line bg-raised text-sm"
    >
      {thread.outdated && <OutdatedLines thread={thread} />}
      <ul className="divide-y divide-line">
        {comments.map((comment) => (
          <li key={comment.id} className="px-3 py-2">
            <Said comment={comment} thread={thread} onDiscard={() => void handle.discard(comment.id)} />
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-1.5 border-line border-t px-3 py-2">
        {replying ? (
          <div className="w-full">
            <Composer
              label="Reply"
              name={`review.answer.${thread.id}`}
              onSend={(body, later) => handle.comment(body, { parent: thread.id }, later)}
              onDone={() => setReplying(false)}
            />
          </div>
        ) : (
          <>
            {live && !pending && (
              <Button size="sm" variant="quiet" onClick={() => setReplying(true)}>
                <MessageSquareReply aria-hidden className="size-3.5" /> Reply
              </Button>
            )}
            {!pending && (
              <Button size="sm" variant="quiet" onClick={() => void handle.resolve(thread, !resolved)}>
                {resolved ? <Undo2 aria-hidden className="size-3.5" /> : <Check aria-hidden className="size-3.5" />}
                {resolved ? 'Reopen' : 'Resolve'}
              </Button>
            )}
            {first?.suggestion !== null && !pending && !applied && (
              <Button size="sm" onClick={async () => setStale(await handle.apply(thread))}>
                Apply suggestion
              </Button>
            )}
          </>
        )}
      </div>
      {stale && (
        <MergeDialog
          key={stale.current.version}
          open
          onOpenChange={() => setStale(null)}
          title="These lines have changed in the draft"
          stale={stale}
          onResolve={async (markdown) =>
            setStale(await handle.apply(thread, { markdown, version: stale.current.version }))
          }
        />
      )}
    </section>
  );
}

/** Folded to one line until somebody opens it. */
function ResolvedThread({ thread, onOpen }: { thread: ThreadView; onOpen: () => void }) {
  const { applied, resolved, comments } = thread;
  return (
    <button
      type="button"
      onClick={onOpen}
      className="flex min-h-[26px] w-full items-center gap-2 rounded-md border border-line px-3 py-1 text-left text-ink-2 text-xs hover:bg-hover"
    >
      <Check aria-hidden className="size-3.5 shrink-0 text-good" />
      <span className="truncate">
        {applied ? 'Suggestion applied' : 'Resolved'}
        {resolved?.by ? ` by ${resolved.by.name}` : ''}: <Unseen text={comments[0]?.body.slice(0, 80) ?? ''} />
      </span>
    </button>
  );
}

/** What a comment was about, when the lines are no longer there. */
function OutdatedLines({ thread }: { thread: ThreadView }) {
  return (
    <p className="border-line border-b px-3 py-1.5 text-ink-2 text-xs">
      <Badge tone="neutral">Outdated</Badge> on revision {thread.revision}:{' '}
      <code className="whitespace-pre-wrap font-mono [overflow-wrap:anywhere]">
        <Unseen text={thread.quote?.slice(0, 400) ?? ''} />
      </code>
    </p>
  );
}

type SaidProps = { comment: CommentView; thread: ThreadView; onDiscard: () => void };

function Said({ comment, thread, onDiscard }: SaidProps) {
  const words = comment.body.replace(SUGGESTION, '').trim();
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-1.5 text-ink-2 text-xs">
        <span className="font-medium text-ink">{comment.author.name}</span> <Time value={comment.createdAt} />
        {comment.pending && (
          <>
            <Badge tone="medium">Pending</Badge>
            <Button size="sm" variant="quiet" onClick={onDiscard}>
              Discard
            </Button>
          </>
        )}
      </p>
      {words !== '' && (
        <p className="mt-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
          <Unseen text={words} />
        </p>
      )}
      {comment.suggestion !== null && <Suggestion before={thread.quote ?? ''} after={comment.suggestion} />}
    </>
  );
}

function Suggestion({ before, after }: { before: string; after: string }) {
  return (
    <figure className="mt-1.5 overflow-hidden rounded border border-line font-mono text-xs">
      <figcaption className="border-line border-b bg-sunken px-2 py-1 font-sans text-ink-2">
        Suggested change
      </figcaption>
      {diffText(before, after).rows.map((row, index) => (
        <div
          key={index}
          className={`px-2 py-0.5 ${row.kind === 'added' ? 'bg-added' : row.kind === 'removed' ? 'bg-removed' : ''}`}
        >
          <span className="sr-only">{row.kind}: </span>
          <span aria-hidden>{row.kind === 'added' ? '+ ' : row.kind === 'removed' ? '− ' : '  '}</span>
          <DiffLine kind={row.kind} parts={row.parts} />
        </div>
      ))}
    </figure>
  );
}

const SUGGESTION = /^(`{3,}|~{3,})suggestion[ \t]*\n(?:[\s\S]*?\n)?\1[ \t]*$/gm;
