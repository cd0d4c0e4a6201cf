import { monthNumber } from '../time/names';
import { zonesIn } from './nearness';

/**
 * Times as reports say them and as evidence holds them. A said time is a span of UTC milliseconds [from, to): the second, minute
 * or day that was named; without a date (`21:36:03Z`) it is a time of day.
 */
export type SaidTime = {
  from: number;
  to: number;
  timeOfDay: boolean;
  /** The other reading of a date whose day and month can't be told apart. */
  or?: SaidTime;
  /** No year was said: the same day of any year. */
  anyYear?: boolean;
  /** A rounded bound (`between noon and 12:20`): this many ms before and after are meant as well. */
  slack?: number;
  /** The text names other zones, minutes ahead of UTC: the time may be in one of them. */
  zones?: number[];
};
export type Said = { start: number; end: number; time: SaidTime };

/** Milliseconds. */
export const DAY = 86_400_000;
const MONTH = '(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\\.?';
const ZONE = '(?:\\s?(Z|(?:UTC|GMT)(?!\\s?[+−-]\\d)|[+-]\\d{2}:?\\d{2}))?';
const HALF = '(?:\\s?([ap])\\.?m\\b\\.?)?';
const CLOCK = `(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?${HALF}${ZONE}`;
const ISO = new RegExp(`(?<![\\w.-])(\\d{4})-(\\d{2})-(\\d{2})(?:(?:T|,? (?:at )?)${CLOCK})?(?!\\w|:\\d|-\\d)`, 'gi');
const WORDS = new RegExp(
  `(?<![\\w-])(?:(\\d{1,2})(?:st|nd|rd|th)? (?:of )?${MONTH}(?:,? (\\d{4}))?|${MONTH} (\\d{1,2})(?:st|nd|rd|th)?(?!\\d)(?:,? (\\d{4}))?)(?:,? (?:at )?${CLOCK})?(?!\\w|:\\d)`,
  'gi',
);
const TIME_ONLY = new RegExp(`(?<![\\w:.-])${CLOCK}(?!\\w|:\\d|\\.\\d)`, 'gi');
/** `14.03.2026`, `03/14/2026`: which part is the month may be open. */
const NUMERIC = new RegExp(
  `(?<![\\w.,/-])(\\d{1,2})(?:(\\.)(\\d{1,2})\\.|/(\\d{1,2})/)(\\d{4})(?:,? (?:at |um )?${CLOCK})?(?!\\w|:\\d|[./]\\d)`,
  'gi',
);
/** `25–29 November`, `November 25 to 29`: two days of one month, the first without it or the second. */
const DAYS = new RegExp(
  `(?<![\\w.:-])(?:(\\d{1,2})(?:st|nd|rd|th)?(?=(?:\\s?[–-]\\s?| (?:to|and|through|until) )\\d{1,2}(?:st|nd|rd|th)? (?:of )?${MONTH}(?:,? (\\d{4}))?(?!\\w))|(?<=${MONTH} \\d{1,2}(?:st|nd|rd|th)?(?:\\s?[–-]\\s?| (?:to|and|through|until) ))(\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?(?![\\w:]))`,
  'gi',
);
/** Access logs: `17/May/2015:10:05:03 +0000`. */
const CLF = new RegExp(`(?<!\\d)(\\d{2})/${MONTH}/(\\d{4}):(\\d{2}):(\\d{2}):(\\d{2})(?:\\s?([+-]\\d{4}))?`, 'gi');

