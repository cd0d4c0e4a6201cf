import { z } from 'zod';
import { type Actor, authorize, SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { env } from '../env/env';
import { AppError, errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { moveBranch, readBranch } from './branch';
import { changedPaths, mergeBase } from './compare-commits';
import { mergeTrees } from './merge-trees';
import { withObjects } from './read-objects';
import { openRemote, type Remote } from './remote-git';
import { commitTree } from './repo';
import { type StoreLock, withStoreLock } from './store-lock';
import { storeDir } from './store-path';
import { ObjectWriter } from './write-objects';

const STATE = 'store.remote';
/** Without anything to push, somebody may have pushed there. */
const LOOK_MS = 10 * 60_000;
const RETRY_MS = 60_000;

/** How it went the last time. `foreign`: files of cases that commits from elsewhere changed, without an approval here. */
const State = z.object({
  at: z.string(),
  head: z.string().nullable(),
  error: z.string().nullable(),
  foreign: z.array(z.string()),
});
export type RemoteState = z.infer<typeof State>;

/**
 * Brings our branch and the remote's together: pushes, takes what is new there, merges where both went on. Nothing on either
 * side is ever overwritten: where both changed the same file, both stay as they are and the file is named.
 * @throws AppError unprocessable when there is no remote; conflict when people must decide; unavailable when it can't be reached.
 */
export async function syncRemote(actor: Actor): Promise<RemoteState> {
  authorize(actor, 'store.maintain');
  const address = env().STORE_REMOTE;
  if (!address) throw new AppError('unprocessable', 'STORE_REMOTE is not set: there is no remote to push to.');
  try {
    const remote = openRemote(storeDir(), address);
    const foreign: string[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const theirs = await withLock((lock) => acceptTheirs(remote, lock, foreign));
      const ours = await readBranch(storeDir());
      if (!ours) throw new AppError('unavailable', 'The store has no commit yet.');
      // Outside the lock: a slow network must not hold up approvals; what they add meanwhile goes along the next time.
      if (ours === theirs || (await remote.push(ours))) return await remember({ head: ours, error: null, foreign });
    }
    throw new AppError(
      'remote_unavailable',
      'Others keep pushing to the remote repository. It is tried again by itself.',
    );
  } catch (error) {
    if (!(error instanceof AppError)) log.error({ err: error }, 'remote');
    const message =
      error instanceof AppError ? error.userMessage : `The remote repository was not brought up to date (see the log).`;
    await remember({ head: await readBranch(storeDir()), error: message, foreign: [] });
    throw error instanceof AppError
      ? error
      : new AppError('unavailable', message, { logMessage: errorMessage(error), cause: error });
  }
}

/** For the worker: syncs when something was published, or when it is time to look. Never throws; the state says what is wrong. */
export async function syncWhenDue(published: boolean): Promise<void> {
  if (!env().STORE_REMOTE) return;
  const state = await remoteState();
  const age = state ? Date.now() - new Date(state.at).getTime() : Number.POSITIVE_INFINITY;
  if (!published && age < (state?.error ? RETRY_MS : LOOK_MS)) return;
  await syncRemote(SYSTEM).catch((error: unknown) => log.warn({ err: error }, 'remote'));
}

/** The last sync's outcome, or null when there never was one or no remote is set any more. */
export async function remoteState(): Promise<RemoteState | null> {
  if (!env().STORE_REMOTE) return null;
  const row = await db().setting.findUnique({ where: { key: STATE } });
  return State.safeParse(row?.value).data ?? null;
}

async function withLock<T>(work: (lock: StoreLock) => Promise<T>): Promise<T> {
  const done = await withStoreLock(60_000, async (lock) => ({ result: await work(lock) }));
  if (!done) throw new AppError('store_busy', 'The store is being written by another process.');
  return done.result;
}

/** Our branch has all of theirs afterwards. @returns the remote's commit. */
async function acceptTheirs(remote: Remote, lock: StoreLock, foreign: string[]): Promise<string | null> {
  const gitdir = storeDir();
  const theirs = await remote.fetch();
  const ours = await readBranch(gitdir);
  if (!theirs || !ours || theirs === ours) return theirs;
  const base = await mergeBase(gitdir, ours, theirs);
  if (base === theirs) return theirs;
  if (!base)
    throw new AppError(
      'remote_diverged',
      'The remote repository has another history than this one. Nothing was pushed; set STORE_REMOTE to an empty one.',
    );
  const merged = base === ours ? theirs : await mergeCommit(gitdir, { base, ours, theirs });
  const changed = await changedPaths(gitdir, base, theirs);
  foreign.push(...changed.filter((file) => file.startsWith('investigations/')).slice(0, 100));
  if (!(await moveBranch(gitdir, ours, merged, () => lock.confirm())))
    throw new AppError('unavailable', 'The branch moved meanwhile.');
  await audit(db(), {
    actorId: null,
    verb: 'store.pull',
    subjectKind: 'store',
    subjectId: merged,
    data: { from: ours, theirs, files: changed.slice(0, 500) },
  });
  return theirs;
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

async function remember(state: Omit<RemoteState, 'at'>): Promise<RemoteState> {
  const value = { ...state, at: new Date().toISOString() };
  await db().setting.upsert({ where: { key: STATE }, create: { key: STATE, value }, update: { value } });
  return value;
}
