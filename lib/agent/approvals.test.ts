import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GET as waiting } from '@/app/api/approvals/route';
import { POST } from '@/app/api/runs/[id]/approvals/[callId]/route';
import { GET } from '@/app/api/runs/[id]/approvals/route';
import type { Actor } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { closeServers } from '../connections';
import { configuredServers } from '../connections/configured-servers';
import { toolboxOf } from '../connections/open-toolbox';
import { type HttpTestServer, startHttpServer } from '../connections/testing/mcp-server';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { listEvidence } from '../evidence/list-evidence';
import { closeQueue } from '../jobs/queue';
import { cancelRun } from './cancel-run';
import { getRun } from './read-run';
import { resumeRun } from './resume-run';
import { runAgent } from './run-agent';
import { connectTestServer } from './testing/connect';
import { eventsOfRun, ofType, openRun } from './testing/open-case';
import { deferred, finished, until, write } from './testing/run-case';
import { scriptedModel } from './testing/scripted-model';

vi.setConfig({ testTimeout: 60_000 });
testDatabase();

let server: HttpTestServer;
/** What a call waits for on the server. */
let hold: Promise<unknown> = Promise.resolve();
beforeEach(async () => {
  hold = Promise.resolve();
  const tools = ['post', 'merge', 'search'].map((name) => ({ name, description: name }));
  server = await startHttpServer({
    tools,
    reply: async (name) => {
      if (name !== 'search') await hold;
      return { text: `${name} done` };
    },
  });
  await db().connection.deleteMany();
  await connectTestServer('chat', server, { post: 'egress', merge: 'write', search: 'read' });
});
afterEach(async () => {
  await closeServers();
  await server.close();
});
afterAll(closeQueue);

const MESSAGE = { channel: '#soc', text: 'Was this you? pay\u202eload' };
const post = (args: Record<string, unknown> = MESSAGE) => ({ name: 'chat__post', args });
const steps = (...calls: { name: string; args?: Record<string, unknown> }[]) =>
  scriptedModel([{ calls }, { calls: [write('Timeline', 'x')] }, {}]);

/** One worker's try at a run: what it keeps in its head is gone afterwards. */
const work = (runId: string, model: ReturnType<typeof scriptedModel>, signal = new AbortController().signal) =>
  runAgent(runId, { signal, model, toolbox: toolboxOf(() => configuredServers()) });
const decide = async (actor: Actor | null, runId: string, callId: string, body: unknown) => {
  const headers = actor ? await keyHeaders(actor) : undefined;
  const request = new Request('http://localhost/', {
    method: 'POST',
    body: JSON.stringify(body),
    ...(headers ? { headers } : {}),
  });
  return POST(request, { params: Promise.resolve({ id: runId, callId }) });
};
const listed = async (actor: Actor, runId: string) => {
  const answer = await GET(new Request('http://localhost/', { headers: await keyHeaders(actor) }), {
    params: Promise.resolve({ id: runId }),
  });
  return (await answer.json()).items;
};
const told = (model: ReturnType<typeof scriptedModel>, request = 1) => {
  const last = model.requests[request]?.messages.at(-1);
  return last?.role === 'tools' ? last.results.map((result) => [result.ok, result.text]) : [];
};

