import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { closeQueue } from '../jobs/queue';
import { anthropicModel } from './model/anthropic';
import { getRun } from './read-run';
import type { Script } from './testing/anthropic-script';
import { type AnthropicServer, startAnthropicServer } from './testing/anthropic-server';
import { eventsOfRun, ofType, openRun } from './testing/open-case';
import { query, start, write } from './testing/run-case';
import { toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeQueue);
let server: AnthropicServer | undefined;
afterEach(() => server?.close());

/** Twelve results of 20,000 characters each: more than the window of the servers below. */
const turns: Script['conversations'][number]['turns'] = [
  { calls: [query('Q1'), query('Q2')] },
  { calls: [write('Timeline', 'The key was used 14 times [E1].')] },
  ...Array.from({ length: 10 }, (_, index) => ({ calls: [query(`Q${index + 3}`)] })),
  { calls: [query('Q2')] }, // asked again: answered from its record
  { text: 'Done.' },
];

async function longCase(lacks: Script['lacks'], contextTokens: number) {
  server = await startAnthropicServer({ conversations: [{ turns }], lacks, contextTokens });
  const { actor, investigationId, runId } = await openRun();
  const toolbox = toolboxOf({ logs__query: ({ sql }) => ({ text: `${sql} begins ${`${sql} row\n`.repeat(2600)}` }) });
  const model = anthropicModel({ apiKey: 'k', baseURL: server.url, model: 'claude-test' });
  await start(runId, { model, toolbox, limits: { outputTokens: 1000, shownChars: 20_000, endChecks: 0 } });
  return { actor, investigationId, runId, toolbox, requests: server.requests.map(({ body }) => body) };
}

const textsOf = (body: { messages: { content: object[] }[] }) =>
  body.messages.flatMap(({ content }) =>
    content.flatMap((part) =>
      'content' in part && Array.isArray(part.content) ? [String(part.content[0]?.text)] : [],
    ),
  );

describe('a long case', () => {
  it.each([
    ['is counted and kept within the window before it is sent', [] as const, 30_000],
    ['is shortened when a server that counts nothing finds it too long', ['models', 'count_tokens'] as const, 30_000],
  ])('%s', async (_, lacks, contextTokens) => {
    const done = await longCase([...lacks], contextTokens);
    expect(await getRun(done.actor, done.runId)).toMatchObject({ status: 'succeeded', error: null });
    const last = textsOf(done.requests.at(-1) ?? { messages: [] });
    const first = last.find((text) => text.startsWith('[E1]')) ?? '';
    expect(first.length).toBeLessThan(1500);
    expect(first).toContain('cite it as before');
    expect(first).toContain('Q1 begins');
    expect(first).toContain('The key was used 14 times [E1].'); // what the report says of it
    // The uncited ones first, and never the newest; what was asked again is whole again.
    expect(textsOf(done.requests.at(-1) ?? { messages: [] }).at(-1)?.length).toBeGreaterThan(15_000);
    expect(done.toolbox.called).toHaveLength(12);
    const refused = done.requests.filter((body) => JSON.stringify(body).length / 4 > contextTokens * 1.1);
    if (lacks.length === 0) expect(refused).toEqual([]);
    expect((await readDraft(done.actor, done.investigationId)).markdown).toContain('[E1]');
    expect(
      ofType(await eventsOfRun(done.actor, done.runId), 'stage')
        .map(({ text }) => text)
        .join(),
    ).toMatch(/given E2.* as a summary; the records are whole/);
  });

  it('that can’t be shortened any more ends plainly', async () => {
    const { actor, runId } = await longCase(['models', 'count_tokens'], 1_000);
    expect(await getRun(actor, runId)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('no longer fits'),
    });
  });
});
