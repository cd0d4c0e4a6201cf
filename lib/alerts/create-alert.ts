import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { DbTime } from '../db/db-time';
import { AppError } from '../errors/app-error';
import { ingestAlerts } from './ingest-alerts';
import { getAlert } from './list-alerts';
import { ALERT_SOURCES, type AlertDetail, Entity, Severity } from './schema';

const ManualAlert = z.looseObject({
  title: z.string().trim().min(1, 'Title is required.').max(1000),
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
const ByReference = z.strictObject({ source: z.enum(ALERT_SOURCES), sourceRef: z.string().min(1).max(1024) });

/** A manual alert ({title, severity, …anything}), or {source, sourceRef} of a sender's alert. */
export const NewAlert = z.union([ByReference, ManualAlert]);

/**
 * Makes an alert by hand, read as the generic source reads (entities are found in all values), or names one that is here.
 * @throws AppError unprocessable for a reference that is not here: there is no connection that could fetch it.
 */
export async function createAlert(
  actor: Actor,
  input: z.infer<typeof NewAlert>,
): Promise<{ alert: AlertDetail; created: boolean }> {
  authorize(actor, 'alerts.ingest');
  authorize(actor, 'alerts.read'); // the answer is the alert
  const byReference = ByReference.safeParse(input);
  if (byReference.success) return { alert: await findByReference(actor, byReference.data), created: false };
  // An id of its own: two people may well report the same thing.
  const { ids } = await ingestAlerts(
    actor,
    'generic',
    JSON.stringify({ ...ManualAlert.parse(input), id: uuid(), reportedBy: actor.name }),
  );
  return { alert: await getAlert(actor, ids[0] ?? ''), created: true };
}

async function findByReference(actor: Actor, { source, sourceRef }: z.infer<typeof ByReference>): Promise<AlertDetail> {
  const row = await db().alert.findUnique({ where: { source_sourceRef: { source, sourceRef } }, select: { id: true } });
  if (row) return getAlert(actor, row.id);
  throw new AppError(
    'alert_not_found',
    `There is no alert ${sourceRef.slice(0, 100)} of ${source} here, and no connection to ${source} from which to fetch it. Send the alert itself to POST /api/webhooks/${source}.`,
  );
}
