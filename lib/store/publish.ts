import { createHash } from 'node:crypto';
import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db, pool, type Tx } from '../db/client';
import { writersOf } from '../drafts/writers';
import { AppError, errorMessage } from '../errors/app-error';
import { exportEvidence } from '../evidence/export-evidence';
import { PUBLISH_REVISION } from '../jobs/outbox';
import { log } from '../log/log';
import { patchFrontMatter } from '../report/report';
import { canonicalJson } from '../text/canonical-json';
import { sealTrail } from './audit-trail';
import { commitMessage, type GitPerson, reportFacts, revisionOf } from './commit-message';
import { commitFiles, ensureStoreLocked, findCommit, type NewCommit } from './repo';
import { type StoreLock, withStoreLock } from './store-lock';
import { investigationFiles, storeDir } from './store-path';

/** A writer at work takes what was approved meanwhile along, so waiting for it longer gains nothing. */
const WAIT_MS = 5_000;
const MAX_BACKOFF_S = 300;

type Row = { id: string; attempts: number; revision: string };

/**
 * Turns approved revisions into commits, in the order of approval, one each. Any number of processes may call it at any
 * time and be killed at any moment: a commit that exists already is recognised by its Revision trailer and only recorded.
 * What fails is kept, with the reason, and tried again later (10 s, doubling to 5 min).
 * @throws when the database fails.
 */
export async function publishPending(): Promise<{ published: number; failed: number }> {
  const counts = { published: 0, failed: 0 };
  if (!(await nextRow('0'))) return counts;
  await withStoreLock(WAIT_MS, async (lock) => {
    for (let row = await nextRow('0'); row; row = await nextRow(row.id)) {
      const outcome = await publishRow(row, lock);
      if (outcome === 'published') counts.published += 1;
      if (outcome === 'unusable' || outcome === 'store down') counts.failed += 1;
      if (outcome === 'store down') break;
    }
  });
  return counts;
}

/** The oldest row that is due, after one; of an investigation, never before an older row that is waiting. */
async function nextRow(after: string): Promise<Row | undefined> {
  const { rows } = await pool().query<Row>(
    `SELECT o.id::text, o.attempts, payload->>'revisionId' AS revision FROM outbox o
     WHERE done_at IS NULL AND kind = $1 AND id > $2::bigint AND (next_attempt_at IS NULL OR next_attempt_at <= now())
       AND NOT EXISTS (
         SELECT 1 FROM outbox older WHERE older.done_at IS NULL AND older.kind = o.kind AND older.id < o.id
           AND older.payload->>'investigationId' = o.payload->>'investigationId')
     ORDER BY o.id LIMIT 1`,
    [PUBLISH_REVISION, after],
  );
  return rows[0];
}

async function publishRow(row: Row, lock: StoreLock): Promise<'published' | 'gone' | 'unusable' | 'store down'> {
  // Before the store is touched: who finds a try that has no end looks for its commit.
  await pool().query('UPDATE outbox SET attempts = attempts + 1 WHERE id = $1::bigint', [row.id]);
  let job: Job | null;
  try {
    job = await db().$transaction((tx) => readJob(tx, row.revision), { timeout: 60_000 });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await recordFailure(row, error);
    return 'unusable';
  }
  if (!job) {
    // Removed with its investigation (samples): there is nothing to publish any more.
    await pool().query('UPDATE outbox SET done_at = now() WHERE id = $1::bigint', [row.id]);
    return 'gone';
  }
  let commit: string;
  try {
    commit = job.commitOid ?? (await writeOnce(job, row.attempts > 0, lock));
  } catch (error) {
    await recordFailure(row, error);
    return 'store down';
  }
  await recordCommit(row, job, commit);
  return 'published';
}

type Job = {
  revisionId: string;
  investigationId: string;
  approvedAt: Date;
  commitOid: string | null;
  commit: NewCommit;
};

async function writeOnce(job: Job, triedBefore: boolean, lock: StoreLock): Promise<string> {
  await ensureStoreLocked(lock);
  const written = triedBefore
    ? await findCommit(storeDir(), job.approvedAt, (message) => revisionOf(message) === job.revisionId)
    : null;
  return written ?? commitFiles(storeDir(), job.commit, () => lock.confirm());
}

