import { elementSpans, isRecord, membersOf } from './json-spans';

type Row = { text: string; offset: number };

/** Keys under which results name their columns, and how a column says its name. */
const COLUMN_KEYS = ['columns', 'Columns', 'fields', 'schema', 'cols'];
const ROW_KEYS = ['rows', 'Rows', 'values', 'data', 'results'];

/**
 * The rows of a result that names its columns once ({"columns": [{"name": "a"}], "rows": [["x"]]}, as Log Analytics,
 * Elasticsearch SQL and Splunk write it), each as an object; null when the object is no such table.
 */
export function openTable(text: string, value: Record<string, unknown>): Row[] | null {
  if (isRecord(value.ResultSet) && Array.isArray(value.ResultSet.Rows)) return athenaRows(value.ResultSet.Rows);
  const columnKey = COLUMN_KEYS.find((key) => namesOf(value[key]) !== null);
  const names = columnKey ? namesOf(value[columnKey]) : null;
  if (!names) return null;
  const rowKey = ROW_KEYS.find((key) => isRows(value[key], names.length));
  const member = rowKey ? membersOf(text).findLast(({ key }) => key === rowKey) : undefined;
  return member ? elementSpans(text, member.start).map((span) => rowText(text, span, names)) : null;
}

/** What Athena's API answers: rows of {"Data": [{"VarCharValue": "…"}]}, the first of which has the names. */
function athenaRows(rows: unknown[]): Row[] | null {
  const cells = rows.map((row) =>
    isRecord(row) && Array.isArray(row.Data)
      ? row.Data.map((cell) => (isRecord(cell) && typeof cell.VarCharValue === 'string' ? cell.VarCharValue : null))
      : null,
  );
  const names = cells[0];
  if (!names?.length || cells.includes(null)) return null;
  return cells.slice(1).map((row) => {
    const pairs = (row ?? []).flatMap((cell, index) =>
      cell === null ? [] : [`${JSON.stringify(names[index] ?? `column${index + 1}`)}:${JSON.stringify(cell)}`],
    );
    return { text: `{${pairs.join(',')}}`, offset: 0 };
  });
}

/** Rows that are arrays, of which the first names the columns: [["time", "user"], ["2024-…", "eve"]]. */
export function headedRows(): (text: string, value: unknown[]) => string | null | undefined {
  let names: string[] | undefined;
  /** @returns the row as an object; undefined for the header; null for what is no row of this kind. */
  return (text, value) => {
    if (!names) {
      const found = namesOf(value);
      if (!found || new Set(found).size !== found.length || !found.every((name) => /^[\p{L}@_]/u.test(name)))
        return null;
      names = found;
      return undefined;
    }
    if (value.length !== names.length || value.every(isRecord)) return null;
    return rowText(text, { start: 0, end: text.length }, names).text;
  };
}

/** A row that is a list of {"field": "@timestamp", "value": "…"}, as CloudWatch Logs Insights writes it; null for others. */
export function pairedRow(value: unknown[]): string | null {
  if (!isPaired(value)) return null;
  const pairs: string[] = [];
  for (const item of value) {
    if (!isRecord(item) || Object.keys(item).length !== 2) return null;
    pairs.push(`${JSON.stringify(item.field)}:${JSON.stringify(item.value)}`);
  }
  return `{${pairs.join(',')}}`;
}

/** Whether the value is such a row, by its first item. */
export function isPaired(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isRecord(first) && typeof first.field === 'string' && typeof first.value === 'string';
}

function namesOf(columns: unknown): string[] | null {
  if (isRecord(columns)) return namesOf(columns.fields);
  if (!Array.isArray(columns) || columns.length === 0) return null;
  const names = columns.map((column) => {
    if (typeof column === 'string') return column;
    const name = isRecord(column) ? (column.name ?? column.Name ?? column.ColumnName) : undefined;
    return typeof name === 'string' ? name : null;
  });
  return names.every((name) => name !== null && name !== '') ? (names as string[]) : null; // none is null
}

const isRows = (rows: unknown, width: number): boolean =>
  Array.isArray(rows) && rows.length > 0 && rows.every((row) => Array.isArray(row) && row.length === width);

/** The row as an object, its values as they were written. */
function rowText(text: string, span: { start: number; end: number }, names: string[]): Row {
  const cells = elementSpans(text, span.start).map(({ start, end }) => text.slice(start, end));
  const pairs = cells.map((cell, index) => `${JSON.stringify(names[index] ?? `column${index + 1}`)}:${cell}`);
  return { text: `{${pairs.join(',')}}`, offset: span.start };
}
