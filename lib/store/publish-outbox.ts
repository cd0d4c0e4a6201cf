import { pool } from '../db/client';
import { log } from '../log/log';
import { describeFailure } from './publish';
import { type StoreLock, withStoreLock } from './store-lock';

const WAIT_MS = 5_000;
const MAX_BACKOFF_S = 300;

/** An order to commit something. `triedBefore`: its commit may be there already. */
export type OutboxRow = { outbox: bigint; id: string; triedBefore: boolean };
export type Published = { published: number; failed: number };
type Row = { outbox: string; attempts: number; id: string };

/**
 * Carries out the orders of one kind, oldest first, with the store's lock held. Any number of processes may call it and be killed at
 * any moment: `publish` marks its order done with the change that it makes. What fails is kept with the reason and tried again later
 * (10 s, doubling to 5 min). @param key the field of the payload that names what is committed @throws when the database fails
 */
export async function publishOutbox(
  kind: string,
  key: string,
  publish: (row: OutboxRow, lock: StoreLock) => Promise<void>,
): Promise<Published> {
  const counts = { published: 0, failed: 0 };
  if (!(await nextRow(kind, key, '0'))) return counts;
  await withStoreLock(WAIT_MS, async (lock) => {
    for (let row = await nextRow(kind, key, '0'); row; row = await nextRow(kind, key, row.outbox)) {
      await pool().query('UPDATE outbox SET attempts = attempts + 1 WHERE id = $1::bigint', [row.outbox]);
      try {
        await publish({ outbox: BigInt(row.outbox), id: row.id, triedBefore: row.attempts > 0 }, lock);
        counts.published += 1;
      } catch (error) {
        await recordFailure(row, error);
        counts.failed += 1;
        // The store may be away for the next ones too; those of other files have their turn in the next round.
        break;
      }
    }
  });
  return counts;
}

async function nextRow(kind: string, key: string, after: string): Promise<Row | undefined> {
  const { rows } = await pool().query<Row>(
    `SELECT o.id::text AS outbox, o.attempts, payload->>$2 AS id FROM outbox o
     WHERE done_at IS NULL AND kind = $1 AND id > $3::bigint AND (next_attempt_at IS NULL OR next_attempt_at <= now())
       AND NOT EXISTS (SELECT 1 FROM outbox older WHERE older.done_at IS NULL AND older.kind = o.kind AND older.id < o.id
         AND coalesce(older.payload->>'path', older.payload->>$2) = coalesce(o.payload->>'path', o.payload->>$2))
     ORDER BY o.id LIMIT 1`,
    [kind, key, after],
  );
  return rows[0];
}

async function recordFailure(row: Row, error: unknown): Promise<void> {
  const wait = Math.min(MAX_BACKOFF_S, 5 * 2 ** Math.min(row.attempts + 1, 10));
  log.error({ err: error, outbox: row.outbox, subject: row.id, retryInSeconds: wait }, 'publication failed');
  await pool().query(
    'UPDATE outbox SET last_error = $2, next_attempt_at = now() + make_interval(secs => $3) WHERE id = $1::bigint',
    [row.outbox, describeFailure(error), wait],
  );
}
