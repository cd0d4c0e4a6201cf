import fs from 'node:fs/promises';
import { type Actor, authorize } from '../auth/guard';
import { sampleLogsDir } from '../connections/servers';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { SAMPLE_PEOPLE } from './past-cases';
import { REMOVED, SAMPLES_LOCK } from './settings';

/**
 * Takes the sample alerts away, with the investigations marked as samples, their people and the sample logs.
 * An alert that a real sender sent as well is no sample any more and stays.
 */
export async function removeSamples(actor: Actor): Promise<{ alerts: number; investigations: number }> {
  authorize(actor, 'samples.remove');
  const removed = await db().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SAMPLES_LOCK})`;
      const investigations = await tx.investigation.deleteMany({ where: { sample: true } });
      const alerts = await tx.alert.deleteMany({ where: { sample: true } });
      // One whose words are in a case that stays (it was made real by hand) stays as its author.
      await tx.user.deleteMany({
        where: {
          id: { in: SAMPLE_PEOPLE.map(({ id }) => id) },
          disabledAt: { not: null },
          investigations: { none: {} },
          revisions: { none: {} },
        },
      });
      const value = { at: new Date().toISOString() };
      await tx.setting.upsert({ where: { key: REMOVED }, create: { key: REMOVED, value }, update: {} });
      await audit(tx, {
        actorId: actor.id,
        verb: 'samples.remove',
        subjectKind: 'samples',
        subjectId: 'all',
        data: { alerts: alerts.count, investigations: investigations.count },
      });
      return { alerts: alerts.count, investigations: investigations.count };
    },
    { timeout: 60_000 },
  );
  await fs.rm(sampleLogsDir(), { recursive: true, force: true });
  return removed;
}
