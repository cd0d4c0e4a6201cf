import { defang } from '../alerts/fang';
import { EntityKind } from '../alerts/schema';
import { type Actor, authorize, personId } from '../auth/guard';
import { db, pool } from '../db/client';
import { suggestionInWords } from '../reviews/suggestion';
import { type Inbox, InboxKind, type MarkRead } from './schema';

const MOST = 100;
const MAX_TEXT = 400;

type Row = {
  id: string;
  kind: string;
  at: Date;
  by_id: string | null;
  by_name: string | null;
  title: string;
  text: string | null;
  href: string;
  unread: boolean;
};

/** A part of the union: kind, id, at, who, title, text, address. Parameters: $1 the person, $2 "%@Name%". */
const PARTS = [
  `SELECT 'review_requested', 'q' || r.id, q.at, q.requested_by_id, i.title, NULL, '/reviews/' || r.id
   FROM review_requests q JOIN reviews r ON r.id = q.review_id JOIN investigations i ON i.id = r.investigation_id
   WHERE q.user_id = $1 AND r.status = 'open' AND q.requested_by_id <> $1`,
  `SELECT r.status, 'd' || r.id, r.decided_at, r.decided_by_id, i.title, r.decision_note, '/reviews/' || r.id
   FROM reviews r JOIN investigations i ON i.id = r.investigation_id
   WHERE r.submitted_by_id = $1 AND r.status IN ('approved', 'changes_requested')`,
  `SELECT CASE WHEN c.body ILIKE $2 THEN 'mention' ELSE 'comment' END, 'c' || c.id, c.created_at, c.author_id, i.title, c.body, '/reviews/' || r.id
   FROM review_comments c JOIN reviews r ON r.id = c.review_id JOIN investigations i ON i.id = r.investigation_id
   WHERE NOT c.pending AND c.author_id <> $1 AND (r.submitted_by_id = $1 OR c.body ILIKE $2)`,
  `SELECT 'mention', 'a' || c.id, c.created_at, c.author_id, a.title, c.body, '/queue?status=new,open,closed&alert=' || a.id
   FROM alert_comments c JOIN alerts a ON a.id = c.alert_id WHERE c.author_id <> $1 AND c.body ILIKE $2`,
  `SELECT CASE WHEN r.status = 'failed' THEN 'run_failed' ELSE 'run_ended' END, 'r' || r.id, r.finished_at, NULL, i.title, r.error, '/investigations/' || i.id
   FROM runs r JOIN investigations i ON i.id = r.investigation_id
   WHERE r.requested_by_id = $1 AND r.status IN ('succeeded', 'failed') AND r.kind NOT IN ('client', 'fact_check')`,
  `SELECT 'approval_pending', 'p' || p.run_id || p.call_id, p.requested_at, NULL, i.title, p.server || '.' || p.tool, '/investigations/' || i.id
   FROM approvals p JOIN runs r ON r.id = p.run_id JOIN investigations i ON i.id = r.investigation_id
   WHERE r.requested_by_id = $1 AND p.status = 'waiting' AND p.expires_at > now()`,
  `SELECT 'task_assigned', 't' || t.id, t.assigned_at, t.assigned_by_id, i.title, t.text, '/investigations/' || i.id
   FROM tasks t JOIN investigations i ON i.id = t.investigation_id
   WHERE t.owner_id = $1 AND t.state = 'open' AND t.assigned_by_id <> $1`,
  // The newest alert of each entity that the person watches; alerts' ids grow with time.
  `SELECT 'watched', 'w' || a.id || t.kind || t.value, a.received_at, NULL, a.title, t.kind || ' ' || t.value, '/queue?status=new,open,closed&alert=' || a.id
   FROM entity_trust t CROSS JOIN LATERAL (
     SELECT o.alert_id FROM (${formsOf('t')}) e
     CROSS JOIN LATERAL (SELECT alert_id FROM alert_entities WHERE entity_id = e.id ORDER BY alert_id DESC LIMIT 1) o
     ORDER BY o.alert_id DESC LIMIT 1) newest
   JOIN alerts a ON a.id = newest.alert_id
   WHERE t.trust = 'watched' AND t.set_by_id = $1 AND (t.expires_at IS NULL OR t.expires_at > now()) AND a.received_at > t.set_at`,
];

/** The names that alerts have for what is watched: its own, an e-mail address as a user, the sessions of a role. */
function formsOf(watched: string): string {
  const pattern = (value: string) => `regexp_replace(${value}, '([\\\\%_])', '\\\\\\1', 'g')`;
  const session = `replace(replace(${watched}.value, ':iam::', ':sts::'), ':role/', ':assumed-role/')`;
  return `SELECT id FROM entities WHERE kind = ${watched}.kind AND value = ${watched}.value
    UNION ALL SELECT id FROM entities WHERE ${watched}.kind = 'email' AND kind = 'user' AND value ILIKE ${pattern(`${watched}.value`)}
    UNION ALL SELECT id FROM entities WHERE ${watched}.kind = 'arn' AND ${watched}.value LIKE 'arn:aws%:iam::%:role/%' AND kind = 'arn'
      AND value LIKE ${pattern(session)} || '/%'`;
}

/** What waits for the acting person or happened to their work in the last 30 days, newest first. */
export async function readInbox(actor: Actor): Promise<Inbox> {
  authorize(actor, 'inbox.read');
  const name = actor.name.replace(/[\\%_]/g, '\\$&');
  const { rows } = await pool().query<Row>(
    `SELECT x.id, x.kind, x.at, x.by_id, u.name AS by_name, x.title, left(x.text, ${MAX_TEXT}) AS text, x.href,
       x.at > coalesce((SELECT at FROM inbox_reads WHERE user_id = $1), '-infinity')
         AND NOT EXISTS (SELECT FROM inbox_item_reads WHERE user_id = $1 AND item_id = x.id) AS unread
     FROM (${PARTS.join(' UNION ALL ')}) AS x(kind, id, at, by_id, title, text, href) LEFT JOIN users u ON u.id = x.by_id
     WHERE x.at > now() - interval '30 days' ORDER BY x.at DESC, x.id DESC LIMIT ${MOST}`,
    [personId(actor), `%@${name}%`],
  );
  const items = rows.map((row) => ({
    id: row.id,
    kind: InboxKind.parse(row.kind),
    at: row.at.toISOString(),
    by: row.by_id === null ? null : { id: row.by_id, name: row.by_name ?? 'Deleted user' },
    title: row.title,
    text: row.kind === 'watched' ? watchedEntity(row.text ?? '') : row.text && suggestionInWords(row.text),
    href: row.href,
    unread: row.unread,
  }));
  return { items, unread: items.filter(({ unread }) => unread).length };
}

/** All that is in the inbox now counts as read, or only these items of it. Others' items are left alone. */
export async function markInboxRead(actor: Actor, { ids }: MarkRead = {}): Promise<void> {
  authorize(actor, 'inbox.read');
  const userId = personId(actor);
  const at = new Date();
  if (ids) {
    const known = new Set((await readInbox(actor)).items.map(({ id }) => id));
    const data = [...new Set(ids)].filter((id) => known.has(id)).map((itemId) => ({ userId, itemId, at }));
    await db().inboxItemRead.createMany({ data, skipDuplicates: true });
    return;
  }
  await db().$transaction([
    db().inboxRead.upsert({ where: { userId }, create: { userId, at }, update: { at } }),
    db().inboxItemRead.deleteMany({ where: { userId } }),
  ]);
}

function watchedEntity(text: string): string {
  const [kind = '', ...value] = text.split(' ');
  return defang(EntityKind.parse(kind), value.join(' '));
}
