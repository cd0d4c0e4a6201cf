import { type Actor, authorize } from '../auth/guard';
import { readLocalSignIn, writeLocalSignIn } from '../auth/local-sign-in';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
import { AppError, fieldError } from '../errors/app-error';
import { rememberSecret } from '../secrets/known-secrets';
import { SSO_SECRET_OWNER } from '../secrets/load-secrets';
import { seal, unseal } from '../secrets/secret-box';
import { discover } from './provider';
import { SsoInput, type SsoOffer, type SsoView, StoredSso } from './schema';

const KEY = 'auth.sso';

/** @param redirectUrl what the provider must be told */
export async function readSsoSettings(actor: Actor, redirectUrl: string): Promise<SsoView> {
  authorize(actor, 'users.manage');
  const stored = await storedSso();
  const { secret = null, ...settings } = stored ?? {};
  return { settings: stored ? (settings as SsoView['settings']) : null, hasSecret: secret !== null, redirectUrl };
}

/**
 * Replaces the settings. When it is on, the provider is asked for its metadata first, so that a wrong issuer is found here.
 * Passwords can be switched off only while it is on, and for others than at least one active admin who has a password.
 * @throws AppError sso_failed, invalid_fields, address_refused
 */
export async function saveSsoSettings(actor: Actor, input: SsoInput, redirectUrl: string): Promise<SsoView> {
  authorize(actor, 'users.manage');
  const { clientSecret, ...settings } = SsoInput.parse(input);
  const before = await storedSso();
  // A secret goes to the provider that it was entered for and to no other.
  const isSame = before?.issuer === settings.issuer && before.clientId === settings.clientId;
  const secret =
    clientSecret === undefined
      ? isSame
        ? (before?.secret ?? null)
        : null
      : clientSecret
        ? seal(clientSecret, SSO_SECRET_OWNER)
        : null;
  const { passwordsOnlyFor } = settings;
  if (passwordsOnlyFor !== null) await requireBreakGlass(settings.enabled, passwordsOnlyFor);
  if (settings.enabled) await discover(settings);
  const value = { ...settings, secret };
  await db().$transaction(async (tx) => {
    await writeSetting(tx, KEY, value);
    await writeLocalSignIn(tx, passwordsOnlyFor);
    const data = { ...settings, secretChanged: clientSecret !== undefined };
    await audit(tx, { actorId: actor.id, verb: 'settings.sso', subjectKind: 'setting', subjectId: KEY, data });
  });
  return readSsoSettings(actor, redirectUrl);
}

/** What the sign-in page offers; null: passwords alone. */
export async function ssoOffer(): Promise<SsoOffer | null> {
  const sso = await storedSso();
  return sso?.enabled ? { name: sso.name, passwords: (await readLocalSignIn()) === null } : null;
}

/** @throws AppError sso_off */
export async function requireSso(): Promise<StoredSso> {
  const sso = await storedSso();
  if (!sso?.enabled) throw new AppError('sso_off', 'Single sign-on is not set up. Sign in with your password.');
  return sso;
}

export async function storedSso(): Promise<StoredSso | null> {
  return (await readSetting(KEY, StoredSso)) ?? null;
}

/** The client's secret in the clear; null for a public client. */
export function clientSecretOf({ secret }: StoredSso): string | null {
  if (secret === null) return null;
  const text = unseal(secret, SSO_SECRET_OWNER);
  rememberSecret(text);
  return text;
}

async function requireBreakGlass(enabled: boolean, ids: string[]): Promise<void> {
  const refuse = (message: string) => fieldError('invalid_fields', 'passwordsOnlyFor', message);
  if (!enabled) throw refuse('Turn single sign-on on first: otherwise nobody else could sign in.');
  const admins = await db().user.count({
    where: { id: { in: ids }, role: 'admin', disabledAt: null, accounts: { some: { password: { not: null } } } },
  });
  if (admins === 0 || admins < new Set(ids).size)
    throw refuse('Choose at least one active admin who has a password, and nobody else.');
}
