import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { closeQueue } from '../jobs/queue';
import { anthropicModel } from './model/anthropic';
import { chooseModel } from './model/choose-model';
import { type ModelSettings, readModelSettings, saveModelSettings } from './model/model-settings';
import { getRun } from './read-run';
import { resumeRun } from './resume-run';
import { runAgent } from './run-agent';
import { startRun } from './start-run';
import type { Script } from './testing/anthropic-script';
import { type AnthropicServer, startAnthropicServer } from './testing/anthropic-server';
import { openCase, openRun } from './testing/open-case';
import { logs, query, start, write } from './testing/run-case';

testDatabase();
afterAll(closeQueue);
let server: AnthropicServer | undefined;
afterEach(async () => {
  await server?.close();
  await db().setting.deleteMany();
  await db().modelCall.deleteMany();
  overrideEnv({ ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: undefined, SOCDOWN_MODEL: 'claude-test' });
});

const usage = {
  input_tokens: 1000,
  cache_read_input_tokens: 8000,
  cache_creation_input_tokens: 1000,
  output_tokens: 500,
};
const turns: Script['conversations'][number]['turns'] = [
  { calls: [query('A')], usage },
  { calls: [write('Timeline', 'x')], usage },
  { text: 'Done.', usage },
];
const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
/** By hand: 1000×3 + 500×15 + 8000×0.3 + 1000×3.75 per million. */
const COST = 0.01665;
const none = { tokens: null, cost: null };

async function save(patch: Partial<ModelSettings['budgets']>, priced = true) {
  const model = { id: 'claude-test', thinking: true, contextTokens: null, price: priced ? price : null };
  const budgets = { run: none, day: none, person: none, ...patch };
  await saveModelSettings(await testActor('admin'), { models: [model], default: 'claude-test', budgets });
}

async function run(opened = openRun(), script = turns) {
  await server?.close();
  server = await startAnthropicServer({ conversations: [{ turns: script }] });
  const { actor, runId, investigationId } = await opened;
  const model = () => anthropicModel({ apiKey: 'k', baseURL: server?.url, model: 'claude-test' });
  await start(runId, { model: model(), limits: { endChecks: 0 } });
  return { actor, runId, investigationId, model, run: await getRun(actor, runId), requests: server.requests };
}

describe('what a run used', () => {
  it('is tokens by kind and, with a price, dollars', async () => {
    await save({});
    const done = await run();
    expect(done.run.usage).toEqual({
      inputTokens: 3000,
      outputTokens: 1500,
      cacheReadTokens: 24_000,
      cacheWriteTokens: 3000,
      turns: 3,
      cost: expect.closeTo(3 * COST, 8),
    });
    const calls = await db().modelCall.findMany({ where: { runId: done.runId } });
    expect(calls.map(({ tokens, userId }) => [Number(tokens), userId])).toEqual(
      Array.from({ length: 3 }, () => [10_500, done.actor.id]),
    );
  });

  it('has no cost without a price, or when the service didn’t say what it used; budgets then count what was sent', async () => {
    await save({}, false);
    expect((await run()).run.usage).toMatchObject({ inputTokens: 3000, cost: null });
    await save({});
    const silent = await run(openRun(), [...turns.slice(0, 2), { text: 'Done.', usage: 'missing' }]);
    expect(silent.run.usage).toMatchObject({ inputTokens: 2000, cost: null });
    const last = await db().modelCall.findFirstOrThrow({ where: { runId: silent.runId }, orderBy: { id: 'desc' } });
    expect(Number(last.tokens)).toBeGreaterThan(500);
    expect(last.cost).toBeGreaterThan(0);
  });

  it('counts an answer that broke off', async () => {
    await save({});
    const [first, ...rest] = turns;
    const broken = { ...first, faults: [{ kind: 'error_event' as const, afterEvents: 4 }] };
    const done = await run(openRun(), [broken, ...rest]);
    expect(done.run.status).toBe('succeeded');
    expect(await db().modelCall.count({ where: { runId: done.runId } })).toBe(4);
    expect(done.run.usage.cacheReadTokens).toBe(32_000);
  });
});

