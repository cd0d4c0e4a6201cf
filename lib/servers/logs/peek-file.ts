import { type Layout, readRecords } from './read-records';
import type { LogFile } from './scan-files';
import { type TimeStat, timeObserver } from './time-field';

/** What the first records of a file say about it: enough to tell which source it belongs to. */
export type Peek = {
  layout: Layout;
  /** Records looked at; 0 when nothing in the beginning of the file could be read. */
  records: number;
  /** Top-level key → share of the records that have it. */
  keys: Record<string, number>;
  times: TimeStat[];
  /** The first thing that could not be read, when there are no records. */
  problem: string | null;
};

const RECORDS = 200;
const BATCHES = 6;

export async function peekFile(file: LogFile): Promise<Peek> {
  const counts = new Map<string, number>();
  const observer = timeObserver();
  let layout: Layout = file.family === 'json' ? 'jsonl' : file.family;
  let records = 0;
  let batches = 0;
  let problem: string | null = null;
  const onProblem = (line: number | null, message: string): void => {
    problem ??= line === null ? message : `line ${line}: ${message}`;
  };
  for await (const batch of readRecords(file, onProblem, (found) => (layout = found))) {
    for (const { value } of batch.slice(0, RECORDS - records)) {
      records += 1;
      observer.observe(value);
      for (const key of Object.keys(value)) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    batches += 1;
    if (records >= RECORDS || (records > 0 && batches >= BATCHES)) break;
  }
  const keys = Object.fromEntries([...counts].slice(0, 500).map(([key, count]) => [key, count / records]));
  return { layout, records, keys, times: observer.stats(), problem: records ? null : problem };
}
