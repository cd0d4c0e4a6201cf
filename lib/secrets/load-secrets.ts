import { databaseUrl, db } from '../db/client';
import { env } from '../env/env';
import { rememberSecret } from './known-secrets';
import { unseal } from './secret-box';

/**
 * Reads the secrets that are configured (environment, connections) so that `knownSecretPattern` finds them. Cheap: one row
 * per connection. Call it where outside text comes in or goes out. A secret that can't be decrypted is skipped: opening its
 * connection reports it.
 */
export async function loadKnownSecrets(): Promise<void> {
  const { ANTHROPIC_API_KEY, SOCDOWN_SECRET_KEY, STORE_REMOTE } = env();
  for (const value of [ANTHROPIC_API_KEY, SOCDOWN_SECRET_KEY]) if (value) rememberSecret(value);
  for (const url of [databaseUrl(), STORE_REMOTE]) {
    if (url && URL.canParse(url)) rememberSecret(decodeURIComponent(new URL(url).password));
  }
  const [rows, auth] = await Promise.all([
    db().connection.findMany({ where: { secrets: { not: null } }, select: { id: true, secrets: true }, take: 200 }),
    db().setting.findUnique({ where: { key: 'auth.secret' } }),
  ]);
  if (typeof auth?.value === 'string') rememberSecret(auth.value);
  for (const { id, secrets } of rows) {
    try {
      for (const value of Object.values(openSecrets(id, secrets))) rememberSecret(value);
    } catch {
      // encrypted with another key
    }
  }
}

/** The values of a connection's secrets by name; also registers them as known. @throws AppError unavailable */
export function openSecrets(connectionId: string, sealed: string | null): Record<string, string> {
  if (sealed === null) return {};
  const values = JSON.parse(unseal(sealed, connectionId)) as Record<string, string>; // sealed by manage-connections
  for (const value of Object.values(values)) rememberSecret(value);
  return values;
}
