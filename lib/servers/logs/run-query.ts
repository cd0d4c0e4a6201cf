import fs from 'node:fs/promises';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { jsonSize, toJson } from './to-json';

export type QueryColumn = { name: string; type: string };
export type QueryTable = { columns: QueryColumn[]; rows: unknown[][]; truncated: boolean; bytes: number };

export type QueryJob = {
  /** Views over the parts below; made by this program, never by the caller. */
  setup: string[];
  /** The only files that the query can reach. */
  files: string[];
  /** Checked by check-sql. */
  sql: string;
  maxRows: number;
  maxBytes: number;
  memoryMb: number;
  threads: number;
  spillDir: string;
};

/** A cell's text longer than this is cut, so that one huge event does not cost the whole answer. */
const MAX_CELL = 100_000;

/**
 * Runs one checked SELECT in a DuckDB of its own: its views, its files, nothing else; external access off and the
 * configuration locked before the text from outside is seen.
 */
export async function runQuery(job: QueryJob, signal: AbortSignal): Promise<QueryTable> {
  const spillDir = path.join(job.spillDir, `query-${process.pid}`);
  await fs.mkdir(spillDir, { recursive: true, mode: 0o700 });
  const stopWatching = watchMemory(job.memoryMb);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(job.threads),
    memory_limit: `${job.memoryMb}MB`,
    temp_directory: spillDir,
    max_temp_directory_size: '4GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const onAbort = (): void => connection.interrupt();
    signal.addEventListener('abort', onAbort);
    try {
      await lock(connection, job.files);
      for (const statement of job.setup) await connection.run(statement);
      if (signal.aborted) throw new Error('cancelled');
      return await read(connection, job);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  } finally {
    stopWatching();
    instance.closeSync();
    await fs.rm(spillDir, { recursive: true, force: true });
  }
}

/** DuckDB's own parse of the text, as its JSON: {error, …} or {statements: […]}. Nothing is executed. */
export async function parseSql(sql: string): Promise<unknown> {
  parser ??= createParser();
  const connection = await parser;
  const result = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
  const text = result.getRows()[0]?.[0];
  return JSON.parse(String(text));
}

let parser: Promise<DuckDBConnection> | undefined;

async function createParser(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    enable_external_access: 'false',
    lock_configuration: 'true',
  });
  return instance.connect();
}

async function lock(connection: DuckDBConnection, files: string[]): Promise<void> {
  await connection.run("SET TimeZone = 'UTC'");
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  await connection.run(`SET allowed_paths = [${list}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

async function read(connection: DuckDBConnection, job: QueryJob): Promise<QueryTable> {
  const result = await connection.stream(job.sql);
  const columns = result.columnNames().map((name, index) => ({ name, type: result.columnType(index).toString() }));
  const rows: unknown[][] = [];
  let bytes = jsonSize(columns);
  let truncated = false;
  outer: for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    for (const values of chunk.getRows()) {
      if (rows.length >= job.maxRows) {
        truncated = true;
        break outer;
      }
      const row = values.map((value) => {
        const cell = toJson(value);
        if (typeof cell !== 'string' || cell.length <= MAX_CELL) return cell;
        truncated = true;
        return `${cell.slice(0, MAX_CELL)}… [cut: ${cell.length} characters in all]`;
      });
      const size = jsonSize(row) + 1;
      if (bytes + size > job.maxBytes) {
        truncated = true;
        break outer;
      }
      bytes += size;
      rows.push(row);
    }
  }
  return { columns, rows, truncated, bytes };
}

/**
 * DuckDB's limit covers its buffers, not each text or list that a function builds: when the process grows far beyond it,
 * it ends itself before the machine suffers, and the server reports that.
 */
function watchMemory(memoryMb: number): () => void {
  const limit = (memoryMb + 1024) * 1024 * 1024;
  const timer = setInterval(() => {
    if (process.memoryUsage.rss() > limit) process.kill(process.pid, 'SIGKILL');
  }, 50);
  return () => clearInterval(timer);
}
