import type { Claim } from './claims';
import { isDuration, isLasting, isLong } from './durations';
import { type EvidenceIndex, type EvidenceTable, numberOf } from './evidence-index';
import { isMeant } from './meant';
import { secondsOf } from './nearness';
import { type NumberContext, type Rows, rowSets } from './row-sets';
import { inBytes, isSize, isSizeMeasure } from './sizes';
import { type SaidTime, saysTime } from './times';

/** More rows than this are summed and counted, but a cell of any one of them proves nothing about the others. */
const MANY_ROWS = 200;
/** A sentence with one of these may speak of what it doesn't name: all rows, or those that are left. */
const OF_ALL = [
  'all',
  'total',
  'overall',
  'altogether',
  'every',
  'everything',
  'sum',
  'whole',
  'entire',
  'together',
  'of',
];
const OF_REST = [
  'against',
  'versus',
  'compared',
  'without',
  'other',
  'others',
  'remaining',
  'remains',
  'rest',
  'else',
  'no',
  'neither',
];
const DIFFERENCE = [
  ...OF_REST,
  'more',
  'fewer',
  'less',
  'left',
  'difference',
  'not',
  'only',
  'succeeded',
  'successful',
  'granted',
  'allowed',
];
const EXTREMES = [
  'most',
  'least',
  'highest',
  'lowest',
  'largest',
  'smallest',
  'biggest',
  'busiest',
  'fewest',
  'maximum',
  'minimum',
  'max',
  'min',
  'peak',
  'between',
  'up',
  'top',
];
const RATIO = ['each', 'per', 'average', 'averages', 'mean', 'apiece', 'rate'];
const OUTCOMES =
  /^(?:fail\w*|den(?:y|ied|ials?)|refus\w+|reject\w+|error\w*|unauthori[sz]ed|succe\w+|grant\w*|allow\w*|ok|answered)$/;

/**
 * Whether a number is in the cited evidence or can be computed from it: a cell, a count of rows, a column's sum, its number of
 * different values, its extremes, a difference within a row, a percent, a ratio, a duration, a size in other blocks. When the
 * sentence names what the number is about, only the rows that name it too are looked at. A rounded number ("about 1,600") is
 * as near as its words promise.
 */
export function isComputable(claim: Claim, context: NumberContext): boolean {
  const value = claim.number ?? Number.NaN;
  const measure = claim.measure ?? '';
  const { words } = context;
  const says = (list: string[]) => list.some((word) => words.has(word));
  const isRowCount =
    (context.rowCount || context.rowColumn) &&
    (context.records.some((record) => record.rowCounts().has(value) || saidRows(record).has(value)) ||
      sumOfRows(context.records) === value);
  if (context.rowCount || isRowCount) return isRowCount;
  const plain = (found: number) => isMeant(claim, found, false);
  // The port of an address: `198.51.100.7:51234`.
  if (!measure && value >= 1024 && value <= 65_535 && context.records.some((record) => record.has(`:${value}`)))
    return true;
  const sets = context.records.flatMap((record) => record.tables().map((table) => rowSets(table, context)));
  const named = sets.some((set) => set.narrow);
  const percent = measure === '%' || measure.startsWith('per');
  const size = isSizeMeasure(measure);
  const duration = !percent && !size && secondsOf(measure) !== undefined;
  // A rounded percent is of something; a number that stands alone is only itself.
  const alone = (found: number) => (percent ? !claim.nearness && found === value : plain(found));
  if (size) return context.records.some((record) => isWrittenSize(claim, record)) || isSizeOf(claim, sets, context);
  if (!named || measure === 'ms')
    for (const record of context.records) if ([...record.loose()].some(alone)) return true;
  const rest = says(OF_REST) && !context.singleSubject;
  for (const { table, groups, narrow, whole, unnamed } of sets) {
    if (named && !narrow && !rest) continue;
    if (whole && (says(OF_ALL) || claim.nearness) && totalsOf(table, table.rows).some(plain)) return true;
    if (whole && says(EXTREMES) && numbersOf(table, table.rows, false, false).some(plain)) return true;
    if (context.share && table.rows.length <= MANY_ROWS && numbersOf(table, table.rows, true, true).some(plain))
      return true;
    const parts = narrow ? [] : partsOf(table);
    for (const part of parts) {
      const totals = totalsOf(table, part);
      const all = totalsOf(table, table.rows);
      if (
        percent
          ? totals.some((sum, index) => isMeant(claim, (100 * sum) / (all[index] || Number.NaN), true))
          : totals.some(plain)
      )
        return true;
    }
    const spoken = context.phrases
      .map((phrase) => table.rows.filter(({ text }) => text.includes(phrase)))
      .filter((rows) => rows.length > 0 && rows.length < table.rows.length);
    for (const rows of [...groups, ...spoken, ...(rest && unnamed.length > 0 ? [unnamed] : [])]) {
      const fits = percent
        ? shares(table, rows, sets).some((exact) => isMeant(claim, exact, true))
        : fitsRows(claim, table, rows, context);
      if (fits) return true;
    }
  }
  if (duration && measure !== 'ms') return isLong(claim, context, named ? sets.filter((set) => set.narrow) : null);
  return isAcross(value, context);
}

