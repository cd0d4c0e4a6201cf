import { pool } from '../db/client';
import type { Conditions } from '../db/conditions';
import { AppError } from '../errors/app-error';
import { ALERT_SOURCES, AlertStatus, type ValueSort } from './schema';

/** Where a page ended: the value that was being listed, and the last row of it. */
export type ValueKey = { value: string; time: string; id: string };

/** Literally the expressions of the indexes of 20261129210000_queue_orders. */
const COLUMN = { status: 'a.status', assignee: `coalesce(a.assignee_id, '')`, source: 'a.source' } as const;
/** Later than any time and id of a row. */
const END = { time: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** The order of the page's rows. */
export const VALUE_ORDER = 'a.place, a.occurred_at DESC, a.id DESC';

/**
 * A page ordered by a value that many alerts share: each value in turn, newest first, merged. Each is a range of an index; written as
 * BETWEEN, or the planner takes the index by time and looks for a rare value among all others. `key`: after this row.
 * @throws AppError invalid_cursor when the value it stopped at is gone
 */
export async function byValue(sql: Conditions, sort: ValueSort, key: ValueKey | null, limit: number): Promise<string> {
  const all = await valuesOf(sort);
  const from = key ? all.indexOf(key.value) : 0;
  if (from < 0) throw new AppError('invalid_cursor', 'Invalid cursor. Start from the first page.');
  const values = sql.value(all.slice(from));
  const times = sql.value(all.slice(from).map((_, index) => (index === 0 && key ? key.time : END.time)));
  const ids = sql.value(all.slice(from).map((_, index) => (index === 0 && key ? key.id : END.id)));
  const most = sql.value(limit + 1);
  return `SELECT p.* FROM unnest(${values}::text[], ${times}::timestamptz[], ${ids}::uuid[]) WITH ORDINALITY AS v(value, time, id, place)
    CROSS JOIN LATERAL (
      SELECT a.*, v.place FROM alerts a
      WHERE ${COLUMN[sort]} BETWEEN v.value AND v.value AND (a.occurred_at, a.id) < (v.time, v.id) AND ${sql.where()}
      ORDER BY ${COLUMN[sort]}, a.occurred_at DESC, a.id DESC LIMIT ${most}) p
    ORDER BY p.place, p.occurred_at DESC, p.id DESC LIMIT ${most}`;
}

/** All values in the order of the list. */
async function valuesOf(sort: ValueSort): Promise<string[]> {
  if (sort === 'status') return AlertStatus.options;
  if (sort === 'source') return [...ALERT_SOURCES].sort();
  const { rows } = await pool().query<{ id: string }>('SELECT id FROM users ORDER BY lower(name), id');
  return [...rows.map(({ id }) => id), ''];
}
