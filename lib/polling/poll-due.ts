import { db } from '../db/client';
import { type PollRow, pollConnection } from './poll-connection';

/** A fetch whose process died is made again after this. */
const LEASE = "interval '30 minutes'";
/** What was seen is remembered longer than any overlap. */
const KEEP = "interval '30 days'";

/**
 * Fetches from every connection whose time has come, one after the other. Several workers share the work: whoever takes a
 * connection moves its time first.
 */
export async function pollDue(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const [taken] = await db().$queryRawUnsafe<{ id: string }[]>(`
      UPDATE connections SET poll_next_at = now() + ${LEASE}
      WHERE id = (
        SELECT id FROM connections
        WHERE enabled AND poll_minutes IS NOT NULL AND (poll_next_at IS NULL OR poll_next_at <= now())
        ORDER BY poll_next_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id`);
    if (!taken) return;
    const row: PollRow | null = await db().connection.findUnique({ where: { id: taken.id } });
    if (row) await pollConnection(row);
    await db().$executeRawUnsafe(`DELETE FROM polled_alerts WHERE seen_at < now() - ${KEEP}`);
  }
}
