import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { AppError } from '../errors/app-error';
import { addFilters, addSearch, Conditions } from './alert-filters';
import { type AlertRow, ITEM_COLUMNS, JOIN_ITEM, toItem } from './alert-rows';
import { readSearch } from './alert-search';
import { type AlertDetail, type AlertItem, type AlertQuery, type Page, SEVERITIES, severityRank } from './schema';
import { dueAt, type Sla } from './sla';
import { slaOf } from './sla-setting';

/**
 * A page of the queue. Each sort is an index range from the cursor on; closed alerts are left out unless `status` asks for them.
 * Times newest first, severity highest first and newest within, `age` oldest first, `sla` by when they must be closed.
 * @throws AppError bad_request for a cursor that was not made by this list with this sort.
 */
export async function listAlerts(actor: Actor, query: AlertQuery): Promise<Page<AlertItem>> {
  authorize(actor, 'alerts.read');
  const sql = new Conditions();
  addFilters(sql, actor, query);
  const search = readSearch(query.q);
  if (search) await addSearch(sql, search);
  const sla = query.sort === 'sla' ? await slaOf() : null;
  const page = sla ? dueFirst(sql, query, sla) : inOrder(sql, query);
  // The page first, then what belongs to its rows: names and investigations are looked up for those only.
  const { rows } = await pool().query<AlertRow>(
    `SELECT ${ITEM_COLUMNS} FROM (${page}) a ${JOIN_ITEM} ORDER BY ${ORDER[query.sort]}`,
    sql.values,
  );
  const items = rows.slice(0, query.limit).map(toItem);
  return { items, nextCursor: rows.length > query.limit ? cursorAfter(query, items[items.length - 1], sla) : null };
}

function inOrder(sql: Conditions, query: AlertQuery): string {
  addCursor(sql, query);
  return `SELECT a.* FROM alerts a WHERE ${sql.where()} ORDER BY ${ORDER[query.sort]} LIMIT ${sql.add(query.limit + 1)}`;
}

/** Each severity has its own time to be closed in: the oldest of each, merged by when they are due. */
function dueFirst(sql: Conditions, query: AlertQuery, sla: Sla): string {
  const cursor = query.cursor ? readCursor(query.cursor, query.sort) : null;
  const limit = sql.add(query.limit + 1);
  const minutes = sql.add(SEVERITIES.map((severity) => sla[severity]));
  if (cursor) {
    const [due, id] = [sql.add(cursor.v.at(-2)), sql.add(cursor.v.at(-1))];
    sql.and(`(a.received_at, a.id) > (${due}::timestamptz - make_interval(mins => s.minutes), ${id}::uuid)`);
  }
  return `SELECT p.* FROM unnest(${minutes}::int[]) WITH ORDINALITY AS s(minutes, severity)
    CROSS JOIN LATERAL (
      SELECT a.*, a.received_at + make_interval(mins => s.minutes) AS due FROM alerts a
      WHERE a.severity = s.severity AND ${sql.where()} ORDER BY a.received_at, a.id LIMIT ${limit}) p
    ORDER BY p.due, p.id LIMIT ${limit}`;
}

/** One alert with its description and its document. @throws AppError not_found. */
export async function getAlert(actor: Actor, id: string): Promise<AlertDetail> {
  return JSON.parse(await getAlertJson(actor, id)) as AlertDetail; // as readAlert puts it together
}

/** The same as JSON text, with the document's numbers as the sender wrote them (JavaScript rounds beyond 2^53). */
export async function getAlertJson(actor: Actor, id: string): Promise<string> {
  const { raw, updates, ...rest } = await readAlert(actor, id);
  return `${JSON.stringify(rest).slice(0, -1)},"updates":${updates},"raw":${raw}}`;
}

/** As many as a person looks through; all are stored. */
const MAX_UPDATES = 50;

/** Documents as the text that is stored. */
type StoredAlert = Omit<AlertDetail, 'raw' | 'updates'> & { raw: string; updates: string };

