/**
 * Reads JSON that is still arriving, for showing it: what is open at the end is closed. A key without a value is left out.
 * Text that is no JSON gives what was readable before it. Never used for what is executed.
 */
export function partialJson(text: string): unknown {
  let at = 0;
  let depth = 0;
  let broken = false;

  const space = () => {
    while (/\s/.test(text[at] ?? '')) at += 1;
  };
  const value = (): unknown => {
    space();
    if (text[at] === '{' || text[at] === '[') {
      depth += 1;
      const read = depth > MAX_DEPTH ? stop(undefined) : text[at] === '{' ? object() : array();
      depth -= 1;
      return read;
    }
    if (text[at] === '"') return string();
    return literal();
  };
  const object = (): Record<string, unknown> => {
    const read: Record<string, unknown> = {};
    at += 1;
    for (;;) {
      space();
      if (at >= text.length || broken) return read;
      if (text[at] === '}') return end(read);
      if (text[at] === ',') {
        at += 1;
        continue;
      }
      if (text[at] !== '"') return stop(read);
      const key = string();
      space();
      if (at >= text.length) return read;
      if (text[at] !== ':') return stop(read);
      at += 1;
      const item = value();
      if (item !== undefined)
        Object.defineProperty(read, key, { value: item, enumerable: true, configurable: true, writable: true });
    }
  };
  const array = (): unknown[] => {
    const read: unknown[] = [];
    at += 1;
    for (;;) {
      space();
      if (at >= text.length || broken) return read;
      if (text[at] === ']') return end(read);
      if (text[at] === ',') {
        at += 1;
        continue;
      }
      const item = value();
      if (item !== undefined) read.push(item);
    }
  };
  const string = (): string => {
    let read = '';
    at += 1;
    while (at < text.length) {
      const character = text[at] ?? '';
      at += 1;
      if (character === '"') return read;
      if (character !== '\\') {
        read += character;
        continue;
      }
      const mark = text[at] ?? '';
      const hex = /^[0-9a-f]{4}/i.exec(text.slice(at + 1, at + 5))?.[0];
      if (mark === 'u' && hex === undefined) {
        if (at + 5 <= text.length) broken = true;
        at = text.length;
      } else if (mark === 'u' && hex !== undefined) {
        read += String.fromCharCode(Number.parseInt(hex, 16));
        at += 5;
      } else if (mark !== '') {
        read += ESCAPES[mark] ?? mark;
        at += 1;
      }
    }
    return read.replace(/[\ud800-\udbff]$/, ''); // half a character is held back
  };
  const literal = (): unknown => {
    const word = /^[-+.\w]+/.exec(text.slice(at))?.[0] ?? '';
    at += word.length;
    const number = Number(word);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (word !== '' && !Number.isNaN(number)) return number;
    // The beginning of a word that continues, or no JSON.
    if (at < text.length || word === '') broken = at < text.length;
    at = text.length;
    return undefined;
  };
  const end = <T>(read: T): T => {
    at += 1;
    return read;
  };
  const stop = <T>(read: T): T => {
    broken = true;
    at = text.length;
    return read;
  };
  return value();
}

/** Deeper than any argument of a tool; a stack has an end. */
const MAX_DEPTH = 30;
const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
