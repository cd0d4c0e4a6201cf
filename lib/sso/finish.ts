import { z } from 'zod';
import { clientAddress } from '../auth/front-door';
import { actorOfHeaders } from '../auth/session';
import { auditSession } from '../auth/sign-in';
import { startSession } from '../auth/start-session';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { seal } from '../secrets/secret-box';
import { accountOf, bindIdentity } from './account';
import { type Flow, readFlow } from './flow';
import { type Claims, discover, exchange } from './provider';
import type { StoredSso } from './schema';
import { clientSecretOf, requireSso } from './settings';
import { idTokenOwner } from './sign-out';

const text = (max: number) => z.string().max(max).optional();
export const SsoCallback = z.object({ code: text(4000), state: text(200), iss: text(500), error: text(200) });
export type SsoCallback = z.infer<typeof SsoCallback>;

/**
 * Ends a sign-in, or a linking, that the provider sent the browser back from.
 * @returns where to go, with the cookies of the new session
 * @throws AppError sso_expired, sso_refused, sso_failed, and what lib/sso/account throws
 */
export async function finishSso(request: Request, answer: SsoCallback): Promise<{ next: string; cookies: string[] }> {
  const sso = await requireSso();
  const flow = readFlow(request.headers, answer.state ?? '');
  const { issuer, authorization_response_iss_parameter_supported: saysIssuer } = await discover(sso);
  // Before the error is believed: another server may have sent the browser here.
  if (answer.iss === undefined ? saysIssuer === true : answer.iss !== issuer)
    throw new AppError('sso_failed', 'The answer came from another provider. Sign in again.');
  if (answer.error !== undefined || answer.code === undefined)
    throw new AppError('sso_refused', 'The provider did not sign you in. Try again, or ask its administrator.');
  const { redirectUrl, verifier, nonce } = flow;
  const secret = clientSecretOf(sso);
  const { claims, idToken } = await exchange(sso, { code: answer.code, redirectUrl, verifier, nonce, secret });
  if (flow.link) return linkAccount(request, sso, flow, claims);
  const address = clientAddress(request.headers);
  let userId: string;
  try {
    userId = await accountOf(sso, claims);
  } catch (error) {
    if (error instanceof AppError) await recordRefusal(sso, claims, error.reason, address);
    throw error;
  }
  const { cookies, sessionId } = await startSession(userId, request);
  const sid = typeof claims.sid === 'string' ? claims.sid : null;
  await db().ssoSession.create({
    data: { sessionId, idToken: seal(idToken, idTokenOwner(sessionId)), issuer: sso.issuer, sid },
  });
  await auditSession('auth.sign_in', userId, { address, issuer: sso.issuer });
  return { next: flow.next, cookies };
}

async function linkAccount(request: Request, sso: StoredSso, flow: Flow, claims: Claims) {
  const actor = await actorOfHeaders(request.headers);
  if (!actor?.id || actor.id !== flow.link?.userId || actor.sessionId !== flow.link.sessionId)
    throw new AppError('sso_expired', 'You signed out in the meantime. Sign in and link your account again.');
  const userId = actor.id;
  await db().$transaction(async (tx) => {
    await bindIdentity(tx, sso, claims.sub, userId);
    const data = { issuer: sso.issuer };
    await audit(tx, { actorId: userId, verb: 'account.link_sso', subjectKind: 'user', subjectId: userId, data });
  });
  return { next: flow.next, cookies: [] };
}

/** Who is refused had a valid ID token, so nobody fills the log with this. */
async function recordRefusal(sso: StoredSso, claims: Claims, reason: string, address: string | null): Promise<void> {
  const key = { issuer: sso.issuer, subject: claims.sub };
  const bound = await db().ssoIdentity.findUnique({ where: { issuer_subject: key } });
  const data = { reason, address, ...key };
  const line = { verb: 'auth.sign_in_failed', subjectKind: 'user', subjectId: bound?.userId ?? 'unknown', data };
  await audit(db(), { actorId: null, ...line });
}
