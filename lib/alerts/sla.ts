import { z } from 'zod';
import { type AlertItem, SEVERITIES, type Severity } from './schema';

const minutes = z
  .number('Enter a number of minutes.')
  .int('Enter whole minutes.')
  .min(1, 'At least 1 minute.')
  .max(525_600, 'At most a year.');

/** Minutes from receiving an alert to closing it, by severity. */
export const Sla = z.strictObject(
  Object.fromEntries(SEVERITIES.map((severity) => [severity, minutes])) as Record<Severity, typeof minutes>,
);
export type Sla = z.infer<typeof Sla>;

/** When an alert must be closed, ISO 8601. Pure. */
export function dueAt(alert: Pick<AlertItem, 'receivedAt' | 'severity'>, sla: Sla): string {
  return new Date(Date.parse(alert.receivedAt) + sla[alert.severity] * 60_000).toISOString();
}
