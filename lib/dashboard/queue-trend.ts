import { SEVERITIES, severityOf } from '../alerts/schema';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import type { DashboardTable, Scope } from './schema';
import { cell, filterAlerts } from './scope';

const DAYS = 14;
const DAY_MS = 86_400_000;
/** `day` null: open now. Else alerts that came in, less those that were closed, on a day in UTC. */
type Row = { severity: number; day: string | null; count: number };

/** Open alerts at the end of each of the last 14 days, by severity: counted back from now over what came in and what was closed. */
export async function queueTrendTable(scope: Scope): Promise<DashboardTable> {
  const now = Date.now();
  const days = Array.from({ length: DAYS }, (_, index) => dayOf(now - (DAYS - 1 - index) * DAY_MS));
  const rows = await readChanges(scope, days[0] ?? dayOf(now));
  const severities = [...SEVERITIES].reverse();
  const columns = severities.map((severity) => {
    const own = rows.filter((row) => severityOf(row.severity) === severity);
    const sum = (of: (row: Row) => boolean) => own.filter(of).reduce((all, { count }) => all + count, 0);
    const open = sum(({ day }) => day === null);
    return days.map((day) => Math.max(0, open - sum((row) => row.day !== null && row.day > day)));
  });
  return {
    name: 'queue-trend',
    title: `Queue over the last ${DAYS} days`,
    about: 'Alerts open at the end of each day (UTC), and now. A reopened alert counts as never closed.',
    columns: [
      { label: 'Day', unit: 'text' },
      ...severities.map((name) => ({ label: name.charAt(0).toUpperCase() + name.slice(1), unit: 'count' as const })),
    ],
    rows: columns.flat().every((count) => count === 0)
      ? []
      : days.map((day, index) => [cell(day), ...columns.map((counts) => cell(counts[index] ?? 0))]),
    empty: {
      text: `No alert was open in the last ${DAYS} days.`,
      action: 'Connect an alert source',
      href: '/settings/sources',
    },
  };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

async function readChanges(scope: Scope, from: string): Promise<Row[]> {
  const sql = new Conditions();
  filterAlerts(sql, scope);
  const start = sql.value(`${from}T00:00:00Z`);
  const where = sql.where();
  const on = (column: string) => `to_char(a.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
  const { rows } = await pool().query<Row>(
    `SELECT a.severity, NULL AS day, count(*)::int AS count FROM alerts a WHERE a.status <> 'closed' AND ${where} GROUP BY 1
     UNION ALL
     SELECT a.severity, ${on('received_at')}, count(*)::int FROM alerts a WHERE a.received_at >= ${start}::timestamptz AND ${where} GROUP BY 1, 2
     UNION ALL
     SELECT a.severity, ${on('closed_at')}, -count(*)::int FROM alerts a
     WHERE a.status = 'closed' AND a.closed_at >= ${start}::timestamptz AND ${where} GROUP BY 1, 2`,
    sql.values,
  );
  return rows;
}
