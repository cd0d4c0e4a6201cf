import type { Claim } from './claims';
import { deedsIn } from './deeds';
import { isLasting } from './durations';
import { type EvidenceEvent, eventsOf } from './events';
import { type EvidenceIndex, type EvidenceRow, type EvidenceTable, numberOf, squash } from './evidence-index';
import { isMeant } from './meant';
import type { NumberContext } from './row-sets';
import { isSize, isSizeMeasure } from './sizes';

/** Rows and subsets that are looked at for one claim. */
const MAX_ROWS = 400;
const MAX_SUBSET_ROWS = 40;
/** Sums of any two or three rows prove nothing about smaller numbers. */
const MIN_SUBSET_SUM = 13;

const STOP = new Set(
  'with from that this were have been each every which their there these those then than them they what when where while into over under about after before between during same only more most less also both other another first last call calls event events time times user users were made make found shown total count counts number rows row none some such very evidence query queries result results second seconds minute minutes hour hours within without against because'.split(
    ' ',
  ),
);
const FAILURE = /^(?:fail\w*|den(?:y|ied|ials?)|refus\w+|reject\w+|errors?|unauthori[sz]ed|blocked|unsuccessful)$/;
const SUCCESS = /^(?:succe\w+|grant\w*|allow\w*|accepted|permitted)$/;
const EACH = /^(?:each|every|per|apiece|average|run|daily)$/;
const REST = /^(?:earlier|before|other|others|previous|prior|remaining|rest|else|predecessors?|preceding|past)$/;

/**
 * Whether a number can be computed from rows that the sentence describes in its own words: a count or sum over the rows that share
 * a word with it, over those of one value of a column, over those that failed or succeeded, over two or three of them, over those
 * between two times of the sentence; one less than a total (`the ten before it`), one number per another, or a number within a cell.
 */
export function isLooselyComputable(claim: Claim, context: NumberContext): boolean {
  const meant = meansOf(claim, claim.measure !== undefined);
  const words = [...context.words];
  const stems = words.flatMap((word) => stemOf(word) ?? []);
  return context.records.some(
    (record) =>
      record.tables().some((table) => {
        const rows = table.rows.slice(0, MAX_ROWS);
        const named = namedRows(rows, context, stems);
        if (named.some(({ inside }) => inside.some(meant))) return true;
        if (isLasting(claim, table, named) || isListed(claim, named, context.after)) return true;
        if (isSplit(claim, rows, context.others) || isOfColumns(claim, table, context)) return true;
        if (valuesAfter(table, rows, context.after).some(meant)) return true;
        if (keyGroups(rows, context).some((group) => totals(table, group).some(meant))) return true;
        if (groupsOf(table, named, rows, stems).some((group) => totals(table, group).some(meant))) return true;
        if (words.some((word) => EACH.test(word)) && named.some((row) => ratios(table, rows, row).some(meant)))
          return true;
        if (words.some((word) => REST.test(word)) && totals(table, rows).some((total) => meant(total - 1))) return true;
        if (
          claim.number !== undefined &&
          claim.number >= MIN_SUBSET_SUM &&
          (context.share || !isOfOneRow(rows, context)) &&
          subsetSums(table, named, rows).some(meant)
        )
          return true;
        return false;
      }) || countedEvents(eventsOf(record), context, stems).some(meant),
  );
}

/** `four parameters`: of a list that an event in a cell has under that name. */
function isListed({ number, measure }: Claim, rows: EvidenceRow[], after: string[]): boolean {
  const stems = after.flatMap((word) => stemOf(word) ?? []);
  if (measure || stems.length === 0) return false;
  return rows.some(({ cells }) =>
    cells.some((cell) => {
      const event = typeof cell === 'string' && /^[[{]/.test(cell) && cell.length < MAX_EVENT ? parsed(cell) : cell;
      return listsIn(event, 0).some(([name, length]) => length === number && isCalled(name.toLowerCase(), stems));
    }),
  );
}

const MAX_EVENT = 20_000;

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return null;
  }
}

/** Every list within a value, with the name that it has there. */
function listsIn(value: unknown, depth: number): [string, number][] {
  if (typeof value !== 'object' || value === null || depth > 6) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    ...(Array.isArray(item) ? [[name, item.length] as [string, number]] : []),
    ...listsIn(item, depth + 1),
  ]);
}

