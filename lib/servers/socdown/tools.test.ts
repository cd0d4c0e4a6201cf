import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestAlerts } from '../../alerts/ingest-alerts';
import { type Actor, SYSTEM } from '../../auth/guard';
import { testActor } from '../../auth/testing';
import { closeServers } from '../../connections';
import { openToolbox } from '../../connections/open-toolbox';
import { db } from '../../db/client';
import { testDatabase } from '../../db/testing';
import { readDraft } from '../../drafts/read-draft';
import { saveDraft } from '../../drafts/save-draft';
import { openInvestigation } from '../../investigations/open-investigation';
import { patchFrontMatter, writeSection } from '../../report/report';

testDatabase();
afterAll(closeServers); // the logs server starts with the toolbox, and writes into the data folder

type Toolbox = ReturnType<typeof openToolbox>;
let actor: Actor;
let toolbox: Toolbox;
let [self, past, alertId] = ['', '', ''];

/** A document of a sender, taken in as any other. */
async function alert(title: string, time: string, more: object = {}): Promise<string> {
  const document = { id: uuid(), title, severity: 'high', time, user: 'mallory', ip: '203.0.113.50', ...more };
  return (await ingestAlerts(SYSTEM, 'generic', JSON.stringify(document))).ids[0] ?? '';
}

beforeAll(async () => {
  actor = await testActor('analyst');
  past = (await openInvestigation(actor, { alertIds: [await alert('Old one', '2024-01-01T00:00:00Z')] })).id;
  const { markdown } = await readDraft(actor, past);
  const report = patchFrontMatter(
    writeSection(
      writeSection(markdown, 'Executive Summary', 'A stolen key read the zebrafish bucket.'),
      'Timeline',
      'The key was used at noon.',
    ),
    {
      classification: 'MALICIOUS',
      confidence: 95,
    },
  );
  await saveDraft(actor, past, { markdown: report, version: 1 });
  alertId = await alert('New one', '2024-03-01T00:00:00Z', { note: 'about zebrafish' });
  self = (await openInvestigation(actor, { alertIds: [alertId] })).id;
  toolbox = openToolbox({ investigationId: self });
});

afterAll(() => toolbox.close());

async function call(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const result = await toolbox.call('socdown', tool, args, { signal: AbortSignal.timeout(60_000) });
  expect(result.ok, result.text).toBe(true);
  // What a language model reads is what a program reads.
  expect(JSON.parse(result.text)).toEqual(result.structured);
  return result.structured ?? {};
}

async function refusal(tool: string, args: Record<string, unknown>): Promise<string> {
  const result = await toolbox.call('socdown', tool, args, { signal: AbortSignal.timeout(60_000) });
  expect(result.ok).toBe(false);
  return result.text;
}

