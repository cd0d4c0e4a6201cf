import { z } from 'zod';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { SEVERITIES, severityRank } from '../alerts/schema';
import { slaOf } from '../alerts/sla-setting';
import { SYSTEM } from '../auth/guard';
import { sampleLogsDir } from '../connections/servers';
import { db, type Prisma } from '../db/client';
import { env } from '../env/env';
import type { Story } from '../scenarios/event';
import { addPastCase, addSamplePeople } from './past-cases';
import { endOfLogs, forgetSampleWorld, sampleWorld } from './sample-world';
import { REMOVED, SAMPLES_LOCK, SEEDED } from './settings';
import { writeSampleLogs } from './write-sample-logs';

const Seeded = z.object({ end: z.number() });

/**
 * Puts the demo organization in, once per database; after its removal never again. Its logs end at the hour of `now` and are written
 * below DATA_DIR where they are missing, unless LOGS_DIR names others.
 * @returns how many alerts are new; 0 when there was nothing to do
 */
export async function seedSamples(now = Date.now()): Promise<number> {
  const settings = await db().setting.findMany({ where: { key: { in: [SEEDED, REMOVED] } } });
  if (settings.some(({ key }) => key === REMOVED)) return 0;
  const seeded = settings.find(({ key }) => key === SEEDED);
  // Seeded by an older Socdown: those samples have no logs of ours.
  const end = seeded ? Seeded.safeParse(seeded.value).data?.end : endOfLogs(now);
  if (end === undefined) return 0;
  const accepted = seeded ? 0 : await seed(end, now);
  if (!env().LOGS_DIR) await writeSampleLogs(sampleLogsDir(), () => sampleWorld(end));
  forgetSampleWorld();
  return accepted;
}

async function seed(end: number, now: number): Promise<number> {
  const { stories, past, events } = sampleWorld(end);
  return db().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SAMPLES_LOCK})`;
      if (await tx.setting.findFirst({ where: { key: { in: [SEEDED, REMOVED] } } })) return 0;
      const open: string[] = [];
      for (const story of stories) open.push(...(await ingest(story)));
      await spreadArrivals(tx, open, now);
      const accepted = open.length;
      await addSamplePeople(tx);
      for (const story of past) await addPastCase(tx, story, { alertIds: await ingest(story), events });
      await tx.setting.create({ data: { key: SEEDED, value: { at: new Date().toISOString(), end, accepted } } });
      return accepted;
    },
    { timeout: 120_000, maxWait: 60_000 },
  );
}

/** Shares of the time that an alert may stay open which the newest and the oldest of a severity have behind them. */
const [LEAST_AGE, GREATEST_AGE] = [0.3, 1.05];

/**
 * As a team that keeps up finds its queue on any day of the week: of each severity the oldest alert is overdue, a few are due soon, the
 * others have time. By the time of the events all of them would be late, days late after a weekend. None arrives before its event.
 */
async function spreadArrivals(tx: Prisma.TransactionClient, ids: string[], now: number): Promise<void> {
  const alerts = await tx.alert.findMany({
    where: { id: { in: ids } },
    select: { id: true, severity: true, occurredAt: true },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
  });
  const sla = await slaOf();
  for (const [severity, name] of SEVERITIES.map((name) => [severityRank(name), name] as const)) {
    const same = alerts.filter((alert) => alert.severity === severity);
    for (const [place, { id, occurredAt }] of same.entries()) {
      const share = LEAST_AGE + ((GREATEST_AGE - LEAST_AGE) * place) / Math.max(1, same.length - 1);
      const arrival = now - share * sla[name] * 60_000;
      const receivedAt = new Date(Math.max(arrival, occurredAt.getTime() + 2 * 60_000));
      await tx.alert.update({ where: { id }, data: { receivedAt, lastSeenAt: receivedAt } });
    }
  }
}

/** Each through its sender's own intake. They are stored at once, whatever becomes of the transaction: intake counts repeats. */
async function ingest({ alerts }: Story): Promise<string[]> {
  const ids: string[] = [];
  for (const { source, document } of alerts)
    ids.push(...(await ingestAlerts(SYSTEM, source, JSON.stringify(document), { sample: true })).ids);
  return ids;
}
