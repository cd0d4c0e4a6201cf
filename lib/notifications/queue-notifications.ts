import { SEVERITIES, severityRank } from '../alerts/schema';
import { slaOf } from '../alerts/sla-setting';
import { can, ROLES } from '../auth/permissions';
import { pool } from '../db/client';

/** What happened this long ago at most is told; each thing once a channel, however often it is found. */
const WINDOW = "interval '1 day'";
/** Rows of the audit log that assignments are looked for in. */
const AUDIT_ROWS = 20_000;
/** Who may read the dashboard, as SQL. */
const LEADS = ROLES.filter((role) => can(role, 'dashboard.read'))
  .map((role) => `'${role}'`)
  .join(', ');
/** An alert is close to its SLA from this part of its time on. */
const NEAR = 0.75;
const MAX_TEXT = 1_000;

/**
 * What happened, a part of the union each: event, item, at, by, title, text, path, for whom (null: for everybody who chose the event).
 * $1: severities' ranks, $2: their SLA in minutes.
 */
const PARTS = [
  `SELECT 'assigned', 'a' || e.id, e.at, e.actor_id, a.title, NULL, '/queue?status=new,open,closed&alert=' || a.id, a.assignee_id
   FROM audit e JOIN alerts a ON a.id = (CASE WHEN e.subject_kind = 'alert' THEN e.subject_id END)::uuid
   WHERE e.id > (SELECT coalesce(max(id), 0) - ${AUDIT_ROWS} FROM audit) AND e.verb = 'alerts.triage' AND e.subject_kind = 'alert'
     AND e.data -> 'patch' ->> 'assignee' = a.assignee_id AND e.actor_id <> a.assignee_id`,
  `SELECT 'task_assigned', 't' || t.id || t.owner_id || extract(epoch FROM t.assigned_at), t.assigned_at, t.assigned_by_id, i.title, t.text,
     '/library/' || i.id, t.owner_id
   FROM tasks t JOIN investigations i ON i.id = t.investigation_id
   WHERE t.state = 'open' AND t.owner_id IS NOT NULL AND t.assigned_by_id IS DISTINCT FROM t.owner_id`,
  // On its day, in UTC, and to nobody while it has no owner.
  `SELECT 'task_due', 'u' || t.id || t.owner_id || t.due_on, greatest(t.due_on::timestamp AT TIME ZONE 'UTC', t.assigned_at), NULL, i.title, t.text,
     '/library/' || i.id, t.owner_id
   FROM tasks t JOIN investigations i ON i.id = t.investigation_id
   WHERE t.state = 'open' AND t.owner_id IS NOT NULL AND t.due_on = (now() AT TIME ZONE 'UTC')::date`,
  `SELECT 'review_requested', 'q' || r.id || q.user_id, q.at, q.requested_by_id, i.title, NULL, '/reviews/' || r.id, q.user_id
   FROM review_requests q JOIN reviews r ON r.id = q.review_id JOIN investigations i ON i.id = r.investigation_id
   WHERE r.status = 'open' AND q.requested_by_id <> q.user_id`,
  `SELECT 'changes_requested', 'd' || r.id, r.decided_at, r.decided_by_id, i.title, r.decision_note, '/reviews/' || r.id, r.submitted_by_id
   FROM reviews r JOIN investigations i ON i.id = r.investigation_id WHERE r.status = 'changes_requested'`,
  `SELECT 'mention', 'c' || c.id || u.id, c.created_at, c.author_id, i.title, c.body, '/reviews/' || r.id, u.id
   FROM review_comments c JOIN reviews r ON r.id = c.review_id JOIN investigations i ON i.id = r.investigation_id
     JOIN users u ON strpos(lower(c.body), lower('@' || u.name)) > 0
   WHERE NOT c.pending AND u.id <> c.author_id`,
  `SELECT 'mention', 'k' || c.id || u.id, c.created_at, c.author_id, a.title, c.body, '/queue?status=new,open,closed&alert=' || a.id, u.id
   FROM alert_comments c JOIN alerts a ON a.id = c.alert_id JOIN users u ON strpos(lower(c.body), lower('@' || u.name)) > 0
   WHERE u.id <> c.author_id`,
  `SELECT 'malicious', 'm' || r.id, r.decided_at, r.decided_by_id, i.title, NULL, '/library/' || i.id, NULL
   FROM reviews r JOIN investigations i ON i.id = r.investigation_id
   WHERE r.status = 'approved' AND i.status = 'approved' AND i.classification = 'MALICIOUS' AND NOT i.sample`,
  `SELECT 'run_failed', 'r' || r.id, r.finished_at, NULL, i.title, r.error, '/investigations/' || i.id, r.requested_by_id
   FROM runs r JOIN investigations i ON i.id = r.investigation_id WHERE r.status = 'failed' AND r.kind <> 'fact_check'`,
  `SELECT 'sla_near', 's' || a.id, a.received_at + s.minutes * ${NEAR} * interval '1 minute', NULL, a.title, NULL,
     '/queue?status=new,open,closed&alert=' || a.id, a.assignee_id
   FROM alerts a JOIN unnest($1::int[], $2::int[]) AS s(severity, minutes) ON s.severity = a.severity
   WHERE a.status IN ('new', 'open') AND NOT a.sample AND a.received_at + s.minutes * ${NEAR} * interval '1 minute' <= now()
     AND a.received_at + s.minutes * interval '1 minute' > now()`,
  `SELECT 'weekly_report', 'w' || w.week, w.created_at, w.created_by_id, w.week, NULL, '/dashboard/weekly?week=' || w.week, u.id
   FROM weekly_reports w JOIN users u ON u.role IN (${LEADS}) AND u.disabled_at IS NULL`,
];

/** A person's channel gets what is for them, the installation's gets all. Links only unless the channel may have texts. */
const QUEUE = `
  INSERT INTO notifications (id, channel_id, item_id, event, payload)
  SELECT gen_random_uuid(), c.id, x.item, x.event, jsonb_build_object('event', x.event, 'at', to_char(x.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'by', CASE WHEN c.with_text THEN b.name END, 'title', CASE WHEN c.with_text THEN x.title END,
    'text', CASE WHEN c.with_text THEN left(x.text, ${MAX_TEXT}) END, 'path', x.path)
  FROM (${PARTS.join(' UNION ALL ')}) AS x(event, item, at, by_id, title, text, path, user_id)
    JOIN notification_channels c ON c.enabled AND x.event = ANY(c.events) AND x.at >= c.created_at
      AND (c.user_id IS NULL OR x.user_id IS NULL OR c.user_id = x.user_id)
    LEFT JOIN users o ON o.id = c.user_id LEFT JOIN users b ON b.id = x.by_id
  WHERE x.at > now() - ${WINDOW} AND o.disabled_at IS NULL AND (c.user_id IS NULL OR x.by_id IS DISTINCT FROM c.user_id)
  ON CONFLICT (channel_id, item_id) DO NOTHING`;

/** What was sent or given up this long ago is forgotten; longer than WINDOW, or it would be queued again. */
const FORGET = `DELETE FROM notifications WHERE created_at < now() - interval '30 days'`;

/** Queues what happened and was not queued yet, for all channels. @returns how many messages */
export async function queueNotifications(): Promise<number> {
  const { rowCount: channels } = await pool().query('SELECT 1 FROM notification_channels WHERE enabled LIMIT 1');
  if (!channels) return 0;
  const sla = await slaOf();
  await pool().query(FORGET);
  const { rowCount } = await pool().query(QUEUE, [SEVERITIES.map(severityRank), SEVERITIES.map((name) => sla[name])]);
  return rowCount ?? 0;
}
