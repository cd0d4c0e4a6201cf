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
  const carried = new Map<string, CarriedLines>();
  const linesNow = (reviewId: string, markdown: string, first: number, last: number) => {
    if (reviewId === review.id || markdown === revision.markdown) return { first, last };
    const carry = carried.get(reviewId) ?? carryLines(markdown, revision.markdown);
    carried.set(reviewId, carry);
    return carry(first, last);
  };
  return rows
    .filter((row) => row.parentId === null)
    .map((root): ThreadView => {
      const { number, markdown } = texts.get(root.reviewId) ?? { number: revision.number, markdown: '' };
      const first = root.line;
      const last = root.lineEnd ?? first;
      const side = root.side === 'old' ? 'old' : 'new';
      const whole = first === null || last === null;
      const now = whole || side === 'old' ? { first, last } : linesNow(root.reviewId, markdown, first, last);
      const text = side === 'old' ? (base?.markdown ?? '') : markdown;
      return {
        id: root.id,
        line: now?.first ?? null,
        lineEnd: now?.last ?? null,
        side,
        outdated: now === null,
        quote: whole
          ? null
          : splitLines(text)
              .slice(first - 1, last)
              .join('\n'),
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

type CommentRow = {
  id: string;
  author: { id: string; name: string };
  body: string;
  pending: boolean;
  createdAt: Date;
};

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
