import { z } from 'zod';
import { ALERT_SOURCES, listOf, Severity } from '../alerts/schema';

export const DASHBOARD_TABLES = [
  'queue',
  'queue-trend',
  'sla',
  'activity',
  'times',
  'verdicts',
  'verdicts-by-model',
  'verdicts-by-week',
  'effort',
  'rules',
  'overrides',
  'reviewers',
  'logs',
  'techniques',
] as const;
export const DashboardTableName = z.enum(DASHBOARD_TABLES);
export type DashboardTableName = z.infer<typeof DashboardTableName>;

export const WITHIN_DAYS = { '7d': 7, '30d': 30, '90d': 90 } as const;

/** The days before it hold no alert, and PostgreSQL has no year 0. */
const FIRST_DAY = '1970-01-01';
const Day = z.iso
  .date('Enter a day, like 2026-11-28.')
  .refine((day) => day >= FIRST_DAY, `Enter a day from ${FIRST_DAY} on.`);

/** Of whole days in UTC: `within` up to today, or `from` to `to`. `severity` and `source` of the alerts. */
export const DashboardQuery = z.object({
  within: z.enum(['7d', '30d', '90d']).optional(),
  from: Day.optional(),
  to: Day.optional(),
  severity: listOf(Severity),
  source: listOf(z.enum(ALERT_SOURCES)),
});
export type DashboardQuery = z.infer<typeof DashboardQuery>;

/** `group`: a severity, a source, or all. `share`: 0 to 1. `minutes`: a duration. `usd`: US dollars. `time`: ISO 8601. `action`: a next step, on the page only. */
export const Unit = z.enum([
  'text',
  'group',
  'classification',
  'technique',
  'count',
  'share',
  'minutes',
  'usd',
  'time',
  'action',
]);
export type Unit = z.infer<typeof Unit>;

/** `href`: the alerts, cases or reviews that it is about. */
export const DashboardCell = z.object({
  value: z.union([z.string(), z.number()]).nullable(),
  href: z.string().optional(),
});
export type DashboardCell = z.infer<typeof DashboardCell>;

export const DashboardTable = z.object({
  name: DashboardTableName,
  title: z.string(),
  /** What is counted, in a sentence or two. */
  about: z.string(),
  columns: z.array(z.object({ label: z.string(), unit: Unit })),
  rows: z.array(z.array(DashboardCell)),
  /** When there are no rows: why, and the next step. */
  empty: z.object({ text: z.string(), action: z.string(), href: z.string() }),
});
export type DashboardTable = z.infer<typeof DashboardTable>;

/** Days, both with all of it. */
export const Range = z.object({ from: z.string(), to: z.string() });
export type Range = z.infer<typeof Range>;

/** A number of the tables that is worth a glance. */
export const Headline = DashboardCell.extend({ label: z.string(), unit: Unit });
export type Headline = z.infer<typeof Headline>;

export const Dashboard = z.object({ range: Range, headlines: z.array(Headline), tables: z.array(DashboardTable) });
export type Dashboard = z.infer<typeof Dashboard>;

/** What every table is made from. */
export type Scope = Range & Pick<DashboardQuery, 'severity' | 'source'>;
