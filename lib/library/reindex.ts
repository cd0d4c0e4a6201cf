import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { INDEXER, indexInvestigation } from '../investigations/index-investigation';

/** How many texts are compared at a time. */
const PAGE = 2000;

/**
 * Brings rows' fields, entities and search vectors of all investigations up to their drafts, in transactions of their own, while
 * the server runs. What was made from the very text by this very indexer is left alone: the database compares their hashes.
 * Stopping and starting again does no harm.
 * @param options.all makes everything again
 */
export async function reindexAll(
  actor: Actor,
  options: { all?: boolean; batch?: number; onProgress?: (indexed: number) => void } = {},
): Promise<{ indexed: number; unchanged: number }> {
  authorize(actor, 'store.maintain');
  const { all = false, batch = 50 } = options;
  const result = { indexed: 0, unchanged: 0 };
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await pool().query<{ id: string; old: boolean }>(
      `SELECT i.id, $3 OR s.source IS DISTINCT FROM sha256(convert_to($2 || d.markdown, 'UTF8')) AS old
       FROM investigations i JOIN drafts d ON d.investigation_id = i.id LEFT JOIN investigation_search s ON s.investigation_id = i.id
       WHERE i.id > $1::uuid AND i.status <> 'merged' ORDER BY i.id LIMIT $4`,
      [after, INDEXER, all, PAGE],
    );
    const last = rows.at(-1);
    if (!last) return result;
    const old = rows.filter((row) => row.old);
    result.unchanged += rows.length - old.length;
    for (let from = 0; from < old.length; from += batch) {
      const some = old.slice(from, from + batch);
      await indexSome(some.map(({ id }) => id));
      result.indexed += some.length;
      options.onProgress?.(result.indexed);
    }
    after = last.id;
  }
}

async function indexSome(ids: string[]): Promise<void> {
  await db().$transaction(
    async (tx) => {
      for (const id of ids) {
        // A save at the same moment indexes too; the lock makes the newer text win.
        await tx.$queryRaw`SELECT version FROM drafts WHERE investigation_id = ${id}::uuid FOR UPDATE`;
        await indexInvestigation(tx, id);
      }
    },
    { maxWait: 30_000, timeout: 300_000 },
  );
}
