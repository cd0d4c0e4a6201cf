import type { Block } from '../blocks';
import { type Claim, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { durationText, saidLength } from '../durations';
import { eventsOf } from '../events';
import { type Finding, finding } from '../messages';
import { secondsOf } from '../nearness';
import { alertTimes } from '../own-alerts';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { DAY } from '../times';
import { isExact } from '../told-deeds';

/** Longer ones are too rough to be held against single events. */
const LONGEST = DAY / 2;

/**
 * How long it took from one thing to another: between two times that a sentence names, and from a time that the text has just
 * told to an event (`eleven minutes later`). An error only where no cited record has anything at that moment.
 */
export function checkElapsed(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const lengths = lengthsIn(statement);
    return [
      ...lengths.flatMap((length) => [
        ...checkBetween(statement, length, lengths.length),
        ...checkStep(context, statement, length),
      ]),
      ...checkSoon(context, statement),
    ];
  });
}

type Length = { claim: Claim; ms: number; slack: number };

/** The durations of a sentence, as exact as their unit: `11 minutes` may be 10:15 or 11:45. */
function lengthsIn({ block, start, end }: Statement): Length[] {
  return claimsOf(block).flatMap((claim) => {
    const unit = 1000 * (secondsOf(claim.measure ?? '') ?? 0);
    const ms = unit * (claim.number ?? 0);
    const isOwn = claim.start >= start && claim.end <= end;
    const isRough = claim.nearness === 'roughly' || claim.nearness === 'about';
    if (!isOwn || unit === 0 || ms === 0 || ms > LONGEST || (claim.nearness && !isRough)) return [];
    const exact = 0.75 * unit * 10 ** -(claim.decimals ?? 0);
    return [{ claim, ms, slack: isRough ? 0.35 * ms : Math.max(1500, exact) }];
  });
}

const isExactTime = ({ time }: Claim): boolean => time !== undefined && !time.or && time.to - time.from <= 1000;
const BETWEEN = /\bbetween\b/i;
const AND = /\band\b/i;
const LIE = /\b(?:lie|lies|lay|passed|pass|went by|elapsed|were|was|are|is)\s+(?:only\s+|just\s+)?[*_]*$/i;

/** `Between the sign-in (01:14:26Z) and the grant (01:31:26Z) lie 17 minutes`. */
function checkBetween({ block, start, times }: Statement, { claim, ms, slack }: Length, lengths: number): Finding[] {
  const [from, to, more] = times;
  if (!from?.time || !to?.time || more || lengths > 1 || !isExactTime(from) || !isExactTime(to)) return [];
  const isOf =
    BETWEEN.test(block.text.slice(start, from.start)) &&
    AND.test(block.text.slice(from.end, to.start)) &&
    claim.start > to.end &&
    LIE.test(block.text.slice(to.end, claim.start));
  const span = (to.time.from - from.time.from + (to.time.from < from.time.from ? DAY : 0)) % DAY;
  if (!isOf || Math.abs(span - ms) <= slack) return [];
  return [wrong({ block }, claim, durationText(span))];
}

const LATER = /^(?:\s+(?:later|afterwards?|after that)\b)/i;
const EARLIER = /^(?:\s+(?:earlier|before that|beforehand)\b)/i;
const AFTER = /^\s+after\s+(?!that\b)/i;
const BEFORE = /^\s+before\s+(?!that\b)/i;

