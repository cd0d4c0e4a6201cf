import { asksSource } from '../../evidence/source-calls';
import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { durationText, saidLength } from '../durations';
import { type EvidenceEvent, eventsOf } from '../events';
import { squash } from '../evidence-index';
import { wordsShared } from '../mentions';
import { type Finding, finding } from '../messages';
import { secondsOf, WITHIN } from '../nearness';
import { alertTimes } from '../own-alerts';
import { isSizeMeasure } from '../sizes';
import { isDeniedAt, type Statement, statementsOf } from '../statements';

/** Longer ones are too rough to be held against single events. */
const LONGEST = 43_200_000;
/** Rows that a sentence speaks of; of more any length may be meant. */
const MAX_EVENTS = 40;
const DAY = 86_400_000;

/**
 * `Ten minutes after the macro ran`, `51 seconds were enough for ten secrets`: a length of time is between two of the events that
 * the sentence's own words and names find in the cited rows.
 */
export function checkLengths(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, events, start, end } = statement;
    if (block.kind === 'row' || events.some(({ record }) => !record.isWhole || !asksSource(record.call.tool)))
      return [];
    const claims = claimsOf(block).filter((claim) => claim.start >= start && claim.end <= end);
    return claims.flatMap((claim) => checkOne(context, statement, claim)).slice(0, 1);
  });
}

function checkOne(context: CheckContext, statement: Statement, claim: Claim): Finding[] {
  const unit = 1000 * (secondsOf(claim.measure ?? '') ?? 0);
  const ms = unit * (claim.number ?? 0);
  if (unit === 0 || ms === 0 || ms > LONGEST || isDeniedAt(statement, claim.start)) return [];
  const around = statement.block.text.slice(Math.max(statement.start, claim.start - 24), claim.end + 24);
  if (isSizeMeasure(claim.measure ?? '') || RATE.test(around)) return [];
  const lengths = lengthsOf(context, statement);
  if (lengths.length === 0) return [];
  const fits = fitsOf(statement, claim, ms, unit);
  if (lengths.some(fits)) return [];
  // From what another record has, which the sentence may forget to cite.
  const others = wordsShared(context, statement.text, allEvents(context));
  const from = momentsOf(context, statement);
  if ([...others.keys()].some(({ times }) => times.some((time) => from.some((one) => fits(Math.abs(one - time))))))
    return [];
  const nearest = lengths.reduce((best, one) => (Math.abs(one - ms) < Math.abs(best - ms) ? one : best));
  const data = { value: saidLength(claim), actual: durationText(nearest) };
  return [finding('bound', 'warning', placeOf(statement.block, claim), 'bound-false', data)];
}

/** `every two minutes`, `6.7 MB a second`: how often, not how long. */
const RATE = /\b(?:every|average|apart|intervals?|each|per|a (?:second|minute|hour)|beat)\b/i;

/** How long it may have been: between what the sentence speaks of, from it to what is next to it, and each cited burst. */
function lengthsOf(context: CheckContext, statement: Statement): number[] {
  const about = momentsOf(context, statement);
  if (about.length === 0) return [];
  const { events } = statement;
  const between = about.flatMap((a) => about.flatMap((b) => (b > a ? [b - a] : [])));
  const all = [...new Set(events.flatMap(({ times }) => times))].sort((a, b) => a - b);
  const isAbout = (time: number): boolean => about.includes(time);
  const next = [1, 2].flatMap((step) =>
    all.slice(step).flatMap((time, at) => {
      const other = all[at] ?? time;
      return isAbout(time) || isAbout(other) ? [time - other] : [];
    }),
  );
  const bursts = [...new Set(events.map(({ record }) => record))].map((record) =>
    events.filter((event) => event.record === record).flatMap(({ times }) => times),
  );
  const own = [...events.map(({ times }) => times), ...bursts].flatMap((times) =>
    times.length > 1 ? [Math.max(...times) - Math.min(...times)] : [],
  );
  return [...between, ...next, ...own].filter((length) => length > 0);
}

/** Events of all records that the report cites. */
const allEvents = (context: CheckContext): EvidenceEvent[] => {
  const cited = new Set(context.blocks.flatMap((block) => block.cited));
  return [...cited].flatMap((number) => {
    const record = context.records.get(number);
    return record && asksSource(record.call.tool) ? eventsOf(record).slice(0, 200) : [];
  });
};

/** How far what it took may be from what is said: a limit may be some way above it. */
function fitsOf({ block, start }: Statement, claim: Claim, ms: number, unit: number): (length: number) => boolean {
  const words = block.text.slice(Math.max(start, claim.start - 40), claim.start);
  const slack = Math.max(1500, 0.75 * unit * 10 ** -(claim.decimals ?? 0), 0.1 * ms, claim.nearness ? 0.35 * ms : 0);
  if (WITHIN.test(words) || claim.nearness === 'under' || claim.nearness === 'most')
    return (length) => length <= ms + slack && length >= ms / 3;
  if (claim.nearness === 'over' || claim.nearness === 'least')
    return (length) => length >= ms - slack && length <= 2.5 * ms;
  return (length) => Math.abs(length - ms) <= slack;
}

/** When what a sentence speaks of happened: the cited events with its words or names, its own times, and the alert's. */
function momentsOf(context: CheckContext, statement: Statement): number[] {
  const { text, events } = statement;
  const shared = wordsShared(context, `${before(statement)} ${text}`, events);
  // When an alert came that no evidence has can't be told.
  if (/\balerts?\b/i.test(text) && alertTimes(context).length === 0) return [];
  const names = namesOf(statement);
  const about = events.filter((event) => shared.has(event) || names.some((name) => event.row.text.includes(name)));
  if (about.length === 0 || about.length > MAX_EVENTS) return [];
  const alerts = /\balerts?\b/i.test(text) ? alertTimes(context) : [];
  return [...new Set([...about.flatMap(({ times }) => times), ...alerts, ...saidTimes(statement, about)])];
}

/** The sentence before, of one that goes on from it: `65 seconds later the session …`. */
function before({ block, start, text }: Statement): string {
  const last = block.sentences.filter(({ end }) => end <= start).at(-1);
  return last && /\b(?:later|afterwards?|after that|earlier|then)\b/i.test(text)
    ? block.text.slice(last.start, last.end)
    : '';
}

const saidTimes = ({ block, end }: Statement, about: EvidenceEvent[]): number[] =>
  claimsOf(block).flatMap(({ time, start }) => {
    if (!time || start >= end || time.to - time.from > 60_000) return [];
    if (!time.timeOfDay && !time.anyYear) return [time.from];
    const day = Math.floor((about[0]?.times[0] ?? 0) / DAY) * DAY;
    return [day + (time.from % DAY)];
  });

const namesOf = ({ block, start, end }: Statement): string[] =>
  claimsOf(block).flatMap((claim) =>
    ['indicator', 'id', 'quote'].includes(claim.kind) &&
    claim.start >= start &&
    claim.end <= end &&
    claim.value.length > 3
      ? [squash(claim.value)]
      : [],
  );
