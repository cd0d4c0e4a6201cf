import { asksSource } from '../../evidence/source-calls';
import { claimsOf, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { type Finding, finding } from '../messages';
import { amountOf, SMALL_NUMBER } from '../number-words';
import { type Statement, statementsOf } from '../statements';
import { nameColumns, rowsNamed } from '../tallies';
import { clockOf, DAY } from '../times';

const HOUR = 3_600_000;
/** Fewer days say nothing of what is usual, and a part of the days may be exceptions. */
const LEAST_DAYS = 4;
const EXCEPTIONS = 0.3;
const MAX_ROWS = 400;

/** A time of day, ms after midnight, and on which side of it nothing lies. */
type Limit = { start: number; end: number; from: number; to: number };

const QUIET =
  /\b(?:quiet|silent|nothing|idle|no (?:\p{L}+ ){0,2}\p{L}+|never(?: \p{L}+){0,4}|none)\s+(before|after|earlier than|later than)\s+(?:about\s+|around\s+)?$/iu;
const HOURS = new RegExp(`\\bbetween (${SMALL_NUMBER}|\\d{1,2}) and (${SMALL_NUMBER}|\\d{1,2}) o[’']clock\\b`, 'iu');

/** `quiet after 16:40Z`, `never before 07:30`, `between seven and nineteen o'clock`: a time of day that rows of most days keep to. */
export function checkClockBounds(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, events } = statement;
    if (block.kind === 'row' && /timeline/i.test(block.section)) return [];
    const own = events.filter(
      ({ record, times }) => times.length > 0 && times.length < 4 && record.isWhole && asksSource(record.call.tool),
    );
    if (own.length < LEAST_DAYS || own.length > MAX_ROWS) return [];
    const between = betweenOf(statement);
    return [
      ...limitsOf(statement).flatMap((limit) => checkOne(statement, limit, own)),
      ...(between ? checkBetween(statement, between, own) : []),
    ];
  });
}

const ALWAYS = /\b(?:always|each|every|all|only|never outside)\b[^.;]{0,40}\bbetween\s+[`*_]*$/i;

/** `always between 08:08 and 08:44`: two times of day. */
function betweenOf({ block, start, end }: Statement): Limit | null {
  const clocks = claimsOf(block).filter(
    ({ time, ...at }) => time?.timeOfDay && !time.or && at.start >= start && at.end <= end,
  );
  const at = clocks.findIndex((one) => ALWAYS.test(block.text.slice(start, one.start)));
  const [first, last] = [clocks[at], clocks[at + 1]];
  if (!first?.time || !last?.time || !/^[`*_]*\s+and\s+[`*_]*$/.test(block.text.slice(first.end, last.start)))
    return null;
  const of = (ms: number) => ((ms % DAY) + DAY) % DAY;
  return { start: first.start, end: last.end, from: of(first.time.from), to: of(last.time.to - 1) };
}

/** Rows that have the same in a column. */
function groupsOf(events: EvidenceEvent[]): EvidenceEvent[][] {
  const groups = new Map<string, EvidenceEvent[]>();
  for (const event of events)
    for (const [at, cell] of event.row.cells.entries()) {
      if (typeof cell !== 'string' || cell.length > 100) continue;
      const key = `${event.record.call.number} ${at} ${cell}`;
      groups.set(key, [...(groups.get(key) ?? []), event]);
    }
  return [...groups.values()].filter((group) => group.length < events.length);
}

/** Rows of one name of which the first or the last keeps to its end, and the other one does not: they are meant. */
function checkBetween(statement: Statement, { start, end, from, to }: Limit, own: EvidenceEvent[]): Finding[] {
  const { block } = statement;
  const groups = groupsOf(own);
  const daysOf = (rows: EvidenceEvent[]) => new Set(rows.map(({ times: [first = 0] }) => Math.floor(first / DAY)));
  const clocksOf = (rows: EvidenceEvent[]) =>
    rows.flatMap(({ times: [first] }) => (first === undefined ? [] : [first % DAY])).sort((a, b) => a - b);
  const clocks = groups.filter((rows) => daysOf(rows).size >= LEAST_DAYS).map(clocksOf);
  if ([...clocks, clocksOf(own)].some((times) => times.every((time) => time >= from && time <= to))) return [];
  const MINUTE = 60_000;
  const meant = clocks.find((times) => {
    const [least, most] = [times[0] ?? 0, times.at(-1) ?? 0];
    const [isFirst, isLast] = [Math.abs(least - from) < MINUTE, most <= to && to - most < MINUTE];
    return (isLast && least < from - MINUTE) || (isFirst && most > to + MINUTE);
  });
  if (!meant) return [];
  const data = {
    value: block.text.slice(start, end),
    actual: `${clockOf(meant[0] ?? 0)} to ${clockOf(meant.at(-1) ?? 0)}`,
  };
  return [finding('bound', 'warning', placeOf(block, { start, end }), 'bound-false', data)];
}

function limitsOf({ block, text, start, end }: Statement): Limit[] {
  const hours = HOURS.exec(text);
  const of = (word = '') => HOUR * (/^\d/.test(word) ? Number(word) : amountOf(word.toLowerCase()));
  const named = hours
    ? [
        {
          start: start + hours.index,
          end: start + hours.index + hours[0].length,
          from: of(hours[1]),
          to: of(hours[2]) + HOUR - 1,
        },
      ]
    : [];
  const told = claimsOf(block).flatMap((claim): Limit[] => {
    const { time } = claim;
    if (!time?.timeOfDay || time.or || claim.start < start || claim.end > end) return [];
    const side = QUIET.exec(block.text.slice(start, claim.start))?.[1]?.toLowerCase();
    if (!side) return [];
    const [at, slack] = [((time.from % DAY) + DAY) % DAY, time.to - time.from >= 60_000 ? HOUR / 4 : 1000];
    const place = { start: claim.start, end: claim.end };
    return [/after|later/.test(side) ? { ...place, from: 0, to: at + slack } : { ...place, from: at - slack, to: DAY }];
  });
  return [...named, ...told];
}

function checkOne(statement: Statement, { start, end, from, to }: Limit, own: EvidenceEvent[]): Finding[] {
  const { block } = statement;
  const clause = clausesOf(statement).find((one) => start >= one.start && start < one.end) ?? statement;
  const text = block.text.slice(clause.start, clause.end);
  const named = nameColumns(own)
    .map((column) => rowsNamed(column, text))
    .filter((rows) => rows.length >= LEAST_DAYS);
  const broken = [...named, own].map((rows) => brokenBy(rows, from, to));
  const [first] = broken;
  if (!first || broken.includes(null)) return [];
  const data = {
    value: block.text.slice(start, end),
    actual: `${clockOf(first.time)} and others, on ${first.days} days`,
  };
  return [finding('bound', 'warning', placeOf(block, { start, end }), 'bound-false', data)];
}

/** How many days have a time outside of a limit, and an example; null where it is few of them. */
function brokenBy(rows: EvidenceEvent[], from: number, to: number): { days: number; time: number } | null {
  const [days, outside] = [new Set<number>(), new Map<number, number>()];
  for (const time of rows.flatMap(({ times }) => times)) {
    const [day, clock] = [Math.floor(time / DAY), time % DAY];
    days.add(day);
    if (clock < from || clock > to) outside.set(day, time);
  }
  const [example] = outside.values();
  if (example === undefined || days.size < LEAST_DAYS || outside.size <= EXCEPTIONS * days.size) return null;
  return { days: outside.size, time: example };
}