/** `two runs a day`, of columns `first_run` and `second_run`. */
function isOfColumns(
  { number, measure }: Claim,
  { columns, rows }: EvidenceTable,
  { after, words }: NumberContext,
): boolean {
  if (measure || ![...words].some((word) => EACH.test(word) || word === 'day')) return false;
  const stems = after.flatMap((word) => (word.length > 2 ? word.replace(/s$/, '') : []));
  const named = columns.filter((name) => stems.some((stem) => name.toLowerCase().includes(stem)));
  const timed = columns.filter(
    (_, at) =>
      rows.length > 1 &&
      rows.every(({ cells }) => typeof cells[at] === 'string' && /^\d{4}-\d\d-\d\d[T ]\d/.test(cells[at])),
  );
  return number === (after.length > 0 ? named.length : timed.length);
}

/** `6 of the job, 10 of others`: together all rows, and each what two values of a column have. */
function isSplit({ number = 0, measure }: Claim, rows: EvidenceRow[], others: number[]): boolean {
  if (measure || rows.length > MAX_SUBSET_ROWS || !others.some((other) => other + number === rows.length)) return false;
  const width = rows[0]?.cells.length ?? 0;
  return Array.from({ length: width }, (_, at) => groupsBy(rows, at)).some((groups) => {
    const sizes = groups.map(({ length }) => length);
    return sizes.length <= 8 && sizes.some((a, at) => sizes.some((b, other) => other > at && a + b === number));
  });
}

/** How a number of the evidence is compared: sizes in their unit. */
const meansOf = (claim: Claim, cut: boolean): ((found: number) => boolean) =>
  isSizeMeasure(claim.measure ?? '') ? (found) => isSize(claim, found) : (found) => isMeant(claim, found, cut);

/** Whether a number is anywhere in the evidence, or a total of anything in it. An honest number nearly always is. */
export function isSomewhere(claim: Claim, all: EvidenceIndex[]): boolean {
  const meant = meansOf(claim, true);
  const isCount = claim.measure === undefined;
  if (isCount && (claim.number ?? 0) < MIN_SUBSET_SUM && all.length > 0) return true;
  if (isCount && all.some((record) => record.hasDigits(`${claim.number}`))) return true;
  return all.some(
    (record) =>
      [...record.rowCounts(), ...record.loose()].some(meant) ||
      record.tables().some((table) => {
        const rows = table.rows.slice(0, MAX_ROWS);
        return (
          rows.some(
            ({ cells, inside }) => inside.some(meant) || cells.some((cell) => meant(numberOf(cell) ?? Number.NaN)),
          ) ||
          totals(table, rows).some((total) => meant(total) || meant(total - 1)) ||
          groupsOf(table, rows, rows, null).some((group) => totals(table, group).some(meant)) ||
          subsetSums(table, rows, rows).some(meant)
        );
      }),
  );
}

/** The form of a word that is looked for in squashed cells: without its ending; null for words that say nothing. */
export function stemOf(word: string): string | null {
  if (word.length < 4 || STOP.has(word) || FAILURE.test(word) || SUCCESS.test(word)) return null;
  const stem = word.replace(/ies$/, 'y').replace(/(?:sses|ings?|ed|es|s)$/, (end) => (end === 'sses' ? 'ss' : ''));
  return stem.length >= 4 ? stem : word;
}

/** Rows that have a name or a word of the sentence; all of a short table when none has. */
function namedRows(rows: EvidenceRow[], { anchors }: NumberContext, stems: string[]): EvidenceRow[] {
  const keys = anchors
    .flatMap((anchor) => ('value' in anchor ? [squash(anchor.value)] : []))
    .filter((key) => key.length > 2);
  const named = rows.filter(
    ({ text }) => keys.some((key) => text.includes(key)) || stems.some((stem) => text.includes(stem)),
  );
  return named.length > 0 || rows.length > 60 ? named : rows;
}

/** Whether the sentence names a single thing, and one row has it: no other row is meant. */
function isOfOneRow(rows: EvidenceRow[], context: NumberContext): boolean {
  const names = context.anchors.filter((anchor) => 'value' in anchor);
  return names.length === 1 && keyGroups(rows, context)[0]?.length === 1;
}