/** Times in a text, in order. A time of day after a date (`2021-06-25 21:27:03–21:36:03Z`) is of that day. */
export function readClock(text: string): Said[] {
  const found: Said[] = [];
  let rest = text;
  const zones = zonesIn(text);
  const take = (match: RegExpMatchArray, said: SaidTime | null) => {
    if (!said || match.index === undefined) return;
    // A clock without an offset may be in a zone that the text names.
    const isLocal = zones.length > 0 && said.to - said.from < DAY && !HAS_OFFSET.test(match[0]);
    const time = isLocal ? { ...said, zones } : said;
    const [start, end] = [match.index, match.index + match[0].length];
    found.push({ start, end, time });
    rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end);
  };
  for (const match of text.matchAll(ISO))
    take(match, spanOf(Number(match[1]), Number(match[2]), Number(match[3]), match.slice(4)));
  for (const match of rest.matchAll(NUMERIC)) {
    const [first, second] = [Number(match[1]), Number(match[3] ?? match[4])];
    const [day, month] = match[2] || first > 12 ? [first, second] : [second, first];
    const time = spanOf(Number(match[5]), month, day, match.slice(6));
    const other = match[2] || first > 12 || second > 12 ? null : spanOf(Number(match[5]), day, month, match.slice(6));
    take(match, time && (other ? { ...time, or: other } : time));
  }
  for (const match of rest.matchAll(WORDS)) {
    const month = monthNumber(match[2] ?? match[4] ?? '');
    const year = match[3] ?? match[6];
    // Without a year: that of a date before it in the text.
    const before = found.findLast((said) => said.start < match.index && !said.time.anyYear);
    const date = before ? new Date(before.time.from).getUTCFullYear() : Number(year ?? 2000);
    const time = spanOf(Number(year ?? date), month, Number(match[1] ?? match[5]), match.slice(7));
    take(match, time && (year || before ? time : { ...time, anyYear: true }));
  }
  for (const match of text.matchAll(DAYS)) take(match, dayOfRange(match, found));
  const dated = [...found].sort((a, b) => a.start - b.start);
  for (const match of rest.matchAll(TIME_ONLY)) take(match, timeOfDay(match, text, dated));
  return found.sort((a, b) => a.start - b.start);
}

/** A day of a range, in the year of the other one. */
function dayOfRange(match: RegExpExecArray, found: Said[]): SaidTime | null {
  const month = monthNumber(match[2] ?? match[4] ?? '');
  const year = match[3] ?? match[6];
  const near = found.find((said) => Math.abs(said.start - match.index) < 40 && said.time.to - said.time.from === DAY);
  const date = near ? new Date(near.time.from).getUTCFullYear() : 2000;
  const time = spanOf(Number(year ?? date), month, Number(match[1] ?? match[5]), []);
  return time && (year || (near && !near.time.anyYear) ? time : { ...time, anyYear: true });
}

/** A clock without a date: of the date before it in the text, or the one right behind it. */
function timeOfDay(match: RegExpExecArray, text: string, dated: Said[]): SaidTime | null {
  // `1:30` may be a ratio; a time of day has two digits, seconds or a half of the day.
  if (match[1]?.length === 1 && !match[3] && !match[5]) return null;
  const end = match.index + match[0].length;
  // `01:35:47Z on 27 November`
  const next = dated.find(
    (said) =>
      said.time.to - said.time.from === DAY &&
      /^,? (?:on|of) (?:the )?$/i.test(text.slice(end, Math.max(end, said.start))),
  );
  // A semicolon ends what a date was said of.
  const last = dated.findLast((said) => said.start < match.index);
  const before = next ?? (last && /;\s/.test(text.slice(last.end, match.index)) ? undefined : last);
  const date = before ? new Date(before.time.from) : new Date(0);
  const time = spanOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), match.slice(1));
  const words = text.slice(Math.max(0, match.index - 60), match.index);
  const isBound =
    !match[3] && ((Number(match[2]) % 5 === 0 && BOUND.test(words)) || CLOSE.test(words) || BETWEEN.test(words));
  return (
    time && {
      ...time,
      ...(before?.time.anyYear ? { anyYear: true } : {}),
      ...(isBound ? { slack: 300_000 } : {}),
      timeOfDay: !before,
    }
  );
}

const BOUND =
  /(?:\b(?:about|around|roughly|by|until|before|after|from)|[~≈]|\bbetween|\bbetween (?:[^\s.]+ ){1,4}and)\s*$/i;