/** `Eleven minutes later`, `five minutes after the last refusal the sign-in at 01:14:26Z`: something is recorded then. */
function checkStep(context: CheckContext, statement: Statement, { claim, ms, slack }: Length): Finding[] {
  const { block, end } = statement;
  const after = block.text.slice(claim.end, end).replace(measureOf(claim), '');
  if (isDeniedAt(statement, claim.start) || isDeniedAt(statement, claim.end + 12)) return [];
  const isBack = EARLIER.test(after) || AFTER.test(after);
  const isRelative = LATER.test(after) || EARLIER.test(after);
  if (!isRelative && !AFTER.test(after) && !BEFORE.test(after)) return [];
  const bases = isRelative ? toldBefore(context, statement, claim) : namedAfter(statement, claim);
  if (bases.length === 0) return [];
  // `at 08:43:00Z, six hours later`: the time beside it may be the one that it leads to.
  const last = statement.times.findLast((time) => time.end <= claim.start);
  const isBeside = last && /^[`*_,(\s]*$/.test(block.text.slice(last.end, claim.start));
  const moments = bases.flatMap((base) => (isBeside ? [base - ms, base + ms] : [base + (isBack ? -ms : ms)]));
  if (moments.some((moment) => isSomething(context, statement, moment, slack))) return [];
  return [finding('bound', 'warning', placeOf(block, claim), 'moment-empty', { value: saidLength(claim) })];
}

/** `Less than five minutes later`: the cited records have something between the time that was told and then. */
function checkSoon(context: CheckContext, statement: Statement): Finding[] {
  const { block, start, end, events } = statement;
  return claimsOf(block).flatMap((claim) => {
    const unit = 1000 * (secondsOf(claim.measure ?? '') ?? 0);
    const ms = unit * (claim.number ?? 0);
    if (claim.start < start || claim.end > end || ms === 0 || ms > LONGEST) return [];
    if (claim.nearness !== 'under' && claim.nearness !== 'most') return [];
    const after = block.text.slice(claim.end, end).replace(measureOf(claim), '');
    if (!LATER.test(after) || isDeniedAt(statement, claim.start)) return [];
    const base = toldBefore(context, statement, claim).at(-1);
    const times = events.flatMap((event) => event.times);
    const next = base === undefined ? [] : times.filter((time) => time > base);
    if (
      base === undefined ||
      next.length === 0 ||
      times.some((time) => time >= base - 1000 && time <= base + ms + Math.max(1500, 0.1 * ms))
    )
      return [];
    return [wrong({ block }, claim, durationText(Math.min(...next) - base))];
  });
}

/** What stands between a number and the word that says in which direction: `minutes`, ` hours`. */
const measureOf = ({ measure }: Claim): RegExp => new RegExp(`^[\\s-]*${(measure ?? '').replace(/\W/g, '')}\\b`, 'i');

/** Times that the sentence has told before, or else those of the sentence before it. */
function toldBefore(context: CheckContext, { block, start }: Statement, claim: Claim): number[] {
  const earlier = claimsOf(block).filter((one) => one.end <= claim.start && isExactTime(one));
  const own = earlier.filter((one) => one.start >= start);
  const [last] = own.length > 0 ? [] : block.sentences.filter(({ end }) => end <= start).slice(-1);
  const before = own.length > 0 ? own : earlier.filter((one) => last && one.start >= last.start);
  // The first sentence of a list item continues the item before it.
  const from = before.length > 0 || last ? before : (blockBefore(context, block)?.filter(isExactTime) ?? []);
  const dated = from.flatMap(({ time }) => (time && !time.timeOfDay && !time.anyYear ? [time.from] : []));
  // A time of day alone is on some day that the evidence has it.
  const clocks = from.flatMap(({ time }) => (time?.timeOfDay ? [time.from % DAY] : []));
  return [...dated, ...momentsOf(context).filter((at) => clocks.some((clock) => at - (at % 1000) - clock === day(at)))];
}

/** The claims of the block before it, in one section. */
function blockBefore({ blocks }: CheckContext, block: Block): Claim[] | null {
  const before = blocks[blocks.indexOf(block) - 1];
  const isNext = before && before.section === block.section && before.heading === block.heading;
  return isNext && before.kind === block.kind ? claimsOf(before) : null;
}

const day = (ms: number): number => ms - (ms % DAY);

/** The one time that stands behind in the sentence. */
function namedAfter({ times }: Statement, claim: Claim): number[] {
  const [first, more] = times.filter((one) => one.start > claim.end);
  const isDated = first?.time && !first.time.timeOfDay && !first.time.anyYear && isExactTime(first);
  return first?.time && isDated && !more && times.length === 1 ? [first.time.from] : [];
}

function isSomething(context: CheckContext, { events }: Statement, moment: number, slack: number): boolean {
  if (momentsOf(context).some((at) => Math.abs(at - moment) <= slack)) return true;
  return events.some((event) => {
    const [first, last] = [event.times[0] ?? 0, event.times.at(-1) ?? 0];
    return !isExact(event) && first <= moment + slack && last >= moment - slack && last - first < LONGEST;
  });
}

const known = new WeakMap<CheckContext, number[]>();

/** When something happened by the records that the report cites, and when its alerts came. */
function momentsOf(context: CheckContext): number[] {
  const found = known.get(context);
  if (found) return found;
  const cited = new Set(context.blocks.flatMap((block) => block.cited));
  const records = [...cited].flatMap((number) => context.records.get(number) ?? []);
  const times = records.flatMap((record) => eventsOf(record).flatMap((event) => event.times));
  const moments = [...new Set([...times, ...alertTimes(context)])];
  known.set(context, moments);
  return moments;
}

const wrong = ({ block }: Pick<Statement, 'block'>, claim: Claim, actual: string): Finding =>
  finding('bound', 'warning', placeOf(block, claim), 'bound-false', {
    value: saidLength(claim),
    actual,
  });
