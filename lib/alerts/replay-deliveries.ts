import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { AppError } from '../errors/app-error';
import { replayDelivery } from './deliveries';

export const ReplayDeliveries = z.strictObject({ ids: z.array(z.uuid()).min(1).max(100) });
export type ReplayDeliveries = z.infer<typeof ReplayDeliveries>;

/** What all of them became together. */
export const ReplayedDeliveries = z.object({
  replayed: z.number(),
  accepted: z.number(),
  duplicates: z.number(),
  updated: z.number(),
  /** Items that still can't be read. */
  rejected: z.number(),
  /** Alerts that were misread before. */
  reread: z.number(),
  /** Deliveries that could not be replayed. */
  failed: z.array(z.object({ id: z.string(), message: z.string() })),
});
export type ReplayedDeliveries = z.infer<typeof ReplayedDeliveries>;

/**
 * Replays several deliveries in the order in which they came, so that an update stays behind its alert. One that can't be
 * replayed does not stop the others.
 */
export async function replayDeliveries(actor: Actor, { ids }: ReplayDeliveries): Promise<ReplayedDeliveries> {
  authorize(actor, 'deliveries.replay');
  const { rows } = await pool().query<{ id: string }>(
    'SELECT id FROM deliveries WHERE id = ANY($1::uuid[]) ORDER BY received_at, id',
    [ids],
  );
  const found = rows.map(({ id }) => id);
  // Those that are not there any more come last, and say so.
  const inOrder = [...found, ...new Set(ids.filter((id) => !found.includes(id)))];
  const total: ReplayedDeliveries = {
    replayed: 0,
    accepted: 0,
    duplicates: 0,
    updated: 0,
    rejected: 0,
    reread: 0,
    failed: [],
  };
  for (const id of inOrder) {
    try {
      const { rejected, ids: _, ...counts } = await replayDelivery(actor, id);
      total.replayed += 1;
      total.rejected += rejected.length;
      for (const key of ['accepted', 'duplicates', 'updated', 'reread'] as const) total[key] += counts[key];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      total.failed.push({ id, message: error.userMessage });
    }
  }
  return total;
}
