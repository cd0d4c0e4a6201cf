import { DuckDBInstance } from '@duckdb/node-api';
import { errorMessage } from '../../errors/app-error';
import { readText } from './read-text';
import type { LogFile } from './scan-files';
import { csvHeader, csvSplitter } from './split-csv';
import { elementsOf, jsonLayout, lineSplitter, type Splitter, valueSplitter } from './split-json';
import { quoteText } from './sql-text';

export type LogRecord = {
  /** 1-based line of the file where the record starts; the row number in Parquet. */
  line: number;
  /** The record's own JSON text (made from the cells for CSV and Parquet). */
  text: string;
  value: Record<string, unknown>;
};

/** What goes wrong below the level of a file: called for every unparsable piece. `line` null: the file as a whole. */
export type OnUnparsable = (line: number | null, message: string) => void;

export type Layout = 'jsonl' | 'json' | 'csv' | 'parquet';

/**
 * Every record of a file, in its order, in batches. Never throws for what is in the file: damage is told to `onUnparsable`
 * and reading goes on behind it where that is possible.
 */
export async function* readRecords(
  file: LogFile,
  onUnparsable: OnUnparsable,
  onLayout: (layout: Layout) => void = () => {},
): AsyncGenerator<LogRecord[]> {
  if (file.family === 'parquet') {
    onLayout('parquet');
    yield* readParquet(file, onUnparsable);
    return;
  }
  let batch: LogRecord[] = [];
  let splitter: Splitter | undefined;
  let head = '';
  const open = (): void => {
    splitter =
      file.family === 'csv'
        ? csvRecords(head, batchPush, onUnparsable)
        : jsonRecords(head, batchPush, onUnparsable, onLayout, /\.json(\.gz)?$/i.test(file.name));
    if (file.family === 'csv') onLayout('csv');
    splitter.push(head);
  };
  const batchPush = (record: LogRecord): void => {
    batch.push(record);
  };
  try {
    for await (const text of readText(file.path, file.size)) {
      if (splitter) splitter.push(text);
      else {
        head += text;
        if (head.length < 65_536) continue;
        open();
      }
      if (batch.length) yield batch;
      batch = [];
    }
  } catch (error) {
    onUnparsable(null, readError(error));
  }
  if (!splitter && head) open();
  splitter?.end();
  if (batch.length) yield batch;
}

function jsonRecords(
  head: string,
  emit: (record: LogRecord) => void,
  onUnparsable: OnUnparsable,
  onLayout: (layout: Layout) => void,
  isDotJson: boolean,
): Splitter {
  const layout = jsonLayout(head);
  onLayout(layout === 'lines' && (!isDotJson || /\n\s*\S/.test(head)) ? 'jsonl' : 'json');
  const piece = (line: number, text: string): void => accept(line, text, true);
  const accept = (line: number, text: string, mayUnwrap: boolean): void => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      onUnparsable(line, `not JSON: ${errorMessage(error).slice(0, 120)}`);
      return;
    }
    if (Array.isArray(value) && mayUnwrap)
      elementsOf(text, line, (at, element) => accept(at, element, false), onUnparsable);
    else if (!isRecord(value)) onUnparsable(line, 'not a JSON object');
    else if (mayUnwrap && isEnvelope(value))
      elementsOf(text, line, (at, element) => accept(at, element, false), onUnparsable);
    else emit({ line, text: portable(text), value });
  };
  return layout === 'lines' ? lineSplitter(piece, onUnparsable) : valueSplitter(piece, onUnparsable);
}

/** {"Records": [{…}]}, {"value": [{…}], "@odata.nextLink": "…"}: one array of objects and nothing of substance beside it. */
function isEnvelope(value: Record<string, unknown>): boolean {
  let arrays = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (Array.isArray(inner) && inner.every(isRecord)) arrays += 1;
    else if (
      !/^(@odata\.|next|prev|cursor|has_?more|count$|total|took$|page|limit$|offset$|marker$|status$|version$)/i.test(
        key,
      )
    )
      return false;
    else if (typeof inner === 'object' && inner !== null) return false;
  }
  return arrays === 1;
}

function csvRecords(head: string, emit: (record: LogRecord) => void, onUnparsable: OnUnparsable): Splitter {
  let names: string[] | undefined;
  const row = (line: number, cells: string[]): void => {
    if (!names) {
      const header = csvHeader(cells);
      names = header.names;
      if (header.isHeader) return;
    }
    const known = names;
    const filled = cells.flatMap((cell, index): [string, string][] =>
      cell === '' ? [] : [[known[index] ?? `column${index + 1}`, cell]],
    );
    if (filled.length === 0) return;
    const value = Object.fromEntries(filled);
    emit({ line, text: JSON.stringify(value), value });
  };
  return csvSplitter(head, row, onUnparsable);
}

async function* readParquet(file: LogFile, onUnparsable: OnUnparsable): AsyncGenerator<LogRecord[]> {
  let line = 0;
  try {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' });
    try {
      const connection = await instance.connect();
      const result = await connection.stream(`SELECT to_json(t) FROM read_parquet(${quoteText(file.path)}) t`);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        const batch: LogRecord[] = [];
        for (const [text] of chunk.getRows()) {
          line += 1;
          if (typeof text !== 'string') continue;
          batch.push({ line, text, value: JSON.parse(text) as Record<string, unknown> }); // to_json of a row is an object
        }
        yield batch;
      }
    } finally {
      instance.closeSync();
    }
  } catch (error) {
    onUnparsable(line ? line + 1 : null, readError(error));
  }
}

/** DuckDB's JSON reader refuses escapes of half a surrogate pair that JSON.parse accepts; they become U+FFFD. */
function portable(text: string): string {
  if (!/\\u[dD]/.test(text)) return text;
  return text.replace(
    /\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|[\s\S])/g,
    (all, _pair, half) => (half ? '\\ufffd' : all),
  );
}

function readError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'the file is no longer there';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read the file';
  if (code.startsWith('Z_')) return `damaged gzip: ${errorMessage(error)}; what came before it was read`;
  return errorMessage(error).split('\n')[0]?.slice(0, 200) ?? 'unreadable';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
