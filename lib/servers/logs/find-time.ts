import { monthNumber } from '../../time/names';
import { type DateOrder, microsOf, readTime, zoneMinutes } from './read-time';

const DAY_US = 86_400_000_000;

/** `03/04/2024, 09:00` and the like, whose order of day and month only other dates of the log can tell. */
const NUMERIC =
  /(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4},? \d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?|(?<=^\W?)\d{1,2}[/.]\d{1,2}[/.]\d{2},? \d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)(?: ?[AP]M)?/;
/** An offset from UTC, with or without its minutes. */
const OFFSET = String.raw`[+-](?:0\d|1[0-4])(?::?[0-5]\d)?(?![\d:])`;
/** A zone's abbreviation or name (Europe/Paris), which may turn out to be another word. */
const ZONE = String.raw`(?: ${OFFSET}| \((?:UTC|GMT)${OFFSET}\)| [A-Z]{3,4}\b| [A-Z][a-z]+/[A-Z][A-Za-z_/]+)?`;
const ZONE_AT_END = / [A-Z][A-Za-z_/]+$/;

/** Where a line of text says its time, most exact form first. Each finds a piece that readTime reads. */
const PATTERNS = [
  new RegExp(
    String.raw`\d{4}[-/.]\d{2}[-/.]\d{2}(?:[T ]|\s@\s)\d{2}:\d{2}:\d{2}(?:\.\d{1,9}|,\d{3,6}(?!\d))?(?:\s?(?:Z|UTC|${OFFSET})|${ZONE})`,
  ),
  /(?<!\d)\d{4}-\d{3}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z?/,
  /^\d{4}:\d{2}:\d{2}-\d{2}:\d{2}:\d{2}(?!\d)/,
  /\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: [+-]\d{4})?/,
  /[A-Z][a-z]{2} [A-Z][a-z]{2}\s+\d{1,2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})? (?:[A-Z]{3,4} )?\d{4}(?: [+-]\d{2}:?\d{2})?/,
  new RegExp(
    String.raw`(?:[A-Z][a-z]{2}, )?\d{1,2}[ -][A-Z][a-z]{2}[a-z]*[ -]\d{4},? \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?${ZONE}`,
  ),
  new RegExp(String.raw`[A-Z][a-z]{2,8} \d{1,2},? \d{4},? \d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: [AP]M)?${ZONE}`),
  /^\W?\d{1,2}\.? \p{L}{3,12}\.? \d{4}(?:,| à| um| a las)? \d{1,2}:\d{2}:\d{2}/u,
  new RegExp(NUMERIC.source + ZONE),
  /\d{2}\/\d{2}\/(?:\d{4}|\d{2})-\d{2}:\d{2}:\d{2}\.\d{1,9}/,
  /(?<!\d)\d{8}[T ]\d{2}(?::?\d{2}){2}(?:\.\d{1,9})?Z?/,
];

/**
 * The time that a line of text names, in microseconds; undefined when it names none in its first 300 characters.
 * A time without a year (syslog) gets the latest year that isn't after `before` (milliseconds).
 * @param order of day and month in `03/04/2024`; without it the month comes first
 */
export function findTime(line: string, before: number, order?: DateOrder): number | undefined {
  const text = line.slice(0, 300);
  for (const pattern of PATTERNS) {
    const found = pattern.exec(text)?.[0].replace(/\s@\s/, ' ').replace(/[()]/g, '');
    if (found === undefined) continue;
    const time = readTime(found, order) ?? readTime(found.replace(ZONE_AT_END, ''), order);
    if (time !== undefined) return time;
  }
  const epoch =
    /^\D?(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16})\b/.exec(text) ??
    /\((\d{10}\.\d{3}):\d+\)|^\*\* Alert (\d{10})/.exec(text);
  const atStart = epoch && readTime(epoch[1] ?? epoch[2]);
  // A flow log without its header still has its start and end beside each other.
  const span = / (1\d{9}) 1\d{9}(?= |$)/.exec(text);
  if (!atStart && span) return readTime(span[1]);
  if (atStart) return atStart;
  const short =
    /(?:^|[\s>\]*."])([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ([A-Z]{3,4})(?=:))?/.exec(
      text,
    );
  if (short) return inZone(timeWithoutYear(short.slice(1), before), short[7]);
  const toTheMinute = WEEKDAY_MINUTE.exec(text);
  if (toTheMinute) return timeWithoutYear([...toTheMinute.slice(1), '00'], before);
  const digits = MONTH_DAY.exec(text);
  return digits ? timeWithoutYear(digits.slice(1), before) : undefined;
}

/** `Mon Mar  4 09:00`, as `last` and `who` write it. */
const WEEKDAY_MINUTE = /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}):(\d{2})(?!\d|:)/;

/** A local time with the abbreviation of its zone behind it (Cisco's `09:00:00.123 CET:`) in UTC. */
const inZone = (time: number | undefined, zone: string | undefined): number | undefined =>
  time === undefined ? undefined : time - (zoneMinutes(zone ?? '') ?? 0) * 60_000_000;

/** The numeric dates that lines begin with or hold, for the order of day and month. */
export const numericDates = (lines: string[]): string[] =>
  lines.flatMap((line) => NUMERIC.exec(line.slice(0, 300))?.[0] ?? []);

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
