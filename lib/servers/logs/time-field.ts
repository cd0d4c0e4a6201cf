import { type DateOrder, lacksZone, NUMERIC_DATE, readSerialDate, readSplitTime, readTime } from './read-time';

/** What the numeric dates of a column say about the order of day and month. */
export type DateStat = {
  /** Dates whose first (second) number can't be a month. */
  firstIsDay: number;
  secondIsDay: number;
  halfDays: number;
  dots: number;
  /** First and last time in microseconds when the month comes first (second). */
  monthFirst: [number, number] | null;
  dayFirst: [number, number] | null;
};

/** How one leaf path behaves as a time, over the records looked at. */
export type TimeStat = {
  path: string[];
  seen: number;
  valid: number;
  distinct: number;
  rising: number;
  falling: number;
  numeric: number;
  /** Dates without a time of day. */
  dateOnly: number;
  /** Times of day without a date. */
  clock: number;
  /** Times of day without a time zone. */
  zoneless: number;
  dates: DateStat | null;
};

/** Where the time of a record is: in one field, or a date with a time of day (and a time zone) in fields beside it. */
export type TimeField = {
  path: string[];
  clock?: string[] | undefined;
  order?: DateOrder | undefined;
  /** The dates allow both orders; `order` is the likelier one. */
  isOrderGuessed?: boolean | undefined;
  /** The times have no time zone, and nothing says that they are UTC. */
  isZoneless?: boolean | undefined;
};

const CLOCK = /^\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?( ?[AP]M)?$/i;
const DATE_ONLY =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}\.?[ /-]\p{L}{3,12}\.?,?[ /-]\d{2,4}|\p{L}{3,12}\.? \d{1,2},? \d{4})$/u;

/** `20240304090000`: digits that only a date has. */
const COMPACT_DATE =
  /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\.\d+)?$/;

type Observed = TimeStat & { last: number; values: Set<number> };

/** Looks at records in file order; `stats()` says which paths look like times. */
export function timeObserver() {
  const seen = new Map<string, Observed>();
  const visit = (value: Record<string, unknown>, path: string[], note: Note): void => {
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null) {
        if (!Array.isArray(inner) && path.length < 9) visit(inner as Record<string, unknown>, [...path, key], note);
      } else if (typeof inner === 'string' || typeof inner === 'number') note([...path, key], inner);
    }
  };
  const noteTime: Note = (path, value) => {
    const id = JSON.stringify(path);
    const isClock = typeof value === 'string' && CLOCK.test(value);
    const micros = isClock ? undefined : (readTime(value) ?? serialDate(path, value));
    let stat = seen.get(id);
    if (!stat) {
      if ((micros === undefined && !isClock) || seen.size > 2000) return;
      stat = emptyStat(path);
      seen.set(id, stat);
    }
    stat.seen += 1;
    if (isClock) stat.clock += 1;
    if (typeof value === 'string' && lacksZone(value)) stat.zoneless += 1;
    if (micros === undefined) return;
    stat.valid += 1;
    if (typeof value === 'number' || (/^[\d.]+$/.test(value) && !COMPACT_DATE.test(value))) stat.numeric += 1;
    if (typeof value === 'string' && DATE_ONLY.test(value)) stat.dateOnly += 1;
    if (typeof value === 'string') noteDate(stat, value);
    if (micros >= stat.last) stat.rising += 1;
    if (micros <= stat.last) stat.falling += 1;
    stat.last = micros;
    if (stat.values.size < 1000) stat.values.add(micros);
  };
  const noteOnlyDate: Note = (path, value) => {
    const stat = typeof value === 'string' ? seen.get(JSON.stringify(path)) : undefined;
    if (stat?.dates) noteDate(stat, value as string);
  };
  return {
    observe: (record: Record<string, unknown>): void => visit(record, [], noteTime),
    /** Looks only for what tells the day from the month, in columns that leave it open. */
    observeDates: (record: Record<string, unknown>): void => visit(record, [], noteOnlyDate),
    needsDates: (): boolean =>
      [...seen.values()].some(({ dates }) => dates && dates.firstIsDay + dates.secondIsDay === 0),
    stats: (): TimeStat[] =>
      [...seen.values()].map(({ last: _last, values, ...stat }) => ({ ...stat, distinct: values.size })),
  };
}

