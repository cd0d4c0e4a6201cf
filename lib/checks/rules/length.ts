import { asksSource } from '../../evidence/source-calls';
import { type Claim, claimsOf, placeOf } from '../claims';
import { phraseAhead, phraseBehind } from '../clauses';
import type { CheckContext } from '../context';
import { durationText, saidLength } from '../durations';
import { countOf, type EvidenceEvent, eventsOf } from '../events';
import { squash } from '../evidence-index';
import { sessionsOf, wordsShared } from '../mentions';
import { type Finding, finding } from '../messages';
import { secondsOf, WITHIN } from '../nearness';
import { outcomeAbout } from '../outcome-words';
import { groupBy, groupsOf } from '../readings';
import { isSizeMeasure } from '../sizes';
import { isDeniedAt, type Statement, sentenceBefore, statementsOf } from '../statements';
import { DAY } from '../times';

/** Longer ones are too rough to be held against single events. */
const LONGEST = 43_200_000;
/** Rows that a phrase speaks of; of more any length may be meant. */
const MAX_EVENTS = 30;

/**
 * `Ten minutes after the macro ran the memory of LSASS was opened`, `84 attempts in four minutes`: a length of time lies between an
 * event that has a word of the one phrase and one that has a word of the other. A warning only where both phrases find events.
 */
export function checkLengths(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, events, start, end, text } = statement;
    if (block.kind === 'row' || /\balerts?\b/i.test(text)) return [];
    if (events.some(({ record }) => !record.isWhole || !asksSource(record.call.tool))) return [];
    const claims = claimsOf(block).filter((claim) => claim.start >= start && claim.end <= end);
    return claims.flatMap((claim) => checkOne(context, statement, claim)).slice(0, 1);
  });
}

function checkOne(context: CheckContext, statement: Statement, claim: Claim): Finding[] {
  const unit = 1000 * (secondsOf(claim.measure ?? '') ?? 0);
  const ms = unit * (claim.number ?? 0);
  const words = statement.block.text.slice(Math.max(statement.start, claim.start - 24), claim.end + 24);
  if (unit === 0 || ms === 0 || ms > LONGEST || isSizeMeasure(claim.measure ?? '') || RATE.test(words)) return [];
  if (isDeniedAt(statement, claim.start)) return [];
  // What a sentence goes on from may be in another record of its paragraph.
  const { block, events } = statement;
  const others = block.own.flatMap((number) => context.records.get(number) ?? []);
  const around = { ...statement, events: [...new Set([...events, ...others.flatMap(eventsOf)])] };
  const lengths = betweenPhrases(context, around, claim) ?? ofCounted(context, statement, claim) ?? [];
  if (lengths.length === 0) return [];
  const isLimit = WITHIN.test(statement.block.text.slice(Math.max(statement.start, claim.start - 40), claim.start));
  const fits = fitsOf(claim, isLimit, ms, unit);
  if (lengths.some(fits)) return [];
  // As long as it says, but what it says came first came second.
  const turned = lengths.find((length) => fits(-length));
  const nearest = lengths.reduce((best, one) => (Math.abs(one - ms) < Math.abs(best - ms) ? one : best));
  const value = saidLength(claim);
  const place = placeOf(statement.block, claim);
  if (turned !== undefined) {
    const actual = `${durationText(-turned)} the other way round`;
    return [finding('bound', 'warning', place, 'bound-false', { value, actual })];
  }
  const data = { value, actual: durationText(Math.abs(nearest)) };
  return [finding('bound', 'warning', place, 'length-differs', data)];
}

/** `every two minutes`, `6.7 MB a second`: how often, not how long. */
const RATE = /\b(?:every|average|apart|intervals?|each|per|a (?:second|minute|hour)|beat)\b/i;

/** How far what it took may be from what is said: a limit may be some way above it. */
function fitsOf(claim: Claim, isLimit: boolean, ms: number, unit: number): (length: number) => boolean {
  const slack = Math.max(1500, 0.75 * unit * 10 ** -(claim.decimals ?? 0), 0.1 * ms, claim.nearness ? 0.35 * ms : 0);
  if (isLimit || claim.nearness === 'under' || claim.nearness === 'most')
    return (length) => length <= ms + slack && length >= ms / 3;
  if (claim.nearness === 'over' || claim.nearness === 'least')
    return (length) => length >= ms - slack && length <= 2.5 * ms;
  return (length) => Math.abs(length - ms) <= slack;
}

const RELATION = /^\W*\p{L}+\s+(?:after|before)\s+(?!that\b|this\b|it\b)/iu;
const STEP = /^\W*\p{L}+\s+(?:later|afterwards?|after that|earlier|before that|beforehand)\b,?/iu;
const BACK = /\b(?:earlier|before|beforehand)\b/i;

