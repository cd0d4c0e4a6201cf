import { localMonthNumber, ZONE_MINUTES } from '../../time/names';
import { rewriteTime } from './rewrite-time';

/** Which of the first two numbers of a date like 03/04/2024 is the month. */
export type DateOrder = 'mdy' | 'dmy';

const ZONES: Record<string, number> = { Z: 0, UTC: 0, GMT: 0, ...ZONE_MINUTES };

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d{1,9}))?)?(?:\s*([AaPp])\.?[Mm]\.?)?`;
const ZONE = String.raw`(?:\s*(Z|[A-Z]{3,4}|(?:UTC|GMT)?[+-]\d{2}:?(?:\d{2})?))?`;
const ISO = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[T_ ]|\s@\s)\s*${CLOCK}${ZONE})?$`);
/** Sophos' firewalls, and EXIF. */
const COLONS = new RegExp(String.raw`^(\d{4}):(\d{2}):(\d{2})[ -]${CLOCK}${ZONE}$`);
const BASIC = /^(\d{4})(\d{2})(\d{2})[T_ -]?(\d{2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;
export const NUMERIC_DATE = new RegExp(
  String.raw`^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})(?:,?[T\s-]\s*${CLOCK}${ZONE})?$`,
);
const WEEKDAY = String.raw`(?:\p{L}{2,10}\.?,?\s+)?`;
const MONTH = String.raw`(\p{L}{3,12})\.?`;
/** What some languages put before the time of day. */
const AT = String.raw`(?:[\s,]+(?:at|um|à|a las|alle|às|om|kl\.?))?`;
const DAY_FIRST = new RegExp(
  String.raw`^\[?${WEEKDAY}(\d{1,2})\.?[\s/-]+(?:de\s+)?${MONTH},?[\s/-]+(?:de\s+)?(\d{4}|\d{2})(?:${AT}[\s:,T@-]+${CLOCK}${ZONE})?\]?$`,
  'u',
);
const MONTH_FIRST = new RegExp(
  String.raw`^\[?${WEEKDAY}${MONTH}\s+(\d{1,2}),?\s+(\d{4})(?:${AT}[\s,@T]+${CLOCK}${ZONE})?\]?$`,
  'u',
);
const YEAR_LAST = new RegExp(String.raw`^\[?${WEEKDAY}${MONTH}\s+(\d{1,2})\s+${CLOCK}${ZONE}\s+(\d{4})\]?$`, 'u');

/**
 * Microseconds since 1970 of a time in any form that logs use, or undefined: ISO 8601 and its relatives, seconds to
 * nanoseconds since 1970, Windows FILETIME, .NET, Apache, names of months, numeric dates with or without AM and PM.
 * Without an offset it is UTC. `order` decides 03/04/2024; without it the month comes first, except between dots.
 */
export function readTime(value: unknown, order?: DateOrder): number | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length < 6 || value.length > MAX_LENGTH) return undefined;
  if (value.length > 48) return readRewritten(value, order);
  const first = value.charCodeAt(0);
  if (first >= 48 && first <= 57) return fromDigits(value, order);
  const text = value.trim();
  if (text !== value) return readTime(text, order);
  const dotNet = /^\/Date\((-?\d{10,14})(?:[+-]\d{4})?\)\/$/.exec(text);
  if (dotNet) return Number(dotNet[1]) * 1000;
  if (!/^\[?[A-Za-z0-9]/.test(text)) return undefined;
  return fromNames(text) ?? readRewritten(text, order);
}

/** JavaScript writes the zone in words behind its offset. */
const MAX_LENGTH = 100;

/** A time in a rare form, or with the name of a zone (Europe/Berlin) behind it. */
function readRewritten(text: string, order: DateOrder | undefined): number | undefined {
  const usual = rewriteTime(text);
  if (usual !== null) return usual === text ? undefined : readTime(usual, order);
  const [, local = '', zone = ''] = /^(\d.*\d) ([A-Z][A-Za-z_]+\/[A-Za-z_/]+)$/.exec(text) ?? [];
  const micros = local ? readTime(local, order) : undefined;
  const offset = micros === undefined ? undefined : namedOffset(zone, micros / 1000);
  return micros === undefined || offset === undefined ? undefined : micros - offset * 60_000_000;
}

function fromDigits(text: string, order: DateOrder | undefined): number | undefined {
  const plain = text.length === 20 ? fromPlainIso(text) : undefined;
  if (plain !== undefined) return plain;
  const iso = ISO.exec(text);
  if (iso) return fromParts(iso, [1, 2, 3], 4);
  if (/^\d+(\.\d+)?$/.test(text)) return fromNumberText(text);
  const basic = BASIC.exec(text);
  if (basic) return compact(basic);
  const numeric = NUMERIC_DATE.exec(text);
  if (numeric) return fromNumericDate(numeric, order);
  const colons = COLONS.exec(text);
  if (colons) return fromParts(colons, [1, 2, 3], 4);
  return fromNames(text) ?? readRewritten(text, order);
}

/** `2024-03-04T09:00:00Z`, the most frequent form, without a regular expression: this runs once a record. */
function fromPlainIso(text: string): number | undefined {
  if (
    text[4] !== '-' ||
    text[7] !== '-' ||
    text[10] !== 'T' ||
    text[13] !== ':' ||
    text[16] !== ':' ||
    text[19] !== 'Z'
  )
    return undefined;
  const year = digitsAt(text, 0) * 100 + digitsAt(text, 2);
  return microsOf(
    [year, digitsAt(text, 5), digitsAt(text, 8), digitsAt(text, 11), digitsAt(text, 14), digitsAt(text, 17)],
    undefined,
    undefined,
  );
}

/** Two digits; not a number where there are others. */
function digitsAt(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function fromNames(text: string): number | undefined {
  const day = DAY_FIRST.exec(text);
  if (day) return fromParts(day, [3, 2, 1], 4);
  const month = MONTH_FIRST.exec(text);
  if (month) return fromParts(month, [3, 1, 2], 4);
  const last = YEAR_LAST.exec(text);
  if (last) return fromParts(last, [9, 1, 2], 3);
  return undefined;
}

function fromNumericDate(match: RegExpExecArray, order: DateOrder | undefined): number | undefined {
  const monthFirst = fromParts(match, [4, 1, 3], 5);
  const dayFirst = fromParts(match, [4, 3, 1], 5);
  if (order) return order === 'mdy' ? monthFirst : dayFirst;
  return match[2] === '.' ? (dayFirst ?? monthFirst) : (monthFirst ?? dayFirst);
}

/** `clock`: the group of the hour; minute, second, fraction, A or P and zone follow it. */
function fromParts(
  match: RegExpExecArray,
  [yearAt, monthAt, dayAt]: [number, number, number],
  clock: number,
): number | undefined {
  let year = Number(match[yearAt]);
  if (year < 100) year += year < 70 ? 2000 : 1900;
  const monthText = match[monthAt] ?? '';
  const month = /^\d/.test(monthText) ? Number(monthText) : localMonthNumber(monthText);
  let hour = Number(match[clock] ?? 0);
  const half = match[clock + 4]?.toLowerCase();
  if (half && (hour < 1 || hour > 12)) return undefined;
  if (half) hour = (hour % 12) + (half === 'p' ? 12 : 0);
  return microsOf(
    [year, month, Number(match[dayAt]), hour, Number(match[clock + 1] ?? 0), Number(match[clock + 2] ?? 0)],
    match[clock + 3],
    match[clock + 5],
  );
}

function compact(match: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  return microsOf([year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0], match[7], match[8]);
}

/** Date.UTC on the parts is ten times faster than parsing the text, and this runs once a record. */
export function microsOf(
  [year, month, day, hour, minute, second]: [number, number, number, number, number, number],
  fraction: string | undefined,
  zone: string | undefined,
): number | undefined {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59 && second <= 60))
    return undefined;
  if (!(year >= 1970 && year <= 2100)) return undefined;
  const offset = zone ? offsetOf(zone) : 0;
  if (offset === undefined) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  if (day > 28 && new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return undefined;
  return (ms - offset * 60_000) * 1000 + (fraction ? Number(fraction.padEnd(6, '0').slice(0, 6)) : 0);
}

/** Minutes east of UTC of an abbreviation, or undefined for another word. */
export const zoneMinutes = (name: string): number | undefined => ZONES[name];

/** Minutes east of UTC, or undefined for a zone that isn't known. */
function offsetOf(zone: string): number | undefined {
  const known = ZONES[zone];
  if (known !== undefined) return known;
  const match = /^(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (!match) return undefined;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0));
}