type Note = (path: string[], value: string | number) => void;

const emptyStat = (path: string[]): Observed => ({
  path,
  seen: 0,
  valid: 0,
  distinct: 0,
  rising: 0,
  falling: 0,
  numeric: 0,
  dateOnly: 0,
  clock: 0,
  zoneless: 0,
  dates: null,
  last: Number.NaN,
  values: new Set(),
});

const noDates = (): DateStat => ({
  firstIsDay: 0,
  secondIsDay: 0,
  halfDays: 0,
  dots: 0,
  monthFirst: null,
  dayFirst: null,
});

function noteDate(stat: Pick<TimeStat, 'dates'>, value: string): void {
  const match = NUMERIC_DATE.exec(value.trim());
  if (!match) return;
  stat.dates ??= noDates();
  const { dates } = stat;
  if (Number(match[1]) > 12) dates.firstIsDay += 1;
  if (Number(match[3]) > 12) dates.secondIsDay += 1;
  if (/[AP]\.?M/i.test(value)) dates.halfDays += 1;
  if (match[2] === '.') dates.dots += 1;
  dates.monthFirst = widen(dates.monthFirst, readTime(value, 'mdy'));
  dates.dayFirst = widen(dates.dayFirst, readTime(value, 'dmy'));
}

function widen(span: [number, number] | null, micros: number | undefined): [number, number] | null {
  if (micros === undefined) return span;
  return span ? [Math.min(span[0], micros), Math.max(span[1], micros)] : [micros, micros];
}

/**
 * The field of the event's own time, then others that stand in when it is missing in a record; empty when nothing looks
 * like one. Judged by how many records have it, whether it moves with the order of the file, how many values it takes,
 * and its name. Day and month are told apart by the whole column.
 */
export function chooseTimeFields(files: { records: number; times: TimeStat[] }[]): TimeField[] {
  const records = files.reduce((sum, file) => sum + file.records, 0);
  const merged = new Map<string, TimeStat>();
  for (const stat of files.flatMap((file) => file.times)) {
    const known = merged.get(JSON.stringify(stat.path));
    if (!known) merged.set(JSON.stringify(stat.path), { ...stat });
    else addStat(known, stat);
  }
  const stats = [...merged.values()];
  const ranked = (isOnlyTime: boolean): Ranked[] =>
    stats
      .map((stat) => {
        const clock = clockBeside(stat, stats);
        const score = timeScore(stat, records, clock !== undefined, isOnlyTime);
        return { stat, clock, name: nameScore(stat.path), score };
      })
      .filter((item) => item.score > 0)
      .sort((a, b) => b.score - a.score || a.stat.path.join('.').localeCompare(b.stat.path.join('.')));
  const usual = ranked(false);
  // A flow has no time but its start and end; those of a record with a time of its own don't count.
  const scored = usual.length > 0 ? usual : ranked(true);
  const [best, ...others] = scored;
  if (!best) return [];
  const standIns = others.filter((item) => isStandIn(item, best)).slice(0, 8);
  return [best, ...standIns].map(({ stat, clock }) => ({
    path: stat.path,
    ...(clock ? { clock: clock.path } : {}),
    ...orderOf(stat.dates),
    ...(isZoneless(clock ?? stat) ? { isZoneless: true } : {}),
  }));
}

const isZoneless = (stat: TimeStat): boolean =>
  stat.zoneless * 2 > stat.seen && !/utc|gmt|zulu/i.test(stat.path.join(' '));

type Scored = { stat: TimeStat; name: number };
type Ranked = Scored & { clock: TimeStat | undefined; score: number };

/** A time whose name says so, or the same kind of name elsewhere in the record (events of another shape). */
function isStandIn(item: Scored, best: Scored): boolean {
  if (item.name >= 1 && item.stat.path.length <= best.stat.path.length) return true;
  return item.stat.path.at(-1) === best.stat.path.at(-1);
}

