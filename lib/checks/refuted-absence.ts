import { type Block, findCitations } from './blocks';
import { claimsOf } from './claims';
import type { CheckContext } from './context';
import { type Deed, deedsIn } from './deeds';
import { countOf, type EvidenceEvent, eventsOf, namesAt } from './events';
import { type EvidenceIndex, numberOf, squash } from './evidence-index';
import { outcomeAbout, withoutOutcomes } from './outcome-words';
import { isOnThing } from './queries';
import { involves, statementsOf } from './statements';
import { deedsTold, isTold } from './told-deeds';

/** What a sentence says was not there. Offsets are of the block's text. */
type Denied = { block: Block; sentence: string; start: number; scope: string; what: string };
export type Refuted = { value: string; record: number };

const QUALIFIED =
  /\b(?:after|before|until|since|outside|other|others|else|except|but|besides|further|more|again|another|from|against|with|via|than|such|only|in|on|during|at)\b/i;
/** Where the case is: that narrows nothing. */
const PLACE =
  /\b(?:in|on|during|from|to|of|at) (?:this|the|that|these|those|any|its|their) (?:(?:\p{L}+ )?logs?|run|account|case|window|period|hour|day|night|month|week|time|(?:last |whole )?(?:\d+ )?(?:days|weeks|hours|months)|evidence|results?|buckets?|trails?|data)\b|\b(?:in|from) (?:okta|cloudtrail|entra|the okta log)\b/giu;
