import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { DbTime } from '../db/db-time';
import { keyset, type Page } from '../db/keyset';
import { AppError } from '../errors/app-error';
import { addFilters, addSearch } from './alert-filters';
import { type AlertRow, ITEM_COLUMNS, JOIN_ITEM, toItem } from './alert-rows';
import { readSearch } from './alert-search';
import {
  type AlertDetail,
  type AlertItem,
  type AlertQuery,
  SEVERITIES,
  severityRank,
  VALUE_SORTS,
  type ValueSort,
} from './schema';
import { dueAt, type Sla } from './sla';
import { slaOf } from './sla-setting';
import { byValue, VALUE_ORDER, type ValueKey } from './value-order';

/**
 * A page of the queue. Each sort is an index range from the cursor on; closed alerts are left out unless `status` asks for them.
 * Times newest first, severity highest first and newest within, `age` oldest first, `sla` by when they must be closed, a shared value newest first within.
 * @throws AppError bad_request for a cursor that was not made by this list with this sort.
 */
export async function listAlerts(actor: Actor, query: AlertQuery): Promise<Page<AlertItem>> {
  authorize(actor, 'alerts.read');
  const sql = new Conditions();
  addFilters(sql, actor, query);
  const search = readSearch(query.q);
  if (search) await addSearch(sql, search);
  const sla = query.sort === 'sla' ? await slaOf() : null;
  const page = sla ? dueFirst(sql, query, sla) : await inOrder(sql, query);
  // The page first, then what belongs to its rows: names and investigations are looked up for those only.
  const { rows } = await pool().query<AlertRow>(
    `SELECT ${ITEM_COLUMNS} FROM (${page}) a ${JOIN_ITEM} ORDER BY ${ORDER[query.sort]}`,
    sql.values,
  );
  return cursors.page(rows.map(toItem), query.limit, (item) => keyOf(query.sort, item, sla));
}

async function inOrder(sql: Conditions, query: AlertQuery): Promise<string> {
  if (isValueSort(query.sort)) return byValue(sql, query.sort, afterValue(query), query.limit);
  addCursor(sql, query);
  return `SELECT a.* FROM alerts a WHERE ${sql.where()} ORDER BY ${ORDER[query.sort]} LIMIT ${sql.value(query.limit + 1)}`;
}

/** Each severity has its own time to be closed in: the oldest of each, merged by when they are due. */
function dueFirst(sql: Conditions, query: AlertQuery, sla: Sla): string {
  const key = readCursor(query);
  const limit = sql.value(query.limit + 1);
  const minutes = sql.value(SEVERITIES.map((severity) => sla[severity]));
  if (key) {
    const [due, id] = [sql.value(key.at(-2)), sql.value(key.at(-1))];
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
  status: VALUE_ORDER,
  assignee: VALUE_ORDER,
  source: VALUE_ORDER,
} as const satisfies Record<AlertQuery['sort'], string>;

const cursors = keyset(
  z.union([
    z.tuple([z.literal('severity'), z.number().int().min(1).max(5), DbTime, z.uuid()]),
    z.tuple([z.enum(['time', 'received', 'age', 'sla']), DbTime, z.uuid()]),
    z.tuple([z.enum(VALUE_SORTS), z.string().max(64), DbTime, z.uuid()]),
  ]),
);
type Key = NonNullable<ReturnType<typeof cursors.read>>;

const isValueSort = (sort: AlertQuery['sort']): sort is ValueSort => Object.hasOwn(sharedValue, sort);

const sharedValue: Record<ValueSort, (item: AlertItem) => string> = {
  status: ({ status }) => status,
  assignee: ({ assignee }) => assignee?.id ?? '',
  source: ({ source }) => source,
};

function keyOf(sort: AlertQuery['sort'], item: AlertItem, sla: Sla | null): Key {
  if (sort === 'severity') return [sort, severityRank(item.severity), item.occurredAt, item.id];
  if (sort === 'sla' && sla) return [sort, dueAt(item, sla), item.id];
  if (isValueSort(sort)) return [sort, sharedValue[sort](item), item.occurredAt, item.id];
  return [sort, sort === 'time' ? item.occurredAt : item.receivedAt, item.id];
}

function readCursor({ cursor, sort }: AlertQuery): Key | null {
  const key = cursors.read(cursor);
  if (key && key[0] !== sort) {
    throw new AppError('invalid_cursor', 'This cursor belongs to another sort. Start from the first page.');
  }
  return key;
}

function afterValue(query: AlertQuery): ValueKey | null {
  const key = readCursor(query);
  if (key === null || key.length !== 4 || key[0] === 'severity') return null;
  const [, value, time, id] = key;
  return { value, time, id };
}

function addCursor(sql: Conditions, query: AlertQuery): void {
  const key = readCursor(query);
  if (!key) return;
  if (key[0] === 'severity') {
    const [, severity, time, id] = key;
    sql.and(
      `(a.severity, a.occurred_at, a.id) < (${sql.value(severity)}::smallint, ${sql.value(time)}::timestamptz, ${sql.value(id)}::uuid)`,
    );
    return;
  }
  if (key.length === 4) return;
  const [sort, time, id] = key;
  const column = sort === 'time' ? 'occurred_at' : 'received_at';
  const after = sort === 'age' ? '>' : '<';
  sql.and(`(a.${column}, a.id) ${after} (${sql.value(time)}::timestamptz, ${sql.value(id)}::uuid)`);
}
