import { asksSource } from '../evidence/source-calls';
import { claimsOf } from './claims';
import type { CheckContext } from './context';
import { type Denial, isOfThingBefore, startOf, subjectOf, verbBefore } from './denied-range';
import { countOf, type EvidenceEvent, eventsOf, namesAt } from './events';
import { type EvidenceIndex, squash } from './evidence-index';
import { mentionIn } from './mentions';
import { outcomeAbout, withoutOutcomes } from './outcome-words';
import { entitiesAsked, isAnswer } from './queries';
import { statementsOf } from './statements';
import { DAY, type SaidTime, saysTime } from './times';
import { deedsTold, isTold } from './told-deeds';

type Test = (event: EvidenceEvent) => boolean;

/** What narrows a denial by something that no row says. */
const NARROWED =
  /\b(?:only|more|fewer|less|than|outside|inside|until|again|further|yet|either|neither|those|these|such|same|similar|like|which|who|whose|that|without|while|during|between|new|another|other|others|else|instead|themselves|own|both|two|three|long|longer|much|many|enough|first|second|third|last|similar|unusual|with|but|except|besides|apart|if|when|where|as)\b/i;
/** Words that any event is told by. */
const ANY_EVENT =
  /\b(?:(?:api|single)|calls?|requests?|events?|activity|records?|rows?|lines?|entr(?:y|ies)|traces?|packets?|actions?|acts?|use|used|seen|found|observed|recorded|logged|occurs?|occurred|appears?|appeared|shows?|up|active|came|comes?|anything|tried|attempts?|made|asked for|below|one|any|at all|so far|ever|anywhere|address(?:es)?|account|machine|in the (?:whole |entire )?(?:logs?|period|case)|of the log|there|itself|on it|was|were|been|is|are|be|has|have|had|did|does|do|the|an?|of|by|from|to|at|on|in|or|they|he|she|it|her|his|name)\b/gi;
