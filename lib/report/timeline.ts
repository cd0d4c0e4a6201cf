import type { TableRow } from 'mdast';
import { formatUtc, parseTime } from '../time/time';
import { type Block, plainTextOf } from './blocks';
import { parseMarkdown, rootOf } from './markdown';
import { parseReport } from './report';
import type { Section } from './sections';

/** A row as a model gives it. `until` makes it a burst. */
export type TimelineRow = {
  time: string;
  until?: string | undefined;
  event: string;
  who?: string | undefined;
  outcome?: string | undefined;
  source?: string | undefined;
  evidence: number[];
};

type Role = 'time' | 'who' | 'event' | 'outcome' | 'source' | 'evidence';

/** Columns are known by their heading, so that a team's own table takes rows too. In the order they are tried. */
const ROLES: [Role, RegExp][] = [
  ['time', /\btime\b|\bwhen\b|\bdate\b/i],
  ['evidence', /evidence|receipt|proof|\bref\b/i],
  ['outcome', /outcome|result/i],
  ['who', /\bwho\b|actor|principal|identity|\buser\b/i],
  ['event', /event|what|action|activity|description/i],
  ['source', /source|from|where|\blog\b/i],
];
const HEAD = ['Time (UTC)', 'Actor', 'Action', 'Outcome', 'Evidence'];

/**
 * Puts rows into a timeline's first table, each before the first row that is later; a table is begun where there is none. Rows
 * that are there stay as they are. Pure. A row whose cells are all there already is not added again.
 * @param section the section's text, without its heading
 */
export function addTimelineRows(
  section: string,
  rows: TimelineRow[],
): { ok: true; text: string; added: number; known: number } | { ok: false; message: string } {
  const lines = section.split(/\r\n?|\n/);
  const found = firstTable(section);
  const head = found?.head ?? HEAD;
  const columns = rolesOf(head);
  const timeColumn = columns.indexOf('time');
  if (timeColumn < 0 || !columns.includes('event')) {
    return {
      ok: false,
      message: `The timeline's table has no column for the time or for the event (${head.join(', ')}). Change it with report__replace_text, or rewrite the section.`,
    };
  }
  const body: { line: string; cells: string[] }[] = (found?.rows ?? []).map(({ line, cells }) => ({
    line: lines[line - 1] ?? '',
    cells,
  }));
  let [added, known] = [0, 0];
  for (const row of rows) {
    const at = parseTime(row.time)?.getTime();
    if (at === undefined) return { ok: false, message: `"${row.time.slice(0, 60)}" is not a time. ${TIME_FORM}` };
    if (row.until !== undefined && parseTime(row.until) === undefined)
      return { ok: false, message: `"${row.until.slice(0, 60)}" is not a time. ${TIME_FORM}` };
    const line = rowLine(columns, row);
    const cells = cellsOf(line, head.length);
    if (body.some((other) => sameRow(other.cells, cells))) {
      known += 1;
      continue;
    }
    const later = body.findIndex((other) => (timeOf(other.cells[timeColumn] ?? '') ?? Number.NEGATIVE_INFINITY) > at);
    body.splice(later < 0 ? body.length : later, 0, { line, cells });
    added += 1;
  }
  const bodyLines = body.map(({ line }) => line);
  const table = found
    ? [...lines.slice(0, found.line + 1), ...bodyLines, ...lines.slice(found.endLine)]
    : [
        ...(section.trim() === '' ? [] : [section.trimEnd(), '']),
        `| ${HEAD.join(' | ')} |`,
        `|${HEAD.map(() => ' --- ').join('|')}|`,
        ...bodyLines,
      ];
  return { ok: true, text: table.join('\n'), added, known };
}

const TIME_FORM = 'Give it in UTC, like 2023-07-10T11:57:16Z.';

/** A row of a timeline as programs read it. Texts are as a reader sees them; '' where the table has no such column. */
export type TimelineEntry = {
  /** ms since 1970; null when the time can't be read. `until` is the end of a burst. */
  at: number | null;
  until: number | null;
  time: string;
  actor: string;
  action: string;
  outcome: string;
  source: string;
  evidence: number[];
  /** All cells but those of the Evidence column. */
  cells: string[];
  line: number;
  block: Block;
};

/** The rows of a section's first table. */
export function timelineIn(section: Section | null): TimelineEntry[] {
  const rows = (section?.blocks ?? []).filter(({ kind }) => kind === 'row');
  return rows.filter(({ table }) => table === rows[0]?.table).map(entryOf);
}

/** The same for a section's text, without its heading. */
export function timelineRows(section: string): TimelineEntry[] {
  const rows = parseReport(section).blocks.filter(({ kind }) => kind === 'row');
  return rows.filter(({ table }) => table === rows[0]?.table).map(entryOf);
}

function entryOf(block: Block): TimelineEntry {
  const columns = rolesOf(block.head);
  const cells = block.cells.map(({ text }) => text.trim());
  const cell = (role: Role): string => cells[columns.indexOf(role)] ?? '';
  const [at, until] = timesOf(cell('time'));
  return {
    at: at ?? null,
    until: until ?? null,
    time: cell('time'),
    actor: cell('who'),
    action: cell('event'),
    outcome: cell('outcome'),
    source: cell('source'),
    evidence: [...new Set(block.citations.flatMap(({ numbers }) => numbers))],
    cells: cells.filter((_, index) => columns[index] !== 'evidence'),
    line: block.line,
    block,
  };
}

