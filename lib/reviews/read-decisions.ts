import type { Tx } from '../db/client';
import type { Decision } from '../report/case-digest';

/** Comments of a case that a later one is told, the newest. */
const MAX_NOTES = 4;

/**
 * What reviewers decided about a case so far, errors they overrode and why, and their last comments, oldest first, each with the
 * person's name and e-mail address.
 */
export async function readDecisions(tx: Tx, investigationId: string): Promise<Decision[]> {
  const reviews = await tx.review.findMany({
    where: { investigationId, status: { in: ['approved', 'changes_requested'] } },
    include: { decidedBy: { select: { name: true, email: true } } },
    orderBy: { decidedAt: 'asc' },
  });
  const comments = await tx.reviewComment.findMany({
    where: { review: { investigationId }, pending: false, parentId: null },
    include: { author: { select: { name: true, email: true } } },
    orderBy: { createdAt: 'desc' },
    take: MAX_NOTES,
  });
  const decisions = reviews.flatMap(
    ({ decidedAt: at, status, decidedBy, decisionNote, overrideReason }): Decision[] => {
      if (!at) return [];
      const who = nameOf(decidedBy);
      return [
        { at, what: status === 'approved' ? 'approved' : 'changes requested', who, note: decisionNote },
        ...(overrideReason ? [{ at, what: 'errors of the checks overridden', who, note: overrideReason }] : []),
      ];
    },
  );
  const notes = comments.map(
    ({ createdAt: at, author, body: note }): Decision => ({ at, what: 'noted', who: nameOf(author), note }),
  );
  return [...decisions, ...notes].sort((a, b) => a.at.getTime() - b.at.getTime());
}

const nameOf = (person: { name: string; email: string } | null): string =>
  person ? `${person.name} <${person.email}>` : 'a deleted user';
