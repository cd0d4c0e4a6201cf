import { isWrapperName } from './envelopes';
import type { Splitter } from './format';
import { MAX_RECORD, textLines } from './lines';

/** An envelope larger than this is cut into its elements as it comes, not held whole. Characters. */
const WHOLE_ENVELOPE = 8 * 1024 * 1024;

/** What some programs write before each object: the record separator of JSON sequences, `data:` of event streams. */
const LINE_MARK = /^(?:\x1e|data: (?=\{))/;

export type Piece = (line: number, text: string) => void;

/** `lines`: one JSON text a line. `values`: arrays, objects over several lines, or objects one after the other. */
export function jsonLayout(head: string): 'lines' | 'values' {
  const lines = head
    .split('\n')
    .slice(0, 21)
    .map((line) => line.trim().replace(LINE_MARK, ''))
    .filter(Boolean);
  if (lines.length > 1 && head.length >= 1000 && !head.endsWith('\n')) lines.pop(); // the last may be cut
  // An envelope whose first line ends with the bracket of its list: the lines are its records.
  if (/^\{.*[[{]$/.test(lines[0] ?? '') && !isObjectText(lines[0] ?? '')) return 'values';
  const whole = lines.filter(isObjectText).length;
  if (whole * 2 >= lines.length && whole > 0) return 'lines';
  // Lines that start as objects but are broken are still lines: one bad line must not swallow the next.
  const opening = lines.filter((line) => line.startsWith('{') && line.length > 1).length;
  return lines.length > 1 && opening === lines.length && !lines.some((line) => /\}\s*\{/.test(line))
    ? 'lines'
    : 'values';
}

export function lineSplitter(piece: Piece, bad: Piece): Splitter {
  return textLines((line, text) => {
    const trimmed = text.trim().replace(LINE_MARK, '');
    if (trimmed) piece(line, trimmed);
  }, bad);
}

/**
 * Cuts a stream of JSON values into their texts by counting brackets outside strings. The elements of a top array are
 * the pieces; an object too large to hold whole, or cut off, whose first array is its content ({"Records": […]}) gives
 * that array's.
 */
export function valueSplitter(piece: Piece, bad: Piece): Splitter {
  return new ValueSplitter(piece, bad);
}

/** Character codes that the splitter looks for. */
const [QUOTE, COMMA, BACKSLASH, BYTE_ORDER_MARK] = [34, 44, 92, 0xfeff];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [123, 125, 91, 93];

/** What stands before the first record of an envelope, up to the bracket of its list. */
const WRAPPER_HEAD =
  /^\{(?:\s*"[^"]{1,200}"\s*:\s*(?:"[^"]{0,2000}"|[\w.+-]+|\[[^[\]{}]{0,2000}\])\s*,)*\s*"([^"]{1,200})"\s*:\s*\[(?=\s*\{)/;

/** How many objects are looked for after a broken one at the end of a file. */
const MAX_RECOVERIES = 100;

class ValueSplitter implements Splitter {
  readonly #piece: Piece;
  readonly #bad: Piece;
  #buffer = '';
  #pos = 0;
  /** Of the value being read; -1: between values. */
  #start = -1;
  #depth = 0;
  #inString = false;
  /** Inside a value that is not wanted. */
  #skipping = false;
  #level: 'top' | 'array' | 'wrapped' = 'top';
  #line = 1;
  /** Newlines before this position are in `#line`. */
  #counted = 0;
  #ending = false;
  #isFirst = true;

  constructor(piece: Piece, bad: Piece) {
    this.#piece = piece;
    this.#bad = bad;
  }

  push(text: string): void {
    this.#buffer += text;
    this.#scan();
    if (this.#start >= 0 && !this.#skipping && this.#buffer.length - this.#start > WHOLE_ENVELOPE) {
      if (this.#openWrapper()) this.#scan();
      else if (this.#buffer.length - this.#start > MAX_RECORD) {
        this.#bad(this.#lineAt(this.#start), `longer than ${MAX_RECORD >> 20} MB`);
        this.#skipping = true;
      }
    }
    this.#compact();
  }

  end(): void {
    this.#ending = true;
    this.#scan();
    for (let recoveries = 0; this.#start >= 0 && !this.#skipping; recoveries += 1) {
      // An envelope that was cut off has records before the cut.
      if (this.#isFirst && this.#openWrapper(isWrapperName)) {
        this.#scan();
        continue;
      }
      this.#bad(this.#lineAt(this.#start), 'ends before it is complete');
      const next = this.#level === 'top' && recoveries < MAX_RECOVERIES ? this.#buffer.indexOf('\n{', this.#start) : -1;
      if (next < 0) break;
      this.#enter(next);
      this.#scan();
    }
    this.#buffer = '';
  }

  /** Looks for values from here on. */
  #enter(position: number): void {
    this.#pos = position;
    this.#start = -1;
    this.#depth = 0;
    this.#inString = false;
  }

  #scan(): void {
    while (this.#pos < this.#buffer.length) {
      if (this.#inString) {
        if (!this.#passString()) return;
      } else if (this.#start < 0) {
        if (!this.#passBetween(this.#buffer.charCodeAt(this.#pos))) return;
      } else this.#passInside();
    }
  }

  #begin(): void {
    this.#start = this.#pos;
    this.#depth = 1;
    this.#pos += 1;
  }

  /** One character between values. False: what comes next must be seen whole first. */
  #passBetween(code: number): boolean {
    const isTop = this.#level === 'top';
    if (code <= 32 || code === COMMA || code === BYTE_ORDER_MARK) this.#pos += 1;
    else if (code === OPEN_OBJECT || (code === OPEN_ARRAY && !isTop)) this.#begin();
    else if (code === OPEN_ARRAY) {
      this.#level = 'array';
      this.#pos += 1;
    } else if (code === CLOSE_ARRAY && !isTop) {
      const isWrapped = this.#level === 'wrapped';
      this.#level = 'top';
      if (isWrapped) {
        this.#begin(); // the rest of the wrapping object
        this.#skipping = true;
      } else this.#pos += 1;
    } else return this.#passForeign();
    return true;
  }

  /** What is no value, up to where one may begin again. */
  #passForeign(): boolean {
    const stop = this.#level === 'top' ? /\n/g : /[,\n\]]/g;
    stop.lastIndex = this.#pos;
    const end = stop.exec(this.#buffer)?.index ?? this.#buffer.length;
    if (end === this.#buffer.length && end - this.#pos < 200 && !this.#ending) return false;
    const text = this.#buffer.slice(this.#pos, end);
    // evtx_dump writes `Record 7` before each event.
    if (!/^Record \d+\s*$/.test(text))
      this.#bad(this.#lineAt(this.#pos), `not a JSON object: ${text.slice(0, 60).trim()}`);
    this.#pos = end;
    return true;
  }

  /** The characters of a value up to its next string or its end: nothing else of it matters here. */
  #passInside(): void {
    const { length } = this.#buffer;
    for (let at = this.#pos; at < length; at += 1) {
      const code = this.#buffer.charCodeAt(at);
      if (code === QUOTE) {
        this.#inString = true;
        this.#pos = at + 1;
        return;
      }
      if (code === OPEN_OBJECT || code === OPEN_ARRAY) this.#depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#pos = at + 1;
        if (!this.#skipping) this.#piece(this.#lineAt(this.#start), this.#buffer.slice(this.#start, this.#pos));
        this.#skipping = false;
        this.#isFirst = false;
        this.#start = -1;
        return;
      }
    }
    this.#pos = length;
  }

  /** A string up to its end; false when the end is not there yet. */
  #passString(): boolean {
    for (;;) {
      const quote = this.#buffer.indexOf('"', this.#pos);
      if (quote < 0) {
        // An escape may be cut in two: look at the trailing backslashes again with the next piece.
        let end = this.#buffer.length;
        while (end > this.#pos && this.#buffer.charCodeAt(end - 1) === BACKSLASH) end -= 1;
        this.#pos = end;
        return false;
      }
      let slashes = 0;
      while (quote - 1 - slashes >= this.#pos && this.#buffer.charCodeAt(quote - 1 - slashes) === BACKSLASH)
        slashes += 1;
      this.#pos = quote + 1;
      if (slashes % 2 === 0) {
        this.#inString = false;
        return true;
      }
    }
  }

  /** Takes the value being read for an envelope: its records come one by one. */
  #openWrapper(isWrapper = (_key: string): boolean => true): boolean {
    if (this.#level !== 'top') return false;
    const wrapper = WRAPPER_HEAD.exec(this.#buffer.slice(this.#start, this.#start + 16_384));
    if (!wrapper || !isWrapper(wrapper[1] ?? '')) return false;
    this.#enter(this.#start + wrapper[0].length);
    this.#level = 'wrapped';
    this.#isFirst = false;
    return true;
  }

  #lineAt(position: number): number {
    for (
      let at = this.#buffer.indexOf('\n', this.#counted);
      at >= 0 && at < position;
      at = this.#buffer.indexOf('\n', at + 1)
    )
      this.#line += 1;
    this.#counted = Math.max(this.#counted, position);
    return this.#line;
  }

  /** Drops what is done with. */
  #compact(): void {
    const keep = this.#start < 0 || this.#skipping ? this.#pos : this.#start;
    this.#lineAt(keep);
    this.#buffer = this.#buffer.slice(keep);
    this.#pos -= keep;
    this.#counted -= keep;
    if (this.#start >= 0) this.#start = this.#skipping ? 0 : this.#start - keep;
  }
}

function isObjectText(text: string): boolean {
  if (!text.startsWith('{') || !text.endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
