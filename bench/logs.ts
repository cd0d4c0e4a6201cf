/**
 * Indexing and searching about 1 GB of CloudTrail JSON through the real logs server. The records are the sample's, again and
 * again with times and ids moved. Floor: DuckDB's own read_json_auto over the same file, in this process, in this run.
 * BENCH_MB: another size.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { connectStdio } from '../lib/connections/connect-stdio';
import { programFile } from '../lib/env/program-file';

const MB = Number(process.env.BENCH_MB ?? 1000);
const SAMPLE = path.resolve(import.meta.dirname, '../fixtures/real-logs/cloudtrail-invictus-part1/events.masked.jsonl');
const SERVER = programFile('lib/servers/logs/main.ts');
const RANGE = { from: '2023-01-01T00:00:00Z', to: '2033-01-01T00:00:00Z' };
const DAY = { from: '2023-07-20T00:00:00Z', to: '2023-07-21T00:00:00Z' };
const IN_DAY = `eventTime BETWEEN '2023-07-20T00:00:00Z' AND '2023-07-21T00:00:00Z'`;
/** What is asked, of the server and of DuckDB, and of which time. */
const QUERIES: [string, string, string, object][] = [
  [
    'count by event, all',
    'SELECT eventName, count(*) FROM trail GROUP BY 1 ORDER BY 2 DESC',
    'SELECT eventName, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 201',
    RANGE,
  ],
  [
    'one principal, one day',
    `SELECT _time, eventName, errorCode FROM trail WHERE "userIdentity.arn" LIKE '%benjamin' ORDER BY _time`,
    `SELECT eventTime, eventName, errorCode FROM t WHERE userIdentity.arn LIKE '%benjamin' AND ${IN_DAY} ORDER BY 1 LIMIT 201`,
    DAY,
  ],
  [
    'denied, by principal, all',
    `SELECT "userIdentity.arn", errorCode, count(*), min(_time), max(_time) FROM trail WHERE errorCode IS NOT NULL GROUP BY ALL`,
    'SELECT userIdentity.arn, errorCode, count(*), min(eventTime), max(eventTime) FROM t WHERE errorCode IS NOT NULL GROUP BY ALL LIMIT 201',
    RANGE,
  ],
  [
    'a field that only raw has, all',
    `SELECT raw->>'$.requestParameters.filterSet.items[0].name' AS f, count(*) FROM trail GROUP BY 1`,
    `SELECT requestParameters->>'$.filterSet.items[0].name' AS f, count(*) FROM t GROUP BY 1 LIMIT 201`,
    RANGE,
  ],
  [
    'a text anywhere in the event, all',
    `SELECT count(*) FROM trail WHERE raw::VARCHAR LIKE '%p2.xlarge%'`,
    `SELECT count(*) FROM t WHERE CAST(requestParameters AS VARCHAR) LIKE '%p2.xlarge%'`,
    RANGE,
  ],
  [
    'newest 100 whole events, all',
    'SELECT * FROM trail ORDER BY _time DESC LIMIT 100',
    'SELECT * FROM t ORDER BY eventTime DESC LIMIT 100',
    RANGE,
  ],
];

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-bench-'));
try {
  await main();
} finally {
  fs.rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const file = path.join(dir, 'logs', 'trail.jsonl');
  fs.mkdirSync(path.dirname(file));
  const { rows, bytes, days } = generate(file);
  console.log(
    `${(bytes / 1e6).toFixed(0)} MB, ${rows} events over ${days} days; ${os.availableParallelism()} cores, load ${os.loadavg()[0]?.toFixed(1)}`,
  );

  const connection = await connectStdio('logs', SERVER, {
    LOGS_DIR: path.dirname(file),
    LOGS_CACHE_DIR: path.join(dir, 'cache'),
  });
  const memory = watchMemory(connection.pid ?? 0);
  const call = async (
    name: string,
    args: Record<string, unknown>,
  ): Promise<{ ms: number; result: Record<string, unknown> }> => {
    const start = performance.now();
    const answer = await connection.client.callTool({ name, arguments: args }, { timeout: 600_000 });
    if (answer.isError) throw new Error(JSON.stringify(answer.content));
    return { ms: performance.now() - start, result: answer.structuredContent as Record<string, unknown> }; // every tool has one
  };

  const start = performance.now();
  let calls = 0;
  for (;;) {
    const { result } = await call('list_sources', {});
    calls += 1;
    if (result.indexing) continue;
    const [source] = result.sources as { rows: number }[]; // the shape of list_sources
    if (source?.rows !== rows) throw new Error(`indexed ${source?.rows} of ${rows} rows`);
    break;
  }
  const indexMs = performance.now() - start;
  console.log(
    `index: ${(indexMs / 1000).toFixed(1)} s (${(bytes / 1e6 / (indexMs / 1000)).toFixed(0)} MB/s), ${memory.cpuSeconds().toFixed(1)} s of CPU, ${calls} calls of list_sources; peak RSS of server and workers ${memory.peakMb()} MB; cache ${folderMb(path.join(dir, 'cache'))} MB`,
  );
  memory.reset();

  const floor = await openFloor(file);
  console.log('query'.padEnd(36), 'server ms', ' floor ms', '  ratio');
  for (const [what, sql, floorSql, range] of QUERIES) {
    const times: number[] = [];
    for (let run = 0; run < 3; run += 1) times.push((await call('query', { sql, ...range })).ms);
    const mine = times.sort((a, b) => a - b)[1] ?? 0;
    const plain = await floor(floorSql);
    console.log(
      what.padEnd(36),
      mine.toFixed(0).padStart(9),
      plain.toFixed(0).padStart(9),
      (mine / plain).toFixed(3).padStart(7),
    );
  }
  console.log(`peak RSS while querying ${memory.peakMb()} MB`);
  memory.stop();
  await connection.close();
}

