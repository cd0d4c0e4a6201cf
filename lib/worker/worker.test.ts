import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelRun } from '../agent/cancel-run';
import { getRun } from '../agent/read-run';
import { startFactCheck } from '../agent/start-fact-check';
import { startRun } from '../agent/start-run';
import type { Script } from '../agent/testing/anthropic-script';
import { type AnthropicServer, startAnthropicServer } from '../agent/testing/anthropic-server';
import { eventsOfRun, ofType, openCase } from '../agent/testing/open-case';
import { testActor } from '../auth/testing';
import { readFactCheckRun } from '../checks/fact-check-state';
import { databaseUrl, db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { env, overrideEnv } from '../env/env';
import { programFile } from '../env/program-file';
import { listEvidence } from '../evidence/list-evidence';
import { readEvidence } from '../evidence/read-evidence';
import { closeQueue } from '../jobs/queue';
import { readyReport, testInvestigation } from '../reviews/testing';

testDatabase();
afterAll(closeQueue);

const ROOT = path.resolve(import.meta.dirname, '../..');
const workers = new Set<ChildProcess>();
let claude: AnthropicServer | undefined;
let logs = '';

beforeAll(() => {
  logs = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-logs-'));
  fs.mkdirSync(path.join(logs, 'trail'));
  const events = Array.from({ length: 20 }, (_, index) => ({
    eventTime: `2026-01-01T10:${String(index).padStart(2, '0')}:00Z`,
    eventName: index < 14 ? 'GetSecretValue' : 'ListBuckets',
    errorCode: index < 14 ? 'AccessDenied' : null,
  }));
  fs.writeFileSync(path.join(logs, 'trail', 'events.jsonl'), events.map((event) => JSON.stringify(event)).join('\n'));
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await claude?.close();
  fs.rmSync(logs, { recursive: true, force: true });
});

/** The real program, with Claude scripted and the real logs server over `logs`. It takes seconds to start: a test uses the last one's. */
async function startProgram(): Promise<ChildProcess> {
  claude ??= await startAnthropicServer(SCRIPT);
  const worker = spawn(process.execPath, [programFile('lib/worker/worker-main.ts')], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl(),
      DATA_DIR: env().DATA_DIR,
      LOGS_DIR: logs,
      LOG_LEVEL: 'error',
      ANTHROPIC_BASE_URL: claude.url,
      ANTHROPIC_API_KEY: 'sk-test-secret',
      SOCDOWN_MODEL: 'claude-scripted',
    },
  });
  workers.add(worker);
  await new Promise<void>((resolve, reject) => {
    worker.stdout?.on('data', (text) => String(text).includes('worker ready') && resolve());
    worker.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  return worker;
}

const count = {
  name: 'logs__query',
  args: {
    sql: `SELECT count(*) AS denied FROM trail_events WHERE "errorCode" = 'AccessDenied'`,
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-02T00:00:00Z',
  },
};
const report = `14 denied calls [E4]. ${'The key asked for secrets again and again. '.repeat(60)}`;
const nothingWrong = {
  name: 'report_problems',
  args: { read: Array.from({ length: 60 }, (_, at) => at + 1), problems: [] },
};
/** The report takes about two seconds to write: time to stop a worker in the middle of it. */
const SCRIPT: Script = {
  conversations: [
    // A fact check of more statements than one request holds: the first answer comes at once, the second within seconds.
    { when: 'The passages:[^]*Statement 70 ', turns: [{ calls: [nothingWrong], deltaSize: 4, delayMs: 40 }] },
    { when: 'The passages:', turns: [{ calls: [nothingWrong] }] },
    {
      turns: [
        { text: 'I count.', calls: [count] },
        {
          calls: [{ name: 'report__write_section', args: { section: 'Executive Summary', markdown: report } }],
          delayMs: 30,
        },
        { text: 'Done.' },
      ],
    },
  ],
};

// Real programs on a machine that may be busy with other tests.
describe('the worker', { timeout: 300_000 }, () => {
  let worker: ChildProcess;
  beforeAll(async () => {
    worker = await startProgram();
  }, 120_000);

  it('reads the logs before anybody asks, so that the first investigation need not wait', async () => {
    const cache = path.join(env().DATA_DIR, 'cache', 'logs');
    await until(async () => fs.existsSync(cache) && fs.readdirSync(cache).some((name) => name.endsWith('.parquet')));
  });

  it('does a run with Claude over the real SDK and the real logs server; the key is nowhere', async () => {
    const { actor, investigationId } = await openCase();
    const { id } = await startRun(actor, investigationId);
    await until(async () => (await getRun(actor, id)).finishedAt !== null);
    expect(await getRun(actor, id)).toMatchObject({ status: 'succeeded', model: 'claude-scripted', error: null });
    expect(await readEvidence(actor, investigationId, 4)).toMatchObject({
      status: 'ok',
      table: { columns: ['denied'], rows: [[14]] },
    });
    const told = claude?.requests[1]?.body.messages.at(-1)?.content[0] as { content?: { text: string }[] } | undefined;
    expect(told?.content?.[0]?.text).toMatch(/^\[E4\] 1 row\n<data-[0-9a-f]{18} origin="E4 logs\.query">\n/);
    expect((await readDraft(actor, investigationId)).markdown).toContain('14 denied calls [E4].');
    expect(claude?.requests[0]?.authorization).toContain('sk-test-secret');
    const stored = await pool().query(
      `SELECT (SELECT string_agg(data::text, '') FROM run_events) || (SELECT string_agg(to_jsonb(r)::text, '') FROM runs r)
         || (SELECT string_agg(to_jsonb(t)::text, '') FROM run_turns t) AS text`,
    );
    expect(stored.rows[0].text).toContain('14 denied');
    expect(stored.rows[0].text).not.toContain('sk-test-secret');
  });

  it('killed in mid-answer is replaced: the run continues and nothing is called twice', async () => {
    const before = claude?.requests.length ?? 0;
    const { actor, investigationId } = await openCase();
    const { id } = await startRun(actor, investigationId);
    await until(async () => ofType(await eventsOfRun(actor, id), 'report.delta').length > 3);
    worker.kill('SIGKILL');
    worker = await startProgram();
    // Its lease runs out by itself within 40 s; a test need not wait for that.
    await pool().query(`UPDATE runs SET lease_until = least(lease_until, now() + interval '1 second') WHERE id = $1`, [
      id,
    ]);
    await until(async () => (await getRun(actor, id)).finishedAt !== null);
    expect((await getRun(actor, id)).status).toBe('succeeded');
    const events = await eventsOfRun(actor, id);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(ofType(events, 'run.started').map((event) => event.attempt)).toEqual([1, 2]);
    // The briefing's three and the query.
    expect(await listEvidence(actor, investigationId)).toHaveLength(4);
    // Once the first turn, twice the one that was cut off, once the last, once what the checks found.
    expect(claude?.requests).toHaveLength(before + 5);
    expect((await readDraft(actor, investigationId)).markdown).toContain(report.trim());
  });

  it('killed in a fact check is replaced: what was read is kept, and only the rest is asked for', async () => {
    overrideEnv({ ANTHROPIC_BASE_URL: claude?.url, ANTHROPIC_API_KEY: 'sk-test-secret' });
    const asked = () => (claude?.requests ?? []).map(({ body }) => JSON.stringify(body)).filter(isFactCheck);
    const actor = await testActor('analyst');
    const statements = Array.from({ length: 70 }, (_, at) => `Statement ${at + 1} is that a key was used.`);
    const { id: investigationId } = await testInvestigation(actor, readyReport({}, statements.join(' ')));
    const { id } = await startFactCheck(actor, investigationId);
    await until(async () => asked().length === 2);
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGKILL');
    await ended;
    const read = await db().factReading.count({ where: { investigationId } });
    expect(read).toBeGreaterThan(30);
    expect(await readFactCheckRun(actor, investigationId)).toMatchObject({ run: { status: 'running', isLive: true } });

    worker = await startProgram();
    await pool().query(`UPDATE runs SET lease_until = least(lease_until, now() + interval '1 second') WHERE id = $1`, [
      id,
    ]);
    await until(async () => !(await readFactCheckRun(actor, investigationId)).run?.isLive);
    const { run } = await readFactCheckRun(actor, investigationId);
    expect(run).toMatchObject({ status: 'succeeded', error: null });
    expect(await db().factReading.count({ where: { investigationId } })).toBe(read + (run?.total ?? 0));
    expect(asked().map((body) => /1\. Statement 1 /.test(body))).toEqual([true, false, false]);
    const events = await eventsOfRun(actor, id);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(ofType(events, 'run.started').map((event) => event.attempt)).toEqual([1, 2]);
  });

  it('told to stop gives its run back at once, and is stopped from another process too', async () => {
    const { actor, investigationId } = await openCase();
    const { id } = await startRun(actor, investigationId);
    await until(async () => ofType(await eventsOfRun(actor, id), 'report.delta').length > 3);
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await getRun(actor, id)).toMatchObject({ status: 'running', finishedAt: null });
    expect(await db().run.findUnique({ where: { id } })).toMatchObject({ leaseOwner: null, attempts: 0 });

    worker = await startProgram();
    await until(async () => ofType(await eventsOfRun(actor, id), 'run.started').length === 2);
    await cancelRun(actor, id);
    await until(async () => (await getRun(actor, id)).finishedAt !== null);
    // Stopped, not done: the answer was still coming.
    expect((await getRun(actor, id)).status).toBe('cancelled');
  });

  it('ends when its parent is gone', async () => {
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.stdin?.end();
    expect(await ended).toBe(0);
  });
});

const isFactCheck = (body: string): boolean => body.includes('The passages:');

async function until(check: () => Promise<boolean>, ms = 180_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > end) throw new Error('It did not come to that.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
