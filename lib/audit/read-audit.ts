import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { DbTime } from '../db/db-time';
import { keyset, type Page } from '../db/keyset';
import type { AuditFilter, AuditItem, AuditQuery } from './schema';

const cursors = keyset(z.tuple([DbTime, z.string().regex(/^\d{1,18}$/)]));

/** A page of the audit log, newest first. @throws AppError forbidden, invalid_cursor */
export async function listAudit(actor: Actor, query: AuditQuery): Promise<Page<AuditItem>> {
  authorize(actor, 'audit.read');
  const rows = await readRows(query, cursors.read(query.cursor), query.limit + 1);
  return cursors.page(rows, query.limit, ({ at, id }) => [at, id]);
}

/** The actions and kinds of objects that the log has, for filters. */
export async function listAuditNames(actor: Actor): Promise<{ actions: string[]; kinds: string[] }> {
  authorize(actor, 'audit.read');
  const [actions, kinds] = await Promise.all([distinct('verb'), distinct('subject_kind')]);
  return { actions, kinds };
}

/** Rows of a filter, newest first, from a place on. */
export async function readRows(
  filter: AuditFilter,
  after: readonly [at: string, id: string] | null,
  limit: number,
): Promise<AuditItem[]> {
  const values: unknown[] = [];
  const value = (one: unknown) => `$${values.push(one)}`;
  const conditions: string[] = ['true'];
  if (after) conditions.push(`(a.at, a.id) < (${value(after[0])}::timestamptz, ${value(after[1])}::bigint)`);
  if (filter.from !== undefined) conditions.push(`a.at >= ${value(filter.from)}::timestamptz`);
  if (filter.to !== undefined) conditions.push(`a.at <= ${value(filter.to)}::timestamptz`);
  if (filter.who === 'system') conditions.push('a.actor_id IS NULL');
  else if (filter.who !== undefined) conditions.push(`a.actor_id = ${value(filter.who)}`);
  if (filter.action?.endsWith('.*')) {
    const group = filter.action.slice(0, -1);
    conditions.push(`a.verb = ANY(${value((await distinct('verb')).filter((verb) => verb.startsWith(group)))})`);
  } else if (filter.action !== undefined) conditions.push(`a.verb = ${value(filter.action)}`);
  if (filter.object !== undefined) {
    const { kinds, id } = await objectOf(filter.object);
    conditions.push(`a.subject_kind = ANY(${value(kinds)})`);
    if (id !== null) conditions.push(`a.subject_id = ${value(id)}`);
  }
  const { rows } = await pool().query<AuditRow>(
    `SELECT ${COLUMNS} FROM audit a LEFT JOIN users u ON u.id = a.actor_id
     WHERE ${conditions.join(' AND ')} ORDER BY a.at DESC, a.id DESC LIMIT ${value(limit)}`,
    values,
  );
  return rows.map(toItem);
}

/** `user`, `user:ID`, or an id of whatever kind. */
async function objectOf(text: string): Promise<{ kinds: string[]; id: string | null }> {
  const kinds = await distinct('subject_kind');
  if (kinds.includes(text)) return { kinds: [text], id: null };
  const [, kind = '', id = ''] = /^([a-z_]+):(.+)$/s.exec(text) ?? [];
  return kinds.includes(kind) ? { kinds: [kind], id } : { kinds, id: text };
}

/** The different values of an indexed column: one index look-up for each, however long the log is. */
async function distinct(column: 'verb' | 'subject_kind'): Promise<string[]> {
  const { rows } = await pool().query<{ value: string }>(
    `WITH RECURSIVE found AS (
       (SELECT ${column} AS value FROM audit ORDER BY ${column} LIMIT 1)
       UNION ALL
       SELECT (SELECT ${column} FROM audit WHERE ${column} > found.value ORDER BY ${column} LIMIT 1)
       FROM found WHERE found.value IS NOT NULL)
     SELECT value FROM found WHERE value IS NOT NULL`,
  );
  return rows.map(({ value }) => value);
}

export type AuditRow = {
  id: string;
  at: Date;
  actorId: string | null;
  name: string | null;
  email: string | null;
  verb: string;
  subjectKind: string;
  subjectId: string;
  data: unknown;
};

export const COLUMNS = `a.id, a.at, a.actor_id AS "actorId", u.name, u.email, a.verb,
  a.subject_kind AS "subjectKind", a.subject_id AS "subjectId", a.data`;

/** A row as the API gives it; an actor of null is Socdown itself. */
export function toItem(row: AuditRow): AuditItem {
  const { actorId } = row;
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: actorId === null ? null : { id: actorId, name: row.name ?? '', email: row.email ?? '' },
    action: row.verb,
    object: { kind: row.subjectKind, id: row.subjectId },
    data: row.data,
  };
}
