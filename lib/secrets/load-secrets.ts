import { databaseUrl, db } from '../db/client';
import { env } from '../env/env';
import { rememberSecret } from './known-secrets';
import { unseal } from './secret-box';

/**
 * Reads the secrets that are configured (environment, connections, notification channels, mail server) so that `knownSecretPattern` finds them. Cheap: one row
 * for each. Call it where outside text comes in or goes out. A secret that can't be decrypted is skipped: opening its
 * connection reports it.
 */
export async function loadKnownSecrets(): Promise<void> {
  const { ANTHROPIC_API_KEY, SOCDOWN_SECRET_KEY, METRICS_TOKEN, STORE_REMOTE } = env();
  for (const value of [ANTHROPIC_API_KEY, SOCDOWN_SECRET_KEY, METRICS_TOKEN]) if (value) rememberSecret(value);
  for (const value of otlpHeaderValues()) rememberSecret(value);
  for (const url of [databaseUrl(), STORE_REMOTE]) {
    if (url && URL.canParse(url)) rememberSecret(decodeURIComponent(new URL(url).password));
  }
  const sealed = { where: { secrets: { not: null } }, select: { id: true, secrets: true } };
  const [connections, signIns, channels, auth, mail, sso] = await Promise.all([
    db().connection.findMany({ ...sealed, take: 200 }),
    db().connectionSignIn.findMany({ where: sealed.where, select: { connectionId: true, secrets: true }, take: 200 }),
    db().notificationChannel.findMany({ ...sealed, take: 2_000 }),
    db().setting.findUnique({ where: { key: 'auth.secret' } }),
    db().setting.findUnique({ where: { key: MAIL_KEY } }),
    db().setting.findUnique({ where: { key: 'auth.sso' } }),
  ]);
  if (typeof auth?.value === 'string') rememberSecret(auth.value);
  const { secret } = (sso?.value ?? {}) as { secret?: unknown }; // as lib/sso wrote it
  const tokens = signIns.map(({ connectionId, secrets }) => ({ id: signInOwner(connectionId), secrets }));
  const { secrets: mailSecrets = null } = (mail?.value ?? {}) as { secrets?: string | null }; // lib/notifications/mail-setting
  for (const { id, secrets } of [...connections, ...tokens, ...channels, { id: MAIL_KEY, secrets: mailSecrets }]) {
    try {
      for (const value of Object.values(openSecrets(id, secrets))) rememberSecret(value);
    } catch {
      // encrypted with another key
    }
  }
  try {
    if (typeof secret === 'string') rememberSecret(unseal(secret, SSO_SECRET_OWNER));
  } catch {
    // encrypted with another key
  }
}

/** `key=value,key=value`, percent-encoded: tokens of a trace collector. */
function otlpHeaderValues(): string[] {
  const { OTEL_EXPORTER_OTLP_HEADERS = '', OTEL_EXPORTER_OTLP_TRACES_HEADERS = '' } = env();
  const pairs = `${OTEL_EXPORTER_OTLP_HEADERS},${OTEL_EXPORTER_OTLP_TRACES_HEADERS}`.split(',');
  return pairs.map((pair) => pair.slice(pair.indexOf('=') + 1).trim()).filter((value) => value.length >= 8);
}

/** The setting of the mail server, and whom its password is encrypted for. */
export const MAIL_KEY = 'notifications.mail';

/** Whom the client secret of single sign-on is encrypted for. */
export const SSO_SECRET_OWNER = 'sso-client';

/** Whom the tokens of a connection are encrypted for. */
export const signInOwner = (connectionId: string): string => `sign-in:${connectionId}`;

/** The values of a connection's or a channel's secrets by name; also registers them as known. @throws AppError unavailable */
export function openSecrets(ownerId: string, sealed: string | null): Record<string, string> {
  if (sealed === null) return {};
  const values = JSON.parse(unseal(sealed, ownerId)) as Record<string, string>; // sealed by its owner's verb
  for (const value of Object.values(values)) rememberSecret(value);
  return values;
}
