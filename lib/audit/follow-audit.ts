import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { keyset } from '../db/keyset';
import { type AuditRow, COLUMNS, toItem } from './read-audit';
import type { AuditItem } from './schema';

export const FollowQuery = z.object({
  /** The cursor of the last row that was received; without it, from the first row on. */
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

/** A row for a collector, with the cursor to ask with next. */
export type FollowedItem = AuditItem & { cursor: string };

const Number64 = z.string().regex(/^\d{1,18}$/);
const cursors = keyset(z.tuple([Number64, Number64]));

/**
 * The rows after a cursor, in the order in which their transactions ended for good: a row whose transaction is still open,
 * or that an open one may precede, comes with a later call, so that none is ever skipped. At least once: after a restore,
 * rows come again with the same ids.
 * @throws AppError forbidden, invalid_cursor
 */
export async function followAudit(actor: Actor, query: z.output<typeof FollowQuery>): Promise<FollowedItem[]> {
  authorize(actor, 'audit.read');
  const [tx = '0', id = '0'] = cursors.read(query.after) ?? [];
  // A cursor of before a restore names a transaction that this database has not come to yet: its id counts alone then.
  const { rows } = await pool().query<AuditRow & { txId: string }>(
    `WITH place AS (
       SELECT CASE WHEN $1::bigint < pg_snapshot_xmax(pg_current_snapshot())::text::bigint THEN $1::bigint ELSE -1 END AS tx)
     SELECT ${COLUMNS}, a.tx_id AS "txId" FROM place, audit a LEFT JOIN users u ON u.id = a.actor_id
     WHERE a.tx_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
       AND a.tx_id >= place.tx AND (a.id > $2::bigint OR (a.tx_id > place.tx AND place.tx >= 0))
     ORDER BY a.tx_id, a.id LIMIT $3`,
    [tx, id, query.limit],
  );
  return rows.map((row) => ({ ...toItem(row), cursor: cursors.write([row.txId, row.id]) }));
}
