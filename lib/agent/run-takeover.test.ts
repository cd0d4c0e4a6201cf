import { afterAll, describe, expect, it } from 'vitest';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { listEvidence } from '../evidence/list-evidence';
import { closeQueue } from '../jobs/queue';
import { parseReport, readSection } from '../report/report';
import { claimRun, releaseRun } from './lease';
import { getRun } from './read-run';
import { eventsOfRun, ofType, openRun } from './testing/open-case';
import { deferred, finished, query, start, table, until, write } from './testing/run-case';
import { scriptedModel, toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeQueue);

describe('a worker', () => {
  it('one of several gets the run', async () => {
    const { actor, runId } = await openRun();
    const model = scriptedModel([{ calls: [write('Timeline', 'x')] }, {}]);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => start(runId, { model })));
    expect(outcomes.sort()).toEqual(['finished', ...Array.from({ length: 5 }, () => 'not_free')]);
    expect(ofType(await eventsOfRun(actor, runId), 'run.started')).toHaveLength(1);
  });

  it('that stops gives the run back; the next continues without asking or calling again', async () => {
    const { actor, investigationId, runId } = await openRun();
    const stopping = new AbortController();
    const toolbox = toolboxOf({
      logs__query: ({ sql }, signal) =>
        sql === 'slow' && !stopping.signal.aborted
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          : table([[1]]),
    });
    const steps = [
      {
        calls: [
          query('A'),
          write('Timeline', 'wording 1'),
          { name: 'report__replace_text', args: { find: 'wording 1', replace: 'wording 2' } },
        ],
      },
      { calls: [query('B'), query('slow')] },
      { calls: [write('Recommendations', 'x')] },
      {},
    ];
    const first = scriptedModel(steps);
    const running = start(runId, { model: first, toolbox, signal: stopping.signal });
    await until(async () => toolbox.called.length === 3);
    await until(async () => (await db().evidence.count({ where: { investigationId, status: 'ok' } })) === 2);
    stopping.abort(new Error('stopping'));
    expect(await running).toBe('released');
    expect(await getRun(actor, runId)).toMatchObject({ status: 'running' });

    const second = scriptedModel(steps);
    expect(await start(runId, { model: second, toolbox })).toBe('finished');
    expect(toolbox.called.map(({ args }) => args.sql)).toEqual(['A', 'B', 'slow', 'slow']);
    expect(second.requests).toHaveLength(2);
    // What the second was told about the first two turns is, word for word, what the first would have been.
    expect(second.requests[0]?.messages.slice(0, 4)).toEqual(
      first.requests[1]?.messages.concat(second.requests[0]?.messages[3] ?? []),
    );
    const draft = parseReport((await readDraft(actor, investigationId)).markdown);
    expect(readSection(draft.body, 'Timeline')).toBe('wording 2');
    expect((await listEvidence(actor, investigationId)).map((item) => [item.number, item.status])).toEqual([
      [1, 'ok'],
      [2, 'ok'],
      [3, 'ok'],
    ]);
    const events = await eventsOfRun(actor, runId);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect((await finished(actor, runId)).status).toBe('succeeded');
  });

  it('that lost the run writes nothing more, whatever it was doing', async () => {
    const { actor, investigationId, runId } = await openRun();
    const released = deferred();
    const toolbox = toolboxOf({
      logs__query: async () => {
        await released.promise;
        return table([[1]]);
      },
    });
    const running = start(runId, {
      model: scriptedModel([{ calls: [query('A')] }, { calls: [write('Timeline', 'stale')] }, {}]),
      toolbox,
    });
    await until(async () => toolbox.called.length === 1);
    await pool().query(`UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1`, [runId]);
    const other = start(runId, {
      model: scriptedModel([{ calls: [query('A')] }, { calls: [write('Timeline', 'fresh')] }, {}]),
    });
    expect(await other).toBe('finished');
    released.resolve();
    expect(await running).toBe('lost');
    expect((await readDraft(actor, investigationId)).markdown).toContain('fresh');
    expect((await listEvidence(actor, investigationId)).map((item) => item.status)).toEqual(['ok']);
    expect(ofType(await eventsOfRun(actor, runId), 'run.finished')).toHaveLength(1);
  });

  it('gives a run up that kills its worker twice at the same step, and not one whose workers are stopped', async () => {
    const { actor, runId } = await openRun();
    /** A worker that is killed in the middle of a call: nothing of it is written, its lease runs out. */
    const die = async () => {
      await claimRun(runId, `dead-${Math.random()}`, { id: 'scripted', label: 'scripted' });
      await pool().query(`UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1`, [runId]);
    };
    await die();
    await claimRun(runId, 'stopped', { id: 'scripted', label: 'scripted' });
    await releaseRun(runId, 'stopped', 0, null);
    await die();
    await die();
    await start(runId, { model: scriptedModel([{}]) });
    const run = await finished(actor, runId);
    expect(run).toMatchObject({ status: 'failed', error: expect.stringContaining('died 2 times at the same step') });
    expect(run.error).toContain('What was written is kept');
  });

  it('gives a run up that ends its worker again and again', async () => {
    const { actor, runId } = await openRun();
    await db().run.update({ where: { id: runId }, data: { attempts: 6 } });
    await start(runId, { model: scriptedModel([{}]) });
    expect(await finished(actor, runId)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('died 6 times'),
    });
  });
});
