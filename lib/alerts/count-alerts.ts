import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { addFilters, addSearch, CASE_STATE, matches } from './alert-filters';
import { readSearch } from './alert-search';
import { type AlertFilter, SEVERITIES } from './schema';

/** `most`: counting ends there, so "10,000" means so many or more. */
export const AlertCounts = z.object({ open: z.number(), mine: z.number(), unassigned: z.number(), most: z.number() });

/** How many alerts are not closed: all, one's own, nobody's; each at most `most`, for the queue can hold a million. */
export async function countAlerts(actor: Actor, most = 10_000): Promise<z.infer<typeof AlertCounts>> {
  authorize(actor, 'alerts.read');
  const upTo = (more: string) =>
    `(SELECT count(*)::int FROM (SELECT FROM alerts WHERE status <> 'closed' ${more} LIMIT $2) found)`;
  const { rows } = await pool().query<{ open: number; mine: number; unassigned: number }>(
    `SELECT ${upTo('')} AS open, ${upTo('AND assignee_id = $1')} AS mine, ${upTo('AND assignee_id IS NULL')} AS unassigned`,
    [actor.id, most],
  );
  return { open: 0, mine: 0, unassigned: 0, ...rows[0], most };
}

/** More than this is "many" to a person, and counting on costs. */
const MAX_NEW = 1000;

/** How many alerts that match the filters came in after `since` (ISO 8601); at most 1000. */
export async function countNew(actor: Actor, since: string, query: AlertFilter): Promise<{ count: number }> {
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

/** The filters whose values can be counted. */
export const FACETS = [
  'status',
  'severity',
  'source',
  'assignee',
  'disposition',
  'rule',
  'technique',
  'entity',
  'case',
] as const;
export type Facet = (typeof FACETS)[number];
/** `capped`: only the newest `of` alerts were counted. */
export const FacetCounts = z.object({
  items: z.array(z.object({ value: z.string(), count: z.number() })),
  of: z.number(),
  capped: z.boolean(),
});

const MAX_COUNTED = 20_000;
const MAX_VALUES = 50;

const VALUE: Record<Facet, string> = {
  status: 'm.status',
  severity: `(ARRAY[${SEVERITIES.map((severity) => `'${severity}'`).join(', ')}])[m.severity]`,
  source: 'm.source',
  assignee: `coalesce(m.assignee_id, 'none')`,
  disposition: 'm.disposition',
  rule: 'm.rule',
  technique: 't.id',
  entity: 'e.value',
  case: `coalesce(m.case_state, 'none')`,
};
const EXTRA: Partial<Record<Facet, string>> = {
  technique: 'CROSS JOIN LATERAL unnest(m.techniques) t(id)',
  entity: 'JOIN alert_entities ae ON ae.alert_id = m.id JOIN entities e ON e.id = ae.entity_id',
};

/**
 * How many of the alerts that match have each value of one filter, the most frequent first, at most 50. That filter itself is left
 * out, so that the counts say what choosing another value would show.
 */
export async function countValues(actor: Actor, by: Facet, query: AlertFilter): Promise<z.infer<typeof FacetCounts>> {
  authorize(actor, 'alerts.read');
  const sql = new Conditions();
  addFilters(sql, actor, othersThan(by, query));
  const search = readSearch(query.q);
  if (search) await addSearch(sql, search);
  const { rows } = await pool().query<{ value: string; count: number; of: number }>(
    `WITH m AS MATERIALIZED (
       SELECT a.id, a.status, a.severity, a.source, a.assignee_id, a.disposition, a.rule, a.techniques,
         ${by === 'case' ? CASE_STATE : 'NULL'} AS case_state
       FROM alerts a WHERE ${sql.where()} ORDER BY a.received_at DESC, a.id DESC LIMIT ${MAX_COUNTED + 1})
     SELECT ${VALUE[by]} AS value, count(DISTINCT m.id)::int AS count, (SELECT count(*)::int FROM m) AS of
     FROM m ${EXTRA[by] ?? ''} WHERE ${VALUE[by]} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MAX_VALUES}`,
    sql.values,
  );
  const of = rows[0]?.of ?? 0;
  return {
    items: rows.map(({ value, count }) => ({ value, count })),
    of: Math.min(of, MAX_COUNTED),
    capped: of > MAX_COUNTED,
  };
}

function othersThan(by: Facet, query: AlertFilter): AlertFilter {
  const others = { ...query, [by]: undefined };
  if (by === 'status') return { ...others, status: ['new', 'open', 'closed'] };
  // Only closed alerts have one.
  return by === 'disposition' && !query.status ? { ...others, status: ['closed'] } : others;
}