/** The rows of each name of the sentence. */
function keyGroups(rows: EvidenceRow[], { anchors }: NumberContext): EvidenceRow[][] {
  const keys = anchors
    .flatMap((anchor) => ('value' in anchor ? [squash(anchor.value)] : []))
    .filter((key) => key.length > 2);
  return keys.map((key) => rows.filter(({ text }) => text.includes(key))).filter((group) => group.length > 0);
}

/** All named rows, those of each value of a column, and all rows of a value that the sentence names (`stems` null: of any value). */
function groupsOf(
  { columns }: EvidenceTable,
  named: EvidenceRow[],
  rows: EvidenceRow[],
  stems: string[] | null,
): EvidenceRow[][] {
  const groups: EvidenceRow[][] = [named];
  for (const at of columns.keys()) {
    const of = new Map<unknown, EvidenceRow[]>();
    for (const row of rows) {
      const value = row.cells[at];
      if (typeof value === 'object' && value !== null) continue;
      const group = of.get(value);
      if (group) group.push(row);
      else of.set(value, [row]);
    }
    if (of.size > 80) continue;
    for (const [value, group] of of) {
      if (group.length === rows.length || !group.some((row) => named.includes(row))) continue;
      // A whole group counts when the sentence says what it has in common.
      if (stems === null || stems.some((stem) => squash(String(value)).includes(stem))) groups.push(group);
      const both = group.filter((row) => named.includes(row));
      if (both.length < group.length) groups.push(both);
    }
  }
  return groups;
}

/** The number of rows, and each column's sum. */
function totals({ columns }: EvidenceTable, rows: EvidenceRow[]): number[] {
  return [
    rows.length,
    ...columns
      .map((_, at) => rows.reduce((sum, { cells }) => sum + (numberOf(cells[at]) ?? 0), 0))
      .filter((sum) => sum !== 0),
  ];
}

/** One number of a row per another, and per how many rows or values there are. */
function ratios({ columns }: EvidenceTable, rows: EvidenceRow[], row: EvidenceRow): number[] {
  const numbers = row.cells.map(numberOf).filter((number) => number !== null && number > 0) as number[];
  const sizes = columns
    .map((_, at) => new Set(rows.map(({ cells }) => String(cells[at]))).size)
    .filter((size) => size > 1);
  const sums = totals({ columns, rows, asked: '' }, rows);
  return [
    ...numbers.flatMap((a) => numbers.filter((b) => b < a && b > 1).map((b) => a / b)),
    ...sums.flatMap((sum) => sizes.filter((size) => size < sum).map((size) => sum / size)),
  ];
}

/** Sums of a column over two or three rows, at least one of them named. */
function subsetSums({ columns }: EvidenceTable, named: EvidenceRow[], rows: EvidenceRow[]): number[] {
  if (rows.length > MAX_SUBSET_ROWS) return [];
  const sums: number[] = [];
  for (const at of columns.keys()) {
    const all = rows.map(({ cells }) => numberOf(cells[at]) ?? 0);
    for (const row of named) {
      const one = numberOf(row.cells[at]) ?? 0;
      if (one === 0) continue;
      const own = rows.indexOf(row);
      for (const [second, two] of all.entries()) {
        if (second === own || two === 0) continue;
        sums.push(one + two);
        if (rows.length > 16) continue;
        for (let third = second + 1; third < all.length; third += 1) {
          if (third !== own && all[third]) sums.push(one + two + (all[third] ?? 0));
        }
      }
    }
  }
  return sums;
}

/** `from three Dutch addresses`: how many different values a column has that is called as the number's noun, of all rows and of those of each value of another column. */
function valuesAfter({ columns }: EvidenceTable, rows: EvidenceRow[], after: string[]): number[] {
  const stems = after.flatMap((word) => stemOf(word) ?? []);
  return columns.flatMap((column, at) => {
    if (!isCalled(column.toLowerCase(), stems)) return [];
    const size = (group: EvidenceRow[]) => new Set(group.map(({ cells }) => JSON.stringify(cells[at] ?? null))).size;
    const groups = columns.flatMap((_, other) => (other === at ? [] : groupsBy(rows, other)));
    return [size(rows), ...groups.map(size)];
  });
}

/** The rows of each value of a column that has few. */
function groupsBy(rows: EvidenceRow[], at: number): EvidenceRow[][] {
  const groups = new Map<string, EvidenceRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.cells[at] ?? null);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups.size > 1 && groups.size <= 40 ? [...groups.values()] : [];
}

