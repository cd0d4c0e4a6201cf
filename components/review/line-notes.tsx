'use client';
import { lineRangeLabel } from '@/components/case/line-range-label';
import type { LineAnchor } from '@/components/case/use-line-selection';
import { splitLines } from '@/lib/text/line-diff';
import { Composer } from './composer';
import { Thread } from './thread';
import type { Composing } from './use-composing';
import type { ReviewHandle } from './use-review';

type LineNotesProps = { handle: ReviewHandle; composing: Composing; text: string };

/** The threads, and the comment being written, whose lines end in [first, last] of a side; null when there are none. */
export function lineNotes(
  { handle, composing, text }: LineNotesProps,
  side: LineAnchor['side'],
  [first, last]: readonly [number, number],
) {
  const ends = (anchor: { lineEnd: number | null; side: string } | null) =>
    anchor?.lineEnd != null && anchor.side === side && anchor.lineEnd >= first && anchor.lineEnd <= last;
  const threads = handle.review.threads.filter(ends);
  const writing = ends(composing.composing) ? composing.composing : null;
  if (threads.length === 0 && !writing) return null;
  return (
    <div className="my-1 flex max-w-2xl flex-col gap-2">
      {threads.map((thread) => (
        <Thread key={thread.id} thread={thread} handle={handle} />
      ))}
      {writing && (
        <Composer
          label={`Comment on ${lineRangeLabel(writing).toLowerCase()}`}
          name={`review.comment.${handle.review.id}.${composing.place}`}
          onSend={(body, later) => handle.comment(body, { anchor: writing }, later)}
          onDone={composing.done}
          {...(side === 'new' ? { lines: linesIn(text, writing) } : {})}
        />
      )}
    </div>
  );
}

const linesIn = (text: string, { line, lineEnd }: LineAnchor): string =>
  splitLines(text)
    .slice(line - 1, lineEnd)
    .join('\n');
