import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateCase } from '../scenarios/generate';
import { consoleTakeover } from '../scenarios/stories/cloud';
import { wordCount } from './report/parts';
import { readDetections } from './sigma/load-rules';
import { DEPLOYER, deployerLog, TODAY } from './testing/deployer-log';
import { findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const SAMPLES = path.resolve(import.meta.dirname, '../../fixtures/real-logs');
const sample = (file: string): string => fs.readFileSync(path.join(SAMPLES, file), 'utf8');
const today = new Date(TODAY + 60_000).toISOString();

const { toolbox, logs } = testLogs();

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
      expect(draft.sections['Investigation Process']).toMatch(/names no user.*investigated instead.*\[E[\dE–]+\]/);
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
  expect(draft.sections['Executive Summary']).toMatch(/shared a file outside the organization/);
  expect(draft.assessment.techniques).toContain('T1567');
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
  const more = await investigateLogs(toolbox, logs, alert, 'as the file says', {
    markdown: draft.report,
    coaching: '1-data',
  });
  expect(more.lastWords).toMatch(/shared a file outside the organization/);
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

describe('a sign-in of a role to the console, without a second factor of its own', () => {
  const PERSON = 'eva@corp.example';
  const ADDRESS = '203.0.113.9';
  const arn = `arn:aws:sts::123837392027:assumed-role/AWSReservedSSO_Reader/${PERSON}`;
  const time = (back: number, seconds = 0) => new Date(TODAY - back * 86_400_000 + seconds * 1000).toISOString();
  const days = [0, 1, 2, 3, 4, 5];
  const signIns = days.map((back) => ({
    eventVersion: '1.08',
    eventTime: `${time(back).slice(0, 19)}Z`,
    eventID: `00000000-0000-4000-8000-00000000000${back}`,
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    awsRegion: 'eu-west-1',
    eventType: 'AwsConsoleSignIn',
    sourceIPAddress: ADDRESS,
    userAgent: 'Mozilla/5.0',
    recipientAccountId: '123837392027',
    userIdentity: { type: 'AssumedRole', arn, principalId: `AROAEXAMPLE:${PERSON}`, accountId: '123837392027' },
    responseElements: { ConsoleLogin: 'Success' },
    additionalEventData: { MFAUsed: 'No', MobileVersion: 'No' },
  }));
  const asked = (eventType: string) =>
    days.map((back) => ({
      eventType,
      published: time(back, -50),
      uuid: `${eventType}${back}`,
      displayMessage: 'Authentication of user',
      actor: { id: '00u1', type: 'User', alternateId: PERSON, displayName: 'Eva' },
      client: { ipAddress: ADDRESS, userAgent: { rawUserAgent: 'Mozilla/5.0' } },
      outcome: { result: 'SUCCESS' },
      authenticationContext: { externalSessionId: `s${back}` },
      target: [],
    }));
  const lines = (records: object[]) => ({
    text: `${records.map((record) => JSON.stringify(record)).join('\n')}\n`,
    extension: 'jsonl',
  });
  const alert = {
    at: time(0),
    entities: [{ kind: 'email', value: PERSON } as const],
    title: 'Console login without MFA',
  };

  it.each([
    ['says when single sign-on asked for one', 'user.authentication.auth_via_mfa', true],
    ['claims none that single sign-on did not ask for', 'user.authentication.sso', false],
  ])(
    '%s',
    async (_, eventType, isTold) => {
      await logs.replaceFiles(toolbox, [lines(signIns), lines(asked(eventType))]);
      const draft = await investigateLogs(toolbox, logs, alert);
      const told =
        /had a second factor[:;] `eva@corp\.example` passed it in `\w+` at 2023-07-20 08:59:10Z from the same address/;
      expect(told.test(draft.sections['Executive Summary'] ?? '')).toBe(isTold);
      expect(/second factor[:;] /.test(draft.markdown)).toBe(isTold);
      expect(findingsIn(draft.markdown, draft)).toEqual([]);
    },
    120_000,
  );
});

it('a guessed console password costs its owner no access key, and each secret that was read is named', async () => {
  const { events, stories, organization } = generateCase('guessed', TODAY, consoleTakeover, { days: 10, volume: 0.1 });
  const records = events.filter(({ source }) => source === 'cloudtrail').map(({ record }) => JSON.stringify(record));
  await logs.replaceFiles(toolbox, [{ text: `${records.join('\n')}\n`, extension: 'jsonl' }]);
  const [name = '', address = ''] = stories[0]?.keyFacts ?? [];
  const [login] = events.filter(({ record }) => JSON.stringify(record).includes('"ConsoleLogin":"Success"'));
  const draft = await investigateLogs(toolbox, logs, {
    at: new Date(login?.at ?? 0).toISOString(),
    entities: [
      { kind: 'user', value: name },
      { kind: 'ip', value: address },
    ],
    title: 'Console login without MFA',
  });
  const steps = draft.sections.Recommendations ?? '';
  expect(steps).toContain(`Reset the password and factors of \`${name}\``);
  expect(steps).not.toContain('AKIA');
  const unnamed = organization.services.filter((service) => !steps.includes(`\`prod/${service}/database\``));
  expect(unnamed).toEqual([]);
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);
