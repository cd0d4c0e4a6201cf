import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { type Actor, authorize, personId } from '../auth/guard';
import { readinessIssues } from '../checks/readiness';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { type LockedDraft, lockDraft, writeVersion } from '../drafts/write-version';
import { type Frozen, writersOf } from '../drafts/writers';
import { AppError } from '../errors/app-error';
import { earlierReviewers } from '../investigations/earlier-reviewers';
import { WORKING } from '../investigations/live-runs';
import { lockInvestigation } from '../investigations/lock-investigation';
import { nextStatus } from '../investigations/status';
import { withAssessmentSet } from '../report/set-assessment';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { holdsKnownSecret } from '../secrets/mask-secrets';
import { readItem } from './list-reviews';
import type { ReviewItem } from './schema';

/**
 * Freezes the draft as a revision and opens its review. The draft may go on; submitting again replaces the open review by one
 * of the newer text; approvals never move to another text, since whoever approved has not read it. `version`: the draft version that was read, so that what is frozen is what was read.
 * @throws AppError stale_version when the draft has moved on; unprocessable with data.issues when the text isn't ready;
 *   conflict while a run writes, or when there is nothing new to review.
 */
export async function submitReview(
  actor: Actor,
  investigationId: string,
  input: { version?: number } = {},
): Promise<ReviewItem> {
  authorize(actor, 'reviews.submit');
  const author = personId(actor);
  await loadKnownSecrets();
  return readItem(await db().$transaction((tx) => submit(tx, author, investigationId, input.version)));
}

async function submit(tx: Tx, author: string, investigationId: string, version: number | undefined): Promise<string> {
  // The draft's lock comes before the investigation's, as when it is saved.
  const hasDraft = isUuid(investigationId) && (await tx.draft.count({ where: { investigationId } })) > 0;
  const found = hasDraft ? await lockDraft(tx, investigationId) : null;
  const status = await lockInvestigation(tx, investigationId);
  if (!found) throw new AppError('no_draft', 'There is no draft to submit yet.');
  if (version !== undefined && version !== found.version) {
    throw new AppError(
      'draft_changed',
      `The draft is now at version ${found.version}; you read version ${version}. Read it again, then submit.`,
      { data: { version: found.version } },
    );
  }
  await refuseWhileRunning(tx, investigationId);
  const issues = [...readinessIssues(found.markdown), ...secretsIn(found.markdown)];
  if (issues.length > 0) {
    throw new AppError('report_not_ready', `The report is not ready for review. ${issues.join(' ')}`, {
      data: { issues },
    });
  }
  const draft = await makeTheirs(tx, investigationId, found, author);
  const contentHash = createHash('sha256').update(draft.markdown).digest('hex');
  const open = await tx.review.findFirst({ where: { investigationId, status: 'open' }, include: { revision: true } });
  await refuseUnchanged(tx, investigationId, open, contentHash);
  // A draft that differs from the approved text was edited since, whether or not the status says so.
  const from = status === 'approved' ? nextStatus(status, 'edit') : status;
  const next = from && nextStatus(from, 'submit');
  if (!next) throw new AppError('wrong_investigation_status', `An investigation that is ${status} can't be submitted.`);

  const askAgain = await earlierReviewers(tx, investigationId);
  if (open) await tx.review.update({ where: { id: open.id }, data: { status: 'superseded' } });
  const review = await openReview(tx, { investigationId, author, draft, contentHash });
  await tx.investigation.update({ where: { id: investigationId }, data: { status: next, updatedAt: new Date() } });
  await audit(tx, {
    actorId: author,
    verb: 'reviews.submit',
    subjectKind: 'investigation',
    subjectId: investigationId,
    data: { review: review.id, revision: review.revisionId, contentHash, supersedes: open?.id ?? null },
  });
  await requestAgain(tx, review.id, review.revision, askAgain);
  return review.id;
}

/** There must be something to decide: a text that neither the open review nor the last approval has. */
async function refuseUnchanged(
  tx: Tx,
  investigationId: string,
  open: { id: string; revision: { contentHash: string } } | null,
  contentHash: string,
): Promise<void> {
  if (open?.revision.contentHash === contentHash) {
    throw new AppError('already_in_review', 'This text is in review already.', { data: { review: open.id } });
  }
  const approved = await tx.revision.findFirst({
    where: { investigationId, approvedAt: { not: null } },
    orderBy: { number: 'desc' },
  });
  if (!open && approved?.contentHash === contentHash) {
    throw new AppError('nothing_changed', 'Nothing has changed since this text was approved.', {
      data: { revision: approved.id },
    });
  }
}

/** Freezes the draft as the next revision and opens its review. */
async function openReview(
  tx: Tx,
  input: { investigationId: string; author: string; draft: { markdown: string; version: number }; contentHash: string },
) {
  const { investigationId, author, draft, contentHash } = input;
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
  return tx.review.create({
    data: { id: uuid(), investigationId, revisionId: revision.id, submittedById: author },
    include: { revision: true },
  });
}

/** A model's assessment is a proposal until a person submits it: from then on it is theirs, in the draft as in the revision. */
async function makeTheirs(tx: Tx, investigationId: string, draft: LockedDraft, userId: string) {
  const markdown = withAssessmentSet(draft.markdown);
  if (markdown === draft.markdown) return draft;
  const version = await writeVersion(tx, investigationId, draft.version, markdown, { kind: 'human', userId });
  return { markdown, version };
}

/** What is in git can't be taken back. */
function secretsIn(markdown: string): string[] {
  return markdown
    .split('\n')
    .flatMap((line, at) =>
      holdsKnownSecret(line) ? [`Line ${at + 1} contains a secret of this installation. Remove it.`] : [],
    );
}

/** Who reviewed the earlier text is asked about the newer one, unless they wrote in it since. */
async function requestAgain(tx: Tx, reviewId: string, revision: Frozen, users: string[]): Promise<void> {
  const writers = users.length > 0 ? await writersOf(tx, revision) : new Set();
  await tx.reviewRequest.createMany({
    data: users
      .filter((userId) => !writers.has(userId))
      .map((userId) => ({ reviewId, userId, requestedById: revision.authorId })),
  });
}

/** What a model is still writing would be out of date the moment it is frozen. */
async function refuseWhileRunning(tx: Tx, investigationId: string): Promise<void> {
  const run = await tx.run.findFirst({
    where: { investigationId, ...WORKING },
    select: { id: true },
  });
  if (run) {
    throw new AppError(
      'run_in_progress',
      'A run is still working on this report. Wait for it or stop it, then submit.',
      {
        data: { run: run.id },
      },
    );
  }
}
