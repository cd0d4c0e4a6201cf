import { db } from '../db/client';
import { env } from '../env/env';
import { log } from '../log/log';
import { unseal } from './secret-box';

/** This installation's own secrets, as far as this process knows them. Next loads modules more than once. */
const shared = globalThis as unknown as {
  socdownSecrets?: { values: Set<string>; pattern: RegExp | null; begun: Map<string, string[]> };
};

/** A shorter value would be found in innocent words. */
const MIN_LENGTH = 8;

/**
 * Reads the secrets that are configured (environment, connections) so that `knownSecretPattern` finds them. Cheap: one row
 * a connection. Called where outside text comes in or goes out; a secret that can't be opened is left out.
 */
export async function loadKnownSecrets(): Promise<void> {
  const { ANTHROPIC_API_KEY, SOCDOWN_SECRET_KEY, DATABASE_URL, STORE_REMOTE } = env();
  for (const value of [ANTHROPIC_API_KEY, SOCDOWN_SECRET_KEY]) if (value) rememberSecret(value);
  for (const url of [DATABASE_URL, STORE_REMOTE]) {
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
    } catch (error) {
      log.warn({ err: error, connection: id }, 'a secret could not be opened');
    }
  }
}

/** The values of a connection's secrets by name, remembered as known. @throws AppError unavailable */
export function openSecrets(connectionId: string, sealed: string | null): Record<string, string> {
  if (sealed === null) return {};
  const values = JSON.parse(unseal(sealed, connectionId)) as Record<string, string>; // sealed by manage-connections
  for (const value of Object.values(values)) rememberSecret(value);
  return values;
}

/** A text as a part of a pattern that matches it and nothing else. */
export const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** Adds a value, and the forms in which it travels: the token behind "Bearer", what is inside Basic, URL and base64 encoding. */
export function rememberSecret(value: string): void {
  shared.socdownSecrets ??= { values: new Set(), pattern: null, begun: new Map() };
  const { values } = shared.socdownSecrets;
  const size = values.size;
  const [, scheme, rest] = /^(bearer|basic|token|apikey|splunk)\s+(\S+)$/i.exec(value.trim()) ?? [];
  const inside = scheme?.toLowerCase() === 'basic' && rest ? Buffer.from(rest, 'base64').toString('utf8') : '';
  const plain = [value.trim(), rest ?? '', inside, inside.slice(inside.indexOf(':') + 1)];
  for (const one of plain.filter((text) => text.length >= MIN_LENGTH)) {
    values.add(one).add(encodeURIComponent(one)).add(Buffer.from(one).toString('base64').replace(/=+$/, ''));
    values.add(JSON.stringify(one).slice(1, -1));
  }
  if (values.size !== size) shared.socdownSecrets.pattern = null;
}

/** Finds every known secret in a text; null when there is none to find. Global: reset before use by `replace`. */
export function knownSecretPattern(): RegExp | null {
  const known = shared.socdownSecrets;
  if (!known || known.values.size === 0) return null;
  if (!known.pattern) {
    const longestFirst = [...known.values].sort((a, b) => b.length - a.length);
    known.pattern = new RegExp(longestFirst.map(literally).join('|'), 'g');
    known.begun.clear();
    for (const value of longestFirst)
      known.begun.set(value.charAt(0), [...(known.begun.get(value.charAt(0)) ?? []), value]);
  }
  return known.pattern;
}

/** Where the end of a text begins, from `after` on, that a longer known secret may begin with; its length: nowhere. */
export function openSecretAt(text: string, after: number): number {
  knownSecretPattern();
  for (let at = after; at < text.length; at += 1) {
    const longer = shared.socdownSecrets?.begun.get(text.charAt(at))?.filter(({ length }) => length > text.length - at);
    if (longer?.some((secret) => secret.startsWith(text.slice(at)))) return at;
  }
  return text.length;
}
