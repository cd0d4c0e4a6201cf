import { type Block, citationGroups } from '../blocks';
import { nounsAfter } from '../claim-context';
import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { deedsIn } from '../deeds';
import { durationText, saidLength } from '../durations';
import { countOf, type EvidenceEvent } from '../events';
import { numberOf, squash } from '../evidence-index';
import { stemOf } from '../loose-numbers';
import { sessionsOf } from '../mentions';
import { type Finding, finding } from '../messages';
import { secondsOf, WITHIN } from '../nearness';
import { amountOf } from '../number-words';
import { eventsAbout, involves, type Statement, statementsOf } from '../statements';

/** `within 5 minutes`: what the sentence names did not take longer. */
export function checkBounds(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) =>
    claimsOf(statement.block).flatMap((claim) => {
      const bound = boundOf(statement, claim) ?? lengthOf(statement, claim);
      if (!bound || bound.holds) return [];
      const data = { value: `${bound.words} ${saidLength(claim)}`, actual: durationText(bound.shortest) };
      return [finding('bound', 'warning', placeOf(statement.block, claim), 'bound-false', data)];
    }),
  );
}

/** `within 30 seconds` of what took 23: a limit that holds is no number that the evidence has to have. */
export function isBoundThatHolds(context: CheckContext, block: Block, claim: Claim): boolean {
  const statement = statementsOf(context).statements.find(
    (one) => one.block === block && claim.start >= one.start && claim.end <= one.end,
  );
  const bound = statement && boundOf(statement, claim);
  // Far above what it took, a limit is no honest one.
  return bound?.holds === true && bound.spans.some((span) => span <= bound.most && span >= bound.limit / 10);
}

/** `most`: what people round to the limit. */
type Bound = { words: string; limit: number; most: number; spans: number[]; shortest: number; holds: boolean };

function boundOf(statement: Statement, { start, end, number, measure }: Claim): Bound | null {
  if (number === undefined || measure === undefined || start < statement.start || end > statement.end) return null;
  const { text } = statement.block;
  const size = secondsOf(measure);
  const words = WITHIN.exec(text.slice(Math.max(0, start - 40), start))?.[0]
    .trim()
    .replace(/\s+/g, ' ');
  if (size === undefined || size < 1 || words === undefined) return null;
  // `within fifteen seconds after 01:00:00Z`: when it began, not how long it took.
  if (
    statement.times.some(
      (time) => time.start > end && /^\W*\p{L}+\s+(?:after|of|before)\W*$/u.test(text.slice(end, time.start)),
    )
  )
    return null;
  const limit = number * size * 1000;
  const next = nextTo(statement, end);
  const isBetween = /^\S*\s\S+\s+(?:of|after|before|later)\b/.test(text.slice(start, start + 60));
  const spans = [...sessionSpans(next, start, limit), ...spansOf(next, isBetween)];
  if (spans.length === 0) return null;
  const shortest = Math.min(...spans);
  // People round: 14 minutes for 14:26.
  const most = limit + Math.max(0.1 * limit, 500 * Math.min(size, 60));
  return { words, limit, most, spans, shortest, holds: shortest <= most };
}

/** `done within 47 minutes` of rows of many nights, `two within twenty minutes`: how long each session or so many rows took. */
function sessionSpans({ block, events, start }: Statement, at: number, limit: number): number[] {
  const words = /(\p{L}+|\d+)\s+within\s+(?:\p{L}+\s+)?$/iu.exec(block.text.slice(start, at))?.[1] ?? '';
  const number = /^\d+$/.test(words) ? Number(words) : amountOf(words.toLowerCase());
  const times = [...new Set(events.flatMap((event) => event.times))].sort((a, b) => a - b);
  const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) > 12 * 3_600_000;
  if (!isLong || limit > 12 * 3_600_000) return [];
  const windows = number > 1 ? times.slice(number - 1).map((time, index) => time - (times[index] ?? time)) : [];
  const sessions = sessionsOf(times).flatMap((own) => (own.length > 1 ? [(own.at(-1) ?? 0) - (own[0] ?? 0)] : []));
  return [...windows, ...(sessions.length > 1 ? sessions : [])];
}

