import { asksSource } from '../../evidence/source-calls';
import { type Claim, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import { durationText, saidLength } from '../durations';
import type { EvidenceEvent } from '../events';
import { lengthsOf } from '../evidence-index';
import { numbersOf } from '../limits';
import { type Finding, finding } from '../messages';
import { secondsOf } from '../nearness';
import { groupBy, groupsOf } from '../readings';
import { type Statement, statementsOf } from '../statements';
import { nameColumns, rowsNamed } from '../tallies';

/** What holds for all lengths of something: none is longer, or none is shorter. */
type Limit = { side: 'most' | 'least'; word: string };
const NONE_MORE = /\b(?:never|no|none|nothing|nobody|not)\b[^.;]{0,60}?\b(?:more|longer|later) than\s+(?:about\s+)?$/i;
const NONE_LESS =
  /\b(?:never|no|none|nothing|nobody|not)\b[^.;]{0,60}?\b(?:less|shorter|sooner|fewer) than\s+(?:about\s+)?$/i;
const AT_MOST = /\b(?:at most|at the most|up to|no more than)\s+$/i;
const AT_LEAST = /\b(?:at least|no less than|no fewer than)\s+$/i;
/** `25 minutes at most` */
const MOST_BEHIND = /^\W*\p{L}+\s+(?:at most|at the most|or less|at the longest)\b/iu;
const LEAST_BEHIND = /^\W*\p{L}+\s+(?:at least|at the least|or more)\b/iu;
/** What lies between rows, not how long one took. */
const GAPS = /\b(?:apart|between|gaps?|pauses?|intervals?|silences?|breaks?|each other|one another|in between)\b/i;
const LONG = /\b(?:took|takes?|lasts?|lasted|long|longer|shorter|runs?|ran|went on)\b/i;
const LONGEST = 86_400_000;
/** How far a limit may be from what it bounds: above that something else is meant. */
const NEAR = 2.5;
const MAX_ROWS = 400;

/**
 * `never more than two seconds between`, `no machine took more than 24 seconds`: a limit of the rows' lengths or of the gaps between
 * them. Where one way to read them keeps to it, it holds.
 */
export function checkLengthBounds(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, events } = statement;
    if (block.kind === 'row' && /timeline/i.test(block.section)) return [];
    const whole = events.filter(
      ({ record, times }) => times.length > 0 && record.isWhole && asksSource(record.call.tool),
    );
    const own = ofDays(statement, whole);
    if (own.length < 2 || own.length > MAX_ROWS) return [];
    return numbersOf(statement).flatMap((claim) => checkOne(statement, claim, own));
  });
}

function checkOne(statement: Statement, claim: Claim, own: EvidenceEvent[]): Finding[] {
  const { block, start, end } = statement;
  const limit = limitOf(block.text.slice(start, claim.start), block.text.slice(claim.end, end));
  const unit = 1000 * (secondsOf(claim.measure ?? '') ?? 0);
  const ms = unit * (claim.number ?? 0);
  if (!limit || ms === 0 || ms > LONGEST) return [];
  const clause = clausesOf(statement).find((one) => claim.start >= one.start && claim.start < one.end);
  const text = clause ? block.text.slice(clause.start, clause.end) : statement.text;
  const isGap = GAPS.test(statement.text);
  if (!isGap && !LONG.test(statement.text)) return [];
  const sets = isGap ? gapSets(own, text) : lengthSets(own);
  const usable = sets.filter((lengths) => lengths.length > 1);
  if (usable.length === 0) return [];
  const slack = Math.max(1000, limit.side === 'most' ? 0.05 * ms : 0);
  const breaks = (length: number) => (limit.side === 'most' ? length > ms + slack : length < ms - slack);
  const isNear = (length: number) => (limit.side === 'most' ? length >= ms / NEAR : length <= ms * NEAR);
  if (usable.some((lengths) => !lengths.some(breaks) && lengths.some(isNear))) return [];
  if (!usable.some((lengths) => lengths.some(breaks))) return [];
  const ends = usable
    .filter((lengths) => lengths.some(breaks))
    .map((lengths) => (limit.side === 'most' ? Math.max(...lengths) : Math.min(...lengths)));
  const actual = limit.side === 'most' ? Math.min(...ends) : Math.max(...ends);
  const data = { value: `${limit.word} ${saidLength(claim)}`, actual: durationText(actual) };
  return [finding('bound', 'warning', placeOf(block, claim), 'bound-false', data)];
}

function limitOf(before: string, after: string): Limit | null {
  if (NONE_MORE.test(before) || AT_MOST.test(before) || MOST_BEHIND.test(after))
    return { side: 'most', word: 'at most' };
  if (NONE_LESS.test(before) || AT_LEAST.test(before) || LEAST_BEHIND.test(after))
    return { side: 'least', word: 'at least' };
  return null;
}

/** The events of the days of a month that a sentence has, where it has any: `the 26th`. */
function ofDays({ text }: Statement, events: EvidenceEvent[]): EvidenceEvent[] {
  const days = [...text.matchAll(/\bthe (\d{1,2})(?:st|nd|rd|th)\b/g)].map(([, day]) => Number(day));
  const some = events.filter(({ times }) => times.every((time) => days.includes(new Date(time).getUTCDate())));
  return some.length > 2 ? some : events;
}

/** From row to row: of each record, of the rows that a clause names, and of rows that have anything in common. */
function gapSets(events: EvidenceEvent[], clause: string): number[][] {
  return groupBy(events, ({ record }) => `${record.call.number}`).flatMap((own) => {
    const named = nameColumns(own)
      .map((column) => rowsNamed(column, clause))
      .filter((rows) => rows.length > 2);
    const columns = lengthsIn(own);
    return [...named, ...groupsOf(own)].map(gapsOf).concat(columns);
  });
}

function gapsOf(events: EvidenceEvent[]): number[] {
  const times = [...new Set(events.flatMap((event) => event.times))].sort((a, b) => a - b);
  // The night between two sessions is no gap of either.
  return times.slice(1).flatMap((time, at) => (time - (times[at] ?? 0) < 7_200_000 ? [time - (times[at] ?? 0)] : []));
}

/** What columns say of lengths, one list each. */
const lengthsIn = (events: EvidenceEvent[]): number[][] => {
  const lengths = events.flatMap(({ columns, row }) => lengthsOf(columns, row));
  return lengths.length > 0 ? [lengths] : [];
};

/** How long each row took: from its first to its last time, or as a column says. */
function lengthSets(events: EvidenceEvent[]): number[][] {
  return groupBy(events, ({ record }) => `${record.call.number}`).flatMap((own) => {
    const spans = own.flatMap(({ times }) => (times.length > 1 ? [Math.max(...times) - Math.min(...times)] : []));
    return [...(spans.length > 1 ? [spans] : []), ...lengthsIn(own)];
  });
}
