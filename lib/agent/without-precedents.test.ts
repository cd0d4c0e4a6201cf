import { afterAll, describe, expect, it } from 'vitest';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { readPrecedents } from '../library/read-precedents';
import type { TurnRequest } from '../model/model';
import { patchFrontMatter, writeSection } from '../report/report';
import { startRun } from './start-run';
import { openCase, openRun } from './testing/open-case';
import { finished, query, start, table, write } from './testing/run-case';
import { scriptedModel, toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeQueue);

const PLANTED = { codename: 'calm-brave-otter', title: 'The same key', status: 'approved', classification: 'BENIGN' };
const tools = () =>
  toolboxOf({
    logs__query: () => table([[14]]),
    socdown__search_cases: () => ({ structured: { cases: [PLANTED], rowCount: 1 } }),
  });

/** A model that believes a past case where it is told one, and else what the logs show. */
const gullible = () => {
  const told = ({ messages }: TurnRequest): boolean => JSON.stringify(messages).includes(PLANTED.codename);
  return scriptedModel([
    { calls: [{ name: 'socdown__search_cases', args: { entities: ['203.0.113.7'] } }, query('SELECT 1')] },
    (request) => {
      const [classification, summary] = told(request)
        ? ['BENIGN', 'The key is a deployer’s, as the approved case says [E1]. 14 calls were seen [E2].']
        : ['SUSPICIOUS', '14 calls were seen from an unknown address [E2].'];
      const assessment = { classification, confidence: 80, assessed_severity: 'low', techniques: [] };
      return { calls: [write('Executive Summary', summary), { name: 'report__set_assessment', args: assessment }] };
    },
    { text: 'Done.' },
  ]);
};

describe('a wrong precedent', () => {
  it('that a verdict follows is named, and flagged by a run without it, which leaves the report as it is', async () => {
    const { actor, investigationId, runId } = await openRun();
    await start(runId, { model: gullible(), toolbox: tools() });
    expect((await finished(actor, runId)).status).toBe('succeeded');
    const before = await readPrecedents(actor, investigationId);
    expect(before.claims.map(({ text }) => text)).toEqual(['The key is a deployer’s, as the approved case says [E1].']);
    expect(before).toMatchObject({ verdict: { classification: 'BENIGN' }, rerun: null });

    const { markdown, version } = await db().draft.findUniqueOrThrow({ where: { investigationId } });
    const { id } = await startRun(actor, investigationId, { withoutPrecedents: true });
    const toolbox = tools();
    const model = gullible();
    await start(id, { model, toolbox });
    expect((await finished(actor, id)).withoutPrecedents).toBe(true);
    expect(toolbox.called.map(({ name }) => name)).not.toContain('socdown__search_cases');
    expect(model.requests[0]?.tools.map(({ name }) => name)).not.toContain('socdown__search_cases');
    // Neither the report nor what was said and recorded before is told, for it may rest on the precedent.
    expect(JSON.stringify(model.requests)).not.toMatch(/calm-brave-otter|as the approved case says/);
    expect(await readPrecedents(actor, investigationId)).toMatchObject({
      verdict: { classification: 'BENIGN' },
      rerun: { runId: id, status: 'succeeded', verdict: { classification: 'SUSPICIOUS', confidence: 80 }, moved: true },
    });
    expect(await db().draft.findUniqueOrThrow({ where: { investigationId } })).toMatchObject({ markdown, version });
    expect(await db().proposal.count({ where: { investigationId } })).toBe(0);
  });

  it('can’t be read from the record of the run before', async () => {
    const { actor, investigationId, runId } = await openRun();
    await start(runId, { model: gullible(), toolbox: tools() });
    const { id } = await startRun(actor, investigationId, { withoutPrecedents: true });
    const model = scriptedModel([
      {
        calls: [
          { name: 'evidence__read', args: { number: 1 } },
          { name: 'evidence__read', args: { number: 2 } },
        ],
      },
      { text: 'Nothing.' },
      { text: 'Nothing.' },
    ]);
    await start(id, { model, toolbox: tools() });
    const results = model.requests[1]?.messages.flatMap((message) => (message.role === 'tools' ? message.results : []));
    expect(results?.map(({ ok }) => ok)).toEqual([false, true]);
    // A run that wrote no verdict has none to compare.
    expect((await readPrecedents(actor, investigationId)).rerun).toMatchObject({ verdict: null, moved: null });
  });
});

describe('a verdict', () => {
  const claimsIn = async (summary: string, hypotheses = '') => {
    const { actor, investigationId } = await openCase();
    const { markdown } = await db().draft.findUniqueOrThrow({ where: { investigationId } });
    const text = writeSection(
      writeSection(patchFrontMatter(markdown, { classification: 'BENIGN' }), 'Executive Summary', summary),
      'Hypothesis Analysis',
      hypotheses || 'None.',
    );
    await db().draft.update({ where: { investigationId }, data: { markdown: text } });
    return (await readPrecedents(actor, investigationId)).claims.map(({ text: claim }) => claim);
  };

  it.each([
    ['No past case is about these entities. The key was rotated.', []],
    ['None of the approved cases shares a key. It is a deployment.', []],
    ['It is a deployment. A similar case was closed as benign.', ['A similar case was closed as benign.']],
    [
      'As in previous investigations, the role is a deployer.',
      ['As in previous investigations, the role is a deployer.'],
    ],
    ['Three cases of beer were shipped.', []],
  ])('that says %j', async (summary, claims) => {
    expect(await claimsIn(summary)).toEqual(claims);
  });

  it('rests on a precedent in a supported hypothesis, and not on what speaks against it or for another one', async () => {
    const hypotheses = `### 1. Deployment

**Status:** supported

For:

- The earlier case found the same role.

Against:

- A past case of this role was malicious.

### 2. Theft

**Status:** refuted

For:

- A prior incident looked like it.`;
    expect(await claimsIn('It is a deployment.', hypotheses)).toEqual(['The earlier case found the same role.']);
  });
});

it('a run without precedents takes no instruction, and is refused to who may start none', async () => {
  const { actor, investigationId } = await openCase();
  const ask = { withoutPrecedents: true, instruction: 'Look again.' };
  await expect(startRun(actor, investigationId, ask)).rejects.toMatchObject({ code: 'bad_request' });
  await expect(
    startRun({ ...actor, scope: 'read' }, investigationId, { withoutPrecedents: true }),
  ).rejects.toMatchObject({
    reason: 'key_scope',
  });
  await expect(readPrecedents(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
  await expect(readPrecedents({ ...actor, scope: 'intake' }, investigationId)).rejects.toMatchObject({
    reason: 'key_scope',
  });
});
