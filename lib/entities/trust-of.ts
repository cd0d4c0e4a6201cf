import ipaddr from 'ipaddr.js';
import type { Entity } from '../alerts/schema';
import { pool } from '../db/client';
import { type KnownEntry, loadKnownLists } from './known-lists';
import { Trust, type TrustNote } from './schema';
import { entityKey, subjectOf } from './subject';

export type TrustRow = {
  kind: Entity['kind'];
  value: string;
  trust: string;
  note: string;
  expires_at: Date | null;
  set_at: Date;
  by_id: string | null;
  by_name: string | null;
};

/**
 * What people and the store's files say about some entities, under any of their names; by `entityKey` of the subject, a person's
 * first. Expired notes are among them and say so. The caller has checked the permission.
 */
export async function trustOf(entities: readonly Entity[]): Promise<Map<string, TrustNote[]>> {
  const subjects = new Map(
    entities.flatMap(({ kind, value }) => {
      const subject = subjectOf(kind, value);
      return subject ? [[entityKey(subject), subject] as const] : [];
    }),
  );
  if (subjects.size === 0) return new Map();
  const [{ rows }, { entries }] = await Promise.all([
    pool().query<TrustRow>(
      `SELECT t.kind, t.value, t.trust, t.note, t.expires_at, t.set_at, t.set_by_id AS by_id, u.name AS by_name
       FROM jsonb_to_recordset($1::jsonb) AS x(kind text, value text)
       JOIN entity_trust t ON t.kind = x.kind AND t.value = x.value LEFT JOIN users u ON u.id = t.set_by_id`,
      [JSON.stringify([...subjects.values()])],
    ),
    loadKnownLists(),
  ]);
  const said = new Map(rows.map((row) => [entityKey(row), row]));
  const now = Date.now();
  return new Map(
    [...subjects].flatMap(([key, subject]) => {
      const row = said.get(key);
      const notes = [
        ...(row ? [ofPerson(row, now)] : []),
        ...entries.filter((entry) => isAbout(entry, subject)).map((entry) => ofFile(entry, now)),
      ];
      return notes.length > 0 ? [[key, notes] as const] : [];
    }),
  );
}

function isAbout(entry: KnownEntry, subject: Entity): boolean {
  if (entry.range === null) return entry.kind === subject.kind && entry.value === subject.value;
  if (subject.kind !== 'ip') return false;
  const [network, bits] = entry.range;
  const address = ipaddr.parse(subject.value);
  return address.kind() === network.kind() && address.match([network, bits] as [ipaddr.IPv4, number]); // the same kind, just compared
}

const isPast = (at: Date | null, now: number): boolean => at !== null && at.getTime() <= now;

/** What a person said. */
export const ofPerson = (row: TrustRow, now: number): TrustNote => ({
  trust: Trust.parse(row.trust),
  note: row.note,
  expiresAt: row.expires_at?.toISOString() ?? null,
  expired: isPast(row.expires_at, now),
  from: 'person',
  by: row.by_id === null ? null : { id: row.by_id, name: row.by_name ?? 'Deleted user' },
  at: row.set_at.toISOString(),
  file: null,
  range: null,
});

/** What an entry of a file says. */
export const ofFile = (entry: KnownEntry, now: number): TrustNote => ({
  trust: entry.trust,
  note: entry.note,
  expiresAt: entry.expiresAt?.toISOString() ?? null,
  expired: isPast(entry.expiresAt, now),
  from: 'file',
  by: null,
  at: null,
  file: entry.place,
  range: entry.range === null ? null : entry.value,
});
