import type { AlertFilter } from '../alerts/schema';
import { severityRank } from '../alerts/schema';
import type { Conditions } from '../db/conditions';
import { AppError } from '../errors/app-error';
import { caseHasSource } from '../investigations/case-source';
import type { InvestigationQuery } from '../investigations/schema';
import { type DashboardCell, type DashboardQuery, type Scope, WITHIN_DAYS } from './schema';

const DAY_MS = 86_400_000;
/** A quarter: what one request may read. */
const MAX_DAYS = 92;
const DEFAULT_DAYS = WITHIN_DAYS['30d'];

/** The days of a query: `from` to `to` where one of them is given, else so many up to today. @throws AppError bad_request */
export function scopeOf({ within, from, to, severity, source }: DashboardQuery, now = Date.now()): Scope {
  const days = within && !from && !to ? WITHIN_DAYS[within] : DEFAULT_DAYS;
  const end = to ?? dayOf(from && !to ? Math.min(now, Date.parse(from) + (MAX_DAYS - 1) * DAY_MS) : now);
  const start = from ?? dayOf(Date.parse(end) - (days - 1) * DAY_MS);
  if (start > end) throw new AppError('bad_request', `The period ends (${end}) before it begins (${start}).`);
  if ((Date.parse(end) - Date.parse(start)) / DAY_MS >= MAX_DAYS)
    throw new AppError('bad_request', `A period has at most ${MAX_DAYS} days. Choose a later start or an earlier end.`);
  return { from: start, to: end, severity, source };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Conditions on the alerts `a` that came in within the period. */
export function alertsOf(sql: Conditions, scope: Scope): void {
  sql.between('a.received_at', scope.from, scope.to);
  filterAlerts(sql, scope);
}

/** Conditions on alerts `a`, whenever they came in. */
export function filterAlerts(sql: Conditions, { severity, source }: Scope): void {
  if (severity?.length) sql.and(`a.severity = ANY(${sql.value(severity.map(severityRank))}::smallint[])`);
  if (source?.length) sql.and(`a.source = ANY(${sql.value(source)})`);
}

/** Conditions on the cases `i` that were opened within the period. */
export function casesOf(sql: Conditions, scope: Scope): void {
  sql.between('i.opened_at', scope.from, scope.to);
  filterCases(sql, scope);
}

/** Conditions on cases `i`, whenever they were opened. */
export function filterCases(sql: Conditions, { severity, source }: Scope): void {
  if (severity?.length) sql.and(`i.severity = ANY(${sql.value(severity.map(severityRank))}::smallint[])`);
  if (source?.length) sql.and(caseHasSource('i', `ANY(${sql.value(source)})`));
}

const address = (path: string, params: Record<string, string | string[] | undefined>): string => {
  const given = Object.entries(params).flatMap(([key, value]) => (value?.length ? [[key, String(value)]] : []));
  return `${path}?${new URLSearchParams(given)}`;
};

/** The queue with the scope's filters, and these. */
export const queueAddress = ({ severity, source }: Scope, filter: Partial<AlertFilter> & { sort?: string }): string =>
  address('/queue', { severity, source, ...filter });

/** The same of the alerts that came in within the period, closed ones too unless `status` says otherwise. */
export const alertsAddress = (scope: Scope, filter: Partial<AlertFilter> & { sort?: string } = {}): string =>
  queueAddress(scope, { status: ['new', 'open', 'closed'], receivedFrom: scope.from, receivedTo: scope.to, ...filter });

/**
 * The library with the cases that were opened within the period. It has one severity and one source: with several chosen there
 * is no such list.
 */
export function casesAddress(scope: Scope, filter: Partial<InvestigationQuery> = {}): string | undefined {
  const [severity, source] = [
    filter.severity ? [filter.severity] : scope.severity,
    filter.source ? [filter.source] : scope.source,
  ];
  if ((severity?.length ?? 0) > 1 || (source?.length ?? 0) > 1) return undefined;
  const { limit: _, ...rest } = filter;
  return address('/library', { severity, source, openedFrom: scope.from, openedTo: scope.to, ...rest });
}

/** A cell; a count of nothing leads nowhere. */
export function cell(value: DashboardCell['value'], href?: string | undefined): DashboardCell {
  return href && value !== null && value !== 0 ? { value, href } : { value };
}

/** Nothing without a whole to share. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** SQL: minutes between two times, never negative; null while the second is not known. */
export const minutesBetween = (from: string, to: string): string =>
  `(CASE WHEN ${to} > ${from} THEN extract(epoch FROM ${to} - ${from}) / 60 WHEN ${to} IS NOT NULL THEN 0 END)::float8`;
