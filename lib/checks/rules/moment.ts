import { writeFix } from '../cite';
import { type Claim, claimsOf, placeOf } from '../claims';
import { partsOf } from '../clauses';
import type { CheckContext } from '../context';
import { saidLength } from '../durations';
import { type EvidenceEvent, eventsOf } from '../events';
import { covers, isOfCited, mentionIn, stretchesOf, stretchOf } from '../mentions';
import { type Finding, finding } from '../messages';
import { secondsOf } from '../nearness';
import { alertTimes } from '../own-alerts';
import { actorsAt, isDeniedAt, type Statement, statementsOf } from '../statements';
import { clockOf, type SaidTime, saysTime } from '../times';
import { deedsTold, eventsTold, isExact, type ToldDeed } from '../told-deeds';

/**
 * When something was done that a sentence tells in its own words: at a time that it names, or so long after another
 * (`seven seconds later`). An error only where a query that looked at that time has the deed at other times.
 */
export function checkMoments(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const parts = toldIn(statement);
    const told = [
      ...checkTimes(context, statement, parts),
      ...checkSteps(context, statement, parts),
      ...checkLength(statement),
    ];
    return told.slice(0, 1);
  });
}

type Part = { start: number; end: number; deeds: ToldDeed[]; times: Claim[] };

/** The parts of a sentence, with what each tells and when. Offsets of deeds are of the block. */
function toldIn(statement: Statement): Part[] {
  const { start, text } = statement;
  const deeds = deedsTold(text).map((deed) => ({
    ...deed,
    start: deed.start + start,
    end: deed.end + start,
    verb: { start: deed.verb.start + start, end: deed.verb.end + start },
  }));
  return partsOf(statement).map((span) => ({
    ...span,
    deeds: deeds.filter(({ verb }) => verb.start >= span.start && verb.start < span.end),
    times: statement.times.filter((time) => time.start >= span.start && time.start < span.end),
  }));
}

/** More than one time for it elsewhere, and nothing is sure. */
const FEW = 4;
const BOUND = /\b(?:after|before|until|since|from|between|by|to|and|–|-)\s*[`*_]*$/i;

function checkTimes(context: CheckContext, statement: Statement, parts: Part[]): Finding[] {
  const { block } = statement;
  return parts.flatMap((part, at) => {
    const [claim, more, third] = part.times;
    if (!claim?.time || claim.time.or) return [];
    if (more) return third ? [] : checkSpan(context, statement, part);
    if (context.known.hasTime(claim.time) || BOUND.test(block.text.slice(Math.max(0, claim.start - 10), claim.start)))
      return [];
    // `At 07:59:07Z, the key listed buckets`: the time stands before its clause.
    const next = parts[at + 1];
    const isAhead =
      part.deeds.length === 0 &&
      /^\W*(?:and )?at\s/i.test(block.text.slice(part.start, claim.start)) &&
      next?.times.length === 0;
    const [deed, other] = isAhead ? (next?.deeds ?? []) : part.deeds;
    if (!deed) return checkMentioned(context, statement, part, parts[at - 1]);
    if ((other && !isAhead) || isDeniedAt(statement, deed.verb.start)) return [];
    const { time } = claim;
    const wrong = refuted(context, statement, deed, (when) => saysTime(time, when), time);
    if (!wrong) return [];
    const actual = clockOf(wrong.times[0] ?? 0);
    const data = {
      said: claim.value,
      actual: wrong.times.slice(0, 3).map(clockOf),
      what: words(block.text, deed),
      record: wrong.record,
    };
    const isClock = /^\d\d:\d\d:\d\dZ$/.test(claim.value) && wrong.times.length === 1;
    const edit = isClock ? writeFix(block, claim, actual) : undefined;
    return [finding('action', 'error', placeOf(block, claim), 'time-differs', data, edit)];
  });
}

const WHICH = /\bthe (first|last)(?: one| of them| of these)?\s+(?:was |came )?(?:at|on)?\s*[`*_]*$/i;

