import { parseExactJson } from '../text/exact-json';

export type Structured = Record<string, unknown>;

/** The JSON in an answer's texts, with long integers exact; undefined if no text, or more than one, is JSON. */
export function jsonOf(texts: string[]): unknown {
  const found = texts.flatMap((text) => {
    if (!/^\s*[[{]/.test(text)) return [];
    try {
      return [parseExactJson(text)];
    } catch {
      return [];
    }
  });
  return found.length === 1 ? found[0] : undefined;
}

/**
 * An answer as a table `{columns, rows}` with the facts beside it, when it has one: columns and values, a list of records, CSV, a
 * Markdown table, or blocks of "name: value" lines. Other JSON objects stay as they are; null for text.
 */
export function structuredAnswer(value: unknown, texts: string[]): Structured | null {
  if (value === undefined) return textTable(texts);
  if (Array.isArray(value)) return recordsTable(value, {}) ?? null;
  if (!isRecord(value)) return null;
  const names = Object.keys(value);
  const only = names.length === 1 ? value[names[0] ?? ''] : undefined;
  if (typeof only === 'string') return textTable([only]) ?? value;
  return valuesTable(value) ?? listTable(value) ?? value;
}

/** Whether the server says that there is more than it gave: a next page, or rows that it dropped. */
export function hasMore(structured: Structured | null): boolean {
  if (!structured) return false;
  const flags = [structured, structured.pagination, structured.response_metadata].filter(isRecord);
  return flags.some(
    (flag) =>
      MORE.some((name) => flag[name] === true) ||
      // Scanner: why groups were dropped.
      (typeof flag.results_caveat === 'string' && flag.results_caveat !== '') ||
      NEXT.some((name) => typeof flag[name] === 'string' && flag[name] !== ''),
  );
}

const MORE = ['has_next_page', 'hasNextPage', 'has_more', 'hasMore', 'results_truncated', 'incomplete_results'];
const NEXT = ['nextCursor', 'next_cursor', 'next_token', 'nextToken', 'nextPageToken', 'next_page_token'];

/** `{columns: […], values: [[…]]}`, at the top, under `data`, or among the typed results of Kibana. */
function valuesTable(value: Structured): Structured | null {
  const { columns, values, rows = values, ...facts } = value;
  if (Array.isArray(columns) && Array.isArray(rows) && rows.every(Array.isArray))
    return { ...facts, columns: columns.map(columnName), rows };
  if (isRecord(value.data)) return valuesTable(value.data);
  if (!Array.isArray(value.results)) return null;
  const tables = value.results.flatMap((item) => (isRecord(item) && isRecord(item.data) ? [item.data] : []));
  const found = tables.map(valuesTable).filter((table) => table !== null);
  return found.length === 1 ? (found[0] ?? null) : null;
}

const columnName = (column: unknown): string =>
  isRecord(column) && 'name' in column ? String(column.name) : String(column);

/** An object whose one list of records is what it is about; its other fields are facts beside the rows. */
function listTable(value: Structured): Structured | null {
  const lists = Object.entries(value).filter(([, item]) => isRecordList(item));
  const [found, ...more] = lists;
  if (!found || more.length > 0) return null;
  const [name, items] = found;
  const { [name]: _, ...facts } = value;
  return recordsTable(items as Structured[], { ...facts, list: name }); // just checked
}

function recordsTable(items: unknown[], facts: Structured): Structured | null {
  if (!isRecordList(items)) return null;
  const columns = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const { columns: _, rows: __, ...rest } = facts;
  return { ...rest, columns, rows: items.map((item) => columns.map((name) => item[name] ?? null)) };
}

const isRecordList = (value: unknown): value is Structured[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord);

function textTable(texts: string[]): Structured | null {
  const parts = texts.map((text) => text.trim()).filter(Boolean);
  const [text] = parts;
  if (text === undefined) return null;
  if (parts.length > 1) return blocksTable(parts);
  return csvTable(text) ?? markdownTable(text) ?? blocksTable(text.split(/\n\s*(?:-{3,}\s*)?\n/));
}

const COLUMN = /^[A-Za-z_@][\w .@/()-]{0,60}$/;

/** Two columns or more, each row as long as the head. A last cell alone in its column is the cursor of the next page. */
function csvTable(text: string): Structured | null {
  const [head, ...rows] = csvRows(text);
  if (!head || head.length < 2 || rows.length === 0) return null;
  if (!head.every((name) => COLUMN.test(name)) || !rows.every((row) => row.length === head.length)) return null;
  const last = head.length - 1;
  const cursor = rows.at(-1)?.[last];
  const isCursor =
    /^(?:next_?)?cursor$/i.test(head[last] ?? '') &&
    rows.every((row, at) => at === rows.length - 1 || row[last] === '');
  if (!isCursor) return { columns: head, rows };
  return {
    ...(cursor ? { nextCursor: cursor } : {}),
    columns: head.slice(0, last),
    rows: rows.map((row) => row.slice(0, last)),
  };
}

/** RFC 4180. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of `${text}\n`.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

function markdownTable(text: string): Structured | null {
  const lines = text.split('\n');
  const at = lines.findIndex(
    (line, index) => index > 0 && /^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?\s*)?$/.test(line),
  );
  if (at < 1) return null;
  const cells = (line: string) =>
    line
      .trim()
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
  const columns = cells(lines[at - 1] ?? '');
  const after = lines.slice(at + 1);
  const end = after.findIndex((line) => !line.includes('|'));
  const rows = after.slice(0, end < 0 ? after.length : end).map(cells);
  const rest = [...lines.slice(0, at - 1), ...(end < 0 ? [] : after.slice(end))].filter((line) => line.trim() !== '');
  if (rows.length === 0 || !rows.every((row) => row.length === columns.length)) return null;
  return { ...(rest.length > 0 ? { notes: rest } : {}), columns, rows };
}

/** Blocks that each are "name: value" lines with names in common. Blocks that are not, at most two, become notes. */
function blocksTable(blocks: string[]): Structured | null {
  const parsed = blocks.map((block) => ({ block, fields: fieldsOf(block) }));
  const records = parsed.flatMap(({ fields }) => (fields ? [fields] : []));
  const notes = parsed.flatMap(({ block, fields }) => (fields ? [] : [block]));
  const first = Object.keys(records[0] ?? {})[0];
  if (records.length < 2 || notes.length > 2) return null;
  if (!records.every((record) => first !== undefined && first in record)) return null;
  return recordsTable(records, notes.length > 0 ? { notes } : {});
}

function fieldsOf(block: string): Structured | null {
  const fields: Structured = {};
  let last: string | undefined;
  for (const line of block.trim().split('\n')) {
    const [, name, value] = /^[-*\s]*([A-Za-z_@][\w .@()/-]{0,60}?)\s*:\s+(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !(name in fields)) {
      fields[name] = value;
      last = name;
    } else if (last !== undefined) fields[last] = `${String(fields[last])}\n${line}`;
    else return null;
  }
  return Object.keys(fields).length > 1 ? fields : null;
}

const isRecord = (value: unknown): value is Structured =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
