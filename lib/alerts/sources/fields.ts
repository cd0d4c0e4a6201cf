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

export function toTime(value: unknown): Date | undefined {
  const single = Array.isArray(value) ? value[0] : value;
  const parsed = parseTime(
    typeof single === 'string' ? single.replace(/\s*\((UTC|GMT)\)$/i, ' UTC').replace(/\sUTC$/, 'Z') : single,
  );
  if (!parsed) return undefined;
  const year = parsed.getUTCFullYear();
  return year >= 1980 && year < 2100 ? parsed : undefined;
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