function rolesOf(head: string[]): (Role | null)[] {
  const taken = new Set<Role>();
  const roles: (Role | null)[] = head.map(() => null);
  for (const [role, pattern] of ROLES) {
    const index = head.findIndex((cell, at) => roles[at] === null && pattern.test(cell));
    if (index < 0 || taken.has(role)) continue;
    roles[index] = role;
    taken.add(role);
  }
  return roles;
}

/** What has no column of its own is said in the event's. */
function rowLine(columns: (Role | null)[], row: TimelineRow): string {
  const has = (role: Role): boolean => columns.includes(role);
  const evidence = row.evidence.map((number) => `[E${number}]`).join(' ');
  const extra = [
    !has('outcome') && row.outcome ? row.outcome : '',
    !has('source') && row.source ? row.source : '',
  ].filter(Boolean);
  const cells: Record<Role, string> = {
    time: spanText(row.time, row.until),
    who: row.who ?? '',
    event: [
      !has('who') && row.who ? `${row.who}: ` : '',
      row.event,
      extra.length > 0 ? ` (${extra.join(', ')})` : '',
      !has('evidence') && evidence !== '' ? ` ${evidence}` : '',
    ].join(''),
    outcome: row.outcome ?? '',
    source: row.source ?? '',
    evidence,
  };
  return `| ${columns.map((role) => (role === null ? '' : cellText(cells[role]))).join(' | ')} |`;
}

function spanText(from: string, until: string | undefined): string {
  const first = formatUtc(parseTime(from) ?? new Date(0));
  const last = until === undefined ? first : formatUtc(parseTime(until) ?? new Date(0));
  if (first === last) return first;
  return first.slice(0, 10) === last.slice(0, 10) ? `${first.slice(0, -1)}–${last.slice(11)}` : `${first} – ${last}`;
}

/** One cell of a table: no line breaks, no bare pipes (also not in code, where GFM ends a cell too). */
function cellText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(?<!\\)((?:\\\\)*)\|/g, '$1\\|')
    .trim();
}

/** A written row's cells as a reader sees them. */
function cellsOf(line: string, columns: number): string[] {
  return firstTable(`${'| x '.repeat(columns)}|\n${'| - '.repeat(columns)}|\n${line}`)?.rows[0]?.cells ?? [];
}

const sameRow = (a: string[], b: string[]): boolean => normal(a) === normal(b);
const normal = (cells: string[]): string => cells.join('\n').trimEnd().toLowerCase();

const timeOf = (cell: string): number | null => timesOf(cell)[0] ?? null;

/** The times of a cell in ms: `2023-07-10 11:54:47–11:54:50Z`, `2023-07-10 23:59:00Z – 2023-07-11 00:01:00Z`. */
function timesOf(cell: string): number[] {
  const found = cell.matchAll(
    /(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z?\s?[–-]\s?(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?/g,
  );
  return [...found].flatMap(([text, day, until]) => {
    const first = /^\S{10}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?/.exec(text)?.[0] ?? '';
    return [first, until === undefined ? '' : `${day} ${until}`].flatMap((time) => parseTime(time)?.getTime() ?? []);
  });
}

/**
 * One section's first table with the rows of another's: by time, each before the first row that is later, or behind its last row. Rows
 * that are there already are not added again. `rest`: what the other section has beside its table. Null: their tables differ in columns.
 */
export function joinTables(
  section: string,
  other: string,
  order: 'time' | 'behind',
): { text: string; rest: string } | null {
  const [mine, theirs] = [firstTable(section), firstTable(other)];
  if (!mine || !theirs || normal(mine.head) !== normal(theirs.head)) return null;
  const timeColumn = order === 'time' ? rolesOf(mine.head).indexOf('time') : -1;
  const [lines, otherLines] = [section.split(/\r\n?|\n/), other.split(/\r\n?|\n/)];
  const body = mine.rows.map(({ line, cells }) => ({ line: lines[line - 1] ?? '', cells }));
  for (const row of theirs.rows) {
    if (body.some(({ cells }) => sameRow(cells, row.cells))) continue;
    const at = timeOf(row.cells[timeColumn] ?? '');
    const later =
      at === null
        ? -1
        : body.findIndex(({ cells }) => (timeOf(cells[timeColumn] ?? '') ?? Number.NEGATIVE_INFINITY) > at);
    body.splice(later < 0 ? body.length : later, 0, { line: otherLines[row.line - 1] ?? '', cells: row.cells });
  }
  const rows = body.map(({ line }) => line);
  return {
    text: [...lines.slice(0, mine.line + 1), ...rows, ...lines.slice(mine.endLine)].join('\n'),
    rest: [...otherLines.slice(0, theirs.line - 1), ...otherLines.slice(theirs.endLine)].join('\n').trim(),
  };
}

type Table = { head: string[]; line: number; endLine: number; rows: { line: number; cells: string[] }[] };

/** The first table of a text: `line` is its head row's, `endLine` its last row's. */
function firstTable(text: string): Table | null {
  const root = rootOf(parseMarkdown(text));
  const table = root.children.find((node) => node.type === 'table');
  const [head, ...rows] = table?.children ?? [];
  if (!table || !head) return null;
  const cells = (row: TableRow) => row.children.map((cell) => plainTextOf(cell).trim());
  return {
    head: cells(head),
    line: table.position?.start.line ?? 1,
    endLine: table.position?.end.line ?? 1,
    rows: rows.map((row) => ({ line: row.position?.start.line ?? 1, cells: cells(row) })),
  };
}
