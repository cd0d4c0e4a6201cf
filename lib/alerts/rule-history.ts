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
  alerts: number;
  first_closed_at: Date;
  closed_at: Date;
  sharing: number;
  total: number;
  counts: Record<Disposition, number>;
};

/**
 * How the other alerts of an alert's rule were closed that came in within 90 days. `closures`: the newest with a reason, those that
 * share an entity with this alert first. Those of one disposition and reason are one: a bulk closure would fill the list with itself.
 * @throws AppError not_found
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
       JOIN alert_entities m ON m.entity_id = o.entity_id AND m.alert_id = $2::uuid),
     grouped AS (
       SELECT (array_agg(c.id ORDER BY s.alert_id IS NULL, c.closed_at DESC, c.id DESC))[1] AS id, c.disposition, nullif(c.close_reason, '') AS reason,
         count(*)::int AS alerts, count(s.alert_id)::int AS sharing, min(c.closed_at) AS first_closed_at, max(c.closed_at) AS closed_at
       FROM closed c LEFT JOIN shared s ON s.alert_id = c.id
       GROUP BY c.disposition, nullif(c.close_reason, ''), CASE WHEN coalesce(c.close_reason, '') = '' THEN c.id END)
     SELECT g.*, (SELECT title FROM closed c WHERE c.id = g.id) AS title,
       (SELECT count(*)::int FROM closed) AS total,
       (SELECT jsonb_object_agg(d.disposition, d.n) FROM (SELECT disposition, count(*)::int AS n FROM closed GROUP BY 1) d) AS counts
     FROM grouped g
     ORDER BY g.reason IS NULL, g.sharing = 0, g.closed_at DESC, g.id DESC LIMIT ${MAX_CLOSURES}`,
    [alert.rule, alertId],
  );
  return {
    rule: alert.rule,
    closed: rows[0]?.total ?? 0,
    counts: { ...NONE, ...rows[0]?.counts },
    closures: rows.map(({ id, title, disposition, reason, alerts, sharing, first_closed_at, closed_at }) => ({
      id,
      title,
      disposition,
      reason,
      count: alerts,
      firstClosedAt: first_closed_at.toISOString(),
      closedAt: closed_at.toISOString(),
      sharing,
      sharesEntity: sharing > 0,
    })),
  };
}

const NONE: Record<Disposition, number> = { true_positive: 0, benign: 0, false_positive: 0, undetermined: 0 };
