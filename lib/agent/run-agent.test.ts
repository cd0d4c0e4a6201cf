import { afterAll, describe, expect, it } from 'vitest';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { listEvidence } from '../evidence/list-evidence';
import { readEvidence } from '../evidence/read-evidence';
import { closeQueue } from '../jobs/queue';
import { ModelError } from '../model/model-error';
import { parseReport, readSection } from '../report/report';
import { cancelRun } from './cancel-run';
import { getRun } from './read-run';
import { resumeRun } from './resume-run';
import { startRun } from './start-run';
import { eventsOfRun, ofType, openRun } from './testing/open-case';
import { assess, deferred, finished, logs, query, start, table, until, write } from './testing/run-case';
import { scriptedModel, toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeQueue);

describe('a run', () => {
  it('asks, records, writes, and leaves a draft, a usage and events in order', async () => {
    const { actor, investigationId, runId } = await openRun();
    const model = scriptedModel([
      { text: 'I count.', calls: [query('SELECT 1'), query('SELECT 2')] },
      { calls: [write('Executive Summary', '14 denied calls [E1].'), assess] },
      { text: 'Done.' },
    ]);
    expect(await start(runId, { model })).toBe('finished');
    const run = await finished(actor, runId);
    expect(run).toMatchObject({
      status: 'succeeded',
      error: null,
      usage: { turns: 3, inputTokens: 30, outputTokens: 15 },
    });

    const evidence = await listEvidence(actor, investigationId);
    expect(evidence.map(({ number, status, rows, args }) => [number, status, rows, args])).toEqual([
      [1, 'ok', 1, query('SELECT 1').args],
      [2, 'ok', 1, query('SELECT 2').args],
    ]);
    expect(evidence[0]).toMatchObject({
      timeFrom: '2026-01-01T00:00:00.000Z',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const told = model.requests[1]?.messages.at(-1);
    expect(told?.role === 'tools' && told.results.map((result) => result.text.slice(0, 5))).toEqual(['[E1] ', '[E2] ']);
    expect(told?.role === 'tools' && told.results[0]?.structured).toMatchObject({ rows: [[14]] });

    const draft = await readDraft(actor, investigationId);
    const { frontMatter, body } = parseReport(draft.markdown);
    expect(readSection(body, 'Executive Summary')).toBe('14 denied calls [E1].');
    expect(frontMatter).toMatchObject({ classification: 'MALICIOUS', model: 'scripted model', status: 'draft' });
    expect(draft.humanTouched).toBe(false);

    const events = await eventsOfRun(actor, runId);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(
      ofType(events, 'report.delta')
        .map((event) => event.delta)
        .join(''),
    ).toBe('14 denied calls [E1].');
    expect(ofType(events, 'report.section')).toHaveLength(1);
    expect(ofType(events, 'draft.saved').map((event) => event.version)).toEqual([2]);
    expect(ofType(events, 'tool.started').map((event) => event.evidence)).toEqual([1, 2, null, null]);
  });

  it('asked the same again answers from the record; a failed call is tried three times', async () => {
    const { actor, investigationId, runId } = await openRun();
    const toolbox = toolboxOf({
      logs__query: ({ sql }) => (sql === 'bad' ? { ok: false, text: 'Parser error' } : table([[1]])),
    });
    const again = { calls: [query('SELECT 1'), query('bad')] };
    const model = scriptedModel([
      again,
      again,
      again,
      again,
      { calls: [query('SELECT 1'), query('SELECT 1')] },
      { calls: [write('Timeline', 'x')] },
      {},
    ]);
    await start(runId, { model, toolbox });
    expect(toolbox.called.map(({ args }) => args.sql).sort()).toEqual(['SELECT 1', 'bad', 'bad', 'bad']);
    expect((await listEvidence(actor, investigationId)).map((item) => item.status)).toEqual([
      'ok',
      'failed',
      'failed',
      'failed',
    ]);
    const told = model.requests[4]?.messages.at(-1);
    expect(
      told?.role === 'tools' && told.results.map((result) => [result.ok, result.evidence, result.text.slice(0, 80)]),
    ).toEqual([
      [true, 1, expect.stringContaining('You asked exactly this before')],
      [false, 2, expect.stringContaining('failed several times')],
    ]);
  });

  it('calls no tool that is unknown, refused, or malformed; the model is told', async () => {
    const { actor, runId } = await openRun();
    const toolbox = toolboxOf({
      logs__query: () => table([]),
      mail__send: { class: 'refused' },
      x__y: { class: 'refused' },
    });
    const names = ['mail__send', 'x__y', 'nothing__here', 'report__drop'];
    const model = scriptedModel([
      {
        calls: [
          ...names.map((name) => ({ name })),
          { name: 'logs__query', invalid: 'The arguments were not valid JSON.' },
        ],
      },
      { calls: [write('Timeline', 'x')] },
      {},
    ]);
    await start(runId, { model, toolbox });
    expect(toolbox.called).toEqual([]);
    expect(model.requests[0]?.tools.map((tool) => tool.name)).not.toContain('mail__send');
    const told = model.requests[1]?.messages.at(-1);
    expect(told?.role === 'tools' && told.results.every((result) => !result.ok && result.evidence === null)).toBe(true);
    expect(ofType(await eventsOfRun(actor, runId), 'tool.finished').filter((event) => !event.ok)).toHaveLength(5);
    expect((await finished(actor, runId)).status).toBe('succeeded');
  });

  it('continues when a tool fails, crashes, answers too much or characters that can’t be stored', async () => {
    const { actor, investigationId, runId } = await openRun();
    const toolbox = toolboxOf({
      logs__query: ({ sql }) => {
        if (sql === 'crash') throw new Error('server gone');
        return sql === 'long' ? { text: 'y'.repeat(90_000), truncated: true } : { text: `a\0b\ud83d ${sql}` };
      },
    });
    const model = scriptedModel([
      { calls: [query('crash'), query('long'), query('odd')] },
      { calls: [write('Timeline', 'a\0b')] },
      {},
    ]);
    await start(runId, { model, toolbox });
    const told = model.requests[1]?.messages.at(-1);
    const texts = told?.role === 'tools' ? told.results.map((result) => result.text) : [];
    expect(texts[0]).toMatch(/^\[E1\] FAILED\n[\s\S]*server gone/);
    expect(texts[1]).toMatch(
      /^\[E2\] lines 1–7 of 23\. TRUNCATED by the tool: there is more than this\. The next: evidence__read \{"number": 2, "offset": 7\}/,
    );
    expect(texts[1]?.length).toBeLessThan(31_000);
    expect((await readEvidence(actor, investigationId, 2)).text).toHaveLength(90_000);
    expect((await readEvidence(actor, investigationId, 3)).text).toBe('a\ufffdb\ufffd odd');
    expect((await finished(actor, runId)).status).toBe('succeeded');
    expect((await readDraft(actor, investigationId)).markdown).toContain('a\ufffdb');
  });

  it('does the calls of one answer at the same time, a few at once, numbered in their order', async () => {
    const { actor, investigationId, runId } = await openRun();
    let now = 0;
    let most = 0;
    const toolbox = toolboxOf({
      logs__query: async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 400)); // longer than opening three records takes
        now -= 1;
        return table([]);
      },
    });
    const sqls = Array.from({ length: 9 }, (_, index) => `SELECT ${index}`);
    await start(runId, {
      model: scriptedModel([
        { calls: [...sqls, 'one', 'too many'].map(query) },
        { calls: [write('Timeline', 'x')] },
        {},
      ]),
      limits: { callsPerTurn: 9 },
      toolbox,
    });
    expect(most).toBe(3);
    expect(toolbox.called).toHaveLength(9);
    const evidence = await listEvidence(actor, investigationId);
    expect(evidence.map((item) => (item.args as { sql: string }).sql)).toEqual(sqls);
  });
});