/** Of two phrases of a sentence, how long after the one that is said to come first the other one happened: negative where it came before. Between what the one phrase and what the other phrase of a sentence says; null where it has no two, empty where one finds nothing. */
function betweenPhrases(context: CheckContext, statement: Statement, claim: Claim): number[] | null {
  const { block, start, end } = statement;
  const [ahead, behind] = [block.text.slice(start, claim.start), block.text.slice(claim.end, end)];
  const relation = RELATION.exec(behind);
  const step = relation ? null : STEP.exec(behind);
  if (!relation && !step) return null;
  const rest = behind.slice((relation ?? step)?.[0].length ?? 0);
  const first = relation ? phraseAhead(rest) : ahead.replace(/\W/g, '').length > 8 ? ahead : sentenceBefore(statement);
  // `One second after the last poll a key appeared`: where the first phrase ends can't be told.
  const isJoined =
    relation !== null && phraseBehind(ahead).replace(/\W/g, '').length < 8 && !/^[,;]/.test(rest.slice(first.length));
  const second = isJoined ? first : relation ? `${ahead} ${rest.slice(first.length)}` : rest;
  const [from, to] = [momentsIn(context, statement, first), momentsIn(context, statement, second)];
  const sign = BACK.test((relation ?? step)?.[0] ?? '') ? -1 : 1;
  return from.flatMap((a) => to.flatMap((b) => (a === b ? [] : [sign * (b - a)])));
}

const IN = /\b(?:in|within)\s+(?:a (?:little|bit|good)\s+)?(?:\p{L}+\s+){0,2}$/iu;

/** `84 attempts in four minutes`: how long the bursts took that the sentence's words and names find, of one action and of all. */
function ofCounted(context: CheckContext, statement: Statement, claim: Claim): number[] | null {
  const { block, start, text, events } = statement;
  const counted = claimsOf(block).filter(
    ({ number = 0, measure, ...at }) => number > 2 && !measure && at.start >= start && at.end <= statement.end,
  );
  if (counted.length === 0 || !IN.test(block.text.slice(start, claim.start))) return null;
  const about = eventsIn(context, statement, text);
  if (about.length === 0) return [];
  const records = new Set(events.map(({ record }) => record));
  // Where rows that have anything in common are just so many, they are meant.
  const exact = [...records].flatMap((record) =>
    ofNumber(
      events.filter((event) => event.record === record),
      counted.map(({ number = 0 }) => number),
    ),
  );
  if (exact.length > 0) return exact;
  return [...records].flatMap((record) => {
    const own = events.filter((event) => event.record === record);
    return [...burstsOf(own), ...counted.flatMap(({ number = 0 }) => windowsOf(own, number))];
  });
}

/** Numbers below are of many things. */
const LEAST_EXACT = 20;

/** How long the groups took that have just as many rows, or a row that counts as many. */
function ofNumber(events: EvidenceEvent[], numbers: number[]): number[] {
  const wanted = numbers.filter((number) => number >= LEAST_EXACT);
  const rows = events.filter((event) => event.times.length > 1 && wanted.includes(countOf(event) ?? 0));
  const groups = groupsOf(events).filter((group) => group.length > 2 && wanted.includes(group.length));
  return [...rows.map((row) => [row]), ...groups].flatMap((group) => {
    const times = group.flatMap((event) => event.times);
    const length = Math.max(...times) - Math.min(...times);
    return length > 0 ? [length] : [];
  });
}

/** How long any so many rows took that follow each other. */
function windowsOf(events: EvidenceEvent[], size: number): number[] {
  const times = events.flatMap((event) => event.times[0] ?? []).sort((a, b) => a - b);
  return times.slice(size - 1).map((time, at) => time - (times[at] ?? time));
}

/** How long each group of rows took that have anything in common, session by session. */
function burstsOf(events: EvidenceEvent[]): number[] {
  const pairs = groupBy(events, ({ actions, actors }) => `${actions[0]} ${actors[0]}`);
  const spans = [...groupsOf(events), ...pairs].flatMap((group) =>
    sessionsOf(group.flatMap(({ times }) => times)).map((times) => (times.at(-1) ?? 0) - (times[0] ?? 0)),
  );
  const own = events.flatMap(({ times }) => (times.at(-1) ?? 0) - (times[0] ?? 0));
  return [...spans, ...own].filter((length) => length > 0);
}

/** When what a phrase says happened: the events that it finds, each with the one next to it in its record, and its own times. */
function momentsIn(context: CheckContext, statement: Statement, phrase: string): number[] {
  const found = eventsIn(context, statement, phrase);
  if (found.length > MAX_EVENTS) return [];
  const day = Math.floor((statement.events[0]?.times[0] ?? 0) / DAY) * DAY;
  // `One minute later he was root`: by a word that the log has for a step before it.
  const all = [...new Set(statement.events.flatMap(({ times }) => times))].sort((a, b) => a - b);
  const own = found.flatMap(({ times }) => times);
  const next = own.flatMap((time) => {
    const at = all.indexOf(time);
    return all.slice(Math.max(0, at - 2), at + 3);
  });
  const told = claimsOf(statement.block).flatMap(({ time, value }) =>
    time && time.to - time.from <= 60_000 && phrase.includes(value)
      ? [time.timeOfDay || time.anyYear ? day + (time.from % DAY) : time.from]
      : [],
  );
  return [...new Set([...next, ...told])];
}

/** The cited events that have a word or a name of a phrase. */
function eventsIn(context: CheckContext, { events }: Statement, phrase: string): EvidenceEvent[] {
  const shared = wordsShared(context, phrase, events);
  const names = [...phrase.matchAll(/`([^`]{4,80})`/g)].map(([, name = '']) => squash(name));
  const outcome = outcomeAbout(phrase);
  const isTold = outcome === 'success' || outcome === 'failure';
  const found = events.filter((event) => shared.has(event) || names.some((name) => event.row.text.includes(name)));
  return isTold ? (found.length > 0 ? found : events).filter((event) => event.outcome === outcome) : found;
}
