import { db, type Tx } from '../db/client';
import { ACCESS_CHANNEL } from './access-channel';
import type { Actor } from './guard';
import { asRole } from './permissions';
import { overLimit, sessionLimits } from './session-limits';
import { mustEnroll } from './two-factor-policy';

/** Tells all processes, when the transaction commits, to look again at what this person has open. */
export async function announceAccessChange(tx: Tx, userId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${ACCESS_CHANNEL}, ${userId})`;
}

/** Whether an actor of a while ago would be let in now, with the same role, by the same session or key. */
export async function hasAccess(actor: Actor): Promise<boolean> {
  if (actor.id === null) return true;
  const user = await db().user.findUnique({ where: { id: actor.id } });
  if (!user || user.disabledAt || asRole(user.role) !== actor.role) return false;
  if (actor.keyId !== undefined) {
    const valid = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
    return (await db().apiKey.count({ where: { id: actor.keyId, ...valid } })) > 0;
  }
  if (actor.via === 'session' && (await mustEnroll(user, actor.sessionId))) return false;
  if (actor.sessionId === undefined) return true;
  const session = await db().session.findUnique({ where: { id: actor.sessionId } });
  return session !== null && session.expiresAt > new Date() && overLimit(session, await sessionLimits()) === null;
}
