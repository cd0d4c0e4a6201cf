import { severityOf } from '../alerts/schema';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import type { DashboardCell, DashboardTable, Scope } from './schema';
import { alertsAddress, alertsOf, casesAddress, casesOf, cell, minutesBetween } from './scope';

const QUANTILES = 'ARRAY[0.5, 0.9]::float8[]';
const quantiles = (minutes: string): string => `percentile_cont(${QUANTILES}) WITHIN GROUP (ORDER BY ${minutes})`;

/** `by`: all, one severity, or one source. */
type Group = { severity: number | null; source: string | null };
type Quantiles = [number | null, number | null] | null;
type TriageRow = Group & { count: number; triage: Quantiles };
type CaseRow = Group & { verdicts: number; approvals: number; verdict: Quantiles; approval: Quantiles };

/** How long from receiving an alert to triage, and to its case's verdict and approval: all, by severity, by source. */
export async function timesTable(scope: Scope): Promise<DashboardTable> {
  const [triage, cases] = await Promise.all([readTriage(scope), readCases(scope)]);
  const keys = new Map(
    [...triage, ...cases].map((row) => [keyOf(row), { severity: row.severity, source: row.source }]),
  );
  const rows = [...keys].map(([key, group]) => {
    const alerts = triage.find((row) => keyOf(row) === key);
    const found = cases.find((row) => keyOf(row) === key);
    return { group, cells: cellsOf(scope, group, alerts, found) };
  });
  return {
    name: 'times',
    title: 'Time to triage, verdict and approval',
    about:
      'From receiving the alert: until it was first assigned, opened or closed (alerts received in the period); until a person first set the verdict, and until the first approval (cases opened in the period). A case with alerts of several sources counts under each.',
    columns: [
      { label: 'Group', unit: 'group' },
      { label: 'Triaged', unit: 'count' },
      { label: 'Triage, median', unit: 'minutes' },
      { label: 'Triage, p90', unit: 'minutes' },
      { label: 'Verdicts', unit: 'count' },
      { label: 'Verdict, median', unit: 'minutes' },
      { label: 'Verdict, p90', unit: 'minutes' },
      { label: 'Approvals', unit: 'count' },
      { label: 'Approval, median', unit: 'minutes' },
      { label: 'Approval, p90', unit: 'minutes' },
    ],
    rows: rows.sort((a, b) => order(a.group).localeCompare(order(b.group))).map(({ cells }) => cells),
    empty: { text: 'Nothing was triaged or decided in this period.', action: 'Open queue', href: '/queue' },
  };
}

const keyOf = ({ severity, source }: Group): string => `${severity ?? ''}/${source ?? ''}`;
/** All first, then severities from critical on, then sources by name. */
const order = ({ severity, source }: Group): string =>
  severity !== null ? `1${9 - severity}` : source !== null ? `2${source}` : '0';

function cellsOf(
  scope: Scope,
  { severity, source }: Group,
  alerts: TriageRow | undefined,
  cases: CaseRow | undefined,
): DashboardCell[] {
  const name = severity === null ? undefined : severityOf(severity);
  const one = { ...(name ? { severity: name } : {}), ...(source ? { source } : {}) };
  const ofCases = casesAddress(scope, one);
  const ofAlerts = alertsAddress(scope, {
    status: ['open', 'closed'],
    ...(name ? { severity: [name] } : {}),
    ...(source ? { source: [source] } : {}),
  });
  return [
    cell(name ?? source ?? 'All'),
    cell(alerts?.count ?? 0, ofAlerts),
    ...pair(alerts?.triage),
    cell(cases?.verdicts ?? 0, ofCases && `${ofCases}&assessment=set`),
    ...pair(cases?.verdict),
    cell(cases?.approvals ?? 0, ofCases && `${ofCases}&status=approved`),
    ...pair(cases?.approval),
  ];
}

const pair = (found: Quantiles | undefined): DashboardCell[] => [cell(found?.[0] ?? null), cell(found?.[1] ?? null)];

async function readTriage(scope: Scope): Promise<TriageRow[]> {
  const sql = new Conditions();
  alertsOf(sql, scope);
  sql.and('a.triaged_at IS NOT NULL');
  const { rows } = await pool().query<TriageRow>(
    `SELECT a.severity, a.source, count(*)::int AS count, ${quantiles(minutesBetween('a.received_at', 'a.triaged_at'))} AS triage
     FROM alerts a WHERE ${sql.where()} GROUP BY GROUPING SETS ((), (a.severity), (a.source)) HAVING count(*) > 0`,
    sql.values,
  );
  return rows;
}

