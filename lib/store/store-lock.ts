import pg from 'pg';
import { databaseUrl } from '../db/client';

/** Any constant: every process that writes the store takes the same lock. */
const LOCK = 72_707_370;

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
  const client = new pg.Client({ connectionString: databaseUrl(), keepAlive: true, application_name: 'socdown store' });
  // The loss of the connection shows at the next confirm(); without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
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
