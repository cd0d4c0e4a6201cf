import { type Actor, authorize, personId } from '../auth/guard';
import { db, pool } from '../db/client';
import { requireReviewRow } from './add-comment';

/**
 * Records that the acting person has seen the revision of a review, so that the next one opens compared with it.
 * @throws AppError not_found
 */
export async function markSeen(actor: Actor, reviewId: string): Promise<void> {
  authorize(actor, 'reviews.read');
  const userId = personId(actor);
  const review = await requireReviewRow(reviewId);
  await db().reviewView.createMany({ data: [{ reviewId: review.id, userId }], skipDuplicates: true });
}

/** The latest revision before this one that a person opened, commented or decided on; null when there is none. */
export async function readSeenRevision(
  actor: Actor,
  revision: { investigationId: string; number: number },
): Promise<{ id: string; number: number } | null> {
  if (actor.id === null) return null;
  const { rows } = await pool().query<{ id: string; number: number }>(
    `SELECT v.id, v.number FROM reviews r JOIN revisions v ON v.id = r.revision_id
     WHERE r.investigation_id = $1::uuid AND v.number < $2 AND (
       r.decided_by_id = $3
       OR EXISTS (SELECT FROM review_views s WHERE s.review_id = r.id AND s.user_id = $3)
       OR EXISTS (SELECT FROM review_approvals a WHERE a.review_id = r.id AND a.user_id = $3)
       OR EXISTS (SELECT FROM review_comments c WHERE c.review_id = r.id AND c.author_id = $3))
     ORDER BY v.number DESC LIMIT 1`,
    [revision.investigationId, revision.number, actor.id],
  );
  return rows[0] ?? null;
}
