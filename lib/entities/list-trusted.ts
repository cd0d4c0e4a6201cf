import { z } from 'zod';
import { EntityKind } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { DbTime } from '../db/db-time';
import { keyset } from '../db/keyset';
import { AppError } from '../errors/app-error';
import { toCsv } from '../text/csv';
import { type ExportedFile, stixBundle, stixPattern } from './export-entity';
import { loadKnownLists } from './known-lists';
import { type EntityListPage, EntityListQuery, type ListedEntity, ListFormat } from './schema';
import { entityKey } from './subject';
import { ofFile, ofPerson, type TrustRow } from './trust-of';

/** Entries of files on a page, and rows of an exported file. */
const MAX_FILE_ENTRIES = 500;
const MAX_EXPORTED = 50_000;

type Filter = Pick<EntityListQuery, 'trust' | 'kind'>;
/** PostgreSQL has no U+0000 in text. */
const Value = z.string().refine((text) => !text.includes('\0'));
const cursors = keyset(z.tuple([DbTime, EntityKind, Value]));

/** What the team says something about, expired or not: what people said by page, and the entries of the store's files. */
export async function listTrusted(actor: Actor, input: Partial<EntityListQuery> = {}): Promise<EntityListPage> {
  authorize(actor, 'entities.read');
  const { limit, cursor, ...filter } = EntityListQuery.parse(input);
  const after = cursors.read(cursor);
  const { items, nextCursor } = cursors.page(await saidByPeople(filter, limit + 1, after), limit, (item) => [
    item.note.at ?? '', // a person's note has a time
    item.entity.kind,
    item.entity.value,
  ]);
  const files = after ? [] : await saidByFiles(filter);
  return {
    items,
    nextCursor,
    files: files.slice(0, MAX_FILE_ENTRIES),
    filesOmitted: Math.max(0, files.length - MAX_FILE_ENTRIES),
  };
}

/**
 * The same as a file for other systems, without what has expired: csv, stix (a 2.1 bundle of what STIX has a pattern for), or txt
 * with a value a line, as firewalls fetch it. @throws AppError not_found for an unknown format
 */
export async function exportTrusted(actor: Actor, filter: Filter, format: string): Promise<ExportedFile> {
  authorize(actor, 'entities.read');
  const known = ListFormat.safeParse(format);
  if (!known.success) throw new AppError('not_found', 'There is no such format. Use csv, stix or txt.');
  const all = [...(await saidByPeople(filter, MAX_EXPORTED, null)), ...(await saidByFiles(filter))];
  const holding = all.filter(({ note }) => !note.expired);
  // What a person says of an entity comes before what a file says of it.
  const items = [...new Map(holding.reverse().map((item) => [entityKey(item.entity), item])).values()].reverse();
  const name = [filter.trust ?? 'entities', filter.kind].filter(Boolean).join('-');
  if (known.data === 'csv') return { name: `${name}.csv`, type: 'text/csv; charset=utf-8', content: csvOf(items) };
  if (known.data === 'txt') return { name: `${name}.txt`, type: 'text/plain; charset=utf-8', content: linesOf(items) };
  const indicators = items.flatMap(({ entity, note }) => {
    const pattern = stixPattern(entity);
    return pattern === null ? [] : [{ entity, pattern, since: note.at, trust: note.trust }];
  });
  const bundle = stixBundle(indicators);
  return { name: `${name}.stix.json`, type: 'application/json', content: `${JSON.stringify(bundle, null, 2)}\n` };
}

type Key = ReturnType<typeof cursors.read>;

async function saidByPeople({ trust, kind }: Filter, limit: number, after: Key): Promise<ListedEntity[]> {
  const sql = new Conditions();
  if (trust) sql.and(`t.trust = ${sql.value(trust)}`);
  if (kind) sql.and(`t.kind = ${sql.value(kind)}`);
  if (after) {
    const [at, ofKind, value] = after.map((part) => sql.value(part));
    sql.and(`(t.set_at, t.kind, t.value) < (${at}::timestamptz, ${ofKind}, ${value})`);
  }
  const { rows } = await pool().query<TrustRow>(
    `SELECT t.kind, t.value, t.trust, t.note, t.expires_at, t.set_at, t.set_by_id AS by_id, u.name AS by_name
     FROM entity_trust t LEFT JOIN users u ON u.id = t.set_by_id
     WHERE ${sql.where()} ORDER BY t.set_at DESC, t.kind DESC, t.value DESC LIMIT ${sql.value(limit)}`,
    sql.values,
  );
  const now = Date.now();
  return rows.map((row) => ({ entity: { kind: row.kind, value: row.value }, note: ofPerson(row, now) }));
}

async function saidByFiles({ trust, kind }: Filter): Promise<ListedEntity[]> {
  const { entries } = await loadKnownLists();
  const now = Date.now();
  return entries
    .filter((entry) => (!trust || entry.trust === trust) && (!kind || entry.kind === kind))
    .map((entry) => ({ entity: { kind: entry.kind, value: entry.value }, note: ofFile(entry, now) }));
}

const csvOf = (items: ListedEntity[]): string =>
  toCsv([
    ['kind', 'value', 'trust', 'note', 'set_by', 'set_at', 'expires_at', 'file'],
    ...items.map(({ entity, note }) => [
      entity.kind,
      entity.value,
      note.trust,
      note.note,
      note.by?.name ?? null,
      note.at,
      note.expiresAt,
      note.file,
    ]),
  ]);

/** A value with a line break would be read as two. */
const linesOf = (items: ListedEntity[]): string =>
  items
    .filter(({ entity }) => !/[\r\n]/.test(entity.value))
    .map(({ entity }) => `${entity.value}\n`)
    .join('');
