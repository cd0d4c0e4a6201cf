import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { checkInvestigation } from '../checks/check-investigation';
import { dismissFinding } from '../checks/dismiss-finding';
import { readFactCheckRun } from '../checks/fact-check-state';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { planMerge } from '../drafts/plan-merge';
import { overrideEnv } from '../env/env';
import { closeQueue } from '../jobs/queue';
import { countFindings } from '../reviews/count-findings';
import { decideReview } from '../reviews/decide-review';
import { getReview } from '../reviews/get-review';
import { submitReview } from '../reviews/submit-review';
import { editDraft, readyReport, testInvestigation } from '../reviews/testing';
import { claimRun } from './lease';
import { saveModelSettings } from './model/model-settings';
import { listPrompts } from './prompts';
import { getRun, listRuns } from './read-run';
import { runAgent } from './run-agent';
import { startFactCheck, stopFactCheck } from './start-fact-check';
import { startRun } from './start-run';
import type { Script } from './testing/anthropic-script';
import { type AnthropicServer, startAnthropicServer } from './testing/anthropic-server';
import { eventsOfRun, ofType, openRun } from './testing/open-case';
import { start, until, write } from './testing/run-case';

testDatabase();
afterAll(closeQueue);

let server: AnthropicServer | undefined;
let analyst: Actor;
beforeEach(async () => {
  analyst = await testActor('analyst');
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await db().setting.deleteMany();
  await db().modelCall.deleteMany();
  overrideEnv({ ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: undefined, SOCDOWN_MODEL: 'claude-test' });
});

type Turn = Script['conversations'][number]['turns'][number];

const SUMMARY = 'The sign-in of ada succeeded at 07:05 UTC [E1]. Nobody asked why.';
const WRONG = {
  passage: 1,
  quote: 'succeeded',
  record: 1,
  row: '2026-11-19 07:05:00Z,ada,sign-in,refused',
  because: 'E1 shows ada refused; this says that it succeeded.',
  verdict: 'contradicted',
  replacement: 'was refused',
};
const ALL = Array.from({ length: 60 }, (_, at) => at + 1);
const answer = (problems: object[] = [WRONG], more: Partial<Turn> = {}): Turn => ({
  calls: [{ name: 'report_problems', args: { read: ALL, problems } }],
  usage: { input_tokens: 1000, output_tokens: 500 },
  ...more,
});

/** A language model over HTTP that answers every request of a fact check in this way. */
async function connect(...turns: Turn[]): Promise<AnthropicServer> {
  await server?.close();
  server = await startAnthropicServer({ conversations: [{ turns: turns.length > 0 ? turns : [answer()] }] });
  overrideEnv({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: server.url, SOCDOWN_MODEL: 'claude-test' });
  return server;
}

/** A case with a report and one record that its summary cites. */
async function openCase(summary = SUMMARY): Promise<string> {
  const { id } = await testInvestigation(analyst, readyReport({}, summary));
  const runId = uuid();
  const about = { investigationId: id, kind: 'investigate', model: 'm', requestedById: analyst.id ?? '' };
  await db().run.create({ data: { ...about, id: runId, status: 'succeeded', finishedAt: new Date() } });
  const rows = [['2026-11-19T07:05:00Z', 'ada', 'sign-in', 'refused']];
  await db().evidence.create({
    data: {
      id: uuid(),
      investigationId: id,
      runId,
      number: 1,
      callId: `c${runId}`,
      server: 'logs',
      tool: 'query',
      args: { sql: 'SELECT *' },
      argsHash: 'x',
      startedAt: new Date(),
      status: 'ok',
      rows: 1,
      result: { text: '', structured: { columns: ['_time', 'who', 'what', 'result'], rows } },
    },
  });
  return id;
}

const work = (runId: string, signal = new AbortController().signal) =>
  runAgent(runId, { signal, limits: { suspendMs: 1 } });
const factsIn = async (id: string, options = {}) => {
  const { items, factCheck } = await checkInvestigation(analyst, id, options);
  return { found: items.filter(({ rule }) => rule === 'fact-check'), factCheck };
};

async function checked(summary?: string) {
  await connect();
  const id = await openCase(summary);
  const run = await startFactCheck(analyst, id);
  expect(await work(run.id)).toBe('finished');
  return { id, run };
}

