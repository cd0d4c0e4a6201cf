import fs from 'node:fs';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openToolbox } from '../connections';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { listEvidence } from '../evidence/list-evidence';
import { closeQueue } from '../jobs/queue';
import type { Limits } from './budget';
import { type AnthropicOptions, anthropicModel } from './model/anthropic';
import { getRun } from './read-run';
import { resumeRun } from './resume-run';
import type { RunOptions } from './run-agent';
import type { Script } from './testing/anthropic-script';
import { type AnthropicServer, startAnthropicServer } from './testing/anthropic-server';
import { eventsOfRun, ofType, openRun } from './testing/open-case';
import { query, start, table, write } from './testing/run-case';
import { toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeQueue);

let server: AnthropicServer | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await server?.close();
  server = undefined;
});

type Turn = Script['conversations'][number]['turns'][number];
type Fault = NonNullable<Turn['faults']>[number];
/** What each run has done before the fault: a call with its record, and a section. */
const FIRST: Turn = { text: 'I count.', calls: [query('SELECT 1'), write('Timeline', 'kept before the fault')] };
const LAST: Turn[] = [{ calls: [query('SELECT 2'), write('Recommendations', 'written once')] }, { text: 'Done.' }];

type Trial = Awaited<ReturnType<typeof trial>>;

/** A run through the real SDK against the local Messages server, whose turn after FIRST is the faulty one. */
async function trial(
  faulty: Turn[],
  options: { limits?: Partial<Limits>; model?: Partial<AnthropicOptions>; run?: Partial<RunOptions> } = {},
) {
  server = await startAnthropicServer({ conversations: [{ turns: [FIRST, ...faulty] }] });
  const opened = await openRun();
  const toolbox = toolboxOf({ logs__query: () => table([[14]]) });
  const settings = { apiKey: 'sk-ant-secret', baseURL: server.url, model: 'claude-test', backoffMs: 1, idleMs: 5_000 };
  const model = anthropicModel({ ...settings, ...options.model });
  const go = (more: Partial<RunOptions> = {}) =>
    start(opened.runId, {
      model,
      toolbox,
      limits: { turnRetryMs: 1, suspendMs: 60_000, endChecks: 0, ...options.limits },
      ...options.run,
      ...more,
    });
  const outcome = await go();
  return { ...opened, toolbox, outcome, go, requests: server.requests };
}

/** What holds after every fault: the draft so far, one record, no event out of order, no key in any of it. */
async function nothingLost({ actor, investigationId, runId, toolbox }: Trial) {
  expect((await readDraft(actor, investigationId)).markdown).toContain('kept before the fault');
  expect(toolbox.called.filter(({ args }) => args.sql === 'SELECT 1')).toHaveLength(1);
  const events = await eventsOfRun(actor, runId);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect(JSON.stringify(events)).not.toContain('sk-ant-secret');
}

/** The run came to its good end: each call was made once, each section is there once, nothing is left running. */
async function whole(done: Trial) {
  await nothingLost(done);
  const { actor, investigationId, runId, toolbox } = done;
  expect(await getRun(actor, runId)).toMatchObject({ status: 'succeeded', error: null });
  expect(toolbox.called.map(({ args }) => args.sql)).toEqual(['SELECT 1', 'SELECT 2']);
  expect((await listEvidence(actor, investigationId)).map((item) => item.status)).toEqual(['ok', 'ok']);
  const draft = await readDraft(actor, investigationId);
  expect(draft.markdown.split('written once')).toHaveLength(2);
  expect(draft.version).toBe(3); // the empty one, and one a section: nothing was written twice
  expect(ofType(await eventsOfRun(actor, runId), 'run.finished')).toHaveLength(1);
}

/** Ended, in words a person can act on; a person lets it go on, and it comes to its good end. */
async function suspended(done: Trial, message: RegExp, after: () => Promise<void> = repaired) {
  await nothingLost(done);
  const { actor, runId, go } = done;
  expect(done.outcome).toBe('finished');
  expect(await getRun(actor, runId)).toMatchObject({ status: 'failed', error: expect.stringMatching(message) });
  await after();
  expect(await resumeRun(actor, runId)).toMatchObject({ status: 'queued', error: null });
  expect(await go({ limits: { turnRetryMs: 1, endChecks: 0 } })).toBe('finished');
  await whole(done);
}

/** Waiting in the open for a service that is away; it continues by itself when the time is over. */
async function waits(done: Trial, message: RegExp) {
  await nothingLost(done);
  const { actor, runId, go } = done;
  expect(done.outcome).toBe('waiting');
  expect(await getRun(actor, runId)).toMatchObject({ status: 'waiting', error: expect.stringMatching(message) });
  await db().run.update({ where: { id: runId }, data: { leaseUntil: new Date(0) } });
  await repaired();
  expect(await go()).toBe('finished');
  await whole(done);
}

