import type { Tx } from '../db/client';
import { carryLines } from './carry-lines';
import { splitLines } from './diff';
import type { CommentView, ThreadView } from './schema';
import { suggestionIn } from './suggestion';

const MAX_COMMENTS = 1000;
/** Further back nobody looks; older threads stay with their review. */
const MAX_REVISIONS = 20;

type Frozen = { id: string; number: number; investigationId: string; markdown: string };

/**
 * The threads of a review: its own, and those of the investigation's earlier reviews since the last approval, each at the
 * line where the commented text stands now, or outdated when it stands no more. Pending comments are their author's only.
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
  const carried = new Map<string, (line: number) => number | null>();
  const lineNow = (reviewId: string, markdown: string, line: number) => {
    if (reviewId === review.id || markdown === revision.markdown) return line;
    const carry = carried.get(reviewId) ?? carryLines(markdown, revision.markdown);
    carried.set(reviewId, carry);
    return carry(line);
  };
  return rows
    .filter((row) => row.parentId === null)
    .map((root): ThreadView => {
      const { number, markdown } = texts.get(root.reviewId) ?? { number: revision.number, markdown: '' };
      const { line } = root;
      const side = root.side === 'old' ? 'old' : 'new';
      const now = line === null || side === 'old' ? line : lineNow(root.reviewId, markdown, line);
      const text = side === 'old' ? (base?.markdown ?? '') : markdown;
      return {
        id: root.id,
        line: now,
        side,
        outdated: line !== null && now === null,
        quote: line === null ? null : (splitLines(text)[line - 1] ?? ''),
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