describe('a fact check', () => {
  it('reads the draft, warns, and says how much was read, by whom and at what cost', async () => {
    await connect();
    const id = await openCase();
    const before = await factsIn(id);
    expect(before.factCheck).toMatchObject({ statements: 0, read: 0, run: null });
    const run = await startFactCheck(analyst, id);
    expect(await startFactCheck(analyst, id)).toEqual({ id: run.id, isNew: false });
    expect((await readFactCheckRun(analyst, id)).run).toMatchObject({ status: 'queued', isLive: true });
    expect(await work(run.id)).toBe('finished');

    const { found, factCheck } = await factsIn(id);
    expect(found).toMatchObject([
      { severity: 'warning', message: 'Model: E1 shows ada refused; this says that it succeeded.' },
    ]);
    expect(found[0]?.fix?.text).toBe('was refused');
    expect(factCheck).toMatchObject({ unread: 0, notRead: [], models: ['claude-test'], dismissed: [] });
    expect(factCheck.read).toBe(factCheck.statements);
    expect(factCheck.run).toMatchObject({ status: 'succeeded', sent: 1000, answered: 500, total: factCheck.read });
    expect(await db().modelCall.count({ where: { runId: run.id, userId: analyst.id ?? '' } })).toBe(1);
    expect((await getRun(analyst, run.id)).kind).toBe('fact_check');
    expect(await listPrompts(analyst, run.id)).toMatchObject([{ number: 1, turn: 1 }]);
    expect((await listRuns(analyst, id)).map(({ kind }) => kind)).toEqual(['investigate']);
    const entry = await db().auditEntry.findFirst({ where: { subjectId: run.id } });
    expect(entry).toMatchObject({ verb: 'runs.start', actorId: analyst.id, data: { kind: 'fact_check' } });
  });

  it('keeps a finding while other statements change, drops it with its own, and reads only what is new', async () => {
    const { id } = await checked();
    const report = readyReport({}, SUMMARY);
    await editDraft(analyst, id, report.replace('Nobody asked why.', 'Ada asked why.'));
    const edited = await factsIn(id);
    expect(edited.found).toHaveLength(1);
    expect(edited.factCheck.unread).toBe(1);

    server?.requests.splice(0);
    await work((await startFactCheck(analyst, id)).id);
    expect(server?.requests).toHaveLength(1);
    expect(JSON.stringify(server?.requests[0]?.body.messages)).toContain('1. Ada asked why.');
    expect(JSON.stringify(server?.requests[0]?.body.messages)).not.toContain('2. ');

    await editDraft(analyst, id, report.replace('succeeded', 'was refused'));
    expect((await factsIn(id)).found).toEqual([]);
    await editDraft(analyst, id, report);
    expect((await factsIn(id)).found).toHaveLength(1);
  });

  it('goes on from what was read when its worker stops, and ends at once when a person stops it', async () => {
    await connect(answer([], { delayMs: 200 }));
    const id = await openCase();
    const run = await startFactCheck(analyst, id);
    const stopping = new AbortController();
    const first = work(run.id, stopping.signal);
    await until(async () => (server?.requests.length ?? 0) > 0);
    stopping.abort(new Error('The worker is stopping.'));
    expect(await first).toBe('released');
    const second = work(run.id);
    await until(async () => (server?.requests.length ?? 0) > 1);
    await stopFactCheck(analyst, id);
    expect(await second).toBe('finished');
    expect((await readFactCheckRun(analyst, id)).run).toMatchObject({ status: 'cancelled', isLive: false });
    await stopFactCheck(analyst, id);
    expect((await startFactCheck(analyst, id)).isNew).toBe(true);
  });

  it('is given up where workers die at the same statements, not where each has read some', async () => {
    await connect(answer([]));
    const [stuck, moving] = [await openCase(), await openCase()];
    const model = { id: 'claude-test', label: 'claude-test' };
    const die = async (runId: string) => {
      await claimRun(runId, uuid(), model);
      await pool().query('UPDATE runs SET lease_until = now() WHERE id = $1', [runId]);
    };
    const [first, second] = [(await startFactCheck(analyst, stuck)).id, (await startFactCheck(analyst, moving)).id];
    for (const key of ['a', 'b', 'c', 'd']) {
      await die(first);
      await die(second);
      const data = { investigationId: moving, key: key.repeat(64), model: 'm', modelLabel: 'm' };
      await db().factReading.create({ data });
    }
    await work(first);
    await work(second);
    expect((await readFactCheckRun(analyst, stuck)).run).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/The worker died \d times at the same step/),
    });
    expect((await readFactCheckRun(analyst, moving)).run).toMatchObject({ status: 'succeeded', error: null });
  });

  it('waits while the model is away, and says why it failed', async () => {
    await connect(
      answer([WRONG], { faults: Array(12).fill({ kind: 'status', status: 529, type: 'overloaded_error' }) }),
    );
    const id = await openCase();
    const run = await startFactCheck(analyst, id);
    expect(await work(run.id)).toBe('waiting');
    expect((await readFactCheckRun(analyst, id)).run).toMatchObject({ status: 'waiting', error: expect.any(String) });
    await stopFactCheck(analyst, id);

    await connect({ faults: [{ kind: 'status', status: 401, type: 'authentication_error' }] });
    const denied = await startFactCheck(analyst, id);
    expect(await work(denied.id)).toBe('finished');
    expect((await readFactCheckRun(analyst, id)).run).toMatchObject({ status: 'failed', error: expect.any(String) });
    expect((await factsIn(id)).factCheck).toMatchObject({ read: 0 });
  }, 60_000);

  it('keeps within the budgets, with what was read before', async () => {
    await connect();
    const none = { tokens: null, cost: null };
    const models = [{ id: 'claude-test', thinking: false, contextTokens: null, price: null }];
    const budgets = { run: { tokens: 10, cost: null }, day: none, person: none };
    await saveModelSettings(await testActor('admin'), { models, default: 'claude-test', budgets });
    const id = await openCase();
    await work((await startFactCheck(analyst, id)).id);
    expect(server?.requests).toHaveLength(0);
    const { run } = await readFactCheckRun(analyst, id);
    expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('The budget for this run') });
  });

  it('never says "fine" of what the model did not answer, and asks about it again', async () => {
    await connect({ calls: [{ name: 'report_problems', args: { read: [1], problems: [] } }] });
    const id = await openCase('One [E1]. Ada was refused [E1]. Ada left [E1].');
    await work((await startFactCheck(analyst, id)).id);
    const { factCheck } = await factsIn(id);
    expect(factCheck.notRead.length).toBeGreaterThan(0);
    expect(factCheck.notRead[0]).toMatchObject({ because: 'no-answer', line: expect.any(Number) });
    expect(factCheck.read + factCheck.notRead.length).toBe(factCheck.statements);
    await connect();
    await work((await startFactCheck(analyst, id)).id);
    expect((await factsIn(id)).factCheck.notRead).toEqual([]);
  });

  it('masks secrets before the model reads them, and in what is kept', async () => {
    const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    await connect(answer([{ ...WRONG, because: `E1 shows ${token}; this says that it succeeded.` }]));
    const id = await openCase(`${SUMMARY} The token was ${token}.`);
    await work((await startFactCheck(analyst, id)).id);
    expect(JSON.stringify(server?.requests)).not.toContain(token);
    const { rows } = await pool().query(
      'SELECT problems::text AS text FROM fact_readings WHERE investigation_id = $1',
      [id],
    );
    expect(rows.map(({ text }) => text).join()).toContain('refused');
    expect(rows.map(({ text }) => text).join()).not.toContain(token);
  });

  it('holds up neither a run, nor a review, nor a merge', async () => {
    await connect();
    const id = await openCase();
    await startFactCheck(analyst, id);
    const other = await openCase();
    await expect(planMerge(db(), other, id)).resolves.toBeDefined();
    await expect(startRun(analyst, id)).resolves.toBeDefined();
    const busy = await openCase('Ada was refused [E1].');
    await startFactCheck(analyst, busy);
    const review = await submitReview(analyst, busy);
    const reviewer = await testActor('reviewer');
    const { status } = await decideReview(reviewer, review.id, { decision: 'approve', revision: review.revision.id });
    expect(status).toBe('approved');
  });

  it('is what a reviewer sees of the text under review, and counted in lists', async () => {
    const { id } = await checked();
    const review = await submitReview(analyst, id);
    await countFindings();
    const warnings = (await getReview(analyst, review.id)).checks?.warnings ?? 0;
    await editDraft(analyst, id, readyReport({}, 'Another text.'));
    const { found, factCheck } = await factsIn(id, { revision: review.revision.id });
    expect(found).toHaveLength(1);
    expect(factCheck).toMatchObject({ unread: 0, models: ['claude-test'], lastAt: expect.any(String) });
    await dismissFinding(analyst, id, { key: String(found[0]?.data.key), problem: 0, dismissed: true });
    await countFindings();
    expect((await getReview(analyst, review.id)).checks?.warnings).toBe(warnings - 1);
  });

  it('follows a run of a language model where the settings ask for it', async () => {
    const script: Turn[] = [{ calls: [write('Timeline', 'Ada was refused.')] }, { text: 'Done.' }];
    const after = async (afterRuns: boolean) => {
      await connect(...script);
      const models = [{ id: 'claude-test', thinking: false, contextTokens: null, price: null }];
      const none = { tokens: null, cost: null };
      const budgets = { run: none, day: none, person: none };
      const factCheck = { model: null, afterRuns };
      await saveModelSettings(await testActor('admin'), { models, default: 'claude-test', budgets, factCheck });
      const { runId, investigationId } = await openRun();
      await start(runId, { limits: { endChecks: 0 } });
      return readFactCheckRun(analyst, investigationId);
    };
    expect((await after(false)).run).toBeNull();
    expect((await after(true)).run).toMatchObject({ status: 'queued', model: 'claude-test' });
  });

  it('tells its steps as a run does', async () => {
    const { run } = await checked();
    const events = await eventsOfRun(analyst, run.id);
    expect(events[0]).toMatchObject({ type: 'run.started', model: 'claude-test' });
    expect(ofType(events, 'stage').at(-1)?.text).toMatch(/^(\d+) of \1 statements read$/);
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: 'succeeded' });
  });
});

