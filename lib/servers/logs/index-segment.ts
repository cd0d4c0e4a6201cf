import fs from 'node:fs/promises';
import path from 'node:path';
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { errorMessage } from '../../errors/app-error';
import { type FieldStat, FieldTree, filledCount, type SqlType, sqlType } from './field-tree';
import type { LogRecord, NoteKind } from './formats/format';
import { columnId, type FileResult, type Manifest, type Part, VERSION, writeManifest } from './manifest';
import { readRecords } from './read-records';
import type { LogFile } from './scan-files';
import { jsonPointer, quoteName, quoteText } from './sql-text';
import { type TimeField, timeOf } from './time-field';

export type IndexJob = {
  key: string;
  cacheDir: string;
  files: LogFile[];
  timeFields: TimeField[];
  memoryMb: number;
  threads: number;
};

/** Characters of records in one part: what is held in memory at a time (twice, while the one before is written). */
const PART_CHARS = 24 * 1024 * 1024;
const MAX_COLUMNS = 120;
const MIN_FILL = 0.01;
const MAX_PROBLEMS = 5;

/**
 * Reads the files of a segment once and writes them as Parquet parts with `_time`, `raw`, `_file`, `_line` and the frequent
 * leaf fields, then the manifest. Parts appear by rename, the manifest last: a killed process leaves nothing that is read,
 * and two processes at the same segment both end with the same files.
 */
export async function indexSegment(job: IndexJob): Promise<Manifest> {
  await fs.mkdir(job.cacheDir, { recursive: true, mode: 0o700 });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(job.threads),
    memory_limit: `${job.memoryMb}MB`,
    temp_directory: path.join(job.cacheDir, `spill-${process.pid}`),
    preserve_insertion_order: 'true',
    // DuckDB's allocator keeps what parts freed, up to half a gigabyte: with this a reader's peak is a quarter lower, for no time.
    allocator_bulk_deallocation_flush_threshold: '32MB',
  });
  try {
    const filling = await instance.connect();
    const writing = await instance.connect();
    return await new SegmentWriter(job, filling, writing).run();
  } finally {
    instance.closeSync();
    await fs.rm(path.join(job.cacheDir, `spill-${process.pid}`), { recursive: true, force: true });
  }
}

class SegmentWriter {
  readonly #job: IndexJob;
  /** Two connections: appending must not wait for the part that is being written. */
  readonly #filling: DuckDBConnection;
  readonly #db: DuckDBConnection;
  readonly #tree = new FieldTree();
  readonly #results = new Map<string, FileResult>();
  readonly #parts: Part[] = [];
  #rows = 0;
  #batch = 0;
  #chars = 0;
  #part = emptyPart();
  #appender: DuckDBAppender | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(job: IndexJob, filling: DuckDBConnection, writing: DuckDBConnection) {
    this.#job = job;
    this.#filling = filling;
    this.#db = writing;
  }

  async run(): Promise<Manifest> {
    for (const file of this.#job.files) await this.#file(file);
    await this.#flush();
    await this.#writing;
    const manifest: Manifest = {
      version: VERSION,
      key: this.#job.key,
      timeFields: this.#job.timeFields,
      files: [...this.#results.values()],
      parts: this.#parts,
      fields: this.#tree.fields(),
      fieldsComplete: this.#tree.complete,
    };
    await writeManifest(this.#job.cacheDir, manifest);
    return manifest;
  }

  async #file(file: LogFile): Promise<void> {
    const result: FileResult = {
      path: file.path,
      name: file.name,
      size: file.size,
      mtimeMs: file.mtimeMs,
      ...(file.range ? { range: file.range } : {}),
      rows: 0,
      unparsable: 0,
      notes: {},
      problems: [],
    };
    this.#results.set(file.name, result);
    const onNote = (kind: NoteKind): void => {
      result.notes[kind] = (result.notes[kind] ?? 0) + 1;
    };
    const onUnparsable = (line: number | null, message: string): void => {
      if (line !== null) result.unparsable += 1;
      if (result.problems.length < MAX_PROBLEMS) result.problems.push({ line, message });
    };
    for await (const batch of readRecords(file, { onUnparsable, onNote })) {
      for (const record of batch) {
        if (this.#chars > PART_CHARS) await this.#flush();
        this.#appender ??= await this.#openBatch();
        this.#record(this.#appender, file.name, record);
        result.rows += 1;
      }
    }
  }

  #record(out: DuckDBAppender, file: string, record: LogRecord): void {
    this.#tree.observe(record.value, record.textIsTyped);
    const time = record.time === undefined ? timeOf(record.value, this.#job.timeFields) : (record.time ?? undefined);
    out.appendVarchar(file);
    out.appendBigInt(BigInt(record.line));
    if (time === undefined) out.appendNull();
    else out.appendBigInt(BigInt(time));
    out.appendVarchar(record.text);
    out.endRow();
    const part = this.#part;
    part.rows += 1;
    if (time === undefined) part.untimed += 1;
    else {
      part.from = part.from === null || time < part.from ? time : part.from;
      part.to = part.to === null || time > part.to ? time : part.to;
    }
    this.#chars += record.text.length;
    this.#rows += 1;
  }

  async #openBatch(): Promise<DuckDBAppender> {
    this.#batch += 1;
    await this.#filling.run(`CREATE TABLE batch_${this.#batch} (f VARCHAR, l BIGINT, t BIGINT, raw VARCHAR)`);
    return this.#filling.createAppender(`batch_${this.#batch}`);
  }

  /** Starts writing the rows gathered; reading continues beside it, one part ahead at most. */
  async #flush(): Promise<void> {
    const appender = this.#appender;
    if (!appender) return;
    appender.closeSync();
    this.#appender = undefined;
    const table = `batch_${this.#batch}`;
    const part = this.#part;
    const fields = chooseColumns(this.#tree.fields(), this.#rows);
    this.#part = emptyPart();
    this.#chars = 0;
    await this.#writing;
    this.#writing = this.#write(table, part, fields);
    this.#writing.catch(() => {}); // awaited by the next flush; must not count as unhandled before
  }

  async #write(table: string, part: Omit<Part, 'file' | 'columns'>, fields: FieldStat[]): Promise<void> {
    const file = `${this.#job.key}.${this.#parts.length}.parquet`;
    const target = path.join(this.#job.cacheDir, file);
    const temporary = `${target}.${process.pid}.tmp`;
    const copy = copyStatement(table, fields, temporary);
    try {
      await this.#db.run(copy);
    } catch (error) {
      if (!/json/i.test(errorMessage(error))) throw error;
      part.rows -= await this.#dropInvalid(table);
      await this.#db.run(copy);
    }
    await fs.rename(temporary, target);
    await this.#db.run(`DROP TABLE ${table}`);
    this.#parts.push({
      ...part,
      file,
      columns: fields.map((field) => ({ path: field.path, type: sqlType(field.kinds) })),
    });
  }

  /** Rows that JSON.parse took and DuckDB's reader does not: they become unparsable lines. */
  async #dropInvalid(table: string): Promise<number> {
    const invalid = await this.#db.runAndReadAll(`DELETE FROM ${table} WHERE NOT json_valid(raw) RETURNING f, l`);
    const rows = invalid.getRows();
    for (const [name, line] of rows) {
      const result = this.#results.get(String(name));
      if (!result) continue;
      result.rows -= 1;
      result.unparsable += 1;
      if (result.problems.length < MAX_PROBLEMS)
        result.problems.push({ line: Number(line), message: 'JSON that the database cannot read' });
    }
    return rows.length;
  }
}

