import { asksSource } from '../../evidence/source-calls';
import { NOT_OF_LOGS } from '../absence-support';
import { type Block, citationsIn } from '../blocks';
import { ADVICE, claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { countOf, type EvidenceEvent, eventsOf, namesAt } from '../events';
import { type EvidenceIndex, numberOf, squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { mentionIn } from '../mentions';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { outcomeAbout } from '../outcome-words';
import { alertTimes } from '../own-alerts';
import { isAnswer } from '../queries';
import { hasQualifier } from '../refuted-absence';

import { statementsOf } from '../statements';
import { deedsTold, isTold } from '../told-deeds';

const MODAL =
  /\b(?:would|could|should|might|may|must|if|unless|whether|likely|possible|possibly|probabl[ey]|expect\w*|recommend\w*)\b|\?/i;
/** What points at something that the sentence does not name. */
const POINTS =
  /\b(?:either|those|these|this|that|there|such|same|it|them|him|her|its|their|his|similar|like|any of|which|who|whose)\b/i;
const PERIOD =
  /\b(?:in|on|during|for|over|throughout) (?:the |these |those |all |any of the )?(?:\p{L}+ |\d+ )?(?:days?|weeks?|nights?|months?|hours?)(?: (?:before|earlier|either))?\b|\b(?:ever|before|earlier|at all|in the log|in the \p{L}+ logs?)\b/giu;
const EARLIER = /\b(?:before|earlier|previous(?:ly)?|preceding|prior)\b/i;
const ELSE = /\b(?:other|others|else)\b/i;
const HALF_A_DAY = 43_200_000;

type Denial = { block: Block; word: string; place: { start: number; end: number }; scope: string; sentence: string };

/**
 * `no device was registered [E6]`, `nobody else read mail`: what a denial says by its own words stands in the rows of what it
 * cites, or of another record where only somebody else is denied. A warning: words may mean something else.
 */
export function checkDeniedEvents(context: CheckContext): Finding[] {
  return context.blocks.flatMap((block) => {
    if (block.kind === 'heading' || ADVICE.test(block.section) || block.text.length > 8000) return [];
    const spans = block.kind === 'row' ? block.cells : block.sentences;
    return spans.flatMap((span) => {
      const sentence = block.text.slice(span.start, span.end);
      if (MODAL.test(sentence)) return [];
      return negationsIn(sentence)
        .flatMap(({ word, start, end }) =>
          checkDenial(context, {
            block,
            word,
            place: { start: span.start + start, end: span.start + end },
            scope: sentence.slice(start + word.length, end),
            sentence,
          }),
        )
        .slice(0, 1);
    });
  });
}

function checkDenial(context: CheckContext, denial: Denial): Finding[] {
  const { block, word, scope } = denial;
  if (!/^(?:no|nobody|nothing|never)$/.test(word) || /^[’'-]/.test(scope)) return [];
  // `no session went without one` denies nothing.
  if (NOT_OF_LOGS.test(`${word}${scope}`) || /^[^.;,]{0,60}\bwithout\b/i.test(scope)) return [];
  const numbers = citedBy(denial);
  const cited = numbers.flatMap((number) => context.records.get(number) ?? []).filter(isOfLogs);
  const isOther = ELSE.test(scope) && /^(?:no|nobody)$/.test(word);
  // What is cited has to show all of it, and nothing else may be meant.
  if (cited.length === 0 || cited.length < numbers.length || cited.some((record) => countsNone(record))) return [];
  const told = scopeOf(denial);
  if (!told) return [];
  const change = word === 'nothing' ? changeDenied(told.text) : null;
  if (!change && hasQualifier(told.text)) return [];
  const events = change
    ? changesIn(cited, change)
    : eventsDenied(context, denial, told.text, cited, isOther, told.keys);
  const keyed = events.filter(({ row }) => told.keys.every((key) => row.text.includes(key)));
  const said = ofPeriod(context, denial, ofSubject(context, denial, isOther, keyed));
  const counted = said.filter((one) => countOf(one) !== 0);
  const event = counted.find(({ actors: [name] }) => name !== undefined && name !== 'unset') ?? counted[0];
  if (!event) return [];
  const what = block.text
    .slice(denial.place.start, denial.place.end)
    .replace(/\s*\[E[^\]]*\]?/g, '')
    .trim()
    .slice(0, 70);
  const who = isOther || word === 'nobody' ? event.actors.find((name) => !name.startsWith('arn:')) : undefined;
  const value = [event.actions[0], who].filter(Boolean).join(' by ') || 'rows of it';
  const place = placeOf(block, { start: denial.place.start, end: Math.min(denial.place.end, denial.place.start + 80) });
  return [
    finding('absence', 'warning', place, 'absence-contradicted', { what, value, record: event.record.call.number }),
  ];
}

const changesIn = (cited: EvidenceIndex[], change: RegExp): EvidenceEvent[] =>
  cited.flatMap((record) =>
    eventsOf(record).filter(
      ({ actions, outcome }) => outcome !== 'failure' && actions.some((name) => change.test(name)),
    ),
  );

const THAT_ADDRESS = /\b(?:from|at|to|by) (?:that|this|the same) (?:address|ip)\b/i;
const SIGN_IN = /\b(?:sign|log)(?:s|ged|ned|ging|ning)?[- ](?:in|on)(?: to the console)?\b/gi;

/** What a denial says, without its citations, periods and names; the names are what its rows have to hold. null where it points. */
function scopeOf({ block, scope, place }: Denial): { text: string; keys: string[] } | null {
  const isCell = block.kind === 'row';
  const plain = scope.replace(/\[E[^\]]*\]/g, ' ');
  // What stands behind a comma may narrow it.
  if (!isCell && /,\s(?!as far as\b)/.test(plain)) return null;
  const claims = claimsOf(block).filter(
    ({ start, end, kind, measure }) =>
      kind !== 'technique' && !/day|week|night/.test(measure ?? '') && start >= place.start && end <= place.end,
  );
  if (claims.some(({ kind }) => kind === 'number' || kind === 'time')) return null;
  const keys = claims.map(({ value }) => squash(value));
  let text = claims.reduce(
    (rest, { value }) => rest.replace(value, ' '),
    isCell ? plain : (plain.split(/,\s/)[0] ?? ''),
  );
  const address = claimsOf(block).findLast(({ value, end }) => IPV4.test(value) && end <= place.start);
  if (THAT_ADDRESS.test(text)) {
    if (!address) return null;
    keys.push(squash(address.value));
    text = text.replace(THAT_ADDRESS, ' ');
  }
  text = text
    .replace(PERIOD, ' ')
    .replace(/\b(?:from|with|by|to|of|on|in|at|using|via|through)\s*[`*_\s]*$/i, ' ')
    .replace(/[`*]/g, ' ')
    .replace(SIGN_IN, ' signed ')
    .replace(/\b(?:other|others|else|one)\b/gi, ' ');
  return POINTS.test(text) ? null : { text, keys };
}

const CHANGES: [RegExp, RegExp][] = [
  [
    /^\s*(?:was|had been|has been|got) (?:changed|modified|altered|created|set up|added|configured)\b/i,
    /^(?:create|put|update|modify|set|add|new|attach|register|insert|patch|change)|[._ ](?:create|update|add|insert|patch|set|modify)\b/,
  ],
  [
    /^\s*(?:was|had been|has been|got) (?:deleted|removed|destroyed)\b/i,
    /^(?:delete|remove|destroy|terminate)|[._ ](?:delete|remove)\b/,
  ],
];

/** The names of acts that `nothing was changed` denies. */
const changeDenied = (text: string): RegExp | null => CHANGES.find(([words]) => words.test(text))?.[1] ?? null;

const isOfLogs = (record: EvidenceIndex): boolean => asksSource(record.call.tool) && isAnswer(record);

/** Records that a denial cites: the next behind it, else those of its sentence or row. */
function citedBy({ block, place, sentence }: Denial): number[] {
  if (block.kind === 'row') return block.cited;
  const behind = /^[^.;]*?((?:\[E[^\]]+\]\s*)+)/.exec(block.text.slice(place.start, place.start + 400))?.[1];
  return behind ? citationsIn(behind) : citationsIn(sentence);
}

/** An answer without rows, or one that says 0. */
const countsNone = (record: EvidenceIndex): boolean =>
  record.call.rows === 0 ||
  record
    .tables()
    .some(({ rows }) => rows.some(({ cells }) => cells.some((cell) => numberOf(cell) === 0)) && rows.length <= 3);

function eventsDenied(
  context: CheckContext,
  { word, block }: Denial,
  text: string,
  cited: EvidenceIndex[],
  isOther: boolean,
  keys: string[],
): EvidenceEvent[] {
  const outcome = outcomeAbout(text);
  const of = (records: EvidenceIndex[]) => records.flatMap((record) => eventsOf(record));
  const rows = of(cited);
  const deeds = deedsTold(text).filter(({ entries }) =>
    entries.some(({ object, verb }) => object !== null || verb === 'signIn'),
  );
  const done = rows.filter((event) => deeds.some((deed) => isTold(event, deed)));
  if (done.length > 0) return done.filter((event) => outcome === null || event.outcome === outcome);
  // `nothing from that address was refused`: by its name and its outcome alone.
  if (
    keys.length > 0 &&
    outcome !== null &&
    /^\W*(?:(?:calls?|requests?|events?|attempts?)\W+)?(?:was|were|had been|is|are|ever)?\W*\p{L}+\W*$/iu.test(text)
  )
    return rows.filter((event) => event.outcome === outcome);
  const mention = mentionIn(context, text);
  // A noun alone says something only as all that a cell says: `No device`.
  const isEnough =
    block.kind === 'row' ||
    /\s\p{L}+\s+(?:\p{L}+\s+)*\p{L}+/u.test(text.replace(/\b(?:was|were|had|been|has|have)\b/g, ' '));
  if (mention?.isWhole && mention.end === null && isEnough) {
    const within = mention.said.filter(({ record }) => cited.includes(record));
    const found = within.length > 0 || !isOther ? within : mention.said;
    return found.filter((event) => outcome === null || event.outcome === outcome);
  }
  // `nobody ran a program [E10]`: rows of one kind of thing, each somebody's.
  const isOneKind = rows.every(({ actions }) => actions.length === 0);
  const isBare =
    word === 'nobody' && block.kind !== 'row' && outcome === null && /^\s*(?:\S+\s+){0,3}\S+\s*$/.test(text);
  return !mention && isBare && !isOther && isOneKind && rows.every(({ actors }) => actors.length > 0) ? rows : [];
}

/** Events of whom the sentence says it; of `nobody else` those of others than the ones that it names. */
function ofSubject(context: CheckContext, denial: Denial, isOther: boolean, events: EvidenceEvent[]): EvidenceEvent[] {
  const { vocabulary } = statementsOf(context);
  const { block, place, sentence, word } = denial;
  const names = (
    isOther
      ? namesAt(block.text.slice(0, place.start + sentence.length), vocabulary.actors)
      : namesAt(sentence, vocabulary.actors)
  ).map(({ name }) => name);
  const isOf = (event: EvidenceEvent) =>
    names.some(
      (name) => event.actors.includes(name) || event.row.text.includes(squash(name)) || event.record.asks(name),
    );
  if (isOther) {
    const people = new Set(events.map(({ actors }) => actors[0]));
    return names.length === 0 && people.size < 2
      ? []
      : events.filter((event) => event.actors.some((name) => !event.actions.includes(name)) && !isOf(event));
  }
  if (word === 'never' || names.length > 0) return names.length > 0 ? events.filter(isOf) : [];
  return events;
}

/** `in the days before`: events of half a day before the alert and earlier. */
function ofPeriod(context: CheckContext, { sentence }: Denial, events: EvidenceEvent[]): EvidenceEvent[] {
  if (!EARLIER.test(sentence)) return events;
  const alerts = alertTimes(context);
  const all = events.flatMap(({ times }) => times);
  const from = alerts.length > 0 ? Math.min(...alerts) : Math.max(...all);
  return events.filter(({ times }) => times.some((time) => time < from - HALF_A_DAY));
}
