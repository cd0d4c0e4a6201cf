import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { indexInvestigation } from './index-investigation';

/**
 * Builds rows' fields, entities and search vectors of all investigations anew from their drafts, in batches of their own
 * transactions, while the server runs. Stopping and starting again does no harm.
 */
export async function reindexAll(
  actor: Actor,
  options: { batch?: number; onProgress?: (indexed: number) => void } = {},
): Promise<{ indexed: number }> {
  authorize(actor, 'store.maintain');
  const batch = options.batch ?? 50;
  let indexed = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await pool().query<{ id: string }>(
      'SELECT id FROM investigations WHERE id > $1::uuid ORDER BY id LIMIT $2',
      [after, batch],
    );
    const last = rows.at(-1);
    if (!last) return { indexed };
    await db().$transaction(
      async (tx) => {
        for (const { id } of rows) {
          // A save at the same moment indexes too; the lock makes the newer text win.
          await tx.$queryRaw`SELECT version FROM drafts WHERE investigation_id = ${id}::uuid FOR UPDATE`;
          await indexInvestigation(tx, id);
        }
      },
      { maxWait: 30_000, timeout: 300_000 },
    );
    indexed += rows.length;
    options.onProgress?.(indexed);
    after = last.id;
  }
}
