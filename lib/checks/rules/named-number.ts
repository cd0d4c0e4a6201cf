import { type Claim, claimsOf, isPortLike, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type EvidenceIndex, type EvidenceRow, type EvidenceTable, numberOf, squash } from '../evidence-index';
import { type Finding, finding } from '../messages';
import { type Statement, statementsOf } from '../statements';

/** Rows of one name that are looked at; of more any number may be meant. */
const MAX_ROWS = 60;
/** Between a name and its number: `lena made 68`, `lena (22)`, `lena, with eight`; between a number and its name: `six from 192.0.2.7`. */
const NAME_FIRST =
  /^[`*_’'s]*\s*(?:\(|,? with\s|:\s|has\s|had\s|made\s|with\s|sent\s|got\s|caused\s|was the target of\s|is the target of\s|stands? in\s)(?:[a-z]+ ){0,2}?[`*_]*$/i;
const NUMBER_FIRST =
  /^(?:\s+(?:attempts?|calls?|events?|sign-ins?|requests?|flows?|downloads?|failures?|of them|of the [a-z-]+|each|came|come|were made|are|were|is)){0,4}\s+(?:from|by|of|for|at)\s+(?:the (?:address|user|role|key) )?[`*_]*$/i;

/** A number that stands beside a name is one that the evidence has for that name. */
export function checkNamedNumbers(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    const names = namesOf(statement);
    const isRow = statement.block.kind === 'row';
    const ofCells = isRow ? checkCells(statement) : [];
    if (names.length === 0 || ofCells.length > 0 || (isRow && /timeline/i.test(statement.block.section)))
      return ofCells;
    const records = [...new Set(statement.events.map(({ record }) => record))];
    if (records.some(({ isWhole }) => !isWhole)) return [];
    return claimsOf(statement.block).flatMap((claim) => {
      const { number, measure, decimals, nearness, start, end } = claim;
      if (number === undefined || measure || decimals || nearness || start < statement.start || end > statement.end)
        return [];
      if (isPortLike(statement.block, claim)) return [];
      return namesBeside(statement, claim, names)
        .flatMap((name) => checkOne(context, statement, records, claim, name))
        .slice(0, 1);
    });
  });
}

const namesOf = ({ block, start, end }: Statement): Claim[] =>
  claimsOf(block).filter(
    ({ kind, value, ...at }) =>
      ['indicator', 'id', 'quote'].includes(kind) &&
      at.start >= start &&
      at.end <= end &&
      value.length > 4 &&
      !/\s/.test(value),
  );

/** The names that a number is said of; `seven each from A and B` is of both. */
function namesBeside({ block: { text } }: Statement, { start, end }: Claim, names: Claim[]): Claim[] {
  const before = names.findLast((name) => name.end <= start && NAME_FIRST.test(text.slice(name.end, start)));
  if (before) return [before];
  // `seven of the nine failures came from A`: nine is the whole.
  if (/\bof (?:the|all|all the|these|those) [*_]*$/i.test(text.slice(Math.max(0, start - 14), start))) return [];
  const after = names.find((name) => name.start >= end && NUMBER_FIRST.test(text.slice(end, name.start)));
  // `105 events from A (68), B (22) and C (15)`: of all of them.
  const isListed =
    after !== undefined &&
    (/^[`*_]*\s\(\d/.test(text.slice(after.end, after.end + 8)) ||
      (/^[`*_]*(?:,\s|\s(?:and|or)\s)(?!\d)/.test(text.slice(after.end, after.end + 8)) &&
        !/^[`*_]*(?:,|;| and| but)? (?:the other|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b/.test(
          text.slice(after.end, after.end + 24),
        )));
  if (!after || (isListed && !/\beach\b/i.test(text.slice(end, after.start)))) return [];
  const next = names.find(
    (name) => name.start > after.end && /^[`*_]*\s+and\s+[`*_]*$/.test(text.slice(after.end, name.start)),
  );
  return next && /\beach\b/i.test(text.slice(end, after.start)) ? [after, next] : [after];
}

