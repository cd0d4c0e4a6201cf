import { severityOf } from '../alerts/schema';
import { isLateSql } from '../alerts/sla-setting';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import { MIN_CLOSURES } from '../tuning/min-closures';
import type { DashboardTable, Scope } from './schema';
import { alertsAddress, alertsOf, cell, filterAlerts, minutesBetween, queueAddress, share } from './scope';

const SEND_ALERTS = { action: 'Connect an alert source', href: '/settings/sources' };

type QueueRow = Record<'severity' | 'open' | 'unassigned' | 'day' | 'week' | 'older' | 'late' | 'oldest', number>;

/** What is open at this moment, whenever it came in. */
export async function queueTable(scope: Scope): Promise<DashboardTable> {
  const sql = new Conditions();
  sql.and(`a.status <> 'closed'`);
  filterAlerts(sql, scope);
  const { rows } = await pool().query<QueueRow>(
    `SELECT a.severity, count(*)::int AS open, (count(*) FILTER (WHERE a.assignee_id IS NULL))::int AS unassigned,
       (count(*) FILTER (WHERE a.received_at >= now() - interval '1 day'))::int AS day,
       (count(*) FILTER (WHERE a.received_at < now() - interval '1 day' AND a.received_at >= now() - interval '7 days'))::int AS week,
       (count(*) FILTER (WHERE a.received_at < now() - interval '7 days'))::int AS older,
       (count(*) FILTER (WHERE ${isLateSql('a')}))::int AS late,
       max(${minutesBetween('a.received_at', 'now()')}) AS oldest
     FROM alerts a WHERE ${sql.where()} GROUP BY 1 ORDER BY 1 DESC`,
    sql.values,
  );
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  return {
    name: 'queue',
    title: 'Queue now',
    about: 'All alerts that are not closed, by how long ago they were received, whatever the period.',
    columns: [
      { label: 'Severity', unit: 'group' },
      { label: 'Open', unit: 'count' },
      { label: 'Unassigned', unit: 'count' },
      { label: 'Under 1 day', unit: 'count' },
      { label: '1–7 days', unit: 'count' },
      { label: 'Over 7 days', unit: 'count' },
      { label: 'Overdue', unit: 'count' },
      { label: 'Oldest', unit: 'minutes' },
    ],
    rows: rows.map((row) => {
      const severity = severityOf(row.severity);
      const at = (filter: Parameters<typeof queueAddress>[1]) =>
        queueAddress(scope, { severity: [severity], ...filter });
      return [
        cell(severity),
        cell(row.open, at({})),
        cell(row.unassigned, at({ assignee: 'none' })),
        cell(row.day, at({ receivedFrom: ago(1) })),
        cell(row.week, at({ receivedFrom: ago(7), receivedTo: ago(1) })),
        cell(row.older, at({ receivedTo: ago(7) })),
        cell(row.late, at({ sla: 'late' })),
        cell(row.oldest, at({ sort: 'age' })),
      ];
    }),
    empty: { text: 'No alert is open.', ...SEND_ALERTS },
  };
}

type SlaRow = Record<'severity' | 'received' | 'met' | 'missed' | 'pending' | 'overdue', number>;

