import { db } from '../db/client';
import { auth } from './better-auth';
import { startedToken } from './end-sessions';

/**
 * Begins a session of a person whom single sign-on (lib/sso) or a passkey (lib/passkeys) has identified, and who is not deactivated.
 * @returns the answer's cookies, and the session
 */
export async function startSession(
  userId: string,
  request: Request,
): Promise<{ cookies: string[]; sessionId: string }> {
  const { api } = await auth();
  const answer = await api.startSession({ body: { userId }, headers: request.headers, asResponse: true });
  const token = startedToken(answer.headers);
  const session = token === null ? null : await db().session.findUnique({ where: { token } });
  if (!answer.ok || !session) throw new Error(`the sign-in library began no session (${answer.status})`);
  return { cookies: answer.headers.getSetCookie(), sessionId: session.id };
}