const WEEKEND = /\b(?:at|on|during) (?:the )?weekends?\b/i;
const BY_IT = /\bby (?:it|him|her|them|the (?:account|user|role|address))\b/i;
const ON_DAY = /\b(on|before|after|since|ahead of) the (\d{1,2})(?:st|nd|rd|th)\b(?! (?:or|and) )/i;
const EARLIER =
  /\b(?:(?:ever )?before(?: (?:that|the|this) (?:night|day|evening|morning|afternoon|incident|case))?|earlier|previously|in the (?:\p{L}+ )?(?:days|weeks|nights) before)\b\s*(?:[.[]|$)/iu;
const BEFORE_THAT = /\bbefore (?:that|the|this) (?:night|day|evening|morning|afternoon|incident)\b/i;
const PERIOD =
  /\b(?:in|on|over|during|throughout) (?:any of )?(?:the|these|those|all) (?:\p{L}+ )?(?:days|weeks|nights)\b/iu;
const HALF_A_DAY = DAY / 2;

/** A row of what a denial cites that has everything it denies, where each word of the denial is understood; null where there is none. */
export function rowAgainst(context: CheckContext, denial: Denial, cited: EvidenceIndex[]): EvidenceEvent | null {
  if (/^(?:neither|nor)$/.test(denial.word) || isOfThingBefore(denial)) return null;
  if (cited.length === 0 || cited.some((record) => !isAnswer(record) || !asksSource(record.call.tool))) return null;
  const read = readDenial(context, denial, cited);
  if (!read) return null;
  const { tests, left, outcome } = read;
  const said = left === '' ? null : actsSaid(context, left);
  if (left !== '' && !said) return null;
  return (
    cited
      .flatMap((record) => eventsOf(record))
      .find(
        (event) =>
          countOf(event) !== 0 &&
          (said === null || said(event)) &&
          (outcome !== null || left === '' || event.outcome !== 'failure') &&
          tests.every((test) => test(event)),
      ) ?? null
  );
}

function readDenial(
  context: CheckContext,
  denial: Denial,
  cited: EvidenceIndex[],
): { tests: Test[]; left: string; outcome: string | null } | null {
  const subject = whoseIt(context, denial, cited);
  if (!subject) return null;
  const tests = [...subject.tests];
  const named = keysOf(context, denial);
  // `adm-kerr on ws-207`: how two names go together is not in a row's words.
  if (named.tests.length > 1 && !named.isEither) return null;
  const timed = timesOf(context, denial, named.text);
  if (!timed) return null;
  tests.push(...named.tests, ...timed.tests);
  const outcome = outcomeAbout(timed.text);
  if (outcome === 'both' || NARROWED.test(timed.text)) return null;
  // A row that counts both says nothing of one address or one person.
  const isOfAll = outcome === 'failure' && tests.length === 0;
  if (outcome) tests.push((event) => event.outcome === outcome || (isOfAll && event.outcome === 'mixed'));
  const left = `${subject.noun} ${verbBefore(denial)} ${withoutOutcomes(timed.text)}`
    .replace(ANY_EVENT, ' ')
    .replace(/[^\p{L}\p{N}' -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  // `five events, none refused`: none of those.
  const { vocabulary } = statementsOf(context);
  const isOfOne = cited.every((record) => entitiesAsked(record, vocabulary).length === 1);
  if (isOfOne && BY_IT.test(denial.scope)) tests.push(() => true);
  const isBound = denial.word === 'none' ? timed.tests.length > 0 && left === '' && !outcome : tests.length > 0;
  return isBound ? { tests, left, outcome } : null;
}

const DEFINITE =
  /^\W*(?:(?:and|but)\s+)?(?:it|they|he|she|(?:the|that|this) (?:same )?(?:account|user|address|machine|host|key|role|session|job|application))\s+(?:(?:has|have|had|was|were|did|does|left|made|is)\s+)*$/i;
const NOUN = /^\W*(?:(?:and|but)\s+)?(?:the |any )?(\p{L}{4,})\s+(?:was|were|has been|have been|had been)\s+$/iu;

/** Whose events a denial is about, or what thing is its subject; null where nothing tells. */
function whoseIt(
  context: CheckContext,
  denial: Denial,
  cited: EvidenceIndex[],
): { tests: Test[]; noun: string } | null {
  const clause = /(?:[^,;:.()–—]|[.:](?=\S))*$/.exec(denial.before.replace(/\[\.\]/g, '···'))?.[0] ?? '';
  const noun = NOUN.exec(clause)?.[1];
  const { vocabulary } = statementsOf(context);
  const isOfOne = cited.every((record) => entitiesAsked(record, vocabulary).length === 1);
  const names = subjectOf(context, denial);
  // `14 flows a day, with none on the 19th`: of whom the sentence names.
  const named = denial.word === 'none' ? namesAt(denial.before, vocabulary.actors).map(({ name }) => name) : [];
  if (names === undefined && denial.word === 'none')
    return { tests: named.map((name) => (event: EvidenceEvent) => isOf(event, name)), noun: '' };
  if (names === undefined && DEFINITE.test(clause) && isOfOne) return { tests: [() => true], noun: '' };
  if (names === undefined && noun && namesAt(noun, vocabulary.actors).length === 0) return { tests: [], noun };
  if (names === undefined) return null;
  const isVerb = /^(?:never|not|\p{L}+n[’']t)$/u.test(denial.word);
  if (names.length === 0 && isVerb) return null;
  return {
    tests: names.length === 0 ? [] : [(event) => names.some((name) => isOf(event, name))],
    noun: '',
  };
}

const isOf = (event: EvidenceEvent, name: string): boolean =>
  event.actors.includes(name) || event.row.text.includes(squash(name)) || event.record.asks(name);

/** What rows have to hold: addresses, accounts and names in the denial; and its text without them. */
function keysOf(
  context: CheckContext,
  { block, start, end, word, scope }: Denial,
): { tests: Test[]; text: string; isEither: boolean } {
  const from = start + word.length;
  const { vocabulary } = statementsOf(context);
  const names = [
    ...claimsOf(block).filter(
      ({ kind, ...at }) => ['indicator', 'id', 'quote'].includes(kind) && at.start >= from && at.end <= end,
    ),
    ...namesAt(scope, vocabulary.actors).map((one) => ({
      value: one.name,
      start: from + one.start,
      end: from + one.end,
    })),
  ];
  let text = scope;
  for (const one of names)
    text = text.slice(0, one.start - from) + ' '.repeat(one.end - one.start) + text.slice(one.end - from);
  const isEither = names.length === 2 && /^[`*\s]*(?:or|nor)[`*\s]*$/i.test(betweenOf(block.text, names));
  if (isEither)
    return {
      text: text.replace(/\[[.@:]\]|[`*]/g, ' '),
      isEither,
      tests: [(event: EvidenceEvent) => names.some(({ value }) => isOf(event, value.toLowerCase()))],
    };
  return {
    isEither,
    text: text.replace(/\[[.@:]\]|[`*]/g, ' '),
    tests: names.map(
      ({ value }) =>
        (event: EvidenceEvent) =>
          isOf(event, value.toLowerCase()),
    ),
  };
}

function betweenOf(text: string, names: { start: number; end: number }[]): string {
  const [first, second] = [...names].sort((a, b) => a.start - b.start);
  return text.slice(first?.end, second?.start);
}

/** When it is denied; null where a time of it can't be read. */
function timesOf(context: CheckContext, denial: Denial, named: string): { tests: Test[]; text: string } | null {
  const { block, start, end, word, before, sentence } = denial;
  const from = start + word.length;
  const tests: Test[] = [];
  let text = named;
  const claims = claimsOf(block).filter(({ time, ...at }) => time && at.start >= from && at.end <= end);
  if (claims.length > 1) return null;
  const [claim] = claims;
  if (claim?.time) {
    const lead = /\b(after|since|before|until|ahead of|on|at)\s+[`*_]*$/i.exec(text.slice(0, claim.start - from));
    const test = lead ? byTime(context, lead[1]?.toLowerCase() ?? '', claim.time) : null;
    if (!lead || !test) return null;
    tests.push(test);
    text = `${text.slice(0, lead.index)} ${text.slice(claim.end - from).replace(/^[`*_]+/, '')}`;
  }
  if (
    claimsOf(block).some(
      ({ kind, measure, ...at }) =>
        kind === 'number' && !/day|week|night/.test(measure ?? '') && at.start >= from && at.end <= end,
    )
  )
    return null;
  const day = ON_DAY.exec(text);
  if (day) {
    const date = Number(day[2]);
    const test = byDate(context, day[1]?.toLowerCase() ?? '', date);
    if (!test) return null;
    tests.push(test);
    text = text.replace(ON_DAY, ' ');
  }
  if (WEEKEND.test(text)) {
    tests.push(({ times }) => times.some((time) => [0, 6].includes(new Date(time).getUTCDay())));
    text = text.replace(WEEKEND, ' ');
  }
  if (
    EARLIER.test(text) ||
    BEFORE_THAT.test(sentence.slice(before.length)) ||
    EARLIER.test(before.slice(-40).replace(/,?\s*\S+\s*$/, ''))
  ) {
    const limit = startOf(context) - HALF_A_DAY;
    if (!Number.isFinite(limit)) return null;
    tests.push(({ times }) => times.some((time) => time < limit));
    text = text.replace(EARLIER, ' ');
  }
  text = text.replace(PERIOD, ' ');
  return /\b(?:after|since|before|ahead|until|day|night|hour|minute|morning|afternoon|evening)s?\b/i.test(text)
    ? null
    : { tests, text };
}

/** A time of day is of the day on which the case began. */
function byTime(context: CheckContext, lead: string, time: SaidTime): Test | null {
  if (lead === 'on' || lead === 'at') return ({ times }) => times.some((at) => saysTime(time, at));
  if (time.anyYear) return null;
  const day = startOf(context);
  if (time.timeOfDay && !Number.isFinite(day)) return null;
  const shift = time.timeOfDay ? Math.floor(day / DAY) * DAY - Math.floor(time.from / DAY) * DAY : 0;
  const [from, to] = [time.from + shift, time.to + shift];
  return lead === 'after' || lead === 'since'
    ? ({ times }) => times.some((at) => at >= to + 1000)
    : ({ times }) => times.some((at) => at < from - 1000);
}

/** `before the 16th`: of the month in which the case began. */
function byDate(context: CheckContext, lead: string, date: number): Test | null {
  if (lead === 'on') return ({ times }) => times.some((at) => new Date(at).getUTCDate() === date);
  const start = startOf(context);
  if (!Number.isFinite(start)) return null;
  const of = new Date(start);
  const day = Date.UTC(of.getUTCFullYear(), of.getUTCMonth(), date);
  return /before|ahead/.test(lead)
    ? ({ times }) => times.some((at) => at < day)
    : ({ times }) => times.some((at) => at >= day + (lead === 'after' ? DAY : 0));
}

/** What the rest of a denial says was done: by an act of the lexicon, or by all of its words; null where nothing has them. */
function actsSaid(context: CheckContext, left: string): Test | null {
  const deeds = deedsTold(left).filter(({ entries }) =>
    entries.some(({ object, verb }) => object !== null || verb === 'signIn'),
  );
  if (deeds.length > 0) return (event) => deeds.some((deed) => isTold(event, deed));
  const mention = mentionIn(context, left);
  return mention?.isWhole && mention.end === null && mention.words > 0 ? (event) => mention.said.includes(event) : null;
}
