import { z } from 'zod';
import { refang } from '../alerts/entities';
import { severityRank } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { DbTime } from '../db/db-time';
import { keyset, type Page } from '../db/keyset';
import { caseHasSource } from '../investigations/case-source';
import { itemsOf } from '../investigations/items';
import { type InvestigationHit, InvestigationQuery } from '../investigations/schema';
import { wordsOnly } from '../text/words';
import { readTerms, substringPattern, type Term } from './read-query';
import { snippetOf } from './snippet';

/** Ranking reads a hit's vectors, so only the newest this many are ranked; then the next, older window. */
const WINDOW = 300;

/**
 * Investigations, open and approved. Without `q` the last changed first; with `q` the best of the newest 300 hits first,
 * then the best of the next 300. Whole or partial indicators are found in `q` and `entity`, defanged or not.
 * `technique` T1078 finds its sub-techniques too. Never reads more than the hits: every filter has an index.
 */
export async function searchInvestigations(
  actor: Actor,
  input: Partial<InvestigationQuery>,
  options: { exclude?: string } = {},
): Promise<Page<InvestigationHit>> {
  authorize(actor, 'library.search');
  const query = InvestigationQuery.parse(input);
  const cursor = cursors.read(query.cursor);
  const terms = readTerms(query.q ?? '');
  const asked = (query.q ?? '') !== '';
  // A search for nothing but punctuation finds nothing, not everything.
  if (asked && terms.length === 0) return { items: [], nextCursor: null };
  return asked ? searchText(query, terms, cursor, options.exclude) : listNewest(query, cursor, options.exclude);
}

async function listNewest(
  query: InvestigationQuery,
  cursor: Cursor,
  exclude?: string,
): Promise<Page<InvestigationHit>> {
  const sql = new Conditions();
  addFilters(sql, query, cursor, exclude);
  const { rows } = await pool().query<Found>(
    `SELECT i.id, to_char(i.updated_at AT TIME ZONE 'UTC', ${TIME_FORMAT}) AS at FROM investigations i WHERE ${sql.where()}
     ORDER BY i.updated_at DESC, i.id DESC LIMIT ${sql.value(query.limit + 1)}`,
    sql.values,
  );
  const page = cursors.page(rows, query.limit, ({ at, id }) => ({ at, id, skip: 0 }));
  const items = await itemsOf(page.items.map((row) => row.id));
  return { items: items.map((item) => ({ ...item, snippet: null })), nextCursor: page.nextCursor };
}

async function searchText(
  query: InvestigationQuery,
  terms: Term[],
  cursor: Cursor,
  exclude?: string,
): Promise<Page<InvestigationHit>> {
  const sql = new Conditions();
  addFilters(sql, query, cursor, exclude, terms);
  const words = terms.filter((term) => term.isWords).map((term) => wordsQuery(sql, term));
  const rankWords = words.length > 0 ? `ts_rank(s.words, ${words.join(' || ')}) * 2 + ` : '';
  const rankParts = sql.value(terms.map((term) => term.partsQuery).join(' | '));
  const { rows } = await pool().query<Found>(
    `WITH found AS MATERIALIZED (
       SELECT i.id, i.updated_at FROM investigations i WHERE ${sql.where()} ORDER BY i.updated_at DESC, i.id DESC LIMIT ${WINDOW})
     SELECT f.id, to_char(f.updated_at AT TIME ZONE 'UTC', ${TIME_FORMAT}) AS at
     FROM found f JOIN investigation_search s ON s.investigation_id = f.id
     ORDER BY ${rankWords}ts_rank(s.parts, ${rankParts}::tsquery) DESC, f.updated_at DESC, f.id DESC`,
    sql.values,
  );
  const skip = cursor?.skip ?? 0;
  const ids = rows.slice(skip, skip + query.limit).map((row) => row.id);
  const [items, snippets] = await Promise.all([itemsOf(ids), snippetsOf(ids, terms)]);
  return {
    items: items.map((item) => ({ ...item, snippet: snippets.get(item.id) ?? null })),
    nextCursor: nextOf(rows, cursor, skip + query.limit),
  };
}

type Found = { id: string; at: string };

/** The rest of this window, else the next one: it begins after the oldest row of this one. */
function nextOf(rows: Found[], cursor: Cursor, skip: number): string | null {
  if (skip < rows.length) return cursors.write({ at: cursor?.at ?? null, id: cursor?.id ?? null, skip });
  if (rows.length < WINDOW) return null;
  const oldest = rows.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.id < a.id) ? b : a));
  return cursors.write({ at: oldest.at, id: oldest.id, skip: 0 });
}

