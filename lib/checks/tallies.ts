import { claimsOf } from './claims';
import { countOf, type EvidenceEvent } from './events';
import { type EvidenceRow, numberOf } from './evidence-index';
import { groupBy } from './readings';
import type { Statement } from './statements';
import { type SaidTime, saysTime } from './times';

/** How much each value of a column has, by one way to count it: a column of numbers or the rows themselves. */
export type Tally = Map<string, number>;
/** A column of a cited record that has some of a sentence's names, with the rows that it is read from. */
export type NameColumn = { record: number; at: number; events: EvidenceEvent[]; values: string[] };

/** Rows of a record that are compared. */
const MAX_ROWS = 400;
/** Values of a column that people compare. */
const MAX_VALUES = 120;
const NO_COUNT = /time|date|port|code|(?:^|_)id$|status|pid|year|^day$|^hour$|first|last/i;

/** The columns of the records that a sentence cites which have names or days, each with its rows. */
export function nameColumns(events: EvidenceEvent[]): NameColumn[] {
  return groupBy(events, ({ record, columns }) => `${record.call.number} ${columns.join()}`).flatMap((own) => {
    const [first] = own;
    if (!first || own.length < 2 || own.length > MAX_ROWS || !first.record.isWhole) return [];
    return first.columns.flatMap((_, at) => {
      const values = [...new Set(own.flatMap(({ row }) => valueAt(row, at) ?? []))];
      return values.length > 1 && values.length <= MAX_VALUES
        ? [{ record: first.record.call.number, at, events: own, values }]
        : [];
    });
  });
}

const valueAt = ({ cells }: EvidenceRow, at: number): string | null => {
  const cell = cells[at];
  return typeof cell === 'string' &&
    cell !== '' &&
    cell.length < 200 &&
    numberOf(cell) === null &&
    !/^\d{4}-\d\d-\d\d[T ]\d/.test(cell)
    ? cell
    : null;
};

/** Columns that count how often something happened. */
const OFTEN = /^(?:n|cnt|count\w*|calls|events|total|hits|times|occurrences|records|requests|\w+_count)$/i;

/**
 * What each value of a column comes to, by each column of numbers that a text may mean, or by its rows where there is none: those
 * that it calls by their name, else those that say how often. A value of several rows has them all, or its largest.
 */
export function talliesOf({ at, events }: NameColumn, rows: EvidenceEvent[], text: string): Tally[] {
  const columns = events[0]?.columns ?? [];
  const numbers = columns.flatMap((name, index) =>
    !NO_COUNT.test(name) && rows.some(({ row }) => numberOf(row.cells[index]) !== null) ? [{ name, index }] : [],
  );
  const words = wordsIn(text);
  const called = numbers.filter(({ name }) =>
    wordsIn(name).some((one) => one.length > 3 && words.some((word) => isSame(one, word))),
  );
  const often = numbers.filter(({ name }) => OFTEN.test(name));
  const used = called.length > 0 ? [...new Set([...called, ...often])] : often.length > 0 ? often : numbers;
  const ways =
    used.length > 0
      ? used.map(
          ({ index }) =>
            ({ row }: EvidenceEvent) =>
              numberOf(row.cells[index]) ?? 0,
        )
      : [(event: EvidenceEvent) => countOf(event) ?? 1];
  return ways.flatMap((way) => [tallyBy(rows, at, way, (a, b) => a + b), tallyBy(rows, at, way, Math.max)]);
}

function tallyBy(
  rows: EvidenceEvent[],
  at: number,
  way: (event: EvidenceEvent) => number,
  join: (a: number, b: number) => number,
): Tally {
  const tally: Tally = new Map();
  for (const event of rows) {
    const value = valueAt(event.row, at);
    if (value === null) continue;
    const before = tally.get(value);
    tally.set(value, before === undefined ? way(event) : join(before, way(event)));
  }
  return tally;
}

/** Words of a sentence that narrow what is compared without a name: `among her applications`. */
const NARROWS = /\b(?:among|his|her|its|their|of (?:those|these|them|the))\b/i;

/** The rows of a column as a clause may mean them: those with its names in other columns; without one all, and where it narrows them those of each value of a column. */
export function rowsMeant(column: NameColumn, all: NameColumn[], clause: string, sentence: string): EvidenceEvent[][] {
  const others = all.filter(({ record, at }) => record === column.record && at !== column.at);
  const of = (text: string) => {
    const filters = others.flatMap((other) => {
      const values = valuesNamed(other, text);
      return values.length > 0 && values.length < other.values.length ? [{ at: other.at, values }] : [];
    });
    const having = (some: typeof filters) =>
      column.events.filter(({ row }) => some.every(({ at, values }) => values.includes(valueAt(row, at) ?? '')));
    return filters.length > 0 ? [having(filters), ...filters.map((filter) => having([filter]))] : [];
  };
  const isUseful = (rows: EvidenceEvent[]) => new Set(rows.map(({ row }) => valueAt(row, column.at))).size > 1;
  const own = of(clause).filter(isUseful);
  if (own.length > 0) return own;
  const parts = NARROWS.test(sentence)
    ? others.flatMap(({ at }) => groupBy(column.events, ({ row }) => valueAt(row, at) ?? ''))
    : [];
  return [...of(sentence), column.events, ...parts].filter(isUseful);
}