describe('who may', () => {
  it('start one: an analyst, for a case that is there, with a language model', async () => {
    const id = await openCase();
    await expect(startFactCheck(analyst, id)).rejects.toMatchObject({ reason: 'no_language_model' });
    await connect();
    await expect(startFactCheck(analyst, uuid())).rejects.toMatchObject({ code: 'not_found' });
    await expect(startFactCheck(analyst, 'x')).rejects.toMatchObject({ code: 'not_found' });
    await expect(startFactCheck(readOnly(), id)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await readFactCheckRun(analyst, id)).run).toBeNull();
  });

  it('stop one: the same', async () => {
    await connect();
    const id = await openCase();
    await startFactCheck(analyst, id);
    await expect(stopFactCheck(readOnly(), id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(stopFactCheck(analyst, uuid())).rejects.toMatchObject({ code: 'not_found' });
    expect((await readFactCheckRun(analyst, id)).run?.isLive).toBe(true);
    await stopFactCheck(analyst, id);
    expect((await readFactCheckRun(analyst, id)).run).toMatchObject({ status: 'cancelled' });
  });

  it('dismiss a finding and restore it: the same, for a problem that a reading has', async () => {
    const { id } = await checked();
    const [finding] = (await factsIn(id)).found;
    const which = { key: String(finding?.data.key), problem: Number(finding?.data.problem) };
    await expect(dismissFinding(readOnly(), id, { ...which, dismissed: true })).rejects.toMatchObject({
      code: 'forbidden',
    });
    for (const bad of [
      { ...which, problem: 1 },
      { ...which, key: 'f'.repeat(64) },
    ])
      await expect(dismissFinding(analyst, id, { ...bad, dismissed: true })).rejects.toMatchObject({
        code: 'not_found',
      });
    await expect(dismissFinding(analyst, id, { key: 'x', problem: 0, dismissed: true })).rejects.toThrow();
    const other = await openCase();
    await expect(dismissFinding(analyst, other, { ...which, dismissed: true })).rejects.toMatchObject({
      code: 'not_found',
    });

    for (const _ of [1, 2]) await dismissFinding(analyst, id, { ...which, dismissed: true });
    const after = await factsIn(id);
    expect(after.found).toEqual([]);
    expect(after.factCheck.dismissed).toMatchObject([{ by: analyst.name, finding: { message: finding?.message } }]);
    await dismissFinding(analyst, id, { ...which, dismissed: false });
    expect((await factsIn(id)).found).toHaveLength(1);
    const entries = await db().auditEntry.findMany({
      where: { subjectId: id, verb: { startsWith: 'checks.' } },
      orderBy: { id: 'asc' },
    });
    expect(entries.map(({ verb }) => verb)).toEqual(['checks.dismiss', 'checks.restore']);
  });

  /** A key that only reads. */
  const readOnly = (): Actor => ({ ...analyst, via: 'key', scope: 'read' }) as Actor;
});
