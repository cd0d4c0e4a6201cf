import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { asRole, can } from '../auth/permissions';
import { db } from '../db/client';
import { writersOf } from '../drafts/writers';
import { AppError } from '../errors/app-error';
import { auditReview, requireReviewRow } from './add-comment';
import { getReview } from './get-review';
import { RequestReviewers, type ReviewDetail } from './schema';

/**
 * Says who is asked to review: exactly these people. @throws AppError unprocessable for somebody who may not decide this
 * review; conflict when it isn't open.
 */
export async function requestReviewers(
  actor: Actor,
  reviewId: string,
  input: z.input<typeof RequestReviewers>,
): Promise<ReviewDetail> {
  authorize(actor, 'reviews.request');
  const requestedById = personId(actor);
  const users = [...new Set(RequestReviewers.parse(input).users)];
  const review = await requireReviewRow(reviewId);
  if (review.status !== 'open')
    throw new AppError('review_already_decided', 'This review is no longer open. Reload the page.');
  const people = await db().user.findMany({ where: { id: { in: users } } });
  const writers = await writersOf(db(), review.revision);
  for (const id of users) {
    const person = people.find((row) => row.id === id);
    if (!person || person.disabledAt)
      throw new AppError(
        'reviewer_not_eligible',
        'One of these people no longer has an active account. Reload the page.',
      );
    if (writers.has(id))
      throw new AppError(
        'reviewer_is_author',
        `${person.name} edited this report and can’t review it. Choose someone else.`,
      );
    if (!can(asRole(person.role), 'reviews.decide')) {
      throw new AppError('reviewer_not_eligible', `${person.name} (${person.role}) may not decide reviews.`);
    }
  }
  await db().$transaction(async (tx) => {
    await tx.reviewRequest.deleteMany({ where: { reviewId, userId: { notIn: users } } });
    await tx.reviewRequest.createMany({
      data: users.map((userId) => ({ reviewId, userId, requestedById })),
      skipDuplicates: true,
    });
    await auditReview(tx, requestedById, review, 'reviews.request', { users });
  });
  return getReview(actor, reviewId);
}
