import type { Block } from './blocks';
import { type Claim, claimsOf } from './claims';
import { type EvidenceIndex, type EvidenceRow, type EvidenceTable, lengthsOf, numberOf } from './evidence-index';
import { isMeant } from './meant';
import { secondsOf, WITHIN } from './nearness';
import type { NumberContext } from './row-sets';
import { isSize, isSizeMeasure } from './sizes';

/** Words about what was searched: only then a duration may be that of a query's range. */
const OF_RANGE =
  /^(?:quer|range|window|search|look|log|cover|span|baseline|period|ask|source|investigat|earlier|before|previous|prior|past|last|histor|later|after)/;
/** More times than this are compared by their first and last only, or one with the next. */
const MAX_PAIRED = 60;
const MAX_TIMES = 400;

/** A duration between rows: of any two when the sentence names none (`about` null), else from one that it names. */
export function isLong(
  claim: Claim,
  { records, words }: NumberContext,
  about: { groups: EvidenceRow[][] }[] | null,
): boolean {
  if (isStep(claim, records)) return true;
  const isOfRange = [...words].some((word) => OF_RANGE.test(word));
  const all = records.flatMap((record) => (isOfRange ? record.times() : record.rowTimes()));
  if (about === null) return isDuration(claim, [all]);
  const ends = [...new Set(about.flatMap(({ groups }) => groups.flat().flatMap(({ times }) => times)))];
  if (ends.length > MAX_PAIRED || all.length > MAX_TIMES) return isDuration(claim, [ends]);
  return ends.some((end) => all.some((other) => other !== end && isDuration(claim, [[end, other]])));
}

/** Whether two times of a group are as far apart as a claim says; of many times its first and last. */
export function isDuration(claim: Claim, groups: number[][]): boolean {
  const differs = meansSpan(claim);
  return groups.some((times) => {
    if (times.length < 2) return false;
    if (times.length > MAX_PAIRED) return differs(Math.max(...times) - Math.min(...times));
    return times.some((a) => times.some((b) => a > b && (differs(a - b) || differs(inSeconds(a) - inSeconds(b)))));
  });
}

/** As clocks show it: people take one clock time from another. */
const inSeconds = (ms: number): number => ms - (ms % 1000);

function meansSpan(claim: Claim): (ms: number) => boolean {
  const size = secondsOf(claim.measure ?? '') ?? 1;
  return (ms) => isMeant(claim, ms / 1000 / size, true);
}

/** `65 seconds later`: from one event of a record to the next, whatever the sentence calls them. */
function isStep(claim: Claim, records: EvidenceIndex[]): boolean {
  if (!claim.isStep) return false;
  const differs = meansSpan(claim);
  return records.some((record) => {
    const times = [...new Set(record.rowTimes())].sort((a, b) => a - b).slice(0, MAX_TIMES * 5);
    return times.some((time, at) => at > 0 && differs(time - (times[at - 1] ?? time)));
  });
}

/** `eleven hours later`: from an event of another record, which the sentence before may be about; of minutes one that its block cites. */
export function isStepFrom(claim: Claim, cited: EvidenceIndex[], all: EvidenceIndex[], near: EvidenceIndex[]): boolean {
  if (!claim.isStep) return false;
  const differs = meansSpan(claim);
  const own = cited.flatMap((record) => record.rowTimes()).slice(0, MAX_TIMES);
  if ((secondsOf(claim.measure ?? '') ?? 0) < 3600) {
    const rows = (record: EvidenceIndex) => record.tables().flatMap((table) => table.rows.slice(0, MAX_TIMES));
    const lasts = near.map((record) => Math.max(...rows(record).flatMap(({ times }) => times)));
    return own.some((time) => lasts.some((last) => time > last && differs(time - last)));
  }
  const others = [...new Set(all.flatMap((record) => record.rowTimes().slice(0, MAX_TIMES)))];
  return own.some((time) => others.some((other) => time !== other && differs(Math.abs(time - other))));
}

