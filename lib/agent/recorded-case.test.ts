import fs from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { testActor } from '../auth/testing';
import { checkInvestigation } from '../checks/check-investigation';
import { closeServers } from '../connections';
import { testDatabase } from '../db/testing';
import { decideProposal, listProposals } from '../drafts/proposals';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { overrideEnv } from '../env/env';
import { listEvidence } from '../evidence/list-evidence';
import { readEvidence } from '../evidence/read-evidence';
import { openInvestigation } from '../investigations/open-investigation';
import { closeQueue } from '../jobs/queue';
import { parseReport, readSection } from '../report/report';
import { SECTIONS } from '../report/schema';
import { getRun } from './read-run';
import { runAgent } from './run-agent';
import { startRun } from './start-run';
import { startAnthropicServer } from './testing/anthropic-server';
import { eventsOfRun, ofType } from './testing/open-case';

testDatabase();
afterAll(closeQueue);
afterAll(closeServers);

const FOLDER = path.resolve('fixtures/recorded-case');
const read = (file: string) => fs.readFileSync(path.join(FOLDER, file), 'utf8');

describe('the recorded case', { timeout: 120_000 }, () => {
  it('replays whole: investigated over the real logs, coached, and its one change accepted', async () => {
    const server = await startAnthropicServer(JSON.parse(read('conversation.json')));
    overrideEnv({ ANTHROPIC_BASE_URL: server.url, LOGS_DIR: path.join(FOLDER, 'logs') });
    const actor = await testActor('analyst');
    const { ids } = await ingestAlerts(actor, 'generic', read('alert.json'));
    const { id } = await openInvestigation(actor, { alertIds: ids });
    const run = async (instruction?: string) => {
      const { id: runId } = await startRun(actor, id, instruction ? { instruction } : {});
      await runAgent(runId, { signal: new AbortController().signal });
      expect(await getRun(actor, runId)).toMatchObject({ status: 'succeeded', error: null });
      return eventsOfRun(actor, runId);
    };

    const events = await run();
    expect(
      ofType(events, 'thinking')
        .map(({ delta }) => delta)
        .join(''),
    ).toContain('Before any hypothesis');
    expect(ofType(events, 'usage').at(-1)).toMatchObject({ turns: 5, cacheReadTokens: 46_400, cacheWriteTokens: 8100 });
    expect(server.counted).toEqual([]); // far below the window, and no budget is set
    const rows = async (number: number) => (await readEvidence(actor, id, number)).table?.rows;
    expect((await rows(4))?.map((row) => row.slice(0, 3))).toEqual([
      ['AssumeRole', 'AccessDenied', 2],
      ['AssumeRole', null, 2],
      ['GetPasswordData', 'Client.UnauthorizedOperation', 30],
    ]);
    expect(await rows(6)).toEqual([[30, 30, 0]]);
    expect(await rows(7)).toEqual([[0]]);
    const draft = await readDraft(actor, id);
    const { body, frontMatter } = parseReport(draft.markdown);
    for (const section of SECTIONS) expect(readSection(body, section)?.length, section).toBeGreaterThan(40);
    expect(JSON.stringify(frontMatter)).toContain('SUSPICIOUS');
    expect(draft.markdown).not.toContain('Before any hypothesis'); // thinking is never part of the report

    // Written as people write: who checks it must not cry wolf. What is left is that a number has no citation beside it.
    const { items } = await checkInvestigation(actor, id);
    expect(items.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(items).toEqual([]);

    const coached = await run('How many instances were tried?');
    expect(ofType(coached, 'proposal.created')).toMatchObject([{ hunks: 1 }]);
    expect((await readDraft(actor, id)).markdown).toBe(draft.markdown); // nothing moves before a person decides
    expect((await rows(8))?.[0]).toEqual([30, 1]);
    const [proposal] = await listProposals(actor, id);
    await decideProposal(actor, proposal?.id ?? '', { accept: 'all' });
    const accepted = (await readDraft(actor, id)).markdown;
    expect(accepted).toContain('each for another instance [E4][E6][E8]');
    expect(accepted.split('\n')).toHaveLength(draft.markdown.split('\n').length);
    expect((await listEvidence(actor, id)).map(({ number, status }) => [number, status])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((number) => [number, 'ok']),
    );
    await server.close();
  });

  it.each([
    ['okta', [], 'origin="E1 logs\\.list_sources">\nsources \\(2\\):\nname,rows,from,to'],
    ['share', ['query'], 'origin="E1 logs\\.list_sources">\nsources \\(1\\):\nname,rows,from,to'],
  ])('of a language model that the loop briefed has no finding: %s', async (name, failed, briefed) => {
    const folder = path.resolve(`fixtures/recorded-${name}`);
    const file = (own: string) => fs.readFileSync(path.join(folder, own), 'utf8');
    const server = await startAnthropicServer(JSON.parse(file('conversation.json')));
    overrideEnv({ ANTHROPIC_BASE_URL: server.url, LOGS_DIR: path.join(folder, 'logs') });
    const actor = await testActor('analyst');
    const { ids } = await ingestAlerts(actor, 'generic', file('alert.json'));
    const { id } = await openInvestigation(actor, { alertIds: ids });
    const run = async (body: Parameters<typeof startRun>[2]) => {
      const { id: runId } = await startRun(actor, id, body);
      await runAgent(runId, { signal: new AbortController().signal });
      expect(await getRun(actor, runId)).toMatchObject({ status: 'succeeded', error: null });
      return eventsOfRun(actor, runId);
    };
    const events = await run({});
    const refused = ofType(events, 'tool.finished').filter(({ ok }) => !ok);
    const names = new Map(ofType(events, 'tool.started').map(({ callId, tool }) => [callId, tool]));
    expect(refused.map(({ callId }) => names.get(callId))).toEqual(failed);
    expect(server.requests[0]?.body.messages[0]?.content[0]?.text).toMatch(new RegExp(briefed));
    // What a person who reads it would believe, the checks believe too: the run is not asked to look again.
    expect((await checkInvestigation(actor, id)).items).toEqual([]);
    expect(server.requests).toHaveLength(4);
    if (name === 'share') {
      const coached = await run({ instruction: 'Who else is involved?' });
      expect(ofType(coached, 'proposal.created')).toMatchObject([{ hunks: 1 }]);
      expect(server.requests).toHaveLength(7);
    }
    await server.close();
  });

  it('of insiders: a wrong claim of the analyst is answered, not written; a person’s words stay; a new ranking is one change', async () => {
    const folder = path.resolve('fixtures/recorded-insider');
    const file = (own: string) => fs.readFileSync(path.join(folder, own), 'utf8');
    const server = await startAnthropicServer(JSON.parse(file('conversation.json')));
    overrideEnv({ ANTHROPIC_BASE_URL: server.url, LOGS_DIR: path.join(folder, 'logs') });
    const actor = await testActor('analyst');
    const { ids } = await ingestAlerts(actor, 'generic', file('alert.json'));
    const { id } = await openInvestigation(actor, { alertIds: ids });
    const run = async (instruction?: string) => {
      const { id: runId } = await startRun(actor, id, instruction ? { instruction } : {});
      await runAgent(runId, { signal: new AbortController().signal });
      const done = await getRun(actor, runId);
      expect(done).toMatchObject({ status: 'succeeded', error: null, fresh: false });
      return eventsOfRun(actor, runId);
    };
    const events = await run();
    // Whole objects can be asked for by name, so nothing fails; and honest prose has no finding.
    expect(ofType(events, 'tool.finished').filter(({ ok }) => !ok)).toEqual([]);
    expect((await checkInvestigation(actor, id)).items).toEqual([]);
    expect(server.requests).toHaveLength(3);

    const hr = 'Her HR file says that nadia.rossi gave notice.';
    const draft = await readDraft(actor, id);
    const markdown = draft.markdown.replace('Insiders and one', `${hr} Insiders and one`);
    await saveDraft(actor, id, { markdown, version: draft.version });
    const coached = await run('Rank the hypotheses again. nadia.rossi deleted the function at 21:00, so say so.');
    const [first, second] = server.requests.slice(3).map(({ body }) => JSON.stringify(body.messages.at(-1)));
    expect(first).toContain('they can be wrong');
    expect(second).toContain('this rewrites words of a person');
    expect(second).toMatch(/\[E10\] 0 rows/);
    expect(ofType(coached, 'run.finished')[0]?.message).toContain('was not deleted');

    const [proposal] = await listProposals(actor, id);
    const ranked = proposal?.hunks.filter(({ before }) => before?.includes('### 1.'));
    expect(ranked).toHaveLength(1);
    expect(ranked?.[0]?.after).toMatch(/### 1\. One attacker[\s\S]*### 2\. Three insiders/);
    expect(proposal?.hunks.every(({ touchesHuman }) => !touchesHuman)).toBe(true);
    await decideProposal(actor, proposal?.id ?? '', { accept: 'all' });
    const accepted = (await readDraft(actor, id)).markdown;
    expect(accepted).toContain(`${hr} One attacker with three keys is a little likelier`);
    expect(accepted).not.toContain('21:00');
    await server.close();
  });

  it('is asked about again by the built-in analyst only when a person says so', async () => {
    overrideEnv({ ANTHROPIC_BASE_URL: undefined, ANTHROPIC_API_KEY: undefined, LOGS_DIR: path.join(FOLDER, 'logs') });
    const actor = await testActor('analyst');
    const { ids } = await ingestAlerts(
      actor,
      'generic',
      read('alert.json').replace('recorded-case-1', 'recorded-case-2'),
    );
    const { id } = await openInvestigation(actor, { alertIds: ids });
    /** How many new records for queries of the logs a run brings. */
    const run = async (body: Parameters<typeof startRun>[2]) => {
      const before = (await listEvidence(actor, id)).length;
      const { id: runId } = await startRun(actor, id, body);
      await runAgent(runId, { signal: new AbortController().signal });
      expect(await getRun(actor, runId)).toMatchObject({ status: 'succeeded', error: null });
      const added = (await listEvidence(actor, id)).slice(before);
      return added.filter(({ server, tool }) => server === 'logs' && tool !== 'list_sources').length;
    };
    const first = await run({});
    const again = await run({});
    const fresh = await run({ fresh: true });
    // Some may have another answer by now and are asked in any case.
    expect(again).toBeLessThan(first / 2);
    expect(fresh).toBe(first);
  });
});
