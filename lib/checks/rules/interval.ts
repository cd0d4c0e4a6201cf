import { asksSource } from '../../evidence/source-calls';
import { type Claim, claimsOf, placeOf } from '../claims';
import { phraseAhead, phraseBehind } from '../clauses';
import type { CheckContext } from '../context';
import { durationText, saidLength } from '../durations';
import type { EvidenceEvent } from '../events';
import { type Mention, mentionIn, type Stretch, sessionsOf, stretchesOf } from '../mentions';
import { type Finding, finding } from '../messages';
import { secondsOf, WITHIN } from '../nearness';
import { alertTimes } from '../own-alerts';
import { isDeniedAt, type Statement, statementsOf } from '../statements';
import { saysTime } from '../times';
import { deedsTold, eventsTold, isExact, isTold, type ToldDeed } from '../told-deeds';

/** Longer ones are too rough to be held against single events. */
const LONGEST = 43_200_000;

/**
 * How long it took from one thing that a sentence names to another, and which of them came first: `two minutes after the last
 * refusal a factor was activated`. A warning only where no two events that its words may mean fit.
 */
export function checkIntervals(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const lengths = lengthsIn(statement);
    const found = lengths.flatMap((length) => checkLength(context, statement, length));
    const ends = checkEnds(context, statement);
    return (
      found.length + ends.length > 0 ? [...found, ...ends] : lengths.length > 0 ? [] : checkSequence(context, statement)
    ).slice(0, 1);
  });
}

/** A length of time; offsets are of the statement's text, `end` behind its unit. */
type Length = { claim: Claim; start: number; end: number; ms: number; slack: number; isLimit: boolean };

function lengthsIn({ block, text, start, end }: Statement): Length[] {
  return claimsOf(block).flatMap((claim) => {
    const unit = 1000 * (secondsOf(claim.measure ?? '') ?? 0);
    const ms = unit * (claim.number ?? 0);
    if (claim.start < start || claim.end > end || unit === 0 || ms === 0 || ms > LONGEST) return [];
    const rough = claim.nearness ? 0.35 * ms : 0;
    const behind = claim.end - start;
    const measure = new RegExp(`^[\\s-]*${(claim.measure ?? '').replace(/\W/g, '')}\\b`, 'i').exec(text.slice(behind));
    return [
      {
        claim,
        start: claim.start - start,
        end: behind + (measure?.[0].length ?? 0),
        ms,
        slack: Math.max(1500, 0.75 * unit * 10 ** -(claim.decimals ?? 0), rough, 0.1 * ms),
        isLimit: WITHIN.test(text.slice(Math.max(0, claim.start - start - 40), claim.start - start)),
      },
    ];
  });
}

/** A phrase that points back names nothing by its own words. */
const POINTS = /^\s*(?:(?:that|this|it|then)\s*(?:$|[,.;])|(?:which|each other|one another)\b)/i;

const ROUGH =
  /\b(?:a (?:little|bit|good)|just|only|some|about|around|roughly|less than|more than|over|under|nearly|almost|well|barely|at least)(?:\s+(?:over|under|after|than))?\s*$/i;

/** Of `25 seconds after X and 66 seconds before Y` the first length, with what it counts from. */
const BESIDE = /[,\s]*\b[\w-]+ (?:seconds?|minutes?|hours?) (?:after|before) [^,;.]{3,80}(?:,| and)?$/i;

/** The two things of a sentence: `earlier` is said to have come before `later`. */
type Pair = { earlier: string; later: string };

