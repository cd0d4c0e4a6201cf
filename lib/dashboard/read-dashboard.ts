import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { notFound } from '../errors/app-error';
import { toCsv } from '../text/csv';
import { queueTable, rulesTable, slaTable } from './alert-tables';
import { logsTable, techniquesTable } from './coverage-tables';
import { effortTable } from './effort-table';
import { headlinesOf } from './headlines';
import { queueTrendTable } from './queue-trend';
import { overridesTable, reviewersTable } from './review-tables';
import type { Dashboard, DashboardQuery, DashboardTable, DashboardTableName, Scope } from './schema';
import { scopeOf } from './scope';
import { activityTable, timesTable } from './time-tables';
import { verdictTables } from './verdict-tables';
import { withoutActions } from './without-actions';

type Maker = (scope: Scope, actor: Actor) => Promise<DashboardTable | DashboardTable[]>;
/** In the order of the page. */
const MAKERS: [DashboardTableName[], Maker][] = [
  [['queue'], queueTable],
  [['queue-trend'], queueTrendTable],
  [['sla'], slaTable],
  [['activity'], activityTable],
  [['times'], timesTable],
  [['verdicts', 'verdicts-by-model', 'verdicts-by-week'], verdictTables],
  [['effort'], effortTable],
  [['rules'], rulesTable],
  [['overrides'], overridesTable],
  [['reviewers'], reviewersTable],
  [['techniques'], techniquesTable],
];
/** Asked apart: it comes from another process, which may be reading new files. */
const LOGS: [DashboardTableName[], Maker] = [['logs'], (scope, actor) => logsTable(actor, scope)];

/**
 * All tables of a period but that of the logs.
 * @throws AppError bad_request for an invalid or too long period
 */
export async function readDashboard(actor: Actor, query: DashboardQuery): Promise<Dashboard> {
  authorize(actor, 'dashboard.read');
  const scope = scopeOf(query);
  const tables = (await Promise.all(MAKERS.map(([, make]) => make(scope, actor)))).flat();
  return { range: { from: scope.from, to: scope.to }, headlines: headlinesOf(tables, scope), tables };
}

/** One table of a period. @throws AppError bad_request; unavailable when it is that of the logs and they can't be asked */
export async function readDashboardTable(
  actor: Actor,
  query: DashboardQuery,
  name: DashboardTableName,
): Promise<DashboardTable> {
  authorize(actor, 'dashboard.read');
  const maker = [...MAKERS, LOGS].find(([names]) => names.includes(name))?.[1];
  const tables = [await maker?.(scopeOf(query), actor)].flat();
  const table = tables.find((one) => one?.name === name);
  if (!table) throw notFound('table');
  return table;
}

/** One table as a CSV file; recorded in the audit log. */
export async function exportDashboard(actor: Actor, query: DashboardQuery, name: DashboardTableName): Promise<string> {
  const table = await readDashboardTable(actor, query, name);
  await audit(db(), { actorId: actor.id, verb: 'dashboard.export', subjectKind: 'dashboard', subjectId: name });
  return dashboardCsv(table);
}

/** A table as CSV: shares as numbers from 0 to 1, durations in minutes. */
export function dashboardCsv(table: DashboardTable): string {
  const { columns, rows } = withoutActions(table);
  return toCsv([
    columns.map(({ label, unit }) => (unit === 'minutes' ? `${label} (minutes)` : label)),
    ...rows.map((row) => row.map(({ value }) => value)),
  ]);
}