describe('the socdown server over stdio', () => {
  it('offers five tools, all to read', async () => {
    const tools = (await toolbox.tools()).filter(({ server }) => server === 'socdown');
    expect(tools.map(({ tool }) => tool).sort()).toEqual([
      'get_alert',
      'get_case',
      'grep_cases',
      'search_alerts',
      'search_cases',
    ]);
    expect(tools.every((tool) => tool.class === 'read')).toBe(true);
  });

  it('finds past cases by entities, defanged too, and by words; never the case that asks', async () => {
    for (const args of [
      { entities: ['203[.]0[.]113[.]50'] },
      { entities: ['mallory'] },
      { query: 'zebrafish' },
      { query: 'stolen', entities: ['mallory'] },
    ]) {
      const { cases } = await call('search_cases', args);
      expect(cases, JSON.stringify(args)).toMatchObject([
        {
          id: past,
          status: 'draft',
          // Nobody approved this verdict yet: it is no precedent.
          classification: null,
          confidence: null,
          summary: 'Not approved: no verdict.',
        },
      ]);
    }
    const { cases } = await call('search_cases', { entities: ['mallory', '203.0.113.50'] });
    expect((cases as { matchedEntities: string[] }[])[0]?.matchedEntities.sort()).toEqual(['203.0.113.50', 'mallory']);
    expect(await call('search_cases', { entities: ['mallory'], approved: true })).toEqual({ cases: [] });
    expect(await call('search_cases', { entities: ['198.51.100.1'] })).toEqual({ cases: [] });
    expect(await refusal('search_cases', {})).toContain('Give entities or a query');
  });

  it('finds what was approved about alerts of the same rule, whoever it was', async () => {
    const by = async (user: string) => {
      const more = { rule: 'Drive.ExternalShare', user, ip: undefined };
      const { id } = await openInvestigation(actor, {
        alertIds: [await alert(`Share by ${user}`, '2024-02-20T00:00:00Z', more)],
      });
      return id;
    };
    const [approved] = [await by('wendy'), await by('oscar')];
    const asked = { entities: ['trent'], rule: 'Drive.ExternalShare' };
    expect(await call('search_cases', asked)).toEqual({ cases: [] });
    await db().investigation.update({ where: { id: approved }, data: { status: 'approved' } });
    expect(await call('search_cases', asked)).toMatchObject({
      cases: [{ id: approved, matchedEntities: [], sameRule: true }],
    });
    expect(await call('search_cases', { ...asked, entities: ['wendy'] })).toMatchObject({
      cases: [{ id: approved, matchedEntities: ['wendy'], sameRule: true }],
    });
    expect(await call('search_cases', { rule: 'Drive.Other' })).toEqual({ cases: [] });
    expect(await refusal('search_cases', { rule: '' })).toContain('rule');
  });

  it('finds cases with some of the words where none has all, and says so', async () => {
    expect(await call('search_cases', { query: 'zebrafish bucket deletion' })).toMatchObject({
      cases: [{ id: past }],
      note: expect.stringMatching(/^No case has all of these words; these have some/),
    });
    expect(await call('search_cases', { query: 'unheard words' })).toEqual({
      cases: [],
      note: 'No case has all of these words.',
    });
    expect(await call('search_cases', { query: 'stolen zebrafish' })).toEqual({
      cases: [expect.objectContaining({ id: past })],
    });
  });

  it('gives what a case’s draft recorded without its conclusions, and the approved text once there is one, by id or codename', async () => {
    const unreviewed = await call('get_case', { id: past });
    expect(unreviewed).toMatchObject({ reviewed: false, truncated: false, classification: null });
    expect(unreviewed.markdown).toContain('## Timeline');
    expect(unreviewed.markdown).not.toMatch(/zebrafish|MALICIOUS/);
    const { markdown } = await readDraft(actor, past);
    await db().revision.create({
      data: {
        id: uuid(),
        investigationId: past,
        number: 1,
        markdown: `${markdown}\nAs approved.\n`,
        contentHash: 'x',
        draftVersion: 2,
        authorId: actor.id ?? '',
        approvedAt: new Date(),
      },
    });
    expect(await call('get_case', { id: past })).toMatchObject({
      reviewed: true,
      markdown: expect.stringContaining('As approved.'),
    });
    const { codename } = await call('get_case', { id: past });
    expect(await call('get_case', { codename })).toMatchObject({ id: past, reviewed: true });
    expect(await refusal('get_case', { codename: 'no-such-case' })).toContain('no case no-such-case');
    expect(await refusal('get_case', {})).toContain('codename or the id');
    expect(await refusal('get_case', { id: self })).toContain('its own precedent');
    expect(await refusal('get_case', { id: uuid() })).toContain('no such');
    expect(await refusal('get_case', { id: 'x' })).toContain('id');
  });

  it('finds lines of approved reports by text, defanged or not, inside of words too', async () => {
    const nothing = { lines: [], truncated: false };
    expect(await call('grep_cases', { text: 'zebrafish' })).toEqual(nothing); // not approved
    await db().investigation.update({ where: { id: past }, data: { status: 'approved', assessment: 'set' } });
    const { lines } = await call('grep_cases', { text: 'ZEBRA' });
    expect(lines).toMatchObject([
      { classification: 'MALICIOUS', section: 'Executive Summary', text: 'A stolen key read the zebrafish bucket.' },
    ]);
    expect((await call('grep_cases', { text: 'ebrafis' })).lines).toEqual(lines);
    expect(await call('grep_cases', { text: 'no such words' })).toEqual(nothing);
    expect(await call('search_cases', { entities: ['mallory'], approved: true })).toMatchObject({
      cases: [{ id: past, classification: 'MALICIOUS', summary: expect.stringContaining('zebrafish') }],
    });
    await db().investigation.update({ where: { id: past }, data: { status: 'draft' } });
  });

  it('takes no case for related that shares only the account inside an ARN, unless the account is asked for', async () => {
    const arn = (name: string) => `arn:aws:iam::444455556666:user/${name}`;
    await openInvestigation(actor, {
      alertIds: [await alert('Same account', '2023-01-01T00:00:00Z', { user: arn('ann') })],
    });
    const titles = async (entities: string[]) =>
      ((await call('search_cases', { entities })).cases as { title: string }[]).map(({ title }) => title);
    expect(await titles([arn('bob')])).toEqual([]);
    expect(await titles([arn('bob'), '444455556666'])).toEqual(['Same account']);
    expect(await titles([arn('ann')])).toEqual(['Same account']);
  });

  it('finds alerts in a time range behind many newer ones, newest first', async () => {
    const documents = Array.from({ length: 450 }, (_, index) => ({
      id: `noise-${index}`,
      title: 'Noise',
      severity: 'low',
      time: `2024-02-01T00:${String(index % 60).padStart(2, '0')}:00Z`,
      user: 'mallory',
    }));
    await ingestAlerts(SYSTEM, 'generic', JSON.stringify(documents));
    const old = await call('search_alerts', { entities: ['mallory'], to: '2024-01-15T00:00:00Z' });
    expect(old).toMatchObject({ alerts: [{ title: 'Old one', investigation: { id: past } }], truncated: false });
    const newest = await call('search_alerts', { entities: ['mallory'], limit: 3 });
    expect(newest).toMatchObject({
      truncated: true,
      alerts: [{ title: 'Noise' }, { title: 'Noise' }, { title: 'Noise' }], // not 'New one', of the case that asks
    });
    expect(await refusal('search_alerts', { from: '2024-01-01T00:00:00Z' })).toContain('Give entities or a query');
    expect(await refusal('search_alerts', { query: 'x', from: 'yesterday' })).toContain('from');
  });

  it('gives an alert with its document, cut where that is a log dump', async () => {
    expect(await call('get_alert', { id: alertId })).toMatchObject({
      truncated: false,
      alert: { title: 'New one', raw: { note: 'about zebrafish' } },
    });
    const big = await alert('Big', '2024-03-02T00:00:00Z', { dump: 'x'.repeat(300_000) });
    const { alert: cutAlert, truncated } = (await call('get_alert', { id: big })) as {
      alert: { raw: string };
      truncated: boolean;
    };
    expect(truncated).toBe(true);
    expect(cutAlert.raw).toHaveLength(100_000);
  });
});
