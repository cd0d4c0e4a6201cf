import { type Actor, authorize, personId } from '../auth/guard';
import { db } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
import { SEVERITIES } from './schema';
import { Sla } from './sla';

const KEY = 'alerts.sla';
const HOUR = 60;
const DEFAULT: Sla = {
  critical: 4 * HOUR,
  high: 8 * HOUR,
  medium: 24 * HOUR,
  low: 72 * HOUR,
  informational: 168 * HOUR,
};

/** How long alerts may stay open. */
export async function readSla(actor: Actor): Promise<Sla> {
  authorize(actor, 'alerts.read');
  return slaOf();
}

/** A lead's times; the queue follows them at once. */
export async function setSla(actor: Actor, input: Sla): Promise<Sla> {
  authorize(actor, 'alerts.configure');
  const value = Sla.parse(input);
  await db().$transaction([
    writeSetting(db(), KEY, value),
    db().auditEntry.create({
      data: { actorId: personId(actor), verb: 'alerts.configure', subjectKind: 'setting', subjectId: KEY, data: value },
    }),
  ]);
  return value;
}

/** No permission check: for verbs that have made theirs, and the worker. */
export async function slaOf(): Promise<Sla> {
  return (await readSetting(KEY, Sla)) ?? DEFAULT;
}

/** SQL: the minutes that an alert of this severity (1 to 5) may stay open. */
const slaMinutesSql = (severity: string): string =>
  `(ARRAY[${SEVERITIES.map(
    (name) => `coalesce((SELECT (value->>'${name}')::int FROM settings WHERE key = '${KEY}'), ${DEFAULT[name]})`,
  ).join(', ')}])[${severity}]`;

/** SQL: whether an alert (its alias) was, or still is, open for longer than it may. */
export const isLateSql = (alert: string): string =>
  `coalesce(${alert}.closed_at, now()) > ${alert}.received_at + make_interval(mins => ${slaMinutesSql(`${alert}.severity`)})`;
