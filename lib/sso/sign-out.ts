import { sessionIdOf } from '../auth/session';
import { signOut } from '../auth/sign-in';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { unseal } from '../secrets/secret-box';
import { endSessionUrl } from './provider';
import { storedSso } from './settings';

/** Whom the ID token of a session is encrypted for. */
export const idTokenOwner = (sessionId: string): string => `sso-session:${sessionId}`;

/**
 * Signs out here and, where single sign-on began the session, at the provider: the browser goes to `redirectTo`, which leads
 * back to `returnTo`. The session here ends whatever the provider does.
 */
export async function signOutEverywhere(request: Request, returnTo: string): Promise<Response> {
  const idToken = await idTokenOf(request.headers);
  const answer = await signOut(request);
  const sso = idToken === null ? null : await storedSso();
  const redirectTo = sso && idToken !== null ? await endSessionUrl(sso, idToken, returnTo) : null;
  if (redirectTo === null) return answer;
  return Response.json({ success: true, redirectTo }, { headers: answer.headers });
}

async function idTokenOf(headers: Headers): Promise<string | null> {
  const sessionId = await sessionIdOf(headers);
  const row = sessionId === null ? null : await db().ssoSession.findUnique({ where: { sessionId } });
  if (!row) return null;
  try {
    return unseal(row.idToken, idTokenOwner(row.sessionId));
  } catch (error) {
    if (error instanceof AppError) return null; // sealed with another secret key
    throw error;
  }
}
