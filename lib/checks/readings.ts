import type { Claim } from './claims';
import { countOf, type EvidenceEvent, eventsOf, isActorColumn } from './events';
import { type EvidenceIndex, numberOf, squash } from './evidence-index';
import { IPV4 } from './indicators';
import { isCalled, stemOf } from './loose-numbers';
import { sessionsOf } from './mentions';
import { DAY } from './times';

/** What a number counts: different values of a column, days, or how often something happened. */
export type Counted = { kind: 'values' | 'days' | 'events' | 'things'; stems: string[]; words: string[] };

const DAYS = /^(?:days?|nights?|mornings?|evenings?|workdays?|weekdays?|working)$/;
const VALUES: [RegExp, string][] = [
  [/^(?:addresses|ips)$/, 'address'],
  [
    /^(?:accounts|users|people|persons|identities|employees|colleagues|principals|callers|operators|person)$/,
    'account',
  ],
  [/^(?:machines|hosts|servers|workstations|computers|devices)$/, 'host'],
  [/^(?:clients|agents|browsers|programs|tools)$/, 'agent'],
  [/^(?:countries|regions|buckets|namespaces|applications|apps|mailboxes|cities|ports|domains)$/, ''],
];
const EVENTS =
  /^(?:calls?|requests?|events?|lines?|entries|attempts?|tries|failures|refusals|denials|successes|sign-?ins?|log-?[io]ns?|reads|downloads|deletions|shares|guesses|prompts?|push(?:es)?|records?|items?|connections|flows|commands|queries|lookups|executions|approvals|hits)$/;

/** Nouns that count the report's own parts, or nothing that rows have. */
const SILENT =
  /^(?:hypothes\w+|sources?|rules?|alerts?|cases?|records?|queries|questions|findings|techniques|reasons|ways|things|points|explanations|steps|stages|phases|halves|weeks|months|years|hours|minutes|seconds|bytes|parameters|columns|tables|logs|reports|facts|others|goes|names|kinds|types|sorts|terms|signs|sides|parts|pairs|words|letters|characters|digits|levels|does|was|has|is|always|less|across|besides|towards|afterwards)$/;

/** What the words right after a number say that it counts; null where they say nothing that columns could have. */
export function countedBy(words: string[]): Counted | null {
  for (const [at, word] of words.entries()) {
    const said = words.slice(0, at + 1);
    if (DAYS.test(word)) return { kind: 'days', stems: ['day'], words: said };
    if (EVENTS.test(word)) return { kind: 'events', stems: [stemOf(word) ?? word], words: said };
    const values = VALUES.find(([pattern]) => pattern.test(word));
    if (values) return { kind: 'values', stems: [values[1] || stemOf(word) || word], words: said };
  }
  const thing = words.findLast((word) => /[^s]s$/.test(word) && !SILENT.test(word));
  const stem = thing === undefined ? null : stemOf(thing);
  if (stem && thing === words.at(-1)) return { kind: 'things', stems: [stem], words };
  return null;
}

/** Numbers that some events are, by one way to read what was counted. */
export function readingsOf(counted: Counted, events: EvidenceEvent[]): Set<number> {
  const found = new Set<number>();
  for (const group of groupsOf(events)) for (const size of sizesOf(counted, group)) found.add(size);
  return found;
}

