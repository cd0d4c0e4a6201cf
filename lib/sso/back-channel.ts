import { endSessions } from '../auth/end-sessions';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { verifyLogoutToken } from './provider';
import { storedSso } from './settings';

/** The provider's clock may be behind ours. */
const SKEW_MS = 60_000;

/**
 * Ends what a logout token of the provider names: one session (`sid`), or all that single sign-on began for a person (`sub`). A
 * session that began after the token was made stays, so a token that somebody repeats ends nothing new.
 * @returns how many sessions ended; none when they ended before
 * @throws AppError sso_off; sso_failed for a token that is not one of this provider's for us
 */
export async function endSessionsAtProvider(token: string): Promise<number> {
  const sso = await storedSso();
  if (!sso) throw new AppError('sso_off', 'Single sign-on is not set up.');
  const { sid, sub, issuedAt } = await verifyLogoutToken(sso, token);
  return db().$transaction(async (tx) => {
    const identity =
      sub === null
        ? null
        : await tx.ssoIdentity.findUnique({ where: { issuer_subject: { issuer: sso.issuer, subject: sub } } });
    if (sub !== null && !identity) return 0;
    const found = await tx.ssoSession.findMany({
      where: {
        ...(sid === null ? {} : { issuer: sso.issuer, sid }),
        session: {
          createdAt: { lte: new Date(issuedAt.getTime() + SKEW_MS) },
          ...(identity ? { userId: identity.userId } : {}),
        },
      },
      select: { sessionId: true, session: { select: { userId: true } } },
    });
    for (const userId of new Set(found.map(({ session }) => session.userId))) {
      const ids = found.filter(({ session }) => session.userId === userId).map(({ sessionId }) => sessionId);
      const count = await endSessions(tx, { userId, ids }, 'revoked');
      const data = { issuer: sso.issuer, by: 'provider', sessions: count };
      await audit(tx, { actorId: null, verb: 'auth.sign_out', subjectKind: 'user', subjectId: userId, data });
    }
    return found.length;
  });
}
