import type { Tx } from '../db/client';
import type { Decision } from '../report/case-digest';

/** What reviewers decided about a case so far, oldest first, each with the reviewer's name and e-mail address. */
export async function readDecisions(tx: Tx, investigationId: string): Promise<Decision[]> {
  const reviews = await tx.review.findMany({
    where: { investigationId, status: { in: ['approved', 'changes_requested'] } },
    include: { decidedBy: { select: { name: true, email: true } } },
    orderBy: { decidedAt: 'asc' },
  });
  return reviews.flatMap(({ decidedAt, status, decidedBy, decisionNote }) =>
    decidedAt
      ? [
          {
            at: decidedAt,
            what: status === 'approved' ? 'approved' : 'changes requested',
            who: decidedBy ? `${decidedBy.name} <${decidedBy.email}>` : 'a deleted user',
            note: decisionNote,
          },
        ]
      : [],
  );
}
