import pg from 'pg';
import { databaseUrl } from '../db/client';

/** Any constant: every process that writes the store takes the same lock. */
const LOCK = 72_707_371;
/** Held by who moves objects into packs, and shared by who must find them where they are. */
const PACK_LOCK = 72_707_372;

export type StoreLock = {
  /** Asks the database whether the lock is still ours. @throws Error when the connection is gone, and the lock with it. */
  confirm(): Promise<void>;
};

/**
 * Runs with the one writer's place, across processes and machines on one database: an advisory lock on a connection of
 * its own, which PostgreSQL gives up when the process dies.
 * @returns null when another writer kept it for longer than `waitMs`.
 */
export async function withStoreLock<T>(waitMs: number, run: (lock: StoreLock) => Promise<T>): Promise<T | null> {
  const client = await connect();
  try {
    await client.query(`SET lock_timeout = ${Math.max(1, Math.floor(waitMs))}`);
    try {
      await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    } catch (error) {
      if ((error as { code?: string }).code === '55P03') return null; // lock_not_available
      throw error;
    }
    return await run({
      confirm: async () => {
        await client.query('SELECT 1');
      },
    });
  } finally {
    await client.end().catch(() => {}); // also releases the lock
  }
}

/** Runs while objects stay in the files they are in (`shared`), or while nobody counts on that (`exclusive`). Taken before the store's lock. */
export async function withPackLock<T>(mode: 'shared' | 'exclusive', run: () => Promise<T>): Promise<T> {
  const client = await connect();
  try {
    await client.query(`SELECT pg_advisory_lock${mode === 'shared' ? '_shared' : ''}($1)`, [PACK_LOCK]);
    return await run();
  } finally {
    await client.end().catch(() => {}); // also releases the lock
  }
}

/** A connection of its own: PostgreSQL gives up its locks when it ends, however it ends. */
async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl(), keepAlive: true, application_name: 'socdown store' });
  // The loss of the connection shows at the next query; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}
