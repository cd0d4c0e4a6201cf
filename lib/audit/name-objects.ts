import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import type { AuditItem } from './schema';

/** What the things of a page of the log are called, by `kind:id`; a thing without a name of its own goes by its case's. */
export type ObjectNames = Record<string, string>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The tables that know a name, each with the kind it stands for. */
const NAMED = [
  ['alert', 'SELECT id, title AS name FROM alerts WHERE id = ANY($1::uuid[])'],
  ['investigation', 'SELECT id, title AS name FROM investigations WHERE id = ANY($1::uuid[])'],
  ['key', 'SELECT id, name FROM api_keys WHERE id = ANY($1::uuid[])'],
  ['connection', 'SELECT id, name FROM connections WHERE id = ANY($1::uuid[])'],
  ['channel', 'SELECT id, name FROM notification_channels WHERE id = ANY($1::uuid[])'],
  ['run', ofCase('runs')],
  ['review', ofCase('reviews')],
  ['proposal', ofCase('proposals')],
  ['evidence', ofCase('evidence')],
] as const;

function ofCase(table: string): string {
  return `SELECT o.id, i.title AS name FROM ${table} o JOIN investigations i ON i.id = o.investigation_id WHERE o.id = ANY($1::uuid[])`;
}

/** Names for the objects of some entries and for the cases that their data mention; what is gone has none. @throws AppError forbidden */
export async function nameObjects(actor: Actor, items: AuditItem[]): Promise<ObjectNames> {
  authorize(actor, 'audit.read');
  const ids = new Map<string, Set<string>>();
  for (const { object, data } of items) {
    add(ids, object.kind, object.id);
    const id = (data as { investigationId?: unknown } | null)?.investigationId;
    if (typeof id === 'string') add(ids, 'investigation', id);
  }
  const found = await Promise.all([
    ...NAMED.map(async ([kind, sql]) => {
      const list = [...(ids.get(kind) ?? [])].filter((id) => UUID.test(id));
      if (list.length === 0) return [];
      const { rows } = await pool().query<{ id: string; name: string }>(sql, [list]);
      return rows.map(({ id, name }) => [`${kind}:${id}`, name] as const);
    }),
    peopleOf([...(ids.get('user') ?? [])]),
  ]);
  return Object.fromEntries(found.flat());
}

async function peopleOf(ids: string[]): Promise<(readonly [string, string])[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool().query<{ id: string; name: string }>(
    'SELECT id, name FROM users WHERE id = ANY($1::text[])',
    [ids],
  );
  return rows.map(({ id, name }) => [`user:${id}`, name] as const);
}

function add(ids: Map<string, Set<string>>, kind: string, id: string): void {
  ids.set(kind, (ids.get(kind) ?? new Set()).add(id));
}