function checkOne(
  context: CheckContext,
  { block }: Statement,
  records: EvidenceIndex[],
  claim: Claim,
  name: Claim,
): Finding[] {
  const number = claim.number ?? 0;
  const of = records.flatMap((record) => tablesWith(record, name.value).map((one) => ({ ...one, record })));
  const [first] = of;
  if (!first || of.some(({ rows, table }) => numbersOf(table, rows).has(number))) return [];
  // Another record counts it in its own way.
  const isElsewhere = context.all.some((record) =>
    tablesWith(record, name.value).some(({ table, rows }) => numbersOf(table, rows).has(number)),
  );
  const actual = shownOf(first.table, first.rows);
  if (actual === null) return [];
  const data = { said: claim.value, of: name.value, actual, record: first.record.call.number };
  return [finding('evidence', isElsewhere ? 'warning' : 'error', placeOf(block, claim), 'number-of-name', data)];
}

/** Tables of a record that have a name as a cell, in few rows, and others without it. */
function tablesWith(record: EvidenceIndex, name: string): { table: EvidenceTable; rows: EvidenceRow[] }[] {
  const key = squash(name);
  if (!record.has(name)) return [];
  return record.tables().flatMap((table) => {
    const rows = table.rows.filter(({ cells }) =>
      cells.some((cell) => typeof cell === 'string' && isNamed(squash(cell), key)),
    );
    return rows.length > 0 && rows.length <= MAX_ROWS && hasNumbers(table) ? [{ table, rows }] : [];
  });
}
const isNamed = (cell: string, key: string): boolean =>
  cell === key || cell.endsWith(`/${key}`) || (cell.startsWith(key) && cell[key.length] === '@');
const hasNumbers = ({ columns, rows }: EvidenceTable): boolean =>
  columns.some((name, at) => isCount(name) && rows.some(({ cells }) => numberOf(cells[at]) !== null));
const isCount = (column: string): boolean =>
  /^(?:n|n_\w+|cnt|count\w*|\w+_count|calls|events|total|hits|times|rows|ok|denied|failed|errors?|failures?|different|targets|others|days_before)$/i.test(
    column,
  );

/** Numbers that rows have: cells, how many rows, each column's sum, and sums over the rows of each value of another column. */
function numbersOf(table: EvidenceTable, rows: EvidenceRow[]): Set<number> {
  const found = new Set<number>([rows.length]);
  const groups = [rows, ...table.columns.flatMap((_, at) => groupsBy(rows, at))];
  for (const group of groups) {
    found.add(group.length);
    for (const at of table.columns.keys()) {
      const numbers = group.flatMap(({ cells }) => numberOf(cells[at]) ?? []);
      if (numbers.length > 0) found.add(numbers.reduce((sum, one) => sum + one, 0));
      found.add(new Set(group.map(({ cells }) => JSON.stringify(cells[at] ?? null))).size);
    }
  }
  for (const { cells, inside } of rows)
    for (const one of [...cells.map(numberOf), ...inside]) if (one !== null) found.add(one);
  if (rows.length <= 6)
    for (const at of table.columns.keys())
      for (const a of rows)
        for (const b of rows) if (a !== b) found.add((numberOf(a.cells[at]) ?? 0) + (numberOf(b.cells[at]) ?? 0));
  return found;
}

