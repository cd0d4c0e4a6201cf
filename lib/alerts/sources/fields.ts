import { parseTime } from '../../time/time';

/** A JSON object of a sender. */
export type Doc = Record<string, unknown>;

export const isDoc = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const docsIn = (value: unknown): Doc[] =>
  Array.isArray(value) ? value.filter(isDoc) : isDoc(value) ? [value] : [];

const keysOf = new WeakMap<object, Map<string, unknown>>();

/** Own keys in lower case: senders differ in case only (GuardDuty's API and EventBridge). */
function lowerKeys(doc: object): Map<string, unknown> {
  let map = keysOf.get(doc);
  if (!map) {
    map = new Map();
    for (const [key, value] of Object.entries(doc)) if (!map.has(key.toLowerCase())) map.set(key.toLowerCase(), value);
    keysOf.set(doc, map);
  }
  return map;
}

/**
 * The value at a dotted path, whatever the case and whether the dots are nesting or part of a key
 * (Elastic mixes both). A number is an index; a list where an object is expected stands for its first item.
 */
export function at(doc: unknown, path: string): unknown {
  return walk(doc, path.toLowerCase().split('.'));
}

function walk(value: unknown, parts: string[]): unknown {
  if (parts.length === 0) return value;
  if (Array.isArray(value)) {
    const [index = '', ...rest] = parts;
    return /^\d+$/.test(index) ? walk(value[Number(index)], rest) : walk(value[0], parts);
  }
  if (!isDoc(value)) return undefined;
  const keys = lowerKeys(value);
  for (let size = parts.length; size > 0; size--) {
    const key = parts.slice(0, size).join('.');
    if (!keys.has(key)) continue;
    const found = walk(keys.get(key), parts.slice(size));
    if (found !== undefined) return found;
  }
  return undefined;
}

export const has = (doc: unknown, ...paths: string[]): boolean => paths.every((path) => at(doc, path) !== undefined);

/** The first path that holds a text or number, as trimmed text. A list of one stands for its item. */
export function text(doc: unknown, ...paths: string[]): string | undefined {
  for (const path of paths) {
    const found = plain(at(doc, path));
    if (found !== undefined) return found;
  }
  return undefined;
}

function plain(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? plain(value[0]) : undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** All texts at or below a path, bounded. */
export function texts(doc: unknown, ...paths: string[]): string[] {
  const found: string[] = [];
  const stack = paths.map((path) => (path === '' ? doc : at(doc, path))).reverse();
  for (let value = stack.pop(); stack.length > 0 || value !== undefined; value = stack.pop()) {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) stack.push(...Object.values(value).reverse());
    if (found.length >= 5000) break;
  }
  return found;
}

export function number(doc: unknown, ...paths: string[]): number | undefined {
  const found = text(doc, ...paths);
  const value = found === undefined ? Number.NaN : Number(found);
  return Number.isFinite(value) ? value : undefined;
}

/** The first path that holds a time. Times before 1980 are what senders write for none. */
export function time(doc: unknown, ...paths: string[]): Date | undefined {
  for (const path of paths) {
    const found = toTime(at(doc, path));
    if (found) return found;
  }
  return undefined;
}

/** Longer texts hold no time; the bound keeps every pattern below from running long. */
const MAX_TIME_TEXT = 80;

/** A time in a sender's own spelling: see parseTime, and Go's, Mongo's, protobuf's and slash-separated forms. */
export function toTime(value: unknown): Date | undefined {
  const single = Array.isArray(value) ? value[0] : value;
  if (isDoc(single)) return toTime(single.$date ?? single.seconds ?? single._seconds);
  const parsed = parseTime(typeof single === 'string' ? plainTime(single) : single);
  if (!parsed) return undefined;
  const year = parsed.getUTCFullYear();
  return year >= 1980 && year < 2100 ? parsed : undefined;
}

/** The text in a form that parseTime reads; what is no time stays none. */
function plainTime(raw: string): string {
  const text = raw.trim();
  if (text.length > MAX_TIME_TEXT) return '';
  const zoned = text
    .replace(/ ?\((?:UTC|GMT)\)$/i, 'Z')
    .replace(/ Uhr$/i, '')
    // Go prints both: `2024-03-04 09:00:00 +0000 UTC`.
    .replace(/ ([+-]\d{2}:?\d{2}) [A-Z]{3,4}$/, ' $1')
    .replace(/ (?:UTC|GMT)$/i, 'Z');
  // Java's Date: `Mon Mar 04 09:00:00 GMT 2024`.
  const java = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}:\d{2}:\d{2}) ([A-Z]{3,4}) (\d{4})$/.exec(text);
  if (java) return withMonthName(`${java[2]} ${java[1]} ${java[5]} ${java[3]} ${java[4] === 'UTC' ? 'GMT' : java[4]}`);
  const basic = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(.*)$/.exec(zoned);
  if (basic) return `${basic.slice(1, 4).join('-')}T${basic.slice(4, 7).join(':')}${basic[7]}`;
  // `04-May-2026 16:00:00`, as syslog of endpoint products has it.
  const named = /^(\d{1,2})-([A-Z][a-z]{2,8})-(\d{4})\b(.*)$/.exec(zoned);
  if (named) return withMonthName(`${named.slice(1, 4).join(' ')}${named[4]}`);
  const yearFirst = zoned.replace(/^(\d{4})\/(\d{1,2})\/(\d{1,2})(?=[T ]|$)/, (_, year, month, day) =>
    [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'),
  );
  const iso = yearFirst
    .replace(/^(\d{4}-\d{2}-\d{2}) ([+-]?\d{2}:\d{2}.*)$/, '$1T$2')
    .replace(/^(\S+T\d{2}:\d{2}:\d{2}),(\d+)/, '$1.$2')
    .replace(/ (Z|[+-]\d{2}:?\d{2})$/, '$1');
  return withMonthName(fromSlashes(iso));
}

/** `03/04/2024 09:00:00 AM`: the month first, as most products write it, unless that can't be. */
function fromSlashes(text: string): string {
  const parts =
    /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)? ?(AM|PM)?)? ?(Z|[+-]\d{2}:?\d{2})?$/i.exec(
      text,
    );
  if (!parts) return text;
  const [, a = '', b = '', year, hour = '0', minute = '00', second = '00', half, zone = 'Z'] = parts;
  const dayFirst = Number(a) > 12 || text.includes('.');
  const [month, day] = dayFirst ? [b, a] : [a, b];
  const hours = half ? (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0) : Number(hour);
  const two = (part: string | number) => String(part).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hours)}:${minute}:${second}${zone}`;
}

/** `4 Mar 2024 09:00:00`, `March 4, 2024 9:00 AM`, `Mar 04 2024 09:00:00`: read as UTC. */
function withMonthName(text: string): string {
  if (!/^(?:\d{1,2} )?[A-Z][a-z]{2,8}\.? /.test(text) || !/\d{4}/.test(text)) return text;
  const date = new Date(/(?:Z|[+-]\d{2}:?\d{2}|GMT)$/.test(text) ? text.replace(/Z$/, ' UTC') : `${text} UTC`);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

/** A constant or key as words: `unfamiliarFeatures`, `firewall_failed` and `anonymizedIPAddress` → `Unfamiliar features`, … */
export function sentenceOf(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]{2,})([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .map((word) => (/^[A-Z\d]{2,4}$/.test(word) && name !== name.toUpperCase() ? word : word.toLowerCase()))
    .join(' ')
    .trim();
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

/** A JSON object or list that stands as text in a field (SQS bodies, Microsoft's advanced hunting). */
export function embeddedJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
