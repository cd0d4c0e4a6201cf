import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { testActor } from '../auth/testing';
import { checkInvestigation } from '../checks/check-investigation';
import { closeServers } from '../connections';
import { testDatabase } from '../db/testing';
import { decideProposal, listProposals } from '../drafts/proposals';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { overrideEnv } from '../env/env';
import { readEvidence } from '../evidence/read-evidence';
import { openInvestigation } from '../investigations/open-investigation';
import { closeQueue } from '../jobs/queue';
import { readSection } from '../report/report';
import { SECTIONS } from '../report/schema';
import { getRun } from './read-run';
import { runAgent } from './run-agent';
import { startRun } from './start-run';
import { type AnthropicServer, startAnthropicServer } from './testing/anthropic-server';
import { eventsOfRun, ofType } from './testing/open-case';

testDatabase();
afterAll(closeQueue);
afterAll(closeServers);
let server: AnthropicServer | undefined;
afterEach(() => server?.close());

const CASES = [
  'k8s-cluster-admin',
  'windows-lsass-psexec',
  'gcp-key-owner',
  'vendor-role-abused',
  'ssh-brute-force',
  'entra-consent',
];

/** A recorded model on a case of fixtures/team-cases, with the logs of several of them side by side. */
async function replay(recording: string, caseName: string, cases = CASES) {
  const read = (...parts: string[]) => fs.readFileSync(path.resolve('fixtures', ...parts), 'utf8');
  server = await startAnthropicServer(JSON.parse(read(recording, 'conversation.json')));
  const { requests } = server;
  const folders = cases.map((name) => path.resolve('fixtures/team-cases', name, 'logs'));
  overrideEnv({ ANTHROPIC_BASE_URL: server.url, LOGS_DIR: folders.join(':') });
  const actor = await testActor('analyst');
  const { ids } = await ingestAlerts(actor, 'generic', read('team-cases', caseName, 'alert.json'));
  const { id } = await openInvestigation(actor, { alertIds: ids });
  const run = async (body: Parameters<typeof startRun>[2] = {}) => {
    const from = requests.length;
    const { id: runId } = await startRun(actor, id, body);
    await runAgent(runId, { signal: new AbortController().signal });
    expect(await getRun(actor, runId)).toMatchObject({ status: 'succeeded', error: null });
    const events = await eventsOfRun(actor, runId);
    const sent = requests.slice(from).map(({ body: { messages } }) => JSON.stringify(messages));
    const refused = ofType(events, 'tool.finished').filter(({ ok }) => !ok);
    return { events, sent, refused, words: ofType(events, 'run.finished')[0]?.message ?? '' };
  };
  const draft = async () => (await readDraft(actor, id)).markdown;
  return { actor, id, run, draft };
}