async function snippetsOf(ids: string[], terms: Term[]): Promise<Map<string, InvestigationHit['snippet']>> {
  const words = terms.filter((term) => term.isWords).map((term) => term.text);
  const { rows } = await pool().query<{ id: string; body: string; stems: string[] }>(
    `SELECT investigation_id AS id, body, tsvector_to_array(to_tsvector('english', $2)) AS stems
     FROM investigation_search WHERE investigation_id = ANY($1::uuid[])`,
    [ids, wordsOnly(words.join(' '))],
  );
  return new Map(rows.map(({ id, body, stems }) => [id, snippetOf(body, terms, stems)]));
}

/** The conditions of both searches. */
function addFilters(
  sql: Conditions,
  query: InvestigationQuery,
  cursor: Cursor,
  exclude?: string,
  terms: Term[] = [],
): void {
  if (query.classification) sql.and(`i.assessment = 'set' AND i.classification = ${sql.value(query.classification)}`);
  sql.and(query.status ? `i.status = ${sql.value(query.status)}` : `i.status <> 'merged'`);
  if (query.technique) sql.and(`i.techniques && ${sql.value(withSubTechniques(query.technique))}::text[]`);
  if (query.entity) sql.and(`i.id IN (${idsByEntity(sql, query.entity)})`);
  for (const term of terms) sql.and(`i.id IN (${idsByTerm(sql, term)})`);
  addOrigin(sql, query);
  if (exclude) sql.and(`i.id <> ${sql.value(exclude)}::uuid`);
  if (cursor?.at && cursor.id) {
    sql.and(`(i.updated_at, i.id) < (${sql.value(cursor.at)}::timestamptz, ${sql.value(cursor.id)}::uuid)`);
  }
}

/** How a case came about, and what a model first said of it. */
function addOrigin(sql: Conditions, query: InvestigationQuery): void {
  const { openedFrom, openedTo, severity, source, proposed, model, assessment } = query;
  if (assessment) sql.and(`i.assessment = ${sql.value(assessment)}`);
  sql.between('i.opened_at', openedFrom, openedTo);
  if (severity) sql.and(`i.severity = ${sql.value(severityRank(severity))}`);
  if (source) sql.and(caseHasSource('i', sql.value(source)));
  if (proposed) sql.and(`i.proposed_classification = ${sql.value(proposed)}`);
  if (model) sql.and(`i.proposed_by = ${sql.value(model)}`);
}

function idsByTerm(sql: Conditions, term: Term): string {
  const words = term.isWords ? ` OR s.words @@ ${wordsQuery(sql, term)}` : '';
  const inText = `SELECT s.investigation_id FROM investigation_search s WHERE s.parts @@ ${sql.value(term.partsQuery)}::tsquery${words}`;
  if (!term.entityPattern) return inText;
  return `${inText} UNION ${idsByPattern(sql, term.entityPattern)}`;
}

function idsByEntity(sql: Conditions, entity: string): string {
  const text = refang(entity.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '')).trim();
  // Trigrams say nothing about one or two characters: those must be the whole value.
  if (text.length >= 3) return idsByPattern(sql, substringPattern(text));
  return `SELECT ie.investigation_id FROM entities e JOIN investigation_entities ie ON ie.entity_id = e.id
          WHERE e.value = ${sql.value(text)}`;
}

function idsByPattern(sql: Conditions, pattern: string): string {
  return `SELECT ie.investigation_id FROM entities e JOIN investigation_entities ie ON ie.entity_id = e.id
          WHERE e.value ILIKE ${sql.value(pattern)}`;
}

function wordsQuery(sql: Conditions, term: Term): string {
  return `${term.quoted ? 'phraseto_tsquery' : 'plainto_tsquery'}('english', ${sql.value(wordsOnly(term.text))})`;
}

/** T1078 and T1078.001 … T1078.040: an exact list, because an index over arrays knows no prefixes. */
function withSubTechniques(id: string): string[] {
  const upper = id.toUpperCase();
  if (!/^T\d{4}$/.test(upper)) return [upper];
  return [upper, ...Array.from({ length: 40 }, (_, index) => `${upper}.${String(index + 1).padStart(3, '0')}`)];
}

/** Exact: a time cut to milliseconds would repeat or leave out rows of the same millisecond. */
const TIME_FORMAT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

/** After which row (null: from the newest), and how many of the ranked window after it have been shown. */
const cursors = keyset(
  z.object({ at: DbTime.nullable(), id: z.uuid().nullable(), skip: z.number().int().min(0).max(WINDOW) }),
);
type Cursor = ReturnType<typeof cursors.read>;
