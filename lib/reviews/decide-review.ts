import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { checkText } from '../checks/check-investigation';
import type { CheckFinding } from '../checks/finding';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { writersOf } from '../drafts/writers';
import { AppError, notFound } from '../errors/app-error';
import { indexInvestigation } from '../investigations/index-investigation';
import { lockInvestigation } from '../investigations/lock-investigation';
import { nextStatus } from '../investigations/status';
import { PUBLISH_REVISION, type PublishPayload } from '../jobs/outbox';
import { enqueuePublication } from '../jobs/queue';
import { log } from '../log/log';
import { caseDigest } from '../report/case-digest';
import { proposeWriteBacks } from '../write-back/propose';
import { sendPending } from './add-comment';
import { getReview, OWN_TEXT, YOU_APPROVED } from './get-review';
import { overrideErrors, overrideSummary, readOverrides } from './override-errors';
import { approvalsNeeded } from './policy';
import { readDecisions } from './read-decisions';
import { DecideReview, type OverriddenFinding, type ReviewDetail } from './schema';

/**
 * Approves a revision or asks for changes, and sends the person's pending comments with it. The approval that makes them
 * enough marks the revision, moves the investigation, and leaves the order to publish, all in one transaction; the commit
 * follows. Alerts stay as they are: closing them is a person's act, and the answer says which are open.
 * @throws AppError conflict for another revision than the review's, a review that is decided or replaced; forbidden for who
 *   wrote in the text; bad_request for a request without a word; unprocessable for a text with errors in its checks that no
 *   reason overrides, with data.errors.
 */
export async function decideReview(
  actor: Actor,
  id: string,
  input: z.input<typeof DecideReview>,
): Promise<ReviewDetail> {
  authorize(actor, 'reviews.decide');
  const decider = personId(actor);
  const decision = DecideReview.parse(input);
  // Outside the transaction: a revision never changes, and evidence only grows.
  const errors = decision.decision === 'approve' ? await errorsOf(id) : [];
  const approved = await db().$transaction((tx) => decide(tx, decider, id, decision, errors));
  if (approved) await announcePublication();
  return getReview(actor, id);
}

/** The order is in the database: when waking the worker fails, its next round finds it. */
async function announcePublication(): Promise<void> {
  await enqueuePublication().catch((error: unknown) => log.warn({ err: error }, 'publication was not announced'));
}

async function errorsOf(id: string): Promise<CheckFinding[]> {
  const { investigationId, revision } = await requireReview(db(), id);
  const findings = await checkText(db(), investigationId, revision.markdown);
  return findings.filter(({ severity }) => severity === 'error');
}

async function decide(
  tx: Tx,
  decider: string,
  id: string,
  decision: z.infer<typeof DecideReview>,
  errors: CheckFinding[],
): Promise<boolean> {
  const { investigationId } = await requireReview(tx, id);
  const status = await lockInvestigation(tx, investigationId);
  // Read under the lock: of two reviewers at the same moment, the second sees what the first decided.
  const review = await requireReview(tx, id);
  const { revision } = review;
  if (review.status === 'superseded') {
    throw new AppError('review_superseded', 'A newer text was submitted while you read. Review that one.');
  }
  if (review.status !== 'open') {
    throw new AppError(
      'review_already_decided',
      `${review.decidedBy?.name ?? 'Somebody'} has already decided this review.`,
    );
  }
  const intact = createHash('sha256').update(revision.markdown).digest('hex') === revision.contentHash;
  if (decision.revision !== revision.id || !intact) {
    throw new AppError('revision_mismatch', 'This is not the revision you have read. Reload the review.', {
      data: { revision: revision.id },
    });
  }
  if ((await writersOf(tx, revision)).has(decider)) throw new AppError('own_changes_need_reviewer', OWN_TEXT);
  if (!nextStatus(status, decision.decision)) {
    throw new AppError('wrong_investigation_status', `This can't be decided while the investigation is ${status}.`);
  }
  const note = decision.note || null;
  await sendPending(tx, decider, review);
  if (decision.decision === 'request_changes') {
    if (!note && (await tx.reviewComment.count({ where: { reviewId: id, authorId: decider } })) === 0) {
      throw new AppError('note_required', 'Describe what should change: write a note, or comment on a line.');
    }
    await tx.reviewApproval.deleteMany({ where: { reviewId: id } });
    await close(tx, review, { status: 'changes_requested', decider, note });
    await auditDecision(tx, decider, review, 'reviews.request_changes', {});
    return false;
  }
  const overrides = overrideErrors(errors, decision, readOverrides(review.overrides));
  return approve(tx, decider, review, { note, overrides });
}