/** `L after X, Y`, `Y L after X`, `X preceded Y by L`, `L passed between X and Y`. */
function pairOf(text: string, { start, end }: Length): Pair | null {
  const [before, after] = [text.slice(0, start).replace(ROUGH, ''), text.slice(end)];
  const relation = /^\s+(after|before)\s+/i.exec(after);
  if (relation) {
    const rest = after.slice(relation[0].length);
    const other = phraseAhead(rest);
    const subject = phraseBehind(before.replace(/[,\s]+$/, '').replace(BESIDE, '')).trim();
    const behindComma = /^,?\s+/.exec(rest.slice(other.length));
    const own =
      subject.replace(/^\W+/, '').length > 6
        ? subject
        : behindComma
          ? phraseAhead(rest.slice(other.length + behindComma[0].length))
          : '';
    if (POINTS.test(other) || own === '') return null;
    return /after/i.test(relation[1] ?? '') ? { earlier: other, later: own } : { earlier: own, later: other };
  }
  const by = /^(.*?)\b(preced(?:es|ed)|follow(?:s|ed)|came (?:before|after))\s+(.*?)\s+by\s*$/is.exec(before);
  if (by) {
    const [, one = '', word = '', two = ''] = by;
    return /preced|before/i.test(word)
      ? { earlier: phraseBehind(one), later: phraseAhead(two) }
      : { earlier: phraseAhead(two), later: phraseBehind(one) };
  }
  // `Within ten minutes of the sign-in there was a key`, `from the first request to the crontab it took two minutes`
  const of = WITHIN.test(text.slice(Math.max(0, start - 40), start)) ? /^\s+of\s+/i.exec(after) : null;
  if (of) {
    const rest = after.slice(of[0].length);
    const told = OF_THEN.exec(rest);
    const own = phraseBehind(text.slice(0, start).replace(/\s+(?:all\s+)?within\s+(?:\p{L}+\s+){0,3}$/iu, '')).trim();
    const later = own.length > 6 ? own : phraseAhead(told?.[2] ?? '');
    return told && later.length > 6 && !POINTS.test(rest) ? { earlier: told[1] ?? '', later } : null;
  }
  const span =
    /\bfrom\s+([^,;.]{4,60}?)\s+to\s+([^,;.]{4,60}?),?\s+(?:it\s+|that\s+)?(?:took|needed|lasted|lie|lay|passed|is|are|was|were)\s*$/iu.exec(
      before,
    );
  if (span && /^\s*(?:[.,;:)[]|$)/.test(after)) return { earlier: span[1] ?? '', later: span[2] ?? '' };
  const between =
    /^\s+(?:passed|went by|elapsed|lie|lies|lay|separate|were|are)?\s*between\s+(.*?)\s+and\s+(.*)$/is.exec(after);
  if (between)
    return POINTS.test(between[1] ?? '') ? null : { earlier: between[1] ?? '', later: phraseAhead(between[2] ?? '') };
  return null;
}

/** What a limit counts from, and the rest: `the sign-in there was a new key`. */
const OF_THEN = /^(.{4,60}?)(?:,\s*|\s+(?=there\b|(?:the|a|an|it|he|she|they)\s))(.*)$/is;

function checkLength(context: CheckContext, statement: Statement, length: Length): Finding[] {
  const { text, block, start } = statement;
  if (isDeniedAt(statement, start + length.start)) return [];
  const pair = pairOf(text, length);
  const gaps = pair ? gapsOf(context, statement, pair) : stepGaps(context, statement, length);
  if (!gaps) return [];
  const { ms, slack, isLimit, claim } = length;
  const fits = ({ least, most }: Gap) =>
    isLimit ? least <= ms + slack && most >= -slack : least <= ms + slack && most >= ms - slack;
  if (gaps.all.some(fits)) return [];
  const nearest = nearestOf(gaps.said, ms);
  const actual = nearest < 0 ? `${durationText(-nearest)} the other way round` : durationText(nearest);
  const data = { value: saidLength(claim), actual };
  return [finding('bound', 'warning', placeOf(block, claim), 'bound-false', data)];
}

const STEP = /^(?:\s+(later|afterwards?|after that)|\s+(earlier|before that|beforehand))\b,?/i;

