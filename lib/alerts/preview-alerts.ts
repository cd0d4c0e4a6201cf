import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { CanonicalAlert, Entity, Severity } from './schema';
import { Rejected, readBatch } from './sources';

/** More than a person reads. */
const MAX_SHOWN = 20;

/** An alert as it would be stored. */
export const PreviewAlert = CanonicalAlert.omit({ raw: true }).extend({
  severity: Severity,
  occurredAt: z.string(),
  resolvedAt: z.string().nullable(),
  entities: z.array(Entity),
});
export const Preview = z.object({ total: z.number(), alerts: z.array(PreviewAlert), rejected: z.array(Rejected) });
export type Preview = z.infer<typeof Preview>;

/**
 * What a body would become, without storing anything: the first 20 alerts, and what could not be read.
 * @throws AppError as readBatch: no JSON, an unknown source.
 */
export function previewAlerts(actor: Actor, source: string, text: string): Preview {
  authorize(actor, 'alerts.ingest');
  const { alerts, rejected } = readBatch(source, text);
  return {
    total: alerts.length,
    alerts: alerts.slice(0, MAX_SHOWN).map(({ alert: { raw, ...alert } }) => ({
      ...alert,
      occurredAt: alert.occurredAt.toISOString(),
      resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    })),
    rejected: rejected.slice(0, MAX_SHOWN),
  };
}
