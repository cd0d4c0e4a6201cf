import type { Block } from './blocks';
import { type Claim, claimsOf } from './claims';
import type { CheckContext } from './context';
import { type EvidenceEvent, namesAt } from './events';
import { squash } from './evidence-index';
import { IPV4 } from './indicators';
import { alertTimes } from './own-alerts';
import { isTimelineRow, statementsOf } from './statements';
import { saysTime } from './times';

/** A word that denies, and its clause from there; offsets are of the block's text. */
export type Denial = {
  block: Block;
  start: number;
  end: number;
  word: string;
  scope: string;
  before: string;
  sentence: string;
};

/**
 * What a denial reaches over: its alternatives in words, whether names or times bind it, whether it denies anything at all, and
 * whether an event is of whom, from where and when it says.
 */
export type Range = {
  parts: string[];
  isBound: boolean;
  isAnything: boolean;
  /** Nobody is named whom it leaves out: events of two people contradict it. */
  isOfSeveral: boolean;
  fits: (event: EvidenceEvent) => boolean;
};

/** What narrows a denial by something that no row says. */
const NARROWED =
  /\b(?:only|more|fewer|less|than|outside|after|since|until|again|further|yet|either|those|these|such|same|similar|like|any of|which|who|whose|without|while|during|between|new|another|instead|there|itself|themselves|own|both|two|three|long|much|many|enough|first|second|third|last|that|this|them|it|him|her|his|its|their)\b/i;
const EARLIER =
  /\b(?:ever )?(?:before(?: (?:that|the|this) \p{L}+)?|earlier|previously|until then|in the (?:\p{L}+ )?(?:days|weeks|nights) before)\b/iu;
/** Without these a denial says the same. */
const EMPTY_WORDS =
  /\b(?:as far as [^,.;]*|at all|so far|ever|anywhere|in the (?:whole |entire )?(?:logs?|period|case)|of the log|was|were|has been|have been|had been|had|has|have|did|does|been|is|are|seen|found|observed|recorded|logged|the address(?:es)?|address(?:es)?|came|comes|worked|shows? up|appears?|appeared|touched|used(?= \p{L})|(?:opened|held) (?:an?|any) (?=connection|session)|a single|repositor(?:y|ies))\b/giu;
const OTHER = /\b(?:else|others?)\b/i;
/** `other than lena`, `nobody but lena`: whom it leaves out. */
const BUT = /\b(?:other than|but|except(?: for)?|besides|apart from)\s+[`*_]*$/i;
const LINK =
  /\b(?:with|via|using|from|by|to|as|on|at|in|of|through)\s+(?:the (?:address|ip|user|account|key|role|host)\s+)?[`*_\s]*$/i;
