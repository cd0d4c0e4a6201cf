import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Actor, authorize, SYSTEM } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { ingestAlerts } from './ingest-alerts';

const SEEDED = 'samples.seeded';
const REMOVED = 'samples.removed';
/** Any constant: two instances that start at once must not both seed. */
const LOCK = 72_707_370;

const Index = z.array(z.object({ file: z.string(), source: z.string() }));

/**
 * Puts the shipped sample alerts in, each through its sender's own intake, once per database; after their removal never again.
 * @returns how many alerts are new; 0 when there was nothing to do.
 */
export async function seedSamples(folder = path.resolve('samples/alerts')): Promise<number> {
  return db().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
      const done = await tx.setting.findFirst({ where: { key: { in: [SEEDED, REMOVED] } } });
      if (done) return 0;
      let accepted = 0;
      for (const list of ['index.json', 'derived/index.json']) {
        const index = Index.parse(JSON.parse(await fs.readFile(path.join(folder, list), 'utf8')));
        for (const { file, source } of index) {
          const text = await fs.readFile(path.join(folder, path.dirname(list), file), 'utf8');
          accepted += (await ingestAlerts(SYSTEM, source, text, { sample: true })).accepted;
        }
      }
      await tx.setting.create({ data: { key: SEEDED, value: { at: new Date().toISOString(), accepted } } });
      return accepted;
    },
    { timeout: 120_000, maxWait: 60_000 },
  );
}

/**
 * Takes the sample alerts away, with the investigations marked as samples, and hides the sample logs.
 * An alert that a real sender sent as well is no sample any more and stays.
 */
export async function removeSamples(actor: Actor): Promise<{ alerts: number; investigations: number }> {
  authorize(actor, 'samples.remove');
  return db().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
      const investigations = await tx.investigation.deleteMany({ where: { sample: true } });
      const alerts = await tx.alert.deleteMany({ where: { sample: true } });
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
}