/** The number that all of some events are together; null where nothing tells. */
export function totalOf(counted: Counted, events: EvidenceEvent[]): number | null {
  if (counted.kind === 'events' || counted.kind === 'things') {
    const column = columnOf(counted, events);
    if (column !== null) return events.reduce((sum, { row }) => sum + (numberOf(row.cells[column]) ?? 0), 0);
    const counts = events.map(countOf);
    return counts.some((count) => count === null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  }
  const values = counted.kind === 'days' ? daysOf(events) : valuesOf(counted.stems, events);
  return values.size > 0 ? values.size : null;
}

function sizesOf(counted: Counted, events: EvidenceEvent[]): number[] {
  const total = totalOf(counted, events);
  const values =
    (counted.kind === 'values' && events.length >= LEAST_VALUES) || counted.kind === 'things'
      ? differentIn(events, counted.kind === 'things' ? 1 : LEAST_VALUES)
      : [];
  const rows =
    (counted.kind === 'events' || counted.kind === 'things') && columnOf(counted, events) === null
      ? [events.length]
      : [];
  // A row may be one of them though its cell is empty, or names it in another way.
  const more = counted.kind === 'values' ? [events.length] : [];
  const called = counted.kind === 'things' ? [valuesOf(counted.stems, events).size] : [];
  return [...more, ...called, ...values, ...(total === null ? [] : [total]), ...cellsOf(counted, events), ...rows];
}

/** So many different values are hardly there by chance, whatever their column is called. */
const LEAST_VALUES = 5;

function differentIn(events: EvidenceEvent[], least: number): number[] {
  const columns = events[0]?.columns ?? [];
  return columns
    .filter((name) => !/time|date|^first$|^last$/i.test(name))
    .map((name) => new Set(events.map(({ row }) => row.cells[columns.indexOf(name)])).size)
    .filter((size) => size >= least);
}

const COUNTS = /^(?:n|n_\w+|cnt|count\w*|\w+_count|different|targets|total)$/i;

/** Cells that may be the number, and what their columns add up to. */
function cellsOf(counted: Counted, events: EvidenceEvent[]): number[] {
  const { kind, stems } = counted;
  const columns = events[0]?.columns ?? [];
  const hasValues = kind === 'values' && valuesOf(stems, events).size > 0;
  const column = columnOf(counted, events);
  if ((kind === 'events' || kind === 'things') && column !== null)
    return events.flatMap(({ row }) => numberOf(row.cells[column]) ?? []);
  return columns.flatMap((name, at) => {
    const isIt =
      kind === 'events' || kind === 'things'
        ? !/time|_at$|id$|port|code|day$|hour$/i.test(name)
        : isCalled(name.toLowerCase(), stems) || (!hasValues && COUNTS.test(name));
    if (!isIt) return [];
    const cells = events.flatMap((event) => (event.columns === columns ? (numberOf(event.row.cells[at]) ?? []) : []));
    return [...cells, cells.reduce((sum, cell) => sum + cell, 0)];
  });
}

/** The column of numbers that is named after what is counted, such as `items`; null where there is none. */
function columnOf({ stems }: Counted, events: EvidenceEvent[]): number | null {
  const columns = events[0]?.columns ?? [];
  const at = columns.findIndex(
    (name, index) =>
      stems.some((stem) => stem.length > 3 && name.toLowerCase().includes(stem)) &&
      events.every(({ row }) => row.cells[index] === null || numberOf(row.cells[index]) !== null),
  );
  return at < 0 ? null : at;
}

/** Days of rows that are of one day each: those of groups say only when they began and ended. */
function daysOf(events: EvidenceEvent[]): Set<string> {
  const found = new Set<string>();
  for (const { times, columns, row } of events) {
    const at = columns.findIndex((name) => /^(?:day|date)$/i.test(name));
    const cell = row.cells[at];
    if (cell !== null && cell !== undefined && cell !== '') found.add(String(cell).slice(0, 10));
    else if (times.length === 1) found.add(String(Math.floor((times[0] ?? 0) / DAY)));
    else return new Set();
  }
  return found;
}

function valuesOf(stems: string[], events: EvidenceEvent[]): Set<string> {
  const found = new Set<string>();
  for (const { columns, row } of events) {
    for (const [at, name] of columns.entries()) {
      const cell = row.cells[at];
      if (typeof cell !== 'string' || cell === '' || cell === 'null') continue;
      if (isNamedSo(name, cell, stems)) found.add(cell);
    }
  }
  return found;
}

const isNamedSo = (column: string, cell: string, stems: string[]): boolean =>
  (isCalled(column.toLowerCase(), stems) && !/count|^n_/i.test(column)) ||
  (stems.includes('address') && IPV4.test(cell)) ||
  (stems.includes('account') && isActorColumn(column) && !IPV4.test(cell));

const MAX_GROUPS = 40;

/** All of some events, those of each value of a column, of each outcome, day and session, and of each outcome of such a value. */
export function groupsOf(events: EvidenceEvent[]): EvidenceEvent[][] {
  const groups: EvidenceEvent[][] = [events, ...byOutcome(events)];
  const width = events[0]?.columns.length ?? 0;
  for (let at = 0; at < width; at += 1) {
    // Rows that have one number in common have nothing in common.
    if (events.every(({ row }) => typeof row.cells[at] === 'number')) continue;
    const of = groupBy(events, ({ row }) => {
      const cell = row.cells[at];
      return typeof cell === 'string' && /^\d{4}-\d\d-\d\d[T ]/.test(cell)
        ? cell.slice(0, 10)
        : JSON.stringify(cell ?? null);
    });
    if (of.length > MAX_GROUPS) continue;
    for (const group of of) groups.push(group, ...byOutcome(group));
  }
  groups.push(...bySession(events));
  return groups;
}

const byOutcome = (events: EvidenceEvent[]): EvidenceEvent[][] =>
  groupBy(events, ({ outcome }) => String(outcome)).filter((group) => group.length < events.length);

function bySession(events: EvidenceEvent[]): EvidenceEvent[][] {
  const sessions = sessionsOf([...new Set(events.flatMap(({ times }) => times))]);
  if (sessions.length < 2 || sessions.length > MAX_GROUPS) return [];
  return sessions.flatMap((times) => {
    const [from, to] = [times[0] ?? 0, times.at(-1) ?? 0];
    const own = events.filter(
      (event) => event.times.length > 0 && event.times.every((time) => time >= from && time <= to),
    );
    return own.length > 0 ? [own, ...byOutcome(own)] : [];
  });
}

/** Events by what they have in common. */
export function groupBy(events: EvidenceEvent[], keyOf: (event: EvidenceEvent) => string): EvidenceEvent[][] {
  const groups = new Map<string, EvidenceEvent[]>();
  for (const event of events) {
    const key = keyOf(event);
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return [...groups.values()];
}

/** The events that have a name, as who acted or anywhere in their row. */
export const withName = (events: EvidenceEvent[], name: string): EvidenceEvent[] => {
  const key = squash(name);
  return events.filter(({ row, actors }) => actors.includes(name.toLowerCase()) || row.text.includes(key));
};

const ENDS =
  /^(?:on|of|in|from|by|to|at|with|for|and|or|but|per|as|than|before|after|until|since|while|was|were|is|are|had|has|that|which|who|failed|came|come|took|got|between|within|each|there|in|a|an|every|only|now|then)$/;

/** The words right after a number, up to four; a preposition or a verb ends them. */
export function wordsAfter(text: string, end: number): string[] {
  const after = text.slice(end, end + 80).replace(/^[`*_]+/, '');
  const words = (/^(?:[ -][\p{L}][\p{L}-]*){1,4}/u.exec(after)?.[0] ?? '').toLowerCase().trim().split(/\s+/);
  const last = words.findIndex((word) => ENDS.test(word));
  return words.slice(0, last < 0 ? words.length : last);
}

/** Whether a number is how many there are of what is said behind it, in the rows of some records that have anything in common. */
export function isReading(
  text: string,
  { number = 0, end, measure, nearness }: Claim,
  records: EvidenceIndex[],
): boolean {
  const counted = measure || nearness ? null : countedBy(wordsAfter(text, end));
  return (
    counted !== null && records.some((record) => readingsOf(counted, eventsOf(record).slice(0, MAX_ROWS)).has(number))
  );
}

const MAX_ROWS = 400;
