import { readTime } from '../read-time';
import type { Splitter } from './format';
import { MAX_RECORD } from './lines';
import type { Piece } from './split-json';

export type CsvRow = (line: number, cells: string[]) => void;

/** RFC 4180 rows, quoted line breaks included. */
export function csvSplitter(delimiter: string, row: CsvRow, bad: Piece): Splitter {
  let buffer = '';
  let line = 1;
  const drain = (final: boolean): void => {
    let pos = 0;
    for (;;) {
      const record = readRow(buffer, pos, delimiter, final);
      if (!record) break;
      if (record.cells.length > 1 || record.cells[0] !== '') row(line, record.cells);
      for (let at = buffer.indexOf('\n', pos); at >= 0 && at < record.next; at = buffer.indexOf('\n', at + 1))
        line += 1;
      pos = record.next;
    }
    buffer = buffer.slice(pos);
    if (buffer.length > MAX_RECORD) skipLine();
  };
  const skipLine = (): void => {
    bad(line, `a quote is not closed, or the row is longer than ${MAX_RECORD >> 20} MB`);
    const next = buffer.indexOf('\n');
    buffer = next < 0 ? '' : buffer.slice(next + 1);
    line += 1;
  };
  return {
    push(text) {
      buffer += text;
      drain(false);
    },
    end() {
      drain(false);
      while (buffer) {
        const before = buffer.length;
        drain(true);
        if (buffer.length !== before || !buffer) continue;
        skipLine(); // an unclosed quote costs one line, not the rest of the file
        drain(false);
      }
    },
  };
}

export type CsvLayout = {
  delimiter: string;
  names: string[];
  /** Rows before the first row of data: a preamble (`#TYPE`, `sep=;`, a title) and the header. */
  skip: number;
  /** Cells per row in the sample that have the usual number of cells, 0 to 1. */
  regularity: number;
  hasHeader: boolean;
};

const SAMPLE_ROWS = 60;

/**
 * Delimiter, header and preamble of a CSV text. The header is the first row with the usual number of cells, when its cells
 * look like names; else columns are named column1…; blank and repeated names are made usable.
 */
export function csvLayout(head: string): CsvLayout {
  const [line = '', declared] = /^\uFEFF?sep=(.)\r?\n/i.exec(head) ?? [];
  if (declared) {
    const layout = layoutWith(head.slice(line.length), declared);
    return { ...layout, skip: layout.skip + 1 };
  }
  const layouts = [',', '\t', ';', '|'].map((delimiter) => layoutWith(head, delimiter));
  layouts.sort((a, b) => b.score - a.score);
  return layouts[0] as CsvLayout; // there is at least one delimiter
}

