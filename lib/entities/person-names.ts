/** Accounts that many systems have: the same name in two of them says nothing. */
const SHARED = /^(?:root|admin|administrator|system|service|guest|info|support|security|backup|test|user|postmaster)$/;
const EMAIL = /^([^\s@]+)@([^\s@]+\.[^\s@]+)$/;

/**
 * Which names are one person's: an e-mail address, its part before the @, `DOMAIN\name`, `Given Family` for `given.family`, and a role's
 * session `role R as name`. Answers the name to show for each, the plainest that occurs. Two addresses with the same part before the @ are
 * two people, and a shared account is nobody's. Pure.
 */
export function personNames(names: Iterable<string>): (name: string) => string {
  const groups = new Map<string, Set<string>>();
  for (const name of names) {
    const key = keyOf(name);
    if (key === null) continue;
    groups.set(key, (groups.get(key) ?? new Set()).add(name));
  }
  const shown = new Map<string, string>();
  for (const [key, group] of groups) {
    const addresses = new Set([...group].flatMap((name) => addressOf(name)?.[0].toLowerCase() ?? []));
    if (group.size < 2 || addresses.size > 1 || SHARED.test(key)) continue;
    const plainest = [...group].sort((a, b) => rank(a) - rank(b) || a.length - b.length || a.localeCompare(b))[0];
    if (plainest !== undefined) for (const name of group) shown.set(name, plainest);
  }
  return (name) => shown.get(name) ?? name;
}

/** What is in front of the person: `role R as `, `CORP\`. */
const bare = (name: string): string =>
  name
    .replaceAll('[@]', '@')
    .replaceAll('[.]', '.')
    .trim()
    .replace(/^role \S+ as /i, '')
    .replace(/^[\w.-]{1,64}\\(?=[^\\]+$)/, '');

const addressOf = (name: string): RegExpExecArray | null => EMAIL.exec(bare(name));

/** null: no name of a person. */
function keyOf(name: string): string | null {
  if (name.length > 320) return null;
  const key = (addressOf(name)?.[1] ?? bare(name)).toLowerCase().normalize('NFC').replace(/\s+/g, '.');
  return key === '' ? null : key;
}

/** A plain login first, then as people write it, then the rest. */
function rank(name: string): number {
  if (bare(name) !== name) return 3;
  if (addressOf(name)) return 2;
  return /\s|\p{Lu}/u.test(name) ? 1 : 0;
}
