import { asksSource } from '../../evidence/source-calls';
import { type Claim, claimsOf, placeOf } from '../claims';
import { clausesOf, phraseAhead } from '../clauses';
import type { CheckContext } from '../context';
import { numberOf } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { amountOf } from '../number-words';
import { isDeniedAt, type Statement, sentenceBefore, statementsOf } from '../statements';
import { type NameColumn, nameColumns, rowsMeant, talliesOf, valuesNamed } from '../tallies';

type Sign = 1 | -1 | 0;
/** What one thing is said to have against another: more, less or as much. */
const WORDS: [RegExp, Sign][] = [
  [
    /\bmore often\b|\b(?:more|higher|larger|greater|bigger|busier|longer)\b(?=[^.;]{0,60}\bthan\b)|\bmost often\b(?=[^.;]{0,40}\bthan\b)/i,
    1,
  ],
  [/\bless often\b|\b(?:less|fewer|lower|smaller|quieter|rarer|shorter)\b(?=[^.;]{0,60}\bthan\b)/i, -1],
  [/\bequally (?:often|many|active|busy)\b|\bas (?:often|many|much|active) as\b/i, 0],
  [/\btwice as (?:often|many|much)\b/i, 1],
];
/** `more than three` has a number, `no more than` is a limit, `more likely` weighs. */
const NO_COMPARISON = /\b(?:no|not|never|nothing|any|much|little|rather|other|hardly|far|neither)\s*$/i;

/** What is more and what is less: numbers that stand in the sentence, else the counts of the names that it compares. */
export function checkComparisons(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row' && /timeline/i.test(statement.block.section)) return [];
    const told = [
      ...checkBothEnds(statement),
      ...checkNumbers(statement),
      ...checkRatio(statement),
      ...checkStanding(statement),
    ];
    return (told.length > 0 ? told : checkNames(statement)).slice(0, 1);
  });
}

/** `96 calls, more than A (30) and B (40) together`, `more often …, 128 times against 120`, `with 30 events, before B with 20`, `27, above … at most 17`. */
function checkNumbers(statement: Statement): Finding[] {
  const { block, start, text } = statement;
  const numbers = claimsOf(block).filter(
    ({ number, measure, kind, ...at }) =>
      kind === 'number' && number !== undefined && !measure && at.start >= start && at.end <= statement.end,
  );
  if (numbers.length < 2) return [];
  for (const match of text.matchAll(BETWEEN_NUMBERS)) {
    const word = match[0].trim();
    const sign: Sign = /^(?:more|above|before|ahead|over|larger|higher)/i.test(word) ? 1 : -1;
    const at = start + match.index;
    if (isDeniedAt(statement, at)) continue;
    const found = sidesOf(statement, numbers, at, word);
    if (!found) continue;
    const [first, second] = found;
    if (sign * (first - second) > 0 || (first === second && /^(?:before|behind|ahead)/i.test(word))) return [];
    const place = placeOf(block, { start: at, end: at + match[0].length });
    return [
      finding('bound', 'warning', place, 'comparison-differs', { said: word, first: `${first}`, second: `${second}` }),
    ];
  }
  return [];
}

const HAS_MORE = /\bhas\s+(?:\p{L}+ly\s+|far\s+|many\s+)?(more|fewer|less)\b[^.;,\d]{0,40},\s*$/iu;

/** `nadia has fewer events, 54`: of the column that has that number for her, against every other row. */
function checkStanding(statement: Statement): Finding[] {
  const { block, start, end, events } = statement;
  return claimsOf(block).flatMap((claim) => {
    const { number, measure } = claim;
    if (number === undefined || measure || claim.start < start || claim.end > end) return [];
    const match = HAS_MORE.exec(block.text.slice(start, claim.start));
    const own = match ? events.find(({ row }) => row.cells.some((cell) => numberOf(cell) === number)) : undefined;
    const at = own?.row.cells.findIndex((cell) => numberOf(cell) === number) ?? -1;
    const others = events.filter((event) => event !== own && event.record === own?.record);
    const numbers = others.flatMap(({ row }) => numberOf(row.cells[at]) ?? []);
    const isMore = match?.[1]?.toLowerCase() === 'more';
    if (!match || !own?.record.isWhole || numbers.length === 0) return [];
    if (!numbers.every((other) => (isMore ? other > number : other < number))) return [];
    const second = isMore ? Math.min(...numbers) : Math.max(...numbers);
    const place = placeOf(block, { start: start + match.index, end: claim.end });
    const data = { said: `${match[1]}`, first: `${number}`, second: `${second}` };
    return [finding('bound', 'warning', place, 'comparison-differs', data)];
  });
}

/** `the shortest 56.26, the longest 63.6`: the ends of one thing. */
const ENDS =
  /\b(shortest|smallest|lowest|quickest|least|longest|largest|highest|slowest|most)\b[^.;,\d]{0,24}?(\d[\d,.]*\d|\d)\b[^;,\d]{0,20}(?:,| and)\s(?:and\s)?(?:the\s)?(shortest|smallest|lowest|quickest|least|longest|largest|highest|slowest|most)\b[^.;,\d]{0,24}?(\d[\d,.]*\d|\d)\b/i;
