export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path of keys as JSON Pointer (RFC 6901): the one notation in which every key can be written. */
export const jsonPointer = (path: string[]): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** How a person writes the same: `$.a.b`, keys that need it quoted. */
export const jsonPath = (path: string[]): string =>
  `$${path.map((key) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `."${key}"`)).join('')}`;

const COLUMN = String.raw`(?:"(?:[^"]|"")*"|[A-Za-z_]\w*)(?:\.(?:"(?:[^"]|"")*"|[A-Za-z_]\w*))*`;
/** A text, a comment, or a column with the JSON paths behind it; other names are passed over whole, so that the scan is linear. */
const ARROWS = new RegExp(
  String.raw`'(?:[^']|'')*'|--[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*)|(${COLUMN}(?:\s*->>?\s*'[$/](?:[^']|'')*')+)|${COLUMN}`,
  'g',
);

/**
 * The same SQL with brackets around each `raw->>'$.a'`: DuckDB's arrow binds weaker than AND, NOT, || and +, so that
 * `n = 5 AND raw->>'$.a' = 'x'`, as every other database reads it, would fail.
 */
export const bracketArrows = (sql: string): string =>
  sql.replace(ARROWS, (whole, arrows?: string) => (arrows === undefined ? whole : `(${whole})`));

/** The names of what is most like `wanted`, best first. */
export function nearest(wanted: string, names: string[], limit = 6): string[] {
  const target = wanted.toLowerCase();
  const scored = names.map((name) => ({ name, score: likeness(target, name.toLowerCase()) }));
  scored.sort((a, b) => b.score - a.score || a.name.length - b.name.length);
  return scored
    .filter((item) => item.score > 0.25)
    .map((item) => item.name)
    .slice(0, limit);
}

function likeness(a: string, b: string): number {
  if (a === b) return 2;
  const contained = b.includes(a) || a.includes(b) || b.split('.').at(-1) === a.split('.').at(-1);
  const left = pairs(a);
  const right = pairs(b);
  let shared = 0;
  for (const pair of left) if (right.has(pair)) shared += 1;
  return (2 * shared) / (left.size + right.size || 1) + (contained ? 0.5 : 0);
}

function pairs(text: string): Set<string> {
  const found = new Set<string>();
  for (let at = 0; at + 1 < text.length; at += 1) found.add(text.slice(at, at + 2));
  return found;
}
