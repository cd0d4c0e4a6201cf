import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { isUuid } from '../evidence/is-uuid';
import { enqueuePublication } from '../jobs/queue';
import { indexInvestigation } from '../library/index-investigation';
import { log } from '../log/log';
import { PUBLISH_REVISION, type PublishPayload } from '../store/publish';
import { getReview, OWN_TEXT } from './get-review';
import { DecideReview, type ReviewDetail } from './schema';
import { nextStatus } from './states';
import { lockInvestigation } from './submit-review';
import { writersOf } from './writers';

/**
 * Approves a revision or asks for changes. Approving marks the revision, moves the investigation, and leaves the order to
 * publish, all in one transaction; the commit follows. Alerts stay as they are: closing them is a person's act, and the
 * answer says which are open.
 * @throws AppError conflict for another revision than the review's, a review that is decided or replaced; forbidden for who
 *   wrote in the text; bad_request for a request without a word.
 */
export async function decideReview(
  actor: Actor,
  id: string,
  input: z.input<typeof DecideReview>,
): Promise<ReviewDetail> {
  authorize(actor, 'reviews.decide');
  const decider = personId(actor);
  const decision = DecideReview.parse(input);
  const approved = await db().$transaction((tx) => decide(tx, decider, id, decision));
  if (approved) {
    // The order stands in the database: when waking the worker fails, its next round finds it.
    await enqueuePublication().catch((error: unknown) => log.warn({ err: error }, 'publication was not announced'));
  }
  return getReview(actor, id);
}

async function decide(tx: Tx, decider: string, id: string, decision: z.infer<typeof DecideReview>): Promise<boolean> {
  const { investigationId } = await requireReview(tx, id);
  const status = await lockInvestigation(tx, investigationId);
  // Read under the lock: of two reviewers at the same moment, the second sees what the first decided.
  const review = await requireReview(tx, id);
  const { revision } = review;
  if (review.status === 'superseded') {
    throw new AppError('conflict', 'A newer text was submitted while you read. Review that one.');
  }
  if (review.status !== 'open') {
    throw new AppError('conflict', `${review.decidedBy?.name ?? 'Somebody'} has decided this review already.`);
  }
  const intact = createHash('sha256').update(revision.markdown).digest('hex') === revision.contentHash;
  if (decision.revision !== revision.id || !intact) {
    throw new AppError('conflict', 'This is not the revision you have read. Reload the review.', {
      data: { revision: revision.id },
    });
  }
  if ((await writersOf(tx, revision)).has(decider)) throw new AppError('forbidden', OWN_TEXT);
  const next = nextStatus(status, decision.decision);
  if (!next) throw new AppError('conflict', `This can't be decided while the investigation is ${status}.`);
  const note = decision.note || null;
  if (decision.decision === 'request_changes' && !note) {
    const said = await tx.reviewComment.count({ where: { reviewId: id, authorId: decider } });
    if (said === 0) throw new AppError('bad_request', 'Say what should change: a note, or a comment on a line.');
  }

  const now = new Date();
  const approve = decision.decision === 'approve';
  await tx.review.update({
    where: { id },
    data: { status: next, decidedById: decider, decidedAt: now, decisionNote: note },
  });
  await tx.investigation.update({
    where: { id: investigationId },
    data: { status: next, updatedAt: now, ...(approve ? { approvedAt: now } : {}) },
  });
  if (approve) {
    await tx.revision.update({ where: { id: revision.id }, data: { approvedAt: now } });
    const payload: PublishPayload = { revisionId: revision.id, investigationId };
    await tx.outbox.create({ data: { kind: PUBLISH_REVISION, payload } });
    await indexInvestigation(tx, investigationId);
  }
  await tx.auditEntry.create({
    data: {
      actorId: decider,
      verb: approve ? 'reviews.approve' : 'reviews.request_changes',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data: { review: id, revision: revision.id, contentHash: revision.contentHash },
    },
  });
  return approve;
}

async function requireReview(tx: Tx, id: string) {
  const review = isUuid(id)
    ? await tx.review.findUnique({ where: { id }, include: { revision: true, decidedBy: true } })
    : null;
  if (!review) throw new AppError('not_found', 'There is no such review.');
  return review;
}