/** The leaf fields worth a column of their own, most filled first. */
function chooseColumns(fields: FieldStat[], rows: number): FieldStat[] {
  return fields
    .filter((field) => filledCount(field.kinds) >= rows * MIN_FILL && field.path.length > 0)
    .slice(0, MAX_COLUMNS);
}

/**
 * One pass of json_transform gives most columns; a path that can't be a member of its result (a value here and an object
 * there, keys that differ in case only, empty keys) is taken out by its own pointer.
 */
function copyStatement(table: string, fields: FieldStat[], target: string): string {
  const shape: Shape = new Map();
  const columns = fields.map((field) => {
    const value = addToShape(shape, field.path)
      ? `x${field.path.map((key) => `.${quoteName(key)}`).join('')}`
      : `json_extract_string(raw, ${quoteText(jsonPointer(field.path))})`;
    const type = storedType(sqlType(field.kinds));
    return `${type === 'VARCHAR' ? value : `TRY_CAST(${value} AS ${type})`} AS ${columnId(field.path)}`;
  });
  const from = shape.size
    ? `(SELECT *, json_transform(raw, ${quoteText(shapeText(shape))}) AS x FROM ${table})`
    : table;
  const select = ['make_timestamptz(t) AS _time', 'raw', 'f AS _file', 'l AS _line', ...columns].join(', ');
  // Bloom filters doubled the writing time and are of no use to scans by time; a higher level takes longer and saves little.
  return `COPY (SELECT ${select} FROM ${from}) TO ${quoteText(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, WRITE_BLOOM_FILTER false)`;
}

/** Parquet has no HUGEINT: such a number is kept as its text. */
const storedType = (type: SqlType): string => (type === 'JSON' || type === 'HUGEINT' ? 'VARCHAR' : type);

type Shape = Map<string, { key: string; inner: Shape | null }>;

function addToShape(shape: Shape, [key, ...rest]: string[]): boolean {
  if (!key) return false;
  const id = key.toLowerCase();
  const known = shape.get(id);
  if (rest.length === 0) {
    if (known) return false;
    shape.set(id, { key, inner: null });
    return true;
  }
  if (known) return known.key === key && known.inner !== null && addToShape(known.inner, rest);
  const inner: Shape = new Map();
  if (!addToShape(inner, rest)) return false;
  shape.set(id, { key, inner });
  return true;
}

function shapeText(shape: Shape): string {
  return `{${[...shape.values()].map(({ key, inner }) => `${JSON.stringify(key)}:${inner ? shapeText(inner) : '"VARCHAR"'}`).join(',')}}`;
}

const emptyPart = (): Omit<Part, 'file' | 'columns'> => ({ rows: 0, untimed: 0, from: null, to: null });
