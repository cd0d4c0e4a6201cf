import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { REMOVED, SEEDED } from './settings';

export type SamplesView = {
  alerts: number;
  investigations: number;
  /** When they were loaded, ISO 8601; null: never, or removed. */
  loadedAt: string | null;
};

/** From then on more of the demo's alerts are overdue than a team that keeps up would have. */
const STALE_MS = 12 * 3_600_000;
const Seeded = z.object({ at: z.iso.datetime() });

/** The samples that are there. */
export async function readSamples(actor: Actor): Promise<SamplesView> {
  authorize(actor, 'settings.read');
  const [alerts, investigations, loadedAt] = await Promise.all([
    db().alert.count({ where: { sample: true } }),
    db().investigation.count({ where: { sample: true } }),
    readLoadedAt(),
  ]);
  return { alerts, investigations, loadedAt };
}

/** When the demo was loaded (ISO 8601), once it is so old that its open alerts run out of time; null: it is fresh, or there is none. */
export async function staleSince(actor: Actor, now = Date.now()): Promise<string | null> {
  authorize(actor, 'alerts.read');
  const loadedAt = await readLoadedAt();
  if (loadedAt === null || now - Date.parse(loadedAt) < STALE_MS) return null;
  const open = await db().alert.findFirst({
    where: { sample: true, status: { not: 'closed' } },
    select: { id: true },
  });
  return open && loadedAt;
}

async function readLoadedAt(): Promise<string | null> {
  const settings = await db().setting.findMany({ where: { key: { in: [SEEDED, REMOVED] } } });
  if (settings.some(({ key }) => key === REMOVED)) return null;
  return Seeded.safeParse(settings[0]?.value).data?.at ?? null;
}
