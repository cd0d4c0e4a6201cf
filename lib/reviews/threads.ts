import type { Tx } from '../db/client';
import { type CarriedLines, carryLines } from '../text/carry-lines';
import { splitLines } from '../text/line-diff';
import type { CommentView, ThreadView } from './schema';
import { suggestionIn } from './suggestion';

const MAX_COMMENTS = 1000;
/** Further back nobody looks; older threads stay with their review. */
const MAX_REVISIONS = 20;

type Frozen = { id: string; number: number; investigationId: string; markdown: string };

/**
 * The threads of a review: its own, and those of the investigation's earlier reviews since the last approval, each at the
 * lines where the commented text stands now, or outdated when it stands no more. Pending comments are their author's only.
 */
export async function readThreads(
  tx: Tx,
  review: { id: string; revision: Frozen; base: { number: number; markdown: string } | null },
  reader: string | null,
): Promise<ThreadView[]> {
  const { revision, base } = review;
  const reviews = await tx.review.findMany({
    where: {
      investigationId: revision.investigationId,
      revision: { number: { lte: revision.number, gt: base?.number ?? 0 } },
    },
    select: { id: true, revision: { select: { number: true, markdown: true } } },
    orderBy: { submittedAt: 'desc' },
    take: MAX_REVISIONS,
  });
  const rows = await tx.reviewComment.findMany({
    where: {
      reviewId: { in: reviews.map(({ id }) => id) },
      OR: [{ pending: false }, ...(reader ? [{ authorId: reader }] : [])],
    },
    include: { author: true, resolvedBy: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: MAX_COMMENTS,
  });
  const texts = new Map(reviews.map(({ id, revision: { number, markdown } }) => [id, { number, markdown }]));
  const linesNow = lineCarrier(revision.markdown);
  return rows
    .filter((row) => row.parentId === null)
    .map((root): ThreadView => {
      const { number, markdown } = texts.get(root.reviewId) ?? { number: revision.number, markdown: '' };
      return {
        id: root.id,
        ...placeOf(root, { frozen: markdown, base: base?.markdown ?? '' }, linesNow),
        revision: number,
        resolved: root.resolvedAt && {
          by: root.resolvedBy ? { id: root.resolvedBy.id, name: root.resolvedBy.name } : null,
          at: root.resolvedAt.toISOString(),
        },
        applied: root.appliedAt?.toISOString() ?? null,
        comments: rows.filter((row) => row.id === root.id || row.parentId === root.id).map(toComment),
      };
    });
}

type CarryFrom = (text: string, first: number, last: number) => { first: number; last: number } | null;

/** Where lines of an earlier text stand in this one; texts are compared once each. */
function lineCarrier(now: string): CarryFrom {
  const carried = new Map<string, CarriedLines>();
  return (text, first, last) => {
    if (text === now) return { first, last };
    const carry = carried.get(text) ?? carryLines(text, now);
    carried.set(text, carry);
    return carry(first, last);
  };
}

/** The lines a thread is about: as they were when it began (`quote`), and where they stand now. */
function placeOf(
  root: { line: number | null; lineEnd: number | null; side: string },
  { frozen, base }: { frozen: string; base: string },
  linesNow: CarryFrom,
): Pick<ThreadView, 'line' | 'lineEnd' | 'side' | 'outdated' | 'quote'> {
  const first = root.line;
  const last = root.lineEnd ?? first;
  const side = root.side === 'old' ? 'old' : 'new';
  if (first === null || last === null) return { line: first, lineEnd: last, side, outdated: false, quote: null };
  const now = side === 'old' ? { first, last } : linesNow(frozen, first, last);
  const quote = splitLines(side === 'old' ? base : frozen)
    .slice(first - 1, last)
    .join('\n');
  return { line: now?.first ?? null, lineEnd: now?.last ?? null, side, outdated: now === null, quote };
}

type CommentRow = {
  id: string;
  author: { id: string; name: string };
  body: string;
  pending: boolean;
  createdAt: Date;
};

/** A comment as the API gives it, with the suggestion that its text holds. */
export function toComment(row: CommentRow): CommentView {
  return {
    id: row.id,
    author: { id: row.author.id, name: row.author.name },
    body: row.body,
    suggestion: suggestionIn(row.body),
    pending: row.pending,
    createdAt: row.createdAt.toISOString(),
  };
}
