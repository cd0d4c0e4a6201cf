import { afterAll, describe, expect, it } from 'vitest';
import type { RouteHandler } from '@/app/api/handler';
import { GET as readEvidenceRoute } from '@/app/api/investigations/[id]/evidence/[number]/route';
import { GET as listEvidenceRoute } from '@/app/api/investigations/[id]/evidence/route';
import { GET as listRoute, POST as startRoute } from '@/app/api/investigations/[id]/runs/route';
import { POST as cancelRoute } from '@/app/api/runs/[id]/cancel/route';
import { GET as eventsRoute } from '@/app/api/runs/[id]/events/route';
import { GET as getRoute } from '@/app/api/runs/[id]/route';
import type { Actor } from '../auth/guard';
import type { Role } from '../auth/permissions';
import { keyHeaders, testActor } from '../auth/testing';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { cancelRun } from './cancel-run';
import { getRun, listRuns } from './read-run';
import { runAgent } from './run-agent';
import { startRun } from './start-run';
import { openCase, openRun } from './testing/open-case';
import { scriptedModel, toolboxOf } from './testing/scripted-model';
import { closeRunWatch } from './watch-run';

testDatabase();
afterAll(closeQueue);
afterAll(closeRunWatch);

const nobody = '00000000-0000-7000-8000-000000000000';
/** No role may do less than an analyst today; a role the table doesn't know must still be refused. */
const stranger = async (): Promise<Actor> => ({ ...(await testActor('analyst')), role: 'visitor' as Role });

