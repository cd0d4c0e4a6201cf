import { z } from 'zod';
import { audit } from '../db/audit';
import { db, pool } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
import { ACCESS_CHANNEL } from './access-channel';
import { type Actor, authorize } from './guard';

const KEY = 'auth.session_limits';

/** When a session ends: so many hours after its sign-in, and so many minutes after its person last did something. null: not for that. */
export const SessionLimits = z.strictObject({
  maxHours: z.number().int('Enter whole hours.').min(1, 'At least 1 hour.').max(720, 'At most 720 hours.').nullable(),
  idleMinutes: z
    .number()
    .int('Enter whole minutes.')
    .min(5, 'At least 5 minutes.')
    .max(10_080, 'At most 10,080 minutes (7 days).')
    .nullable(),
});
export type SessionLimits = z.infer<typeof SessionLimits>;

export async function readSessionLimits(actor: Actor): Promise<SessionLimits> {
  authorize(actor, 'settings.read');
  return sessionLimits();
}

/** Holds at once, for sessions that are open too. */
export async function setSessionLimits(actor: Actor, input: SessionLimits): Promise<SessionLimits> {
  authorize(actor, 'users.manage');
  const value = SessionLimits.parse(input);
  await db().$transaction(async (tx) => {
    await writeSetting(tx, KEY, value);
    const line = { verb: 'settings.session_limits', subjectKind: 'setting', subjectId: KEY, data: value };
    await audit(tx, { actorId: actor.id, ...line });
    await tx.$executeRaw`SELECT pg_notify(${ACCESS_CHANNEL}, user_id) FROM (SELECT DISTINCT user_id FROM sessions) s`;
  });
  return value;
}

/** For whoever decides about a session; the page that counts along gets it too. */
export async function sessionLimits(): Promise<SessionLimits> {
  return (await readSetting(KEY, SessionLimits)) ?? { maxHours: null, idleMinutes: null };
}

/** By which limit a session is over; null: by none. Pure. */
export function overLimit(
  { createdAt, seenAt }: { createdAt: Date; seenAt: Date },
  { maxHours, idleMinutes }: SessionLimits,
  now = Date.now(),
): 'expired' | 'idle' | null {
  if (maxHours !== null && now - createdAt.getTime() >= maxHours * 3_600_000) return 'expired';
  return idleMinutes !== null && now - seenAt.getTime() >= idleMinutes * 60_000 ? 'idle' : null;
}

/** The person of a session did something: opened a page, changed something, used keys or pointer. Written once a minute. */
export async function noteActivity(sessionId: string): Promise<void> {
  await pool().query("UPDATE sessions SET seen_at = now() WHERE id = $1 AND seen_at < now() - interval '1 minute'", [
    sessionId,
  ]);
}
