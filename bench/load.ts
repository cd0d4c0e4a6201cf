/**
 * Two web and two worker processes with folders of their own on one database, under load: LOAD_STREAMS (200) open event streams,
 * LOAD_PEOPLE (50) people who work with pauses of LOAD_THINK_MS (3,000) on average, and intake of LOAD_INTAKE (500) alerts/s, for LOAD_SECONDS (120),
 * with ALERTS (200,000) alerts and CASES (5,000) cases present. Prints p50 and p95 of what people wait for, processor and memory of each
 * process, and what the database is busy with. Everything shares this machine, the people too.
 */
import os from 'node:os';
import path from 'node:path';
import { type EventLog, openEventLog } from '../lib/agent/event-log';
import { openRun } from '../lib/agent/testing/open-case';
import { databaseUrl, pool } from '../lib/db/client';
import { closeQueue } from '../lib/jobs/queue';
import { ensureStore } from '../lib/store/repo';
import { type Product, startProduct } from '../scripts/e2e/product';
import { withBenchDatabase } from './shared/database';
import { fillAlerts, makeAlerts } from './shared/fill-alerts';
import { fillLibrary } from './shared/fill-library';
import { call, makePerson, type Person, work } from './shared/people-at-work';
import { type Usage, watchProcesses } from './shared/processes';
import { type Statement, watchStatements } from './shared/statements';
import { newTimings, type Timings } from './shared/timings';

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const STREAMS = number('LOAD_STREAMS', 200);
const PEOPLE = number('LOAD_PEOPLE', 50);
const THINK_MS = number('LOAD_THINK_MS', 3000);
const INTAKE = number('LOAD_INTAKE', 500);
const SECONDS = number('LOAD_SECONDS', 120);
const ALERTS = number('ALERTS', 200_000);
const CASES = number('CASES', 5000);
/** Runs that the streams show, each with an event every second. */
const RUNS = 20;
const BATCH = 50;

await withBenchDatabase(
  async (dataDir) => {
    await fill();
    const runs = await openRuns();
    await ensureStore();
    const products = await startProducts(dataDir);
    try {
      await measure(products, runs);
    } finally {
      await Promise.all(Object.values(products).map((product) => product.stop()));
      await closeQueue();
    }
  },
  { own: true },
);

async function fill(): Promise<void> {
  const start = performance.now();
  await fillLibrary(CASES);
  await fillAlerts(ALERTS);
  // The demo organization is no part of this.
  await pool().query(
    `INSERT INTO settings (key, value, updated_at) VALUES ('samples.removed', '{}', now()) ON CONFLICT DO NOTHING`,
  );
  console.log(`${ALERTS} alerts and ${CASES} cases made in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

type Run = { id: string; log: EventLog };

/** Runs that a worker seems to hold: only this program writes their events. */
async function openRuns(): Promise<Run[]> {
  const runs: Run[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const { runId } = await openRun('Say something.');
    await pool().query(
      `UPDATE runs SET status = 'running', lease_owner = 'bench', lease_until = now() + interval '1 day' WHERE id = $1`,
      [runId],
    );
    runs.push({ id: runId, log: await openEventLog(runId, 'bench') });
  }
  return runs;
}

/** Of each kind two, without a model: runs are not what is measured. */
async function startProducts(dataDir: string): Promise<Record<string, Product>> {
  const products: Record<string, Product> = {};
  for (const name of ['web 1', 'web 2', 'worker 1', 'worker 2']) {
    const role = name.split(' ')[0] ?? '';
    const env = { SOCDOWN_ROLE: role, DATABASE_URL: databaseUrl(), SOCDOWN_SECRET_KEY: 'the same on every host' };
    products[name] = await startProduct({ dataDir: path.join(dataDir, name.replace(' ', '-')), env });
  }
  return products;
}

async function measure(products: Record<string, Product>, runs: Run[]): Promise<void> {
  const urls = ['web 1', 'web 2'].map((name) => products[name]?.url ?? '');
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, n) => makePerson('analyst', urls[n % urls.length] ?? '')),
  );
  const reviewers = await Promise.all(urls.map((url) => makePerson('reviewer', url)));
  const sender = reviewers[0] as Person; // of two
  const timings = newTimings();
  const over = performance.now() + SECONDS * 1000;
  const isOver = () => performance.now() > over;
  const postgres = await postmaster();
  const usage = watchProcesses({
    ...Object.fromEntries(Object.entries(products).map(([name, { pid }]) => [name, pid])),
    postgres,
  });
  const statements = await watchStatements();
  const streams = openStreams(people, runs, timings);
  const working = people.map((person, n) => {
    const reviewer = reviewers[n % reviewers.length] ?? sender;
    const options = { timings, thinkMs: THINK_MS, isOver, number: n };
    return timings.time('a working day', () => work(person, reviewer, options));
  });
  await Promise.all([takeIn(sender, urls, timings, isOver), ...working]);
  await streams.close();
  console.log(
    `${SECONDS} s on ${os.availableParallelism()} cores, ${os.cpus()[0]?.model}; load ${os.loadavg()[0]?.toFixed(1)}`,
  );
  print(timings, usage.stop(), await statements.stop());
}

/** The server's first process, which starts all others. */
async function postmaster(): Promise<number> {
  const { rows } = await pool().query<{ pid: number }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int AS pid`,
  );
  return rows[0]?.pid ?? 0;
}

