import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';

const KEY = 'retention';
const days = (least: number) => z.number().int().min(least, `At least ${least} days.`).max(36_500);

/** Days that each kind is kept; null: for ever. */
export const Retention = z.strictObject({
  /** Bodies of deliveries, as they were sent. */
  deliveries: days(1).nullable().default(14),
  /** What models said and thought while a run was under way; its steps, calls and end stay. */
  runs: days(7).nullable().default(null),
  /** Results of evidence that no report cites; their facts and hashes stay. */
  evidence: days(30).nullable().default(null),
});
export type Retention = z.infer<typeof Retention>;

export async function readRetention(actor: Actor): Promise<Retention> {
  authorize(actor, 'settings.read');
  return storedRetention();
}

/** Holds from the next run of the job on, within the hour. */
export async function saveRetention(actor: Actor, input: z.input<typeof Retention>): Promise<Retention> {
  authorize(actor, 'retention.configure');
  const value = Retention.parse(input);
  const before = await storedRetention();
  await db().$transaction(async (tx) => {
    await writeSetting(tx, KEY, value);
    const line = { verb: 'retention.configure', subjectKind: 'setting', subjectId: KEY, data: { ...value, before } };
    await audit(tx, { actorId: actor.id, ...line });
  });
  return value;
}

/** What was saved, else the defaults; for jobs: it asks nobody’s permission. */
export async function storedRetention(): Promise<Retention> {
  return (await readSetting(KEY, Retention)) ?? Retention.parse({});
}
