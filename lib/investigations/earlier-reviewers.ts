import { asRole, can } from '../auth/permissions';
import type { Tx } from '../db/client';

/**
 * Who knows the text that is submitted next, by user id: those asked to review the last revision, and whoever requested changes to
 * it. Nobody once it was approved: what comes next is another change.
 */
export async function earlierReviewers(tx: Pick<Tx, 'review' | 'user'>, investigationId: string): Promise<string[]> {
  const last = await tx.review.findFirst({
    where: { investigationId },
    orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }],
    select: { status: true, decidedById: true, requests: { select: { userId: true } } },
  });
  if (last?.status !== 'open' && last?.status !== 'changes_requested') return [];
  const ids = new Set(last.requests.map(({ userId }) => userId));
  if (last.decidedById) ids.add(last.decidedById);
  const here = await tx.user.findMany({
    where: { id: { in: [...ids] }, disabledAt: null },
    select: { id: true, role: true },
    orderBy: { id: 'asc' },
  });
  return here.filter(({ role }) => can(asRole(role), 'reviews.decide')).map(({ id }) => id);
}
