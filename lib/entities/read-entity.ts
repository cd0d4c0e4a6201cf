import { z } from 'zod';
import { type AlertRow, ITEM_COLUMNS, JOIN_ITEM, toItem } from '../alerts/alert-rows';
import type { Entity, EntityKind } from '../alerts/schema';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { keyset } from '../db/keyset';
import { itemsOf } from '../investigations/items';
import { publicLists } from '../public-lists/match';
import { findForms } from './find-forms';
import { loadKnownLists } from './known-lists';
import { requireSubject } from './require-subject';
import { EntityAlert, EntityCase, EntityQuery, type EntityView } from './schema';
import { entityKey, subjectOf } from './subject';
import { trustHistory } from './trust-history';
import { trustOf } from './trust-of';

/** Beyond it a number says no more, and costs. */
const MAX_COUNT = 10_000;
/** The times of so many alerts at each end. */
const ENDS = 500;
const DAYS_OF = 2000;
const RELATED_ALERTS = 500;
const RELATED_CASES = 200;
const MAX_RELATED = 30;
const MAX_NAMES = 20;
const MAX_RECORDS = 20;

/**
 * One entity under any of its names: where it appears, when, with what, and what the team says about it. What nobody has seen is
 * no error: the page says so. @throws AppError bad_request for a value that can't be of its kind
 */
export async function readEntity(
  actor: Actor,
  path: { kind: EntityKind; value: string },
  input: z.input<typeof EntityQuery> = {},
): Promise<EntityView> {
  authorize(actor, 'entities.read');
  const query = EntityQuery.parse(input);
  const subject = requireSubject(path);
  const { ids, forms, omitted } = await findForms(subject);
  const [alerts, cases, span, counts, days, related, trust, history, { problems }, inEvidence] = await Promise.all([
    alertsOf(ids, query),
    casesOf(ids, query),
    spanOf(ids),
    countsOf(ids),
    daysOf(ids),
    relatedTo(ids, subject),
    trustOf([subject]),
    trustHistory(subject),
    loadKnownLists(),
    query.investigation === undefined ? [] : inEvidenceOf(actor, query.investigation, [subject, ...forms]),
  ]);
  return {
    entity: subject,
    forms,
    formsOmitted: omitted,
    ...span,
    ...counts,
    days,
    alerts,
    cases,
    related,
    inEvidence,
    history,
    trust: trust.get(entityKey(subject)) ?? [],
    lists: publicLists(subject),
    knownProblems: problems,
  };
}

const cursors = keyset(z.tuple([z.uuid()]));

/** Ids are made when they come in and are in that order: each form's newest are an index range, whatever their number. */
const newest = (table: 'alert' | 'investigation', of: string, limit: string, after = 'true'): string => `
  SELECT DISTINCT l.id FROM unnest(${of}::int[]) AS f(id) CROSS JOIN LATERAL (
    SELECT x.${table}_id AS id FROM ${table}_entities x WHERE x.entity_id = f.id AND ${after}
    ORDER BY x.${table}_id DESC LIMIT ${limit}) l
  ORDER BY l.id DESC LIMIT ${limit}`;

async function alertsOf(ids: number[], { alertCursor, status, limit }: EntityQuery): Promise<EntityView['alerts']> {
  const { found, nextCursor } = await pageOf('alert', ids, { cursor: alertCursor, limit, is: ['status', status] });
  const { rows } = await pool().query<AlertRow>(
    `SELECT ${ITEM_COLUMNS} FROM alerts a ${JOIN_ITEM} WHERE a.id = ANY($1::uuid[]) ORDER BY a.id DESC`,
    [found],
  );
  return { items: rows.map((row) => EntityAlert.parse(toItem(row))), nextCursor };
}

async function casesOf(
  ids: number[],
  { caseCursor, classification, limit }: EntityQuery,
): Promise<EntityView['cases']> {
  const { found, nextCursor } = await pageOf('investigation', ids, {
    cursor: caseCursor,
    limit,
    is: ['classification', classification],
  });
  return { items: EntityCase.array().parse(await itemsOf(found)), nextCursor };
}

type PageQuery = { cursor: string | undefined; limit: number; is: [column: string, value: string | undefined] };

/** Of so many at a time a filter picks: a page of few or none, with a cursor, when what it looks for is rare. */
const FILTERED = 2000;

async function pageOf(
  table: 'alert' | 'investigation',
  ids: number[],
  { cursor, limit, is: [column, value] }: PageQuery,
): Promise<{ found: string[]; nextCursor: string | null }> {
  const after = cursors.read(cursor)?.[0] ?? null;
  const looked = value === undefined ? limit + 1 : FILTERED;
  const { rows } = await pool().query<{ id: string; ok: boolean }>(
    `SELECT n.id, ${value === undefined ? 'true' : `t.${column} = $4`} AS ok
     FROM (${newest(table, '$1', '$2', `($3::uuid IS NULL OR x.${table}_id < $3)`)}) n
     ${value === undefined ? '' : `JOIN ${table}s t ON t.id = n.id`} ORDER BY n.id DESC`,
    [ids, looked, after, ...(value === undefined ? [] : [value])],
  );
  const matching = rows.filter(({ ok }) => ok).map(({ id }) => id);
  const found = matching.slice(0, limit);
  const last = matching.length > limit ? found.at(-1) : rows.length === looked ? rows.at(-1)?.id : undefined;
  return { found, nextCursor: last === undefined ? null : cursors.write([last]) };
}

