import { SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { log } from '../log/log';
import { moveBranch, readBranch } from './branch';
import { changedPaths, mergeBase } from './compare-commits';
import { mergeTrees } from './merge-trees';
import { canBeRemade, commitsSince, externalCommits, isOfThisInstallation } from './own-commits';
import { withObjects } from './read-objects';
import type { Remote } from './remote-git';
import { commitTree } from './repo';
import type { StoreLock } from './store-lock';
import { storeDir } from './store-path';
import { ObjectWriter } from './write-objects';

/** `theirs`: the remote's commit, null for an empty remote. `foreign`: files of cases that commits from elsewhere changed. */
export type Aligned = { theirs: string | null; foreign: string[] };

/**
 * Fetches, and moves our branch to where the next commit goes on top of the remote's. What only this host has is pushed later when it
 * is ahead; when others went on meanwhile, it is given up if it is made again from the database (decision 120), and merged otherwise.
 * The caller holds the store's lock.
 * @throws AppError remote_unavailable; remote_diverged when people must decide
 */
export async function alignWithRemote(remote: Remote, lock: StoreLock): Promise<Aligned> {
  const gitdir = storeDir();
  const theirs = await remote.fetch();
  const ours = await readBranch(gitdir);
  if (!theirs || !ours || theirs === ours) return { theirs, foreign: [] };
  const base = await mergeBase(gitdir, ours, theirs);
  if (base === theirs) return { theirs, foreign: [] };
  const next = base === ours ? theirs : await joined(gitdir, { base, ours, theirs });
  if (!(await moveBranch(gitdir, ours, next, () => lock.confirm())))
    throw new AppError('unavailable', 'The branch moved meanwhile.');
  return { theirs, foreign: base ? await recordExternal(gitdir, base, { ours, theirs }) : [] };
}

type Sides = { base: string | null; ours: string; theirs: string };

async function joined(gitdir: string, { base, ours, theirs }: Sides): Promise<string> {
  const own = await commitsSince(gitdir, ours, base);
  const isKnown = base !== null || (await isOfThisInstallation(gitdir, theirs));
  if (isKnown && own && (await canBeRemade(gitdir, own, theirs))) {
    log.info({ from: ours, to: theirs, commits: own.length }, 'commits that nobody else has are made again');
    return theirs;
  }
  if (!base)
    throw new AppError(
      'remote_diverged',
      'The remote repository has another history than this one. Nothing was pushed; set STORE_REMOTE to an empty one.',
    );
  return mergeCommit(gitdir, { base, ours, theirs });
}

/** Names what commits changed that no host of this installation wrote. @returns the files of cases among it */
async function recordExternal(
  gitdir: string,
  base: string,
  { ours, theirs }: { ours: string; theirs: string },
): Promise<string[]> {
  const commits = await commitsSince(gitdir, theirs, base);
  const foreign = commits && (await externalCommits(commits));
  if (foreign?.length === 0) return [];
  const spans = foreign?.map(({ oid, parents }) => ({ from: parents[0], to: oid })) ?? [{ from: base, to: theirs }];
  const changed = new Set<string>();
  for (const { from, to } of spans) {
    if (from) for (const file of await changedPaths(gitdir, from, to)) changed.add(file);
  }
  const files = [...changed];
  await audit(db(), {
    actorId: null,
    verb: 'store.pull',
    subjectKind: 'store',
    subjectId: theirs,
    data: { from: ours, theirs, files: files.slice(0, 500) },
  });
  return files.filter((file) => file.startsWith('investigations/')).slice(0, 100);
}

async function mergeCommit(gitdir: string, sides: { base: string; ours: string; theirs: string }): Promise<string> {
  return withObjects(gitdir, async (objects) => {
    const writer = new ObjectWriter(gitdir);
    const [base, ours, theirs] = await Promise.all(
      [sides.base, sides.ours, sides.theirs].map(async (oid) => (await objects.commit(oid)).tree),
    );
    const { tree, conflicts } = await mergeTrees(objects, writer, {
      base: base ?? null,
      ours: ours ?? '',
      theirs: theirs ?? '',
    });
    if (conflicts.length > 0) {
      throw new AppError(
        'remote_diverged',
        `Here and in the remote repository ${conflicts.length === 1 ? 'a file was' : `${conflicts.length} files were`} changed differently; nothing was overwritten or pushed: ${conflicts.slice(0, 5).join(', ')}. Merge them in a clone of the store and push the merge there.`,
      );
    }
    const us = { name: SYSTEM.name, email: SYSTEM.email, at: new Date() };
    const message = 'Take in what was pushed to the remote repository\n';
    const commit = { tree, parents: [sides.ours, sides.theirs], author: us, committer: us, message };
    return commitTree(objects, writer, commit);
  });
}
