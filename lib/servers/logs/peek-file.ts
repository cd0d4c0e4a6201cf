import { createHash } from 'node:crypto';
import { compressionOf } from './file-kinds';
import type { LogRecord } from './formats/format';
import { type FileFormat, readRecords, unreadableReason } from './read-records';
import { firstBytes, readText } from './read-text';
import { type LineRange, type LogFile, readProblem } from './scan-files';
import { PIECE_BYTES, splitFile } from './split-file';
import { type TimeStat, timeObserver } from './time-field';

/** What the first records of a file say about it: enough to tell which source it belongs to. */
export type Peek = {
  format: FileFormat;
  /** Records looked at; 0 when nothing in the beginning of the file could be read. */
  records: number;
  /** Top-level key → share of the records that have it. */
  keys: Record<string, number>;
  /** What looks like a time in the fields; empty when the format says where the time is. */
  times: TimeStat[];
  /** Why there are no records: the first thing that could not be read. */
  problem: string | null;
  /** A digest of the records looked at; null when files may have the same ones and still not be copies of each other. */
  start: string | null;
  /** A digest of the first few records; null when there are fewer. */
  opening: string | null;
  /** Of a large file of lines: the pieces in which it is read. */
  ranges?: LineRange[];
};

const RECORDS = 200;
const BATCHES = 6;
/** As many records at the same place of two files are no chance. */
const OPENING_RECORDS = 5;
/** How far a file is read for a date that tells the day from the month. */
const MAX_DATE_RECORDS = 500_000;

export async function peekFile(file: LogFile): Promise<Peek> {
  const counts = new Map<string, number>();
  const observer = timeObserver();
  let format: FileFormat = { id: 'text', timeField: null, logName: null };
  let records = 0;
  let batches = 0;
  const start = createHash('sha1');
  let opening: string | null = null;
  let hashed = 0;
  let problem: string | null = await unreadableReason(file).catch(readProblem);
  if (problem) return { format, records: 0, keys: {}, times: [], problem, start: null, opening: null };
  const onUnparsable = (line: number | null, message: string): void => {
    problem ??= line === null ? message : `line ${line}: ${message}`;
  };
  const look = (batch: LogRecord[]): void => {
    for (const { value, text } of batch.slice(0, Math.max(0, RECORDS - records))) {
      start.update(text).update('\n');
      hashed += 1;
      if (hashed === OPENING_RECORDS) opening = start.copy().digest('hex');
      if (!format.timeField) observer.observe(value);
      for (const key of Object.keys(value)) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  };
  for await (const batch of readRecords(file, { onUnparsable, onFormat: (found) => (format = found) })) {
    const isEnough = records >= RECORDS || (records > 0 && batches >= BATCHES);
    if (isEnough) for (const { value } of batch) observer.observeDates(value);
    else {
      look(batch);
      for (const { value } of batch.slice(RECORDS)) observer.observeDates(value);
    }
    records += batch.length;
    batches += 1;
    const isDone = records >= RECORDS || batches >= BATCHES;
    if (isDone && (records > MAX_DATE_RECORDS || !observer.needsDates())) break;
  }
  if (records === 0 && problem === null && (await hasText(file, format)))
    problem = 'text in which no records were found; save it as CSV with a header, or as JSON';
  const looked = Math.min(records, RECORDS);
  const keys = Object.fromEntries([...counts].slice(0, 500).map(([key, count]) => [key, count / looked]));
  const ranges =
    format.id === 'jsonl' && (await isSplittable(file)) ? await splitFile(file.path, file.size) : undefined;
  const times = observer.stats();
  // One row without a time ("started") may well stand in two files.
  const isTelling = looked > 1 || times.length > 0 || format.timeField !== null;
  return {
    format,
    records: looked,
    keys,
    times,
    start: isTelling ? start.digest('hex') : null,
    opening: times.length > 0 || format.timeField !== null ? opening : null,
    problem: records ? null : problem,
    ...(ranges ? { ranges } : {}),
  };
}

/** Lines can be found without reading what is before them: no compression, and no UTF-16. */
async function isSplittable(file: LogFile): Promise<boolean> {
  if (file.size <= PIECE_BYTES * 1.5) return false;
  const start = await firstBytes(file.path, 200);
  return compressionOf(start) === null && start.every((byte) => byte >= 9 && byte < 0xfe);
}

/** Lines of a text format without any record in them: what was written there must not go unsaid. */
const MIN_LINES = 4;

async function hasText(file: LogFile, format: FileFormat): Promise<boolean> {
  if (/^(?:jsonl?|parquet)$/.test(format.id)) return false;
  for await (const text of readText(file.path, file.size, {}))
    return text.split('\n').filter((line) => line.trim() && !line.startsWith('#')).length >= MIN_LINES;
  return false;
}