/** `Over the next 46 minutes`, `Within ten minutes`: from a time that the text has just told to an event of a record. */
export function isSinceTold(claim: Claim, block: Block, cited: EvidenceIndex[]): boolean {
  const seconds = secondsOf(claim.measure ?? '');
  if (seconds === undefined || seconds >= DAY_MS / 1000 || claim.number === undefined) return false;
  const told = claimsOf(block).flatMap(({ time, end }) =>
    time && !time.timeOfDay && !time.anyYear && time.to - time.from <= 60_000 && end <= claim.start ? [time.from] : [],
  );
  const dayless = claimsOf(block).flatMap(({ time, end }) =>
    (time?.timeOfDay || time?.anyYear) && time.to - time.from <= 60_000 && end <= claim.start
      ? [time.from % DAY_MS]
      : [],
  );
  const isBound = WITHIN.test(block.text.slice(Math.max(0, claim.start - 40), claim.start));
  const limit = claim.number * seconds * 1000;
  const differs = meansSpan(claim);
  const fits = (ms: number): boolean => ms > 0 && (differs(ms) || (isBound && ms <= limit && ms >= limit / 2));
  return cited.some((record) =>
    record
      .rowTimes()
      .slice(0, MAX_TIMES)
      .some((at) => told.some((from) => fits(at - from)) || dayless.some((from) => fits((at % DAY_MS) - from))),
  );
}

/** Whether a length of time is from an event of a cited record to one of any other: the citation is missing then, and the number may be right. */
export function isBetween(claim: Claim, cited: EvidenceIndex[], all: EvidenceIndex[]): boolean {
  const seconds = secondsOf(claim.measure ?? '');
  if (seconds === undefined || isSizeMeasure(claim.measure ?? '')) return false;
  const differs = meansSpan(claim);
  const times = (records: EvidenceIndex[]) =>
    [...new Set(records.flatMap((record) => record.rowTimes().slice(0, MAX_TIMES)).map(inSeconds))].slice(0, 2000);
  const others = times(all);
  return times(cited)
    .slice(0, MAX_TIMES)
    .some((from) => others.some((to) => to !== from && differs(Math.abs(to - from))));
}

/** `18 seconds before the alert`, `eight days older`: from a time of a cited record, or one that is told, to the alert's. */
export function isSinceAlert(claim: Claim, block: Block, cited: EvidenceIndex[], alerts: number[]): boolean {
  if (secondsOf(claim.measure ?? '') === undefined) return false;
  const differs = meansSpan(claim);
  const told = claimsOf(block).flatMap(({ time }) =>
    time && !time.timeOfDay && !time.anyYear && time.to - time.from <= 60_000 ? [time.from] : [],
  );
  const times = [...told, ...cited.flatMap((record) => record.rowTimes().slice(0, MAX_TIMES))];
  return alerts.some((alert) => times.some((time) => time !== alert && differs(Math.abs(alert - time))));
}

/** `four minutes before the door was opened`: from a time of its block to one that the report's timeline has. */
export function isToTimeline(claim: Claim, block: Block, timeline: Block[]): boolean {
  if (secondsOf(claim.measure ?? '') === undefined) return false;
  const differs = meansSpan(claim);
  const exact = (one: Block) =>
    claimsOf(one).flatMap(({ time }) =>
      time && time.to - time.from <= 1000 && !time.anyYear ? [time.from % DAY_MS] : [],
    );
  const own = exact(block);
  return (
    own.length > 0 &&
    timeline.some((row) => exact(row).some((at) => own.some((told) => at !== told && differs(Math.abs(at - told)))))
  );
}

/** `within 100 seconds` of what two times of a cited text are 99 apart. */
export function isWithin(claim: Claim, block: Block, cited: EvidenceIndex[]): boolean {
  const seconds = secondsOf(claim.measure ?? '');
  if (seconds === undefined || !WITHIN.test(block.text.slice(Math.max(0, claim.start - 40), claim.start))) return false;
  const limit = (claim.number ?? 0) * seconds * 1000;
  return cited.some((record) => {
    const times = record.rowTimes().slice(0, MAX_PAIRED);
    return times.some((a) => times.some((b) => b > a && b - a <= limit && b - a >= 0.8 * limit));
  });
}

const PER = /^\s*(?:an?|per|each|\/)\s*(second|minute|hour|day|s\b)/i;