function addStat(known: TimeStat, stat: TimeStat): void {
  for (const key of [
    'seen',
    'valid',
    'distinct',
    'rising',
    'falling',
    'numeric',
    'dateOnly',
    'clock',
    'zoneless',
  ] as const)
    known[key] += stat[key];
  if (!stat.dates) return;
  const dates = known.dates ? { ...known.dates } : noDates();
  for (const key of ['firstIsDay', 'secondIsDay', 'halfDays', 'dots'] as const) dates[key] += stat.dates[key];
  for (const key of ['monthFirst', 'dayFirst'] as const)
    for (const micros of stat.dates[key] ?? []) dates[key] = widen(dates[key], micros);
  known.dates = dates;
}

/** Whether day or month comes first in dates of the same log. */
export function dateOrderOf(dates: string[]): { order?: DateOrder; isOrderGuessed?: boolean } {
  const stat: Pick<TimeStat, 'dates'> = { dates: null };
  for (const date of dates) noteDate(stat, date);
  return orderOf(stat.dates);
}

/** A number above 12 decides; then AM and PM (US), dots (Europe), then which reading makes the shorter log. */
function orderOf(dates: DateStat | null): { order?: DateOrder; isOrderGuessed?: boolean } {
  if (!dates) return {};
  if (dates.firstIsDay !== dates.secondIsDay) return { order: dates.firstIsDay > dates.secondIsDay ? 'dmy' : 'mdy' };
  if (dates.dots > 0) return { order: 'dmy' };
  if (dates.halfDays > 0) return { order: 'mdy' };
  const span = (range: [number, number] | null): number => (range ? range[1] - range[0] : Number.POSITIVE_INFINITY);
  const [monthFirst, dayFirst] = [span(dates.monthFirst), span(dates.dayFirst)];
  if (dayFirst * 3 < monthFirst) return { order: 'dmy', isOrderGuessed: true };
  return { order: 'mdy', isOrderGuessed: monthFirst * 3 >= dayFirst };
}

/** The time of day in a field beside a date. */
function clockBeside(stat: TimeStat, stats: TimeStat[]): TimeStat | undefined {
  if (stat.dateOnly * 2 < stat.valid) return undefined;
  const parent = JSON.stringify(stat.path.slice(0, -1));
  return stats
    .filter((other) => other.clock * 2 > other.seen && JSON.stringify(other.path.slice(0, -1)) === parent)
    .sort((a, b) => nameScore(b.path) - nameScore(a.path) || b.clock - a.clock)[0];
}

const ZONE_NAME = /^(time_?zone|tz|utc_?offset|zone|tz_?offset)$/i;

/** The time of a record in microseconds, by the first field that has one. */
export function timeOf(record: Record<string, unknown>, fields: TimeField[]): number | undefined {
  for (const field of fields) {
    const value = valueAt(record, field.path);
    if (value === undefined || value === null) continue;
    const time = field.clock
      ? readSplitTime(value, valueAt(record, field.clock), zoneOf(record, field), field.order)
      : (readTime(value, field.order) ?? serialDate(field.path, value));
    if (time !== undefined) return time;
  }
  return undefined;
}

const DATE_NAME = /date|datum|fecha|timestamp|zeitpunkt|created|logged|occurred/i;

const serialDate = (path: string[], value: unknown): number | undefined =>
  DATE_NAME.test(path.at(-1) ?? '') ? readSerialDate(value) : undefined;

function zoneOf(record: Record<string, unknown>, field: TimeField): unknown {
  const parent = valueAt(record, field.path.slice(0, -1));
  if (typeof parent !== 'object' || parent === null) return undefined;
  return Object.entries(parent).find(([key]) => ZONE_NAME.test(key))?.[1];
}

