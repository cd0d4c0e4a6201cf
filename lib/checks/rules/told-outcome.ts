import { nounsAfter } from '../claim-context';
import { claimsOf, placeOf } from '../claims';
import { partsOf } from '../clauses';
import type { CheckContext } from '../context';
import { COUNTED_FAILURES, COUNTED_SUCCESSES, countOf, type EvidenceEvent } from '../events';
import { numberOf } from '../evidence-index';
import { mentionIn } from '../mentions';
import { type Finding, finding } from '../messages';
import { negationsIn } from '../negation';
import { outcomeAbout, outcomeIn, type SaidOutcome, withoutOutcomes } from '../outcome-words';
import { involves, type Statement, statementsOf } from '../statements';

/** What a part says it of stands before it. */
const PRONOUN = /\b(?:them|they|all|each|both|every|it|none|neither|which|these|those|the (?:other|others|rest))\b/i;
/** The end of what somebody tried, and no adjective: `was refused`, `turned every one of them down`, `she accepted two of them`. */
const PREDICATE =
  /\b(?:was|were|is|are|been|got|be|had|has|have|she|he|they|it|who|them|all|both|each|none|one)\s+(?:\p{L}+ly\s+)?$/iu;
const ITSELF =
  /^(?:could|couldn|was unable|were unable|in vain|shut out|turned|failed|succeeded|worked|went|got|goes|took)/i;

/** An adjective is followed by what it is of: `failed logons`. */
const VERB_END =
  /^\s*(?:[.,;:)[]|$|(?:at|on|from|with|because|in|and|but|for|by|to|too|after|before|each|twice|again|as|be|read|open|get|sign|log|them|it|all)\b)/i;

/**
 * How something ended that a sentence tells in its own words, or points back to: `she turned every one of them down`. An error where
 * each event that its words may mean ended the other way.
 */
export function checkToldOutcomes(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const parts = textParts(statement.text);
    return [...parts.flatMap((_, at) => checkPart(context, statement, parts, at)), ...checkSplit(statement)].slice(
      0,
      1,
    );
  });
}

const ENDED =
  /^(?:\s+(?:of (?:them|these|those|the \p{L}+)|\p{L}+)){0,2}\s+(?:were|was|had been|got|have been)?\s*(refused|denied|failed|rejected|blocked|succeeded|went through|got through|accepted|granted|allowed)\b/iu;

