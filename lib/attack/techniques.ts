import table from './techniques.json';

export type Technique = { id: string; name: string; tactics: string[] };

const byId = new Map<string, Technique>(table.techniques.map((row) => [row.id, row]));

/** A technique or sub-technique by its id (`T1098.003`); undefined when revoked, deprecated or unknown. Tactics are short names. */
export function technique(id: string): Technique | undefined {
  return byId.get(id);
}

/** Techniques of a name, in any case; of a sub-technique also with its parent's name (`Brute Force: Password Guessing`). */
export function techniquesNamed(name: string): Technique[] {
  byName ??= indexNames();
  return byName.get(plain(name)) ?? [];
}

let byName: Map<string, Technique[]> | null = null;

function indexNames(): Map<string, Technique[]> {
  const names = new Map<string, Technique[]>();
  for (const row of table.techniques) {
    for (const name of new Set([plain(row.name), plain(fullName(row.id))]))
      names.set(name, [...(names.get(name) ?? []), row]);
  }
  return names;
}

/** `Brute Force: Password Guessing` of a sub-technique, the name of any other; '' of an unknown id. */
export function fullName(id: string): string {
  const found = byId.get(id);
  const parent = id.includes('.') ? byId.get(id.slice(0, id.indexOf('.'))) : undefined;
  return found && parent ? `${parent.name}: ${found.name}` : (found?.name ?? '');
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

export function isTechnique(id: string): boolean {
  return byId.has(id);
}

/** Ids as senders write them: `T1098.003`, `t1098.003_additional_cloud_roles`, `Brute Force (T1110)`, `TA0006:T1552`. */
const IN_TEXT = /(?<![a-z0-9])t(\d{4})(?:\.(\d{3}))?(?!\d)/gi;

/**
 * The real technique ids in the texts, without repeats, sub-techniques kept. An unknown sub-technique
 * counts as its technique.
 */
export function techniquesIn(texts: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const [, main, sub] of text.matchAll(IN_TEXT)) {
      const whole = sub ? `T${main}.${sub}` : `T${main}`;
      if (byId.has(whole)) found.add(whole);
      else if (byId.has(`T${main}`)) found.add(`T${main}`);
    }
  }
  return [...found];
}
