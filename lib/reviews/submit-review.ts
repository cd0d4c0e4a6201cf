import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { type Actor, authorize, personId } from '../auth/guard';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { isUuid } from '../evidence/is-uuid';
import { InvestigationStatus } from '../investigations/schema';
import { readItem } from './list-reviews';
import { whatToMend } from './readiness';
import type { ReviewItem } from './schema';
import { nextStatus } from './states';

/**
 * Freezes the draft as a revision and opens its review. The draft may go on; submitting again replaces the open review by one
 * of the newer text. `version`: the draft version that was read, so that what is frozen is what was read.
 * @throws AppError stale_version when the draft has moved on; unprocessable with data.mend when the text isn't ready;
 *   conflict while a run writes, or when there is nothing new to review.
 */
export async function submitReview(
  actor: Actor,
  investigationId: string,
  input: { version?: number } = {},
): Promise<ReviewItem> {
  authorize(actor, 'reviews.submit');
  const author = personId(actor);
  const id = await db().$transaction((tx) => submit(tx, author, investigationId, input.version));
  return readItem(id);
}

async function submit(tx: Tx, author: string, investigationId: string, version: number | undefined): Promise<string> {
  const status = await lockInvestigation(tx, investigationId);
  const draft = await tx.draft.findUnique({ where: { investigationId } });
  if (!draft) throw new AppError('conflict', 'There is no draft to submit yet.');
  if (version !== undefined && version !== draft.version) {
    throw new AppError(
      'stale_version',
      `The draft is at version ${draft.version} now, you have read version ${version}. Read it again, then submit.`,
      { data: { version: draft.version } },
    );
  }
  await refuseWhileRunning(tx, investigationId);
  const mend = whatToMend(draft.markdown);
  if (mend.length > 0) {
    throw new AppError('unprocessable', `The report is not ready for review. ${mend.join(' ')}`, { data: { mend } });
  }
  const contentHash = createHash('sha256').update(draft.markdown).digest('hex');
  const open = await tx.review.findFirst({ where: { investigationId, status: 'open' }, include: { revision: true } });
  const approved = await tx.revision.findFirst({
    where: { investigationId, approvedAt: { not: null } },
    orderBy: { number: 'desc' },
  });
  if (open?.revision.contentHash === contentHash) {
    throw new AppError('conflict', 'This text is in review already.', { data: { review: open.id } });
  }
  if (!open && approved?.contentHash === contentHash) {
    throw new AppError('conflict', 'Nothing has changed since this text was approved.', {
      data: { revision: approved.id },
    });
  }
  // A draft that differs from the approved text was edited since, whether or not the status says so.
  const from = status === 'approved' ? nextStatus(status, 'edit') : status;
  const next = from && nextStatus(from, 'submit');
  if (!next) throw new AppError('conflict', `An investigation that is ${status} can't be submitted.`);

  if (open) await tx.review.update({ where: { id: open.id }, data: { status: 'superseded' } });
  const last = await tx.revision.aggregate({ where: { investigationId }, _max: { number: true } });
  const revision = await tx.revision.create({
    data: {
      id: uuid(),
      investigationId,
      number: (last._max.number ?? 0) + 1,
      markdown: draft.markdown,
      contentHash,
      draftVersion: draft.version,
      authorId: author,
    },
  });
  const review = await tx.review.create({
    data: { id: uuid(), investigationId, revisionId: revision.id, submittedById: author },
  });
  await tx.investigation.update({ where: { id: investigationId }, data: { status: next, updatedAt: new Date() } });
  await tx.auditEntry.create({
    data: {
      actorId: author,
      verb: 'reviews.submit',
      subjectKind: 'investigation',
      subjectId: investigationId,
      data: { review: review.id, revision: revision.id, contentHash, supersedes: open?.id ?? null },
    },
  });
  return review.id;
}

/**
 * Puts everyone who would change the investigation's review state in a row; taken before any other row of it.
 * @throws AppError not_found
 */
export async function lockInvestigation(tx: Tx, investigationId: string): Promise<InvestigationStatus> {
  const rows = isUuid(investigationId)
    ? await tx.$queryRaw<{ status: string }[]>`
        SELECT status FROM investigations WHERE id = ${investigationId}::uuid FOR UPDATE`
    : [];
  if (!rows[0]) throw new AppError('not_found', 'There is no such investigation.');
  return InvestigationStatus.parse(rows[0].status);
}

/** What a model is still writing would be out of date the moment it is frozen. */
async function refuseWhileRunning(tx: Tx, investigationId: string): Promise<void> {
  const run = await tx.run.findFirst({
    where: { investigationId, status: { in: ['queued', 'running', 'waiting'] } },
    select: { id: true },
  });
  if (run) {
    throw new AppError('conflict', 'A run is still working on this report. Wait for it or stop it, then submit.', {
      data: { run: run.id },
    });
  }
}