const LOW = /shortest|smallest|lowest|quickest|least/i;

function checkBothEnds({ block, start, text }: Statement): Finding[] {
  const match = ENDS.exec(text);
  const [, one = '', first = '', two = '', second = ''] = match ?? [];
  if (!match || LOW.test(one) === LOW.test(two)) return [];
  const [a, b] = [first, second].map((number) => Number(number.replaceAll(',', '')));
  if (a === undefined || b === undefined || Number.isNaN(a + b) || (LOW.test(one) ? a <= b : a >= b)) return [];
  const place = placeOf(block, { start: start + match.index, end: start + match.index + one.length });
  return [finding('bound', 'warning', place, 'comparison-differs', { said: one, first, second })];
}

const FACTOR =
  '(half|twice|double|a third|a quarter|(?:\\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred) times)';
const RATIO = new RegExp(
  `\\b(?:(more|less|fewer) than )?(?:about |almost |nearly |some )?${FACTOR} (?:as (?:many|much|often)|the)\\b`,
  'i',
);
const AGAINST =
  /(?<![\d.,])(\d[\d,.]*\d|\d)\b[^.;:]{0,50}?\s(?:against|versus|compared with)\s(?:only |just )?(\d[\d,.]*\d|\d)\b/i;

/** `495 items against 160: more than three times as many`. */
function checkRatio({ block, start, text }: Statement): Finding[] {
  const [match, ratio] = [RATIO.exec(text), AGAINST.exec(text)];
  const [first, second] = [ratio?.[1], ratio?.[2]].map((number = '') => Number(number.replaceAll(',', '')));
  if (!match || !first || !second || Number.isNaN(first + second)) return [];
  const [said, more, factor = ''] = match;
  const times = factorOf(factor.toLowerCase());
  const is = first / second;
  const isFit =
    more === undefined ? Math.abs(is - times) <= 0.25 * times : /more/i.test(more) ? is > times : is < times;
  if (isFit) return [];
  const place = placeOf(block, { start: start + match.index, end: start + match.index + said.length });
  return [finding('bound', 'warning', place, 'comparison-differs', { said, first: `${first}`, second: `${second}` })];
}

const FACTORS: Record<string, number> = { half: 0.5, twice: 2, double: 2, 'a third': 1 / 3, 'a quarter': 0.25 };

function factorOf(words: string): number {
  const [number = ''] = words.split(' ');
  return FACTORS[words] ?? (/^\d/.test(number) ? Number(number) : amountOf(number));
}

const BETWEEN_NUMBERS =
  /\b(?:more|less|fewer|larger|smaller|higher|lower)(?=[^.;]{0,80}\bthan\b)|\b(?:above|below|ahead of|behind|before)\b(?=[^.;]{3,60}\b(?:with|at most|at least)\b)/gi;

function sidesOf({ block, start }: Statement, numbers: Claim[], at: number, word: string): [number, number] | null {
  const behind = numbers.filter(({ end }) => end <= at);
  const ahead = numbers.filter((claim) => claim.start > at);
  const text = (from: number, to: number) => block.text.slice(from, to);
  const [one, two] = ahead;
  // `128 times against 120`: both stand behind the word.
  if (
    one &&
    two &&
    /^\s*(?:\p{L}+\s+)?(?:against|versus|vs\.?|to|compared (?:with|to))\s+(?:only\s+)?$/iu.test(
      text(one.end, two.start),
    )
  )
    return [one.number ?? 0, two.number ?? 0];
  const last = behind.at(-1);
  if (!last || !one || at - last.end > 60 || /[.;]\s/.test(text(last.end, at))) return null;
  if (/^(?:before|behind|ahead)/i.test(word)) {
    const isWith = /\bwith\s+$/i.test(text(start, last.start)) && /\bwith\s+$/i.test(text(at, one.start));
    return isWith && !/[,;.]\s/.test(text(at, one.start)) ? [last.number ?? 0, one.number ?? 0] : null;
  }
  if (/^(?:above|below)/i.test(word)) {
    const isMost = /\bat (?:most|least)\s+$/i.test(text(at, one.start));
    return isMost ? [last.number ?? 0, one.number ?? 0] : null;
  }
  // `(30)`: each of what it is compared with has its number in brackets.
  const own = ahead.filter(
    (claim) => /\(\s*$/.test(text(at, claim.start)) && /^\s*\)/.test(text(claim.end, claim.end + 3)),
  );
  if (own.length === 0 || own.length !== ahead.length) return null;
  const sum = own.reduce((all, { number = 0 }) => all + number, 0);
  const isTogether = /\b(?:together|combined)\b/i.test(text(at, at + 160));
  return isTogether || own.length === 1 ? [last.number ?? 0, sum] : null;
}

