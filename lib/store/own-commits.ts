import { db } from '../db/client';
import { SIGNERS_FILE } from './allowed-signers';
import { revisionOf, trailersOf } from './commit-message';
import { type CommitObject, commitFields, openObjects } from './object-reader';
import { INIT_SUBJECT, readFileAt, SIGNERS_SUBJECT } from './repo';
import { allowedSigners } from './signing-keys';
import { readSigner, type Signer } from './verify-signatures';

/** A longer stretch of commits is not looked at one by one. */
const MAX_WALK = 5000;

/** A commit with the key that signed it. */
export type ReadCommit = CommitObject & { oid: string; signer: Signer | 'bad' };

/** The public keys of this installation, also retired ones: what they signed, one of its hosts wrote. */
async function installationKeys(): Promise<Set<string>> {
  const list = await allowedSigners();
  return new Set(list?.signers.map(({ publicKey }) => publicKey));
}

/**
 * The commits that are reached from `head` without passing `base` or anything older, newest first.
 * @returns null when there are too many to look at each
 */
export async function commitsSince(gitdir: string, head: string, base: string | null): Promise<ReadCommit[] | null> {
  const reader = openObjects(gitdir);
  try {
    const read = async (oid: string): Promise<ReadCommit> => {
      const object = await reader.read(oid);
      if (object?.type !== 'commit') throw new Error(`the commit ${oid} is missing from the repository or damaged`);
      return { ...commitFields(object.content), oid, signer: readSigner(object.content) };
    };
    const oldest = base ? (await read(base)).committedAt : 0;
    const found: ReadCommit[] = [];
    const queue = head === base ? [] : [head];
    const seen = new Set([...queue, base]);
    for (let oid = queue.shift(); oid !== undefined; oid = queue.shift()) {
      const commit = await read(oid);
      if (commit.committedAt < oldest) continue;
      if (found.push(commit) > MAX_WALK) return null;
      for (const parent of commit.parents) {
        if (!seen.has(parent)) queue.push(parent);
        seen.add(parent);
      }
    }
    return found;
  } finally {
    reader.close();
  }
}

/**
 * Whether commits that only this host has can be given up for the remote's branch: each is made again from the database, or is
 * there already in another form. Publications that the database doesn't count as done, the store's first commit, and a list of keys
 * that the remote has as well.
 */
export async function canBeRemade(gitdir: string, commits: ReadCommit[], theirs: string): Promise<boolean> {
  const keys = await installationKeys();
  const isLinear = commits.every(({ parents }) => parents.length < 2);
  if (!isLinear || commits.some(({ signer }) => !keys.has(signer ?? ''))) return false;
  for (const commit of commits) {
    if (commit.message.startsWith(INIT_SUBJECT) && commit.parents.length === 0) continue;
    if (commit.message.startsWith(SIGNERS_SUBJECT) && (await isListed(gitdir, commit.oid, theirs))) continue;
    if (!(await isPending(commit))) return false;
  }
  return true;
}

/** Those that no host of this installation wrote, and approvals that the database doesn't have (any more, after a restore). */
export async function externalCommits(commits: ReadCommit[]): Promise<ReadCommit[]> {
  const keys = await installationKeys();
  const named = commits.flatMap(({ message }) => revisionOf(message) ?? []);
  const rows = await db().revision.findMany({ where: { id: { in: named } }, select: { id: true } });
  const known = new Set(rows.map(({ id }) => id));
  return commits.filter(({ signer, message }) => {
    const revision = revisionOf(message);
    return !keys.has(signer ?? '') || (revision !== null && !known.has(revision));
  });
}

/** Whether a repository is this installation's: its list of signing keys names one of ours. */
export async function isOfThisInstallation(gitdir: string, head: string): Promise<boolean> {
  const keys = await installationKeys();
  const list = (await readFileAt(gitdir, head, SIGNERS_FILE))?.toString('utf8') ?? '';
  return [...keys].some((key) => list.includes(key));
}

async function isListed(gitdir: string, oid: string, theirs: string): Promise<boolean> {
  const [ours, there] = await Promise.all([oid, theirs].map((at) => readFileAt(gitdir, at, SIGNERS_FILE)));
  return ours !== null && ours !== undefined && ours.toString('utf8') === there?.toString('utf8');
}

/** A publication whose row is there and names no commit yet, or another one. */
async function isPending({ oid, message }: ReadCommit): Promise<boolean> {
  const revision = revisionOf(message);
  const [change] = trailersOf(message, 'Method-Change');
  const [week] = trailersOf(message, 'Weekly-Report');
  const select = { commitOid: true };
  const row = revision
    ? await db().revision.findUnique({ where: { id: revision }, select })
    : change
      ? await db().methodChange.findUnique({ where: { id: change }, select })
      : week
        ? await db().weeklyReport.findUnique({ where: { week: week.split(' ')[0] }, select })
        : null;
  return row !== null && row.commitOid !== oid;
}