function layoutWith(head: string, delimiter: string): CsvLayout & { score: number } {
  const rows = sampleRows(head, delimiter);
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  const width = [...counts].filter(([cells]) => cells > 1).sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 1;
  const full = Math.max(
    0,
    rows.findIndex((row) => row.length === width),
  );
  // A header may have a cell less or more than its rows.
  const before = rows[full - 1];
  const isHeaderBefore =
    before && !isHeader(rows[full] ?? [], rows.slice(full + 1)) && before.length > 1 && looksLikeNames(before);
  const at = isHeaderBefore ? full - 1 : full;
  const isPreamble =
    isHeader(rows[at] ?? [], rows.slice(at + 1)) ||
    rows.slice(0, at).every((row) => row.length < Math.max(2, width - 1) || /^#/.test(row[0] ?? ''));
  const preamble = isPreamble ? at : 0;
  const first = rows[preamble] ?? [];
  const hasHeader = isHeader(first, rows.slice(preamble + 1));
  const body = rows.slice(preamble + (hasHeader && rows.length > preamble + 1 ? 1 : 0));
  const regularity = body.length ? body.filter((row) => row.length === width).length / body.length : 0;
  return {
    delimiter,
    names: headerNames(hasHeader ? first : first.map(() => '')),
    skip: preamble + (hasHeader ? 1 : 0),
    regularity,
    hasHeader,
    score: width > 1 ? regularity * 100 + Math.min(width, 50) : 0,
  };
}

/** Rows that are complete in the head. */
function sampleRows(head: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  const splitter = csvSplitter(
    delimiter,
    (_line, cells) => {
      if (rows.length < SAMPLE_ROWS) rows.push(cells);
    },
    () => {},
  );
  const cut = head.length > 60_000 ? head.lastIndexOf('\n') + 1 : head.length;
  splitter.push(head.slice(0, cut).replace(/^\uFEFF/, ''));
  if (cut === head.length) splitter.end();
  return rows;
}

const isNumber = (cell: string): boolean => /^\s*[-+]?\d+([.,]\d+)*\s*%?$/.test(cell);
const isValue = (cell: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}(:\d+)?$/.test(cell.trim()) || (!isNumber(cell) && readTime(cell.trim()) !== undefined);
const looksLikeNames = (cells: string[]): boolean =>
  cells.some((cell) => /[^\W\d_]/.test(cell)) && !cells.some((cell) => isValue(cell) || isNumber(cell));

/** `0,1,2,3`, as data frames without names are written; the numbers of rows may have a column without a name. */
function areCounted(cells: string[]): boolean {
  const [first, ...rest] = cells.map((cell) => cell.trim());
  const counted = first === '' ? rest : [first, ...rest];
  return counted.length >= MIN_COUNTED && counted.every((cell, index) => cell === String(index));
}

const MIN_COUNTED = 3;

/** Names rather than values. Numbers may be names too (a pivot by status), when the rows below differ in kind from the first. */
function isHeader(cells: string[], rows: string[][]): boolean {
  if (areCounted(cells) && rows.length > 0 && !rows.some(areCounted)) return true;
  if (!cells.some((cell) => /\p{L}/u.test(cell)) || cells.some(isValue)) return false;
  if (!cells.some(isNumber)) return !repeatsBelow(cells, rows);
  const isUnique = new Set(cells.map((cell) => cell.trim())).size === cells.length;
  return (
    isUnique &&
    rows.length > 0 &&
    cells.some((cell, index) => {
      if (isNumber(cell) || cell.trim() === '') return false;
      const below = rows.map((row) => row[index] ?? '').filter((value) => value !== '');
      return below.length > 0 && below.every((value) => isNumber(value) || isValue(value));
    })
  );
}

/** A first row whose texts come again in their own columns is data. */
function repeatsBelow(cells: string[], rows: string[][]): boolean {
  const repeated = cells.filter((cell, index) => cell !== '' && rows.some((row) => row[index] === cell)).length;
  return repeated > 0 && repeated * 3 >= cells.length;
}

function headerNames(first: string[]): string[] {
  const used = new Set<string>();
  return first.map((cell, index) => {
    const plain = cell.trim() || `column${index + 1}`;
    let name = plain;
    for (let copy = 2; used.has(name); copy += 1) name = `${plain}_${copy}`;
    used.add(name);
    return name;
  });
}

/** The row at `pos`, or null when it is not complete yet. */
function readRow(
  text: string,
  start: number,
  delimiter: string,
  final: boolean,
): { cells: string[]; next: number } | null {
  if (start >= text.length) return null;
  const cells: string[] = [];
  let pos = start;
  for (;;) {
    let cell = '';
    if (text[pos] === '"') {
      const quoted = readQuoted(text, pos, final);
      if (!quoted) return null;
      cell = quoted.value;
      pos = quoted.next;
    }
    const newline = indexOr(text, '\n', pos);
    const end = Math.min(indexOr(text, delimiter, pos), newline);
    if (end === text.length && !final) return null;
    cell += text.slice(pos, end);
    const last = end === newline;
    cells.push(last && cell.endsWith('\r') ? cell.slice(0, -1) : cell);
    pos = end + 1;
    if (last) return { cells, next: Math.min(pos, text.length) };
  }
}

function readQuoted(text: string, start: number, final: boolean): { value: string; next: number } | null {
  let value = '';
  for (let pos = start + 1; ; ) {
    const quote = text.indexOf('"', pos);
    if (quote < 0 || (quote === text.length - 1 && !final)) return null;
    value += text.slice(pos, quote);
    if (text[quote + 1] !== '"') return { value, next: quote + 1 };
    value += '"';
    pos = quote + 2;
  }
}

function indexOr(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}
