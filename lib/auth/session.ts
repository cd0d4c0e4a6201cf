import { db } from '../db/client';
import { AppError } from '../errors/app-error';
import { actorOfKey, KEY_PREFIX } from './api-keys';
import { auth } from './better-auth';
import type { Actor } from './guard';
import { asRole } from './permissions';

/**
 * Who sends this request: an API key, else a session cookie.
 * @throws AppError unauthenticated; forbidden when a cookie comes with a request that another site made (CSRF).
 */
export async function actorOf(request: Request): Promise<Actor> {
  const key = presentedKey(request);
  if (key !== null) return actorOfKey(key);
  const actor = await actorOfHeaders(request.headers);
  if (!actor) throw new AppError('unauthenticated', 'Sign in, or send an API key (Authorization: Bearer …).');
  requireSameOrigin(request);
  return actor;
}

/** The signed-in person of a page's headers, or null. Reads the role from the database each time: a change holds at once. */
export async function actorOfHeaders(headers: Headers): Promise<Actor | null> {
  if (!headers.get('cookie')) return null;
  const session = await (await auth()).api.getSession({ headers, query: { disableCookieCache: true } });
  if (!session) return null;
  const user = await db().user.findUnique({ where: { id: session.user.id } });
  if (!user || user.disabledAt) return null;
  return { id: user.id, role: asRole(user.role), name: user.name, email: user.email, via: 'session' };
}

/** Header first: Bearer, the password of HTTP Basic, or X-API-Key. A key in the address is taken by webhooks alone, for senders that can't set a header (Splunk). */
function presentedKey(request: Request): string | null {
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

/** A cookie is sent by the browser whoever made the page; the Origin header tells who did. */
function requireSameOrigin(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const host = request.headers.get('x-forwarded-host') ?? request.headers.get('host');
  const sameSite = site === 'same-origin' || site === 'none';
  const sameHost = origin !== null && URL.canParse(origin) && new URL(origin).host === host;
  if (!sameSite && !sameHost) {
    throw new AppError('cross_site_request', 'This request was made by another site. Reload the page and try again.');
  }
}
