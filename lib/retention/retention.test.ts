import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { exportEvidence } from '../evidence/export-evidence';
import { readEvidence } from '../evidence/read-evidence';
import { readRecords } from '../evidence/read-records';
import { approvedRevision, editDraft, readyReport, testInvestigation } from '../reviews/testing';
import { checkEvidence } from '../store/verify-evidence';
import { hashOf } from '../text/canonical-json';
import { applyRetention, previewRetention } from './apply';
import { readRetention, saveRetention } from './settings';

testDatabase();

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const result = { text: 'a row\n', structured: null };
let [admin, author, reviewer]: Actor[] = [];
beforeAll(async () => {
  [admin, author, reviewer] = [await testActor('admin'), await testActor('analyst'), await testActor('reviewer')];
});

/** A case with five records of a run that ended `days` ago (null: it has not). */
async function caseOf(days: number | null, markdown: string) {
  const { id } = await testInvestigation(author as Actor, markdown);
  const runId = uuid();
  const finishedAt = days === null ? null : ago(days);
  const status = days === null ? 'running' : 'succeeded';
  const run = { kind: 'investigate', model: 'm', status, finishedAt, requestedById: author?.id ?? '' };
  await db().run.create({ data: { id: runId, investigationId: id, ...run } });
  for (const number of [1, 2, 3, 4, 5]) {
    const call = { number, callId: `c${number}`, server: 'logs', tool: 'query', args: {}, argsHash: 'x' };
    const outcome = { status: 'ok', rows: 1, bytes: 100, sha256: hashOf(result), result };
    await db().evidence.create({
      data: { id: uuid(), investigationId: id, runId, ...call, ...outcome, startedAt: ago(days ?? 400) },
    });
  }
  for (const [seq, type] of [
    'run.started',
    'text',
    'thinking',
    'report.delta',
    'tool.finished',
    'run.finished',
  ].entries())
    await db().runEvent.create({ data: { runId, seq: seq + 1, type, data: { type, delta: 'said' } } });
  return { id, runId };
}
const kept = async (investigationId: string) =>
  (await db().evidence.findMany({ where: { investigationId }, orderBy: { number: 'asc' } }))
    .filter(({ result }) => result !== null)
    .map(({ number }) => number);
const typesOf = async (runId: string) =>
  (await db().runEvent.findMany({ where: { runId }, orderBy: { seq: 'asc' } })).map(({ type }) => type);

describe('the settings', () => {
  it('keep runs and evidence for ever until an admin says otherwise', async () => {
    const analyst = author as Actor;
    expect(await readRetention(analyst)).toEqual({ deliveries: 14, runs: null, evidence: null });
    await expect(saveRetention(analyst, { evidence: 30 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(previewRetention(analyst)).rejects.toMatchObject({ code: 'forbidden' });
    for (const wrong of [{ evidence: 1 }, { runs: 0.5 }, { deliveries: 0 }, { runs: Number.NaN }, { alerts: 30 }])
      await expect(saveRetention(admin as Actor, wrong as object), JSON.stringify(wrong)).rejects.toThrow();
    expect(await db().auditEntry.count({ where: { verb: 'retention.configure' } })).toBe(0);
  });
});

describe('what is older than it is kept', () => {
  it('goes as the preview says, but never what a report cites, nor what is recent or under way', async () => {
    const settings = { deliveries: null, runs: 100, evidence: 100 };
    const approved = await caseOf(200, readyReport({}, 'The claim [E1].'));
    await approvedRevision(author as Actor, reviewer as Actor, approved.id, readyReport({}, 'Claims [E2–E3].'));
    await editDraft(author as Actor, approved.id, readyReport({}, 'Now | E4 |'));
    const open = await caseOf(200, readyReport({}, 'Nothing is cited.'));
    const recent = await caseOf(50, readyReport({}, 'Nothing is cited.'));
    const running = await caseOf(null, readyReport({}, 'Nothing is cited.'));
    const before = JSON.stringify(await db().$transaction((tx) => exportEvidence(tx, approved.id)));

    const expected = { deliveries: { count: 0 }, runs: { count: 6 }, evidence: { count: 7, bytes: 700 } };
    expect(await previewRetention(admin as Actor, settings)).toMatchObject(expected);
    expect(await kept(open.id)).toEqual([1, 2, 3, 4, 5]);
    await saveRetention(admin as Actor, settings);
    expect(await applyRetention()).toMatchObject(expected);

    expect(await kept(approved.id)).toEqual([2, 3, 4]);
    expect(await kept(open.id)).toEqual([]);
    expect(await kept(recent.id)).toHaveLength(5);
    expect(await kept(running.id)).toHaveLength(5);
    expect(await typesOf(open.runId)).toEqual(['run.started', 'tool.finished', 'run.finished']);
    expect(await typesOf(recent.runId)).toHaveLength(6);
    expect(await typesOf(running.runId)).toHaveLength(6);

    // Twice removes nothing more, and says nothing more.
    expect(await applyRetention()).toMatchObject({ runs: { count: 0 }, evidence: { count: 0 } });
    const rows = await db().auditEntry.findMany({ where: { verb: 'retention.apply' } });
    expect(rows.map(({ actorId, data }) => ({ actorId, data }))).toEqual([
      { actorId: null, data: expect.objectContaining({ evidence: { count: 7, bytes: 700 }, settings }) },
    ]);

    // A record without its result says so wherever it is read, and its hash still holds.
    expect(await readEvidence(author as Actor, open.id, 1)).toMatchObject({
      text: null,
      sha256: hashOf(result),
      removedAt: expect.any(String),
    });
    const [first, second] = await db().$transaction((tx) => readRecords(tx, approved.id, []));
    expect([first?.cut, second?.cut]).toEqual(['removed by the retention settings', undefined]);
    const after = JSON.stringify(await db().$transaction((tx) => exportEvidence(tx, approved.id)));
    const problems: string[] = [];
    checkEvidence(after, before, (problem) => problems.push(problem));
    expect(problems).toEqual([]);
  });
});
