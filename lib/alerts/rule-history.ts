import { type Actor, authorize } from '../auth/guard';
import { db, pool } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import type { Disposition, RuleHistory } from './schema';

/** The newest alerts of a rule that are counted; a noisier rule needs tuning, not a longer history. */
const MAX_COUNTED = 2000;
const MAX_CLOSURES = 3;

type Row = {
  id: string;
  title: string;
  disposition: Disposition;
  reason: string | null;
  closed_at: Date;
  shared: boolean;
  total: number;
  counts: Record<Disposition, number>;
};

/**
 * How the other alerts of an alert's rule were closed that came in within 90 days. `closures`: the newest with a reason, those that
 * share an entity with this alert first. @throws AppError not_found
 */
export async function ruleHistory(actor: Actor, alertId: string): Promise<RuleHistory> {
  authorize(actor, 'alerts.read');
  const alert = isUuid(alertId)
    ? await db().alert.findUnique({ where: { id: alertId }, select: { rule: true } })
    : null;
  if (!alert) throw notFound('alert');
  if (!alert.rule) return { rule: null, closed: 0, counts: NONE, closures: [] };
  const { rows } = await pool().query<Row>(
    `WITH same AS MATERIALIZED (
       SELECT a.id, a.title, a.status, a.disposition, a.close_reason, a.closed_at FROM alerts a
       WHERE a.rule = $1 AND a.received_at > now() - interval '90 days' ORDER BY a.received_at DESC, a.id DESC LIMIT ${MAX_COUNTED}),
     closed AS (SELECT * FROM same WHERE status = 'closed' AND disposition IS NOT NULL AND closed_at IS NOT NULL AND id <> $2::uuid),
     shared AS (
       SELECT DISTINCT o.alert_id FROM closed c JOIN alert_entities o ON o.alert_id = c.id
       JOIN alert_entities m ON m.entity_id = o.entity_id AND m.alert_id = $2::uuid)
     SELECT c.id, c.title, c.disposition, c.close_reason AS reason, c.closed_at, s.alert_id IS NOT NULL AS shared,
       (count(*) OVER ())::int AS total,
       (SELECT jsonb_object_agg(d.disposition, d.n) FROM (SELECT disposition, count(*)::int AS n FROM closed GROUP BY 1) d) AS counts
     FROM closed c LEFT JOIN shared s ON s.alert_id = c.id
     ORDER BY c.close_reason IS NULL OR c.close_reason = '', s.alert_id IS NULL, c.closed_at DESC, c.id DESC LIMIT ${MAX_CLOSURES}`,
    [alert.rule, alertId],
  );
  return {
    rule: alert.rule,
    closed: rows[0]?.total ?? 0,
    counts: { ...NONE, ...rows[0]?.counts },
    closures: rows.map(({ id, title, disposition, reason, closed_at, shared }) => ({
      id,
      title,
      disposition,
      reason: reason || null,
      closedAt: closed_at.toISOString(),
      sharesEntity: shared,
    })),
  };
}

const NONE: Record<Disposition, number> = { true_positive: 0, benign: 0, false_positive: 0, undetermined: 0 };