/** Whether a number that is no percentage is one of some rows of a table, or can be computed from them. */
function fitsRows(
  claim: Claim,
  table: EvidenceTable,
  rows: Rows,
  { words, singleSubject, others }: NumberContext,
): boolean {
  const { measure = '', value } = claim;
  const says = (list: string[]) => list.some((word) => words.has(word));
  const plain = (found: number) => isMeant(claim, found, false);
  const duration = secondsOf(measure) !== undefined;
  const numbers = numbersOf(table, rows, !singleSubject || rows.length > 1, true);
  if ((!duration || lasts(table)) && numbers.some(plain)) return true;
  // Nothing is left when the row's other numbers are all there is.
  if (claim.number === 0 && singleSubject && isAll(others, totalsOf(table, rows))) return true;
  if (says(DIFFERENCE) && differences(rows).some(plain)) return true;
  if (duration && (isDuration(claim, timesOf(rows)) || isLasting(claim, table, rows))) return true;
  if (says(RATIO) && isRatio(numbers, claim)) return true;
  if (singleSubject) return false;
  if ([...words].some((word) => OUTCOMES.test(word)) && outcomes(table, rows).flat().some(plain)) return true;
  // In words, and few: how often a value occurs, whatever the sentence calls it.
  return /^\p{L}/u.test(value) && occurrences(table).some(plain);
}

/** Whether a table has lengths of time or is by days or hours: elsewhere a count is no duration. */
const lasts = ({ columns }: EvidenceTable): boolean =>
  columns.some((name) =>
    /dur|elapsed|ms$|sec|min|hour|day|week|age|time|interval|delay|wait|gap|lag|bucket/i.test(name),
  );

const isAll = (numbers: number[], totals: number[]): boolean =>
  numbers.length > 0 && totals.includes(numbers.reduce((sum, number) => sum + number, 0));

/** What a listing says of how many rows there are elsewhere. */
function saidRows(record: EvidenceIndex): Set<number | null> {
  return new Set(
    record.tables().flatMap(({ columns, rows }) => {
      const index = columns.indexOf('rows');
      return index < 0
        ? []
        : [
            ...rows.map(({ cells }) => numberOf(cells[index])),
            totalsOf({ columns, rows, asked: '' }, rows)[index + 1] ?? 0,
          ];
    }),
  );
}

/** Percentages that rows are: of their column, of another number of their row, of the totals of other tables that are cited. */
function shares(table: EvidenceTable, rows: Rows, all: { table: EvidenceTable }[]): number[] {
  const out: number[] = [];
  const add = (part: number, whole: number) => {
    if (whole > 0 && part >= 0 && part <= whole) out.push((100 * part) / whole);
  };
  const others = all.filter((set) => set.table !== table).map((set) => set.table);
  const wholes = others.flatMap((other) => [
    ...totalsOf(other, other.rows),
    ...(other.rows.length <= 5 ? numbersOf(other, other.rows, false, true) : []),
  ]);
  const totals = totalsOf(table, table.rows);
  for (const part of [totalsOf(table, rows), ...(rows.length > 1 ? outcomes(table, rows) : [])]) {
    for (const [index, number] of part.entries()) {
      add(number, totals[index] ?? 0);
      if (rows.length < table.rows.length) add(number, totalsOf(table, rows)[index] ?? 0);
      if (index > 0) for (const whole of wholes) add(number, whole);
    }
  }
  for (const { cells } of rows.slice(0, MANY_ROWS)) {
    const numbers = cells.map(numberOf);
    for (const [index, number] of numbers.entries()) {
      if (number === null) continue;
      add(number, totals[index + 1] ?? 0);
      if (/percent|pct|percent|ratio|%/i.test(table.columns[index] ?? '')) out.push(number);
      for (const whole of numbers) if (whole !== null && whole > number) add(number, whole);
      for (const whole of wholes) add(number, whole);
    }
  }
  return out;
}

/** Within one row: what is left of one number after another. */
function differences(rows: Rows): number[] {
  if (rows.length > 3) return [];
  return rows.flatMap(({ cells }) => {
    const numbers = cells.map(numberOf).filter((number) => number !== null);
    return numbers.flatMap((a) => numbers.filter((b) => a > b && b > 0).map((b) => a - b));
  });
}

/** The rows of each value of a column that has few: parts that a sentence may speak of without their names. */
function partsOf({ columns, rows }: EvidenceTable): Rows[] {
  if (rows.length > MANY_ROWS) return [];
  return columns.flatMap((_, index) => {
    const parts = new Map<string, Rows>();
    for (const row of rows) {
      const key = JSON.stringify(row.cells[index] ?? null);
      parts.set(key, [...(parts.get(key) ?? []), row]);
    }
    return parts.size > 1 && parts.size <= 12 && parts.size < rows.length ? [...parts.values()] : [];
  });
}

/** How often each value of a column stands in a table. */
function occurrences(table: EvidenceTable): number[] {
  return partsOf(table).map(({ length }) => length);
}

