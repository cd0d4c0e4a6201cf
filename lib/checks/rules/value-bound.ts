import { asksSource } from '../../evidence/source-calls';
import { type Claim, isPortLike, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { numberOf } from '../evidence-index';
import { numbersOf } from '../limits';
import { type Finding, finding } from '../messages';
import { groupBy } from '../readings';
import { isSizeMeasure } from '../sizes';
import { type Statement, statementsOf } from '../statements';
import { nameColumns, rowsNamed } from '../tallies';

type Side = 'most' | 'least';
const NONE = '\\b(?:never|no|none|nothing|nobody|not|hardly ever)\\b[^.;]{0,60}?';
const MOST = new RegExp(
  `(?:${NONE}\\b(?:more|higher|larger) than|\\bat (?:the )?most|\\bno more than|(?<!\\badds? )\\bup to)\\s+$`,
  'i',
);
const LEAST = new RegExp(
  `(?:${NONE}\\b(?:less|fewer|lower) than|\\bat (?:the )?least|\\bno (?:less|fewer) than)\\s+$`,
  'i',
);
/** What makes a bound one of each of several: `on any day`, `each`. */
const OF_EACH =
  /\b(?:each|every|everyone|any|apiece|per|never|ever|nobody|none|no (?:one|\p{L}+)|at a time|in one|a (?:day|night|session|minute|hour|time)|(?:on|in) a single|the most|the least)\b/iu;
const PEAK = /\bthe (most|least|fewest)\b[^.;]{0,60}?\b(?:is|was|are|were)\s+$/i;
const OTHERS =
  /\b(?:else|others?|another|before|earlier|previous|prior|otherwise|rest|usual(?:ly)?|except|but|apart|ordinary|normal(?:ly)?|besides)\b/i;
const NO_VALUE = /time|date|port|code|(?:^|_)id$|status|pid|year|hour|first|last/i;
const MAX_ROWS = 400;

/**
 * `no fewer than 14 flows on any day`, `never more than 5`: a limit of what rows count is the least or most of a column, of all rows or
 * of those that the clause names. A warning where each column that has such numbers goes beyond it.
 */
export function checkValueBounds(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const { block, events } = statement;
    if (block.kind === 'row' && /timeline/i.test(block.section)) return [];
    const own = events.filter(({ record }) => record.isWhole && asksSource(record.call.tool));
    if (own.length < 2 || own.length > MAX_ROWS) return [];
    return numbersOf(statement).flatMap((claim) => checkOne(statement, claim, own));
  });
}

function checkOne(statement: Statement, claim: Claim, own: EvidenceEvent[]): Finding[] {
  const { block, start, text } = statement;
  const { number, measure = '', decimals } = claim;
  if (claim.kind !== 'number' || number === undefined || decimals || isPortLike(block, claim)) return [];
  if (measure && !/^days?$/.test(measure) && !/^bytes$/.test(measure)) return [];
  const side = sideOf(block.text.slice(start, claim.start));
  if (!side || !OF_EACH.test(text)) return [];
  const clause = clausesOf(statement).find((one) => claim.start >= one.start && claim.start < one.end);
  const ends = endsOf(own, side, clause ? block.text.slice(clause.start, clause.end) : text, text);
  // Of what is left out nothing says which rows it is: a number that a row has is one of them.
  if (OTHERS.test(text) && own.some(({ row }) => row.cells.some((cell) => numberOf(cell) === number))) return [];
  if (ends.length === 0 || ends.some((end) => isTight(end, number, side))) return [];
  const broken = ends.filter((end) => (side === 'most' ? end > number : end < number));
  if (broken.length === 0 || isSizeMeasure(measure) !== broken.some((end) => end > 1000)) return [];
  const actual = side === 'most' ? Math.min(...broken) : Math.max(...broken);
  const data = { value: `${side === 'most' ? 'at most' : 'at least'} ${claim.value}`, actual: `${actual}` };
  return [finding('bound', 'warning', placeOf(block, claim), 'limit-differs', data)];
}

function sideOf(before: string): Side | null {
  if (MOST.test(before)) return 'most';
  if (LEAST.test(before)) return 'least';
  const peak = PEAK.exec(before)?.[1]?.toLowerCase();
  return peak ? (peak === 'most' ? 'most' : 'least') : null;
}

/** A limit is the end itself, or a round number near it. */
const isTight = (end: number, number: number, side: Side): boolean =>
  side === 'most' ? end <= number && end >= 0.7 * number : end >= number && end <= 1.4 * number;

/** The ends of each column of numbers: of all rows of a record, of those with a name of the clause, and without the largest. */
function endsOf(own: EvidenceEvent[], side: Side, clause: string, sentence: string): number[] {
  return groupBy(own, ({ record, columns }) => `${record.call.number} ${columns.join()}`).flatMap((rows) => {
    const columns = nameColumns(rows);
    const byClause = columns.map((column) => rowsNamed(column, clause)).filter((some) => some.length > 0);
    const bySentence = columns.map((column) => rowsNamed(column, sentence)).filter((some) => some.length > 0);
    const named = byClause.length > 0 ? byClause : bySentence;
    const sets = named.length > 0 ? named : [rows];
    return sets.flatMap((some) => columnsOf(some).flatMap((values) => endIn(values, side)));
  });
}

function columnsOf(rows: EvidenceEvent[]): number[][] {
  const columns = rows[0]?.columns ?? [];
  return columns.flatMap((name, at) => {
    const values = NO_VALUE.test(name) ? [] : rows.flatMap(({ row }) => numberOf(row.cells[at]) ?? []);
    return values.length > 1 && values.every(Number.isInteger) ? [values] : [];
  });
}

/** The end of some values; the one next to it may be meant where the first is that of the case. */
function endIn(values: number[], side: Side): number[] {
  const sorted = [...values].sort((a, b) => (side === 'most' ? b - a : a - b));
  return [...new Set(sorted)].slice(0, 1);
}