/** Words of sentences that are no name of anything. */
const SMALL =
  /^(?:the|and|for|was|were|are|had|has|his|her|its|their|that|this|with|from|than|then|more|most|less|least|fewer|often|call|calls|event|events|time|times|day|days|account|accounts|user|users|address|addresses|one|two|all|any|other|others|nov|november|october|december|home|office|service|names?|last|first|hour|hours|night|com|example|org|net|usual|place)$/;

const wordsIn = (text: string): string[] =>
  text
    .replace(/\[([.@:])\]/g, '$1')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\d]+/gu) ?? [];

const worded = new Map<string, string[]>();
function wordsOfValue(value: string): string[] {
  const known = worded.get(value);
  if (known) return known;
  if (worded.size > 5000) worded.clear();
  const words = wordsIn(value);
  worded.set(value, words);
  return words;
}

/** The values of a column that a text names: whole, or by words that no other value has. */
export function valuesNamed({ values }: Pick<NameColumn, 'values'>, text: string): string[] {
  const bare = text
    .replace(/\[E\d[^\]]*\]/g, ' ')
    .replace(/\[([.@:])\]/g, '$1')
    .replace(/`/g, ' ')
    .toLowerCase();
  const whole = values.filter((value) => value.length > 1 && hasWhole(bare, value.toLowerCase()));
  // Of `web` and `web-2` the longer one is meant where it stands.
  const longest = whole.filter(
    (value) => !whole.some((other) => other !== value && other.toLowerCase().includes(value.toLowerCase())),
  );
  if (longest.length > 0) return longest;
  const called = values.filter((value) =>
    aliasesOf(value).some(
      (alias) => hasWhole(bare, alias) && values.every((other) => other === value || !aliasesOf(other).includes(alias)),
    ),
  );
  if (called.length > 0) return called;
  const words = wordsIn(text.replace(/\[E\d[^\]]*\]/g, ' ')).filter(
    (word) => word.length > 2 && !SMALL.test(word) && !/^\d+$/.test(word),
  );
  const found = new Set<string>();
  for (const word of words) {
    const having = values.filter((value) => wordsOfValue(value).some((one) => isSame(one, word)));
    const [only, more] = having;
    if (only !== undefined && more === undefined) found.add(only);
  }
  return [...found];
}

const aliases = new Map<string, string[]>();

/** Parts of a name by which people call it: `fin-03` of `fin-03.corp.example`, `lena` of `CORP\\lena`. */
function aliasesOf(value: string): string[] {
  const known = aliases.get(value);
  if (known) return known;
  if (aliases.size > 5000) aliases.clear();
  const bare = value.toLowerCase();
  const parts = [...bare.split(/[.@\\/:\s]/), ...bare.split(/[@\\/:]/)].filter(
    (part) => part.length > 3 && part !== bare && !/^\d+$/.test(part),
  );
  aliases.set(value, parts);
  return parts;
}

const isSame = (one: string, word: string): boolean =>
  one === word || (word.length > 5 && one.length > 5 && one.slice(0, 6) === word.slice(0, 6));

function hasWhole(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text.slice(at + value.length, at + value.length + 2)];
    if (!/[\p{L}\p{N}_@/-]/u.test(before) && !/^(?:[\p{L}\p{N}_@/-]|[.:][\p{L}\p{N}])/u.test(after)) return true;
  }
  return false;
}

/** The days or times of a column that a part of a statement says. */
export function timesNamed(
  { values }: Pick<NameColumn, 'values'>,
  { block }: Statement,
  part: { start: number; end: number },
): string[] {
  const said = claimsOf(block).flatMap(({ time, start, end }): SaidTime[] =>
    time && start >= part.start && end <= part.end ? [time] : [],
  );
  // `on the 14th`, of a month that the text has named before.
  const days = [
    ...block.text
      .slice(part.start, part.end)
      .matchAll(/(?:^\s*|\b(?:on|of|was|is) )the (\d{1,2})(?:st|nd|rd|th)\b(?! (?:of )?[A-Z])/g),
  ].map(([, day]) => Number(day));
  if (said.length + days.length === 0) return [];
  return values.filter((value) => {
    const at = /^\d{4}-\d\d-\d\d(?:$|[T ])/.test(value)
      ? Date.parse(value.length === 10 ? `${value}T00:00:00Z` : value)
      : Number.NaN;
    return !Number.isNaN(at) && (said.some((time) => saysTime(time, at)) || days.includes(new Date(at).getUTCDate()));
  });
}

/** The rows of a column that a text names. */
export function rowsNamed(column: NameColumn, text: string): EvidenceEvent[] {
  const values = valuesNamed(column, text);
  return values.length > 0 && values.length < column.values.length
    ? column.events.filter(({ row }) => values.includes(valueAt(row, column.at) ?? ''))
    : [];
}
