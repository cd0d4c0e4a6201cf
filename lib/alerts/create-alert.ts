import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { DbTime } from '../db/db-time';
import { ingestAlerts } from './ingest-alerts';
import { getAlert } from './list-alerts';
import { type AlertDetail, Entity, Severity } from './schema';

/** A manual alert: {title, severity, …anything}. */
export const NewAlert = z.looseObject({
  title: z
    .string()
    .trim()
    .min(1, 'Title is required.')
    .max(1000)
    // What the generic source takes for a title: a number or blank signs would be replaced without a word.
    .refine((title) => /[\p{L}\p{Extended_Pictographic}]/u.test(title), 'Enter a title with at least one letter.'),
  severity: Severity,
  description: z.string().max(20_000).optional(),
  rule: z.string().max(1000).optional(),
  time: DbTime.optional(),
  link: z
    .url({ protocol: /^https?$/, error: 'A web address (https://…).' })
    .max(4096)
    .optional(),
  entities: z.array(Entity).max(200).optional(),
  techniques: z
    .array(z.string().regex(/^T\d{4}(\.\d{3})?$/, 'An ATT&CK id, like T1078.004.'))
    .max(50)
    .optional(),
});

/** Makes an alert by hand, read as the generic source reads: entities are found in all values. */
export async function createAlert(
  actor: Actor,
  input: z.infer<typeof NewAlert>,
): Promise<{ alert: AlertDetail; created: boolean }> {
  authorize(actor, 'alerts.ingest');
  authorize(actor, 'alerts.read'); // the answer is the alert
  // An id of its own: two people may well report the same thing.
  const { ids } = await ingestAlerts(
    actor,
    'generic',
    JSON.stringify({ ...NewAlert.parse(input), id: uuid(), reportedBy: actor.name }),
  );
  return { alert: await getAlert(actor, ids[0] ?? ''), created: true };
}
