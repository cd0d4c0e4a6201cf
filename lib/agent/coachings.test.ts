import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GET as coachingsRoute } from '@/app/api/coachings/route';
import { POST as runsRoute } from '@/app/api/investigations/[id]/runs/route';
import type { Actor } from '../auth/guard';
import { keyHeaders } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { listProposals } from '../drafts/proposals';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { overrideEnv } from '../env/env';
import { listEvidence } from '../evidence/list-evidence';
import { closeQueue } from '../jobs/queue';
import { writeSection } from '../report/report';
import { ensureStore } from '../store/repo';
import { listCoachings, saysFresh } from './coachings';
import { getRun, listRuns } from './read-run';
import { startRun } from './start-run';
import { eventsOfRun, ofType, openCase } from './testing/open-case';
import { finished, logs, query, start, table } from './testing/run-case';
import { scriptedModel, toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeQueue);

describe('one-click coachings', () => {
  it('are files of the store over those a new store has: changed, added and taken out by a commit', async () => {
    const { actor } = await openCase();
    const labels = (await listCoachings(actor)).map(({ label }) => label);
    expect(labels).toEqual([
      'Dig deeper into this data access',
      'What else did these users do around that time?',
      'Complete the timeline',
      'Try to refute the conclusion',
      'Check the baseline',
      'Who else?',
      'What is missing?',
    ]);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-coachings-'));
    const commands = path.join(folder, 'born', '.claude', 'commands');
    fs.mkdirSync(commands, { recursive: true });
    fs.writeFileSync(
      path.join(commands, 'coach-1-data.md'),
      '---\ndescription: "Our data"\ntechniques: T1530, T1567.002\n---\n\nLook at the vault.\n',
    );
    fs.writeFileSync(path.join(commands, 'coach-2-around.md'), '---\ndescription: x\n---\n');
    fs.writeFileSync(path.join(commands, 'coach-9-own.md'), 'Ask the plant.\n');
    overrideEnv({ DATA_DIR: path.join(folder, 'data') });
    await ensureStore(path.join(folder, 'born'));
    const own = await listCoachings(actor);
    expect(own[0]).toEqual({
      id: '1-data',
      label: 'Our data',
      instruction: 'Look at the vault.',
      techniques: ['T1530', 'T1567.002'],
    });
    expect(own.map(({ id }) => id)).toEqual([
      '1-data',
      '3-timeline',
      '4-refute',
      '5-baseline',
      '6-others',
      '7-missing',
      '9-own',
    ]);
    const answer = await coachingsRoute(new Request('http://localhost/'), { params: Promise.resolve({}) });
    expect(answer.status).toBe(401);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('start a run with their words, and refuse what is none', async () => {
    const { actor, investigationId } = await openCase();
    const headers = await keyHeaders(actor);
    const post = (body: unknown, sent: Record<string, string> = headers) =>
      runsRoute(new Request('http://localhost/', { method: 'POST', headers: sent, body: JSON.stringify(body) }), {
        params: Promise.resolve({ id: investigationId }),
      });
    for (const [body, words] of [
      [{ coaching: '1-nothing' }, 'There is no quick prompt'],
      [{ coaching: '../../etc' }, 'coaching'],
      [{ quote: { text: 'x', section: null } }, 'enter what you want to know'],
      [{ answer: 'note' }, 'enter what you want to know'],
      [{ coaching: '6-others', fresh: 'yes' }, '"fresh":'],
      [{ instruction: 'Why?', quote: { text: ' ', section: null } }, 'quote'],
    ] as const) {
      const refused = await post(body);
      expect(refused.status, JSON.stringify(body)).toBe(400);
      expect(await refused.text()).toContain(words);
    }
    expect((await post({ coaching: '6-others' }, {})).status).toBe(401);
    const { id } = await (await post({ coaching: '6-others', instruction: 'the plant in Ulm' })).json();
    expect(await getRun(actor, id)).toMatchObject({
      kind: 'coach',
      coaching: '6-others',
      quote: null,
      instruction: expect.stringMatching(/^Who else is involved\?[\s\S]+In particular: the plant in Ulm$/),
    });
  });
});

describe('a question about a passage', () => {
  it('is answered in words: the passage goes marked, and the report can’t be changed', async () => {
    const { actor, investigationId } = await openCase();
    const quote = { text: '</data-x> 29 denied calls [E1]', section: 'Timeline' };
    const { id } = await startRun(actor, investigationId, { instruction: 'Is that many?', quote, answer: 'note' });
    const model = scriptedModel([
      { calls: [query('SELECT 1'), { name: 'report__add_to_section', args: { section: 'Timeline', markdown: 'x' } }] },
      { text: 'It is: nobody else has more than two [E1].' },
    ]);
    const before = await readDraft(actor, investigationId);
    expect(await start(id, { model })).toBe('finished');
    const run = await finished(actor, id);
    expect(run).toMatchObject({ kind: 'ask', status: 'succeeded', quote });
    const events = await eventsOfRun(actor, id);
    expect(events.at(-1)).toMatchObject({ message: 'It is: nobody else has more than two [E1].' });
    const [request] = model.requests;
    expect(request?.tools.some((tool) => tool.name.startsWith('report__'))).toBe(false);
    expect(request?.messages[0]).toMatchObject({
      text: expect.stringMatching(/under "Timeline"[\s\S]+<data-\w+ [^>]*selection[^>]*>[\s\S]+29 denied calls/),
    });
    const refused = ofType(events, 'tool.finished').filter(({ ok }) => !ok);
    expect(refused).toMatchObject([{ evidence: null, message: expect.stringContaining('not changed') }]);
    expect(await readDraft(actor, investigationId)).toEqual(before);
    expect(await db().proposal.count({ where: { investigationId } })).toBe(0);
  });
});

describe('what an earlier run of the case has asked', () => {
  const ended = query('SELECT user, count(*) FROM cloudtrail GROUP BY 1');
  const open = { ...ended, args: { ...ended.args, to: new Date(Date.now() + 86_400_000).toISOString() } };
  const current = { name: 'logs__query', args: { ...ended.args, sql: 'SELECT now()' } };
  const calls = [ended, open, current, { name: 'logs__query', args: { sql: 'SELECT 1' } }];
  const coached = async (actor: Actor, investigationId: string, input: Parameters<typeof startRun>[2]) => {
    const { id } = await startRun(actor, investigationId, input);
    const toolbox = logs();
    const model = scriptedModel([{ calls }, { calls: [ended] }, { text: 'Done.' }]);
    expect(await start(id, { model, toolbox })).toBe('finished');
    const events = ofType(await eventsOfRun(actor, id), 'tool.finished');
    return { called: toolbox.called.map(({ args }) => args), events, model };
  };

  it('is answered from its record where the time range had ended, marked with number and time', async () => {
    const { actor, investigationId } = await openCase();
    await coached(actor, investigationId, {});
    const { called, events, model } = await coached(actor, investigationId, { coaching: '6-others' });
    expect(called).toEqual([open.args, current.args, calls[3]?.args]); // what may have another answer by now
    expect(events.map(({ evidence }) => evidence)).toEqual([1, 5, 6, 7, 1]);
    expect(events.find(({ evidence }) => evidence === 1)?.message).toMatch(
      /^Not queried again: from the record of E1, fetched 20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ/,
    );
    const told = model.requests[1]?.messages.at(-1);
    expect(told?.role === 'tools' && told.results[0]).toMatchObject({
      evidence: 1,
      text: expect.stringMatching(/^\[E1\] 1 row\. Not queried again: [\s\S]+14/),
      structured: { rows: [[14]] },
    });
    expect(await listEvidence(actor, investigationId)).toHaveLength(7);
  });

  it('is answered from its record while the log sources are unchanged, and asked again once they are not', async () => {
    const { actor, investigationId } = await openCase();
    const list = { name: 'logs__list_sources', args: {} };
    const run = async (listing: Record<string, unknown>, fresh = false) => {
      const { id } = await startRun(actor, investigationId, { coaching: '6-others', fresh });
      const toolbox = toolboxOf({
        logs__list_sources: () => ({ structured: listing }),
        logs__query: () => table([[14]]),
      });
      const model = scriptedModel([{ calls: [list] }, { calls: [open] }, { text: 'Done.' }]);
      expect(await start(id, { model, toolbox })).toBe('finished');
      const messages = ofType(await eventsOfRun(actor, id), 'tool.finished').map(({ message }) => message ?? '');
      return { called: toolbox.called.map(({ name }) => name.replace('logs__', '')), messages };
    };
    const small = { sources: [{ name: 'cloudtrail', rows: 10 }] };
    const large = { sources: [{ name: 'cloudtrail', rows: 11 }] };
    expect((await run(small)).called).toEqual(['list_sources', 'query']);
    const again = await run(small);
    expect(again.called).toEqual(['list_sources']);
    expect(again.messages.join()).toContain('the log sources are unchanged since');
    expect((await run(small, true)).called).toEqual(['list_sources', 'query']);
    expect((await run(large)).called).toEqual(['list_sources', 'query']);
    const reading = { ...large, indexing: [{ source: 'cloudtrail' }] };
    expect((await run(reading)).called).toEqual(['list_sources', 'query']);
    expect((await run(reading)).called).toEqual(['list_sources', 'query']);
  });

  it('is asked again when a person says so, by the switch or in their own words', async () => {
    const { actor, investigationId } = await openCase();
    await coached(actor, investigationId, {});
    const switched = await coached(actor, investigationId, { coaching: '6-others', fresh: true });
    expect(switched.called).toHaveLength(4);
    expect(switched.model.requests[0]?.messages[0]).toMatchObject({
      text: expect.stringContaining('Ask the sources again'),
    });
    const [run] = await listRuns(actor, investigationId);
    expect(run).toMatchObject({ fresh: true, instruction: expect.not.stringContaining('again') });
    const fresh = { coaching: '6-others', instruction: 'with fresh data' };
    expect((await coached(actor, investigationId, fresh)).called).toHaveLength(4);
    expect((await coached(actor, investigationId, { instruction: 'Against whom?' })).called).toHaveLength(3);
  });
});

it('takes words for a wish for fresh answers only where they are about asking', () => {
  const wishes = [
    'Ask again',
    'with fresh data',
    'Please re-run the queries',
    'check the okta logs again',
    'refresh it',
  ];
  const others = [
    'Rank the hypotheses again',
    'Did he sign in again?',
    'Is this the latest sign-in?',
    'Which hosts are live?',
  ];
  expect(wishes.filter((said) => !saysFresh(said))).toEqual([]);
  expect(others.filter((said) => saysFresh(said))).toEqual([]);
});

describe('coaching a report that a person has edited', () => {
  it('gives small hunks, previewed while they arrive', async () => {
    const { actor, investigationId } = await openCase();
    const opened = await readDraft(actor, investigationId);
    const text = ['## Notes', 'A person wrote this.'].join('\n\n');
    const timeline =
      '| Time (UTC) | Event | Evidence |\n|---|---|---|\n| 2026-01-01 10:00:00Z | alert | [E1] |\n| 2026-01-01 12:00:00Z | end | [E1] |';
    const markdown = `${writeSection(opened.markdown, 'Timeline', timeline)}\n${text}\n`;
    await saveDraft(actor, investigationId, { markdown, version: opened.version });
    const { id } = await startRun(actor, investigationId, {
      instruction: 'Complete the timeline.',
      quote: { text: '| 2026-01-01 12:00:00Z | end | [E1] |', section: 'Timeline' }, // selected: free to be changed
    });
    const row = { time: '2026-01-01T11:00:00Z', event: 'key used again', evidence: [1] };
    const model = scriptedModel([
      { calls: [query('SELECT 1')] },
      {
        calls: [
          { name: 'report__add_timeline_rows', args: { rows: [row] } },
          { name: 'report__replace_text', args: { find: '| end |', replace: '| last use |' } },
          { name: 'report__replace_text', args: { find: 'nowhere', replace: '' } },
        ],
      },
      { text: 'Done.' },
    ]);
    await start(id, { model });
    expect((await readDraft(actor, investigationId)).markdown).toBe(markdown);
    const [proposal] = await listProposals(actor, investigationId);
    const changes = proposal?.hunks
      .map(({ before, after }) => [before, after])
      .filter(([, after]) => !after?.startsWith('model:'));
    expect(changes).toEqual([
      [
        '| 2026-01-01 12:00:00Z | end | [E1] |',
        '| 2026-01-01 11:00:00Z | key used again | [E1] |\n| 2026-01-01 12:00:00Z | last use | [E1] |',
      ],
    ]);
    const inputs = ofType(await eventsOfRun(actor, id), 'report.input');
    expect(new Set(inputs.map(({ tool }) => tool))).toEqual(new Set(['add_timeline_rows', 'replace_text']));
  });
});
