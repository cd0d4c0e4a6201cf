import { findTime } from '../find-time';
import { lacksZone } from '../read-time';
import type { Format, Head, LogRecord, Sink, Splitter } from './format';
import { textDateOrder } from './text-dates';

/** One JSON text or line longer than this is not read but counted as unparsable. Characters. */
export const MAX_RECORD = 32 * 1024 * 1024;

/** The fields of a line and its time in microseconds (null: none). */
export type ParsedLine = { fields: Record<string, unknown>; time: number | null };
/** Undefined: the line belongs to the format and holds no record (a directive, a header). Null: not of this format. */
export type LineParser = (line: string, sink: Sink) => ParsedLine | null | undefined;

type LineFormat = {
  id: string;
  timeField: string;
  parser(head: Head): LineParser;
  /** Whether the row keeps the whole line beside its fields: for formats whose fields don't hold all of it. */
  keepsLine?: boolean;
  /** A sign in the head that decides on its own. */
  sign?(head: Head): boolean;
  logName?: Format['logName'];
  /** The text of a record's time, where it may be a local one. */
  stamp?(fields: Record<string, unknown>, head: Head): unknown;
};

/** Indented lines, and those of a stack trace that aren't. */
export const CONTINUED =
  /^(?:\s|Caused by: |Suppressed: |Traceback |During handling of |The above exception |(?:[\w$]+[.:])*[\w$]*(?:Exception|Error)(?::|$)|[)}\]]+[;,]?$)/;

/** Longer lines are kept as they are: a hostile one must not cost more than its length. */
const MAX_PARSED = 32_768;
const SAMPLE_LINES = 60;
const MIN_SHARE = 0.6;

/**
 * A format with one record per line. A line that it can't parse is kept as a row with `line` alone, and counted;
 * an indented line without a time continues the one before it and has its time.
 */
export function lineFormat(format: LineFormat): Format {
  return {
    id: format.id,
    timeField: format.timeField,
    ...(format.logName ? { logName: format.logName } : {}),
    matches(head) {
      if (format.sign) return format.sign(head);
      const parse = format.parser(head);
      const lines = head.lines.filter((line) => line.trim() && !/^\s/.test(line)).slice(0, SAMPLE_LINES);
      const matched = lines.filter((line) => line.length <= MAX_PARSED && parse(line, SILENT) !== null).length;
      return matched > 0 && matched >= lines.length * MIN_SHARE;
    },
    open(head, sink) {
      const parse = format.parser(head);
      let last: number | null = null;
      let isFirst = true;
      return textLines(
        (line, text) => {
          if (!text.trim()) return;
          const parsed = text.length > MAX_PARSED ? null : parse(text, sink);
          if (parsed === undefined) return;
          if (parsed) {
            last = parsed.time;
            if (isFirst && format.stamp && lacksZone(String(format.stamp(parsed.fields, head) ?? '')))
              sink.note('noZone');
            isFirst = false;
            const fields = format.keepsLine ? { ...parsed.fields, line: text } : parsed.fields;
            sink.record(textRecord(line, fields, parsed.time));
            return;
          }
          sink.note('unmatched');
          const time = findTime(text, head.mtimeMs, textDateOrder(head)) ?? (CONTINUED.test(text) ? last : null);
          sink.record(textRecord(line, { line: text }, time));
        },
        (line, message) => sink.unparsable(line, message),
      );
    },
  };
}

export function textRecord(line: number, fields: Record<string, unknown>, time: number | null): LogRecord {
  return { line, text: JSON.stringify(fields), value: fields, time, textIsTyped: true };
}

const SILENT: Sink = { record: () => {}, unparsable: () => {}, note: () => {} };

/** Calls `onLine` for each line without its line break, and `onEnd` after the last. */
export function textLines(
  onLine: (line: number, text: string) => void,
  onBad: (line: number, message: string) => void,
  onEnd?: () => void,
): Splitter {
  let line = 1;
  let carry: string[] = [];
  let carried = 0;
  let skipping = false;
  const finish = (text: string): void => {
    if (skipping) onBad(line, `longer than ${MAX_RECORD >> 20} MB`);
    else onLine(line, text.endsWith('\r') ? text.slice(0, -1) : text);
    skipping = false;
    line += 1;
  };
  return {
    push(text) {
      let from = 0;
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
        finish(carried ? carry.join('') + text.slice(from, at) : text.slice(from, at));
        carry = [];
        carried = 0;
        from = at + 1;
      }
      if (from === text.length) return;
      if (skipping || carried + text.length - from > MAX_RECORD) {
        skipping = true;
        carry = [];
        carried = 0;
      } else {
        carry.push(text.slice(from));
        carried += text.length - from;
      }
    },
    end() {
      if (carried || skipping) finish(carry.join(''));
      onEnd?.();
    },
  };
}

/**
 * Words of an access log line: separated by spaces, those in quotes or brackets are one. A backslash escapes the next
 * character inside quotes.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)/g;
  for (const match of line.matchAll(pattern)) words.push(match[1] ?? match[2] ?? match[3] ?? '');
  return words;
}

/** Names and values side by side; `-` and nothing are no value. */
export function fieldsOf(names: readonly string[], values: readonly (string | undefined)[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [index, value] of values.entries()) {
    if (value === undefined || value === '' || value === '-') continue;
    fields[names[index] ?? `column${index + 1}`] = value;
  }
  return fields;
}

const SEPARATORS = ['|', '\t', ';'];

/** Pairs with a sign between them (Mimecast's `a=1|b=x y`); null when the text isn't made of such. A piece that is no pair continues one. */
export function separatedPairs(text: string): Record<string, string> | null {
  for (const separator of SEPARATORS) {
    const pieces = text.split(separator);
    const pairs = pieces.map((piece) => /^\s*([A-Za-z_@][\w.@/-]*)=(.*)$/s.exec(piece));
    if (pieces.length < 3 || !pairs[0] || pairs.filter(Boolean).length < pieces.length * 0.7) continue;
    const fields: Record<string, string> = {};
    let last = '';
    for (const [index, pair] of pairs.entries()) {
      if (!pair) fields[last] = `${fields[last] ?? ''}${separator}${pieces[index]}`;
      else {
        last = pair[1] ?? '';
        fields[last] ??= pair[2] ?? '';
      }
    }
    const plain = Object.entries(fields).map(([name, value]) => [name, value.trim().replace(/^(["'])(.*)\1$/s, '$2')]);
    return Object.fromEntries(plain.filter(([, value]) => value !== ''));
  }
  return null;
}

/** `key=value` pairs; values in quotes, and those of pairs with a sign between them, may hold spaces. */
export function keyValues(text: string): Record<string, string> {
  const separated = separatedPairs(text);
  if (separated) return separated;
  const fields: Record<string, string> = {};
  const pattern = /(?<![\w.@/-])([A-Za-z_@][\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))/g;
  for (const match of text.matchAll(pattern)) {
    const value = match[2]?.replace(/\\(["\\])/g, '$1') ?? match[3] ?? match[4]?.replace(/[,;]$/, '') ?? '';
    if (value !== '' && fields[match[1] ?? ''] === undefined) fields[match[1] ?? ''] = value;
  }
  return fields;
}