type Open = Awaited<ReturnType<typeof requireReview>>;

async function approve(
  tx: Tx,
  decider: string,
  review: Open,
  { note, overrides }: { note: string | null; overrides: OverriddenFinding[] },
): Promise<boolean> {
  const key = { reviewId_userId: { reviewId: review.id, userId: decider } };
  if (await tx.reviewApproval.findUnique({ where: key })) throw new AppError('already_approved_by_you', YOU_APPROVED);
  await tx.reviewApproval.create({ data: { reviewId: review.id, userId: decider } });
  const override = overrideSummary(overrides);
  if (overrides.length > 0)
    await tx.review.update({ where: { id: review.id }, data: { overrideReason: override, overrides } });
  const data = overrides.length > 0 ? { override, overridden: overrides } : {};
  await auditDecision(tx, decider, review, 'reviews.approve', data);
  return settle(tx, review, { decider, note });
}

/**
 * Closes a review as approved when it has enough approvals, writes what later cases read of it, and orders the commit: the
 * database is whole with this transaction, also while the store is away.
 */
async function settle(
  tx: Tx,
  review: Open,
  { decider, note }: { decider: string; note: string | null },
): Promise<boolean> {
  const { revision, investigationId } = review;
  const given = await tx.reviewApproval.count({ where: { reviewId: review.id } });
  if (given < (await approvalsNeeded(tx, revision.markdown))) return false;
  const now = await close(tx, review, { status: 'approved', decider, note });
  await tx.revision.update({ where: { id: revision.id }, data: { approvedAt: now } });
  const payload: PublishPayload = { revisionId: revision.id, investigationId };
  await tx.outbox.create({ data: { kind: PUBLISH_REVISION, payload } });
  await indexInvestigation(tx, investigationId);
  const digest = caseDigest(revision.markdown, await readDecisions(tx, investigationId));
  await tx.investigation.update({ where: { id: investigationId }, data: { digest } });
  await proposeWriteBacks(tx, investigationId, review.id);
  return true;
}

async function close(
  tx: Tx,
  { id, investigationId }: Open,
  { status, decider, note }: { status: 'approved' | 'changes_requested'; decider: string; note: string | null },
): Promise<Date> {
  const now = new Date();
  await tx.review.update({
    where: { id },
    data: { status, decidedById: decider, decidedAt: now, decisionNote: note },
  });
  await tx.investigation.update({
    where: { id: investigationId },
    data: { status, updatedAt: now, ...(status === 'approved' ? { approvedAt: now } : {}) },
  });
  return now;
}

async function auditDecision(tx: Tx, actorId: string, review: Open, verb: string, data: object): Promise<void> {
  const { id, investigationId, revision } = review;
  await audit(tx, {
    actorId,
    verb,
    subjectKind: 'investigation',
    subjectId: investigationId,
    data: { review: id, revision: revision.id, contentHash: revision.contentHash, ...data },
  });
}

/** A review with its revision and who decided it, as this transaction sees it. @throws AppError not_found */
export async function requireReview(tx: Tx, id: string) {
  const review = isUuid(id)
    ? await tx.review.findUnique({ where: { id }, include: { revision: true, decidedBy: true } })
    : null;
  if (!review) throw notFound('review');
  return review;
}