/** Of an entity in at most twice ENDS alerts it is exact; of others by the alerts that were received first and last. */
async function spanOf(ids: number[]): Promise<Pick<EntityView, 'firstSeen' | 'lastSeen'>> {
  const { rows } = await pool().query<{ first: Date | null; last: Date | null }>(
    `WITH newest AS (${newest('alert', '$1', '$2')}),
     oldest AS (SELECT l.id FROM unnest($1::int[]) AS f(id) CROSS JOIN LATERAL (
       SELECT x.alert_id AS id FROM alert_entities x WHERE x.entity_id = f.id ORDER BY x.alert_id LIMIT $2) l),
     cases AS (${newest('investigation', '$1', '$2')}),
     first_case AS (SELECT min(l.id::text)::uuid AS id FROM unnest($1::int[]) AS f(id) CROSS JOIN LATERAL (
       SELECT x.investigation_id AS id FROM investigation_entities x WHERE x.entity_id = f.id ORDER BY x.investigation_id LIMIT 1) l),
     times AS (
       SELECT a.occurred_at AS at FROM (SELECT id FROM newest UNION SELECT id FROM oldest) n JOIN alerts a ON a.id = n.id
       UNION ALL
       -- A case is opened long after what it is about: the events of its alerts count, its opening only where it has none.
       SELECT coalesce(a.occurred_at, i.opened_at) FROM (SELECT id FROM (SELECT id FROM cases LIMIT 1) c UNION SELECT id FROM first_case) n
         JOIN investigations i ON i.id = n.id
         LEFT JOIN investigation_alerts ia ON ia.investigation_id = i.id
         LEFT JOIN alerts a ON a.id = ia.alert_id)
     SELECT min(at) AS first, max(at) AS last FROM times`,
    [ids, ENDS],
  );
  return { firstSeen: rows[0]?.first?.toISOString() ?? null, lastSeen: rows[0]?.last?.toISOString() ?? null };
}

/** When an entity was last seen, by the ids of its forms. The caller has checked the permission. */
export const lastSeenOf = async (ids: number[]): Promise<string | null> => (await spanOf(ids)).lastSeen;

async function countsOf(ids: number[]): Promise<Pick<EntityView, 'alertCount' | 'caseCount'>> {
  const count = (table: 'alert' | 'investigation') =>
    `(SELECT count(DISTINCT id) FROM (SELECT ${table}_id AS id FROM ${table}_entities WHERE entity_id = ANY($1) LIMIT $2) n)::int`;
  const { rows } = await pool().query<{ alerts: number; cases: number }>(
    `SELECT ${count('alert')} AS alerts, ${count('investigation')} AS cases`,
    [ids, MAX_COUNT + 1],
  );
  const bounded = (found = 0) => ({ count: Math.min(found, MAX_COUNT), more: found > MAX_COUNT });
  return { alertCount: bounded(rows[0]?.alerts), caseCount: bounded(rows[0]?.cases) };
}

/** Evidence of one case that holds the entity under one of its names, as text. */
async function inEvidenceOf(actor: Actor, investigationId: string, forms: Entity[]): Promise<number[]> {
  authorize(actor, 'evidence.read');
  const { rows } = await pool().query<{ number: number }>(
    `SELECT e.number FROM evidence e WHERE e.investigation_id = $1 AND e.status = 'ok' AND EXISTS (
       SELECT FROM unnest($2::text[]) AS value WHERE position(lower(value) IN lower(e.result::text)) > 0)
     ORDER BY e.number LIMIT $3`,
    [investigationId, [...new Set(forms.map(({ value }) => value))].slice(0, MAX_NAMES), MAX_RECORDS],
  );
  return rows.map(({ number }) => number);
}

async function daysOf(ids: number[]): Promise<EntityView['days']> {
  const { rows } = await pool().query<{ day: string; alerts: number }>(
    `SELECT to_char(a.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS alerts
     FROM (${newest('alert', '$1', '$2')}) n JOIN alerts a ON a.id = n.id GROUP BY 1 ORDER BY 1`,
    [ids, DAYS_OF],
  );
  return rows;
}

async function relatedTo(ids: number[], subject: Entity): Promise<EntityView['related']> {
  const { rows } = await pool().query<EntityView['related'][number]>(
    `WITH found AS (
       SELECT ae.entity_id, count(*)::int AS alerts, 0 AS cases
         FROM (${newest('alert', '$1', '$2')}) n JOIN alert_entities ae ON ae.alert_id = n.id GROUP BY 1
       UNION ALL
       SELECT ie.entity_id, 0, count(*)::int
         FROM (${newest('investigation', '$1', '$3')}) n JOIN investigation_entities ie ON ie.investigation_id = n.id GROUP BY 1)
     SELECT e.kind, e.value, sum(f.alerts)::int AS alerts, sum(f.cases)::int AS cases
     FROM found f JOIN entities e ON e.id = f.entity_id WHERE f.entity_id <> ALL($1)
     GROUP BY e.id ORDER BY sum(f.alerts + f.cases) DESC, e.id LIMIT $4`,
    [ids, RELATED_ALERTS, RELATED_CASES, MAX_RELATED],
  );
  return bySubject(rows, subject);
}

/** Each thing once: its names are mostly in the same alerts, so the highest count of one is that of the thing. */
function bySubject(rows: EntityView['related'], self: Entity): EntityView['related'] {
  const found = new Map<string, EntityView['related'][number]>();
  for (const { kind, value, alerts, cases } of rows) {
    const subject = subjectOf(kind, value);
    if (!subject || entityKey(subject) === entityKey(self)) continue;
    const before = found.get(entityKey(subject));
    found.set(entityKey(subject), {
      ...subject,
      alerts: Math.max(alerts, before?.alerts ?? 0),
      cases: Math.max(cases, before?.cases ?? 0),
    });
  }
  return [...found.values()];
}