/** `18 times as often as` and `half as many as` are no `as often as`; of `nearly as often` nothing is said. */
function signAfter(before: string, sign: Sign): Sign | null {
  if (sign !== 0) return sign;
  if (/\b(?:times|twice)\s+$/i.test(before)) return 1;
  if (/\bhalf\s+$/i.test(before)) return -1;
  return /\b(?:nearly|almost|about|roughly|not|hardly)\s+$/i.test(before) ? null : 0;
}

/** `Salesforce is used less than Google Workspace`, `ls and df equally often`: names of one column, by its counts. */
function checkNames(statement: Statement): Finding[] {
  const { block, start, text, events } = statement;
  for (const [words, own] of WORDS) {
    const match = words.exec(text);
    const sign = match ? signAfter(text.slice(0, match.index), own) : null;
    if (
      !match ||
      sign === null ||
      NO_COMPARISON.test(text.slice(0, match.index)) ||
      isDeniedAt(statement, start + match.index)
    )
      continue;
    const than = /\bthan\b|\bas (?:often|many|much|active) as\b/i.exec(text.slice(match.index));
    const clause = clausesOf(statement).find(
      (one) => start + match.index >= one.start && start + match.index < one.end,
    );
    const from = clause ? clause.start - start : 0;
    const behind = text.slice(from, match.index);
    const ahead = than ? phraseAhead(text.slice(match.index + than.index + than[0].length)) : '';
    // A number behind `than` is a limit, which other rules hold against rows.
    if (
      than &&
      /^\s*(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|half|twice|a|an|any|usual|before|on)\b)/i.test(
        ahead,
      )
    )
      continue;
    const columns = nameColumns(events.filter(({ record }) => asksSource(record.call.tool)));
    const place = { start: start + match.index, end: start + match.index + match[0].length };
    const found = columns.map((column) => compare(statement, columns, column, { behind, ahead, from, sign }));
    const wrong = found.filter((one) => one !== null);
    if (wrong.length === 0 || wrong.some((one) => one === 'fits')) continue;
    const [first] = wrong as { first: string; second: string }[]; // none fits
    if (first)
      return [finding('bound', 'warning', placeOf(block, place), 'comparison-differs', { said: match[0], ...first })];
  }
  return [];
}

type Said = { behind: string; ahead: string; from: number; sign: Sign };

/** Two names of a column, or one and what the text told before; null where it has no two. */
function compare(
  statement: Statement,
  columns: NameColumn[],
  column: NameColumn,
  said: Said,
): { first: string; second: string } | 'fits' | null {
  const { behind, ahead, from, sign } = said;
  const own =
    [behind, ...clausesBehind(statement, from)]
      .map((text) => valuesNamed(column, text))
      .find((names) => names.length > 0) ?? [];
  const others = (ahead === '' && sign !== 0 ? toldBefore(statement, column, from) : valuesNamed(column, ahead)).filter(
    (value) => !own.includes(value),
  );
  const [one, two] = sign === 0 && ahead === '' ? own : [own[0], others[0]];
  if (one === undefined || two === undefined) return null;
  if (sign === 0 ? own.length + (ahead === '' ? 0 : others.length) !== 2 : own.length !== 1 || others.length !== 1)
    return null;
  const clause = `${behind} ${ahead}`;
  const tallies = rowsMeant(column, columns, clause, statement.text)
    .flatMap((rows) => talliesOf(column, rows, clause))
    .filter((tally) => tally.has(one) && tally.has(two));
  // Where the sentence has the number of one, the other is counted the same way.
  const told = claimsOf(statement.block).flatMap(({ number, start, end }) =>
    number !== undefined && start >= statement.start && end <= statement.end ? [number] : [],
  );
  const exact = tallies.filter((tally) => [one, two].some((name) => told.includes(tally.get(name) ?? Number.NaN)));
  const used = exact.length > 0 ? exact : tallies;
  if (used.length === 0) return null;
  const amounts = (name: string) => used.map((tally) => tally.get(name) ?? 0);
  const isFit = used.some((tally) => Math.sign((tally.get(one) ?? 0) - (tally.get(two) ?? 0)) === sign);
  return isFit
    ? 'fits'
    : { first: `${one} with ${amounts(one)[0]}`, second: `${two} with ${amounts(two)[0]} (E${column.record})` };
}

/** The clauses before an offset, the nearest first. */
const clausesBehind = (statement: Statement, from: number): string[] =>
  clausesOf(statement)
    .filter(({ end }) => end <= statement.start + from)
    .map(({ start, end }) => statement.block.text.slice(start, end))
    .toReversed();

/** The names of a column that the sentence had before, or the sentence before it; of two values the other one. */
function toldBefore(statement: Statement, column: NameColumn, from: number): string[] {
  if (column.values.length === 2) return column.values;
  const own = valuesNamed(column, statement.text.slice(0, from));
  return own.length > 0 ? own : valuesNamed(column, sentenceBefore(statement));
}
