import { createHash } from 'node:crypto';
import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { writersOf } from '../drafts/writers';
import { AppError } from '../errors/app-error';
import { exportEvidence } from '../evidence/export-evidence';
import { PUBLISH_REVISION } from '../jobs/outbox';
import { patchFrontMatter } from '../report/report';
import { canonicalJson } from '../text/canonical-json';
import { sealTrail } from './audit-trail';
import { commitMessage, type GitPerson, reportFacts, revisionOf } from './commit-message';
import { type Publication, type Published, publishOutbox } from './publish-outbox';
import { investigationFiles } from './store-path';

/**
 * Turns approved revisions into commits, in the order of approval, one each; of an investigation, never one before an older one.
 * @throws when the database fails.
 */
export const publishPending = (): Promise<Published> =>
  publishOutbox({
    kind: PUBLISH_REVISION,
    key: 'revisionId',
    inOrderBy: 'investigationId',
    prepare: (id) => db().$transaction((tx) => readPublication(tx, id), { timeout: 60_000 }),
  });

/** Everything of a revision's commit, from the database; null when the revision is gone (with its samples) or was committed. */
async function readPublication(tx: Tx, revisionId: string): Promise<Publication | null> {
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
  if (!revision || revision.commitOid) return null;
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
    since: approvedAt,
    isNamedIn: (message) => revisionOf(message) === revisionId,
    record: (commit) => record(revisionId, investigation.id, commit),
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

const record = (revisionId: string, investigationId: string, commit: string) => [
  db().revision.update({ where: { id: revisionId }, data: { commitOid: commit, publishedAt: new Date() } }),
  audit(db(), {
    actorId: null,
    verb: 'store.publish',
    subjectKind: 'investigation',
    subjectId: investigationId,
    data: { revision: revisionId, commit },
  }),
];