/** One day of sample after the other; an id stays unique, an order stays an order. */
function generate(file: string): { rows: number; bytes: number; days: number } {
  const lines = fs.readFileSync(SAMPLE, 'utf8').split('\n').filter(Boolean);
  const out = fs.openSync(file, 'w');
  let bytes = 0;
  let days = 0;
  for (; bytes < MB * 1e6; days += 1) {
    const date = new Date(Date.UTC(2023, 6, 10) + (days % 365) * 86_400_000).toISOString().slice(0, 10);
    const id = days.toString(16).padStart(8, '0');
    const text = `${lines.map((line) => line.replaceAll('2023-07-10', date).replace(/"(eventID|requestID)":"[0-9a-f]{8}/g, `"$1":"${id}`)).join('\n')}\n`;
    bytes += fs.writeSync(out, text);
  }
  fs.closeSync(out);
  return { rows: lines.length * days, bytes, days };
}

async function openFloor(file: string): Promise<(sql: string) => Promise<number>> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '4GB' });
  const connection = await instance.connect();
  await connection.run(`CREATE VIEW t AS SELECT * FROM read_json_auto('${file}')`);
  return async (sql) => {
    const start = performance.now();
    await connection.runAndReadAll(sql);
    return performance.now() - start;
  };
}

/** Resident memory, looked at five times a second, and CPU time of the server and all below it (Linux). */
function watchMemory(pid: number) {
  let peak = 0;
  const rss = (one: number): number => {
    try {
      const kb = Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0);
      const children = fs.readFileSync(`/proc/${one}/task/${one}/children`, 'utf8').split(' ').filter(Boolean);
      return kb / 1024 + children.reduce((sum, child) => sum + rss(Number(child)), 0);
    } catch {
      return 0;
    }
  };
  const timer = setInterval(() => {
    peak = Math.max(peak, rss(pid));
  }, 200);
  // User and system time of one process, in hundredths of a second: what a busy machine doesn't change.
  const cpu = (one: number): number => {
    const fields = fs.readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const children = fs.readFileSync(`/proc/${one}/task/${one}/children`, 'utf8').split(' ').filter(Boolean);
    return Number(fields[11]) + Number(fields[12]) + children.reduce((sum, child) => sum + cpu(Number(child)), 0);
  };
  return {
    cpuSeconds: () => cpu(pid) / 100,
    peakMb: () => Math.round(peak),
    reset: () => {
      peak = 0;
    },
    stop: () => clearInterval(timer),
  };
}

function folderMb(folder: string): number {
  const sizes = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.round(sizes.reduce((sum, entry) => sum + fs.statSync(path.join(folder, entry.name)).size, 0) / 1e6);
}