/**
 * Events of an outcome that the sentence names, between two times of it, and of one day, and of those each that one of its words
 * or verbs names: how many, the sum of their counts, their different values.
 */
function countedEvents(events: EvidenceEvent[], { words, anchors }: NumberContext, stems: string[]): number[] {
  const says = (pattern: RegExp) => [...words].some((word) => pattern.test(word));
  const some = events.slice(0, MAX_ROWS);
  const groups: EvidenceEvent[][] = [];
  if (says(FAILURE)) groups.push(some.filter(({ outcome }) => outcome === 'failure'));
  if (says(SUCCESS)) groups.push(some.filter(({ outcome }) => outcome === 'success'));
  const times = anchors.flatMap((anchor) => ('time' in anchor ? [anchor.time] : []));
  if (times.length >= 2) {
    const [from, to] = [Math.min(...times.map((time) => time.from)), Math.max(...times.map((time) => time.to))];
    groups.push(some.filter((event) => event.times.some((at) => at >= from && at < to)));
  }
  if (says(DAY)) groups.push(...byDay(some));
  if (says(FAILURE)) groups.push(...byDay(some.filter(({ outcome }) => outcome === 'failure')));
  const deeds = deedsIn([...words].join(' '));
  // `20 failed sign-ins from three addresses`: those of any of the addresses that the sentence lists.
  const addresses = anchors.flatMap((anchor) =>
    'value' in anchor && /^[\d.]{7,15}$|^[\da-f:]{4,39}$/i.test(anchor.value) ? [squash(anchor.value)] : [],
  );
  if (addresses.length > 1)
    groups.push(...groups.map((group) => group.filter(({ row }) => addresses.some((key) => row.text.includes(key)))));
  return groups.flatMap((group) => {
    const named = group.filter(({ row }) => stems.some((stem) => row.text.includes(stem)));
    const each = stems.map((stem) => group.filter(({ row }) => row.text.includes(stem)));
    const done = deeds.map((deed) => group.filter(({ actions }) => actions.some((action) => deed.names.test(action))));
    return [group, named, ...each, ...done].flatMap((part) => [...sizesOf(part), ...distinctOf(part, stems)]);
  });
}

const DAY =
  /^(?:days?|night|morning|afternoon|evening|today|yesterday|(?:jan|febr)uary|march|april|may|june|july|august|(?:septem|octo|novem|decem)ber)$/;

function byDay(events: EvidenceEvent[]): EvidenceEvent[][] {
  const days = new Map<number, EvidenceEvent[]>();
  for (const event of events) {
    const day = Math.floor((event.times[0] ?? 0) / 86_400_000);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return days.size > 1 ? [...days.values()] : [];
}

function sizesOf(events: EvidenceEvent[]): number[] {
  const width = events[0]?.row.cells.length ?? 0;
  const sums = Array.from({ length: width }, (_, at) =>
    events.reduce((sum, { row }) => sum + (numberOf(row.cells[at]) ?? 0), 0),
  );
  return [events.length, ...sums.filter((sum) => sum > 0)];
}

/** `9 failed sign-ins from 4 addresses`: different values of a column that the sentence names. */
function distinctOf(events: EvidenceEvent[], stems: string[]): number[] {
  const columns = events[0]?.columns ?? [];
  return columns.flatMap((column, at) =>
    isCalled(column.toLowerCase(), stems)
      ? [new Set(events.map(({ row }) => JSON.stringify(row.cells[at] ?? null))).size]
      : [],
  );
}

/** Words for what columns have other names for. */
const CALLED: [RegExp, RegExp][] = [
  [/^addres|^ips?$/, /(?:^|[._])(?:ip|client_?ip|src)|ip_?address|addr$/],
  [
    /^(?:user|account|person|people|identit|principal|actor|caller|colleague)/,
    /user|actor|principal|identity|arn|who|email|login$/,
  ],
  [/^(?:mailbox|outsider|recipient)/, /target|recipient|to$/],
  [/^(?:document|file|object)/, /title|doc|object|file|key$/],
  [/^countr/, /country/],
  [/^namespace/, /^ns$/],
  [/^repositor/, /repo/],
  [/^(?:agent|client|program|tool)/, /agent/],
];

/** Whether a column has what the stems name. */
export const isCalled = (column: string, stems: string[]): boolean =>
  stems.some(
    (stem) => column.includes(stem) || CALLED.some(([words, names]) => words.test(stem) && names.test(column)),
  );
