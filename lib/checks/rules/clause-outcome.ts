import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import type { SaidOutcome } from '../outcome-words';
import { involves, statementsOf } from '../statements';
import { saysTime } from '../times';
import { type Clause, clausesIn } from '../told-clauses';
import { isExact, isTold } from '../told-deeds';

/** `was refused`, `all failed`: a word that says how something ended, and is no adjective. */
const PREDICATE =
  /(?:\b(?:was|were|been|got|had|has|have|she|he|they|it|who|them|all|both|each|none|one|that|tenth|last|first)\s+(?:\p{L}+ly\s+|all\s+|then\s+|also\s+)?|\b(?:with|without)\s+(?:any\s+)?)$/iu;
/** `the sensor blocked all four` */
const OF_ALL = /^\s+(?:all|every|each|both)\b/i;
const FAILED_TO = /^\s+to\s/i;
const WITH_ERROR =
  /\b(?:ended |came back |was answered |were answered |answered )?(with(?:out)?) (?:an |any )?errors?\b/i;
/** What makes it a guess, a rule or an attempt of another. */
const OPEN =
  /\b(?:some|most|many|several|few|half|part|except|but|other|others|rest|only|first|last|until|before|after)\b/i;

/**
 * How it ended, by clause: at its time, of whom or what it names, of what it says was done, or of all that it cites. A warning where
 * each of those rows ended the other way.
 */
export function checkClauseOutcomes(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const clauses = clausesIn(statement);
    return clauses.flatMap((clause, at) => checkClause(clause, clauses.slice(0, at))).slice(0, 1);
  });
}

function checkClause(clause: Clause, before: Clause[]): Finding[] {
  const said = saidIn(clause);
  if (!said) return [];
  const rows = rowsMeant(clause, before, said);
  const [row] = rows;
  if (
    !row ||
    rows.some(
      ({ outcome, record }) => outcome === null || outcome === 'mixed' || outcome === said.outcome || !record.isWhole,
    )
  )
    return [];
  const code = row.codes[0] ? ` (${row.codes[0]})` : '';
  const data = {
    said: said.word,
    actual: said.outcome === 'success' ? `a failure${code}` : 'a success',
    record: row.record.call.number,
  };
  return [finding('outcome', 'warning', placeOf(clause.block, said), 'outcome-differs', data)];
}

/** What a clause says of how it ended, as its predicate. */
export function saidIn({ text, start, outcome }: Clause): SaidOutcome | null {
  const error = WITH_ERROR.exec(text);
  if (error && !outcome) {
    const at = start + error.index;
    const isFailure = error[1]?.toLowerCase() === 'with';
    return { start: at, end: at + error[0].length, word: error[0], outcome: isFailure ? 'failure' : 'success' };
  }
  if (!outcome) return null;
  const [ahead, behind] = [text.slice(0, outcome.start - start), text.slice(outcome.end - start)];
  const isPredicate =
    PREDICATE.test(ahead) ||
    OF_ALL.test(behind) ||
    FAILED_TO.test(behind) ||
    (/^(?:failed|succeeded|worked|went through|got through|could not|couldn)/i.test(outcome.word) &&
      /^\s*(?:[.,;:)[]|$|(?:at|on|from|with|too|again|as well)\b)/i.test(behind));
  if (!isPredicate) return null;
  const without = /\bwithout\s+(?:any\s+)?$/i.exec(ahead);
  return without ? { ...outcome, start: start + without.index, word: `${without[0]}${outcome.word}` } : outcome;
}

function rowsMeant(clause: Clause, before: Clause[], said: SaidOutcome): EvidenceEvent[] {
  const { block, start, end, times, events, text } = clause;
  const [time, more] = times;
  if (more) return [];
  if (time?.time) {
    const at = time.time;
    const isDirect = /\b(?:at|on)\s+[`*_]*$/i.test(block.text.slice(Math.max(start, time.start - 8), time.start));
    return isDirect && !at.or
      ? events.filter((event) => isExact(event) && event.times.some((one) => saysTime(at, one)))
      : [];
  }
  if (OPEN.test(text)) return [];
  const things = claimsOf(block)
    .filter(({ value, kind, ...at }) => (IPV4.test(value) || kind === 'id') && at.start >= start && at.end <= end)
    .map(({ value }) => squash(value));
  const people = clause.subject.by === 'name' || clause.subject.by === 'agent' ? clause.subject.names : [];
  const told = clause.deeds.length > 0 ? clause.deeds : pointedAt(text, before);
  // Rows of one kind of thing need no name for it.
  const deeds = events.every(({ actions }) => actions.length === 0) ? [] : told;
  const isOf = (event: EvidenceEvent) =>
    things.every((key) => event.row.text.includes(key)) &&
    people.every(({ name }) => involves(event, name)) &&
    (deeds.length === 0 || deeds.some((deed) => isTold(event, deed)));
  if (things.length + people.length + deeds.length > 0) {
    // What the lexicon has no name for may be any row.
    const isClear =
      deeds.length > 0 || /\b(?:all|each|every|both)\b/i.test(text) || FAILED_TO.test(block.text.slice(said.end, end));
    return isClear ? events.filter(isOf) : [];
  }
  const isAll =
    /\b(?:all|each|every|both)\b/i.test(text) && !/\b(?:of (?:it|this|that|them)|these|those)\b/i.test(text);
  return isAll && new Set(events.map(({ record }) => record)).size === 1 ? events : [];
}

/** `all of that went through`: what the clauses before it tell. */
function pointedAt(text: string, before: Clause[]): Clause['deeds'] {
  if (!/\b(?:all of (?:that|it|this|them)|both|each|that|it|they|none)\b/i.test(text)) return [];
  return before.flatMap(({ deeds }) => deeds);
}
