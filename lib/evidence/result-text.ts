import { formatUtc, parseTime } from '../time/time';

/** What of a result a model is shown: whole rows, or lines where it is no table. */
export type ShownResult = {
  text: string;
  /** Rows or lines: how many there are, and which of them are shown (`from` 0-based, `to` exclusive). */
  unit: 'row' | 'line';
  total: number;
  from: number;
  to: number;
};

/** A line of a text without line ends is shown in parts of this many characters. */
const LONGEST_LINE = 4_000;
/** Facts of a table that its rows or the line above them say already. */
const NOT_SHOWN = new Set(['columns', 'rows', 'rowCount', 'truncated', 'bytes', 'elapsedMs', 'gaps', 'sources']);

/**
 * A tool's result as a language model reads it: a table as CSV with times in the report's form, JSON cells unescaped below their
 * row; other structured content as facts and tables; a text as it is. From row (or line) `offset` on, at most `rows` of them and
 * `room` characters, cut between rows.
 */
export function resultText(
  { text, structured }: { text: string; structured: Record<string, unknown> | null },
  room: number,
  { offset = 0, rows = Number.POSITIVE_INFINITY }: { offset?: number; rows?: number } = {},
): ShownResult {
  const table = tableOf(structured);
  if (table) {
    const head = [...factsOf(structured ?? {}), csvLine(table.columns.map((name) => cell(name)))].join('\n');
    return fill(head, table.rows, (row) => `\n${rowText(table.columns, row)}`, 'row', { room, offset, rows });
  }
  const whole = structured ? structuredLines(structured).join('\n') : text;
  const lines = whole.split('\n').flatMap((line, at) => piecesOf(at === 0 ? line : `\n${line}`));
  return fill('', lines, (line) => line, 'line', { room, offset, rows });
}

function fill<T>(
  head: string,
  items: T[],
  write: (item: T) => string,
  unit: ShownResult['unit'],
  { room, offset, rows }: { room: number; offset: number; rows: number },
): ShownResult {
  const from = Math.min(offset, items.length);
  const parts = head === '' ? [] : [head];
  let left = room - head.length;
  let to = from;
  while (to < items.length && to - from < rows) {
    const text = write(items[to] as T); // within the list
    const fits = text.length <= left;
    if (!fits && to > from) break;
    parts.push(fits ? text : `${cutAt(text, Math.max(left, 1000))}… (this ${unit} is longer: ask for fewer columns)`);
    left -= text.length;
    to += 1;
  }
  return {
    text: from > 0 && head === '' ? parts.join('').replace(/^\n/, '') : parts.join(''),
    unit,
    total: items.length,
    from,
    to,
  };
}

/** "200 rows", or "rows 1–18 of 200". */
export function shownFact({ unit, total, from, to }: ShownResult): string {
  if (from === 0 && to === total) return `${total} ${unit}${total === 1 ? '' : 's'}`;
  return from === to ? `no ${unit} from ${from + 1} on, of ${total}` : `${unit}s ${from + 1}–${to} of ${total}`;
}

type Table = { columns: string[]; rows: unknown[][] };

function tableOf(structured: Record<string, unknown> | null): Table | null {
  if (!Array.isArray(structured?.columns) || !Array.isArray(structured.rows)) return null;
  const columns = structured.columns.map((column: unknown) =>
    typeof column === 'object' && column !== null && 'name' in column ? String(column.name) : String(column),
  );
  return structured.rows.every(Array.isArray) ? { columns, rows: structured.rows as unknown[][] } : null; // just checked
}

/** Range and notes of a table, a line each. */
function factsOf(structured: Record<string, unknown>): string[] {
  return inOrder(Object.keys(structured)).flatMap((name) => {
    const value = structured[name];
    if (NOT_SHOWN.has(name)) return [];
    if (name === 'notes' && Array.isArray(value)) return value.map((note) => `note: ${String(note)}`);
    return structuredLines({ [name]: value });
  });
}

/** A cell that holds JSON, quotes or line ends stands below its row, as it is. */
const BELOW = '↓';

function rowText(columns: string[], row: unknown[]): string {
  const below: string[] = [];
  const cells = columns.map((name, index) => {
    const text = valueText(row[index]);
    if (!/["\r\n]/.test(text)) return cell(text, row[index] ?? null);
    below.push(`  ${name}: ${text.replace(/\r?\n/g, '\n    ')}`);
    return BELOW;
  });
  return [csvLine(cells), ...below].join('\n');
}

const csvLine = (cells: string[]): string => cells.join(',');

function cell(text: string, value: unknown = text): string {
  if (text === '') return value === '' ? '""' : '';
  return /[,"\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|\+00:?00)?$/;

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return ISO.test(value) ? timeText(value) : value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** As reports write it: in UTC, to the second. */
function timeText(value: string): string {
  const time = parseTime(value);
  return time ? formatUtc(time) : value;
}

/** Records in records; deeper ones are JSON. */
const MAX_DEPTH = 4;

/** Facts by name; a list of records is a table under its name. */
function structuredLines(structured: Record<string, unknown>, depth = 0): string[] {
  return inOrder(Object.keys(structured)).flatMap((name): string[] => {
    const value = structured[name];
    if (name === 'truncated' && value === false) return [];
    if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) return listLines(name, value);
    if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
      return [`${name}: ${value.length === 0 ? 'none' : value.map(valueText).join('; ')}`];
    if (isRecord(value) && depth < MAX_DEPTH)
      return [`${name}:`, ...structuredLines(value, depth + 1).map((line) => `  ${line}`)];
    const text = valueText(value);
    return text.includes('\n') ? [`${name}:`, ...text.split('\n')] : [`${name}: ${text}`];
  });
}

function listLines(name: string, items: Record<string, unknown>[]): string[] {
  const columns = inOrder([...new Set(items.flatMap((item) => Object.keys(item)))]);
  const rows = items.map((item) => columns.map((column) => compact(item[column])));
  return [`${name} (${items.length}):`, csvLine(columns), ...rows.flatMap((row) => rowText(columns, row).split('\n'))];
}

/** What a reader looks for first. */
const FIRST = [
  'name',
  'codename',
  'title',
  'id',
  'status',
  'classification',
  'confidence',
  'rows',
  'from',
  'to',
  'type',
  'path',
];

/** The same order whatever the order of keys: a record read back from the database has another one than the tool gave. */
function inOrder(names: string[]): string[] {
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** A list of plain values, or of entities, in one cell. */
function compact(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return null;
  if (value.every((item) => typeof item !== 'object')) return value.map(valueText).join('; ');
  const isEntity = (item: unknown) =>
    isRecord(item) && Object.keys(item).length === 2 && 'kind' in item && 'value' in item;
  return value.every(isEntity) ? entitiesText(value) : value;
}

/** `user/email eva@example.com; ip 192.0.2.1`: each value once, with all that it is. */
export function entitiesText(entities: { kind: string; value: string }[]): string {
  const kinds = new Map<string, Set<string>>();
  for (const { kind, value } of entities) kinds.set(value, (kinds.get(value) ?? new Set()).add(kind));
  return [...kinds].map(([value, names]) => `${[...names].join('/')} ${value}`).join('; ');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function piecesOf(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line];
  const pieces: string[] = [];
  for (let at = 0; at < line.length; ) {
    const piece = cutAt(line.slice(at), LONGEST_LINE);
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

/** A cut inside a surrogate pair would leave half a character. */
function cutAt(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return text.slice(0, /[\ud800-\udbff]/.test(text[characters - 1] ?? '') ? characters - 1 : characters);
}
