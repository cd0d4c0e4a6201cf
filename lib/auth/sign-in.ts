import { z } from 'zod';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { announceAccessChange } from './access';
import { auth, DEACTIVATED, PASSWORDS_OFF } from './better-auth';
import { clientAddress } from './front-door';
import { refuseOtherOrigin, requireSameOrigin } from './session';
import { countAttempt } from './sign-in-limit';

/** What the sign-in library would take besides (where to go next, how long to stay) is not offered. */
export const Credentials = z.strictObject({
  email: z.string().trim().min(1, 'Enter your e-mail address.').max(254),
  password: z.string().min(1, 'Enter your password.').max(256),
});

/** With a second factor there is no session yet: a cookie names the sign-in that waits for its code (lib/auth/second-step). */
type Answer = { twoFactorRedirect: true } | { user: { id: string; name: string } };
export const TWO_FACTOR_COOKIE = /(?:^|;\s*)((?:__Secure-)?socdown\.two_factor)=([^;]+)/;

/**
 * Signs a person in: an answer with the session's cookie, or {twoFactor: true} when a code is asked for. A wrong address and a
 * wrong password are one and the same, in words and in time; that an account is deactivated is told only to who knows its password.
 * @throws AppError wrong_credentials, account_deactivated, too_many_attempts; forbidden for another site's request
 */
export async function signIn(request: Request, input: z.input<typeof Credentials>): Promise<Response> {
  refuseOtherOrigin(request);
  const credentials = Credentials.parse(input);
  const address = clientAddress(request.headers);
  const attempt = await countAttempt(credentials.email, address);
  const answer = await (await auth()).api.signInEmail({
    body: credentials,
    headers: request.headers,
    asResponse: true,
  });
  if (!answer.ok) {
    const error = await refusal(answer);
    await recordFailure(credentials.email, error.reason, address);
    throw error;
  }
  await attempt.succeed();
  const body = (await answer.json()) as Answer; // the library's own answer
  if ('twoFactorRedirect' in body) return withCookies(answer, { twoFactor: true }, TWO_FACTOR_COOKIE);
  const { user } = body;
  await auditSession('auth.sign_in', user.id, { address });
  return withCookies(answer, { user: { id: user.id, name: user.name } });
}

/** Ends the session of the request's cookie, here and in every open stream. Without one, nothing happens. */
export async function signOut(request: Request): Promise<Response> {
  requireSameOrigin(request);
  const { api } = await auth();
  const session = await api.getSession({ headers: request.headers, query: { disableCookieCache: true } });
  const answer = await api.signOut({ headers: request.headers, asResponse: true });
  if (session) {
    await announceAccessChange(db(), session.user.id);
    await auditSession('auth.sign_out', session.user.id, { address: clientAddress(request.headers) });
  }
  return withCookies(answer, { success: true });
}

/**
 * A failed attempt, about the account if there is one. What was typed as an address is not kept: it may be a password.
 * Attempts that the limit refuses are not recorded, so that nobody fills the trail.
 */
export async function recordFailure(email: string, reason: string, address: string | null): Promise<void> {
  const user = await db().user.findUnique({ where: { email: email.toLowerCase() }, select: { id: true } });
  await audit(db(), {
    actorId: null,
    verb: 'auth.sign_in_failed',
    subjectKind: 'user',
    subjectId: user?.id ?? 'unknown',
    data: { reason, address },
  });
}

/** Records in the audit log that somebody signed in or out. */
export async function auditSession(
  verb: string,
  userId: string,
  data: { address: string | null; secondFactor?: 'app' | 'recovery_code'; passkey?: string; issuer?: string },
): Promise<void> {
  await audit(db(), { actorId: userId, verb, subjectKind: 'user', subjectId: userId, data });
}

/** What the library's refusal of a password means. */
async function refusal(answer: Response): Promise<AppError> {
  const code = await libraryErrorCode(answer);
  if (code === DEACTIVATED) return deactivated();
  if (code === PASSWORDS_OFF) return passwordsOff();
  if (answer.status < 500) return new AppError('wrong_credentials', 'Wrong e-mail address or password.');
  return new AppError('unavailable', 'Signing in is not possible at the moment. Try again in a minute.');
}

/** The code of the library's error. */
export async function libraryErrorCode(answer: Response): Promise<unknown> {
  return ((await answer.json().catch(() => ({}))) as { code?: unknown }).code;
}

export const deactivated = (): AppError =>
  new AppError('account_deactivated', 'This account is deactivated. Ask an admin to reactivate it.');

export const passwordsOff = (): AppError =>
  new AppError('passwords_off', 'Password sign-in is disabled for your account. Use single sign-on.');

/** An answer with the library's cookies, or with those alone that match. */
export function withCookies(answer: { headers: Headers }, body: unknown, only = /^/): Response {
  const headers = new Headers({ 'cache-control': 'no-store' });
  for (const cookie of answer.headers.getSetCookie()) if (only.test(cookie)) headers.append('set-cookie', cookie);
  return Response.json(body, { headers });
}