/** `5 were refused and 18 went through`, of rows that have the two numbers the other way round. */
function checkSplit({ block, start, end, events }: Statement): Finding[] {
  return claimsOf(block).flatMap((claim) => {
    const { number, measure, nearness } = claim;
    if (number === undefined || measure || nearness || claim.start < start || claim.end > end) return [];
    // `nine sign-ins from four addresses were refused`: the four are not what was refused.
    if (
      /\b(?:from|by|at|in|on|with|to|for)\s+[*_`]*$/i.test(block.text.slice(Math.max(0, claim.start - 8), claim.start))
    )
      return [];
    const match = ENDED.exec(block.text.slice(claim.end, claim.end + 60));
    const said = match && outcomeAbout(match[1] ?? '');
    if (!said || said === 'both') return [];
    const [event] = events;
    const other = said === 'failure' ? 'success' : 'failure';
    if (!event || numbersOf(events, said).has(number) || !numbersOf(events, other).has(number)) return [];
    const actual = other === 'success' ? 'successes' : 'failures';
    return [
      finding('outcome', 'error', placeOf(block, claim), 'outcome-counts-differ', {
        said: `${claim.value} ${match?.[1] ?? ''}`,
        number,
        actual,
        record: event.record.call.number,
      }),
    ];
  });
}

const COUNTED = { failure: COUNTED_FAILURES, success: COUNTED_SUCCESSES };

/** How often it may have ended so: by columns of counts, and by rows of that outcome, of all and of each value of a column. */
function numbersOf(events: EvidenceEvent[], outcome: 'success' | 'failure'): Set<number> {
  const groups = new Map<string, number>();
  const add = (key: string, number: number) => groups.set(key, (groups.get(key) ?? 0) + number);
  for (const [index, event] of events.entries()) {
    const { columns, row, record } = event;
    const columnar = columns.reduce(
      (sum, name, at) => sum + (COUNTED[outcome].test(name) ? (numberOf(row.cells[at]) ?? 0) : 0),
      0,
    );
    const own = event.outcome === outcome ? (countOf(event) ?? 0) : columnar;
    add(`row ${index}`, own);
    add(`${record.call.number}`, own);
    for (const [at, cell] of row.cells.entries())
      if (typeof cell === 'string' && cell.length < 100) add(`${record.call.number} ${at} ${cell}`, own);
  }
  groups.delete('');
  return new Set([...groups.values()].filter((number) => number > 0));
}

type Part = { text: string; start: number };

const textParts = (text: string): Part[] =>
  partsOf({ text, start: 0 }).map(({ start, end }) => ({ text: text.slice(start, end), start }));

function checkPart(context: CheckContext, statement: Statement, parts: Part[], at: number): Finding[] {
  const { text, start } = parts[at] as Part; // an entry of the list
  const said = outcomeIn(text, start) ?? approvalIn(text, start);
  if (!said || statement.actions.length > 0 || negationsIn(text).some(({ word }) => !/not$|n[’']t$/.test(word)))
    return [];
  const isItself = ITSELF.test(said.word) && VERB_END.test(text.slice(said.end - start));
  if (!isItself && !PREDICATE.test(text.slice(0, said.start - start))) return [];
  const events = eventsOf(context, statement, parts, at);
  const known = events.filter(({ outcome }) => outcome !== null);
  const [event] = known;
  if (!event || known.some(({ outcome }) => outcome === 'mixed' || outcome === said.outcome)) return [];
  return [wrong(statement, said, event)];
}

/** The events that a part is about: of its own words, else of the nearest part before it that names any. */
function eventsOf(context: CheckContext, statement: Statement, parts: Part[], at: number): EvidenceEvent[] {
  const own = meant(context, statement, (parts[at] as Part).text);
  if (own !== null || !PRONOUN.test((parts[at] as Part).text)) return own ?? [];
  for (const part of parts.slice(0, at).reverse()) {
    // `three minutes after the factor` only says when.
    if (/^\W*(?:after|before|until)\b/i.test(part.text)) continue;
    const found = meant(context, statement, part.text) ?? counted(context, statement, part);
    if (found !== null) return found;
  }
  return [];
}

/** `eighteen push requests`: what a part counts. */
function counted(context: CheckContext, statement: Statement, part: Part): EvidenceEvent[] | null {
  const from = statement.start + part.start;
  const numbers = claimsOf(statement.block).filter(
    ({ number, measure, start }) =>
      number !== undefined && !measure && start >= from && start < from + part.text.length,
  );
  const [only, more] = numbers.map((claim) => nounsAfter(statement.block, claim).join(' '));
  return only && more === undefined ? meant(context, statement, only) : null;
}

/** `she approved every one of them` */
const APPROVED = /\b(?:approved|confirmed|let through)\b(?=[^.;]{0,30}\b(?:them|all|every|it|both)\b)/i;
function approvalIn(text: string, offset: number): SaidOutcome | null {
  const match = APPROVED.exec(text);
  return match
    ? { start: offset + match.index, end: offset + match.index + match[0].length, word: match[0], outcome: 'success' }
    : null;
}

/** Events of a text's words, of those who are named; where other events may be meant too, those as well. */
function meant(context: CheckContext, { actors, events }: Statement, text: string): EvidenceEvent[] | null {
  const mention = mentionIn(context, withoutOutcomes(text));
  if (!mention || mention.end) return null;
  const cited = new Set(events);
  const own = mention.said.filter((event) => cited.has(event));
  const said = own.length > 0 ? own : mention.said;
  const theirs = said.filter((event) => actors.some(({ name }) => involves(event, name)));
  const doubt = mention.also.filter((event) => cited.has(event) || event.record === said[0]?.record);
  return theirs.length > 0 && theirs.length < said.length ? theirs : [...said, ...doubt];
}

function wrong({ block, start }: Statement, said: SaidOutcome, event: EvidenceEvent): Finding {
  const actual = said.outcome === 'success' ? `a failure${event.codes[0] ? ` (${event.codes[0]})` : ''}` : 'a success';
  const place = placeOf(block, { start: start + said.start, end: start + said.end });
  return finding('outcome', 'warning', place, 'outcome-differs', {
    said: said.word,
    actual,
    record: event.record.call.number,
  });
}
