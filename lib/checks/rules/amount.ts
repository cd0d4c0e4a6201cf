import { type Claim, claimsOf, isPortLike, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import { type EvidenceIndex, type EvidenceRow, type EvidenceTable, numberOf, squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { isDeniedAt, type Statement, statementsOf } from '../statements';

const COUNT =
  /^(?:n|cnt|count\w*|\w+_count|calls|events|total|hits|times|reads|objects|logons|requests|bytes|flows|attempts|failures|n_\w+)$/i;
const OTHERS = /\b(?:other|others|rest|remaining|else|of|all|together|total|than|more|fewer|less)\b/i;

/**
 * `Sixty objects left for 192.0.2.7`: the number of a clause and the one name in it are of one row. An error where the cited rows
 * of that name don't have the number in any way, and a row of another name has it as its count.
 */
export function checkAmounts(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row') return [];
    const records = [...new Set(statement.events.map(({ record }) => record))];
    if (records.length === 0 || records.some(({ isWhole }) => !isWhole)) return [];
    return clausesOf(statement)
      .flatMap((clause) => checkClause(statement, records, clause))
      .slice(0, 1);
  });
}

type Span = { start: number; end: number };

function checkClause(statement: Statement, records: EvidenceIndex[], clause: Span): Finding[] {
  const { block } = statement;
  const within = claimsOf(block).filter(({ start, end }) => start >= clause.start && end <= clause.end);
  const numbers = within.filter(
    ({ number, measure, decimals, nearness }) => number !== undefined && !measure && !decimals && !nearness,
  );
  const names = namesOf(statement, clause, within);
  const [claim, more] = numbers;
  const [name, second] = names;
  if (!claim || more || !name || second || (claim.number ?? 0) < 2 || isPortLike(block, claim)) return [];
  if (
    isDeniedAt(statement, claim.start) ||
    OTHERS.test(block.text.slice(Math.max(clause.start, claim.start - 20), claim.end + 10))
  )
    return [];
  for (const record of records)
    for (const table of record.tables()) {
      const other = heldByAnother(table, claim.number ?? 0, name);
      if (!other || records.some((one) => one.tables().some((any) => couldBe(any, claim.number ?? 0, name)))) continue;
      const data = { said: claim.value, of: name, actual: other, record: record.call.number };
      return [finding('evidence', 'error', placeOf(block, claim), 'number-of-another', data)];
    }
  return [];
}

/** Addresses and actors of a clause. */
function namesOf({ actors }: Statement, clause: Span, within: Claim[]): string[] {
  const acting = actors.filter(({ start, end }) => start >= clause.start && end <= clause.end).map(({ name }) => name);
  const addresses = within.filter(({ value }) => IPV4.test(value)).map(({ value }) => value);
  return [...new Set([...acting, ...addresses])];
}

const isOf = ({ text }: EvidenceRow, name: string): boolean => text.includes(squash(name));

/** The name in whose row a number is the count, in the column in which the said name stands in other rows. */
function heldByAnother({ columns, rows }: EvidenceTable, number: number, name: string): string | null {
  const column = columns.findIndex((_, at) =>
    rows.some(({ cells }) => typeof cells[at] === 'string' && squash(cells[at]).includes(squash(name))),
  );
  if (column < 0 || rows.length > 60) return null;
  const holders = rows.filter(({ cells }) =>
    columns.some((title, at) => COUNT.test(title) && numberOf(cells[at]) === number),
  );
  const others = new Set(
    holders.map(({ cells }) => cells[column]).filter((cell) => typeof cell === 'string' && cell !== ''),
  );
  const [other] = others;
  return holders.length > 0 && others.size === 1 && !holders.some((row) => isOf(row, name)) ? String(other) : null;
}

/** Whether a number is of a name's rows in any way: a cell, their sum, how many there are, how many different values they have. */
function couldBe({ columns, rows }: EvidenceTable, number: number, name: string): boolean {
  const own = rows.filter((row) => isOf(row, name));
  if (own.length === 0) return false;
  return (
    columns.some((_, at) => {
      const numbers = own.flatMap(({ cells }) => numberOf(cells[at]) ?? []);
      const different = new Set(own.map(({ cells }) => JSON.stringify(cells[at] ?? null))).size;
      return numbers.includes(number) || different === number || numbers.reduce((sum, one) => sum + one, 0) === number;
    }) ||
    own.length === number ||
    own.some(({ inside }) => inside.includes(number))
  );
}