function groupsBy(rows: EvidenceRow[], at: number): EvidenceRow[][] {
  const groups = new Map<string, EvidenceRow[]>();
  for (const row of rows) {
    const cell = row.cells[at];
    const key =
      typeof cell === 'string' && /^\d{4}-\d\d-\d\dT/.test(cell) ? cell.slice(0, 10) : JSON.stringify(cell ?? null);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups.size > 1 && groups.size <= 40 ? [...groups.values()] : [];
}

/** What the evidence has for a name: its count, else the numbers of its one row. */
function shownOf(table: EvidenceTable, rows: EvidenceRow[]): string | null {
  const count = countsOf(table, rows);
  if (count !== null) return String(count);
  const numbers = rows.flatMap(({ cells }) => cells.flatMap((cell) => numberOf(cell) ?? []));
  return rows.length === 1 && numbers.length > 0 ? numbers.slice(0, 4).join(', ') : null;
}

/** What the count column of a name's rows adds up to. */
function countsOf({ columns }: EvidenceTable, rows: EvidenceRow[]): number | null {
  const at = columns.findIndex((name) => /^(?:n|cnt|count\w*|events|calls|total|hits|others)$/i.test(name));
  return at < 0 ? null : rows.reduce((sum, { cells }) => sum + (numberOf(cells[at]) ?? 0), 0);
}

/** A table row of a name or a day and its numbers: each is one of the evidence rows that have that name or day. */
function checkCells({ block, events, start, end }: Statement): Finding[] {
  if (block.kind !== 'row' || /timeline/i.test(block.section)) return [];
  const claims = claimsOf(block);
  const names = claims.filter(
    ({ kind, value, inCode }) =>
      (kind === 'quote' || kind === 'indicator' || kind === 'id') &&
      (inCode || kind === 'indicator') &&
      value.length > 4 &&
      !/\s/.test(value),
  );
  const days = claims.filter(({ time }) => time && time.to - time.from === DAY_MS);
  const [subject, ...more] = [...names, ...days];
  if (!subject || more.length > 0 || subject.start > (block.cells[0]?.end ?? end)) return [];
  const records = [...new Set(events.map(({ record }) => record))];
  const [record, other] = records;
  if (!record || other || !record.isWhole) return [];
  const of = subject.time ? tablesOn(record, subject.time.from) : tablesWith(record, subject.value);
  const [first, second] = of;
  if (!first || second) return [];
  const numbers = subject.time ? numbersOfDay(first.table, first.rows) : numbersOf(first.table, first.rows);
  return claims.flatMap((claim) => {
    const isAlone = block.cells.some(
      (cell) =>
        claim.start >= cell.start &&
        claim.end <= cell.end &&
        /^[\s*_]*[\d,]+[\s*_]*$/.test(block.text.slice(cell.start, cell.end)),
    );
    if (!claim.number || claim.start < start || !isAlone || numbers.has(claim.number)) return [];
    const actual = shownOf(first.table, first.rows);
    if (actual === null) return [];
    return [
      finding('evidence', 'error', placeOf(block, claim), 'number-of-name', {
        said: claim.value,
        of: subject.value,
        actual,
        record: record.call.number,
      }),
    ];
  });
}

const DAY_MS = 86_400_000;

/** Rows of a day, of a table that has a row for each of several. */
function tablesOn(record: EvidenceIndex, day: number): { table: EvidenceTable; rows: EvidenceRow[] }[] {
  const { month, date } = dayOf(day);
  return record.tables().flatMap((table) => {
    if (!table.columns.some((name) => /^(?:day|date)$/i.test(name))) return [];
    const rows = table.rows.filter(({ times }) =>
      times.some((at) => dayOf(at).month === month && dayOf(at).date === date),
    );
    return rows.length > 0 && rows.length < table.rows.length ? [{ table, rows }] : [];
  });
}
const dayOf = (ms: number) => ({ month: new Date(ms).getUTCMonth(), date: new Date(ms).getUTCDate() });

/** Of a day its cells and sums, and not how many rows or values there are. */
function numbersOfDay({ columns }: EvidenceTable, rows: EvidenceRow[]): Set<number> {
  const cells = rows.flatMap((row) => row.cells.flatMap((cell) => numberOf(cell) ?? []));
  return new Set([
    ...cells,
    ...columns.map((_, at) => rows.reduce((sum, row) => sum + (numberOf(row.cells[at]) ?? 0), 0)),
  ]);
}