/** The same address serves well from now on. */
async function repaired() {
  const port = Number(new URL(server?.url ?? '').port);
  await server?.close();
  server = await startAnthropicServer({ conversations: [{ turns: [FIRST, ...LAST] }] }, port);
}

const status = (code: number, more: Partial<Extract<Fault, { kind: 'status' }>> = {}) =>
  ({ kind: 'status', status: code, ...more }) as const;
const faulty = (faults: Fault[], times = 1): Turn[] => [
  { ...LAST[0], faults: Array.from({ length: times }, () => faults).flat() },
  ...LAST.slice(1),
];

const spendLimit = status(429, {
  type: 'rate_limit_error',
  details: { error_code: 'enforced_spend_limit_reached' },
});

/** By the corpus' own name of the fault; what is asserted is its own expectation. */
const CORPUS: Record<string, () => Promise<void>> = {
  'SSE: ping only for 10 min': async () => {
    const fault = { kind: 'silence', where: 'pings' } as const;
    const done = await trial(faulty([fault]), { model: { idleMs: 200 } });
    await whole(done); // the answer that fell silent was asked for again
    expect(said(await eventsOfRun(done.actor, done.runId))).toContain('silent');
  },
  'hang before headers 10 min': async () => {
    const fault = { kind: 'silence', where: 'headers' } as const;
    await waits(await trial(faulty([fault], 9), { model: { idleMs: 150, retries: 1 } }), /silent/);
  },
  'usage missing': async () => {
    const done = await trial(LAST.map((turn) => ({ ...turn, usage: 'missing' as const })));
    await whole(done);
  },
  '502/503/504 HTML body': async () => {
    const faults = [502, 503, 504].map((code) => status(code, { html: true }));
    const done = await trial(faulty(faults));
    await whole(done);
    expect(said(await eventsOfRun(done.actor, done.runId))).not.toContain('<html>');
  },
  'two instances claim one run': async () => {
    server = await startAnthropicServer({ conversations: [{ turns: [FIRST, ...LAST] }] });
    const opened = await openRun();
    const toolbox = toolboxOf({ logs__query: () => table([[14]]) });
    const model = () => anthropicModel({ apiKey: 'k', baseURL: server?.url, model: 'claude-test' });
    const outcomes = await Promise.all(
      [1, 2].map(() => start(opened.runId, { model: model(), toolbox, limits: { endChecks: 0 } })),
    );
    expect(outcomes.sort()).toEqual(['finished', 'not_free']);
    expect(server.requests).toHaveLength(3);
    expect(toolbox.called).toHaveLength(2);
  },
  'clock jumps back 1 h': async () => {
    const jump = () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
      return table([[14]]);
    };
    const toolbox = toolboxOf({ logs__query: jump });
    const done = await trial(faulty([status(529), status(429, { retryAfter: '0.01' })]), { run: { toolbox } });
    await whole({ ...done, toolbox });
  },
  'SSE: CRLF vs LF': async () => whole(await trial(LAST.map((turn) => ({ ...turn, crlf: true })))),
  '429 with enforced_spend_limit_reached and no retry-after': async () => {
    const done = await trial(faulty([spendLimit], 9));
    expect(done.requests).toHaveLength(2);
    await suspended(done, /spend limit/i);
  },
  '400 invalid_request_error': async () => {
    const fault = status(400, { type: 'invalid_request_error', message: 'messages.3: the reason' });
    const done = await trial(faulty([fault], 9));
    expect(done.requests).toHaveLength(2);
    await suspended(done, /messages\.3: the reason/);
  },
  'DNS NXDOMAIN': async () => {
    server = await startAnthropicServer({ conversations: [{ turns: [FIRST, ...LAST] }] });
    const { actor, runId } = await openRun();
    const nowhere = { apiKey: 'k', baseURL: 'http://nowhere.invalid', model: 'm', retries: 1, backoffMs: 1 };
    expect(await start(runId, { model: anthropicModel(nowhere), limits: { suspendMs: 60_000, endChecks: 0 } })).toBe(
      'waiting',
    );
    expect((await getRun(actor, runId)).error).toMatch(/can't be reached \((ENOTFOUND|EAI_AGAIN)\)/);
    await db().run.update({ where: { id: runId }, data: { leaseUntil: new Date(0) } });
    expect(await start(runId, { model: anthropicModel({ ...nowhere, baseURL: server.url }) })).toBe('finished');
    expect((await getRun(actor, runId)).status).toBe('succeeded');
  },
  '500 api_error': async () => {
    const done = await trial(faulty([status(500), status(500)]));
    await whole(done);
    expect(done.requests).toHaveLength(1 + 3 + 1);
    await server?.close();
    await waits(await trial(faulty([status(500)], 50)), /500 api_error/);
  },
  'stop_reason pause_turn': async () => {
    const half: Turn = { text: 'Half of it.', stop: 'pause_turn' };
    await whole(await trial([half, ...LAST]));
  },
  '429 x50': async () => {
    const fault = status(429, { type: 'rate_limit_error' });
    const done = await trial(faulty([fault], 50), { limits: { suspensions: 0 } });
    expect(done.requests).toHaveLength(1 + 5);
    await suspended(done, /429 rate_limit_error.*for too long/);
  },
  'stop_reason model_context_window_exceeded': async () => {
    const full: Turn = { text: 'I am f', stop: 'model_context_window_exceeded' };
    await suspended(await trial([full]), /no longer fits into the model’s context window/);
  },
  '403': async () => {
    const done = await trial(faulty([status(403, { type: 'permission_error', message: 'not for this key' })], 9));
    expect(done.requests).toHaveLength(2);
    await suspended(done, /refused the key.*not for this key/);
  },
  // A real worker process and SIGKILL: lib/worker/worker.test.ts; death after every single write: run-killed.test.ts.
  'process kill -9 mid-stream': async () => {
    const { LEASE_SECONDS } = await import('./lease');
    const { SWEEP_MS } = await import('../worker/worker');
    expect(LEASE_SECONDS * 1000 + SWEEP_MS).toBeLessThan(60_000);
  },
  // Every byte, at the model alone: model/anthropic.test.ts. Here every 11th, with all that a run does.
  'SSE: socket cut after each byte offset k (property test over all k)': async () => {
    const short: Turn = { calls: [query('SELECT 2'), write('Recommendations', 'written once')], deltaSize: 500 };
    const faults = Array.from({ length: 400 }, (_, index) => ({ kind: 'cut' as const, afterBytes: index * 11 }));
    const done = await trial([{ ...short, faults }, ...LAST.slice(1)], {
      model: { retries: 500, backoffMs: 0 },
      limits: { turnRetries: 500, turnRetryMs: 0 },
    });
    await whole(done);
    expect(done.requests.length).toBeGreaterThan(100);
  },
  'MCP timeout': async () => {
    const toolbox = openToolbox({ investigationId: uuid() });
    const done = await trial(LAST, { run: { toolbox }, limits: { callMs: 1 } });
    await toolbox.close();
    const told = JSON.stringify(done.requests[1]?.body.messages.at(-1));
    expect(told).toMatch(/"is_error":true/);
    expect(told).toMatch(/no answer within/);
    expect(await getRun(done.actor, done.runId)).toMatchObject({ status: 'succeeded' });
  },
  'stop_reason refusal': async () => {
    await suspended(await trial([{ text: 'I can’t.', stop: 'refusal' }]), /declined to answer/);
  },
  'tool loop A->B->A forever': async () => {
    const [a, b] = [{ calls: [query('A')] }, { calls: [query('B')] }];
    const done = await trial(Array.from({ length: 40 }, () => [a, b]).flat());
    expect(done.toolbox.called.map(({ args }) => args.sql)).toEqual(['SELECT 1', 'A', 'B']);
    await nothingLost(done);
    expect(await getRun(done.actor, done.runId)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/ended at a limit.*kept asking/),
    });
    expect((await resumeRun(done.actor, done.runId)).status).toBe('queued');
  },
  'SSE: 1-byte chunks': async () => {
    const bytes = LAST.map((turn) => ({ ...turn, chunkBytes: 1 }));
    await whole(await trial(bytes));
  },
};

