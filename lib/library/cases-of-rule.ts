import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { itemsOf } from '../investigations/items';
import type { InvestigationItem } from '../investigations/schema';

/** Alerts of a rule that are looked at, the newest. A noisy rule has more, and its latest cases say most. */
const MAX_ALERTS = 2_000;

/** Approved cases about alerts of a detection rule, those with the newest alert first. */
export async function approvedCasesOfRule(
  actor: Actor,
  rule: string,
  limit: number,
  { exclude }: { exclude?: string | undefined } = {},
): Promise<InvestigationItem[]> {
  authorize(actor, 'library.search');
  const { rows } = await pool().query<{ id: string }>(
    `WITH newest AS MATERIALIZED (
       SELECT id, received_at FROM alerts WHERE rule = $1 ORDER BY received_at DESC, id DESC LIMIT ${MAX_ALERTS})
     SELECT i.id FROM newest a JOIN investigation_alerts ia ON ia.alert_id = a.id JOIN investigations i ON i.id = ia.investigation_id
     WHERE i.status = 'approved' AND i.id IS DISTINCT FROM $2::uuid
     GROUP BY i.id ORDER BY max(a.received_at) DESC, i.id DESC LIMIT $3`,
    [rule.replaceAll('\0', ''), exclude ?? null, Math.max(1, Math.min(limit, 100))],
  );
  return itemsOf(rows.map(({ id }) => id));
}
