import { DuckDBInstance } from '@duckdb/node-api';
import { errorMessage } from '../../errors/app-error';
import { binaryReason, compressionOf, isParquet, NO_CONTENT, namedReason } from './file-kinds';
import { detectFormat } from './formats/detect';
import {
  type Format,
  type Head,
  headOf,
  type LogRecord,
  type NoteKind,
  type Sink,
  type Splitter,
} from './formats/format';
import { jsonId, openJson } from './formats/json';
import { firstBytes, readBytes, readText } from './read-text';
import { type LogFile, readProblem } from './scan-files';
import { quoteText } from './sql-text';

/** What a reader tells about a file besides its records. */
export type ReadObserver = {
  /** Called for every piece that can't be parsed. `line` null: the file as a whole. */
  onUnparsable(line: number | null, message: string): void;
  onNote?(kind: NoteKind): void;
  onFormat?(format: FileFormat): void;
};

export type FileFormat = {
  id: string;
  /** The field that the format itself takes the time from; null: the time is looked for in the fields. */
  timeField: string | null;
  logName: string | null;
};

const HEAD_CHARS = 65_536;
const SNIFF_BYTES = 4096;
/** How many zeros before the first line are read. */
const MAX_ZEROS = 1024 * 1024 * 1024;

/** Why a file can't be read as a log at all, by its first bytes; null when it can be tried. @throws file system errors. */
export async function unreadableReason(file: LogFile): Promise<string | null> {
  const start = await firstBytes(file.path, SNIFF_BYTES);
  if (isParquet(start)) return null;
  const compression = compressionOf(start);
  if (!compression) return reasonOf(file, start);
  try {
    for await (const chunk of readBytes(file.path, file.size, compression))
      return compressionOf(chunk)
        ? 'compressed twice: unpack it once'
        : await reasonOf(file, chunk.subarray(0, SNIFF_BYTES));
  } catch {
    // damaged: reading it says where
  }
  return null;
}

/** A file that was cut while it was open begins with zeros up to where its writer was: what counts is behind them. */
async function reasonOf(file: LogFile, start: Buffer): Promise<string | null> {
  const reason = (bytes: Buffer): string | null => namedReason(binaryReason(bytes), file.name);
  if (start.some((byte) => byte !== 0)) return reason(start);
  let seen = 0;
  for await (const chunk of readBytes(file.path, file.size, compressionOf(await firstBytes(file.path, 8)))) {
    const at = chunk.findIndex((byte) => byte !== 0);
    if (at >= 0) return reason(chunk.subarray(at, at + SNIFF_BYTES));
    seen += chunk.length;
    if (seen > MAX_ZEROS) break;
  }
  return namedReason(NO_CONTENT, file.name);
}

/**
 * Every record of a file, in its order, in batches. Never throws for what is in the file: damage is told to the observer
 * and reading continues behind it where that is possible.
 */
export async function* readRecords(file: LogFile, observer: ReadObserver): AsyncGenerator<LogRecord[]> {
  let batch: LogRecord[] = [];
  const before = (file.range?.line ?? 1) - 1;
  const sink: Sink = {
    record: before
      ? (record) => {
          record.line += before;
          batch.push(record);
        }
      : (record) => batch.push(record),
    unparsable: (line, message) => observer.onUnparsable(line === null ? null : line + before, message),
    note: (kind) => observer.onNote?.(kind),
  };
  let splitter: Splitter | undefined;
  let head = '';
  const open = (): void => {
    const text = head.replace(/^\uFEFF/, '');
    const start = headOf(isCarriageReturns(text) ? text.replaceAll('\r', '\n') : text, file.name, file.mtimeMs);
    if (file.range) splitter = openJson(start, sink, 'lines');
    else {
      const format = detectFormat(start);
      observer.onFormat?.(describe(format, start));
      splitter = isCarriageReturns(text) ? withLineFeeds(format.open(start, sink)) : format.open(start, sink);
    }
    splitter.push(text);
  };
  try {
    if (!file.range && isParquet(await firstBytes(file.path, 4))) {
      observer.onFormat?.({ id: 'parquet', timeField: null, logName: null });
      yield* readParquet(file, observer);
      return;
    }
    const onZeros = (): void => observer.onNote?.('zeroBytes');
    for await (const text of readText(file.path, file.size, { range: file.range, onZeros })) {
      if (splitter) splitter.push(text);
      else {
        head += text;
        if (head.length < HEAD_CHARS) continue;
        open();
      }
      if (batch.length) yield batch;
      batch = [];
    }
  } catch (error) {
    observer.onUnparsable(null, readProblem(error));
  }
  if (!splitter && head) open();
  splitter?.end();
  if (batch.length) yield batch;
}

/** Lines as old Macs ended them, and Excel for Mac still does. */
const isCarriageReturns = (text: string): boolean => text.includes('\r') && !text.includes('\n');

const withLineFeeds = (splitter: Splitter): Splitter => ({
  push: (text) => splitter.push(text.replaceAll('\r', '\n')),
  end: () => splitter.end(),
});

function describe(format: Format, head: Head): FileFormat {
  const timeField = typeof format.timeField === 'function' ? format.timeField(head) : (format.timeField ?? null);
  return {
    id: format.id === 'json' ? jsonId(head) : format.id,
    timeField,
    logName: format.logName?.(head) ?? null,
  };
}

async function* readParquet(file: LogFile, observer: ReadObserver): AsyncGenerator<LogRecord[]> {
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
    observer.onUnparsable(line ? line + 1 : null, parquetProblem(error, file));
  }
}

/** What the database says of a damaged file, without its own words for errors and without where the file lies on this machine. */
function parquetProblem(error: unknown, file: LogFile): string {
  const detail = errorMessage(error)
    .replace(/^(?:[A-Z]\w+ )+Error: /, '')
    .replaceAll(` in file '${file.path}'`, '')
    .replaceAll(file.path, file.name);
  return `a damaged Parquet file: export or copy it again (${readProblem(new Error(detail))})`;
}
