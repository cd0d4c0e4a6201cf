import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { removeSamples } from './remove-samples';
import { endOfLogs } from './sample-world';
import { seedSamples } from './seed-samples';
import { REMOVED, SAMPLES_LOCK, SEEDED } from './settings';

/**
 * Loads the demo organization on request, also where it was removed. It takes seconds of computing: for the command line, not for
 * a server that answers people.
 * @param again take away the samples that are there first, so that the logs end now
 * @returns how many alerts came, and the end of the logs (ISO 8601)
 * @throws AppError samples_loaded when they are there and `again` is not set
 */
export async function loadSamples(
  actor: Actor,
  { again = false, now = Date.now() }: { again?: boolean; now?: number } = {},
): Promise<{ alerts: number; end: string }> {
  authorize(actor, 'samples.load');
  const settings = await db().setting.findMany({ where: { key: { in: [SEEDED, REMOVED] } } });
  const isThere = settings.some(({ key }) => key === SEEDED) && !settings.some(({ key }) => key === REMOVED);
  if (isThere && !again) throw new AppError('samples_loaded', 'The demo organization is loaded already.');
  if (isThere) await removeSamples(actor);
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SAMPLES_LOCK})`;
    await tx.setting.deleteMany({ where: { key: { in: [SEEDED, REMOVED] } } });
    await audit(tx, {
      actorId: actor.id,
      verb: 'samples.load',
      subjectKind: 'samples',
      subjectId: 'all',
      data: { again },
    });
  });
  return { alerts: await seedSamples(now), end: new Date(endOfLogs(now)).toISOString() };
}