/** `LSASS was accessed once, at 09:32:05Z`, `two applications, the last at 22:20:00Z`: by the words themselves. */
function checkMentioned(context: CheckContext, statement: Statement, part: Part, before?: Part): Finding[] {
  const { block } = statement;
  const [claim] = part.times;
  const time = claim?.time;
  if (!claim || !time || time.to - time.from > 60_000 || isDeniedAt(statement, claim.start)) return [];
  // One end of a range says when it began or ended, not when each thing in it was.
  if (
    /^[`*_]*\s*[–-]\s*[`*_]*\d/.test(block.text.slice(claim.end, claim.end + 8)) ||
    /\d[`*_]*Z?[`*_]*\s*[–-]\s*[`*_]*$/.test(block.text.slice(Math.max(0, claim.start - 8), claim.start))
  )
    return [];
  const own = block.text.slice(part.start, claim.start);
  const which = WHICH.exec(own)?.[1]?.toLowerCase() as 'first' | 'last' | undefined;
  const isShort = own.replace(/[^\p{L}]/gu, '').length < 6;
  // `07:05:00Z from Germany, 09:20:00Z from the United States`: the part before has a time of its own.
  if (!which && isShort && (before?.times.length ?? 0) > 0) return [];
  const text =
    which || isShort
      ? block.text.slice(before?.start ?? part.start, part.start)
      : `${own} ${block.text.slice(claim.end, part.end)}`;
  // `the second starts at`: what it is the second of stands elsewhere.
  if (
    /^\W*(?:and )?(?:these|those|they|it|this|that|the (?:first|second|third|last|former|latter|other))\s+\p{L}+\s+(?:at\b|\W*$)/iu.test(
      text,
    )
  )
    return [];
  const mention = text.trim() === '' ? null : mentionIn(context, text);
  const when = mention && stretchesOf(which ? { ...mention, end: which } : mention);
  if (!mention || !isOfCited(mention, statement.events)) return [];
  if (!when || when.said.length > FEW * 2) return [];
  if (when.all.some(({ from, to }) => covers({ from, to }, time)) || mention.said.some(({ record }) => !record.isWhole))
    return [];
  const [event] = mention.said;
  const data = {
    said: claim.value,
    actual: [...new Set(when.said.map(({ from }) => clockOf(from)))].slice(0, 3),
    what: text
      .replace(/[`*_]/g, '')
      .replace(/\[E[^\]]*\]/g, '')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(-60),
    record: event?.record.call.number ?? 0,
  };
  return [finding('action', 'warning', placeOf(block, claim), 'time-differs', data)];
}

/** `six changes of access between 20:33Z and 20:37Z`: none of them then. */
function checkSpan(context: CheckContext, statement: Statement, part: Part): Finding[] {
  const { block } = statement;
  const [from, to] = part.times;
  const [deed, other] = part.deeds;
  if (!deed || other || !from?.time || !to?.time || isDeniedAt(statement, deed.verb.start)) return [];
  const isSpan =
    /\b(?:between|from)\s+[`*_]*$/i.test(block.text.slice(Math.max(0, from.start - 12), from.start)) &&
    /^[`*_]*\s*(?:and|to|until|–|-)\s*[`*_]*$/i.test(block.text.slice(from.end, to.start));
  if (!isSpan) return [];
  const time = { ...from.time, to: from.time.from + Math.max(0, to.time.to - from.time.from) };
  const wrong = refuted(context, statement, deed, (when) => saysTime(time, when), time);
  if (!wrong) return [];
  const said = block.text.slice(from.start, to.end);
  const data = {
    said,
    actual: wrong.times.slice(0, 3).map(clockOf),
    what: words(block.text, deed),
    record: wrong.record,
  };
  return [finding('action', 'error', placeOf(block, { start: from.start, end: to.end }), 'time-differs', data)];
}

/** `and seven seconds later received a key`: counted from the time that the sentence told last. */
function checkSteps(context: CheckContext, statement: Statement, parts: Part[]): Finding[] {
  const { block, start, end } = statement;
  let base: number | null = null;
  const findings: Finding[] = [];
  for (const [at, part] of parts.entries()) {
    const own = part.times.at(-1)?.time;
    if (own && !own.timeOfDay && !own.anyYear) base = own.from;
    else if (own) base = dated(context, statement, own);
    const step = claimsOf(block).find(
      ({ start: from, measure, number }) =>
        number !== undefined &&
        measure !== undefined &&
        from >= Math.max(part.start, start) &&
        from < Math.min(part.end, end),
    );
    const seconds = secondsOf(step?.measure ?? '');
    if (base === null || !step || seconds === undefined || seconds > 3600 || step.nearness) continue;
    const after = block.text.slice(step.end, part.end);
    const ofAlert = checkAlert(context, statement, step, base);
    if (ofAlert) findings.push(ofAlert);
    const forward =
      /^\s*(?:seconds?|minutes?|hours?)?\s*(?:later|afterwards?)\b/i.test(after) ||
      /\bafter another\s+$/i.test(block.text.slice(part.start, step.start));
    const relative = /^\s*(?:seconds?|minutes?|hours?)?\s*$/i.test(after)
      ? RELATIVE.exec(block.text.slice(part.end, part.end + 8))?.[1]?.toLowerCase()
      : undefined;
    if (!forward && !relative) continue;
    const length = (step.number ?? 0) * seconds * 1000;
    const when: number = relative === 'after' ? base - length : base + length;
    const target = relative ? parts[at + 1] : part;
    const deed = target?.deeds[0] ?? (forward ? parts[at + 1]?.deeds[0] : undefined);
    if (forward) base = when;
    if (!deed || (target && target.deeds.length > 1) || isDeniedAt(statement, deed.verb.start)) continue;
    const slack = Math.max(1500, 0.75 * seconds * 1000);
    const time = { from: when - slack, to: when + slack, timeOfDay: false };
    const wrong = refuted(context, statement, deed, (moment) => Math.abs(moment - when) <= slack, time);
    if (!wrong) continue;
    const data = {
      said: clockOf(when),
      actual: wrong.times.slice(0, 3).map(clockOf),
      what: words(block.text, deed),
      record: wrong.record,
    };
    findings.push(finding('action', 'error', placeOf(block, step), 'time-differs', data));
  }
  return findings;
}
const LASTED = /\b(?:lasted|took|spanned|went on for|over|for|in)\s+(?:about |some |only |just |around )?[*_]*$/i;

/** `lasted 42 minutes, from 19:30:16Z to 20:12:43Z`: the length of the span that stands beside it. */
function checkLength({ block, start, end, times }: Statement): Finding[] {
  const [from, to, more] = times;
  if (
    !from?.time ||
    !to?.time ||
    more ||
    !/^[`*_]*\s*(?:to|and|until|–|-)\s*[`*_]*$/i.test(block.text.slice(from.end, to.start))
  )
    return [];
  if (!/\b(?:from|between)\s+[`*_]*$/i.test(block.text.slice(Math.max(start, from.start - 12), from.start))) return [];
  const span = to.time.from - from.time.from;
  return claimsOf(block).flatMap((claim) => {
    const size = 1000 * (secondsOf(claim.measure ?? '') ?? 0);
    if (size === 0 || span <= 0 || claim.nearness || claim.start < start || claim.end > end) return [];
    const isBeside =
      Math.abs(from.start - claim.end) < 40 &&
      LASTED.test(block.text.slice(Math.max(start, claim.start - 30), claim.start));
    const length = (claim.number ?? 0) * size;
    if (!isBeside || Math.abs(length - span) <= Math.max(size, 0.15 * span)) return [];
    const data = { value: saidLength(claim), actual: `${Math.round(span / 1000)} seconds` };
    return [finding('bound', 'error', placeOf(block, claim), 'bound-false', data)];
  });
}

