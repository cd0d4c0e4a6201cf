import { asksSource } from '../../evidence/source-calls';
import { claimsOf, placeOf } from '../claims';
import { phraseBehind } from '../clauses';
import type { CheckContext } from '../context';
import { durationText } from '../durations';
import { type EvidenceEvent, eventsOf } from '../events';
import { squash } from '../evidence-index';
import { sessionsOf, wordsShared } from '../mentions';
import { type Finding, finding } from '../messages';
import { secondsOf } from '../nearness';
import { negationsIn } from '../negation';
import { type OrderedPair, pairsOf } from '../ordered-pairs';
import { outcomeAbout } from '../outcome-words';
import { type Statement, statementsOf } from '../statements';
import { nameColumns, rowsNamed } from '../tallies';
import { saysTime } from '../times';
import { deedsTold, isTold } from '../told-deeds';

/** Rows of a statement that are compared. */
const MAX_EVENTS = 600;
/** A phrase that finds more rows than this says nothing of when. */
const MAX_FOUND = 60;

/** What a sentence says came first: the rows that its words find for the one thing are not all after those of the other. */
export function checkToldOrder(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, events, text } = statement;
    if (block.kind === 'row' && /timeline/i.test(block.section)) return [];
    if (events.length > MAX_EVENTS || /\b(?:alerts?|I)\b/.test(text) || events.some(({ record }) => !record.isWhole))
      return [];
    return pairsOf(statement)
      .flatMap((pair) => checkPair(context, statement, pair))
      .slice(0, 1);
  });
}

function checkPair(context: CheckContext, statement: Statement, pair: OrderedPair): Finding[] {
  const { earlier, later, start, end, isNear } = pair;
  const [first, second] = [
    foundBy(context, statement, readingsOf(earlier)),
    foundBy(context, statement, readingsOf(later)),
  ];
  if (first.length === 0 || second.length === 0 || first.some((event) => second.includes(event))) return [];
  const gap = isNear ? gapInSession(first, second) : gapOf(timesOf(first), timesOf(second));
  const { block, start: from } = statement;
  if (gap < 1000 || !isAsFar(statement, pair, timesOf(first), timesOf(second))) return [];
  const place = placeOf(block, { start: from + start, end: from + end });
  const data = { earlier: shown(later), later: shown(earlier), gap: durationText(gap) };
  return [finding('bound', 'warning', place, 'order-turned', data)];
}

/** A long text may mean its last phrase. */
const readingsOf = (text: string): string[] =>
  text.length > 100 ? [phraseBehind(text.replace(/(?:\s*\[E[^\]]*\])*\W*$/, '')), text] : [text];

const shown = (text: string): string =>
  text
    .replace(/[`*_]|\[E[^\]]*\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60);

/** Where the text says how far apart they are, two of the times are so the other way round, and none as it says. */
function isAsFar({ block, start }: Statement, pair: OrderedPair, first: number[], second: number[]): boolean {
  const length = claimsOf(block).find(
    ({ measure, number, ...at }) =>
      measure &&
      number &&
      at.end > start + pair.start - LENGTH_BEFORE &&
      at.start < start + pair.end &&
      /^[\s,]*(?:\p{L}+\s?)?$/u.test(block.text.slice(at.end, Math.max(at.end, start + pair.start))),
  );
  const unit = 1000 * (secondsOf(length?.measure ?? '') ?? 0);
  const ms = unit * (length?.number ?? 0);
  if (ms === 0) return true;
  const fits = (gap: number) => Math.abs(gap - ms) <= Math.max(1500, 0.12 * ms, 0.75 * unit);
  return first.some((a) => second.some((b) => fits(a - b))) && !first.some((a) => second.some((b) => fits(b - a)));
}
/** Characters between a length and the word that it goes with: ` minutes `. */
const LENGTH_BEFORE = 14;

const timesOf = (events: EvidenceEvent[]): number[] => events.flatMap(({ times }) => times);

/** How long after all of the others the first of some times is, ms; negative where one of them is before. */
const gapOf = (first: number[], second: number[]): number => Math.min(...first) - Math.max(...second);

/** The same within the sessions that have both: what is told step by step happened in one. */
function gapInSession(first: EvidenceEvent[], second: EvidenceEvent[]): number {
  const [a, b] = [timesOf(first), timesOf(second)];
  const gaps = sessionsOf([...a, ...b]).flatMap((session) => {
    const [from, to] = [session[0] ?? 0, session.at(-1) ?? 0];
    const within = (times: number[]) => times.filter((time) => time >= from && time <= to);
    const [own, others] = [within(a), within(b)];
    return own.length > 0 && others.length > 0 ? [gapOf(own, others)] : [];
  });
  return gaps.length > 0 ? Math.min(...gaps) : gapOf(a, b);
}

/** The cited events that a phrase says: by the names in it, by what was done, and by its words. */
function foundBy(context: CheckContext, statement: Statement, phrases: string[]): EvidenceEvent[] {
  const others = statement.block.own.flatMap((number) => context.records.get(number) ?? []);
  for (const events of [statement.events, others.flatMap(eventsOf)])
    for (const phrase of phrases) {
      const found = foundByOne(context, { ...statement, events }, phrase);
      if (found.length > 0) return found;
    }
  return [];
}

function foundByOne(context: CheckContext, { events, block }: Statement, phrase: string): EvidenceEvent[] {
  const timed = events.filter(({ times, record }) => times.length > 0 && asksSource(record.call.tool));
  const told = claimsOf(block).flatMap(({ time, value }) =>
    time && time.to - time.from <= 60_000 && phrase.includes(value) ? [time] : [],
  );
  const last = told.at(-1);
  // Of a longer text the time that it ends with says when.
  if (last) return timed.filter(({ times }) => times.some((time) => saysTime(last, time)));
  if (negationsIn(phrase).length > 0) return [];
  const names = namesIn(block, phrase);
  const all = timed.filter(({ row }) => names.every((name) => row.text.includes(name)));
  const any = timed.filter(({ row }) => names.some((name) => row.text.includes(name)));
  const called = nameColumns(timed).flatMap((column) => rowsNamed(column, phrase));
  const base = names.length > 0 && all.length > 0 ? all : any.length > 0 ? any : timed;
  const deeds = deedsTold(phrase);
  const done = base.filter((event) => deeds.some((deed) => isTold(event, deed)));
  const shared = wordsShared(context, phrase, base);
  const most = Math.max(0, ...shared.values());
  const worded = base.filter((event) => most > 0 && shared.get(event) === most);
  const own = base.length < timed.length ? base : called;
  const both = worded.filter((event) => called.includes(event));
  const found = done.length > 0 ? done : both.length > 0 ? both : worded.length > 0 ? worded : own;
  const outcome = outcomeAbout(phrase);
  const ended = (outcome === 'failure' && found.length === 0 ? base : found).filter(
    (event) =>
      (outcome !== 'success' && outcome !== 'failure') ||
      event.outcome === outcome ||
      (event.outcome === null && found.length > 0),
  );
  return ended.length <= MAX_FOUND ? ended : [];
}

const namesIn = (block: Statement['block'], phrase: string): string[] =>
  claimsOf(block).flatMap(({ kind, value }) =>
    ['indicator', 'id', 'quote'].includes(kind) && value.length > 2 && phrase.includes(value)
      ? [squash(value.replace(/\[\.\]/g, '.'))]
      : [],
  );
