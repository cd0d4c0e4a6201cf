import { createHash } from 'node:crypto';
import { hashOf } from '../evidence/canonical-json';
import { parseReport } from '../investigations/report';
import { readArchive } from './archive-file';
import { readTrail, type TrailLine } from './audit-trail';
import { revisionOf, trailersOf } from './commit-message';
import type { CommitObject, ObjectReader } from './object-reader';
import type { Change } from './verify';

type Subject = {
  oid: string;
  commit: CommitObject;
  /** Against the first parent. */
  changes: Change[];
  /** Whether a change is what another parent has (a merge). */
  taken: (change: Change) => Promise<boolean>;
};
type Found = (where: string, problem: string) => void;

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Whether a path belongs to the cases: what only an approval, an archive or an import may change. */
export function isCasePath(file: string): boolean {
  return file.startsWith('investigations/');
}

/** Checks one commit by what its trailers say it is. */
export async function checkCommit(
  objects: ObjectReader,
  subject: Subject,
  found: Found,
): Promise<'approval' | 'other'> {
  const { commit, changes, oid } = subject;
  const short = `commit ${oid.slice(0, 12)}`;
  const revision = revisionOf(commit.message);
  if (revision) {
    await checkApproval(objects, subject, revision, (where, problem) => found(where, `${problem} (${short})`));
    return 'approval';
  }
  const [archive] = trailersOf(commit.message, 'Archived-Day');
  const [restored] = trailersOf(commit.message, 'Restored-Day');
  const [imported] = trailersOf(commit.message, 'Imported-From');
  if (archive || restored) {
    await checkArchive(objects, changes, archive ? 'archived' : 'restored', (where, problem) =>
      found(where, `${problem} (${short})`),
    );
  } else {
    for (const change of changes) {
      if (!isCasePath(change.path) || (imported && change.before === null) || (await subject.taken(change))) continue;
      const who = `${commit.author} <${commit.authorEmail}>`;
      const what = change.after === null ? 'was removed' : change.before === null ? 'was added' : 'was changed';
      found(change.path, `${what} without an approval by ${who} (${short})`);
    }
  }
  return 'other';
}

async function checkApproval(objects: ObjectReader, subject: Subject, revision: string, found: Found): Promise<void> {
  const { commit, changes } = subject;
  const report = changes.find(({ path }) => /\/[^/_][^/]*\.md$/.test(path) && isCasePath(path));
  if (!report?.after) {
    found('approval', 'brings no report');
    return;
  }
  const stem = report.path.replace(/\.md$/, '');
  const own = new Map(['.md', '.evidence.json', '.audit.jsonl'].map((end) => [`${stem}${end}`, end]));
  for (const { path } of changes) if (!own.has(path)) found(path, 'was changed by the approval of another case');

  const files = new Map<string, Buffer>();
  for (const { path, after } of changes) {
    const object = after ? await objects.read(after) : null;
    if (own.has(path) && !object) found(path, 'is missing or damaged in the repository');
    if (object) files.set(own.get(path) ?? '', object.content);
  }
  const name = stem.split('/').at(-1) ?? '';
  const hashes = new Map(
    trailersOf(commit.message, 'Sha256').map((line) => {
      const [hash = '', file = ''] = line.split(' ');
      return [file, hash];
    }),
  );
  for (const [path, end] of own) {
    const content = files.get(end);
    // A file that is as it was before is not among the changes; its hash was checked where it came in.
    if (content && hashes.get(`${name}${end}`) !== sha256(content)) found(path, 'is not the text that was approved');
  }
  const text = (end: string) => files.get(end)?.toString('utf8');
  const { frontMatter, problem } = parseReport(text('.md') ?? '');
  if (!frontMatter) found(report.path, problem ?? 'has no front matter');
  else if (frontMatter.status !== 'approved') found(report.path, `says that it is ${frontMatter.status}`);
  const evidence = text('.evidence.json');
  if (evidence !== undefined) checkEvidence(evidence, `${stem}.evidence.json`, found);
  checkPeople(commit, text('.audit.jsonl'), revision, `${stem}.audit.jsonl`, found);
}

