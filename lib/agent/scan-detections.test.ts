import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, expect, it } from 'vitest';
import { readDetections } from '../analyst/sigma/load-rules';
import { closeServers } from '../connections';
import { openToolbox } from '../connections/open-toolbox';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { withDetections } from './scan-detections';
import { toolboxOf } from './testing/scripted-model';

testDatabase();
afterAll(closeServers);

it('runs the rules of the store over a source and gives those that hit, of one entity too', async () => {
  overrideEnv({ LOGS_DIR: path.resolve('fixtures/recorded-case/logs') });
  const toolbox = withDetections(openToolbox({ investigationId: uuid() }));
  const scan = (args: Record<string, unknown>) =>
    toolbox.call('detections', 'scan', args, { signal: AbortSignal.timeout(120_000), timeoutMs: 60_000 });
  expect((await toolbox.tools()).map(({ server, tool }) => `${server}.${tool}`)).toContain('detections.scan');
  const range = { source: 'cloudtrail', from: '2024-07-30T00:00:00Z', to: '2024-07-31T00:00:00Z' };
  const all = await scan(range);
  expect(all, all.text).toMatchObject({ ok: true, truncated: false });
  const { columns, rows } = all.structured as { columns: { name: string }[]; rows: unknown[][] };
  expect(columns.map(({ name }) => name).slice(0, 4)).toEqual(['level', 'rule', 'techniques', 'hits']);
  const passwords = rows.find(([, rule]) => String(rule).includes('administrator password'));
  expect(passwords?.slice(2, 4)).toEqual([expect.stringContaining('T1552'), 30]);
  expect(JSON.stringify(all.structured?.notes)).not.toContain('could not be run');

  const nobody = await scan({ ...range, entity: 'no-such-user' });
  expect(nobody).toMatchObject({ ok: true, structured: { rowCount: 0 } });
  expect(await scan({ ...range, source: 'nothing' })).toMatchObject({
    ok: false,
    text: expect.stringContaining('nothing'),
  });
  expect(await scan({ source: 'cloudtrail' })).toMatchObject({ ok: false, text: expect.stringContaining('from') });
  await toolbox.close();
});

it('leaves what a rule of the product says to it: a general rule guesses by words, and only about other events', async () => {
  const logs = (name: string) => path.resolve('fixtures/team-cases', name, 'logs');
  overrideEnv({ LOGS_DIR: `${logs('entra-consent')}:${logs('gcp-key-owner')}` });
  const toolbox = withDetections(openToolbox({ investigationId: uuid() }));
  const rulesOf = async (source: string) => {
    const args = { source, from: '2026-11-01T00:00:00Z', to: '2026-11-29T00:00:00Z' };
    const { structured, text } = await toolbox.call('detections', 'scan', args, {
      signal: AbortSignal.timeout(120_000),
      timeoutMs: 60_000,
    });
    expect(JSON.stringify(structured?.notes), text).not.toContain('could not be run');
    return (structured as { rows: unknown[][] }).rows.map(([, rule, , hits]) => [rule, hits]);
  };
  // Not "created an account" for a key, nor "made a mail rule" for "delegated permission".
  expect(await rulesOf('cloudaudit')).toEqual([
    ['Bucket made public', 1],
    ['Service account key created', 1],
    ['Policy of a project changed', 1],
    ['Firewall rule added', 1],
    ['Access to a bucket changed', 1],
  ]);
  expect(await rulesOf('entra_audit')).toEqual([
    ['Consent granted to an application', 2],
    ['Application added', 1],
  ]);
  await toolbox.close();
});

it('says how many hits of a rule were refused: what was only tried bears the name of the deed', async () => {
  const logs = (name: string) => path.resolve('fixtures/team-cases', name, 'logs');
  overrideEnv({
    LOGS_DIR: ['ci-key-leaked', 'anomaly-without-names', 'session-in-second-browser'].map(logs).join(':'),
  });
  const toolbox = withDetections(openToolbox({ investigationId: uuid() }));
  const refused = async (source: string, rules: string[]) => {
    const args = { source, from: '2026-11-01T00:00:00Z', to: '2026-11-29T00:00:00Z' };
    const { structured, text } = await toolbox.call('detections', 'scan', args, {
      signal: AbortSignal.timeout(120_000),
      timeoutMs: 60_000,
    });
    expect(structured, text).not.toBeNull();
    const { columns, rows } = structured as { columns: { name: string }[]; rows: unknown[][] };
    expect(columns[4]?.name).toBe('refused');
    return rules.map((title) => rows.find(([, rule]) => rule === title)?.slice(3, 5));
  };
  const trail = ['Created an IAM user', 'Created an access key', 'Started large or many machines', 'Pushed an image'];
  expect(await refused('cloudtrail', trail)).toEqual([
    [1, 1],
    [1, 1],
    [4, 0],
    [32, 0],
  ]);
  const cloud = ['Policy of a project changed', 'Service account key created'];
  expect(await refused('gcp_audit', cloud)).toEqual([
    [1, 1],
    [1, 0],
  ]);
  expect(await refused('okta_system', ['Created an API token'])).toEqual([[1, 1]]);
  await toolbox.close();
});

it('cuts a long list of who did it between two names, and says how many are left out', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-scan-'));
  const names = Array.from({ length: 30 }, (_, at) => `arn:aws:iam::111122223333:user/operator-${at + 10}`);
  const events = names.map((arn, at) => ({
    eventVersion: '1.08',
    eventTime: `2026-11-02T10:00:${at + 10}Z`,
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.7',
    userIdentity: { type: 'IAMUser', arn, userName: arn.split('/')[1] },
  }));
  fs.mkdirSync(path.join(folder, 'cloudtrail'));
  fs.writeFileSync(
    path.join(folder, 'cloudtrail/events.jsonl'),
    events.map((event) => JSON.stringify(event)).join('\n'),
  );
  overrideEnv({ LOGS_DIR: folder });
  const toolbox = withDetections(openToolbox({ investigationId: uuid() }));
  try {
    const args = { source: 'cloudtrail_events', from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z' };
    const { structured, text } = await toolbox.call('detections', 'scan', args, {
      signal: AbortSignal.timeout(120_000),
      timeoutMs: 60_000,
    });
    const rows = (structured as { rows: unknown[][] } | null)?.rows ?? [];
    const row = rows.find(([, rule]) => rule === 'Stopped the logging of a trail');
    const who = String(row?.[7]).split('; ');
    const left = Number(/^and (\d+) more$/.exec(who.pop() ?? '')?.[1]);
    expect(left + who.length, text).toBe(30);
    expect(who.filter((name) => !names.includes(name))).toEqual([]);
    expect(who.length).toBeGreaterThan(3);
    expect(row?.[8]).toBe('192.0.2.7');
  } finally {
    await toolbox.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

it('is offered only where logs can be queried; a rule that can’t be used is named and costs only itself', async () => {
  const tools = await withDetections(toolboxOf({ logs__query: () => ({}) })).tools();
  expect(tools.map(({ tool }) => tool)).toEqual(['query']);
  const rule = (title: string) =>
    `title: ${title}\nlogsource:\n  product: aws\ndetection:\n  s:\n    eventName: X\n  condition: s\nlevel: high\n`;
  const { rules, problems } = readDetections([
    ['a.yml', rule('One')],
    ['b.yml', 'title: Broken\n'],
  ]);
  expect([...rules.keys()]).toEqual(['One']);
  expect(problems).toEqual([expect.stringContaining('detections/b.yml:')]);
});
