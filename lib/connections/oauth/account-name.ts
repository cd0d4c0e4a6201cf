import { z } from 'zod';

const name = z.string().trim().min(1).max(200);
const Claims = z.object({ preferred_username: name, email: name, name, sub: name }).partial();

/**
 * The account's name in an ID token, or null. The token comes straight from the token endpoint, so its signature is not needed
 * for a name that is only shown.
 */
export function accountOf(idToken: string | undefined): string | null {
  try {
    const claims = Claims.parse(JSON.parse(Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString('utf8')));
    return claims.preferred_username ?? claims.email ?? claims.name ?? claims.sub ?? null;
  } catch {
    return null;
  }
}
