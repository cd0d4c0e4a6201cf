import { createHash } from 'node:crypto';
import { SYSTEM } from '../auth/guard';
import { parseReport } from '../report/report';
import type { FrontMatter } from '../report/schema';
import { commitSubject, gitPerson, oneLine, revisionOf, trailersOf } from './commit-message';
import type { CommitObject, ObjectReader } from './object-reader';
import { investigationFiles } from './store-path';
import type { Change } from './verify';
import { checkArchive } from './verify-archive';
import { checkEvidence } from './verify-evidence';
import { checkTrail } from './verify-trail';

export type Subject = {
  oid: string;
  commit: CommitObject;
  /** Against the first parent. */
  changes: Change[];
  /** Whether a change is what another parent brings (a merge). */
  taken: (change: Change) => Promise<boolean>;
  /** The id of a file's content in this commit, and in its first parent; null: not there. */
  at: (file: string) => Promise<string | null>;
  was: (file: string) => Promise<string | null>;
  /** When the newest of its parents was committed, in seconds: a commit is never dated before it. */
  notBefore: number;
  /** The commits of the revisions that were approved before; this one's is added. */
  published: Map<string, string>;
  /** What has had hashes in its commits up to here: older versions wrote none, and only they may do without. */
  hashed: Set<'approval' | 'archive'>;
};
export type Found = (where: string, problem: string) => void;

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Whether a path belongs to the cases: what only an approval, an archive or an import may change. */
export function isCasePath(file: string): boolean {
  return file.startsWith('investigations/');
}

/** The sha256 that a commit's trailers give of its files, by the last part of their path. */
export function saidHashes(message: string): Map<string, string> {
  return new Map(
    trailersOf(message, 'Sha256').map((line) => {
      const [hash = '', file = ''] = line.split(' ');
      return [file, hash];
    }),
  );
}

/** Whether a commit has no hashes because it was written by a version that wrote none yet: nothing before it has any. */
export function isOlder({ commit, hashed }: Subject, kind: 'approval' | 'archive'): boolean {
  if (saidHashes(commit.message).size === 0 && !hashed.has(kind)) return true;
  hashed.add(kind);
  return false;
}

/** Checks one commit by what its trailers say it is. */
export async function checkCommit(
  objects: ObjectReader,
  subject: Subject,
  report: Found,
): Promise<'approval' | 'import' | 'other'> {
  const { commit, changes, oid } = subject;
  const found: Found = (where, problem) => report(where, `${problem} (commit ${oid.slice(0, 12)})`);
  const revision = revisionOf(commit.message);
  if (revision) {
    await checkApproval(objects, subject, revision, found);
    return 'approval';
  }
  for (const { path, after } of changes)
    if (after && !(await objects.read(after))) found(path, 'its content in the repository is missing or damaged');
  const [archived] = trailersOf(commit.message, 'Archived-Day');
  const [restored] = trailersOf(commit.message, 'Restored-Day');
  if (archived || restored) {
    checkWriter(commit, archived ? 'the archive' : 'the way back from the archive', found);
    await checkArchive(objects, subject, archived ? { archived } : { restored: restored ?? '' }, found);
    return 'other';
  }
  const [imported] = trailersOf(commit.message, 'Imported-From');
  for (const change of changes) {
    if (!isCasePath(change.path) || (imported && change.before === null) || (await subject.taken(change))) continue;
    const who = `${commit.author} <${commit.authorEmail}>`;
    const what = change.after === null ? 'was removed' : change.before === null ? 'was added' : 'was changed';
    found(change.path, `${what} without an approval by ${who}`);
  }
  return imported ? 'import' : 'other';
}

/** Only Socdown writes approvals and archives: who amends or rebases such a commit becomes its committer. */
function checkWriter(commit: CommitObject, where: string, found: Found): void {
  if (commit.committerEmail !== SYSTEM.email)
    found(where, `was written by ${oneLine(commit.committerEmail) || 'nobody'}, not by Socdown`);
}

async function checkApproval(objects: ObjectReader, subject: Subject, revision: string, found: Found): Promise<void> {
  const { commit, changes } = subject;
  const report = changes.find(({ path }) => /\/[^/_][^/]*\.md$/.test(path) && isCasePath(path));
  if (!report?.after) {
    found('approval', 'adds no report');
    return;
  }
  checkWriter(commit, report.path, found);
  const before = subject.published.get(revision);
  if (before) found(report.path, `reuses an earlier approval, of commit ${before.slice(0, 12)}`);
  else subject.published.set(revision, subject.oid);

  let own: ReturnType<typeof investigationFiles>;
  try {
    own = investigationFiles(report.path);
  } catch {
    found(report.path, 'is not a valid path for a case');
    return;
  }
  const paths: string[] = Object.values(own);
  for (const { path } of changes) if (!paths.includes(path)) found(path, 'was changed by the approval of another case');

  const hashes = saidHashes(commit.message);
  const older = isOlder(subject, 'approval');
  const texts = new Map<string, string>();
  for (const path of paths) {
    const oid = await subject.at(path);
    const object = oid ? await objects.read(oid) : null;
    if (older && !oid && path === own.audit) continue;
    if (!object) found(path, oid ? 'is missing or damaged in the repository' : 'is not part of the approval');
    else if (!older && hashes.get(path.split('/').at(-1) ?? '') !== sha256(object.content))
      found(path, 'is not the text that was approved');
    if (object) texts.set(path, object.content.toString('utf8'));
  }
  const { frontMatter, problem } = parseReport(texts.get(own.report) ?? '');
  if (frontMatter) checkFacts(subject, frontMatter, own.report, found);
  else found(own.report, problem ?? 'has no front matter');

  const earlier = async (path: string) => {
    const oid = await subject.was(path);
    return oid ? ((await objects.read(oid))?.content.toString('utf8') ?? null) : null;
  };
  const evidence = texts.get(own.evidence);
  if (evidence !== undefined) checkEvidence(evidence, await earlier(own.evidence), (what) => found(own.evidence, what));
  const trail = { text: texts.get(own.audit), before: await earlier(own.audit) };
  checkTrail(commit, { revision, ...trail, published: subject.published }, (what) => found(own.audit, what));
}

/** The front matter and the commit say the same: state, people, time, and the subject that is made of it. */
function checkFacts({ commit, notBefore }: Subject, facts: FrontMatter, path: string, found: Found): void {
  if (facts.status !== 'approved') found(path, `says that it is ${facts.status}`);
  const name = (text: unknown) => gitPerson({ name: String(text ?? ''), email: 'x' }).name;
  if (name(facts.author) !== commit.author)
    found(path, `names ${name(facts.author)} as its author; the commit ${commit.author}`);
  const reviewers = trailersOf(commit.message, 'Reviewed-by').map((who) => who.replace(/ <[^<>]*>$/, ''));
  if (!reviewers.includes(name(facts.reviewer)))
    found(path, `names ${name(facts.reviewer)} as its reviewer; the commit ${reviewers.join(', ') || 'nobody'}`);
  // What was approved earlier may be committed later: behind a later approval it has the time of that one.
  const approvedAt = Math.floor(Date.parse(String(facts.approved)) / 1000);
  if (commit.committedAt !== approvedAt && (notBefore < approvedAt || commit.committedAt !== notBefore))
    found(path, 'gives another time of approval than the commit');
  const subject = commitSubject({ ...facts, codename: path.split('.').at(-2) ?? '' });
  if (commit.message.split('\n')[0] !== subject) found(path, `is not what its commit's first line says`);
}