const PRONOUN =
  /(?:^|[\s,;(])(?:he|she|it|they|(?:the|this|that) (?:same )?(?:account|user|identity|actor|person|attacker|intruder|role|key))\s+(?:(?:has|have|had|was|were|did|does|is|are|also|then|shows?|made|makes|holds?|says?)\s+)*(?:\p{L}+\s+)?$/iu;
/** `a client that Lorenzo had never used`: what is denied is of the thing before it. */
const RELATIVE = /\b(?:that|which|whom|whose|where)\b[^,;.]*$/i;
/** The same without its word: `four addresses the account had not used`. */
const REDUCED =
  /\b(?:address(?:es)?|networks?|places?|countr(?:y|ies)|clients?|browsers?|programs?|tools?|devices?|hosts?|machines?|servers?|accounts?|roles?|keys?|applications?|apps|buckets?|files?|folders?)\s+(?:(?:the|this|that) \p{L}+|he|she|it|they|[`*_]*[\w.@[\]-]+[`*_]*)\s+(?:has|have|had|did|does|do|was|were)\s*$/iu;
const AUXILIARY =
  /^(?:has|have|had|was|were|did|does|is|are|also|then|shows?|made|makes|holds?|says?|there|and|but|so)$/i;
/** Anything that somebody does. */
const ANYTHING =
  /^(?:(?:api |single )?(?:calls?|requests?|events?|activity|traces?)(?: made)?|used|active|occurs?|called anything|do anything|anything)$/i;
const SIGN_IN = /\b(?:sign|log)(?:s|ged|ned|ging|ning)?[- ]?(?:ins?|on)(?: to the console)?\b/gi;
const THAT_ADDRESS = /\b(?:that|this|the same) (?:address|ip)\b/i;
const ON_DAY = /\bon the (\d{1,2})(?:st|nd|rd|th)\b/i;
const WEEKEND = /\b(?:at|on) (?:the )?weekends?\b/i;
const HALF_A_DAY = 43_200_000;

type Part = { text: string; keys: string[]; out: string[]; day: Claim['time'] | null };

/** null where a denial points at what no row says. */
export function rangeOf(context: CheckContext, denial: Denial): Range | null {
  const { word, scope, before, sentence } = denial;
  const part = partOf(context, denial);
  if (!part) return null;
  const isEarlier =
    EARLIER.test(part.text) || EARLIER.test(sentence.slice(before.length)) || EARLIER.test(before.slice(-40));
  const isWeekend = WEEKEND.test(scope);
  const isOther = OTHER.test(part.text) || part.out.length > 0;
  const verb = verbBefore(denial);
  const date = ON_DAY.exec(part.text)?.[1];
  const text = `${verb} ${part.text}`
    .replace(WEEKEND, ' ')
    .replace(ON_DAY, ' ')
    .replace(EARLIER, ' ')
    .replace(SIGN_IN, ' signed ')
    .replace(EMPTY_WORDS, ' ')
    .replace(/\b(?:else|others?|any)\b/gi, ' ');
  if (NARROWED.test(text)) return null;
  const subject = subjectOf(context, denial);
  if (subject === undefined) return null;
  const isVerb = /^(?:never|not|\p{L}+n[’']t)$/u.test(word);
  if (isVerb && (subject.length === 0 || isReduced(denial))) return null;
  const limit = isEarlier ? startOf(context) - HALF_A_DAY : null;
  if (limit !== null && !Number.isFinite(limit)) return null;
  const { vocabulary } = statementsOf(context);
  const around = namesAt(denial.block.text.slice(0, denial.end), vocabulary.actors).map(({ name }) => name);
  const left = isOther ? [...part.out, ...(part.out.length > 0 ? [] : [...subject, ...around])] : [];
  const parts = alternativesIn(text);
  const said = parts.join(' ');
  const isBound = part.keys.length > 0 || subject.length > 0;
  const isBare = isWeekend ? said === '' : ANYTHING.test(said);
  const isAnything = isBare && isBound && !isOther && !RELATIVE.test(before);
  return {
    parts: isAnything ? [said] : parts,
    isBound,
    isAnything,
    isOfSeveral: isOther && left.length === 0,
    fits: (event) =>
      part.keys.every((key) => event.row.text.includes(key)) &&
      (isOther
        ? event.actors.length > 0 && !left.some((name) => isOf(event, name))
        : isAnything && part.keys.length === 0
          ? subject.some((name) => event.actors.includes(name) || event.row.cells.includes(name))
          : subject.length === 0 || subject.some((name) => isOf(event, name))) &&
      (date === undefined || event.times.some((time) => new Date(time).getUTCDate() === Number(date))) &&
      (!part.day || event.times.some((time) => part.day && saysTime(part.day, time))) &&
      (!isWeekend || event.times.some((time) => [0, 6].includes(new Date(time).getUTCDay()))) &&
      (limit === null || event.times.some((time) => time < limit)),
  };
}

/** `created or deleted a key`: both of a key. */
function alternativesIn(text: string): string[] {
  const parts = text
    .split(/\s+(?:or|nor)\s+/)
    .map((one) =>
      one
        .replace(/[^\p{L}\d' -]+/gu, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    // The name of an action is another rule's.
    .filter((one) => one !== '' && !/\p{Ll}\p{Lu}/u.test(one));
  const object = /^\S+\s+(.+)$/.exec(parts.at(-1) ?? '')?.[1];
  return object && parts.length > 1 ? parts.map((one) => (/\s/.test(one) ? one : `${one} ${object}`)) : parts;
}

const isOf = (event: EvidenceEvent, name: string): boolean =>
  event.actors.includes(name) ||
  event.row.text.includes(squash(name)) ||
  // A query that names several says nothing of whose a row is.
  (event.actors.length === 0 && event.record.asks(name));

/** When the case begins: its first alert, else the first row of its timeline. */
export function startOf(context: CheckContext): number {
  const alerts = alertTimes(context);
  const rows = statementsOf(context).statements.filter(isTimelineRow);
  const times = rows.flatMap(({ times: said }) =>
    said.flatMap(({ time }) => (time && !time.timeOfDay ? [time.from] : [])),
  );
  return Math.min(...(alerts.length > 0 ? alerts : times));
}

/** A denial's words without its names; what its rows have to hold, and whom it leaves out. */
function partOf(context: CheckContext, { block, scope, start, end, word }: Denial): Part | null {
  const { vocabulary } = statementsOf(context);
  const from = start + word.length;
  const claims = claimsOf(block).filter((one) => one.start >= start && one.end <= end && one.kind !== 'technique');
  const [time, ...times] = claims.flatMap((one) => (one.time ? [one] : []));
  // `on 19 November`: of one day.
  const isDay = time?.time !== undefined && time.time.to - time.time.from === 86_400_000;
  if (times.length > 0 || (time && !(isDay && /\bon\s+$/.test(block.text.slice(0, time.start))))) return null;
  if (claims.some((one) => one.kind === 'number' && !/day|week|night/.test(one.measure ?? ''))) return null;
  const address = claimsOf(block).findLast(({ value, ...at }) => IPV4.test(value) && at.end <= start);
  if (THAT_ADDRESS.test(scope) && !address) return null;
  const names = [
    ...claims.filter((one) => isName(one) || one === time),
    ...namesAt(scope, vocabulary.actors).map((one) => ({
      value: one.name,
      start: from + one.start,
      end: from + one.end,
    })),
  ].sort((a, b) => b.start - a.start || a.end - b.end);
  let text = scope;
  const [keys, out]: [string[], string[]] = [[], []];
  let last = Number.POSITIVE_INFINITY;
  for (const { value, ...at } of names) {
    // A name within one that was taken.
    if (at.end > last) continue;
    last = at.start;
    const ahead = text.slice(0, at.start - from);
    const behind = text.slice(at.end - from);
    if (BUT.test(ahead)) {
      out.push(value.toLowerCase());
      text = `${ahead.replace(BUT, ' ')} ${behind}`;
    } else if (time && at.start === time.start) text = `${ahead.replace(/\bon\s+$/, ' ')} ${behind}`;
    else {
      keys.push(squash(value));
      text = `${ahead.replace(LINK, ' ')} ${behind}`;
    }
  }
  if (address && THAT_ADDRESS.test(text)) {
    keys.push(squash(address.value));
    text = text.replace(THAT_ADDRESS, ' ');
  }
  text = text.replace(/\[([.@:])\]/g, '$1').replace(/[`*]/g, ' ');
  return BUT.test(text) || /\b(?:other than|but|except|besides|apart)\b/i.test(text)
    ? null
    : { text, keys, out, day: isDay ? time.time : null };
}

const isName = ({ kind }: Claim): boolean => kind === 'indicator' || kind === 'id' || kind === 'quote';

/** `it has read no object`: the verb stands before the word that denies. */
export function verbBefore({ word, before }: Denial): string {
  if (!/^(?:no|nothing|none)$/.test(word)) return '';
  const last = /(?:^|\s)(\p{L}{3,}(?:ed|ad|ew|an|t|s|k)?)\s+$/u.exec(before)?.[1] ?? '';
  return /(?:ed|read|sent|got|took|saw|ran|made|left)$/.test(last) && !AUXILIARY.test(last) ? last : '';
}

/** Whether what is denied is of the thing before it: `an address that she had never used`. */
export const isOfThingBefore = (denial: Denial): boolean => RELATIVE.test(denial.before) || isReduced(denial);
const isReduced = ({ before, word }: Denial): boolean =>
  REDUCED.test(`${before}${/n[’']t$/.test(word) ? word.slice(0, -3) : ''}`);

/** Whom a denial is of: who is named right before it, or whom a pronoun points back to; empty where it begins its clause; undefined where nothing tells. */
export function subjectOf(context: CheckContext, { block, before, start, word }: Denial): string[] | undefined {
  // A dot within a name ends nothing.
  const clause = /(?:[^,;:.()–—]|[.:](?=\S))*$/.exec(before.replace(/\[\.\]/g, '···'))?.[0] ?? '';
  const { vocabulary } = statementsOf(context);
  const names = namesAt(clause, vocabulary.actors).map(({ name }) => name);
  const claims = claimsOf(block)
    .filter(
      ({ kind, ...at }) =>
        (kind === 'indicator' || kind === 'id') && at.start >= start - clause.length && at.end <= start,
    )
    .map(({ value }) => value.toLowerCase());
  if (names.length + claims.length > 0) return [...new Set([...names, ...claims])];
  // `eva worked daily, never at weekends`
  if (word === 'never' && /,\s*$/.test(before)) {
    const named = namesAt(before, vocabulary.actors).map(({ name }) => name);
    return named.length > 0 ? named : undefined;
  }
  if (/^[\s*_]*(?:(?:and|but|so|\p{L}+ly|there (?:was|were|is|are))\s*)*[\s*_]*$/iu.test(clause)) return [];
  // `The other two, dana and omar, made no call`
  const apposed = /,\s*(?:made|has|had|have|did|does|was|were|is|are|shows?)\s+$/i.test(before);
  if (apposed) {
    const named = namesAt(before, vocabulary.actors).map(({ name }) => name);
    return named.length > 0 ? named : undefined;
  }
  if (!PRONOUN.test(clause)) return undefined;
  const earlier = namesAt(block.text.slice(0, start), vocabulary.actors);
  const last = earlier.at(-1)?.name;
  return last === undefined ? undefined : [last];
}
