import { db } from '../db/client';
import { env } from '../env/env';
import { AppError, errorMessage } from '../errors/app-error';
import { log } from '../log/log';
import { alignWithRemote } from './align-remote';
import { readBranch } from './branch';
import { openRemote } from './remote-git';
import { rememberRemote, remoteState } from './remote-state';
import { ensureStoreLocked, hasCommit } from './repo';
import { type StoreLock, withStoreLock } from './store-lock';
import { storeDir } from './store-path';

/** Other hosts may push first each time; after so many attempts the next round continues. */
const PUSH_ATTEMPTS = 5;

export type HeldStore = StoreLock & {
  /**
   * Brings what was committed to the remote, and ends once the remote has acknowledged it. Without a remote there is nothing to do.
   * @returns false when somebody was faster: our branch continues from theirs now, and what was committed may have to be made again.
   */
  push(): Promise<boolean>;
};

/**
 * Runs with the one writer's place, on a branch that continues the remote's. Hosts need not share a folder: each fetches before
 * it writes, and pushes before what it wrote counts (decision 120).
 * @returns null when another writer kept the place for longer than `waitMs`
 * @throws AppError remote_unavailable or remote_diverged: nothing was written
 */
export async function holdStore<T>(waitMs: number, work: (store: HeldStore) => Promise<T>): Promise<T | null> {
  return withStoreLock(waitMs, async (lock) => {
    const address = env().STORE_REMOTE;
    if (!address) return work({ ...lock, push: async () => true });
    await ensureStoreLocked(lock, { sign: false });
    const remote = await remembered(async () => openRemote(storeDir(), address));
    const foreign: string[] = [];
    const align = async () => {
      const aligned = await alignWithRemote(remote, lock);
      foreign.push(...aligned.foreign);
      return aligned.theirs;
    };
    let theirs = await remembered(align);
    const push = () =>
      remembered(async () => {
        const ours = await requireHead();
        if (ours !== theirs) {
          await lock.confirm();
          await requireHistory(theirs);
          if (!(await remote.push(ours))) {
            theirs = await align();
            return false;
          }
          theirs = ours;
        }
        await rememberRemote({ head: ours, error: null, foreign });
        return true;
      });
    return work({ ...lock, push });
  });
}

/** Pushes until nobody is faster. @throws AppError remote_unavailable */
export async function pushAll(store: HeldStore): Promise<void> {
  for (let attempt = 0; attempt < PUSH_ATTEMPTS; attempt++) if (await store.push()) return;
  throw new AppError(
    'remote_unavailable',
    'Others keep pushing to the remote repository. It is retried automatically.',
  );
}

/**
 * For what is no publication (archive, import, another key): waits for the place, writes, and pushes. When the remote went away
 * meanwhile, the commits wait on this host for its next sync.
 * @throws AppError store_busy; remote_unavailable before anything was written
 */
export async function writeStore<T>(waitMs: number, work: (store: HeldStore) => Promise<T>): Promise<T> {
  const done = await holdStore(waitMs, async (store) => {
    const result = await work(store);
    await pushAll(store).catch((error: unknown) => log.warn({ err: error }, 'written here, not pushed yet'));
    return { result };
  });
  if (!done) throw new AppError('store_busy', 'The store is being written by another process. Try again in a moment.');
  return done.result;
}

async function requireHead(): Promise<string> {
  const head = await readBranch(storeDir());
  if (!head) throw new AppError('unavailable', 'The store has no commit yet.');
  return head;
}

/** Whether this host's copy misses what was published last. */
export async function lacksHistory(): Promise<boolean> {
  const last = await db().revision.findFirst({
    where: { commitOid: { not: null } },
    orderBy: { publishedAt: 'desc' },
    select: { commitOid: true },
  });
  return Boolean(last?.commitOid) && !(await hasCommit(storeDir(), last?.commitOid ?? ''));
}

/** An empty remote is filled by a host that has the history, never by one that has just made its own repository. */
async function requireHistory(theirs: string | null): Promise<void> {
  if (theirs === null && (await lacksHistory()))
    throw new AppError(
      'remote_diverged',
      'The remote repository is empty, and this host does not have the published history. Run `sync` on the host that has it.',
    );
}

/** What goes wrong with the remote is kept, for people to see. */
async function remembered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const own = error instanceof AppError ? error : null;
    const message = own?.userMessage ?? 'The remote repository was not brought up to date (see the log).';
    if (!own) log.error({ err: error }, 'remote');
    await rememberRemote({ head: (await remoteState())?.head ?? null, error: message, foreign: [] });
    throw own ?? new AppError('unavailable', message, { logMessage: errorMessage(error), cause: error });
  }
}
