import { v7 as uuid } from 'uuid';
import { type Actor, authorize, personId } from '../auth/guard';
import { db, pool } from '../db/client';
import { isUuid } from '../db/is-uuid';
import { notFound } from '../errors/app-error';
import { type AlertEvent, NewAlertComment } from './schema';

/** As many as a person looks through. */
const MAX_EVENTS = 200;

type Row = {
  id: string;
  at: Date;
  by_id: string | null;
  by_name: string | null;
  kind: AlertEvent['kind'];
  data: { patch?: Record<string, unknown>; codename?: string; investigationId?: string };
  text: string | null;
};

const AUDITED = {
  'alerts.triage': 'changed',
  'investigations.open': 'case_opened',
  'investigations.attach': 'case_attached',
  'investigations.merge': 'case_merged',
  'investigations.undo_merge': 'case_attached',
};

/** What happened to an alert: who did what, when and why; newest first, at most 200. @throws AppError not_found */
export async function readActivity(actor: Actor, alertId: string): Promise<AlertEvent[]> {
  authorize(actor, 'alerts.read');
  await requireAlert(alertId);
  const { rows } = await pool().query<Row>(
    `SELECT x.id, x.at, x.by_id, u.name AS by_name, x.kind, x.data, x.text FROM (
       SELECT 'a' || id AS id, at, actor_id AS by_id, $3::jsonb ->> verb AS kind, data, NULL AS text FROM audit
         WHERE subject_kind = 'alert' AND subject_id = $1 AND $3::jsonb ? verb
       UNION ALL SELECT 'c' || id, created_at, author_id, 'comment', '{}', body FROM alert_comments WHERE alert_id = $1::uuid
       UNION ALL SELECT 'u' || id, received_at, NULL, 'updated', '{}', title FROM alert_updates WHERE alert_id = $1::uuid
       UNION ALL SELECT 'r' || id, received_at, NULL, 'received', '{}', NULL FROM alerts WHERE id = $1::uuid) x
     LEFT JOIN users u ON u.id = x.by_id ORDER BY x.at DESC, x.id DESC LIMIT $2`,
    [alertId, MAX_EVENTS, JSON.stringify(AUDITED)],
  );
  const assignees = rows.flatMap(({ data }) => (typeof data.patch?.assignee === 'string' ? [data.patch.assignee] : []));
  const people = await db().user.findMany({ where: { id: { in: assignees } }, select: { id: true, name: true } });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return rows.map((row) => toEvent(row, names));
}

/** @throws AppError not_found; bad_request for an empty comment. */
export async function addAlertComment(actor: Actor, alertId: string, input: { body: string }): Promise<AlertEvent[]> {
  authorize(actor, 'alerts.comment');
  const authorId = personId(actor);
  const { body } = NewAlertComment.parse(input);
  await requireAlert(alertId);
  const id = uuid();
  await db().$transaction([
    db().alertComment.create({ data: { id, alertId, authorId, body } }),
    db().auditEntry.create({
      data: {
        actorId: authorId,
        verb: 'alerts.comment',
        subjectKind: 'alert',
        subjectId: alertId,
        data: { comment: id },
      },
    }),
  ]);
  return readActivity(actor, alertId);
}

async function requireAlert(id: string): Promise<void> {
  const found = isUuid(id) ? await db().alert.findUnique({ where: { id }, select: { id: true } }) : null;
  if (!found) throw notFound('alert');
}

function toEvent(row: Row, names: Map<string, string>): AlertEvent {
  const { reason, ...patch } = row.data.patch ?? {};
  const { investigationId, codename } = row.data;
  return {
    id: row.id,
    at: row.at.toISOString(),
    by: row.by_id === null ? null : { id: row.by_id, name: row.by_name ?? 'Deleted user' },
    kind: row.kind,
    changes: Object.fromEntries(
      Object.entries(patch).map(([field, value]) => {
        const text = typeof value === 'string' ? value : null;
        return [field, field === 'assignee' && text !== null ? (names.get(text) ?? 'Deleted user') : text];
      }),
    ),
    text: row.text ?? (typeof reason === 'string' ? reason : null),
    case: investigationId && codename ? { id: investigationId, codename } : null,
  };
}