const corpus: { fault: string; expect: string }[] = JSON.parse(
  fs.readFileSync(path.resolve('fixtures/attack-corpus/llm_faults.json'), 'utf8'),
);

describe('every fault of the corpus ends as it expects', { timeout: 60_000 }, () => {
  it.each(corpus)('$fault: $expect', async ({ fault }) => {
    const run = CORPUS[fault];
    if (!run) throw new Error('This fault has no trial.');
    await run();
  });
});

describe('and so do these', () => {
  it('429 with retry-after, 529, an error event and a cut in mid-stream are asked again', async () => {
    const faults: Fault[] = [
      status(429, { retryAfter: '0.05' }),
      status(529, { type: 'overloaded_error' }),
      { kind: 'error_event', afterEvents: 5, type: 'overloaded_error' },
      { kind: 'cut', afterBytes: 700 },
    ];
    const done = await trial(faulty(faults));
    await whole(done);
    expect(done.requests).toHaveLength(1 + 5 + 1);
  });

  it('a retry-after that is long is waited for in the open', async () => {
    const done = await trial(faulty([status(429, { retryAfter: '1800' })]));
    const { leaseUntil } = await db().run.findUniqueOrThrow({ where: { id: done.runId } });
    expect((leaseUntil?.getTime() ?? 0) - Date.now()).toBeGreaterThan(1_700_000);
    await waits(done, /429/);
  });

  it('a wrong key says so at once, and a run that never began can go on too', async () => {
    server = await startAnthropicServer({
      conversations: [{ turns: [{ ...FIRST, faults: [status(401, { type: 'authentication_error' })] }, ...LAST] }],
    });
    const { actor, runId } = await openRun();
    const model = anthropicModel({ apiKey: 'sk-ant-wrong', baseURL: server.url, model: 'm' });
    await start(runId, { model });
    const run = await getRun(actor, runId);
    expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('refused the key') });
    expect(run.error).not.toContain('sk-ant-wrong');
    await resumeRun(actor, runId);
    await start(runId, { model });
    expect((await getRun(actor, runId)).status).toBe('succeeded');
  });

  it('malformed, partial and wrong arguments and unknown tools are results, never calls', async () => {
    const calls = [
      { name: 'logs__query', json: '{"sql": "DROP' },
      { name: 'logs__query', json: '["not", "an object"]' },
      { name: 'logs__nothing', args: {} },
      { name: 'rm -rf /', args: {} },
      { name: 'report__write_section', args: { section: 'No such section', markdown: 'x' } },
    ];
    const done = await trial([{ calls }, ...LAST]);
    await whole(done);
    const told = done.requests[2]?.body.messages.at(-1)?.content ?? [];
    expect(told.map((result) => 'is_error' in result && result.is_error)).toEqual(calls.map(() => true));
  });

  it('a tool that crashes or answers garbage or 5 MB is told to the model; its whole answer is kept', async () => {
    const toolbox = toolboxOf({
      logs__query: ({ sql }) => {
        if (sql === 'crash') throw new Error('server gone');
        if (sql === 'garbage') return { text: `\0\ud800${'\u202e'.repeat(10)}`, structured: { rows: 'no' } };
        return sql === 'huge' ? { text: 'y'.repeat(5_000_000) } : table([[14]]);
      },
    });
    const done = await trial([{ calls: ['crash', 'garbage', 'huge'].map(query) }, ...LAST], { run: { toolbox } });
    expect(await getRun(done.actor, done.runId)).toMatchObject({ status: 'succeeded' });
    expect((await listEvidence(done.actor, done.investigationId)).map((item) => [item.status, item.bytes])).toEqual([
      ['ok', expect.any(Number)],
      ['failed', 0],
      ['ok', expect.any(Number)],
      ['ok', 5_000_000],
      ['ok', expect.any(Number)],
    ]);
    expect(JSON.stringify(done.requests[2]?.body).length).toBeLessThan(200_000);
  });

  it('an answer without end is cut off, and nothing of it is done', async () => {
    const endless = { text: 'z'.repeat(300_000), calls: [query('SELECT 2')], deltaSize: 20_000 };
    const done = await trial([endless], { limits: { answerChars: 100_000 } });
    expect(done.toolbox.called).toHaveLength(1);
    await suspended(done, /more than 100000 characters/);
  });
});

describe('a run that is resumed', () => {
  it('is refused to who may not, while it is at work, after its good end, and once its changes are decided on', async () => {
    const done = await trial(faulty([spendLimit], 9));
    const { actor, runId, investigationId } = done;
    const stranger = { ...actor, role: 'visitor' as typeof actor.role };
    await expect(resumeRun(stranger, runId)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(resumeRun(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
    await db().proposal.create({
      data: {
        id: runId,
        investigationId,
        runId,
        baseVersion: 1,
        baseMarkdown: '',
        markdown: 'x',
        status: 'resolved',
        hunks: [],
      },
    });
    await expect(resumeRun(actor, runId)).rejects.toMatchObject({ code: 'conflict' });
    await db().proposal.deleteMany({ where: { runId } });
    await resumeRun(actor, runId);
    await expect(resumeRun(actor, runId)).rejects.toMatchObject({ code: 'conflict' });
    await repaired();
    await done.go();
    await whole(done);
    await expect(resumeRun(actor, runId)).rejects.toMatchObject({ code: 'conflict' });
  });
});

function said(events: Awaited<ReturnType<typeof eventsOfRun>>): string {
  return ofType(events, 'stage')
    .map((event) => event.text)
    .join('\n');
}
