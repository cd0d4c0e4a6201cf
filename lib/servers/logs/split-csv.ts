import { MAX_RECORD, type Piece } from './split-json';

export type CsvRow = (line: number, cells: string[]) => void;

/** RFC 4180 rows, quoted line breaks included; the delimiter is the one that the head's lines agree on. */
export function csvSplitter(head: string, row: CsvRow, bad: Piece): { push(text: string): void; end(): void } {
  const delimiter = csvDelimiter(head);
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

/** Header names: the first row when it looks like one, else column1…; blank and repeated names are made usable. */
export function csvHeader(first: string[]): { names: string[]; isHeader: boolean } {
  const isHeader =
    first.some((cell) => /[a-zA-Z]/.test(cell)) &&
    !first.some((cell) => /^\s*-?\d+(\.\d+)*\s*$|^\d{4}-\d{2}-\d{2}/.test(cell));
  const used = new Set<string>();
  const names = first.map((cell, index) => {
    let name = isHeader && cell.trim() ? cell.trim() : `column${index + 1}`;
    for (let copy = 2; used.has(name); copy += 1) name = `${cell.trim() || `column${index + 1}`}_${copy}`;
    used.add(name);
    return name;
  });
  return { names, isHeader };
}

function csvDelimiter(head: string): string {
  const lines = head.split('\n', 6).filter((line) => line.trim());
  const scored = [',', '\t', ';', '|'].map((delimiter) => {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length - 1);
    return { delimiter, score: Math.min(...counts) * 1000 + (counts[0] ?? 0) };
  });
  scored.sort((a, b) => b.score - a.score);
  return scored[0]?.score ? scored[0].delimiter : ',';
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