/** INTAKE alerts a second in batches, to both web processes; late batches are sent at once, so that a slow server shows in the rate. */
async function takeIn(sender: Person, urls: string[], timings: Timings, isOver: () => boolean): Promise<void> {
  if (INTAKE === 0) return;
  const start = performance.now();
  const under = new Set<Promise<void>>();
  let sent = 0;
  while (!isOver()) {
    const due = ((performance.now() - start) / 1000) * INTAKE;
    if (sent + BATCH > due || under.size >= 20) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      continue;
    }
    const to = { ...sender, url: urls[(sent / BATCH) % urls.length] ?? '' };
    const alerts = makeAlerts(sent, BATCH, 'load');
    sent += BATCH;
    const one = timings
      .time(`intake of ${BATCH}`, () => call(to, 'POST', '/api/webhooks/generic', alerts))
      .finally(() => under.delete(one));
    under.add(one);
  }
  await Promise.all(under);
  console.log(`intake: ${(sent / ((performance.now() - start) / 1000)).toFixed(0)} alerts/s of ${INTAKE} asked for`);
}

/** Each stream reads a run's events, of which there is one every second; how long an event takes from here to its reader is kept. */
function openStreams(people: Person[], runs: Run[], timings: Timings): { close(): Promise<void> } {
  const ending = new AbortController();
  const reading = Array.from({ length: STREAMS }, (_, n) => {
    const [person, run] = [people[n % people.length], runs[n % runs.length]];
    return person && run ? read(person, run.id, timings, ending.signal) : null;
  });
  const writing = setInterval(() => {
    for (const { log } of runs) log.add({ type: 'stage', text: `at ${performance.now()}` });
  }, 1000);
  return {
    async close() {
      clearInterval(writing);
      ending.abort();
      await Promise.all(reading);
      console.log(`${STREAMS} event streams were open`);
    },
  };
}

async function read(person: Person, run: string, timings: Timings, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(`${person.url}/api/runs/${run}/events`, { headers: person.headers, signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const at = /"text":"at ([\d.]+)"/.exec(line)?.[1];
        if (at) timings.add('event to reader', performance.now() - Number(at));
      }
    }
    throw new Error('ended before its time');
  } catch (error) {
    if (!signal.aborted) await timings.time('stream', () => Promise.reject(error));
  }
}

function print(timings: Timings, usage: Usage[], statements: Statement[]): void {
  timings.print();
  for (const { name, cores, peakMb, firstMb, lastMb } of usage)
    console.log(
      `${name.padEnd(9)} ${cores.toFixed(2)} cores, ${firstMb.toFixed(0)} MB at first, ${lastMb.toFixed(0)} MB at the end, ${peakMb.toFixed(0)} MB at most`,
    );
  console.log('What the database works on, by how often it was seen at it (20 looks a second):');
  for (const { text, seen, longestMs } of statements.slice(0, 12))
    console.log(`${String(seen).padStart(6)}  longest ${longestMs.toFixed(0).padStart(5)} ms  ${text}`);
}
