import { isIP } from 'node:net';
import { z } from 'zod';
import { AppError } from '../errors/app-error';
import { sealedCookie } from '../secrets/sealed-cookie';

/** How long a person has to use the device. Not longer than lib/auth/two-factor remembers what was used. */
const LASTS_S = 240;

/** A ceremony that is under way. */
const Challenge = z.object({
  challenge: z.string(),
  /** Who adds a passkey; null: a sign-in, of a person who is not known yet. */
  userId: z.string().nullable(),
  until: z.number(),
});

/** The site as a passkey is bound to it: `id` is its host name, `origin` what the browser shows. */
export type Site = { id: string; origin: string };

/**
 * @param origin where people reach this installation
 * @throws AppError passkeys_unavailable for an address that browsers make no passkeys for
 */
export function siteOf(origin: string): Site {
  const { hostname, origin: plain } = new URL(origin);
  if (!offersPasskeys(origin))
    throw new AppError(
      'passkeys_unavailable',
      'Passkeys need HTTPS and a host name, or localhost. Open Socdown by its name, or use your password.',
    );
  return { id: hostname, origin: plain };
}

/** Whether browsers make passkeys for this address. */
export function offersPasskeys(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost');
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && (protocol === 'https:' || isLocal);
}

const cookie = sealedCookie('socdown.passkey', Challenge, {
  owner: 'passkey-challenge',
  path: '/api',
  sameSite: 'Strict',
  seconds: LASTS_S,
});

export const challengeCookie = (challenge: string, userId: string | null): string =>
  cookie.write({ challenge, userId, until: Date.now() + LASTS_S * 1000 });

/** Takes the cookie away: a challenge is answered once. */
export const endedChallengeCookie = cookie.end;

/** The challenge that this browser was given for this person's new passkey, or for a sign-in (null). @throws AppError passkey_refused */
export function readChallenge(headers: Headers, userId: string | null): string {
  const found = cookie.read(headers);
  if (!found || found.userId !== userId || found.until < Date.now())
    throw new AppError('passkey_refused', 'This took too long, or was started in another browser. Try again.');
  return found.challenge;
}