/** `18 seconds before the alert`, of a time that the sentence has told: by the alert's own. */
function checkAlert(context: CheckContext, { block, end }: Statement, step: Claim, base: number): Finding | null {
  const words = /^\s*(?:seconds?|minutes?|hours?)?\s*(?:before|after|ahead of)\s+the\s+(?:\p{L}+\s+)?alert\b/iu.exec(
    block.text.slice(step.end, end),
  );
  const size = 1000 * (secondsOf(step.measure ?? '') ?? 1);
  const alerts = alertTimes(context)
    .map((time) => Math.abs(time - base))
    .filter((length) => length > 0 && length < 86_400_000);
  const shortest = Math.min(...alerts);
  const length = (step.number ?? 0) * size;
  if (!words || alerts.length === 0 || alerts.some((one) => Math.abs(one - length) <= Math.max(1500, 0.75 * size)))
    return null;
  const data = { value: saidLength(step), actual: `${Math.round(shortest / 1000)} seconds` };
  return finding('bound', 'error', placeOf(block, step), 'bound-false', data);
}

const RELATIVE = /^\s*(after|before)\b/i;

/** A time of day on the day of the cited events that have it. */
function dated(_context: CheckContext, { events }: Statement, time: SaidTime): number | null {
  const at = events.flatMap(({ times }) => times).find((one) => saysTime(time, one));
  return at ?? null;
}

/** A record that looked at a time, and has a deed at other times only; with those times. */
function refuted(
  context: CheckContext,
  statement: Statement,
  deed: ToldDeed,
  isThen: (time: number) => boolean,
  time: SaidTime,
): { times: number[]; record: number } | null {
  const { said, also } = eventsTold(context, deed);
  const near = (event: EvidenceEvent): boolean =>
    event.times.some(isThen) || (!isExact(event) && covers(stretchOf(event), time));
  if (
    said.length === 0 ||
    also.some((event) => event.times.some(isThen)) ||
    said.some((event) => event.times.some(isThen))
  )
    return null;
  const cited = new Set(statement.events.map(({ record }) => record));
  const citedActors = new Set(statement.events.flatMap(({ actors }) => actors));
  const names = actorsAt(statement);
  const isTheirs = ({ actors }: EvidenceEvent) =>
    names.length > 0 ? names.some((name) => actors.includes(name)) : actors.some((name) => citedActors.has(name));
  for (const record of new Set(said.map((event) => event.record))) {
    if (!record.isWhole) continue;
    const own = eventsOf(record).filter((event) => said.includes(event));
    const isMeant = cited.has(record) || own.every(isTheirs);
    if (
      !isMeant ||
      own.some((event) => near(event)) ||
      !own.every((event) => isExact(event) || (event.times.at(-1) ?? 0) - (event.times[0] ?? 0) < 3_600_000)
    )
      continue;
    const times = [...new Set(own.flatMap((event) => event.times.map((one) => one - (one % 1000))))].sort(
      (a, b) => a - b,
    );
    if (times.length <= FEW) return { times, record: record.call.number };
  }
  return null;
}

const words = (text: string, { start, end }: ToldDeed): string =>
  text.slice(start, end).replace(/[`*_]/g, '').replace(/\s+/g, ' ');
