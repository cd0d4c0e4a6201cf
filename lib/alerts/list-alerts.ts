import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { DbTime } from '../db/db-time';
import { keyset, type Page } from '../db/keyset';
import { AppError } from '../errors/app-error';
import { type AlertRow, ITEM_COLUMNS, JOIN_ITEM, toItem } from './alert-rows';
import { type AlertSearch, readSearch } from './alert-search';
import { type AlertDetail, type AlertItem, type AlertQuery, SEVERITIES, severityRank } from './schema';

/** Up to here matches are fetched by id and sorted; beyond, so many match that the sort's index is walked and stops early. */
const FEW_MATCHES = 5000;

/**
 * A page of the queue. Each sort is an index range from the cursor on; closed alerts are left out unless `status` asks for them.
 * Times newest first, severity highest first and newest within.
 * @throws AppError bad_request for a cursor that was not made by this list with this sort.
 */
export async function listAlerts(actor: Actor, query: AlertQuery): Promise<Page<AlertItem>> {
  authorize(actor, 'alerts.read');
  const sql = new Conditions();
  addFilters(sql, actor, query);
  const search = readSearch(query.q);
  if (search) await addSearch(sql, search);
  addCursor(sql, query);
  const limit = query.limit + 1;
  // The page first, then what belongs to its rows: names and investigations are looked up for those only.
  const { rows } = await pool().query<AlertRow>(
    `SELECT ${ITEM_COLUMNS} FROM (
       SELECT a.* FROM alerts a WHERE ${sql.where()} ORDER BY ${ORDER[query.sort]} LIMIT ${sql.value(limit)}) a
     ${JOIN_ITEM} ORDER BY ${ORDER[query.sort]}`,
    sql.values,
  );
  return cursors.page(rows.map(toItem), query.limit, (item) => keyOf(query.sort, item));
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

/** How many alerts are not closed: all, one's own, nobody's. */
export async function countAlerts(actor: Actor): Promise<{ open: number; mine: number; unassigned: number }> {
  authorize(actor, 'alerts.read');
  const { rows } = await pool().query<{ assignee: string; count: number }>(
    `SELECT CASE WHEN assignee_id IS NULL THEN 'none' WHEN assignee_id = $1 THEN 'me' ELSE 'other' END AS assignee, count(*)::int AS count
     FROM alerts WHERE status <> 'closed' GROUP BY 1`,
    [actor.id],
  );
  const of = (assignee: string) => rows.find((row) => row.assignee === assignee)?.count ?? 0;
  return { open: rows.reduce((sum, row) => sum + row.count, 0), mine: of('me'), unassigned: of('none') };
}

/** More than this is "many" to a person, and counting on costs. */
const MAX_NEW = 1000;

/** How many alerts that match the filters came in after `since` (ISO 8601); at most 1000. Cursor, sort and limit don't matter. */
export async function countNew(actor: Actor, since: string, query: AlertQuery): Promise<{ count: number }> {
  authorize(actor, 'alerts.read');
  const sql = new Conditions();
  sql.and(`a.received_at > ${sql.value(since)}::timestamptz`);
  addFilters(sql, actor, query);
  const search = readSearch(query.q);
  if (search) sql.and(matches(sql, search));
  const { rows } = await pool().query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM alerts a WHERE ${sql.where()} LIMIT ${MAX_NEW}) found`,
    sql.values,
  );
  return { count: rows[0]?.count ?? 0 };
}

/** Every order ends with the id, so that equal times don't repeat or lose a row between pages. Same columns as the indexes. */
const ORDER = {
  severity: 'a.severity DESC, a.occurred_at DESC, a.id DESC',
  time: 'a.occurred_at DESC, a.id DESC',
  received: 'a.received_at DESC, a.id DESC',
} as const;

function addFilters(sql: Conditions, actor: Actor, query: AlertQuery): void {
  const { status, severity, source, assignee, disposition } = query;
  // Literally the predicate of the partial indexes, so that the planner takes them.
  if (!status?.includes('closed')) sql.and(`a.status <> 'closed'`);
  if (status?.length) sql.and(`a.status = ANY(${sql.value(status)})`);
  if (severity?.length) sql.and(`a.severity = ANY(${sql.value(severity.map(severityRank))}::smallint[])`);
  if (source?.length) sql.and(`a.source = ANY(${sql.value(source)})`);
  if (disposition?.length) sql.and(`a.disposition = ANY(${sql.value(disposition)})`);
  if (assignee === 'none') sql.and('a.assignee_id IS NULL');
  else if (assignee) sql.and(`a.assignee_id = ${sql.value(assignee === 'me' ? actor.id : assignee)}`);
}

/** Few matches are found first (their ids are sorted); of many, the page is found by walking the sort's index. */
async function addSearch(sql: Conditions, search: AlertSearch): Promise<void> {
  const finder = new Conditions();
  const { rows } = await pool().query<{ id: string }>(
    `SELECT id FROM (${matchingIds(finder, search)}) found LIMIT ${FEW_MATCHES + 1}`,
    finder.values,
  );
  if (rows.length <= FEW_MATCHES) sql.and(`a.id = ANY(${sql.value(rows.map((row) => row.id))}::uuid[])`);
  else sql.and(matches(sql, search));
}

const tsquery = (sql: Conditions, search: AlertSearch): string =>
  `(to_tsquery('simple', ${sql.value(search.tsquery)}) || plainto_tsquery('english', ${sql.value(search.words)}))`;

function matchingIds(sql: Conditions, search: AlertSearch): string {
  const byText = `SELECT a.id FROM alerts a WHERE a.search @@ ${tsquery(sql, search)}`;
  return search.substring === null
    ? byText
    : `(${byText} LIMIT ${FEW_MATCHES + 1}) UNION (${byEntity(sql, search.substring)} LIMIT ${FEW_MATCHES + 1})`;
}

function matches(sql: Conditions, search: AlertSearch): string {
  const byText = `a.search @@ ${tsquery(sql, search)}`;
  if (search.substring === null) return byText;
  return `${byText} OR EXISTS (SELECT FROM alert_entities ae JOIN entities e ON e.id = ae.entity_id
    WHERE ae.alert_id = a.id AND e.value ILIKE ${sql.value(search.substring)})`;
}

const byEntity = (sql: Conditions, substring: string): string =>
  `SELECT ae.alert_id AS id FROM entities e JOIN alert_entities ae ON ae.entity_id = e.id WHERE e.value ILIKE ${sql.value(substring)}`;

const cursors = keyset(
  z.union([
    z.tuple([z.literal('severity'), z.number().int().min(1).max(5), DbTime, z.uuid()]),
    z.tuple([z.enum(['time', 'received']), DbTime, z.uuid()]),
  ]),
);

const keyOf = (sort: AlertQuery['sort'], item: AlertItem): ReturnType<typeof cursors.read> & {} =>
  sort === 'severity'
    ? [sort, severityRank(item.severity), item.occurredAt, item.id]
    : [sort, sort === 'time' ? item.occurredAt : item.receivedAt, item.id];

function addCursor(sql: Conditions, { cursor, sort }: AlertQuery): void {
  const key = cursors.read(cursor);
  if (!key) return;
  if (key[0] !== sort) {
    throw new AppError('invalid_cursor', 'This cursor belongs to another sort. Start from the first page.');
  }
  if (key[0] === 'severity') {
    const [, severity, time, id] = key;
    sql.and(
      `(a.severity, a.occurred_at, a.id) < (${sql.value(severity)}::smallint, ${sql.value(time)}::timestamptz, ${sql.value(id)}::uuid)`,
    );
    return;
  }
  const [, time, id] = key;
  const column = sort === 'time' ? 'occurred_at' : 'received_at';
  sql.and(`(a.${column}, a.id) < (${sql.value(time)}::timestamptz, ${sql.value(id)}::uuid)`);
}
