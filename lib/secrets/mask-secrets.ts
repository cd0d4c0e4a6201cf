import { knownSecretPattern } from './known-secrets';
import { namesSecrets, secretAliases } from './secret-aliases';
import { isSecretName, SECRET_NAMES } from './secret-names';

// What is not masked on purpose: identifiers of keys (AKIA…, a key's ARN). They are what an investigation is about, and
// alone they open nothing.

/** Put in a secret's place; says what it was, never a part of it. */
export const maskMark = (kind: string): string => `«secret masked: ${kind}»`;

/** Kinds by form. Each pattern is linear: bounded repeats behind a literal. */
const FORMS: [string, RegExp][] = [
  [
    'private key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----BEGIN)[\s\S]){0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g,
  ],
  ['private key', /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\]{0,12000}/g],
  ['JWT', /\beyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{8,4000}/g],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255})/g],
  ['GitLab token', /\bgl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_-]{20,200}/g],
  ['Slack token', /\bxox[a-z]-[A-Za-z0-9-]{10,300}|\bxapp-[A-Za-z0-9-]{10,300}/g],
  ['Slack webhook', /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{10,200}/g],
  ['Anthropic key', /\bsk-ant-[A-Za-z0-9_-]{16,300}/g],
  ['API key', /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,300}/g],
  ['Stripe key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,200}/g],
  ['Google key', /\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,400}/g],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}/g],
  ['Socdown key', /\bsocdown_[A-Za-z0-9_-]{40,60}/g],
  // Temporary credentials of AWS by how they begin, also as part of an address (%2B) or with escaped slashes.
  [
    'AWS session token',
    /(?<![A-Za-z0-9+/])(?:AQo[DE]|FQo[DG]|FwoG|IQoJ|AgoJ)(?:[A-Za-z0-9+/_-]|\\{1,2}\/|%2[BbFf]){90,4000}(?:=|%3[Dd]|\\u003[Dd]){0,2}/g,
  ],
  ['SendGrid key', /\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,100}/g],
];

/** What stands behind a group that is kept: a name, a scheme, a user. */
const AFTER_NAME: [string, RegExp][] = [
  // The pair as consoles and CSV files give it: the id stays, the secret goes.
  ['AWS secret key', /((?:AKIA|ASIA)[0-9A-Z]{16}[^A-Za-z0-9+/\n]{1,12})[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/])/g],
  [
    'authorization',
    /(\bauthorization(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?(?:bearer|basic|token|apikey|splunk|digest|negotiate)\s+)(?!«)[^\s"'\\,;]{6,8000}/gi,
  ],
  ['bearer token', /(\bbearer\s+)(?=[^\s"'\\,;]{0,200}\d)[A-Za-z0-9._~+/=-]{20,8000}/gi],
  ['password', /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{0,200}:)(?!«)[^\s/@"'<>]{3,300}(?=@)/gi],
  ['password', /(\s(?:-u|--user)[ =]["']?[^\s:"']{1,100}:)(?!«)[^\s"']{3,200}/g],
  [
    'signature',
    /([?&](?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature)=)[^&\s"'<>\\]{10,4000}/gi,
  ],
  ['storage key', /(\b(?:AccountKey|SharedAccessKey)=)[A-Za-z0-9+/=]{20,200}/g],
  [
    'secret',
    /(--?(?:password|passwd|pass|token|secret|api-?key|secret-?key|client-?secret)[ \t]+["']?)[^\s"'|;&«-][^\s"'|;&]{3,300}/gi,
  ],
];

/** `name: value`, `name=value`, `"name": "value"`, also escaped inside a string. The value is the last group. */
const QUOTED = new RegExp(
  `((?:${SECRET_NAMES})(?:\\\\{0,3}["'])?\\s{0,5}(?::|=>?)\\s{0,5})(\\\\{0,3}["'])((?:(?!\\2)[^\\n]){1,4000}?)\\2`,
  'gi',
);
const BARE = new RegExp(
  `(?<!:)((?:${SECRET_NAMES})\\s{0,3}(?::|=)\\s{0,3})([^\\s"'\\\\,;&{}()\\[\\]<>]{4,1000})`,
  'gi',
);
/** What stands where a secret was, or is none. */
const EMPTY =
  /^(?:«secret|arn:|hidden_|(?:[*•x.]+|null|none|true|false|undefined|hidden|redacted|masked|removed|sensitive|required|n\/a|\d{1,3}|\$\{.*\}|\$[A-Z_]+|%[A-Z_]+%|<[a-z_ -]+>|\[[a-z_ -]+\])$)/i;

/**
 * A text without the secrets that can be told in it, a mark in the place of each. Known secrets of this installation first,
 * whatever they look like. Pure but for those.
 */
export function maskSecrets(text: string): string {
  let masked = maskKeys(text);
  for (const [kind, pattern] of AFTER_NAME)
    masked = masked.replace(pattern, (_, kept: string) => kept + maskMark(kind));
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