function valueAt(record: unknown, path: string[]): unknown {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** How a time field is shown: `a.b`, or `date + time`. */
export const timeFieldName = (field: TimeField): string =>
  field.clock ? `${field.path.join('.')} + ${field.clock.join('.')}` : field.path.join('.');

function timeScore(stat: TimeStat, records: number, hasClock: boolean, isOnlyTime: boolean): number {
  if (stat.valid === 0) return 0;
  const fill = stat.valid / records;
  const purity = stat.valid / stat.seen;
  const name = nameScore(stat.path);
  // Rows that are none (a total below a short list, who made it) say nothing about the others.
  const isShortList = stat.valid >= 2 && stat.seen - stat.valid <= (name >= 1 && stat.valid >= 3 ? 2 : 1);
  if ((purity < 0.8 && !isShortList) || fill < 0.02) return 0;
  const steps = Math.max(1, stat.valid - 1);
  const order = stat.valid > 3 ? Math.max(stat.rising, stat.falling) / steps : 0.8;
  const variety = Math.min(1, stat.distinct / Math.min(stat.valid, 20));
  // A bare number is a time only when its name says so, or when it counts up through all of the file.
  const isNamed = isOnlyTime && SPAN_WORD.test(stat.path.at(-1) ?? '');
  if (
    stat.numeric > stat.valid / 2 &&
    name <= 0 &&
    !isNamed &&
    (order < 0.98 || fill < 0.95 || stat.valid < 5 || variety < 0.5)
  )
    return 0;
  const day = stat.dateOnly * 2 > stat.valid ? (hasClock ? 0.2 : -0.6) : 0;
  return fill * 2 + Math.min(1, order) * 0.7 + variety * 0.5 + name + day - (stat.path.length - 1) * 0.25;
}

const EVENT_WORDS =
  /^(time|timestamp|ts|datetime|published|occurred|generated|logged|observed|when|instant|date|stamp|at|zeit|datum|fecha|heure)$/;
/** Names of the ends of a span, which stand for a time where there is no other. */
const SPAN_WORD = /(?:^|[_.-])(?:start|first|begin|end|last)(?:$|[_.-]|time|seen)|time|[a-z](?:Time|Start|Stamp)/i;
const OTHER_WORDS =
  /^(expir\w*|expiry|expiration|modified|updated?|last|first|received?|ingest\w*|processed|alarm|end|ended|until|before|after|issued|launch\w*|birth\w*|auth|session|start|started|attributes|cert\w*|valid|delivery|index\w*|password|previous|old|new|next|monotonic)$/;

function nameScore(path: string[]): number {
  const last = path.at(-1) ?? '';
  // {"TimeCreated": {"value": …}}: the name is that of what holds it.
  if (/^(?:value|\$date|iso|#text|\$numberLong|epochSecond|epochMillis|seconds)$/.test(last) && path.length > 1)
    return nameScore(path.slice(0, -1)) + 0.01;
  // Windows: the time that the event log itself gave, before any time inside the event.
  if (last === 'SystemTime' && path.includes('TimeCreated')) return 2.3;
  if (/^z?end(?:date|time)$/i.test(last)) return -0.6;
  const words = last
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  if (words.some((word) => OTHER_WORDS.test(word)))
    return words.some((word) => /^(?:start|begin|first)/.test(word)) ? -0.5 : -0.6;
  const about = path
    .slice(0, -1)
    .join(' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  const nested = about.some((word) => OTHER_WORDS.test(word) && word !== 'attributes') ? 0.6 : 0;
  const known = words.some((word) => EVENT_WORDS.test(word) || /time(stamp)?$|date$/.test(word));
  const exact =
    /^(@timestamp|_time|event_?time|timestamp|time|ts|published|creation_?time|time_?generated|time_?created|system_?time|__realtime_timestamp|event ?date ?time)$/i.test(
      last,
    );
  if (exact) return 1.3 - nested;
  // Before a timestamp of the application's own further in.
  if (/^date(?:time)?$/i.test(last)) return 1.15 - nested;
  if (known) return 1 - nested;
  return words.some((word) => /^creat/.test(word)) ? 0.4 - nested : 0;
}