/** `between 10:00 and 10:37`: people take round ends. */
const BETWEEN = /\bbetween(?: (?:[^\s.]+ ){1,4}and)?\s*$/i;
const HAS_OFFSET = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/;
/** `just before 09:13`: near it on a side. */
const CLOSE = /\b(?:just|shortly|right|soon|moments?|(?:a )?(?:few )?minutes?|seconds) (?:before|after)\s*$/i;

function spanOf(year: number, month: number, day: number, clock: (string | undefined)[]): SaidTime | null {
  const [said, minute, second, fraction, half, zone] = clock;
  const hour = half && said !== undefined ? String((Number(said) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)) : said;
  if (month < 1 || month > 12 || day < 1 || day > 31 || Number(hour ?? 0) > 24 || Number(minute ?? 0) > 59) return null;
  const offset = /^[+-]/.test(zone ?? '')
    ? (Number(zone?.slice(1, 3)) * 60 + Number(zone?.slice(-2))) * 60_000 * (zone?.[0] === '-' ? -1 : 1)
    : 0;
  const ms = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  const from = Date.UTC(year, month - 1, day, Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), ms) - offset;
  const size =
    hour === undefined
      ? DAY
      : second === undefined
        ? 60_000
        : fraction === undefined
          ? 1000
          : 10 ** Math.max(0, 3 - fraction.length);
  return { from, to: from + size, timeOfDay: false };
}

/** Times of day are compared without their date. */
export function saysTime(said: SaidTime, time: number): boolean {
  if (said.or && saysTime(said.or, time)) return true;
  if (said.slack) {
    const { slack, ...exact } = said;
    return saysTime({ ...exact, from: said.from - slack, to: said.to + slack }, time);
  }
  for (const minutes of said.zones ?? []) {
    if (saysTime({ from: said.from, to: said.to, timeOfDay: said.timeOfDay }, time + minutes * 60_000)) return true;
  }
  if (said.anyYear) {
    const at = new Date(time);
    const moved = Date.UTC(new Date(said.from).getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()) + mod(time);
    return moved >= said.from && moved < said.to;
  }
  if (!said.timeOfDay) return time >= said.from && time < said.to;
  const [start, at] = [mod(said.from), mod(time)];
  return at >= start && at < start + said.to - said.from;
}

/** UTC milliseconds of every time that a text of evidence holds: ISO forms, written dates and access logs. */
export function timesIn(text: string): number[] {
  const times: number[] = [];
  const add = (time: SaidTime | null) => {
    if (time) times.push(time.from);
  };
  for (const match of text.replace(SHORT_ZONE, '$1$2:00').matchAll(ISO))
    add(spanOf(Number(match[1]), Number(match[2]), Number(match[3]), match.slice(4)));
  if (!/(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i.test(text)) return times;
  for (const match of text.matchAll(CLF)) {
    const [, day, month = '', year, hour, minute, second, zone] = match;
    add(spanOf(Number(year), monthNumber(month), Number(day), [hour, minute, second, undefined, undefined, zone]));
  }
  for (const match of text.matchAll(WORDS)) {
    const year = match[3] ?? match[6];
    if (year)
      add(spanOf(Number(year), monthNumber(match[2] ?? match[4] ?? ''), Number(match[1] ?? match[5]), match.slice(7)));
  }
  return times;
}

/** `22:14:55Z`: the time of day of a moment, UTC ms. */
export const clockOf = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)}Z`;

/** Whether a cell is a written time (`Sep 14, 2020, 7:10:27 AM`), and not a text that has one. */
export const isTimeText = (cell: string): boolean =>
  cell.length < 48 && /\d:\d\d/.test(cell) && /(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i.test(cell);

/** As DuckDB prints it: `11:54:47+00`. */
const SHORT_ZONE = /(\d{2}:\d{2}:\d{2}(?:\.\d+)?)([+-]\d{2})(?![\d:])/g;

const mod = (time: number): number => ((time % DAY) + DAY) % DAY;