describe('limits', () => {
  it.each([
    ['answers', { turns: 3 }, /3 answers/],
    ['repeated calls', { idleTurns: 2 }, /had asked before/],
    ['time', { wallMs: 300 }, /It took longer/],
  ])('of %s end the run plainly, with the draft kept', async (_, limits, message) => {
    const { actor, investigationId, runId } = await openRun();
    const toolbox = toolboxOf({
      logs__query: () => table([]),
      slow__tool: (_args, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const steps = [
      { calls: [write('Timeline', 'kept'), query('A')] },
      ...Array.from({ length: 80 }, () => ({ calls: [query('A')] })),
    ];
    if ('wallMs' in limits) steps[1] = { calls: [{ name: 'slow__tool', args: {} as never }] };
    expect(await start(runId, { model: scriptedModel(steps), toolbox, limits })).toBe('finished');
    const run = await finished(actor, runId);
    expect(run).toMatchObject({ status: 'failed', error: expect.stringMatching(message) });
    expect((await readDraft(actor, investigationId)).markdown).toContain('kept');
    expect((await listEvidence(actor, investigationId)).every((item) => item.status !== 'running')).toBe(true);
  });

  it('the model is told when few answers are left, and when an answer was cut', async () => {
    const { actor, runId } = await openRun();
    const model = scriptedModel([
      { stop: 'max_tokens', calls: [write('Timeline', 'half')] },
      { calls: [query('A')] },
      { calls: [write('Timeline', 'whole')] },
      {},
    ]);
    await start(runId, { model, limits: { turns: 6 } });
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({
      role: 'user',
      text: expect.stringContaining('output limit'),
    });
    expect(model.requests[2]?.messages.at(-1)).toMatchObject({
      role: 'user',
      text: expect.stringContaining('4 answers are left'),
    });
    const events = await eventsOfRun(actor, runId);
    expect(ofType(events, 'report.section').map((event) => event.markdown)).toEqual(['whole']);
    // What had been shown of the cut section was taken back.
    expect(ofType(events, 'report.text').length).toBeGreaterThan(0);
  });

  it('a run that wrote nothing is asked for the report once, then ends', async () => {
    const { actor, runId } = await openRun();
    const model = scriptedModel([{ text: 'Hello.' }, { text: 'Still nothing.' }]);
    await start(runId, { model });
    expect(model.requests).toHaveLength(2);
    expect((await finished(actor, runId)).status).toBe('succeeded');
  });
});

describe('a model that fails', () => {
  const broken = new ModelError('broken', 'overloaded_error: Overloaded');

  it('in mid-answer is asked again; nothing of the broken answer is done', async () => {
    const { actor, investigationId, runId } = await openRun();
    const model = scriptedModel([
      { calls: [query('A'), write('Timeline', 'once')], fail: { error: broken, times: 2 } },
      {},
    ]);
    const toolbox = logs();
    await start(runId, { model, toolbox });
    expect(toolbox.called).toHaveLength(1);
    expect((await finished(actor, runId)).status).toBe('succeeded');
    const events = await eventsOfRun(actor, runId);
    expect(ofType(events, 'stage').filter((event) => event.text.includes('Asking again'))).toHaveLength(2);
    expect(ofType(events, 'report.section')).toHaveLength(1);
    expect((await readDraft(actor, investigationId)).version).toBe(2);
  });

  it('for good ends the run with its reason and the draft kept', async () => {
    const { actor, investigationId, runId } = await openRun();
    const error = new ModelError('spend_limit', 'the spend limit of the API key is reached');
    const model = scriptedModel([{ calls: [write('Timeline', 'kept')] }, { fail: { error, times: 9 } }]);
    await start(runId, { model });
    expect(await finished(actor, runId)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('spend limit'),
    });
    expect((await readDraft(actor, investigationId)).markdown).toContain('kept');
    await startRun(actor, investigationId); // nothing blocks the next one
  });

  it('because its service is away waits, continues by itself, and gives up in the end', async () => {
    const { actor, runId } = await openRun();
    const away = { error: new ModelError('unavailable', '529 overloaded_error'), times: 3 };
    const model = scriptedModel([{ calls: [query('A')] }, { fail: away, calls: [write('Timeline', 'x')] }, {}]);
    const toolbox = logs();
    const limits = { suspendMs: 60_000, suspensions: 5 };
    expect(await start(runId, { model, toolbox, limits })).toBe('waiting');
    const suspended = { reason: '529 overloaded_error', until: expect.stringMatching(/Z$/) };
    expect(await getRun(actor, runId)).toMatchObject({ status: 'waiting', suspended });
    expect(ofType(await eventsOfRun(actor, runId), 'run.waiting')).toMatchObject([suspended]);
    expect(await start(runId, { model, toolbox, limits })).toBe('not_free');
    const outcomes: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      // Told to by a person; then the time is over.
      if (round === 0) expect(await resumeRun(actor, runId)).toMatchObject({ status: 'queued', suspended: null });
      else await db().run.update({ where: { id: runId }, data: { leaseUntil: new Date(Date.now() - 1000) } });
      outcomes.push(await start(runId, { model, toolbox, limits }));
    }
    expect(outcomes).toEqual(['waiting', 'waiting', 'finished']);
    expect((await finished(actor, runId)).status).toBe('succeeded');
    expect(toolbox.called).toHaveLength(1);

    const second = await openRun();
    const dead = scriptedModel([{ fail: { error: new ModelError('unavailable', 'gone'), times: 99 } }]);
    await start(second.runId, { model: dead, limits: { suspensions: 0 } });
    expect(await finished(second.actor, second.runId)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('Gone, for too long'),
    });
  });

  it('by refusing ends the run', async () => {
    const { actor, runId } = await openRun();
    await start(runId, { model: scriptedModel([{ text: 'No.', stop: 'refusal' }]) });
    expect(await finished(actor, runId)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('declined'),
    });
  });
});

