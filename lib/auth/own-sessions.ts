import { z } from 'zod';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { notFound } from '../errors/app-error';
import { endSessions } from './end-sessions';
import { type Actor, authorize } from './guard';
import { requireSession } from './person-account';

/** A place where one is signed in. */
export const SessionView = z.object({
  id: z.string(),
  createdAt: z.string(),
  /** When its person last did something, to a minute. */
  seenAt: z.string(),
  address: z.string(),
  userAgent: z.string(),
  /** The one that asks. */
  current: z.boolean(),
});
export type SessionView = z.infer<typeof SessionView>;

/** One's sessions, the newest first. */
export async function listSessions(actor: Actor): Promise<SessionView[]> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  const rows = await db().session.findMany({
    where: { userId, expiresAt: { gt: new Date() } },
    orderBy: { createdAt: 'desc' },
    take: 100,
  });
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
    address: row.ipAddress ?? '',
    userAgent: (row.userAgent ?? '').slice(0, 300),
    current: row.id === actor.sessionId,
  }));
}

/** Signs out elsewhere: one session, or all but the one that asks. Ends their open streams. @throws AppError not_found */
export async function signOutElsewhere(actor: Actor, id?: string): Promise<{ ended: number }> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  const exceptId = id === undefined ? actor.sessionId : undefined;
  return db().$transaction(async (tx) => {
    const ended = await endSessions(tx, { userId, ...(id === undefined ? {} : { id }), exceptId }, 'revoked');
    if (id !== undefined && ended === 0) throw notFound('session');
    await audit(tx, {
      actorId: userId,
      verb: 'auth.end_sessions',
      subjectKind: 'user',
      subjectId: userId,
      data: { ended },
    });
    return { ended };
  });
}
