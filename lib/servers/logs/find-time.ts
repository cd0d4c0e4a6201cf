import { monthNumber } from '../../time/names';
import { microsOf, readTime } from './read-time';

const DAY_US = 86_400_000_000;

/** Where a line of text says its time, most exact form first. Each finds a piece that readTime reads. */
const PATTERNS = [
  /\d{4}[-/.]\d{2}[-/.]\d{2}(?:[T ]|\s@\s)\d{2}:\d{2}:\d{2}(?:\.\d{1,9}|,\d{3,6}(?!\d))?(?:\s?(?:Z|UTC|[+-]\d{2}:?\d{2}))?/,
  /(?<!\d)\d{4}-\d{3}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z?/,
  /^\d{4}:\d{2}:\d{2}-\d{2}:\d{2}:\d{2}(?!\d)/,
  /\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: [+-]\d{4})?/,
  /[A-Z][a-z]{2} [A-Z][a-z]{2}\s+\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})? (?:[A-Z]{3,4} )?\d{4}(?: [+-]\d{2}:?\d{2})?/,
  /(?:[A-Z][a-z]{2}, )?\d{1,2}[ -][A-Z][a-z]{2}[a-z]*[ -]\d{4},? \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: (?:GMT|UTC|[+-]\d{4}))?/,
  /[A-Z][a-z]{2,8} \d{1,2},? \d{4},? \d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: [AP]M)?/,
  /\d{1,2}[/.-]\d{1,2}[/.-]\d{4},? \d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AP]M)?/,
  /\d{2}\/\d{2}\/(?:\d{4}|\d{2})-\d{2}:\d{2}:\d{2}\.\d{1,9}/,
  /(?<!\d)\d{8}[T ]\d{2}(?::?\d{2}){2}(?:\.\d{1,9})?Z?/,
];

/**
 * The time that a line of text names, in microseconds; undefined when it names none in its first 300 characters.
 * A time without a year (syslog) gets the latest year that isn't after `before` (milliseconds).
 */
export function findTime(line: string, before: number): number | undefined {
  const text = line.slice(0, 300);
  for (const pattern of PATTERNS) {
    const found = pattern.exec(text);
    const time = found && readTime(found[0].replace(/\s@\s/, ' '));
    if (time !== undefined && time !== null) return time;
  }
  const epoch =
    /^\D?(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16})\b/.exec(text) ??
    /\((\d{10}\.\d{3}):\d+\)|^\*\* Alert (\d{10})/.exec(text);
  const atStart = epoch && readTime(epoch[1] ?? epoch[2]);
  // A flow log without its header still has its start and end beside each other.
  const span = / (1\d{9}) 1\d{9}(?= |$)/.exec(text);
  if (!atStart && span) return readTime(span[1]);
  if (atStart) return atStart;
  const short = /(?:^|[\s>\]*."])([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?/.exec(text);
  if (short) return timeWithoutYear(short.slice(1), before);
  const digits = MONTH_DAY.exec(text);
  return digits ? timeWithoutYear(digits.slice(1), before) : undefined;
}

/** klog's `I0304 09:00:00.123` and Snort's `03/04-09:00:00.123`: month and day in digits, no year. */
const MONTH_DAY = /^(?:[IWEF](?=\d{4} )|(?=\d{2}\/\d{2}-))(\d{2})\/?(\d{2})[ -](\d{2}):(\d{2}):(\d{2})\.(\d{1,9})/;

/**
 * `Mar  4 09:00:00` in the latest year in which it isn't more than a day after `before` (milliseconds).
 * @param parts month's name or number, day, hour, minute, second, fraction.
 */
export function timeWithoutYear(parts: (string | undefined)[], before: number): number | undefined {
  const name = parts[0] ?? '';
  const month = /^\d/.test(name) ? Number(name) : monthNumber(name);
  if (month === 0) return undefined;
  const [day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 5).map(Number);
  const limit = before * 1000 + DAY_US;
  const year = new Date(before).getUTCFullYear();
  for (let candidate = year + 1; candidate >= year - 4; candidate -= 1) {
    const time = microsOf([candidate, month, day, hour, minute, second], parts[5], undefined);
    if (time !== undefined && time <= limit) return time;
  }
  return undefined;
}
