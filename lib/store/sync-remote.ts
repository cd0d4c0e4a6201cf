import { type Actor, authorize, SYSTEM } from '../auth/guard';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';
import { log } from '../log/log';
import { readBranch } from './branch';
import { holdStore, pushAll } from './hold-store';
import { type RemoteState, remoteState } from './remote-state';
import { storeDir } from './store-path';

/** Without anything to push, somebody may have pushed there. */
const LOOK_MS = 10 * 60_000;
const RETRY_MS = 60_000;
/** How often a host asks whether another one has pushed. */
const FOLLOW_MS = 3_000;

/**
 * Brings our branch and the remote's together: pushes, takes what is new there, merges where both went on. Nothing on either
 * side is ever overwritten: where both changed the same file, both stay as they are and the file is named.
 * @throws AppError unprocessable when there is no remote; conflict when people must decide; unavailable when it can't be reached.
 */
export async function syncRemote(actor: Actor): Promise<RemoteState> {
  authorize(actor, 'store.maintain');
  if (!env().STORE_REMOTE)
    throw new AppError('unprocessable', 'STORE_REMOTE is not set: there is no remote to push to.');
  const done = await holdStore(60_000, async (store) => {
    await pushAll(store);
    return remoteState();
  });
  if (!done) throw new AppError('store_busy', 'The store is being written by another process.');
  return done;
}

/**
 * For every process that reads the store: syncs when another host has pushed, when something here was not pushed, or when it is
 * time to look. Never throws; the state says what is wrong.
 */
export async function syncWhenDue(): Promise<void> {
  if (!env().STORE_REMOTE) return;
  const state = await remoteState();
  const age = state ? Date.now() - new Date(state.at).getTime() : Number.POSITIVE_INFINITY;
  const isBehind = state !== null && state.error === null && state.head !== (await readBranch(storeDir()));
  if (!isBehind && age < (state?.error ? RETRY_MS : LOOK_MS)) return;
  await syncRemote(SYSTEM).catch((error: unknown) => log.warn({ err: error }, 'remote'));
}

/** Keeps this process's copy of the store like the remote. @returns a function that ends it, and waits for what is under way */
export function followRemote(): () => Promise<void> {
  let current: Promise<void> | undefined;
  const timer = setInterval(() => {
    current ??= syncWhenDue()
      .catch((error: unknown) => log.warn({ err: error }, 'remote'))
      .finally(() => {
        current = undefined;
      });
  }, FOLLOW_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await current;
  };
}
