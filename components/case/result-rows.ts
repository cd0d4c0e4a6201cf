import { cellText } from './format';

export type Sort = { column: number; descending: boolean } | null;

/** The rows with a text in any cell, in the order of a column: numbers by size, texts by letters, empty cells last. Pure. */
export function arranged(rows: unknown[][], filter: string, sort: Sort): unknown[][] {
  const wanted = filter.trim().toLowerCase();
  const found =
    wanted === '' ? rows : rows.filter((row) => row.some((cell) => cellText(cell).toLowerCase().includes(wanted)));
  if (sort === null) return found;
  const { column, descending } = sort;
  return [...found].sort((a, b) => {
    const [x, y] = [a[column], b[column]];
    if (isEmpty(x) || isEmpty(y)) return Number(isEmpty(x)) - Number(isEmpty(y));
    const order =
      typeof x === 'number' && typeof y === 'number'
        ? x - y
        : cellText(x).localeCompare(cellText(y), 'en', { numeric: true });
    return descending ? -order : order;
  });
}

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';

/** Rows as CSV (RFC 4180). A cell that a spreadsheet would run as a formula is made a text. */
export function toCsv(columns: readonly string[], rows: unknown[][]): string {
  const cell = (value: unknown): string => {
    const text = value === null || value === undefined ? '' : cellText(value);
    const safe = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns, ...rows.map((row) => columns.map((_, at) => row[at]))]
    .map((row) => row.map(cell).join(','))
    .join('\r\n');
}
