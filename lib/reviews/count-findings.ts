import { checkAll } from '../checks/check-investigation';
import { db } from '../db/client';

/** A round of the worker. */
const MOST = 5;

/**
 * Counts what the checks find in revisions that wait for review, for lists: oldest first, a few at a time. Submitting does not wait
 * for it, and a review runs the checks itself. For the worker: no permission check.
 * @returns how many were counted
 */
export async function countFindings(): Promise<number> {
  const revisions = await db().revision.findMany({
    where: { checkErrors: null, reviews: { some: { status: 'open' } } },
    select: { id: true, investigationId: true, markdown: true },
    orderBy: { createdAt: 'asc' },
    take: MOST,
  });
  for (const { id, investigationId, markdown } of revisions) {
    const { items: findings } = await checkAll(db(), investigationId, markdown);
    const checkErrors = findings.filter(({ severity }) => severity === 'error').length;
    const data = { checkErrors, checkWarnings: findings.length - checkErrors };
    // Many, so that one that was removed meanwhile is no error.
    await db().revision.updateMany({ where: { id }, data });
  }
  return revisions.length;
}