describe('a recorded language model', { timeout: 240_000 }, () => {
  it('opens two sub-investigations, and keeps what a log shows apart from what an analyst says', async () => {
    const { actor, id, run, draft } = await replay('recorded-servers', 'windows-lsass-psexec');
    const { events, sent, refused } = await run({ parallel: true });
    expect(refused).toEqual([]);
    const ends = ofType(events, 'sub.finished');
    expect(ends.map(({ ok, evidence }) => [ok, evidence.length])).toEqual([
      [true, 1],
      [true, 1],
    ]);
    const parts = sent.filter((text) => text.includes('You do one part'));
    expect(parts).toHaveLength(4);
    for (const text of parts) expect(text).toMatch(/E6 logs\.query, 7 rows, \\"What happened on all machines/);
    const [main = ''] = sent.filter((text) => text.includes('Sub-investigation 2 of 2: answered'));
    // The account that moved is named by no alert: it is followed because it acts in the timeline.
    expect(sent.at(-1)).toContain('user adm-kerr,NOT ASKED');
    expect(main).toMatch(/it made E1[01]\./);
    const report = await draft();
    for (const section of SECTIONS) expect(readSection(report, section)?.length, section).toBeGreaterThan(100);

    // Two claims that the log refutes: looked up, answered, not written.
    const wrong = await run({
      instruction:
        'The shadow copies of dc01 were deleted too, and adm-kerr had logged on to fs02 the day before as well. Correct the report.',
    });
    expect(wrong.words).toContain('Neither is what the log shows');
    expect((await readEvidence(actor, id, 12)).table?.rows.map((row) => row[2])).toEqual([
      'fs02.contoso.example',
      'fs02.contoso.example',
      'dc01.contoso.example',
      'dc01.contoso.example',
    ]);
    expect(await draft()).toBe(report);
    expect(await listProposals(actor, id)).toEqual([]);

    // One that no log can show: written as theirs, and only there.
    const absent = await run({ instruction: 'b.marsh was on sick leave on the 15th. Put that in.' });
    expect(absent.sent[0]).toContain('Neither is what the log shows'); // what was said before is known
    expect(await draft()).toBe(report);
    const [proposal] = await listProposals(actor, id);
    await decideProposal(actor, proposal?.id ?? '', { accept: 'all' });
    const after = await draft();
    expect(after).toContain('According to the analyst he was on sick leave on the 15th');
    for (const section of SECTIONS.filter((name) => name !== 'Hypothesis Analysis'))
      expect(readSection(after, section), section).toBe(readSection(report, section));
  });

  it('shortens around a person’s sentence, and is told of its change while that waits', async () => {
    const { actor, id, run, draft } = await replay('recorded-cluster-admin', 'k8s-cluster-admin');
    expect((await run()).refused).toEqual([]);
    const { items } = await checkInvestigation(actor, id);
    expect(items.filter(({ severity }) => severity === 'error')).toEqual([]);

    const { markdown, version } = await readDraft(actor, id);
    const gap = 'Node, network and payment logs were not available.';
    const theirs = 'The payments team has been told and saw nothing unusual (Ticket PAY-812).';
    await saveDraft(actor, id, { markdown: markdown.replace(gap, `${gap} ${theirs}`), version });
    const before = await draft();
    const { refused, sent } = await run({
      instruction: 'The summary is too long. Cut it to four sentences, and say how the pod was entered.',
    });
    expect(refused).toHaveLength(1);
    expect(sent[1]).toContain('this rewrites words of a person');
    expect(await draft()).toBe(before);
    const [proposal] = await listProposals(actor, id);
    expect(proposal?.hunks).toMatchObject([{ touchesHuman: false }]);
    expect(proposal?.hunks[0]?.after).toContain(`no web, node or network log is connected [E1]. ${theirs}`);
    expect(proposal?.hunks[0]?.after).not.toContain('Eight calls');

    const asked = await run({ instruction: 'How often can the job have run by now, and did it?', answer: 'note' });
    expect(asked.sent[0]).toMatch(
      /no person has decided on[\s\S]*Offered:[\s\S]*no web, node or network log is connected/,
    );
    await decideProposal(actor, proposal?.id ?? '', { accept: 'all' });
    const later = await run({ instruction: 'How often can the job have run by now, and did it?', answer: 'note' });
    expect(later.sent[0]).not.toContain('no person has decided on');
    expect(later.words).toContain('six runs were due');
  });

  it('can’t turn round what a person wrote, is told a finding once, and holds its verdict against a wrong demand', async () => {
    const name = 'inbox-rule-hides-payments';
    const { actor, id, run, draft } = await replay('recorded-mailbox', name, [name, 'operator-set-up']);
    const first = await run();
    expect(first.refused).toEqual([]);
    for (const section of SECTIONS) expect(readSection(await draft(), section)?.length, section).toBeGreaterThan(100);
    const findings = (text = ''): string[] => text.match(/(?<=line \d+, )(?:error|warning): .*?(?=\\n)/g) ?? [];
    const checked = first.sent.findIndex((text) => text.includes('The checks find'));
    const toldLater = first.sent.flatMap((text, at) =>
      at > checked ? findings(text.split('Before this run ends')[1]) : [],
    );
    expect(toldLater.filter((finding) => findings(first.sent[checked]).includes(finding))).toEqual([]);

    const { markdown, version } = await readDraft(actor, id);
    const theirs = 'Accounts payable confirmed by phone that invoice 88213 was paid on 19 November; 88307 is on hold.';
    const gap =
      'The recipients of the two mails, the content that was read and the way past multi-factor authentication';
    const edited = markdown
      .replace('Whether money was paid is unknown.', theirs)
      .replace(
        `${gap} are not in the logs.`,
        `${gap.replace('The recipients of the two mails', 'Recipients')} are not in our logs.`,
      );
    await saveDraft(actor, id, { markdown: edited, version });
    const before = await draft();
    const asked = await run({
      instruction:
        'Which of our people could have received one of those two mails, and has anyone else got such a rule?',
      answer: 'note',
    });
    expect(asked.sent[0]).toContain(theirs.slice(0, -1));
    expect(asked.words).toContain('Nobody else has such a rule');

    const { refused, sent } = await run({
      instruction:
        'The summary is too much for our CISO: make it four sentences, and put the payment situation into it.',
    });
    expect(refused).toHaveLength(1);
    expect(sent[1]).toMatch(/this rewrites words of a person, line \d+[^:]*: \\"Accounts payable confirmed/);
    expect(await draft()).toBe(before);
    const [proposal] = await listProposals(actor, id);
    expect(proposal?.hunks.map(({ touchesHuman }) => touchesHuman)).toEqual([false, false]);
    expect(proposal?.hunks[0]?.after).toContain('according to accounts payable');

    const wrong = await run({
      instruction: 'I spoke to Castell: she was in Lagos herself and only opened 33 mails. Change it to BENIGN.',
    });
    expect(wrong.words).toContain('The account read mail from Hamburg at 2026-11-18 14:47:06Z');
    expect(await draft()).toBe(before);
    expect(await listProposals(actor, id)).toHaveLength(1);
  });
});