/** `X, and L later Y`, `X, which had been done L earlier`: from what the part before it says. */
function stepGaps(
  context: CheckContext,
  statement: Statement,
  { start, end }: Length,
): { said: Gap[]; all: Gap[] } | null {
  const { text } = statement;
  const step = STEP.exec(text.slice(end));
  if (!step) return null;
  const [before, after] = [text.slice(0, start).replace(ROUGH, ''), text.slice(end + step[0].length)];
  const cut = before.lastIndexOf(phraseBehind(before.replace(/[,\s]+$/, '')));
  const isBehind = /^\s*(?:[.,;:[]|$)/.test(after);
  const [base, told] = isBehind
    ? [phraseBehind(before.slice(0, Math.max(0, cut)).replace(/[,;:\s]+$/, '')), before.slice(cut)]
    : [phraseBehind(before.replace(/(?:[,;:]|\sand|\s)+$/, '')), phraseAhead(after)];
  if (base.length < 6 || POINTS.test(told)) return null;
  return gapsOf(context, statement, step[1] ? { earlier: base, later: told } : { earlier: told, later: base });
}

/** How long it may be from one to the other, ms: negative where the other came first. */
type Gap = { least: number; most: number };

function gapsOf(
  context: CheckContext,
  statement: Statement,
  { earlier, later }: Pair,
): { said: Gap[]; all: Gap[] } | null {
  const [from, to] = [whenOf(context, statement, earlier), whenOf(context, statement, later)];
  if (!from || !to || from.said.some((event) => to.said.includes(event) && from.end === to.end)) return null;
  const between = (ones: Stretch[], others: Stretch[]): Gap[] =>
    ones.flatMap((one) => others.map((other) => ({ least: other.from - one.to, most: other.to - one.from })));
  return { said: between(from.likely, to.likely), all: between(from.all, to.all) };
}

type When = Pick<Mention, 'said' | 'end'> & { likely: Stretch[]; all: Stretch[] };

/** When a phrase happened: at the time that stands in it, else when its words say. */
function whenOf(context: CheckContext, { block, start, text, times, events }: Statement, phrase: string): When | null {
  const at = start + text.indexOf(phrase);
  const told = times.filter((claim) => claim.start >= at && claim.end <= at + phrase.length);
  const [{ time } = {}, more] = told;
  if (more) return null;
  if (time) {
    if (time.or || time.to - time.from > 60_000) return null;
    const moments =
      time.timeOfDay || time.anyYear
        ? events.flatMap((event) => event.times.filter((one) => saysTime(time, one)))
        : [time.from];
    const stretches = [...new Set(moments)].map((from) => ({ from, to: from + time.to - time.from - 1 }));
    return stretches.length > 0 && block.kind !== 'row'
      ? { said: [], end: null, likely: stretches, all: stretches }
      : null;
  }
  if (ALERT.test(phrase)) {
    // Without a front matter nothing tells the times of alerts from others.
    const told = context.frontMatter ? alertTimes(context) : [];
    const stretches = told.map((from) => ({ from, to: from }));
    return stretches.length > 0 ? { said: [], end: null, likely: stretches, all: stretches } : null;
  }
  if (/\balerts?\b/i.test(phrase)) return null;
  const mention = mentionIn(context, phrase, true);
  const stretches = mention && stretchesOf(mention);
  if (mention && stretches) return { ...mention, likely: stretches.said, all: stretches.all };
  // `the key was made`: an act that the lexicon has its logs' names for.
  const [deed, another] = deedsTold(phrase).filter(({ entries }) => entries.some(({ object }) => object !== null));
  const end = END_OF.exec(phrase)?.[1]?.toLowerCase();
  const isOfAll = deed && !another && !/\b(?:first|last)\b/i.test(phrase);
  const done = isOfAll ? doneOf(context, events, deed) : end ? endsOf(events, end === 'first') : [];
  const moments = [...new Set(done.flatMap((event) => event.times))].map((from) => ({ from, to: from }));
  return moments.length > 0 ? { said: done, end: null, likely: moments, all: moments } : null;
}

/** `the first command`: of all that a record has. */
const END_OF =
  /^\W*(?:the|its|his|her|their)?\s*(first|last) (?:command|call|request|event|action|step|attempt|connection)\W*$/i;
function endsOf(events: EvidenceEvent[], isFirst: boolean): EvidenceEvent[] {
  const ofRecord = new Map<number, EvidenceEvent>();
  for (const event of events) {
    if (event.times.length === 0 || !asksSource(event.record.call.tool)) continue;
    const [known, at] = [ofRecord.get(event.record.call.number), event.times[0] ?? 0];
    const isNearer = known === undefined || (isFirst ? at < (known.times[0] ?? 0) : at > (known.times[0] ?? 0));
    if (isNearer) ofRecord.set(event.record.call.number, event);
  }
  return [...ofRecord.values()];
}

/** The cited rows of an act; where those have no time, rows of it in the whole case. */
function doneOf(context: CheckContext, events: EvidenceEvent[], deed: ToldDeed): EvidenceEvent[] {
  const cited = events.filter((event) => isTold(event, deed));
  const timed = cited.filter((event) => event.times.length > 0 && isExact(event));
  return timed.length > 0 || cited.length === 0 ? timed : eventsTold(context, deed).said.filter(isExact);
}

/** `the alert came`: when the case's own alerts came, whichever is meant. */
const ALERT =
  /^[\s\W]*(?:(?:the|this|our|its|first|last|second|third)\s+)*alerts?(?:\s+(?:itself|came|fired|arrived|appeared|went off|was raised|was received|did))?[\s\W]*$/i;

function nearestOf(gaps: Gap[], ms: number): number {
  const found = gaps.flatMap(({ least, most }) => [least, most]);
  return found.reduce((best, one) => (Math.abs(one - ms) < Math.abs(best - ms) ? one : best), found[0] ?? 0);
}

const SEQUENCE: [RegExp, 'first' | 'second'][] = [
  [/\s(?:preced(?:es|ed)|came before|was followed by|were followed by|happened before)\s+/i, 'first'],
  [/\s(?:follow(?:s|ed)|came after|was preceded by|happened after)\s+/i, 'second'],
  [/,?\s+(?:before|prior to)\s+/i, 'first'],
  [/,?\s+after\s+/i, 'second'],
];

/** `X before Y` without a length: all that X may mean came after all that Y may mean. */
function checkSequence(context: CheckContext, statement: Statement): Finding[] {
  const { text, block, start } = statement;
  for (const [words, which] of SEQUENCE) {
    const match = words.exec(text);
    if (!match) continue;
    const [one, two] = [
      phraseBehind(text.slice(0, match.index)),
      phraseAhead(text.slice(match.index + match[0].length)),
    ];
    if (POINTS.test(two) || isDeniedAt(statement, start + match.index)) return [];
    const gaps = gapsOf(
      context,
      statement,
      which === 'first' ? { earlier: one, later: two } : { earlier: two, later: one },
    );
    if (!gaps || gaps.all.some(({ most }) => most >= -1000)) return [];
    const place = placeOf(block, { start: start + match.index, end: start + match.index + match[0].trimEnd().length });
    const value = match[0].trim().replace(/^,\s*/, '');
    return [
      finding('bound', 'warning', place, 'bound-false', {
        value,
        actual: `${durationText(-nearestOf(gaps.said, 0))} the other way round`,
      }),
    ];
  }
  return [];
}

const CAME = /\s(?:came|happened|was done|were done)\s+(first|last)\b/i;
const ONLY = /\bonly the (first|last)(?: one| call| attempt| try)? (?:was|were) ([^,;.[]{4,40})/i;

/** `The API token came last`, `only the first was refused`: not where most of its session lies on the other side. */
function checkEnds(context: CheckContext, statement: Statement): Finding[] {
  const { text, block, start, events } = statement;
  const match = CAME.exec(text) ?? ONLY.exec(text);
  if (!match || isDeniedAt(statement, start + match.index)) return [];
  const isFirst = /first/i.test(match[1] ?? '');
  const cited = new Set(events);
  const mention = mentionIn(
    context,
    match[2] ?? phraseBehind(text.slice(0, match.index)).replace(/\b(?:first|last)\b/gi, ' '),
  );
  const own = mention?.said.filter((event) => cited.has(event)) ?? [];
  const moments = own.flatMap((event) => event.times);
  const session = sessionsOf([...new Set(events.filter(isExact).flatMap((event) => event.times))]).find((times) =>
    moments.every((moment) => times.includes(moment)),
  );
  if (moments.length === 0 || !session || session.length < 4) return [];
  const beyond = session.filter((time) => (isFirst ? time < Math.min(...moments) : time > Math.max(...moments)));
  if (beyond.length * 2 <= session.length) return [];
  const at = text.indexOf(match[1] ?? '', match.index);
  const place = placeOf(block, { start: start + at, end: start + at + (match[1] ?? '').length });
  const actual = `${beyond.length} of ${session.length} events ${isFirst ? 'before' : 'after'} it`;
  return [finding('bound', 'warning', place, 'bound-false', { value: match[1] ?? '', actual })];
}
