import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeServers, openToolbox, type Toolbox } from '../connections';
import { testDatabase } from '../db/testing';
import { wordCount } from './report/parts';
import { readDetections } from './sigma/load-rules';
import { DEPLOYER, deployerLog, TODAY } from './testing/deployer-log';
import { findingsIn, investigateLogs, PlacedLogs } from './testing/investigate-logs';

const SAMPLES = path.resolve(import.meta.dirname, '../../fixtures/real-logs');
const sample = (file: string): string => fs.readFileSync(path.join(SAMPLES, file), 'utf8');
const today = new Date(TODAY + 60_000).toISOString();

testDatabase();
let toolbox: Toolbox;
let logs: PlacedLogs;
beforeAll(() => {
  logs = new PlacedLogs();
  toolbox = openToolbox({ investigationId: '00000000-0000-7000-8000-000000000000' });
});
afterAll(async () => {
  await toolbox.close();
  await closeServers();
  logs.remove();
});

const TAGS = `title: A role tagged by hand
id: 11111111-2222-4333-8444-555555555555
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventName: CreateRole
  condition: selection
falsepositives:
  - A release day
tags:
  - attack.t1098
level: critical
`;

it('a rule that is added fires in the next investigation, with their level, technique, title and false positives', async () => {
  await logs.replace(toolbox, deployerLog(6));
  const alert = { at: today, entities: [{ kind: 'user', value: DEPLOYER.user } as const] };
  const draft = await investigateLogs(toolbox, logs, alert, null, {
    detections: readDetections([['own.yml', TAGS]]),
  });
  expect(draft.assessment.classification).not.toBe('BENIGN');
  expect(draft.assessment.techniques).toContain('T1098');
  expect(draft.sections['Executive Summary']).toContain('triggered the rule `A role tagged by hand`');
  expect(draft.sections['Hypothesis Analysis']).toContain('A release day');
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);

describe('an alert that names nobody', () => {
  beforeAll(() => logs.replace(toolbox, sample('cloudtrail-invictus-part1/events.masked.jsonl').trim().split('\n')));

  it.each([
    ['by the event of its rule', 'Organization left (LeaveOrganization)'],
    ['by what rules hit around its time', 'Something odd happened'],
  ])(
    'is followed %s',
    async (_, title) => {
      const draft = await investigateLogs(toolbox, logs, { at: '2023-07-10T12:02:00Z', entities: [], title });
      expect(draft.assessment.classification).toBe('MALICIOUS');
      expect(draft.sections['Executive Summary']).toContain('`bert-jan`');
      expect(draft.sections['Investigation Process']).toMatch(/names no user.*was investigated instead.*\[E\d+\]/);
      expect(findingsIn(draft.markdown, draft)).toEqual([]);
    },
    120_000,
  );
});

it('a file shared with an outsider is found in the source that has it, also when the data access is asked about', async () => {
  await logs.replaceFiles(toolbox, [
    { text: sample('panther-okta-admin-takeover/gsuite.jsonl'), extension: 'jsonl' },
    { text: sample('panther-okta-admin-takeover/okta.jsonl'), extension: 'jsonl' },
  ]);
  const alert = {
    at: '2021-06-27T00:42:04Z',
    entities: [{ kind: 'email', value: 'thomas12223391@gmail.com' } as const],
  };
  const draft = await investigateLogs(toolbox, logs, alert);
  expect(draft.sections['Executive Summary']).toMatch(/shared a file outside the organisation/);
  expect(draft.assessment.techniques).toContain('T1567');
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
  const more = await investigateLogs(toolbox, logs, alert, 'as the file says', {
    markdown: draft.report,
    coaching: '1-data',
  });
  expect(more.lastWords).toMatch(/shared a file outside the organisation/);
}, 120_000);

it('an object written by a caller without credentials of the account is no look around', async () => {
  const text = sample('s3-honeybucket-otrf/AWS_S3_HoneyBucketLogs.csv');
  await logs.replaceFiles(toolbox, [{ text, extension: 'csv' }]);
  const draft = await investigateLogs(toolbox, logs, {
    at: '2021-03-20T23:58:15Z',
    entities: [{ kind: 'ip', value: '172.85.105.122' }],
  });
  expect(draft.assessment.classification).not.toBe('BENIGN');
  expect(draft.sections['Executive Summary']).toMatch(/wrote an object to a bucket without credentials/);
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);

it('an alert that no source covers is one page: not investigated, why, and what to connect', async () => {
  await logs.replace(toolbox, deployerLog(0));
  const draft = await investigateLogs(toolbox, logs, {
    at: '2031-01-01T00:00:00Z',
    entities: [{ kind: 'user', value: DEPLOYER.user }],
  });
  expect(draft.assessment).toMatchObject({ classification: 'SUSPICIOUS' });
  expect(draft.sections['Executive Summary']).toMatch(
    /Not investigated: no log source covers.*\[E\d+\].*Connect the logs/s,
  );
  expect(wordCount(draft.markdown)).toBeLessThan(500);
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);
