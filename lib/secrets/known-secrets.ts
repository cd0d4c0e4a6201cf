/** This installation's own secrets, as far as this process knows them. Next loads modules more than once. */
const shared = globalThis as unknown as {
  socdownSecrets?: { values: Set<string>; pattern: RegExp | null; begun: Map<string, string[]> };
};

/** A shorter value would be found in innocent words. */
const MIN_LENGTH = 8;

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