/** One number by another of the same rows. */
function isRatio(numbers: number[], claim: Claim): boolean {
  const few = [...new Set(numbers)].slice(0, 40);
  return few.some((a) => few.some((b) => b > 1 && a > b && isMeant(claim, a / b, true)));
}

/** The number of rows, and of each column the sum. */
function totalsOf(table: EvidenceTable, rows: Rows): number[] {
  return [
    rows.length,
    ...table.columns.map((_, index) => rows.reduce((sum, { cells }) => sum + (numberOf(cells[index]) ?? 0), 0)),
  ];
}

/** The totals of rows that have a value in a column about errors or results, and of those that have none. */
function outcomes(table: EvidenceTable, rows: Rows): number[][] {
  const empty = (cell: unknown) => cell === null || cell === undefined || cell === '';
  return table.columns.flatMap((name, index) => {
    if (!/err|fail|den|code|status|result|outcome|message|reason/i.test(name)) return [];
    return [true, false].flatMap((without) => {
      const part = rows.filter(({ cells }) => empty(cells[index]) === without);
      return part.length > 0 && part.length < rows.length ? [totalsOf(table, part)] : [];
    });
  });
}

/** Whether a time of a table's row is one of the evidence's rows about the same thing; of any row when none is. */
export function isTimeThere(time: SaidTime, context: NumberContext): boolean {
  const { records } = context;
  if (context.singleSubject) {
    const sets = records.flatMap((record) =>
      record.tables().map((table) => rowSets(table, { ...context, words: new Set() })),
    );
    // A row without a time, such as an entity of an alert, says nothing of when.
    const timed = (of: typeof sets) => of.flatMap(({ groups }) => groups.flat()).filter((row) => row.times.length > 0);
    // Of two records that are cited, one may say when and the other what: the one that names nothing is taken whole.
    const open = records.length > 1 ? sets.filter((set) => !set.narrow) : [];
    const named = timed(sets.filter((set) => set.narrow));
    if (
      named.length > 0 &&
      open.some(({ table }) => table.rows.some((row) => row.times.some((at) => saysTime(time, at))))
    )
      return true;
    if (named.length > 0) return named.some((row) => row.times.some((at) => saysTime(time, at)));
  }
  return records.some((record) => record.hasTime(time));
}

/** `counted`: how many rows and different values there are says something; `each`: so does a single cell. */
function numbersOf(table: EvidenceTable, rows: Rows, counted: boolean, each: boolean): number[] {
  const out = counted ? [rows.length] : [];
  for (const index of table.columns.keys()) {
    const cells = rows.map(({ cells }) => cells[index]);
    const numbers = cells.map(numberOf).filter((number) => number !== null);
    if (numbers.length > 0) {
      out.push(
        numbers.reduce((sum, number) => sum + number, 0),
        Math.max(...numbers),
        Math.min(...numbers),
      );
      if (each && rows.length <= MANY_ROWS) out.push(...numbers);
    }
    if (counted)
      out.push(
        new Set(
          cells
            .filter((cell) => cell !== null && cell !== undefined && cell !== '')
            .map((cell) => JSON.stringify(cell)),
        ).size,
      );
  }
  return out;
}

/** A size as the evidence writes it: `500 MB`, or `500m` of a command's option. */
function isWrittenSize({ value, measure = '' }: Claim, record: EvidenceIndex): boolean {
  if (record.has(`${value}${measure}`)) return true;
  const option = new RegExp(`(?<![\\d.])${value.replaceAll(/[^\d]/g, '')}${measure[0]}(?![a-z\\d])`);
  return (
    /^\d+$/.test(value) &&
    record
      .tables()
      .some(({ rows }) => rows.some(({ cells }) => cells.some((cell) => typeof cell === 'string' && option.test(cell))))
  );
}

/** A size in larger units, of numbers of the rows that the sentence is about, or of a column that has its unit in its name. */
function isSizeOf(claim: Claim, sets: ReturnType<typeof rowSets>[], { phrases }: NumberContext): boolean {
  const named = sets.some((set) => set.narrow);
  return sets.some(({ table, groups, narrow }) => {
    if (named && !narrow) return false;
    const spoken = phrases.map((phrase) => table.rows.filter(({ text }) => text.includes(phrase)));
    const all = [...groups, ...spoken, ...(narrow ? [] : partsOf(table))].filter((rows) => rows.length > 0);
    return all.some((rows) =>
      [...numbersOf(table, rows, false, true), ...inBytes(table, rows)].some((bytes) => isSize(claim, bytes)),
    );
  });
}

const timesOf = (rows: Rows): number[][] => rows.slice(0, 500).map(({ times }) => times);

/** The rows of all cited records together. */
const isAcross = (value: number, { across }: NumberContext): boolean =>
  across.length > 1 && sumOfRows(across) === value;

const sumOfRows = (records: EvidenceIndex[]): number =>
  records.reduce((sum, record) => sum + (record.call.rows ?? record.tables()[0]?.rows.length ?? 0), 0);