/**
 * A date, a time of day and a time zone from columns of their own, in microseconds. The zone may be an offset, an
 * abbreviation or a name such as Europe/Berlin; an unknown one counts as UTC.
 */
export function readSplitTime(
  date: unknown,
  clock: unknown,
  zone: unknown,
  order: DateOrder | undefined,
): number | undefined {
  if (typeof date !== 'string' || typeof clock !== 'string') return undefined;
  // A date may have a time of day of its own (midnight), or blanks around the name of its month.
  const day = date.includes(':') ? (date.trim().split(/[T ]/)[0] ?? '') : date.trim();
  const micros = readTime(`${day} ${clock.trim()}`, order);
  if (micros === undefined || typeof zone !== 'string' || zone.trim() === '') return micros;
  const offset = offsetOf(zone.trim()) ?? namedOffset(zone.trim(), micros / 1000);
  return micros - (offset ?? 0) * 60_000_000;
}

const zoneFormats = new Map<string, Intl.DateTimeFormat | null>();

function namedOffset(zone: string, localMs: number): number | undefined {
  let format = zoneFormats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    } catch {
      format = null;
    }
    if (zoneFormats.size < 100) zoneFormats.set(zone, format);
  }
  const name = format?.formatToParts(localMs).find((part) => part.type === 'timeZoneName')?.value;
  return name === undefined ? undefined : (offsetOf(name === 'GMT' ? 'Z' : name) ?? 0);
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, or as other systems count, told apart by size. */
function fromEpoch(value: number): number | undefined {
  const other = fromOtherEpoch(value);
  if (other !== undefined) return other;
  for (const unit of [1e6, 1e3, 1, 1e-3]) {
    const micros = value * unit;
    if (inRange(micros)) return unit < 1 ? Math.floor(micros) : Math.round(micros);
  }
  return undefined;
}

