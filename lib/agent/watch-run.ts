import pg from 'pg';
import { ACCESS_CHANNEL } from '../auth/access-channel';
import { databaseUrl } from '../db/client';
import { RUN_EVENTS_CHANNEL } from './event-log';
import type { RunEvent } from './events';

/** `news`: the newest events where the notification brought them; else they are to be read. */
type Waker = (news: RunEvent[] | null) => void;
type Closer = () => void;
type Watch = { url: string; wakers: Map<string, Set<Waker>>; client: pg.Client | null; closers: Set<Closer> };

/** Next loads modules more than once: one LISTEN connection must serve the whole process. */
const shared = globalThis as unknown as { socdownRunWatch?: Watch };

/**
 * Calls `wake` whenever the run has new events (and whenever some may have been missed). One connection serves all
 * watchers of this process; it comes back by itself when it breaks.
 * @returns the end of watching
 */
export function watchRun(runId: string, wake: Waker): () => void {
  const watch = watcher();
  const wakers = watch.wakers.get(runId) ?? new Set();
  wakers.add(wake);
  watch.wakers.set(runId, wakers);
  return () => {
    wakers.delete(wake);
    if (wakers.size === 0) watch.wakers.delete(runId);
  };
}

/** Calls `wake` whenever what this person may do has changed (and whenever such a change may have been missed). */
export function watchAccess(userId: string, wake: () => void): () => void {
  return watchRun(userId, wake);
}

/** Called when the process stops: open streams would hold its exit up. */
export function onClose(close: Closer): () => void {
  const { closers } = watcher();
  closers.add(close);
  return () => closers.delete(close);
}

/** Ends all streams and the connection of this process. */
export async function closeRunWatch(): Promise<void> {
  const watch = shared.socdownRunWatch;
  shared.socdownRunWatch = undefined;
  if (!watch) return;
  for (const close of [...watch.closers]) close();
  await watch.client?.end().catch(() => {});
}

function watcher(): Watch {
  const url = databaseUrl();
  if (shared.socdownRunWatch?.url === url) return shared.socdownRunWatch;
  void closeRunWatch();
  const watch: Watch = { url, wakers: new Map(), client: null, closers: new Set() };
  shared.socdownRunWatch = watch;
  void listen(watch);
  process.once('SIGTERM', () => {
    void closeRunWatch();
    // A listener alone would switch the default end of the process off.
    if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
  });
  return watch;
}

async function listen(watch: Watch, wait = 250): Promise<void> {
  if (shared.socdownRunWatch !== watch) return;
  const client = new pg.Client({
    connectionString: watch.url,
    application_name: 'socdown run events',
    keepAlive: true,
  });
  let ended = false;
  const again = () => {
    if (ended) return;
    ended = true;
    if (watch.client === client) watch.client = null;
    client.end().catch(() => {});
    setTimeout(() => void listen(watch, Math.min(wait * 2, 5_000)), wait).unref();
  };
  client.on('error', again);
  client.on('end', again);
  client.on('notification', ({ channel, payload = '' }) => {
    if (channel === ACCESS_CHANNEL) return wakeAll(watch.wakers.get(payload) ?? new Set(), null);
    const wakers = watch.wakers.get(payload.slice(0, RUN_ID_LENGTH));
    const events = payload.slice(RUN_ID_LENGTH);
    // Written by event-log only.
    if (wakers) wakeAll(wakers, events === '' ? null : (JSON.parse(events) as RunEvent[]));
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${RUN_EVENTS_CHANNEL}; LISTEN ${ACCESS_CHANNEL}`);
    if (shared.socdownRunWatch !== watch) {
      ended = true;
      await client.end();
      return;
    }
    watch.client = client;
    wait = 250;
    // What was notified while nobody listened is read now.
    for (const wakers of watch.wakers.values()) wakeAll(wakers, null);
  } catch {
    again();
  }
}

const RUN_ID_LENGTH = 36;

function wakeAll(wakers: Set<Waker>, news: RunEvent[] | null): void {
  for (const wake of wakers) wake(news);
}