/** Of the alerts of the period: closed in time, late, or still open. */
export async function slaTable(scope: Scope): Promise<DashboardTable> {
  const sql = new Conditions();
  alertsOf(sql, scope);
  const { rows } = await pool().query<SlaRow>(
    `SELECT severity, count(*)::int AS received,
       (count(*) FILTER (WHERE closed AND NOT late))::int AS met, (count(*) FILTER (WHERE closed AND late))::int AS missed,
       (count(*) FILTER (WHERE NOT closed AND NOT late))::int AS pending, (count(*) FILTER (WHERE NOT closed AND late))::int AS overdue
     FROM (SELECT a.severity, a.status = 'closed' AS closed, ${isLateSql('a')} AS late FROM alerts a WHERE ${sql.where()}) x
     GROUP BY 1 ORDER BY 1 DESC`,
    sql.values,
  );
  return {
    name: 'sla',
    title: 'Service level',
    about:
      'Alerts received in the period, compared with the time to close for their severity (Settings → Intake). On time: the share closed before the deadline, of those closed or overdue.',
    columns: [
      { label: 'Severity', unit: 'group' },
      { label: 'Received', unit: 'count' },
      { label: 'On time', unit: 'share' },
      { label: 'Closed on time', unit: 'count' },
      { label: 'Closed late', unit: 'count' },
      { label: 'Open, not due', unit: 'count' },
      { label: 'Open, overdue', unit: 'count' },
    ],
    rows: rows.map((row) => {
      const severity = [severityOf(row.severity)];
      const at = (filter: Parameters<typeof alertsAddress>[1]) => alertsAddress(scope, { severity, ...filter });
      return [
        cell(severityOf(row.severity)),
        cell(row.received, at({})),
        cell(share(row.met, row.met + row.missed + row.overdue)),
        cell(row.met, at({ status: ['closed'], sla: 'met' })),
        cell(row.missed, at({ status: ['closed'], sla: 'late' })),
        cell(row.pending, at({ status: ['new', 'open'], sla: 'met' })),
        cell(row.overdue, at({ status: ['new', 'open'], sla: 'late' })),
      ];
    }),
    empty: { text: 'No alerts were received in this period.', ...SEND_ALERTS },
  };
}

type RuleRow = { rule: string | null } & Record<
  'alerts' | 'open' | 'falsePositive' | 'benign' | 'truePositive' | 'other',
  number
>;
const MAX_RULES = 25;

/** The rules with the most alerts of the period, and how they ended. */
export async function rulesTable(scope: Scope): Promise<DashboardTable> {
  const sql = new Conditions();
  alertsOf(sql, scope);
  sql.and('a.rule IS NOT NULL');
  const { rows } = await pool().query<RuleRow>(
    `SELECT a.rule, count(*)::int AS alerts, (count(*) FILTER (WHERE a.status <> 'closed'))::int AS open,
       (count(*) FILTER (WHERE a.disposition = 'false_positive'))::int AS "falsePositive",
       (count(*) FILTER (WHERE a.disposition = 'benign'))::int AS benign,
       (count(*) FILTER (WHERE a.disposition = 'true_positive'))::int AS "truePositive",
       (count(*) FILTER (WHERE a.status = 'closed' AND coalesce(a.disposition, 'undetermined') = 'undetermined'))::int AS other
     FROM alerts a WHERE ${sql.where()} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MAX_RULES}`,
    sql.values,
  );
  return {
    name: 'rules',
    title: 'Noisiest rules',
    about: `The ${MAX_RULES} rules with the most alerts in the period. False-positive rate: the share of false positives among alerts that people closed as true positive, benign or false positive.`,
    columns: [
      { label: 'Rule', unit: 'text' },
      { label: 'Alerts', unit: 'count' },
      { label: 'False-positive rate', unit: 'share' },
      { label: 'False positive', unit: 'count' },
      { label: 'Benign', unit: 'count' },
      { label: 'True positive', unit: 'count' },
      { label: 'Closed, undetermined', unit: 'count' },
      { label: 'Open', unit: 'count' },
      { label: 'Tuning', unit: 'action' },
    ],
    rows: rows.map((row) => {
      const rule = row.rule ?? '';
      const at = (filter: Parameters<typeof alertsAddress>[1]) => alertsAddress(scope, { rule, ...filter });
      return [
        cell(rule, at({})),
        cell(row.alerts, at({})),
        cell(share(row.falsePositive, row.falsePositive + row.benign + row.truePositive)),
        cell(row.falsePositive, at({ status: ['closed'], disposition: ['false_positive'] })),
        cell(row.benign, at({ status: ['closed'], disposition: ['benign'] })),
        cell(row.truePositive, at({ status: ['closed'], disposition: ['true_positive'] })),
        cell(row.other),
        cell(row.open, at({ status: ['new', 'open'] })),
        row.falsePositive + row.benign < MIN_CLOSURES
          ? cell(null)
          : cell('Suggest an exclusion', `/settings/method/exclusion?${new URLSearchParams({ rule })}`),
      ];
    }),
    empty: { text: 'No alert in this period names its rule.', ...SEND_ALERTS },
  };
}