describe('a person', () => {
  it('who stops the run stops it within a second, also in a tool that doesn’t end', async () => {
    const { actor, investigationId, runId } = await openRun();
    const toolbox = toolboxOf({ logs__query: () => new Promise(() => {}) });
    const running = start(runId, {
      model: scriptedModel([{ calls: [write('Timeline', 'kept'), query('A')] }]),
      toolbox,
    });
    await until(async () => toolbox.called.length === 1);
    const stopped = performance.now();
    await cancelRun(actor, runId);
    expect(await running).toBe('finished');
    expect(performance.now() - stopped).toBeLessThan(1_200);
    expect((await finished(actor, runId)).status).toBe('cancelled');
    expect((await readDraft(actor, investigationId)).markdown).toContain('kept');
    expect((await listEvidence(actor, investigationId))[0]?.status).toBe('failed');
  });

  it('who stops a run whose tool servers are still starting doesn’t wait for them; servers that fail are named', async () => {
    const { actor, runId } = await openRun();
    const starting = { ...toolboxOf({}), tools: () => new Promise<never>(() => {}) };
    const running = start(runId, { model: scriptedModel([]), toolbox: starting });
    await until(async () => (await getRun(actor, runId)).status === 'running');
    await cancelRun(actor, runId);
    expect(await running).toBe('finished');
    expect((await finished(actor, runId)).status).toBe('cancelled');

    const second = await openRun();
    const failing = { ...toolboxOf({}), tools: () => Promise.reject(new Error('logs: no such folder')) };
    const options = { model: scriptedModel([]), toolbox: failing, limits: { toolSuspensions: 1, suspendMs: 10 } };
    expect(await start(second.runId, options)).toBe('waiting');
    expect(await getRun(second.actor, second.runId)).toMatchObject({
      error: expect.stringContaining('no such folder'),
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await start(second.runId, options)).toBe('finished');
    expect(await finished(second.actor, second.runId)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('logs: no such folder'),
    });
  });

  it('who types meanwhile keeps the text; the rest is offered', async () => {
    const { actor, investigationId, runId } = await openRun();
    const typed = deferred();
    const model = scriptedModel([
      { calls: [write('Timeline', 'the model’s first')] },
      { calls: [write('Recommendations', 'the model’s second')], hold: typed.promise },
      {},
    ]);
    const running = start(runId, { model });
    await until(async () => (await readDraft(actor, investigationId)).version === 2);
    const draft = await readDraft(actor, investigationId);
    const mine = draft.markdown.replace('the model’s first', 'my words');
    await saveDraft(actor, investigationId, { markdown: mine, version: draft.version });
    typed.resolve();
    await running;
    expect((await readDraft(actor, investigationId)).markdown).toBe(mine);
    const [offered] = ofType(await eventsOfRun(actor, runId), 'proposal.created');
    expect(offered?.hunks).toBe(1);
    const proposal = await db().proposal.findUniqueOrThrow({ where: { id: offered?.proposalId ?? '' } });
    expect(proposal).toMatchObject({ baseVersion: 2, baseMarkdown: draft.markdown });
    expect(proposal.markdown).toContain('the model’s second');
  });

  it('who coaches gets changes to decide, and the model gets the instruction and the earlier evidence', async () => {
    const { actor, investigationId, runId } = await openRun();
    await start(runId, { model: scriptedModel([{ calls: [query('A'), write('Timeline', 'It was Bob.')] }, {}]) });
    const { id } = await startRun(actor, investigationId, { instruction: 'Say that it was Eve.' });
    const coach = scriptedModel([
      { calls: [query('B')] },
      { calls: [{ name: 'report__replace_text', args: { find: 'It was Bob.', replace: 'It was Eve.' } }] },
      {},
    ]);
    await start(id, { model: coach });
    expect((await readDraft(actor, investigationId)).markdown).toContain('It was Bob.');
    expect(ofType(await eventsOfRun(actor, id), 'proposal.created')).toHaveLength(1);
    const first = coach.requests[0]?.messages[0];
    expect(first?.role === 'user' && first.text).toMatch(
      /E1 logs\.query, ok[\s\S]*It was Bob\.[\s\S]*Say that it was Eve\./,
    );
    expect(coach.requests[0]?.caseFile).toMatchObject({
      instruction: 'Say that it was Eve.',
      earlierEvidence: [{ number: 1 }],
    });
    // Numbers go on.
    expect((await listEvidence(actor, investigationId)).map((item) => item.number)).toEqual([1, 2]);
  });
});