describe('a call of class egress or write', () => {
  it('pauses the run; allowed, exactly it is sent, once, and the run continues', async () => {
    const { actor, investigationId, runId } = await openRun();
    const model = steps(post(), { name: 'chat__search' });
    expect(await work(runId, model)).toBe('waiting');
    expect(server.called.map(({ name }) => name)).toEqual(['search']);
    expect((await getRun(actor, runId)).status).toBe('waiting');
    expect(await work(runId, model)).toBe('not_free'); // nobody polls while a person thinks
    expect((await getRun(actor, runId)).suspended).toBeNull();
    await expect(resumeRun(actor, runId)).rejects.toMatchObject({ code: 'conflict' }); // no way around the decision

    const [asked] = await listed(actor, runId);
    expect(asked).toMatchObject({
      callId: '1.0',
      server: 'chat',
      tool: 'post',
      class: 'egress',
      args: MESSAGE,
      status: 'waiting',
      mayAllow: true,
    });
    const everywhere = await waiting(new Request('http://localhost/', { headers: await keyHeaders(actor) }), {
      params: Promise.resolve({}),
    });
    expect((await everywhere.json()).items).toMatchObject([{ runId, investigationId, callId: '1.0' }]);

    const answer = await decide(actor, runId, '1.0', { allow: true });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'allowed', decidedBy: actor.name });
    expect(await work(runId, model)).toBe('finished');
    expect(server.called).toEqual([
      { name: 'search', args: {} },
      { name: 'post', args: MESSAGE },
    ]);
    expect(told(model).map(([ok]) => ok)).toEqual([true, true]);
    expect(await finished(actor, runId)).toMatchObject({ status: 'succeeded' });
    expect(await listEvidence(actor, investigationId)).toMatchObject([
      { tool: 'search' },
      { tool: 'post', args: MESSAGE },
    ]);
    expect(await db().approval.findMany({ where: { runId } })).toMatchObject([
      { status: 'used', decidedById: actor.id },
    ]);
    expect(await db().auditEntry.findMany({ where: { subjectId: runId, verb: 'calls.allow' } })).toMatchObject([
      { actorId: actor.id, data: { callId: '1.0', server: 'chat', tool: 'post', argsHash: asked.argsHash } },
    ]);
    const events = await eventsOfRun(actor, runId);
    expect(ofType(events, 'approval.requested')).toMatchObject([{ callId: '1.0', args: MESSAGE }]);
    expect(ofType(events, 'approval.decided')).toMatchObject([{ callId: '1.0', decision: 'allowed', by: actor.name }]);
    expect(ofType(events, 'tool.started').filter((event) => event.server === 'chat')).toHaveLength(2);
  });

  it('refused is told to the model, and exactly it is not asked again in this run', async () => {
    const { actor, runId } = await openRun();
    const model = scriptedModel([
      { calls: [post()] },
      { calls: [post(), post({ ...MESSAGE, text: 'other' })] },
      { calls: [write('Timeline', 'x')] },
      {},
    ]);
    await work(runId, model);
    expect((await decide(actor, runId, '1.0', { allow: false })).status).toBe(200);
    expect(await work(runId, model)).toBe('waiting');
    expect(told(model)).toEqual([[false, expect.stringContaining(`${actor.name} did not allow`)]]);
    expect(
      (await listed(actor, runId)).map((one: { callId: string; status: string }) => [one.callId, one.status]),
    ).toEqual([
      ['1.0', 'denied'],
      ['2.1', 'waiting'],
    ]);
    await decide(actor, runId, '2.1', { allow: false });
    expect(await work(runId, model)).toBe('finished');
    expect(server.called).toEqual([]);
    expect(await db().auditEntry.count({ where: { subjectId: runId, verb: 'calls.refuse' } })).toBe(2);
  });

  it('undecided lapses; a late answer is refused', async () => {
    const { actor, runId } = await openRun();
    const model = steps(post());
    await work(runId, model);
    // A day later, as the database sees it.
    await db().approval.updateMany({ where: { runId }, data: { expiresAt: new Date(Date.now() - 1000) } });
    await db().run.update({ where: { id: runId }, data: { leaseUntil: new Date(Date.now() - 1000) } });
    expect((await decide(actor, runId, '1.0', { allow: true })).status).toBe(409);
    expect(await work(runId, model)).toBe('finished');
    expect(told(model)).toEqual([[false, expect.stringContaining('Nobody decided')]]);
    expect(server.called).toEqual([]);
  });

  it('refuses bad input and the wrong person; a write needs a reviewer', async () => {
    const { actor, runId } = await openRun();
    const model = steps({ name: 'chat__merge', args: { id: 1 } });
    await work(runId, model);
    expect((await decide(actor, runId, '1.0', {})).status).toBe(400);
    expect((await decide(actor, runId, '1.0', { allow: 'yes' })).status).toBe(400);
    expect((await decide(actor, runId, '9.9', { allow: true })).status).toBe(404);
    expect((await decide(actor, 'x', '1.0', { allow: true })).status).toBe(404);
    expect((await decide(null, runId, '1.0', { allow: true })).status).toBe(401);
    expect((await listed(actor, runId))[0].mayAllow).toBe(false);
    expect((await decide(actor, runId, '1.0', { allow: true })).status).toBe(403);
    expect(server.called).toEqual([]);
    const reviewer = await testActor('reviewer');
    expect((await decide(reviewer, runId, '1.0', { allow: true })).status).toBe(200);
    expect((await decide(reviewer, runId, '1.0', { allow: true })).status).toBe(409);
    expect(await work(runId, model)).toBe('finished');
    expect(server.called).toHaveLength(1);
  });

  it('with other arguments than those that were shown is not made', async () => {
    const { actor, runId } = await openRun();
    const model = steps(post());
    await work(runId, model);
    await decide(actor, runId, '1.0', { allow: true });
    await db()
      .$executeRaw`UPDATE run_turns SET answer = jsonb_set(answer, '{calls,0,args,text}', '"all secrets"') WHERE run_id = ${runId}::uuid`;
    expect(await work(runId, model)).toBe('finished');
    expect(told(model)).toEqual([[false, expect.stringContaining('not those that a person was shown')]]);
    expect(server.called).toEqual([]);
    // The toolbox itself asks for the consent too, whoever calls it.
    const toolbox = toolboxOf(() => configuredServers());
    const call = (args: Record<string, unknown>, callId = '1.0') =>
      toolbox.call('chat', 'post', args, { signal: new AbortController().signal, grant: { runId, callId } });
    expect((await call({ text: 'all secrets' })).ok).toBe(false);
    expect((await call(MESSAGE, '2.0')).ok).toBe(false);
    expect((await call(MESSAGE)).ok).toBe(true);
    expect((await call(MESSAGE)).ok).toBe(false);
    expect(server.called).toEqual([{ name: 'post', args: MESSAGE }]);
  });

  it('is not sent again when the worker died while it was under way', async () => {
    const { actor, investigationId, runId } = await openRun();
    const model = steps(post());
    await work(runId, model);
    await decide(actor, runId, '1.0', { allow: true });
    const { promise, resolve } = deferred();
    hold = promise;
    const dying = new AbortController();
    const first = work(runId, model, dying.signal);
    await until(async () => server.called.length === 1);
    dying.abort(new Error('killed'));
    expect(await first).toBe('released');
    resolve();
    expect(await work(runId, model)).toBe('finished');
    expect(server.called).toHaveLength(1);
    expect(await listEvidence(actor, investigationId)).toMatchObject([
      { status: 'failed', error: expect.stringContaining('may have been carried out, or not') },
    ]);
  });

  it('twice in one answer is one question and one message', async () => {
    const { actor, runId } = await openRun();
    const model = steps(post(), post());
    await work(runId, model);
    expect(await listed(actor, runId)).toHaveLength(1);
    await decide(actor, runId, '1.0', { allow: true });
    expect(await work(runId, model)).toBe('finished');
    expect(server.called).toHaveLength(1);
    expect(told(model).map(([ok]) => ok)).toEqual([true, true]);
  });

  it('decided while the run is still at work is seen when it is suspended', async () => {
    const { actor, runId } = await openRun();
    const model = steps(post());
    const { promise, resolve } = deferred();
    const toolbox = toolboxOf(() => configuredServers());
    const slow = { ...toolbox, tools: () => toolbox.tools() };
    // The question is asked, and its answer comes before the run is given back.
    const lease = await import('./lease');
    const release = lease.releaseForApproval;
    const spy = vi.spyOn(lease, 'releaseForApproval').mockImplementation(async (...args) => {
      await promise;
      return release(...args);
    });
    const first = runAgent(runId, { signal: new AbortController().signal, model, toolbox: slow });
    await until(async () => (await db().approval.count({ where: { runId } })) === 1);
    expect((await decide(actor, runId, '1.0', { allow: true })).status).toBe(200);
    resolve();
    expect(await first).toBe('waiting');
    spy.mockRestore();
    expect(await work(runId, model)).toBe('finished');
    expect(server.called).toHaveLength(1);
  });

  it('of a run that was stopped can’t be allowed any more; a flood of questions ends', async () => {
    const stopped = await openRun();
    await work(stopped.runId, steps(post()));
    await cancelRun(stopped.actor, stopped.runId);
    expect((await decide(stopped.actor, stopped.runId, '1.0', { allow: true })).status).toBe(409);

    const { actor, runId } = await openRun();
    const many = Array.from({ length: 30 }, (_, index) => post({ text: `message ${index}` }));
    await work(runId, steps(...many));
    expect(await listed(actor, runId)).toHaveLength(20);
    expect(server.called).toEqual([]);
  });
});