async function readCases(scope: Scope): Promise<CaseRow[]> {
  const sql = new Conditions();
  casesOf(sql, scope);
  const measures = `count(c.verdict)::int AS verdicts, count(c.approval)::int AS approvals,
    ${quantiles('c.verdict')} AS verdict, ${quantiles('c.approval')} AS approval`;
  const { rows } = await pool().query<CaseRow>(
    `WITH c AS MATERIALIZED (
       SELECT i.severity, s.sources, CASE WHEN i.assessment = 'set' THEN ${minutesBetween('s.received', 'i.verdict_at')} END AS verdict,
         ${minutesBetween('s.received', 'i.first_approved_at')} AS approval
       FROM investigations i CROSS JOIN LATERAL (
         SELECT coalesce(min(a.received_at), i.opened_at) AS received, array_agg(DISTINCT a.source) AS sources
         FROM investigation_alerts ia JOIN alerts a ON a.id = ia.alert_id WHERE ia.investigation_id = i.id) s
       WHERE ${sql.where()} AND (i.verdict_at IS NOT NULL OR i.first_approved_at IS NOT NULL))
     SELECT c.severity, NULL AS source, ${measures} FROM c GROUP BY GROUPING SETS ((), (c.severity)) HAVING count(*) > 0
     UNION ALL
     SELECT NULL, u.source, ${measures} FROM c CROSS JOIN LATERAL unnest(c.sources) AS u(source) GROUP BY 2 HAVING u.source IS NOT NULL`,
    sql.values,
  );
  return rows;
}

type ActivityRow = { day: string; received: number; closed: number; opened: number; approved: number };

/** By day, or by week where days are too many to see: what came in and what was done. */
export async function activityTable(scope: Scope): Promise<DashboardTable> {
  const days = (Date.parse(scope.to) - Date.parse(scope.from)) / 86_400_000 + 1;
  const step = days > 31 ? 'week' : 'day';
  const bucket = (column: string): string => `date_trunc('${step}', ${column} AT TIME ZONE 'UTC')`;
  const alerts = new Conditions();
  alertsOf(alerts, scope);
  const cases = new Conditions();
  casesOf(cases, scope);
  const [ofAlerts, ofCases] = await Promise.all([
    pool().query<{ day: string; received: number; closed: number }>(
      `SELECT to_char(${bucket('a.received_at')}, 'YYYY-MM-DD') AS day, count(*)::int AS received,
         (count(*) FILTER (WHERE a.status = 'closed'))::int AS closed
       FROM alerts a WHERE ${alerts.where()} GROUP BY 1`,
      alerts.values,
    ),
    pool().query<{ day: string; opened: number; approved: number }>(
      `SELECT to_char(${bucket('i.opened_at')}, 'YYYY-MM-DD') AS day, count(*)::int AS opened,
         (count(*) FILTER (WHERE i.status = 'approved'))::int AS approved
       FROM investigations i WHERE ${cases.where()} GROUP BY 1`,
      cases.values,
    ),
  ]);
  const found = new Map<string, Partial<ActivityRow>>();
  for (const row of [...ofAlerts.rows, ...ofCases.rows]) found.set(row.day, { ...found.get(row.day), ...row });
  const dates = bucketsOf(scope, step);
  return {
    name: 'activity',
    title: step === 'day' ? 'By day' : 'By week',
    about:
      'Alerts by the day they were received and cases by the day they were opened, and how many of them are closed or approved by now.',
    columns: [
      { label: step === 'day' ? 'Day' : 'Week from', unit: 'text' },
      { label: 'Alerts', unit: 'count' },
      { label: 'Alerts closed', unit: 'count' },
      { label: 'Cases', unit: 'count' },
      { label: 'Cases approved', unit: 'count' },
    ],
    rows:
      found.size === 0
        ? []
        : dates.map(({ day, from, to }) => {
            const { received = 0, closed = 0, opened = 0, approved = 0 } = found.get(day) ?? {};
            const within = { ...scope, from, to };
            return [
              cell(day),
              cell(received, alertsAddress(within)),
              cell(closed, alertsAddress(within, { status: ['closed'] })),
              cell(opened, casesAddress(within)),
              cell(approved, casesAddress(within, { status: 'approved' })),
            ];
          }),
    empty: {
      text: 'No alerts were received and no cases were opened in this period.',
      action: 'Connect an alert source',
      href: '/settings/sources',
    },
  };
}

/** Each bucket of the period, its part of the period in days. Weeks begin on Monday. */
function bucketsOf({ from, to }: Scope, step: 'day' | 'week'): { day: string; from: string; to: string }[] {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const length = (step === 'day' ? 1 : 7) * 86_400_000;
  const first = Date.parse(from) - (step === 'day' ? 0 : ((new Date(from).getUTCDay() + 6) % 7) * 86_400_000);
  const found: { day: string; from: string; to: string }[] = [];
  for (let at = first; at <= Date.parse(to); at += length) {
    const last = day(at + length - 86_400_000);
    found.push({ day: day(at), from: day(at) < from ? from : day(at), to: last > to ? to : last });
  }
  return found;
}
