import { asksSource } from '../../evidence/source-calls';
import type { Block } from '../blocks';
import { ADVICE, claimsOf, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import { type EvidenceEvent, eventsOf, namesAt } from '../events';
import { type EvidenceIndex, numberOf, squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { mentionIn } from '../mentions';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { statementsOf } from '../statements';
import { DAY } from '../times';

/** A claim that something was done more than once, on more than one day. */
const HABIT =
  /\b(?:on (?:most|many|several|other|earlier|some|all|previous) (?:\p{L}+ )?(?:days|nights|mornings|evenings|occasions)|(?:every|each|most) (?:day|night|morning|evening|week)s?|for (?:many |several |some |more than an? |over an? )?(?:weeks?|months?|years?)|(?:several|many|a few|some) times (?:before|already|earlier)|now and then|from time to time|regularly|routinely|habitually|day after day|week after week|(?:had|has|have) (?:often|frequently|repeatedly)|often (?:before|enough)|all (?:week|month|year)(?: long)?)\b/iu;
const MODAL =
  /\b(?:would|could|should|might|may|must|if|unless|whether|likely|possible|possibly|probabl[ey]|expect\w*|recommend\w*|will)\b|\?/i;

/** `had often used`, `opens a session every night`: rows of whom and what it is said of are of more than one day. */
export function checkHabits(context: CheckContext): Finding[] {
  if (!context.all.some(({ call }) => asksSource(call.tool))) return [];
  return context.blocks.flatMap((block) => {
    if (block.kind === 'heading' || block.kind === 'row' || ADVICE.test(block.section) || block.text.length > 8000)
      return [];
    return block.sentences.flatMap((span) => {
      const text = block.text.slice(span.start, span.end);
      if (MODAL.test(text)) return [];
      return clausesOf({ text, start: span.start }).flatMap((clause) => checkClause(context, block, span, clause));
    });
  });
}

type Span = { start: number; end: number };

function checkClause(context: CheckContext, block: Block, sentence: Span, clause: Span): Finding[] {
  const text = block.text.slice(clause.start, clause.end);
  const match = HABIT.exec(text);
  if (!match || negationsIn(text).length > 0) return [];
  const logs = context.all.filter(({ call }) => asksSource(call.tool));
  const words = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
  const rows = rowsMeant(context, logs, subjectsOf(context, block, sentence, clause), words);
  if (rows.length === 0 || rows.some(isOfMoreDays) || isOverDays(rows)) return [];
  const place = placeOf(block, {
    start: clause.start + match.index,
    end: clause.start + match.index + match[0].length,
  });
  const [first] = rows;
  return [
    finding('absence', 'warning', place, 'habit-unsupported', {
      what: match[0],
      day: new Date(first?.times[0] ?? 0).toISOString().slice(0, 10),
      record: first?.record.call.number ?? 0,
    }),
  ];
}

/** The rows of whom a clause is about, of what it says where one has all of its words; none where a list was cut. */
function rowsMeant(context: CheckContext, logs: EvidenceIndex[], subjects: Subject[], words: string): EvidenceEvent[] {
  const mention = mentionIn(context, words);
  const said = mention?.isWhole && mention.words > 1 && mention.end === null ? mention.said : null;
  if (subjects.length === 0) return said?.every(({ record }) => record.isWhole) ? said : [];
  if (logs.some((record) => !record.isWhole && subjects.some(({ key }) => record.has(key)))) return [];
  const own = logs.flatMap((record) => {
    const events = eventsOf(record);
    const having = subjects.map((subject) => events.filter((event) => isOf(event, subject)));
    const together = events.filter((event) => having.every((list) => list.includes(event)));
    const found = together.length > 0 ? together : [...new Set(having.flat())];
    return found.length > 0 ? found : subjects.every(({ key }) => record.asks(key)) ? events : [];
  });
  const meant = said ? own.filter((event) => said.includes(event)) : [];
  return meant.length > 0 ? meant : own;
}

const isOf = ({ actors, row }: EvidenceEvent, { key, isActor }: Subject): boolean =>
  isActor ? actors.some((name) => squash(name) === key) : row.text.includes(key);

/** Whether a row speaks of more than one day, or of none. */
function isOfMoreDays({ times, columns, row }: EvidenceEvent): boolean {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return true;
  if (dayOf(first) !== dayOf(last)) return true;
  return row.cells.some(
    (cell, at) => /day|before|earlier|week|night/i.test(columns[at] ?? '') && (numberOf(cell) ?? 0) > 1,
  );
}

const dayOf = (time: number): number => Math.floor(time / DAY);
const isOverDays = (rows: EvidenceEvent[]): boolean => new Set(rows.flatMap(({ times }) => times.map(dayOf))).size > 1;

type Subject = { key: string; isActor: boolean };

/** Names that a clause is about: its own, else those that a pronoun points back to. */
function subjectsOf(context: CheckContext, block: Block, sentence: Span, clause: Span): Subject[] {
  const { vocabulary } = statementsOf(context);
  const named = [
    ...claimsOf(block).filter(
      ({ kind, inCode, value }) =>
        (kind === 'indicator' || kind === 'id' || (kind === 'quote' && inCode)) &&
        value.length > 3 &&
        !/\s/.test(value),
    ),
    ...namesAt(block.text, vocabulary.actors).map((one) => ({ ...one, value: one.name })),
  ].map(({ value, start, end }) => ({ value, start, end, isActor: vocabulary.actors.has(value.toLowerCase()) }));
  const isKnown = (one: { value: string }) => context.all.some((record) => record.has(one.value));
  const within = named.filter((one) => one.start >= clause.start && one.end <= clause.end && isKnown(one));
  const subject = ({ value, isActor }: { value: string; isActor: boolean }) => ({ key: squash(value), isActor });
  if (within.length > 0) return within.map(subject);
  const text = block.text.slice(clause.start, clause.end);
  const before = named.filter((one) => one.end <= clause.start && isKnown(one));
  const isAddress = /\b(?:address|ip)\b/i.test(text);
  const last = before.findLast(({ value }) => IPV4.test(value) === isAddress);
  const isPointed =
    /\b(?:it|he|she|they|which|who|(?:that|this|the) (?:same )?(?:\p{L}+ )?(?:address|ip|account|user|identity|key|role|owner|machine|host))\b/iu;
  return last && isPointed.test(text) && last.start >= sentence.start - 300 ? [subject(last)] : [];
}
