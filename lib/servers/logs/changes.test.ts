import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { programFile } from '../../env/program-file';
import { PIECE_BYTES } from './split-file';
import { startLogsServer, testLogs, writeLog } from './testing';

const line = (n: number) => `${JSON.stringify({ timestamp: 1704067200 + n, n, text: `event ${n}` })}\n`;
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => line(from + n)).join('');

const logs = testLogs({ 'app/one.jsonl': lines(0, 10), 'app/two.jsonl': lines(10, 20) });
const total = async () => (await logs.server.query('SELECT count(*), max(n) FROM app')).rows[0];
const settled = async (expected: unknown[]) => {
  await expect.poll(total, { timeout: 20_000, interval: 300 }).toEqual(expected);
};

test('a file that grows, is rewritten, comes or goes is seen without a restart', async () => {
  await settled([20, 19]);
  fs.appendFileSync(path.join(logs.dir, 'app/two.jsonl'), lines(20, 25));
  await settled([25, 24]);
  writeLog(logs.dir, 'app/2024-01-02/three.jsonl', lines(25, 30));
  await settled([30, 29]);
  fs.rmSync(path.join(logs.dir, 'app/two.jsonl'));
  await settled([15, 29]);
  writeLog(logs.dir, 'app/one.jsonl', lines(100, 101));
  await settled([6, 100]);
});

test('a cache emptied behind its back is filled again', async () => {
  for (const name of fs.readdirSync(logs.cache)) fs.rmSync(path.join(logs.cache, name), { recursive: true });
  await settled([6, 100]);
  expect(fs.readdirSync(logs.cache)).not.toEqual([]);
});

test('two servers start on a damaged cache at once: leftovers are not read, both answer right', async () => {
  for (const name of fs.readdirSync(logs.cache).filter((item) => item.endsWith('.json'))) {
    fs.writeFileSync(path.join(logs.cache, name), '{"version":1,');
  }
  fs.writeFileSync(path.join(logs.cache, `${'a'.repeat(40)}.0.parquet.1.tmp`), 'half');
  const servers = await Promise.all([0, 1].map(() => startLogsServer(logs.dir, logs.cache)));
  const answers = await Promise.all(servers.map((server) => server.query('SELECT count(*), sum(n) FROM app')));
  expect(answers.map((answer) => answer.rows)).toEqual([[[6, 235]], [[6, 235]]]);
  await Promise.all(servers.map((server) => server.connection.close()));
});

test('several folders, the same names in both', async () => {
  const [a, b] = [path.join(logs.dir, '../a'), path.join(logs.dir, '../b')];
  writeLog(a, 'x.jsonl', line(1));
  writeLog(b, 'x.jsonl', `${line(2)}${line(3)}`);
  const server = await startLogsServer([a, b].join(path.delimiter), path.join(logs.cache, 'several'));
  const { sources } = await server.sources();
  expect(sources.map((source) => [source.name, source.rows])).toEqual([
    ['x', 1],
    ['b_x', 2],
  ]);
  await server.connection.close();
});

test('a file that is read in pieces is counted once, each row with its line', async () => {
  const dir = path.join(logs.dir, '../large');
  fs.mkdirSync(dir, { recursive: true });
  const text = 'x'.repeat(100_000);
  const out = fs.openSync(path.join(dir, 'big.jsonl'), 'w');
  let rows = 0;
  for (let bytes = 0; bytes < PIECE_BYTES * 1.6; rows += 1)
    bytes += fs.writeSync(out, `${JSON.stringify({ timestamp: 1704067200 + rows, n: rows, text })}\n`);
  fs.closeSync(out);
  const server = await startLogsServer(dir, path.join(logs.cache, 'large'));
  const { sources } = await server.sources();
  expect(sources).toMatchObject([{ rows, files: 1 }]);
  const counted = await server.query('SELECT count(*), count(DISTINCT n), count(*) FILTER (_line = n + 1) FROM big');
  expect(counted.rows).toEqual([[rows, rows, rows]]);
  await server.connection.close();
});

test('when the parent is killed the server and its workers end', async () => {
  const main = programFile('lib/servers/logs/main.ts');
  // A parent in between that can be killed: it holds the server's stdin.
  const code = `
    const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(main)}], { stdio: ['pipe', 'ignore', 'ignore'] });
    console.log(child.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['-e', code], {
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      LOGS_DIR: logs.dir,
      LOGS_CACHE_DIR: path.join(logs.cache, 'orphan'),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', (data) => resolve(String(data)))));
  await expect.poll(() => childrenOf(pid).length, { timeout: 20_000 }).toBeGreaterThan(0);
  const workers = childrenOf(pid);
  parent.kill('SIGKILL');
  await expect.poll(() => [pid, ...workers].filter(isAlive), { timeout: 10_000 }).toEqual([]);
});

function childrenOf(pid: number): number[] {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
