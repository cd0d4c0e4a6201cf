import { AppError } from '../../errors/app-error';

/** Deeper than any sender's document; PostgreSQL and JSON.stringify would give up at some thousands. */
const MAX_DEPTH = 100;
/** More than a sender puts in one request; the size limit of the body comes first for ordinary alerts. */
const MAX_DOCUMENTS = 10_000;

/** One JSON value of a body. `text` is its own text, when that can be stored as it is (numbers keep all their digits). */
export type ParsedDocument = { value: unknown; text: string | null };

/**
 * A body as a list of JSON values: one value, an array of them, objects one after the other
 * (newlines between them or nothing at all: Elastic's connector, NDJSON), or lines of CEF or LEEF.
 * @throws AppError bad_request that says where: no JSON, nested too deep, empty, too many.
 */
export function parseDocuments(body: string): ParsedDocument[] {
  const text = body.replace(/^\ufeff/, '');
  if (text.trim() === '')
    throw new AppError(
      'bad_request',
      'The body is empty. Send one alert as JSON, an array of alerts, or one object per line.',
    );
  const lines = eventLines(text);
  if (lines) return limited(lines).map((line) => ({ value: { message: line }, text: null }));
  const layout = readLayout(text);
  const [first] = layout.values;
  const isArray = layout.values.length === 1 && text[first?.[0] ?? 0] === '[';
  const ranges = isArray ? layout.items : layout.values;
  limited(ranges);
  // A list is parsed as a whole, so that a comma too many is an error and not an empty item.
  if (isArray) {
    const list = parse(text, 'The body') as unknown[];
    return list.map((value, index) => toDocument(value, slice(text, ranges[index])));
  }
  return ranges.map((range, index) => {
    const part = slice(text, range);
    if (layout.values.length > 1 && !part.startsWith('{')) {
      throw new AppError(
        'invalid_json',
        `The body is not valid JSON: unexpected text at ${place(text, range[0])}. Only objects may follow one another.`,
      );
    }
    return toDocument(
      parse(part, layout.values.length > 1 ? `Object ${index} (at ${place(text, range[0])})` : 'The body'),
      part,
    );
  });
}

function limited<T>(items: T[]): T[] {
  if (items.length <= MAX_DOCUMENTS) return items;
  throw new AppError(
    'too_large',
    `The body holds ${items.length} alerts; at most ${MAX_DOCUMENTS} per request. Send it in parts.`,
  );
}

/** The lines of a plain-text body of CEF or LEEF events; undefined for everything else. */
function eventLines(text: string): string[] | undefined {
  const start = text.trimStart();
  if (/^[[{"]/.test(start) || !/\b(?:CEF|LEEF):\s?\d/.test(start.slice(0, 2000))) return undefined;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.every((line) => /\b(?:CEF|LEEF):\s?\d/.test(line)) ? lines : undefined;
}

function toDocument(value: unknown, text: string): ParsedDocument {
  const needsCare = /\\u0000|\\u[dD][89a-fA-F]|[eE][+-]?\d{3}|\d{1000}|[\ud800-\udfff]/.test(text);
  return needsCare ? { value: storable(value), text: null } : { value, text };
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError(
      'invalid_json',
      `${what} is not valid JSON: ${(error as SyntaxError).message.slice(0, 200)}. Nothing was stored.`,
    );
  }
}

/**
 * The value without what PostgreSQL's jsonb can't hold, replaced visibly: NUL becomes ␀, a lone surrogate �,
 * a number too large for a double the text Infinity.
 */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value === 'object' && value !== null) {
    // fromEntries defines own properties: a key `__proto__` stays data.
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item)]));
  }
  return value;
}

function storableText(text: string): string {
  return text.replaceAll('\u0000', '\u2400').replace(/\p{Surrogate}/gu, '\ufffd');
}

type Range = [start: number, end: number];

/** Where the top-level values and, of a top-level array, its items are. Only brackets and strings are looked at. */
function readLayout(text: string): { values: Range[]; items: Range[] } {
  const values: Range[] = [];
  const items: Range[] = [];
  let depth = 0;
  let start = -1;
  let itemStart = -1;
  let inArray = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char <= 32) continue;
    if (depth === 0 && start < 0) {
      start = at;
      inArray = char === 0x5b;
    } else if (depth === 1 && inArray && itemStart < 0 && char !== 0x5d && char !== 0x2c) itemStart = at;
    if (char === 0x22) {
      at = endOfString(text, at);
      if (depth === 0 && start >= 0) start = close(values, start, at + 1);
    } else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) {
        throw new AppError(
          'too_deeply_nested',
          `The body is nested more than ${MAX_DEPTH} levels deep at ${place(text, at)}. Nothing was stored.`,
        );
      }
    } else if (char === 0x7d || char === 0x5d) {
      if (depth === 1 && inArray && itemStart >= 0) itemStart = close(items, itemStart, at);
      depth = Math.max(0, depth - 1);
      if (depth === 0 && start >= 0) start = close(values, start, at + 1);
    } else if (char === 0x2c && depth === 1 && inArray && itemStart >= 0) {
      itemStart = close(items, itemStart, at);
    }
  }
  if (start >= 0) values.push([start, text.length]);
  return { values, items };
}

function close(list: Range[], start: number, end: number): -1 {
  list.push([start, end]);
  return -1;
}

function endOfString(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function slice(text: string, range: Range | undefined): string {
  return range ? text.slice(range[0], range[1]).trim() : 'null';
}

function place(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `line ${line}, column ${at - before.lastIndexOf('\n')}`;
}