/** Everything of a revision's commit, from the database; null when the revision is gone. */
async function readJob(tx: Tx, revisionId: string): Promise<Job | null> {
  const revision = await tx.revision.findUnique({
    where: { id: revisionId },
    include: {
      author: true,
      investigation: { include: { alerts: { include: { alert: { select: { source: true, sourceRef: true } } } } } },
      reviews: {
        where: { status: 'approved' },
        include: { decidedBy: true, approvals: { include: { user: true }, orderBy: { at: 'asc' } } },
      },
    },
  });
  if (!revision) return null;
  const { investigation, author, approvedAt, markdown } = revision;
  if (!approvedAt) throw new AppError('unprocessable', 'This revision is not approved.');
  if (sha256(markdown) !== revision.contentHash) {
    throw new AppError('unprocessable', 'The text of this revision is not the one that was approved.');
  }
  const files = investigationFiles(investigation.path);
  const reviewer: GitPerson | null = revision.reviews[0]?.decidedBy ?? null;
  const approvals = revision.reviews[0]?.approvals;
  const writers = await writersOf(tx, revision);
  writers.delete(author.id);
  const coAuthors = await tx.user.findMany({ where: { id: { in: [...writers] } }, orderBy: { id: 'asc' } });
  const at = approvedAt.toISOString();
  const report = patchFrontMatter(markdown, {
    status: 'approved',
    updated: at,
    approved: at,
    author: author.name,
    reviewer: reviewer?.name ?? null,
  });
  const written = [
    { path: files.report, content: report },
    { path: files.evidence, content: prettyJson(await exportEvidence(tx, investigation.id)) },
    { path: files.audit, content: await sealTrail(tx, investigation.id) },
  ];
  return {
    revisionId,
    investigationId: investigation.id,
    approvedAt,
    commitOid: revision.commitOid,
    commit: {
      files: written,
      author: { name: author.name, email: author.email, at: revision.createdAt },
      // The time of approval, not of writing: the same head and evidence give the same commit.
      committer: { name: SYSTEM.name, email: SYSTEM.email, at: approvedAt },
      message: commitMessage({
        ...reportFacts(markdown, investigation),
        revision,
        coAuthors,
        reviewers: reviewersOf(approvals?.map(({ user }) => user) ?? [], reviewer),
        override: revision.reviews[0]?.overrideReason ?? null,
        models: await modelsOf(tx, investigation.id, revision.draftVersion),
        alerts: investigation.alerts.map(({ alert }) => `${alert.source}:${alert.sourceRef}`).sort(),
        files: written.map(({ path, content }) => ({ name: path.split('/').at(-1) ?? path, sha256: sha256(content) })),
      }),
    },
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Everyone who approved; reviews of before there were approvals have who decided. */
function reviewersOf(approvers: GitPerson[], decider: GitPerson | null): GitPerson[] {
  return approvers.length > 0 || !decider ? approvers : [decider];
}

/** Labels of the models whose text a person or the loop took into the draft, up to a version of it. */
async function modelsOf(tx: Tx, investigationId: string, version: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ model_label: string }[]>`
    SELECT r.model_label FROM draft_versions v JOIN runs r ON r.id = v.run_id
    WHERE v.investigation_id = ${investigationId}::uuid AND v.version <= ${version}
    UNION
    SELECT r.model_label FROM proposals p JOIN runs r ON r.id = p.run_id
    WHERE p.investigation_id = ${investigationId}::uuid AND p.base_version <= ${version}
      AND p.hunks @> '[{"status": "accepted"}]'
    ORDER BY 1`;
  return rows.map((row) => row.model_label);
}

/** Sorted keys, so that the same evidence is the same bytes; one value a line, so that a diff can be read. */
function prettyJson(value: object): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;
}

async function recordCommit(row: Row, job: Job, commit: string): Promise<void> {
  await db().$transaction([
    db().revision.update({ where: { id: job.revisionId }, data: { commitOid: commit, publishedAt: new Date() } }),
    db().outbox.update({
      where: { id: BigInt(row.id) },
      data: { doneAt: new Date(), lastError: null, nextAttemptAt: null },
    }),
    audit(db(), {
      actorId: null,
      verb: 'store.publish',
      subjectKind: 'investigation',
      subjectId: job.investigationId,
      data: { revision: job.revisionId, commit },
    }),
  ]);
}

async function recordFailure(row: Row, error: unknown): Promise<void> {
  const wait = Math.min(MAX_BACKOFF_S, 5 * 2 ** Math.min(row.attempts + 1, 10));
  log.error({ err: error, outbox: row.id, revision: row.revision, retryInSeconds: wait }, 'publication failed');
  await pool().query(
    `UPDATE outbox SET last_error = $2, next_attempt_at = now() + make_interval(secs => $3) WHERE id = $1::bigint`,
    [row.id, describeFailure(error), wait],
  );
}

/** For people: what is wrong with the store and what helps, without paths of the machine. */
export function describeFailure(error: unknown): string {
  if (error instanceof AppError) return error.userMessage;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'The disk of the store is full. Free some space; it is tried again by itself.';
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return 'The store can’t be written: read-only, or not owned by the user that Socdown runs as.';
  }
  return `The store can’t be written (${code ?? 'see the log'}): ${errorMessage(error)
    .replace(/(?:\/[^\s/'"]+){2,}/g, '…')
    .slice(0, 300)}`;
}
