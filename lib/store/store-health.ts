import { pool } from '../db/client';
import { PUBLISH_METHOD_CHANGE, PUBLISH_REVISION, PUBLISH_WEEKLY_REPORT } from '../jobs/outbox';
import { remoteState } from './remote-state';
import type { StoreHealth } from './schema';

/** How far the store is behind the database. */
export async function storeHealth(): Promise<StoreHealth> {
  const { rows } = await pool().query<{
    pending: number;
    oldest: Date | null;
    error: string | null;
    next: Date | null;
  }>(
    `SELECT count(*)::int AS pending, min(created_at) AS oldest, min(next_attempt_at) AS next,
       (array_agg(last_error ORDER BY id) FILTER (WHERE last_error IS NOT NULL))[1] AS error
     FROM outbox WHERE done_at IS NULL AND kind = ANY($1)`,
    [[PUBLISH_REVISION, PUBLISH_METHOD_CHANGE, PUBLISH_WEEKLY_REPORT]],
  );
  const remote = await remoteState();
  const { pending = 0, oldest = null, error = null, next = null } = rows[0] ?? {};
  return {
    status: error || remote?.error ? 'failing' : pending > 0 ? 'publishing' : 'ok',
    pending,
    oldest: oldest?.toISOString() ?? null,
    lastError: error ?? remote?.error ?? null,
    nextAttemptAt: next?.toISOString() ?? null,
  };
}
