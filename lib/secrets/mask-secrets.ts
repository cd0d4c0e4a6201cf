import { knownSecretPattern } from './known-secrets';
import { namesSecrets, secretAliases } from './secret-aliases';
import { AFTER_NAME, COOKIE_PAIR, COOKIES, FORMS } from './secret-forms';
import { isSecretName, SECRET_NAMES } from './secret-names';

// What is not masked on purpose: identifiers of keys (AKIA…, a key's ARN). They are what an investigation is about, and
// alone they open nothing.

/** Put in a secret's place; says what it was, never a part of it. */
export const maskMark = (kind: string): string => `«secret masked: ${kind}»`;

/** `name: value`, `name=value`, `"name": "value"`, also escaped inside a string. The value is the last group. */
const QUOTED = new RegExp(
  `((?:${SECRET_NAMES})(?:\\\\{0,3}["'])?\\s{0,5}(?::|=>?)\\s{0,5})(\\\\{0,3}["'])((?:(?!\\2)[^\\n]){1,4000}?)\\2`,
  'gi',
);
const BARE = new RegExp(
  `(?<!:)((?:${SECRET_NAMES})\\s{0,3}(?::|=)\\s{0,3})([^\\s"'\\\\,;&{}()\\[\\]<>]{4,1000})`,
  'gi',
);
/** What stands where a secret was, or is none. `PWD=/srv` of sudo is a folder; so is the path of a file that holds a secret. */
const FOLDERS =
  'app|boot|data|dev|etc|export|home|lib|library|media|mnt|nix|opt|private|proc|root|run|snap|srv|sys|tmp|users|usr|var|www';
const EMPTY = new RegExp(
  '^(?:«secret|arn:|hidden_|(?:[*•x.]+|null|none|true|false|undefined|unknown|hidden|redacted|masked|removed|sensitive|required|n\\/a|\\d{1,3}|' +
    `\\$\\{.*\\}|\\$[A-Z_]+|%[A-Z_]+%|<[a-z_ -]+>|\\[[a-z_ -]+\\]|/(?:${FOLDERS})(?:/[\\w.@+-]*)*)$)`,
  'i',
);

/**
 * A text without the secrets that can be told in it, a mark in the place of each. Known secrets of this installation first,
 * whatever they look like. Pure but for those.
 */
export function maskSecrets(text: string): string {
  return maskPlain(text).replace(ENCODED, (whole) => (holdsSecret(whole) ? maskMark('encoded secret') : whole));
}

/** Base64 that is long enough to hold a secret with its name. */
const ENCODED = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{24,40000}={0,2}(?![A-Za-z0-9+/_-])/g;

/** Whether base64 holds readable text, in UTF-8 or UTF-16, with a secret in it. */
function holdsSecret(encoded: string): boolean {
  if (/^[0-9a-f]+$/i.test(encoded)) return false;
  const bytes = Buffer.from(encoded, 'base64');
  const isWide = bytes.length > 8 && bytes[1] === 0 && bytes[3] === 0;
  const text = bytes.toString(isWide ? 'utf16le' : 'latin1');
  return !/[^\x09-\x0d\x20-\x7e]/.test(text.slice(0, 200)) && maskPlain(text) !== text;
}

function maskPlain(text: string): string {
  let masked = maskKeys(text);
  for (const [kind, pattern] of AFTER_NAME)
    masked = masked.replace(pattern, (_, kept: string) => kept + maskMark(kind));
  masked = masked.replace(COOKIES, (header) => header.replace(COOKIE_PAIR, `$1${maskMark('cookie')}`));
  masked = masked.replace(QUOTED, (whole, head: string, quote: string, value: string) =>
    EMPTY.test(value) ? whole : `${head}${quote}${maskMark('value')}${quote}`,
  );
  return masked.replace(BARE, (whole, head: string, value: string) =>
    EMPTY.test(value) ? whole : head + maskMark('value'),
  );
}

/** Known secrets of this installation alone: for what is stored as it is otherwise. */
export function maskKnownSecrets(text: string): string {
  const known = knownSecretPattern();
  return known ? text.replace(known, maskMark('a secret of this installation')) : text;
}

/**
 * Known secrets, and keys that show by their form alone: for what a model writes. `password: changed` may be a sentence of
 * a report, and is left.
 */
export function maskKeys(text: string): string {
  return FORMS.reduce((masked, [kind, pattern]) => masked.replace(pattern, maskMark(kind)), maskKnownSecrets(text));
}