async function call(
  handler: RouteHandler,
  actor: Actor | null,
  params: Record<string, string>,
  options: { body?: unknown; query?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Response> {
  const headers = { ...(actor ? await keyHeaders(actor) : {}), ...options.headers };
  const request = new Request(`http://localhost/api/x${options.query ?? ''}`, {
    method: options.body === undefined ? 'GET' : 'POST',
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return handler(request, { params: Promise.resolve(params) });
}

describe('startRun', () => {
  it('makes the run, its audit row and its job together', async () => {
    const { actor, investigationId } = await openCase();
    const { id } = await startRun(actor, investigationId, { instruction: '  Look at the key.  ' });
    expect(await getRun(actor, id)).toMatchObject({
      kind: 'coach',
      instruction: 'Look at the key.',
      status: 'queued',
      model: 'builtin',
      label: 'built-in analyst: rules, no language model',
      requestedBy: { id: actor.id },
    });
    expect(await db().auditEntry.count({ where: { verb: 'runs.start', subjectId: id } })).toBe(1);
    const jobs = await pool().query(`SELECT 1 FROM jobs.job WHERE name = 'runs' AND data->>'runId' = $1`, [id]);
    expect(jobs.rowCount).toBe(1);
  });

  it('refuses a second live run, also of two that come at the same moment', async () => {
    const { actor, investigationId } = await openCase();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => startRun(actor, investigationId)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('conflict');
    expect(await listRuns(actor, investigationId)).toHaveLength(1);
  });

  it.each([
    [{ instruction: '' }],
    [{ instruction: 'x'.repeat(4001) }],
    [{ instruction: '\0' }],
    [{ model: 'x' }],
    [{ parallel: 1 }],
    [{ parallel: true }], // the default here is the built-in analyst
    [[]],
  ])('refuses %j with 400 and changes nothing', async (body) => {
    const { actor, investigationId } = await openCase();
    const answer = await call(startRoute, actor, { id: investigationId }, { body });
    expect(answer.status).toBe(400);
    expect(await listRuns(actor, investigationId)).toEqual([]);
  });

  it('refuses who may not, who is nobody, and an investigation that is not there', async () => {
    const { actor, investigationId } = await openCase();
    await expect(startRun(await stranger(), investigationId)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await call(startRoute, null, { id: investigationId }, { body: {} })).status).toBe(401);
    expect((await call(startRoute, actor, { id: nobody }, { body: {} })).status).toBe(404);
    expect((await call(startRoute, actor, { id: 'x' }, { body: {} })).status).toBe(404);
    const started = await call(startRoute, actor, { id: investigationId }, { body: {} });
    expect(started.status).toBe(202);
    expect(await (await call(listRoute, actor, { id: investigationId })).json()).toMatchObject({
      items: [{ status: 'queued' }],
    });
  });
});

describe('cancelRun', () => {
  it('ends a queued run at once, once, and says so in its events', async () => {
    const { actor, runId } = await openRun();
    const answer = await call(cancelRoute, actor, { id: runId }, { body: {} });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ status: 'cancelled' });
    expect((await call(cancelRoute, actor, { id: runId }, { body: {} })).status).toBe(202);
    const { rows } = await pool().query('SELECT seq, type FROM run_events WHERE run_id = $1', [runId]);
    expect(rows).toEqual([{ seq: 1, type: 'run.finished' }]);
    expect(
      await runAgent(runId, { signal: new AbortController().signal, model: scriptedModel([]), toolbox: toolboxOf({}) }),
    ).toBe('not_free');
  });

  it('refuses an unknown run, and who may not', async () => {
    const { actor, runId } = await openRun();
    await expect(cancelRun(actor, nobody)).rejects.toMatchObject({ code: 'not_found' });
    await expect(cancelRun(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
    await expect(cancelRun(await stranger(), runId)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await call(cancelRoute, null, { id: runId }, { body: {} })).status).toBe(401);
    expect((await getRun(actor, runId)).status).toBe('queued');
  });
});

describe('the events of a run', () => {
  const steps = [
    { text: 'Hm.', calls: [{ name: 'logs__query', args: { sql: 'A' } }] },
    { calls: [{ name: 'report__write_section', args: { section: 'Timeline', markdown: 'x' } }] },
    {},
  ];
  const toolbox = () =>
    toolboxOf({ logs__query: () => ({ structured: { columns: ['n'], rows: [[1], [2]], rowCount: 2 } }) });
  const seqs = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

  it('stream while it runs, end with it, and go on where a reader left', async () => {
    const { actor, investigationId, runId } = await openRun();
    const live = await call(eventsRoute, actor, { id: runId });
    expect(Object.fromEntries(live.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    });
    const whole = live.text();
    await runAgent(runId, { signal: new AbortController().signal, model: scriptedModel(steps), toolbox: toolbox() });
    const text = await whole;
    const all = seqs(text);
    expect(all.length).toBeGreaterThan(8);
    expect(all).toEqual(all.map((_, index) => index + 1));
    expect(text.trimEnd().split('\n\n').at(-1)).toMatch(
      /^id: \d+\nevent: run\.finished\ndata: \{.*"status":"succeeded"/,
    );

    const resumed = await call(
      eventsRoute,
      actor,
      { id: runId },
      { headers: { 'last-event-id': '5' }, query: '?after=2' },
    );
    expect(seqs(await resumed.text())).toEqual(all.slice(5));
    const after = await call(eventsRoute, actor, { id: runId }, { query: '?after=7' });
    expect(seqs(await after.text())).toEqual(all.slice(7));
    expect((await call(eventsRoute, actor, { id: runId }, { query: `?after=${all.length}` })).status).toBe(204);
    expect((await call(eventsRoute, actor, { id: runId }, { query: '?after=-1' })).status).toBe(400);
    expect((await call(eventsRoute, null, { id: runId })).status).toBe(401);
    expect((await call(eventsRoute, actor, { id: nobody })).status).toBe(404);

    const list = await call(listEvidenceRoute, actor, { id: investigationId });
    expect(await list.json()).toMatchObject({ items: [{ number: 1, rows: 2, status: 'ok' }] });
    const detail = await call(readEvidenceRoute, actor, { id: investigationId, number: 'E1' }, { query: '?offset=1' });
    expect(await detail.json()).toMatchObject({ table: { columns: ['n'], rows: [[2]], total: 2, offset: 1 } });
    for (const number of ['9', '0', 'x', '', '99999999999']) {
      expect((await call(readEvidenceRoute, actor, { id: investigationId, number })).status).toBe(404);
    }
    expect((await call(getRoute, actor, { id: runId })).status).toBe(200);
  });

  it('end for a reader who leaves, and all at once when the process stops', async () => {
    const { actor, runId } = await openRun();
    const leaving = new AbortController();
    const left = (await call(eventsRoute, actor, { id: runId }, { signal: leaving.signal })).text();
    const other = (await call(eventsRoute, actor, { id: runId })).text();
    leaving.abort();
    expect(seqs(await left)).toEqual([]);
    await closeRunWatch();
    expect(seqs(await other)).toEqual([]);
  });

  it('go on after the notification connection broke', async () => {
    const { actor, runId } = await openRun();
    const whole = (await call(eventsRoute, actor, { id: runId })).text();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const killed = await pool().query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'socdown run events' AND datname = current_database()`,
    );
    expect(killed.rowCount).toBe(1);
    await runAgent(runId, { signal: new AbortController().signal, model: scriptedModel(steps), toolbox: toolbox() });
    expect(await whole).toContain('event: run.finished');
  });
});
