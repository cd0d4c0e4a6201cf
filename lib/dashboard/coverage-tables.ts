import { technique } from '../attack/techniques';
import type { Actor } from '../auth/guard';
import { listLogSources } from '../connections/log-sources';
import { pool } from '../db/client';
import { Conditions } from '../db/conditions';
import type { DashboardTable, Scope } from './schema';
import { alertsAddress, alertsOf, casesAddress, casesOf, cell } from './scope';

const DAY_MS = 86_400_000;

/** Which logs an investigation of the period can be answered from, and which it can't. */
export async function logsTable(actor: Actor, scope: Scope): Promise<DashboardTable> {
  const { sources, skipped = [] } = await listLogSources(actor);
  const [from, to] = [Date.parse(scope.from), Math.min(Date.parse(scope.to) + DAY_MS, Date.now())];
  const href = '/settings/logs';
  return {
    name: 'logs',
    title: 'Log coverage and gaps',
    about: `The log sources as they are now, and how much of the period each covers.${skipped.length > 0 ? ` ${skipped.length} ${skipped.length === 1 ? 'file is' : 'files are'} skipped because they can’t be read, so no query finds what is in them.` : ''}`,
    columns: [
      { label: 'Source', unit: 'text' },
      { label: 'Events', unit: 'count' },
      { label: 'Period covered', unit: 'share' },
      { label: 'First event', unit: 'time' },
      { label: 'Last event', unit: 'time' },
      { label: 'Gaps', unit: 'text' },
    ],
    rows: sources.map((source) => [
      cell(source.name, href),
      cell(source.rows),
      cell(covered(source, from, to)),
      cell(source.from),
      cell(source.to),
      cell(gapsOf(source, from, to).join(' ') || 'None known'),
    ]),
    empty: { text: 'No logs can be searched.', action: 'Open log settings', href },
  };
}

type Source = Awaited<ReturnType<typeof listLogSources>>['sources'][number];

function covered({ from, to }: Source, start: number, end: number): number | null {
  if (from === null || to === null || end <= start) return null;
  const overlap = Math.min(Date.parse(to), end) - Math.max(Date.parse(from), start);
  return Math.max(0, overlap) / (end - start);
}

function gapsOf(source: Source, start: number, end: number): string[] {
  const gaps: string[] = [];
  if (source.from === null || source.to === null) gaps.push('No event has a time.');
  else {
    if (Date.parse(source.from) > start + DAY_MS) gaps.push(`Begins ${source.from.slice(0, 10)}.`);
    if (Date.parse(source.to) < end - DAY_MS) gaps.push(`Ends ${source.to.slice(0, 10)}.`);
  }
  if (source.untimed) gaps.push(`${source.untimed} without a time.`);
  if (source.unparsable > 0) gaps.push(`${source.unparsable} unreadable lines.`);
  if (source.skippedFiles) gaps.push(`${source.skippedFiles} skipped files.`);
  return gaps;
}

type Row = { id: string; verdict: 'MALICIOUS' | 'SUSPICIOUS' | null; count: number };

/** The ATT&CK techniques of the period: in cases that people found to be no harmless activity, and in alerts. */
export async function techniquesTable(scope: Scope): Promise<DashboardTable> {
  const [cases, alerts] = [new Conditions(), new Conditions()];
  casesOf(cases, scope);
  alertsOf(alerts, scope);
  const [inCases, inAlerts] = await Promise.all([
    pool().query<Row>(
      `SELECT t AS id, i.classification AS verdict, count(*)::int AS count FROM investigations i CROSS JOIN LATERAL unnest(i.techniques) t
       WHERE ${cases.where()} AND i.assessment = 'set' AND i.classification IN ('SUSPICIOUS', 'MALICIOUS') GROUP BY 1, 2`,
      cases.values,
    ),
    pool().query<Row>(
      `SELECT t AS id, NULL AS verdict, count(*)::int AS count FROM alerts a CROSS JOIN LATERAL unnest(a.techniques) t WHERE ${alerts.where()} GROUP BY 1`,
      alerts.values,
    ),
  ]);
  const ids = [...new Set([...inCases.rows, ...inAlerts.rows].map(({ id }) => id))].filter((id) => technique(id));
  const count = (id: string, verdict: Row['verdict']): number =>
    [...inCases.rows, ...inAlerts.rows].find((row) => row.id === id && row.verdict === verdict)?.count ?? 0;
  const found = ids.map((id) => ({
    id,
    malicious: count(id, 'MALICIOUS'),
    suspicious: count(id, 'SUSPICIOUS'),
    alerts: count(id, null),
  }));
  found.sort(
    (a, b) =>
      b.malicious - a.malicious || b.suspicious - a.suspicious || b.alerts - a.alerts || a.id.localeCompare(b.id),
  );
  return {
    name: 'techniques',
    title: 'ATT&CK techniques',
    about:
      'Techniques of the cases that people judged malicious or suspicious, and of all alerts in the period. The list behind a technique includes its sub-techniques.',
    columns: [
      { label: 'Technique', unit: 'technique' },
      { label: 'Name', unit: 'text' },
      { label: 'Malicious cases', unit: 'count' },
      { label: 'Suspicious cases', unit: 'count' },
      { label: 'Alerts', unit: 'count' },
    ],
    rows: found.map(({ id, malicious, suspicious, alerts: received }) => [
      cell(id),
      cell(technique(id)?.name ?? null),
      cell(malicious, casesAddress(scope, { technique: id, classification: 'MALICIOUS' })),
      cell(suspicious, casesAddress(scope, { technique: id, classification: 'SUSPICIOUS' })),
      cell(received, alertsAddress(scope, { technique: [id] })),
    ]),
    empty: {
      text: 'No alert or decided case in this period names a technique.',
      action: 'Open library',
      href: '/library',
    },
  };
}
