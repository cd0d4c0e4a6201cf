import type { Actor } from '../auth/guard';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import type { AlertSearch } from './alert-search';
import { refang } from './fang';
import { type AlertFilter, severityRank } from './schema';
import { isLateSql } from './sla-setting';

/** Up to here matches are fetched by id and sorted; beyond, so many match that the sort's index is walked and stops early. */
const FEW_MATCHES = 5000;

export function addFilters(sql: Conditions, actor: Actor, query: AlertFilter): void {
  const { status, severity, source, assignee, disposition } = query;
  // Literally the predicate of the partial indexes, so that the planner takes them.
  if (!status?.includes('closed')) sql.and(`a.status <> 'closed'`);
  if (status?.length) sql.and(`a.status = ANY(${sql.value(status)})`);
  if (severity?.length) sql.and(`a.severity = ANY(${sql.value(severity.map(severityRank))}::smallint[])`);
  if (source?.length) sql.and(`a.source = ANY(${sql.value(source)})`);
  if (disposition?.length) sql.and(`a.disposition = ANY(${sql.value(disposition)})`);
  if (assignee === 'none') sql.and('a.assignee_id IS NULL');
  else if (assignee) sql.and(`a.assignee_id = ${sql.value(assignee === 'me' ? actor.id : assignee)}`);
  addRules(sql, query);
  addTimes(sql, query);
  addCaseState(sql, query.case);
}

const WITHIN_HOURS = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const;

function addRules(sql: Conditions, { rule, technique, entity }: AlertFilter): void {
  if (rule !== undefined) sql.and(`a.rule = ${sql.value(rule)}`);
  if (technique?.length) {
    const asked = sql.value(technique);
    sql.and(
      `EXISTS (SELECT FROM unnest(a.techniques) t WHERE t = ANY(${asked}) OR split_part(t, '.', 1) = ANY(${asked}))`,
    );
  }
  if (entity) {
    // The whole value in any case; the trigram index finds it.
    const whole = refang(entity).replace(/[\\%_]/g, '\\$&');
    sql.and(`a.id IN (SELECT ae.alert_id FROM entities e JOIN alert_entities ae ON ae.entity_id = e.id
      WHERE e.value ILIKE ${sql.value(whole)})`);
  }
}

function addTimes(sql: Conditions, { from, to, within, receivedFrom, receivedTo, sla }: AlertFilter): void {
  sql.between('a.occurred_at', from, to);
  sql.between('a.received_at', receivedFrom, receivedTo);
  if (sla) sql.and(`${sla === 'met' ? 'NOT ' : ''}(${isLateSql('a')})`);
  if (within) sql.and(`a.occurred_at >= now() - make_interval(hours => ${WITHIN_HOURS[within]})`);
}

/** The state of the newest case. */
function addCaseState(sql: Conditions, states: AlertFilter['case']): void {
  if (!states?.length) return;
  const known = states.filter((state) => state !== 'none');
  const parts = known.length > 0 ? [`${CASE_STATE} = ANY(${sql.value(known)})`] : [];
  if (states.includes('none')) {
    parts.push('NOT EXISTS (SELECT FROM investigation_alerts ia WHERE ia.alert_id = a.id)');
  }
  sql.and(parts.join(' OR '));
}

export const CASE_STATE = `(SELECT n.status FROM investigation_alerts ia JOIN investigations n ON n.id = ia.investigation_id
  WHERE ia.alert_id = a.id ORDER BY n.opened_at DESC, n.id DESC LIMIT 1)`;

/** Few matches are found first (their ids are sorted); of many, the page is found by walking the sort's index. */
export async function addSearch(sql: Conditions, search: AlertSearch): Promise<void> {
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

/** The condition of a search, over alerts `a`: words of the alert, or part of the value of one of its entities. */
export function matches(sql: Conditions, search: AlertSearch): string {
  const byText = `a.search @@ ${tsquery(sql, search)}`;
  if (search.substring === null) return byText;
  return `${byText} OR EXISTS (SELECT FROM alert_entities ae JOIN entities e ON e.id = ae.entity_id
    WHERE ae.alert_id = a.id AND e.value ILIKE ${sql.value(search.substring)})`;
}

const byEntity = (sql: Conditions, substring: string): string =>
  `SELECT ae.alert_id AS id FROM entities e JOIN alert_entities ae ON ae.entity_id = e.id WHERE e.value ILIKE ${sql.value(substring)}`;