const THAT_DAY = /\b(?:that|this|the same) (?:day|night|week|month|time)\b/gi;
const CALLS_FROM =
  /^no\s+(?:\w+\s+)?(?:calls?|events?|requests?|activity|traffic|sign-?ins?|log-?ins?|connections?|rows?)\s+(?:were |was |came )?(?:made )?(?:from|by|with|of|to|for|at)\s+(?:the\s+)?(?:address|ip|key|user|role|host|bucket)?\s*[`*]*$/i;
const NOT_SEEN =
  /^[`*]*\s+(?:was|were|is|are|does|do|did|has|had)(?:\s+not|n[’']t|\s+never)\s+(?:been\s+)?(?:appear|seen|used|found|present|occur|observed|show up|shown|listed|in)\b/i;

/** `No StopLogging was made`, `X does not appear`, where the evidence has one; with an actor or an outcome: one of that. */
export function contradictionOf(context: CheckContext, denied: Denied, records: EvidenceIndex[]): Refuted | null {
  return (
    seenValue(denied, records) ??
    doneAction(context, denied, records) ??
    doneDeed(denied, records) ??
    otherActor(context, denied, records) ??
    usedMeans(context, denied, records)
  );
}

const NOBODY_ELSE =
  /^(?:nobody else|no[ -]one else|no(?:ne of the)? other (?:users?|accounts?|persons?|people|principals?|identit(?:y|ies)|roles?|employees?|actors?))\b/i;

/** `nobody else opened a shell`, where the cited rows of that are several people's. */
function otherActor(context: CheckContext, { scope, sentence }: Denied, records: EvidenceIndex[]): Refuted | null {
  const rest = bare(scope);
  // `no one else there`: where that is stands before it.
  if (!NOBODY_ELSE.test(rest) || /\b(?:there|here|from (?:it|them)|that (?:address|machine|host))\b/i.test(rest))
    return null;
  const narrowing = rest.replace(NOBODY_ELSE, ' ').replace(SIGNED_IN, ' ');
  const { vocabulary } = statementsOf(context);
  const named = namesAt(bare(sentence), vocabulary.actors).map(({ name }) => name);
  const actions = new Set(namesAt(rest, vocabulary.actions).map(({ name }) => name));
  const deeds = deedsIn(rest);
  const outcome = outcomeAbout(rest);
  const counted = othersCounted(rest, records);
  if (counted) return counted;
  // `no one else consented`: a verb that nothing here knows may be of any row.
  if (actions.size + deeds.length === 0 && wordsOf(narrowing.replace(PLACE, ' '), []).length > 0) return null;
  for (const record of records) {
    // `in payments` narrows nothing of a query that asks for payments.
    if (hasQualifier(narrowing.replace(/\bin ([\w-]{3,60})/g, (all, name) => (record.asks(name) ? ' ' : all))))
      continue;
    const events = eventsOf(record).filter(
      (event) =>
        countOf(event) !== 0 &&
        (outcome === null || event.outcome === outcome) &&
        (actions.size + deeds.length === 0 ||
          event.actions.length === 0 ||
          event.actions.some((action) => actions.has(action) || deeds.some(({ names }) => names.test(action)))),
    );
    if (events.length === 0 || events.some(({ actors }) => actors.length === 0)) continue;
    const people = [...new Set(events.map(({ actors }) => actors[0] ?? ''))];
    const others = events.filter((event) => !named.some((name) => involves(event, name)));
    // Nobody is named: the one who is meant is one of them, and there are others.
    const [other] = named.length > 0 ? others : people.length > 1 ? events : [];
    if (other && people.length > 1) return { value: other.actors[0] ?? '', record: record.call.number };
  }
  return null;
}

const EARLIER = /^[^.;]{0,120}\b(?:before|earlier|previously|prior|until (?:then|that))\b/i;
const MONTH =
  /\b(?:in|during|throughout) (?:january|february|march|april|may|june|july|august|september|october|november|december)\b/gi;

/** `No object was read with it`, of records whose every row is of that. */
function doneDeed({ scope, sentence }: Denied, records: EvidenceIndex[]): Refuted | null {
  const rest = bare(scope);
  // `No factor had been removed and no account created in the weeks before`: the rule for what is new looks at that.
  if (EARLIER.test(sentence.slice(sentence.indexOf(scope) + scope.length))) return null;
  if (!/^no\s+(?:\p{L}+ ){1,3}(?:was|were|had been)\s+(?:ever |actually )?\p{L}+\b/iu.test(rest)) return null;
  if (
    outcomeAbout(rest) !== null ||
    hasQualifier(rest.replace(MONTH, ' ').replace(/\bwith (?:it|them|that key|the key)\b/gi, ' '))
  )
    return null;
  const told = deedsTold(rest);
  for (const record of records) {
    const event = eventsOf(record).find(
      (one) =>
        countOf(one) !== 0 &&
        told.some((deed) => deed.entries.some(({ object }) => object !== null) && isTold(one, deed)),
    );
    if (event) return { value: event.actions[0] ?? '', record: record.call.number };
  }
  return null;
}

/** A record that counts how many others did it. */
function othersCounted(text: string, records: EvidenceIndex[]): Refuted | null {
  const told = deedsTold(text);
  for (const record of records)
    for (const event of eventsOf(record)) {
      const at = event.columns.findIndex((name) => /^others?$|^other_/i.test(name));
      const others = at < 0 ? 0 : (numberOf(event.row.cells[at]) ?? 0);
      if (others > 0 && told.some((deed) => isTold(event, deed)))
        return { value: `${others} others`, record: record.call.number };
    }
  return null;
}

const MEANS =
  /^(?:never|not)\s+(?:with|by|via|using|through)\s+(?:an?\s+|the\s+|its\s+|his\s+|her\s+)?[`*_]*([\p{L}\d-]{3,30})\b/iu;
/** A cell that names a kind or a way: `publickey`. */
const LONGEST_KIND = 30;

/** `never with a key`, where each cited row of those whom the sentence names says `publickey`. */
function usedMeans(context: CheckContext, { scope, sentence }: Denied, records: EvidenceIndex[]): Refuted | null {
  const means = MEANS.exec(bare(scope))?.[1]?.toLowerCase();
  if (means === undefined) return null;
  const actors = namesAt(bare(sentence), statementsOf(context).vocabulary.actors);
  if (actors.length === 0) return null;
  for (const record of records) {
    const events = eventsOf(record).filter((event) => actors.some(({ name }) => event.actors.includes(name)));
    const cellOf = ({ row, columns }: EvidenceEvent) =>
      row.cells.find(
        (cell, at) =>
          typeof cell === 'string' &&
          cell.length < LONGEST_KIND &&
          /method|type|kind|factor|auth|protocol|agent|client/i.test(columns[at] ?? '') &&
          cell.toLowerCase().includes(means),
      );
    const [first] = events;
    const value = first && cellOf(first);
    if (value !== undefined && events.every((event) => cellOf(event) !== undefined))
      return { value: String(value), record: record.call.number };
  }
  return null;
}

/** A value that is in the rows of what is cited. */
function seenValue({ block, sentence, start, scope }: Denied, records: EvidenceIndex[]): Refuted | null {
  const at = start + sentence.indexOf(scope);
  const end = at + scope.length;
  const claim = claimsOf(block).find((one) => {
    if (one.kind === 'number' || one.kind === 'time' || one.kind === 'technique') return false;
    if (one.start >= at && one.end <= end && CALLS_FROM.test(block.text.slice(at, one.start)))
      return !hasQualifier(block.text.slice(one.end, end));
    return (
      one.start >= start &&
      one.end <= at &&
      NOT_SEEN.test(block.text.slice(one.end, one.end + 50)) &&
      !hasQualifier(scope)
    );
  });
  if (!claim) return null;
  const key = squash(claim.value);
  const record = records.find((one) =>
    eventsOf(one).some((event) => event.row.text.includes(key) && countOf(event) !== 0),
  );
  return record && key.length > 3 ? { value: claim.value, record: record.call.number } : null;
}

/** `never signed in`: a verb and nothing that narrows it. */
const NEVER_DID = /^(?:never|did not|didn[’']t|has not|had not)\s+\p{L}+(?:\s+(?:in|on|out))?\s*[.,;]?$/iu;

/** `made no Okta sign-ins`: nothing but the word itself. */
const NO_SUCH = /^no\s+(?:[\p{L}-]+\s+)?\|s?\s*[.,;]?\s*$/u;

const SIGNED_IN = /\b(?:sign|log)\w*[ -](?:in|on|out)s?\b/gi;

/** Whether a denial is narrowed by more than where the case is. */
export const hasQualifier = (text: string): boolean =>
  /\d{1,2}:\d\d|\d{4}-\d\d/.test(text) || QUALIFIED.test(bare(text).replace(PLACE, ' '));
const bare = (text: string): string =>
  findCitations(text).reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);

const EMPTY =
  /^(?:not?|nor|none|nobody|nothing|never|neither|was|were|been|be|is|are|had|has|have|did|does|the|any|and|its|his|her|their|by|at|all|a|an|one|single|ever|made|such|new|api|calls?|requests?|attempts?|events?|for|as|far|shows?|it|them|him|there|then)$/;

/** The words of a denial that say what did not happen, without their endings. */
function wordsOf(text: string, actors: { name: string }[]): string[] {
  const names = new Set(actors.flatMap(({ name }) => name.split(/[^\p{L}]+/u)));
  const words = text.toLowerCase().match(/\p{L}{2,}/gu) ?? [];
  return words
    .filter((word) => !EMPTY.test(word) && !names.has(word))
    .map((word) => word.replace(/ies$/, 'y').replace(/(?:ings?|ed|es|s)$/, ''));
}

/** What a call is also about, besides the thing that its name begins with: `DeleteBucketPolicy` deletes no bucket. */
const PART_OF =
  /polic|permission|tag|attribute|lifecycle(?!\.)|version|config|encrypt|profile|acl|notification|replication|cors|website|member|invit|descri|list/;

/** Whether the name of an action says all that a denial does: `no factor was deactivated` of `user.mfa.factor.deactivate`. */
const saysAll = (name: string, words: string[], deeds: Deed[]): boolean =>
  words.length > 0 &&
  words.every(
    (word) =>
      (word.length > 2 && name.includes(word)) ||
      deeds.some(({ word: verb, names }) => verb.startsWith(word) && names.test(name)),
  ) &&
  !PART_OF.test(words.reduce((left, word) => left.replace(word, ''), name));

/** An event of what the sentence says that nobody did, or that did not end so. */
function doneAction(context: CheckContext, denied: Denied, records: EvidenceIndex[]): Refuted | null {
  const { scope, sentence, what } = denied;
  const at = sentence.indexOf(scope);
  // `No X was called`, and `X was never called`: there the name stands before the word that denies.
  const subject = /^(?:never|not|[a-z]+n[’']t)\b/i.test(scope)
    ? (/[^,;:(]*$/.exec(sentence.slice(0, at))?.[0] ?? '')
    : '';
  const rest = bare(`${subject}${scope}`);
  if (hasQualifier(withoutOutcomes(rest).replace(SIGNED_IN, ' '))) return null;
  if (QUALIFIED.test(sentence.slice(Math.max(0, at - subject.length - 30), at - subject.length))) return null;
  const { vocabulary } = statementsOf(context);
  const actions = namesAt(rest, vocabulary.actions);
  const outcome = outcomeAbout(rest);
  const actors = namesAt(sentence, vocabulary.actors);
  // A word for an action is enough where the sentence says how it did not end, or who never did it.
  const isWhole = NEVER_DID.test(bare(scope).trim()) && actors.length === 1;
  const [verb] = actions.length === 0 ? deedsIn(rest) : [];
  const isBare = verb !== undefined && NO_SUCH.test(`${rest.slice(0, verb.start)}|${rest.slice(verb.end)}`);
  const isNobody = verb !== undefined && /^(?:nobody|no[ -]one)\s+(?:ever\s+)?$/i.test(rest.slice(0, verb.start));
  const deed = outcome !== null || isWhole || isBare || isNobody ? verb : undefined;
  if (outcome === 'both') return null;
  // `An inventory describes; it neither reads secrets …` is about its kind, not about what the log has.
  if (actors.length === 0 && /^(?:neither|never)\s+\p{Ll}+s\b/u.test(scope)) return null;
  const told =
    actions.length === 0 && !deed
      ? wordsOf(withoutOutcomes(rest).replace(PLACE, ' ').replace(THAT_DAY, ' '), actors)
      : [];
  // A single word says enough only with how it did not end.
  const isEnough = told.length > 1 || (outcome !== null && (told[0]?.length ?? 0) > 4);
  if (actions.length === 0 && !deed && !isEnough) return null;
  const deeds = deedsIn(rest);
  const isTold = (event: EvidenceEvent) => isEnough && event.actions.some((name) => saysAll(name, told, deeds));
  const isIt = (event: EvidenceEvent) =>
    (actions.some(({ name }) => event.actions.includes(name)) ||
      event.actions.some((name) => deed?.names.test(name) && (!isNobody || isOnThing(rest, name))) ||
      isTold(event)) &&
    (outcome === null || event.outcome === outcome || (told.length > 0 && event.outcome === null)) &&
    actors.every(({ name }) => involves(event, name)) &&
    countOf(event) !== 0;
  for (const record of records) {
    const event = eventsOf(record).find(isIt);
    if (!event) continue;
    const [first] = actions.filter(({ name }) => event.actions.includes(name));
    return {
      value: first ? rest.slice(first.start, first.end) : (event.actions[0] ?? what),
      record: record.call.number,
    };
  }
  return null;
}
