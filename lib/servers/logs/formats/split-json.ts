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
 * the pieces; an object too large to hold whole whose first array is its content ({"Records": […]}) gives that array's.
 */
export function valueSplitter(piece: Piece, bad: Piece): Splitter {
  let buffer = '';
  let pos = 0;
  let start = -1; // of the value being read; -1: between values
  let depth = 0;
  let inString = false;
  let skipping = false; // inside a value that is not wanted
  let level: 'top' | 'array' | 'wrapped' = 'top';
  let line = 1;
  let counted = 0; // newlines before this position are in `line`
  let recoveries = 0;
  let ending = false;

  const lineAt = (position: number): number => {
    for (let at = buffer.indexOf('\n', counted); at >= 0 && at < position; at = buffer.indexOf('\n', at + 1)) line += 1;
    counted = Math.max(counted, position);
    return line;
  };
  /** False: what comes next must be seen whole first. */
  const between = (code: number): boolean => {
    if (code <= 32 || code === 44 || code === 0xfeff) pos += 1;
    else if (code === 123 || (code === 91 && level !== 'top')) {
      start = pos;
      depth = 1;
      pos += 1;
    } else if (code === 91) {
      level = 'array';
      pos += 1;
    } else if (code === 93 && level !== 'top') {
      if (level === 'wrapped') {
        start = pos; // the rest of the wrapping object
        depth = 1;
        skipping = true;
      }
      level = 'top';
      pos += 1;
    } else {
      const stop = level === 'top' ? /\n/g : /[,\n\]]/g;
      stop.lastIndex = pos;
      const end = stop.exec(buffer)?.index ?? buffer.length;
      if (end === buffer.length && end - pos < 200 && !ending) return false;
      // evtx_dump writes `Record 7` before each event.
      if (!/^Record \d+\s*$/.test(buffer.slice(pos, end)))
        bad(lineAt(pos), `not a JSON object: ${buffer.slice(pos, Math.min(end, pos + 60)).trim()}`);
      pos = end;
    }
    return true;
  };
  const string = (): boolean => {
    for (;;) {
      const quote = buffer.indexOf('"', pos);
      if (quote < 0) {
        // An escape may be cut in two: look at the trailing backslashes again with the next piece.
        let end = buffer.length;
        while (end > pos && buffer.charCodeAt(end - 1) === 92) end -= 1;
        pos = end;
        return false;
      }
      let slashes = 0;
      while (quote - 1 - slashes >= pos && buffer.charCodeAt(quote - 1 - slashes) === 92) slashes += 1;
      pos = quote + 1;
      if (slashes % 2 === 0) {
        inString = false;
        return true;
      }
    }
  };
  const scan = (): void => {
    while (pos < buffer.length) {
      if (inString) {
        if (!string()) return;
        continue;
      }
      const code = buffer.charCodeAt(pos);
      if (start < 0) {
        if (!between(code)) return;
        continue;
      }
      pos += 1;
      if (code === 34) inString = true;
      else if (code === 123 || code === 91) depth += 1;
      else if (code === 125 || code === 93) {
        depth -= 1;
        if (depth > 0) continue;
        if (!skipping) piece(lineAt(start), buffer.slice(start, pos));
        skipping = false;
        start = -1;
      }
    }
  };
  const compact = (): void => {
    const keep = start < 0 || skipping ? pos : start;
    lineAt(keep);
    buffer = buffer.slice(keep);
    pos -= keep;
    counted -= keep;
    if (start >= 0) start = skipping ? 0 : start - keep;
  };
  const openWrapper = (): boolean => {
    const wrapper =
      /^\{(?:\s*"[^"]{1,200}"\s*:\s*(?:"[^"]{0,2000}"|[\w.+-]+|\[[^[\]{}]{0,2000}\])\s*,)*\s*"[^"]{1,200}"\s*:\s*\[(?=\s*\{)/.exec(
        buffer.slice(start, start + 16_384),
      );
    if (!wrapper || level !== 'top') return false;
    pos = start + wrapper[0].length;
    start = -1;
    depth = 0;
    inString = false;
    level = 'wrapped';
    return true;
  };
  return {
    push(text) {
      buffer += text;
      scan();
      if (start >= 0 && !skipping && buffer.length - start > WHOLE_ENVELOPE) {
        if (openWrapper()) scan();
        else if (buffer.length - start > MAX_RECORD) {
          bad(lineAt(start), `longer than ${MAX_RECORD >> 20} MB`);
          skipping = true;
        }
      }
      compact();
    },
    end() {
      ending = true;
      scan();
      while (start >= 0 && !skipping) {
        bad(lineAt(start), 'ends before it is complete');
        const next = level === 'top' && recoveries < 100 ? buffer.indexOf('\n{', start) : -1;
        if (next < 0) break;
        recoveries += 1;
        pos = next;
        start = -1;
        depth = 0;
        inString = false;
        scan();
      }
      buffer = '';
    },
  };
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