describe('a budget', () => {
  it.each([
    ['the run', { run: { tokens: 12_000, cost: null } }, /budget for this run is 12,000 tokens; 10,500 are used/],
    ['the day', { day: { tokens: null, cost: 0.017 } }, /budget for everybody today is \$0\.02; \$0\.02 are used/],
    ['the person', { person: { tokens: 12_000, cost: null } }, /budget for .+ today is 12,000 tokens/],
  ])('of %s stops it before the call; raised, the run continues', async (_, budgets, message) => {
    await save(budgets);
    const done = await run();
    expect(done.run).toMatchObject({ status: 'failed', error: expect.stringMatching(message) });
    expect(done.run.error).toContain('Settings > Model');
    expect(done.requests).toHaveLength(1);
    await save({});
    await resumeRun(done.actor, done.runId);
    await start(done.runId, { model: done.model() });
    expect((await getRun(done.actor, done.runId)).status).toBe('succeeded');
    // One before the limit, two after it, and one after the checks have told the model what they find.
    expect(done.requests).toHaveLength(4);
  });

  it('of a day is yesterday’s no more, and one person’s is not another’s', async () => {
    await save({ person: { tokens: 40_000, cost: null } });
    const first = await run();
    await db().modelCall.updateMany({ where: { runId: first.runId }, data: { at: new Date(Date.now() - 86_400_000) } });
    const again = await startRun(first.actor, first.investigationId);
    await run(Promise.resolve({ ...first, runId: again.id }));
    expect((await getRun(first.actor, again.id)).status).toBe('succeeded');
    expect((await run()).run.status).toBe('succeeded'); // another person's
    const third = await startRun(first.actor, first.investigationId);
    expect((await run(Promise.resolve({ ...first, runId: third.id }))).run.status).toBe('failed');
  });

  it('in money with a model whose price is unknown lets nothing through', async () => {
    await save({ day: { tokens: null, cost: 5 } }, false);
    const done = await run();
    expect(done.run.error).toMatch(/in money, and what claude-test costs is not known/);
    expect(done.requests).toHaveLength(0);
  });
});

describe('the list of models', () => {
  const settings = (ids: string[], first = ids[0] ?? ''): ModelSettings => ({
    models: ids.map((id) => ({ id, thinking: true, contextTokens: null, price: null })),
    default: first,
    budgets: { run: none, day: none, person: none },
    factCheck: { model: null, afterRuns: false },
  });

  it('is an admin’s to change, and refused when it makes no sense', async () => {
    const admin = await testActor('admin');
    await expect(saveModelSettings(await testActor('lead'), settings(['a']))).rejects.toMatchObject({
      code: 'forbidden',
    });
    for (const bad of [settings([]), settings(['a', 'a']), settings(['a'], 'b'), { ...settings(['a']), extra: 1 }])
      await expect(saveModelSettings(admin, bad)).rejects.toThrow();
    const negative = settings(['a']);
    negative.budgets.day = { tokens: -1, cost: null };
    await expect(saveModelSettings(admin, negative)).rejects.toThrow();
    expect((await readModelSettings(admin)).models.map(({ id }) => id)).toEqual(['claude-test']); // the environment's
    await saveModelSettings(admin, settings(['a', 'b'], 'b'));
    expect((await readModelSettings(admin)).default).toBe('b');
    expect(await db().auditEntry.count({ where: { verb: 'settings.models', actorId: admin.id } })).toBe(1);
  });

  it('keeps what is set for fact checks where a client leaves it out, and refuses to leave it without its model', async () => {
    const admin = await testActor('admin');
    const factCheck = { model: 'b', afterRuns: true };
    await saveModelSettings(admin, { ...settings(['a', 'b']), factCheck });
    const { factCheck: _, ...older } = settings(['a', 'b'], 'b');
    expect(await saveModelSettings(admin, older)).toMatchObject({ default: 'b', factCheck });
    expect(await readModelSettings(admin)).toMatchObject({ default: 'b', factCheck });
    await expect(
      saveModelSettings(admin, { ...older, models: older.models.slice(0, 1), default: 'a' }),
    ).rejects.toThrow('Fact checks use b, which is not in the list.');
    expect((await readModelSettings(admin)).models).toHaveLength(2);
    const { factCheck: reset } = await saveModelSettings(admin, settings(['a'])); // said outright
    expect(reset).toEqual({ model: null, afterRuns: false });
  });

  it('is what a run can be started with; the choice holds in the worker', async () => {
    const { actor, investigationId } = await openCase();
    await saveModelSettings(await testActor('admin'), settings(['a', 'b'], 'b'));
    await expect(startRun(actor, investigationId, { model: 'a' })).rejects.toMatchObject({ code: 'bad_request' }); // no key
    server = await startAnthropicServer({ conversations: [{ turns }] });
    overrideEnv({ ANTHROPIC_BASE_URL: server.url });
    await expect(startRun(actor, investigationId, { model: 'c' })).rejects.toMatchObject({
      code: 'bad_request',
      userMessage: expect.stringContaining('b, a, builtin'),
    });
    const { id } = await startRun(actor, investigationId, { model: 'a' });
    await runAgent(id, { signal: new AbortController().signal, toolbox: logs() });
    expect(await getRun(actor, id)).toMatchObject({ status: 'succeeded', model: 'a' });
    expect(server.requests.map(({ body }) => body.model)).toEqual(['a', 'a', 'a', 'a']);
    expect((await chooseModel()).id).toBe('b');
    expect((await chooseModel('builtin')).label).toContain('no language model');
  });
});
