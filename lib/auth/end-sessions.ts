import { createHash } from 'node:crypto';
import { db, type Tx } from '../db/client';
import { announceAccessChange } from './access';

/** Why a session is over: its time, nobody used it, an admin, its owner on another device, or a new password. */
export type SessionEnd = 'expired' | 'idle' | 'deactivated' | 'revoked' | 'password';

/** As long as a browser can hold a session's cookie. */
const REMEMBER_DAYS = 8;
const COOKIE = /(?:^|;\s*)(?:__Secure-)?socdown\.session_token=([^;]+)/;

/**
 * Ends sessions of a person at once, in open streams too, and remembers why for the browsers that have their cookies.
 * @returns how many
 */
export async function endSessions(
  tx: Tx,
  which: { userId: string; id?: string; ids?: string[]; exceptId?: string | undefined },
  reason: SessionEnd,
): Promise<number> {
  const { userId, id, ids, exceptId } = which;
  // An id is one even if it is empty: no value of it may mean all.
  const where = {
    userId,
    ...(id === undefined ? {} : { id }),
    ...(ids === undefined ? {} : { id: { in: ids } }),
    ...(typeof exceptId === 'string' ? { NOT: { id: exceptId } } : {}),
  };
  const sessions = await tx.session.findMany({ where, select: { id: true, token: true } });
  await tx.endedSession.deleteMany({ where: { at: { lt: new Date(Date.now() - REMEMBER_DAYS * 86_400_000) } } });
  await tx.endedSession.createMany({
    data: sessions.map(({ token }) => ({ tokenHash: hashOf(token), userId, reason })),
    skipDuplicates: true,
  });
  const { count } = await tx.session.deleteMany({ where: { id: { in: sessions.map((session) => session.id) } } });
  await announceAccessChange(tx, userId);
  return count;
}

const TOLD = ['revoked', 'password', 'idle'] as const satisfies SessionEnd[];

/** Why the session of this browser's cookie has ended; null without such a cookie. Told to who holds the cookie alone. */
export async function whySessionEnded(headers: Headers): Promise<SessionEnd | null> {
  const [, cookie] = COOKIE.exec(headers.get('cookie') ?? '') ?? [];
  if (cookie === undefined) return null;
  const token = tokenIn(cookie);
  const user = { select: { disabledAt: true } };
  const ended = await db().endedSession.findUnique({ where: { tokenHash: hashOf(token) }, include: { user } });
  const open = ended ? null : await db().session.findUnique({ where: { token }, include: { user } });
  if ((ended ?? open)?.user.disabledAt) return 'deactivated';
  return TOLD.find((reason) => reason === ended?.reason) ?? 'expired';
}

/** The token of the session that an answer of the library starts; null when it starts none. */
export function startedToken(headers: Headers): string | null {
  const cookie = headers
    .getSetCookie()
    .map((text) => COOKIE.exec(text)?.[1])
    .find((value) => value);
  return cookie ? tokenIn(cookie) : null;
}

/** The library signs the token: `token.signature`, percent-encoded. */
export function tokenIn(cookie: string): string {
  try {
    return decodeURIComponent(cookie).split('.')[0]?.replaceAll('\0', '') ?? '';
  } catch {
    return '';
  }
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