/** Whether a value of JSON holds a secret of this installation. */
export function holdsKnownSecret(value: unknown): boolean {
  const text = JSON.stringify(value) ?? '';
  return maskKnownSecrets(text) !== text;
}

/** The same for a value of JSON: in all strings, wholly under a name that says so, and in the columns of a table that does. */
export function maskSecretsIn<T>(value: T, mask: (text: string) => string = maskSecrets): T {
  return walk(value, mask, mask === maskSecrets ? isSecretName : null) as T; // same shape: only strings change
}

/** Whether a name says that secrets are under it; null: names say nothing. */
type IsSecret = ((name: string) => boolean) | null;

function walk(value: unknown, mask: (text: string) => string, isSecret: IsSecret): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, mask, isSecret));
  const secretColumns = secretColumnsOf(value as Record<string, unknown>, isSecret);
  const isSampled = isSecret !== null && isSecretField(value as Record<string, unknown>, isSecret);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name === 'rows' && secretColumns.length > 0 && Array.isArray(item))
        return [name, item.map((row) => maskRow(row, secretColumns, mask, isSecret))];
      if (isSampled && /^samples?$/.test(name)) return [name, maskWhole(item)];
      if (isSecret?.(name) && typeof item === 'string' && item.length > 3) return [mask(name), maskWhole(item)];
      return [mask(name), walk(item, mask, isSecret)];
    }),
  );
}

/** The description of a field: {name or path, samples}. */
function isSecretField(value: Record<string, unknown>, isSecret: (name: string) => boolean): boolean {
  const name = value.name ?? value.path;
  return typeof name === 'string' && ('samples' in value || 'sample' in value) && isSecret(name);
}

/** {columns: [name or {name}], rows: [[…]]}: the columns whose name says that secrets are in them. */
function secretColumnsOf({ columns, rows }: Record<string, unknown>, isSecret: IsSecret): number[] {
  if (!isSecret || !Array.isArray(columns) || !Array.isArray(rows)) return [];
  return columns.flatMap((column, index) => {
    const name = typeof column === 'object' && column !== null && 'name' in column ? column.name : column;
    return typeof name === 'string' && isSecret(name) ? [index] : [];
  });
}

function maskRow(row: unknown, columns: number[], mask: (text: string) => string, isSecret: IsSecret): unknown {
  if (!Array.isArray(row)) return walk(row, mask, isSecret);
  return row.map((item, index) => (columns.includes(index) ? maskWhole(item) : walk(item, mask, isSecret)));
}

/** All texts of a value, but those that are none or say that something was hidden. */
function maskWhole(value: unknown): unknown {
  if (typeof value === 'string') return value === '' || EMPTY.test(value) ? value : maskMark('value');
  if (Array.isArray(value)) return value.map(maskWhole);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskWhole(item)]));
}

/** What a generated key looks like, in an answer to a query for one: long, of mixed letters and digits, and no name. */
const RANDOM =
  /(?<![A-Za-z0-9+/_=.:-])(?=[^\s"',]*[a-z])(?=[^\s"',]*[A-Z])(?=[^\s"',]*\d)[A-Za-z0-9+/_=-]{32,4000}(?![A-Za-z0-9+/_=.:-])/g;

/**
 * A tool's result as a model may read it: the text as JSON where it is, so that names of fields and columns count.
 * @param args of the call: names that a query gave to secrets count too
 */
export function maskResult<T extends { text: string; structured: Record<string, unknown> | null }>(
  result: T,
  args: unknown = null,
): T {
  const aliases = secretAliases(args);
  const isSecret = (name: string) => isSecretName(name) || aliases.has(name.toLowerCase());
  const mask = namesSecrets(args)
    ? (text: string) => maskSecrets(text).replace(RANDOM, maskMark('value'))
    : maskSecrets;
  const structured = walk(result.structured, mask, isSecret) as T['structured']; // same shape: only strings change
  return { ...result, structured, text: maskText(result.text, mask, isSecret) };
}

function maskText(text: string, mask: (text: string) => string, isSecret: IsSecret): string {
  if (/^\s*[[{]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      const masked = walk(value, mask, isSecret);
      // The tool's own layout is kept where nothing had to change.
      const after = JSON.stringify(masked);
      return after === JSON.stringify(value) ? text : after;
    } catch {
      // no JSON after all
    }
  }
  return mask(text);
}