/** Each receipt's result has the hash that it says; of one that was cut for the file, the whole's hash can't be checked. */
function checkEvidence(text: string, path: string, found: Found): void {
  type Receipt = { number?: number; sha256?: string; cut?: string; result?: unknown; status?: string };
  let receipts: Receipt[];
  try {
    receipts = (JSON.parse(text) as { evidence: Receipt[] }).evidence;
    if (!Array.isArray(receipts)) throw new Error('no list');
  } catch {
    found(path, 'can’t be read as evidence');
    return;
  }
  for (const { number, sha256: said, cut, result } of receipts) {
    if (!cut && said && hashOf(result) !== said)
      found(path, `the result of E${number} is not the one that was recorded`);
  }
}

/** Four eyes: nobody approves what they wrote, and the trail says the same as the commit. */
function checkPeople(
  commit: CommitObject,
  trail: string | undefined,
  revision: string,
  path: string,
  found: Found,
): void {
  const emails = (name: string) => trailersOf(commit.message, name).map((who) => /<([^<>]*)>$/.exec(who)?.[1] ?? who);
  const reviewers = emails('Reviewed-by');
  const writers = [commit.authorEmail, ...emails('Co-authored-by')];
  if (reviewers.length === 0) found(path, 'the commit names no reviewer');
  for (const email of reviewers) {
    if (writers.includes(email)) found(path, `${email} approved a text of their own`);
  }
  if (trail === undefined) {
    found(path, 'no audit trail came with the approval');
    return;
  }
  const { lines, problem } = readTrail(trail);
  if (problem) {
    found(path, problem);
    return;
  }
  const about = (verb: string) => lines.filter((line) => line.verb === verb && dataOf(line).revision === revision);
  const submits = about('reviews.submit');
  // An approval of a text whose lines were only broken elsewhere is carried over to the next one, by who gave it.
  const carried = lines
    .filter(
      (line) =>
        line.verb === 'reviews.carry' && submits.some((submit) => dataOf(submit).review === dataOf(line).review),
    )
    .flatMap((line) => dataOf(line).approvals ?? []);
  const given = lines.filter(({ verb, actor }) => verb === 'reviews.approve' && carried.includes(actor?.id ?? ''));
  const approvals = [...about('reviews.approve'), ...given].map(({ actor }) => actor?.email ?? '');
  if (approvals.length === 0) found(path, 'has no approval of this revision');
  for (const email of reviewers) {
    if (!approvals.includes(email)) found(path, `the commit says that ${email} approved; the trail does not`);
  }
  const [submitted] = submits;
  if (submitted && submitted.actor?.email !== commit.authorEmail)
    found(path, `the commit says that ${commit.authorEmail} submitted; the trail says ${submitted.actor?.email}`);
}

const dataOf = ({ data }: TrailLine) => (data ?? {}) as { revision?: unknown; review?: unknown; approvals?: unknown[] };

/** What went into the archive is in it, byte for byte; what came out of it was in it. */
async function checkArchive(
  objects: ObjectReader,
  changes: Change[],
  kind: 'archived' | 'restored',
  found: Found,
): Promise<void> {
  const side = kind === 'archived' ? 'after' : 'before';
  const inArchives = new Map<string, Buffer>();
  for (const change of changes) {
    const oid = change[side];
    if (!change.path.endsWith('/investigations.tar.gz') || !oid) continue;
    const object = await objects.read(oid);
    const folder = change.path.slice(0, change.path.lastIndexOf('/') + 1);
    try {
      for (const { name, content } of await readArchive(object?.content ?? Buffer.alloc(0)))
        inArchives.set(`${folder}${name}`, content);
    } catch {
      found(change.path, 'can’t be read');
    }
  }
  for (const { path, before, after } of changes) {
    if (/\/(?:_daily_summary\.md|investigations\.tar\.gz)$/.test(path)) continue;
    const blob = kind === 'archived' ? before : after;
    const moved = kind === 'archived' ? after === null : before === null;
    const object = blob ? await objects.read(blob) : null;
    if (!moved || !object || !inArchives.get(path)?.equals(object.content))
      found(path, 'is not the same inside the archive');
  }
}