const IN = /\b(?:in|over|during|for)\s+(?:about\s+|around\s+|some\s+)?$/i;
/** How far a length of time may be from what it says: people round. */
const ROUNDING = 0.15;

/** `148 items in 34 minutes`: how long what the sentence counts took, where one burst or as many rows are that. */
function lengthOf(statement: Statement, { start, end, number, measure }: Claim): Bound | null {
  if (number === undefined || measure === undefined || start < statement.start || end > statement.end) return null;
  const { text } = statement.block;
  const size = secondsOf(measure);
  const words = IN.exec(text.slice(Math.max(0, start - 30), start))?.[0]
    .trim()
    .replace(/\s+/g, ' ');
  if (size === undefined || size < 1 || size >= 86_400 || words === undefined) return null;
  const own = nextTo(statement, end);
  const counted =
    eventsCounted(own).length > 0
      ? eventsCounted(own)
      : eventsCounted({ ...own, start: clauseStart(text, own.start, start), end });
  const span = counted.length > 0 ? durationOf(counted) : 0;
  if (span === 0) return null;
  const limit = number * size * 1000;
  const slack = Math.max(ROUNDING * Math.max(span, limit), 1000 * size);
  return { words, limit, most: limit + slack, spans: [span], shortest: span, holds: Math.abs(span - limit) <= slack };
}

/** Where the clause of a place begins: behind the last comma or semicolon, or `and`. */
function clauseStart(text: string, from: number, at: number): number {
  const cut = Math.max(text.lastIndexOf(', ', at), text.lastIndexOf('; ', at), text.lastIndexOf(' and ', at));
  return Math.max(from, cut);
}

/** A statement with the clause of one number alone: of several citations those that follow it next. */
function nextTo(statement: Statement, at: number): Statement {
  const { block, end, text, start } = statement;
  const groups = citationGroups(text);
  const next = groups.find((group) => start + group.start >= at);
  if (!next || groups.length < 2) return statement;
  const from = Math.max(start, ...groups.filter((group) => group.end <= next.start).map((group) => start + group.end));
  const isIn = (one: { start: number; end: number }) => one.start >= from && one.end <= start + next.end;
  return {
    ...statement,
    start: from,
    end: Math.min(end, start + next.end),
    text: block.text.slice(from, start + next.end),
    actors: statement.actors.filter(isIn),
    actions: statement.actions.filter(isIn),
    times: statement.times.filter(isIn),
    events: statement.events.filter(({ record }) => next.numbers.includes(record.call.number)),
  };
}

/** The subject of a sentence that speaks of all there were: `The failed sign-ins`, `Files`. */
const OF_ALL =
  /^\W*(?:(?:the|all|both|these|those|its|his|her|their)\s+(?:\p{L}[\p{L}-]*\s+){0,2}?)?\p{L}[\p{L}-]*s\s+(?:were|came|took|arrived|happened|lasted)\b/iu;

/** How long what a statement names took, in ms: from the first to the last of its times, of a burst, of like events; between two events. */
function spansOf(statement: Statement, isBetween: boolean): number[] {
  const said = statement.times.flatMap(({ time }) => (time ? [time.from] : []));
  if (said.length > 1) return [Math.max(...said) - Math.min(...said)];
  const counted = eventsCounted(statement);
  if (counted.length > 0) return [durationOf(counted)];
  const named = namedEvents(statement);
  // Of a short list nothing is named: the sentence may speak of any two of its events.
  const about = named ?? (statement.events.length <= 12 ? statement.events : []);
  if (isBetween || named === null) {
    const times = about.flatMap(({ times: own }) => own).slice(0, 200);
    const gaps = times.flatMap((a) => times.flatMap((b) => (b > a ? [b - a] : [])));
    return gaps;
  }
  // `The failed sign-ins came within five minutes`: all that the words stand for, not one burst of them.
  const isOfAll = statement.actions.length === 0 && statement.actors.length === 0 && OF_ALL.test(statement.text);
  if (isOfAll && durationOf(about) > 0) return [durationOf(about)];
  const bursts = about
    .flatMap(({ times }) => (times.length > 1 ? [(times.at(-1) ?? 0) - (times[0] ?? 0)] : []))
    .filter((span) => span > 0);
  if (bursts.length > 0) return bursts;
  // `Nine sign-ins failed within nine minutes`: those that failed, too.
  return [about, ...byOutcome(statement, about)].flatMap((events) => {
    const span = durationOf(events);
    return span > 0 ? [span] : [];
  });
}

