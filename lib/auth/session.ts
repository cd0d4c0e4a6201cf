import { db } from '../db/client';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';
import { actorOfKey, KEY_PREFIX } from './api-keys';
import { auth } from './better-auth';
import { endSessions } from './end-sessions';
import { clientAddress } from './front-door';
import type { Actor } from './guard';
import { asRole } from './permissions';
import { noteActivity, overLimit, sessionLimits } from './session-limits';
import { mustEnroll } from './two-factor-policy';

/**
 * Who sends this request: an API key, else a session cookie.
 * @param options.enrolling also a person who must set up a second factor before anything else
 * @throws AppError unauthenticated; two_factor_required; forbidden when a cookie comes with a request that another site made (CSRF).
 */
export async function actorOf(request: Request, { enrolling = false } = {}): Promise<Actor> {
  const key = presentedKey(request);
  if (key !== null) return actorOfKey(key, clientAddress(request.headers));
  const person = await personOf(request.headers);
  if (!person) throw new AppError('unauthenticated', 'Sign in, or send an API key (Authorization: Bearer …).');
  requireSameOrigin(request);
  if (request.method !== 'GET' && request.method !== 'HEAD') await noteActivity(person.sessionId);
  if (person.mustEnroll && !enrolling)
    throw new AppError('two_factor_required', 'Your role needs a second factor. Set it up first.');
  return person.actor;
}

/** The signed-in person of a page's headers, or null, also for one who must set up a second factor first. */
export async function actorOfHeaders(headers: Headers): Promise<Actor | null> {
  const person = await personOf(headers);
  return person && !person.mustEnroll ? person.actor : null;
}

/** The person of a page's headers who must set up a second factor before anything else; null for everyone else. */
export async function enrolleeOfHeaders(headers: Headers): Promise<Actor | null> {
  const person = await personOf(headers);
  return person?.mustEnroll ? person.actor : null;
}

/** Reads role and state from the database each time: a change holds at once. */
async function personOf(headers: Headers): Promise<{ actor: Actor; sessionId: string; mustEnroll: boolean } | null> {
  if (!headers.get('cookie')) return null;
  const session = await (await auth()).api.getSession({ headers, query: { disableCookieCache: true } });
  if (!session) return null;
  const { id: sessionId } = session.session;
  const row = await db().session.findUnique({ where: { id: sessionId }, include: { user: true } });
  if (!row || row.user.disabledAt) return null;
  const { user } = row;
  const over = overLimit(row, await sessionLimits());
  if (over !== null) {
    await db().$transaction((tx) => endSessions(tx, { userId: user.id, id: sessionId }, over));
    return null;
  }
  if (headers.get('sec-fetch-mode') === 'navigate') await noteActivity(sessionId);
  const role = asRole(user.role);
  const actor = { id: user.id, role, name: user.name, email: user.email, via: 'session' as const, sessionId };
  return { actor, sessionId, mustEnroll: await mustEnroll(user, sessionId) };
}

/** The session of a request's cookie, whoever's it is; null without one. */
export async function sessionIdOf(headers: Headers): Promise<string | null> {
  const session = await (await auth()).api.getSession({ headers, query: { disableCookieCache: true } });
  return session?.session.id ?? null;
}

/** Header first: Bearer, the password of HTTP Basic, or X-API-Key. A key in the address is taken by webhooks alone, for senders that can't set a header (Splunk). */
export function presentedKey(request: Request): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer) return bearer;
  const basic = /^Basic\s+([A-Za-z0-9+/=]{1,1000})$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (basic) {
    // The name is whatever the sender's form asks for.
    const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
    if (password) return password;
  }
  const header = request.headers.get('x-api-key');
  if (header) return header.trim();
  const url = new URL(request.url);
  if (url.pathname.startsWith('/api/webhooks/')) {
    const inAddress = url.searchParams.get('key');
    if (inAddress?.startsWith(KEY_PREFIX)) return inAddress;
  }
  return null;
}

/**
 * A browser sends the cookie whoever made the page; these headers say who did.
 * @throws AppError forbidden
 */
export function requireSameOrigin(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (originOf(request) !== 'same') throw otherSite();
}

/** For a request that needs no cookie: only a browser can be misled, and a browser says where the page is from. */
export function refuseOtherOrigin(request: Request): void {
  if (originOf(request) === 'other') throw otherSite();
}

function originOf({ headers }: Request): 'same' | 'other' | 'unknown' {
  const site = headers.get('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return 'same';
  const origin = headers.get('origin');
  if (origin === null) return site === null ? 'unknown' : 'other';
  const { PUBLIC_URL } = env();
  const hosts = [headers.get('x-forwarded-host') ?? headers.get('host'), PUBLIC_URL && new URL(PUBLIC_URL).host];
  return URL.canParse(origin) && hosts.includes(new URL(origin).host) ? 'same' : 'other';
}

function otherSite(): AppError {
  return new AppError('cross_site_request', 'This request was made by another site. Reload the page and try again.');
}
