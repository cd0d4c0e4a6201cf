import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { POST as start } from '@/app/api/evaluations/route';
import type { Actor } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import {
  cancelEvaluation,
  compareEvaluations,
  continueEvaluation,
  describeSuites,
  evaluationCsv,
  getEvaluation,
  listEvaluations,
  markStopped,
  nextEvaluation,
  readEvaluationReport,
  startEvaluation,
} from './manage';
import { addResult, keepAlive, readRun, runFolder, writeRun } from './results';
import { StartEvaluation } from './schema';
import { caseResult } from './testing';

testDatabase();

let lead: Actor;
let analyst: Actor;
beforeAll(async () => {
  [lead, analyst] = [await testActor('lead'), await testActor('analyst')];
});

const asked = (fields: object = {}) => StartEvaluation.parse({ suite: 'sigma', limit: 2, ...fields });
const ended = caseResult();

describe('an evaluation that is started on the page', () => {
  it('waits for a worker, and is in the audit log', async () => {
    const run = await startEvaluation(lead, asked());
    expect(run).toMatchObject({ status: 'queued', total: 0, done: 0, startedBy: { name: lead.name } });
    expect(nextEvaluation()).toBe(run.id);
    expect(listEvaluations(lead).map(({ id }) => id)).toContain(run.id);
    const [line] = await db().auditEntry.findMany({ where: { subjectId: run.id }, orderBy: { id: 'asc' } });
    expect(line).toMatchObject({ verb: 'evaluations.start', actorId: lead.id });
    await cancelEvaluation(lead, run.id);
  });

  it('is refused for a folder of the server, for numbers that are none, and for coaching that nobody would give', async () => {
    const post = async (body: object) => {
      const headers = await keyHeaders(lead);
      const request = new Request('http://localhost/api/evaluations', {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return (await start(request, { params: Promise.resolve({}) })).status;
    };
    expect(await post({ suite: '/etc' })).toBe(400);
    expect(await post({ suite: 'sigma', limit: 0 })).toBe(400);
    expect(await post({ suite: 'sigma', arm: 'alone', coaching: ['Look again.'] })).toBe(400);
    expect(await post({ suite: 'replay' })).toBe(422);
  });

  it('is refused to anybody below a lead', async () => {
    await expect(startEvaluation(analyst, asked())).rejects.toMatchObject({ code: 'forbidden' });
    expect(() => listEvaluations(analyst)).toThrow(/role/);
    await expect(cancelEvaluation(analyst, 'x')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(continueEvaluation(analyst, 'x')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('runs, is cancelled, resumed, stopped and finished, each once', async () => {
    const { id } = await startEvaluation(lead, asked());
    const folder = runFolder(id);
    const stopBeating = keepAlive(folder);
    expect(getEvaluation(lead, id).status).toBe('running');
    await expect(continueEvaluation(lead, id)).rejects.toMatchObject({ reason: 'evaluation_not_resumable' });
    expect(await cancelEvaluation(lead, id)).toMatchObject({ status: 'cancelled' });
    stopBeating();
    await expect(cancelEvaluation(lead, id)).rejects.toMatchObject({ reason: 'evaluation_not_at_work' });
    expect(nextEvaluation()).toBeNull();
    expect(await continueEvaluation(lead, id)).toMatchObject({ status: 'queued' });
    markStopped(id, 'It has cost 10 US dollars.');
    expect(getEvaluation(lead, id)).toMatchObject({ status: 'stopped', stopped: 'It has cost 10 US dollars.' });
    writeRun(folder, { ...readRun(id), finishedAt: '2027-01-01T00:00:00Z' });
    expect(getEvaluation(lead, id).status).toBe('finished');
    await expect(continueEvaluation(lead, id)).rejects.toMatchObject({ reason: 'evaluation_not_resumable' });
  });

  it('shows its tables, its reports and its lines, and compares with another', async () => {
    const [one, two] = [await startEvaluation(lead, asked()), await startEvaluation(lead, asked())];
    addResult(runFolder(one.id), ended, '# Report one');
    addResult(runFolder(two.id), { ...ended, verdict: 'MALICIOUS' }, '# Report two');
    expect(getEvaluation(lead, one.id)).toMatchObject({ done: 1, summary: { right: { count: 1, of: 1 } } });
    expect(readEvaluationReport(lead, two.id, 'a', 1).markdown).toBe('# Report two');
    expect(() => readEvaluationReport(lead, two.id, 'b', 1)).toThrow(/no such report/);
    expect((await evaluationCsv(lead, one.id)).split('\n')[1]).toMatch(/^a,1,k,BENIGN/);
    expect(compareEvaluations(lead, one.id, two.id)).toMatchObject({
      pairs: 1,
      onlyFirstRight: 1,
      changed: [{ id: 'a' }],
    });
    expect(() => getEvaluation(lead, '../../etc')).toThrow(/no such evaluation/);
  });

  it('reads no file outside its own folder, whatever a result names', async () => {
    const { id } = await startEvaluation(lead, asked());
    fs.writeFileSync(path.join(runFolder(id), 'secret.md'), 'secret');
    addResult(runFolder(id), { ...ended, report: '../secret.md' }, null);
    expect(() => readEvaluationReport(lead, id, 'a', 1)).toThrow(/no such report/);
  });

  it('is offered with the team’s own cases first, and coaching that says whose it is', async () => {
    const offer = await describeSuites(lead);
    expect(offer.suites[0]?.name).toBe('replay');
    expect(offer.replayable).toBe(0);
    expect(offer.coaching.split('\n')).toHaveLength(3);
  });
});