/** From the first to the last time of some events, ms. */
function durationOf(events: EvidenceEvent[]): number {
  const times = events.flatMap((event) => event.times).sort((a, b) => a - b);
  return (times.at(-1) ?? 0) - (times[0] ?? 0);
}

/** `412 objects were read within …`: the one burst of that many, or all rows of a record that are that many together. */
function eventsCounted({ block, start, end, events }: Statement): EvidenceEvent[] {
  const numbers = claimsOf(block).filter(
    (claim) =>
      claim.number !== undefined && !claim.measure && !claim.nearness && claim.start >= start && claim.end <= end,
  );
  const [counted] = numbers;
  const number = counted?.number;
  if (!counted || number === undefined || numbers.length > 1 || number < 3) return [];
  const bursts = events.filter((event) => countOf(event) === number && event.times.length > 1);
  const [burst] = bursts;
  // Two records may have the same one.
  if (burst)
    return bursts.every(({ times }) => times[0] === burst.times[0] && times.at(-1) === burst.times.at(-1))
      ? [burst]
      : [];
  // `16 files` of a row that has 16 among its numbers; `four wrong passwords`: so many rows have the word.
  const having = events.filter(
    ({ row, times }) => times.length > 1 && row.cells.some((cell) => numberOf(cell) === number),
  );
  if (having.length === 1) return having;
  const nouns = nounsAfter(block, counted).flatMap((noun) => stemOf(noun) ?? []);
  const alike = nouns
    .map((noun) => events.filter(({ row }) => row.text.includes(noun)))
    .find((rows) => rows.length === number);
  if (alike && durationOf(alike) > 0) return alike;
  const records = new Set(events.map(({ record }) => record));
  const whole = [...records].map((record) => events.filter((event) => event.record === record));
  const all = whole.filter((rows) => rows.reduce((sum, event) => sum + (countOf(event) ?? 0), 0) === number);
  return all.length === 1 && whole.length === 1 && all[0] && durationOf(all[0]) > 0 ? all[0] : [];
}

const FAILURE = /\b(?:fail\w*|den(?:y|ied|ials?)|refus\w+|reject\w+|errors?|unauthori[sz]ed|blocked)\b/i;
const SUCCESS = /\b(?:succe\w+|grant\w*|allow\w*|accepted|permitted)\b/i;

/** The events of each outcome that a statement names. */
function byOutcome({ text }: Statement, events: EvidenceEvent[]): EvidenceEvent[][] {
  return [
    ...(FAILURE.test(text) ? [events.filter(({ outcome }) => outcome === 'failure')] : []),
    ...(SUCCESS.test(text) ? [events.filter(({ outcome }) => outcome === 'success')] : []),
  ];
}

/** Events with an action, an actor or another name of the statement; null when it names none. */
function namedEvents(statement: Statement): EvidenceEvent[] | null {
  const byAction = statement.actions.length > 0 ? eventsAbout({ ...statement, times: [] }) : [];
  const names = new Set(statement.actions.map(({ name }) => name));
  const done = byAction.filter((event) => event.actions.some((action) => names.has(action)));
  const events = done.length > 0 ? done : statement.events;
  const byActor = events.filter((event) => statement.actors.some(({ name }) => involves(event, name)));
  if (byActor.length > 0) return byActor;
  if (done.length > 0) return done;
  const values = claimsOf(statement.block)
    .filter(
      ({ kind, start }) =>
        (kind === 'id' || kind === 'quote' || kind === 'indicator') &&
        start >= statement.start &&
        start < statement.end,
    )
    .map(({ value }) => squash(value));
  const named = events.filter(({ row }) => values.some((value) => value.length > 3 && row.text.includes(value)));
  if (named.length > 0) return named;
  const deeds = deedsIn(statement.text);
  const told = events.filter((event) => event.actions.some((action) => deeds.some(({ names }) => names.test(action))));
  return told.length > 0 ? told : null;
}
