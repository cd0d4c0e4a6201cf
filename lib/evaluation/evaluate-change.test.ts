import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { decideChange } from '../method/decide-change';
import { proposeChange } from '../method/propose-change';
import { loadRunbooks } from '../runbooks/load-runbooks';
import { evaluateChange, readChangeEvaluation } from './evaluate-change';
import { cancelEvaluation, startEvaluation } from './manage';
import { methodOf, placeMethod } from './method';
import { addResult, readRun, runFolder, writeRun } from './results';
import { StartEvaluation } from './schema';
import { caseResult } from './testing';

testDatabase();

const FILE = 'runbooks/badge.md';
const RUNBOOK = `---
title: Badge at night
match:
  rules: [badge]
---

## Questions that decide

1. Whose badge? \`who\`
`;
const RIGHT = caseResult({ truth: 'MALICIOUS', accept: ['MALICIOUS'], verdict: 'MALICIOUS', report: null });

let lead: Actor;
let analyst: Actor;
beforeAll(async () => {
  [lead, analyst] = [await testActor('lead'), await testActor('analyst')];
});

const propose = (text = RUNBOOK, file = FILE) =>
  proposeChange(analyst, { path: file, text, base: '', note: 'Badges open doors.' });
const kept = (id: string, file: string) => path.join(runFolder(id), 'method', file);

describe('a proposed change', () => {
  it('is evaluated on the same cases with the method before and after it, which its page compares', async () => {
    const change = await propose();
    expect(await readChangeEvaluation(analyst, change.id)).toBeNull();
    const { before, after, comparison } = await evaluateChange(lead, change.id, { suite: 'sigma', limit: 3 });
    expect(comparison).toBeNull();
    expect([before, after].map(({ status }) => status)).toEqual(['queued', 'queued']);
    const { method: _, ...same } = before.settings;
    expect(after.settings).toEqual({ ...same, method: change.id });
    expect(fs.existsSync(kept(before.id, FILE))).toBe(false);
    expect(fs.readFileSync(kept(after.id, FILE), 'utf8')).toBe(RUNBOOK);
    expect(fs.readFileSync(kept(before.id, 'CLAUDE.md'), 'utf8').length).toBeGreaterThan(100);
    addResult(runFolder(before.id), RIGHT, null);
    addResult(runFolder(after.id), { ...RIGHT, verdict: 'BENIGN' }, null);
    const found = await readChangeEvaluation(analyst, change.id);
    expect(found?.comparison).toMatchObject({ pairs: 1, onlyFirstRight: 1, changed: [{ id: 'a', second: 'BENIGN' }] });
    const line = await db().auditEntry.findFirst({ where: { subjectId: change.id, verb: 'evaluations.start' } });
    expect(line).toMatchObject({ actorId: lead.id, data: { before: before.id, after: after.id } });
    // One at a time; the newest pair is the one that is shown.
    await expect(evaluateChange(lead, change.id, {})).rejects.toMatchObject({ reason: 'evaluation_at_work' });
    for (const { id } of [before, after]) await cancelEvaluation(lead, id);
    const again = await evaluateChange(lead, change.id, { suite: 'labelled' });
    expect((await readChangeEvaluation(lead, change.id))?.before.id).toBe(again.before.id);
    for (const { id } of [again.before, again.after]) await cancelEvaluation(lead, id);
  });

  it('is not evaluated by an analyst, once decided, when it can’t be used, or without a case to replay', async () => {
    const change = await propose('---\ntitle: Other\n---\n', 'runbooks/other.md');
    await expect(evaluateChange(analyst, change.id, { suite: 'sigma' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(evaluateChange(lead, change.id, { suite: 'sigma' })).rejects.toMatchObject({
      reason: 'method_change_invalid',
    });
    const good = await propose(RUNBOOK.replace('Badge', 'Card'), 'runbooks/card.md');
    await expect(evaluateChange(lead, good.id, {})).rejects.toMatchObject({ code: 'unprocessable' });
    await expect(evaluateChange(lead, good.id, { limit: 0 })).rejects.toThrow(/At least 1 case/);
    await expect(evaluateChange(lead, 'nothing', {})).rejects.toMatchObject({ code: 'not_found' });
    await decideChange(analyst, good.id, { decision: 'withdraw', hash: good.hash });
    await expect(evaluateChange(lead, good.id, { suite: 'sigma' })).rejects.toMatchObject({
      reason: 'method_change_decided',
    });
  });
});

describe('the method of an evaluation', () => {
  it('is the team’s own or the one that ships', async () => {
    const settings = { suite: 'sigma', limit: 1 } as const;
    const own = await startEvaluation(lead, StartEvaluation.parse(settings));
    const shipped = await startEvaluation(lead, StartEvaluation.parse({ ...settings, method: 'shipped' }));
    expect(fs.existsSync(kept(own.id, 'CLAUDE.md'))).toBe(true);
    expect(fs.existsSync(kept(shipped.id, 'CLAUDE.md'))).toBe(false);
    for (const { id } of [own, shipped])
      writeRun(runFolder(id), { ...readRun(id), finishedAt: '2027-01-01T00:00:00Z' });
    expect(await methodOf('shipped')).toBeNull();
    await expect(methodOf('mine')).rejects.toMatchObject({ code: 'bad_request' });
    await expect(methodOf('00000000-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is the store of the evaluation’s own installation', async () => {
    const change = await propose(RUNBOOK, 'runbooks/door.md');
    const { before, after } = await evaluateChange(lead, change.id, { suite: 'sigma', limit: 1 });
    const files = async () => (await loadRunbooks()).runbooks.map(({ file }) => file);
    expect(await files()).not.toContain('runbooks/door.md');
    await placeMethod(runFolder(after.id));
    expect(await files()).toContain('runbooks/door.md');
    for (const { id } of [before, after]) await cancelEvaluation(lead, id);
  });
});