/**
 * Windows counts 100 ns from 1601, Chrome microseconds, .NET 100 ns from the year 1, macOS seconds or nanoseconds from 2001. No log of
 * numbers is from before 1998, but what macOS wrote since 2011 looks as if it were.
 */
function fromOtherEpoch(value: number): number | undefined {
  const from = (micros: number): number | undefined => (inRange(micros) ? Math.round(micros) : undefined);
  if (value >= MAC_FROM && value < MAC_TO) return from((value + MAC_EPOCH) * 1e6);
  if (value >= 1.2e16 && value < 1.6e16) return from(value - FILETIME_EPOCH);
  if (value >= 1.2e17 && value < 1.6e17) return from(value / 10 - FILETIME_EPOCH);
  if (value >= 6.3e17 && value < 6.5e17) return from(value / 10 - DOTNET_EPOCH);
  if (value >= MAC_FROM * 1e9 && value < MAC_TO * 1e9) return from(value / 1e3 + MAC_EPOCH * 1e6);
  return undefined;
}

const FILETIME_EPOCH = 11_644_473_600_000_000;
const DOTNET_EPOCH = 62_135_596_800_000_000;
/** Seconds from 1970 to 2001. */
const MAC_EPOCH = 978_307_200;
const [MAC_FROM, MAC_TO] = [315_532_800, 883_612_800];
const inRange = (micros: number): boolean => micros >= 315_532_800_000_000 && micros < 4_102_444_800_000_000;

/** As fromEpoch, without losing digits that a number can't hold. */
function fromNumberText(text: string): number | undefined {
  const [whole = '', fraction = ''] = text.split('.');
  if (whole.length === 19 && !fraction) return fromEpoch(Number(whole.slice(0, 16)));
  if (whole.length === 14 && !fraction) {
    const match = BASIC.exec(whole);
    return match ? compact(match) : undefined;
  }
  if (whole.length < 9 || whole.length > 19) return undefined;
  if (whole.length <= 10 && fraction) {
    const seconds = fromEpoch(Number(whole));
    return seconds === undefined ? undefined : seconds + Number(fraction.padEnd(6, '0').slice(0, 6));
  }
  return fromEpoch(Number(text));
}

const CLOCK_IN_TEXT = /(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s*[AaPp]\.?[Mm]\.?)?/;

/** Whether the first time of day in a text has no time zone behind it, so that it was read as UTC without being told. */
export function lacksZone(text: string): boolean {
  const clock = CLOCK_IN_TEXT.exec(text.slice(0, 300));
  if (!clock) return false;
  const rest = text.slice(clock.index + clock[0].length).trimStart();
  if (/^(?:Z\b|\[?[+-]\d{2}:?(?:\d{2})?|[A-Z][A-Za-z_]+\/[A-Z])/.test(rest)) return false;
  const word = /^\(?([A-Z]{3,4})\b/.exec(rest)?.[1];
  return word === undefined || ZONES[word] === undefined;
}

/**
 * A date as a spreadsheet counts it: days since the end of 1899, the time of day as their fraction. Only for a field whose name says
 * that it is a date; between 2000 and 2100. Microseconds, to the second, because that is what a cell of a log was.
 */
export function readSerialDate(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[3-7]\d{4}(?:[.,]\d{1,15})?$/.test(text)) return undefined;
  const days = Number(text.replace(',', '.'));
  return days >= 36_526 && days < 73_051 ? Math.round((days - 25_569) * 86_400) * 1_000_000 : undefined;
}
