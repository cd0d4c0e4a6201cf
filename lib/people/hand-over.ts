import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { asRole, can } from '../auth/permissions';
import { changeUser, type UserChange, type UserView } from '../auth/users';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { writersOf } from '../drafts/writers';
import { fieldError, notFound } from '../errors/app-error';

/** Work that waits for a person. */
export const OpenWork = z.object({ alerts: z.number(), reviews: z.number(), tasks: z.number() });
export type OpenWork = z.infer<typeof OpenWork>;

/** Assigned alerts that are not closed, open reviews that were requested, and open tasks. @throws AppError not_found */
export async function openWork(actor: Actor, userId: string): Promise<OpenWork> {
  authorize(actor, 'users.manage');
  if ((await db().user.count({ where: { id: userId } })) === 0) throw notFound('user');
  const [alerts, reviews, tasks] = await Promise.all([
    db().alert.count({ where: { assigneeId: userId, status: { not: 'closed' } } }),
    db().reviewRequest.count({ where: { userId, review: { status: 'open' } } }),
    db().task.count({ where: { ownerId: userId, state: 'open' } }),
  ]);
  return { alerts, reviews, tasks };
}

/**
 * Changes a person's account; of one that is deactivated, hands the open work over in the same transaction.
 * @param handOverTo who gets it; null or absent: alerts and tasks are unassigned, review requests withdrawn
 * @throws AppError as changeUser; invalid_fields for somebody who can't take it
 */
export async function changePerson(
  actor: Actor,
  id: string,
  { handOverTo, ...change }: UserChange & { handOverTo?: string | null | undefined },
): Promise<UserView> {
  if (handOverTo && change.disabled !== true)
    throw fieldError('invalid_fields', 'handOverTo', 'Work is handed over when an account is deactivated.');
  return changeUser(actor, id, change, async (tx) => {
    if (change.disabled === true) await handOver(tx, actor, id, handOverTo ?? null);
  });
}

async function handOver(tx: Tx, actor: Actor, from: string, to: string | null): Promise<void> {
  const taker = to === null ? null : await tx.user.findUnique({ where: { id: to } });
  if (to !== null && (!taker || taker.disabledAt || taker.service || to === from))
    throw fieldError('invalid_fields', 'handOverTo', 'Choose an active person.');
  const open = { assigneeId: from, status: { not: 'closed' } };
  const { count: alerts } = await tx.alert.updateMany({ where: open, data: { assigneeId: to } });
  const given = to === null ? {} : { assignedById: actor.id, assignedAt: new Date() };
  const { count: tasks } = await tx.task.updateMany({
    where: { ownerId: from, state: 'open' },
    data: { ownerId: to, ...given },
  });
  const requests = await tx.reviewRequest.findMany({
    where: { userId: from, review: { status: 'open' } },
    include: { review: { include: { revision: true } } },
  });
  let reviews = 0;
  for (const { reviewId, requestedById, review } of requests) {
    await tx.reviewRequest.delete({ where: { reviewId_userId: { reviewId, userId: from } } });
    // Who wrote in the text can't review it; the others who were asked still can.
    if (!taker || !can(asRole(taker.role), 'reviews.decide')) continue;
    if ((await writersOf(tx, review.revision)).has(taker.id)) continue;
    await tx.reviewRequest.createMany({
      data: [{ reviewId, userId: taker.id, requestedById }],
      skipDuplicates: true,
    });
    reviews += 1;
  }
  if (alerts + tasks + requests.length === 0) return;
  const data = { to, alerts, tasks, reviews, reviewsWithdrawn: requests.length - reviews };
  await audit(tx, { actorId: actor.id, verb: 'users.hand_over', subjectKind: 'user', subjectId: from, data });
}
