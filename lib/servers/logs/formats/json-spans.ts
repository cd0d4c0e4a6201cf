/** Where values stand in a JSON text, so that they can be taken out as they were written: no number changes. */
export type Member = { key: string; start: number; end: number };

/** The members of the object that opens at `start`. @throws SyntaxError when the text is not JSON. */
export function membersOf(text: string, start = skipSpace(text, 0)): Member[] {
  const members: Member[] = [];
  if (text[start] !== '{') throw new SyntaxError('not an object');
  let at = skipSpace(text, start + 1);
  while (text[at] !== '}') {
    const keyEnd = endOfValue(text, at);
    const key: unknown = JSON.parse(text.slice(at, keyEnd));
    at = skipSpace(text, keyEnd);
    if (text[at] !== ':' || typeof key !== 'string') throw new SyntaxError('a member without a value');
    const from = skipSpace(text, at + 1);
    const end = endOfValue(text, from);
    members.push({ key, start: from, end });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== '}') throw new SyntaxError('a member that does not end');
  }
  return members;
}

/** The elements of the array that opens at `start`. @throws SyntaxError when the text is not JSON. */
export function elementSpans(text: string, start = skipSpace(text, 0)): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== ']') {
    const end = endOfValue(text, at);
    spans.push({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== ']') throw new SyntaxError('an array that does not end');
  }
  return spans;
}

/** Behind the value at `start`. */
function endOfValue(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code === 34) return endOfString(text, start);
  if (code !== 123 && code !== 91) {
    const match = /[^\s,\]}:]+/y;
    match.lastIndex = start;
    if (!match.test(text)) throw new SyntaxError('a value is missing');
    return match.lastIndex;
  }
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === 34) at = endOfString(text, at) - 1;
    else if (sign === 123 || sign === 91) depth += 1;
    else if (sign === 125 || sign === 93) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw new SyntaxError('a value that does not end');
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  throw new SyntaxError('a string that does not end');
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  if (at >= text.length) throw new SyntaxError('ends too early');
  return at;
}

/** How many keys of objects a text has; an exact count for JSON without spaces before colons inside strings. */
export function countKeyMarks(text: string): number {
  let count = 0;
  // By the colon alone: one character is found much faster than two, and this looks at every byte of a log.
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1))
    if (text.charCodeAt(at - 1) === 34 && text.charCodeAt(at - 2) !== 92) count += 1; // an escaped quote is inside a string
  return count;
}

export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  const record = value as Record<string, unknown>;
  for (const key in record) {
    count += 1;
    const inner = record[key];
    if (typeof inner === 'object') count += countKeys(inner);
  }
  return count;
}

/**
 * An object's value with the first of the members that share a key, as DuckDB's JSON functions read it, and whether there
 * are such members at any depth.
 */
export function readFirstKeys(text: string): { value: Record<string, unknown>; hasDuplicates: boolean } {
  let hasDuplicates = false;
  const read = (start: number, end: number): unknown => {
    const code = text.charCodeAt(start);
    if (code === 91) return elementSpans(text, start).map((span) => read(span.start, span.end));
    if (code !== 123) return JSON.parse(text.slice(start, end));
    const record: Record<string, unknown> = {};
    for (const member of membersOf(text, start)) {
      if (Object.hasOwn(record, member.key)) hasDuplicates = true;
      else setOwn(record, member.key, read(member.start, member.end));
    }
    return record;
  };
  const value = read(skipSpace(text, 0), text.length) as Record<string, unknown>; // the caller saw an object
  return { value, hasDuplicates };
}

/** `__proto__` too is a key like any other. */
function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