async function readAlert(actor: Actor, id: string): Promise<StoredAlert> {
  authorize(actor, 'alerts.read');
  const { rows } = z.uuid().safeParse(id).success
    ? await pool().query<AlertRow & { description: string; raw: string; updates: string }>(
        `SELECT ${ITEM_COLUMNS}, a.description, a.raw::text AS raw, COALESCE(n.list::text, '[]') AS updates
         FROM alerts a ${JOIN_ITEM}
         LEFT JOIN LATERAL (
           SELECT jsonb_agg(jsonb_build_object('id', x.id::text, 'title', x.title, 'severity', ($2::text[])[x.severity], 'resolved', x.resolved,
             'occurredAt', x.occurred_at, 'receivedAt', x.received_at, 'raw', x.raw) ORDER BY x.id DESC) AS list
           FROM (SELECT * FROM alert_updates WHERE alert_id = a.id ORDER BY id DESC LIMIT ${MAX_UPDATES}) x) n ON true
         WHERE a.id = $1`,
        [id, SEVERITIES],
      )
    : { rows: [] };
  const [row] = rows;
  if (!row) throw new AppError('not_found', 'There is no such alert. It may have been a sample that was removed.');
  return { ...toItem(row), description: row.description, updates: row.updates, raw: row.raw };
}

/** Every order ends with the id, so that equal times don't repeat or lose a row between pages. Same columns as the indexes. */
const ORDER = {
  severity: 'a.severity DESC, a.occurred_at DESC, a.id DESC',
  time: 'a.occurred_at DESC, a.id DESC',
  received: 'a.received_at DESC, a.id DESC',
  age: 'a.received_at, a.id',
  sla: 'a.due, a.id',
} as const satisfies Record<AlertQuery['sort'], string>;

const Iso = z.iso.datetime();
const Cursor = z.union([
  z.strictObject({ s: z.literal('severity'), v: z.tuple([z.number().int().min(1).max(5), Iso, z.uuid()]) }),
  z.strictObject({ s: z.enum(['time', 'received', 'age', 'sla']), v: z.tuple([Iso, z.uuid()]) }),
]);

function addCursor(sql: Conditions, query: AlertQuery): void {
  if (!query.cursor) return;
  const cursor = readCursor(query.cursor, query.sort);
  if (cursor.s === 'severity') {
    const [severity, time, id] = cursor.v;
    sql.and(
      `(a.severity, a.occurred_at, a.id) < (${sql.add(severity)}::smallint, ${sql.add(time)}::timestamptz, ${sql.add(id)}::uuid)`,
    );
    return;
  }
  const [time, id] = cursor.v;
  const column = cursor.s === 'time' ? 'occurred_at' : 'received_at';
  sql.and(
    `(a.${column}, a.id) ${cursor.s === 'age' ? '>' : '<'} (${sql.add(time)}::timestamptz, ${sql.add(id)}::uuid)`,
  );
}

function readCursor(text: string, sort: AlertQuery['sort']): z.infer<typeof Cursor> {
  let cursor: z.infer<typeof Cursor> | undefined;
  try {
    cursor = Cursor.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data;
  } catch {
    // not JSON: refused below
  }
  if (cursor?.s === sort) return cursor;
  throw new AppError(
    'invalid_cursor',
    'cursor: not one of this list with this sort. Ask for the first page again, without a cursor.',
  );
}

function cursorAfter(query: AlertQuery, last: AlertItem | undefined, sla: Sla | null): string | null {
  if (!last) return null;
  const value = {
    severity: () => [severityRank(last.severity), last.occurredAt, last.id],
    time: () => [last.occurredAt, last.id],
    received: () => [last.receivedAt, last.id],
    age: () => [last.receivedAt, last.id],
    sla: () => [sla ? dueAt(last, sla) : last.receivedAt, last.id],
  }[query.sort]();
  return Buffer.from(JSON.stringify({ s: query.sort, v: value })).toString('base64url');
}