/** `6.7 MB a second`, `50 requests a minute`: a number of a row by how long it took. */
export function isRate(claim: Claim, block: Block, cited: EvidenceIndex[]): boolean {
  const per = PER.exec(
    block.text.slice(claim.end + (claim.measure?.length ?? 0), claim.end + 24).replace(/^\s*[KMGT]?i?B\b/, ''),
  )?.[1];
  const seconds = per === undefined ? undefined : secondsOf(per.toLowerCase());
  if (seconds === undefined || claim.number === undefined) return false;
  const isSized = isSizeMeasure(claim.measure ?? '');
  return cited.some((record) =>
    record.tables().some(({ rows }) =>
      rows.slice(0, MAX_TIMES).some(({ cells, times }) => {
        const took = (Math.max(...times) - Math.min(...times)) / 1000 / seconds;
        if (times.length < 2 || took <= 0) return false;
        return cells.map(numberOf).some((number) => {
          const rate = number === null ? 0 : number / took;
          return rate > 0 && (isSized ? isSize(claim, rate) : isMeant(claim, rate, true));
        });
      }),
    ),
  );
}

/** `one every three seconds`: how long a row took by how many there were. */
export function isEvery(claim: Claim, block: Block, cited: EvidenceIndex[]): boolean {
  const seconds = secondsOf(claim.measure ?? '');
  const words = block.text.slice(Math.max(0, claim.start - 24), claim.start);
  if (seconds === undefined || !/\bevery\s+(?:about |some )?$/i.test(words)) return false;
  const length = (claim.number ?? 0) * seconds * 1000;
  return cited.some((record) =>
    record.tables().some(({ rows }) =>
      rows.slice(0, MAX_TIMES).some(({ cells, times }) => {
        const took = Math.max(...times) - Math.min(...times);
        return (
          times.length > 1 &&
          cells
            .map(numberOf)
            .some((number) => number !== null && number > 2 && Math.abs(took / (number - 1) - length) <= 0.1 * length)
        );
      }),
    ),
  );
}

const DAY_MS = 86_400_000;

/** `in 30 days`: how long the range is that a cited record asked for, in days or more, rounded or cut. */
export function isRangeLength({ measure = '', number = 0 }: Claim, records: EvidenceIndex[]): boolean {
  const seconds = secondsOf(measure);
  if (seconds === undefined || seconds < 86_400) return false;
  return records.some(({ call: { timeFrom, timeTo } }) => {
    if (timeFrom === null || timeTo === null) return false;
    const length = (Date.parse(timeTo) - Date.parse(timeFrom)) / 1000 / seconds;
    // A range from the first to the last minute of its days: 29.99 of them.
    return number === Math.floor(length) || number === Math.ceil(length - DAY_MS / 2 / 1000 / seconds);
  });
}

/** A length of time in words, in the unit that a reader would take. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}

/** A length of time as a text says it: `two minutes`, `9 minutes and 55 seconds`. */
export const saidLength = ({ value, measure }: Claim): string =>
  /(?:second|minute|hour|day|min|sec)s?$/i.test(value) ? value : `${value} ${measure ?? ''}`.trim();

/** `six minutes` of what a row says took 364.5 seconds. */
export function isLasting(claim: Claim, { columns }: EvidenceTable, rows: EvidenceRow[]): boolean {
  const seconds = secondsOf(claim.measure ?? '');
  if (seconds === undefined || isSizeMeasure(claim.measure ?? '')) return false;
  return rows.some((row) => lengthsOf(columns, row).some((ms) => isMeant(claim, ms / 1000 / seconds, true)));
}

/** A length of time is worked out from rows, often from two that nobody names: that it isn't found is no proof (docs/decisions/208). */
export function isLength({ measure, start }: Claim, { cells, head }: Block): boolean {
  if (measure !== undefined && !isSizeMeasure(measure) && secondsOf(measure) !== undefined) return true;
  const column = cells.findIndex((cell) => start >= cell.start && start < cell.end);
  return LENGTH_COLUMN.test(head[column] ?? '');
}
const LENGTH_COLUMN = /^(?:(?:milli)?seconds|minutes|hours|days|duration|length|lasted|took|gap|wait|interval)\b/i;
