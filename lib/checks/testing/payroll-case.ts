import type { EvidenceRecord } from '../../evidence/evidence-record';
import { evidenceRecord } from './evidence-record';

const DAY = { timeFrom: '2026-03-14T00:00:00.000Z', timeTo: '2026-03-15T00:00:00.000Z' };

const record = (number: number, args: Record<string, unknown>, more: Partial<EvidenceRecord> = {}): EvidenceRecord =>
  evidenceRecord(number, { args, durationMs: 40 + number, ...more });

function query(number: number, sql: string, columns: string[], rows: unknown[][], more: Partial<EvidenceRecord> = {}) {
  const structured = { columns: columns.map((name) => ({ name })), rows, rowCount: rows.length, truncated: false };
  return record(
    number,
    { sql, from: DAY.timeFrom, to: DAY.timeTo },
    { ...DAY, rows: rows.length, structured, ...more },
  );
}

const at = (clock: string): string => `2026-03-14T${clock}.000Z`;
const LENA = 'arn:aws:iam::210987654321:user/lena.vogt';
const BACKUP = 'arn:aws:iam::210987654321:user/svc-backup2';
const DEPLOY = 'arn:aws:sts::210987654321:assumed-role/ci-deploy/run-4711';

/** A made-up theft of payroll files: an account is taken over, a user is created, files are read, and the trail is left alone. */
export const PAYROLL: EvidenceRecord[] = [
  record(
    1,
    { entities: ['lena.vogt'] },
    { server: 'socdown', tool: 'search_cases', rows: 0, structured: { cases: [] } },
  ),
  record(
    2,
    { entities: ['lena.vogt'] },
    {
      server: 'socdown',
      tool: 'search_alerts',
      rows: 1,
      structured: {
        alerts: [
          {
            title: 'IAM user created by a human',
            severity: 'high',
            occurredAt: at('09:15:02'),
            entities: [{ kind: 'user', value: 'lena.vogt' }],
            investigation: { codename: 'calm-brave-otter' },
          },
        ],
      },
    },
  ),
  record(
    3,
    {},
    {
      tool: 'list_sources',
      structured: {
        sources: [
          { name: 'cloudtrail', rows: 48212, from: '2026-02-12T00:00:04Z', to: '2026-03-14T23:58:51Z' },
          { name: 'okta', rows: 9114, from: '2026-03-01T00:01:17Z', to: '2026-03-14T22:40:09Z' },
          { name: 'vpc_flow', rows: 0, from: null, to: null },
        ],
      },
    },
  ),
  query(
    4,
    `SELECT _time, eventName, "userIdentity.arn" AS who, sourceIPAddress, awsRegion, errorCode, requestParameters FROM cloudtrail WHERE "userIdentity.arn" LIKE '%lena.vogt' AND _time >= '2026-03-14T09:00:00Z' ORDER BY _time`,
    ['_time', 'eventName', 'who', 'sourceIPAddress', 'awsRegion', 'errorCode', 'requestParameters'],
    [
      [at('09:12:03'), 'ConsoleLogin', LENA, '203.0.113.24', 'us-east-1', null, '{"MFAUsed":"No"}'],
      [at('09:14:41'), 'ListUsers', LENA, '203.0.113.24', 'us-east-1', null, null],
      [at('09:15:02'), 'CreateUser', LENA, '203.0.113.24', 'us-east-1', null, '{"userName":"svc-backup2"}'],
      [at('09:15:09'), 'CreateAccessKey', LENA, '203.0.113.24', 'us-east-1', null, '{"userName":"svc-backup2"}'],
      [
        at('09:15:31'),
        'AttachUserPolicy',
        LENA,
        '203.0.113.24',
        'us-east-1',
        null,
        '{"userName":"svc-backup2","policyArn":"arn:aws:iam::aws:policy/AmazonS3FullAccess"}',
      ],
      [at('09:16:20'), 'StopLogging', LENA, '203.0.113.24', 'eu-central-1', 'AccessDenied', '{"name":"org-trail"}'],
      [at('09:16:25'), 'StopLogging', LENA, '203.0.113.24', 'eu-central-1', 'AccessDenied', '{"name":"org-trail"}'],
      [at('09:16:25'), 'DescribeTrails', LENA, '203.0.113.24', 'eu-central-1', null, null],
      [at('09:17:44'), 'PutBucketPolicy', LENA, '203.0.113.24', 'eu-central-1', null, '{"bucketName":"acme-payroll"}'],
      [
        at('10:02:10'),
        'AuthorizeSecurityGroupIngress',
        LENA,
        '203.0.113.24',
        'eu-central-1',
        null,
        '{"groupId":"sg-0a1b2c3d4e5f60001","ipPermissions":{"fromPort":3389,"toPort":3389,"cidrIp":"0.0.0.0/0"}}',
      ],
    ],
  ),
  query(
    5,
    `SELECT "userIdentity.arn" AS who, "userIdentity.accessKeyId" AS key, eventName, sourceIPAddress, count(*) AS n, count(errorCode) AS errors, sum(bytesOut) AS bytes, min(_time) AS first, max(_time) AS last FROM cloudtrail WHERE "requestParameters.bucketName" = 'acme-payroll' GROUP BY ALL ORDER BY first`,
    ['who', 'key', 'eventName', 'sourceIPAddress', 'n', 'errors', 'bytes', 'first', 'last'],
    [
      [DEPLOY, 'ASIAQ2W3E4R5T6Y7U8I9', 'PutObject', '10.20.4.7', 6, 0, 0, at('02:00:11'), at('02:00:19')],
      [LENA, 'AKIALENA000000000001', 'PutBucketPolicy', '203.0.113.24', 1, 0, 0, at('09:17:44'), at('09:17:44')],
      [BACKUP, 'AKIAZX7QY2M4N6P8R0T1', 'ListObjectsV2', '198.51.100.61', 17, 0, 48220, at('09:30:12'), at('09:31:01')],
      [
        BACKUP,
        'AKIAZX7QY2M4N6P8R0T1',
        'GetObject',
        '198.51.100.61',
        412,
        0,
        3214880112,
        at('09:31:07'),
        at('09:44:52'),
      ],
      [BACKUP, 'AKIAZX7QY2M4N6P8R0T1', 'DeleteObject', '198.51.100.61', 9, 9, 0, at('09:46:10'), at('09:46:33')],
    ],
  ),
  query(
    6,
    `SELECT "client.ipAddress" AS ip, "actor.alternateId" AS actor, count(*) AS n, min(_time) AS first, max(_time) AS last FROM okta WHERE eventType = 'user.session.start' AND "outcome.result" = 'FAILURE' GROUP BY ALL ORDER BY first`,
    ['ip', 'actor', 'n', 'first', 'last'],
    [
      ['203.0.113.24', 'lena.vogt@acme.example', 2, at('08:41:12'), at('08:41:30')],
      ['203.0.113.25', 'lena.vogt@acme.example', 1, at('08:44:02'), at('08:44:02')],
      ['203.0.113.29', 'lena.vogt@acme.example', 1, at('08:47:55'), at('08:47:55')],
      ['203.0.113.24', 'lena.vogt@acme.example', 5, at('08:52:00'), at('08:58:40')],
    ],
  ),
  query(
    7,
    `SELECT _time, eventType, "actor.alternateId" AS actor, "outcome.result" AS result, "outcome.reason" AS reason, "client.ipAddress" AS ip FROM okta WHERE "actor.alternateId" IN ('lena.vogt@acme.example','tom.berger@acme.example') ORDER BY _time`,
    ['_time', 'eventType', 'actor', 'result', 'reason', 'ip'],
    [
      [at('07:55:20'), 'user.session.start', 'tom.berger@acme.example', 'SUCCESS', null, '192.0.2.10'],
      [
        at('08:58:40'),
        'user.session.start',
        'lena.vogt@acme.example',
        'FAILURE',
        'INVALID_CREDENTIALS',
        '203.0.113.24',
      ],
      [at('09:05:17'), 'user.session.start', 'lena.vogt@acme.example', 'SUCCESS', null, '203.0.113.24'],
      [at('09:05:49'), 'user.mfa.factor.deactivate', 'lena.vogt@acme.example', 'SUCCESS', null, '203.0.113.24'],
      [at('09:06:30'), 'user.mfa.factor.activate', 'lena.vogt@acme.example', 'FAILURE', 'FACTOR_LIMIT', '203.0.113.24'],
      [at('11:40:00'), 'user.session.end', 'tom.berger@acme.example', 'SUCCESS', null, '192.0.2.10'],
    ],
  ),
  query(
    8,
    "SELECT _time, eventName, \"userIdentity.arn\" AS who FROM cloudtrail WHERE eventName IN ('CreateRole','UpdateAssumeRolePolicy','CreateLoginProfile') ORDER BY _time",
    ['_time', 'eventName', 'who'],
    [],
  ),
  query(
    9,
    `SELECT date_trunc('day', _time) AS day, sourceIPAddress, count(*) AS n FROM cloudtrail WHERE "userIdentity.arn" LIKE '%lena.vogt' GROUP BY ALL ORDER BY day`,
    ['day', 'sourceIPAddress', 'n'],
    [
      ['2026-02-16T00:00:00.000Z', '192.0.2.11', 21],
      ['2026-02-24T00:00:00.000Z', '192.0.2.11', 34],
      ['2026-03-05T00:00:00.000Z', '192.0.2.11', 18],
      ['2026-03-14T00:00:00.000Z', '203.0.113.24', 10],
    ],
    {
      timeFrom: '2026-02-12T00:00:00.000Z',
      args: {
        sql: `SELECT date_trunc('day', _time) AS day, sourceIPAddress, count(*) AS n FROM cloudtrail WHERE "userIdentity.arn" LIKE '%lena.vogt' GROUP BY ALL ORDER BY day`,
        from: '2026-02-12T00:00:00.000Z',
        to: DAY.timeTo,
      },
    },
  ),
  query(
    10,
    'SELECT _time, eventName FROM cloudtrail ORDER BY _time LIMIT 2',
    ['_time', 'eventName'],
    [
      [at('00:00:04'), 'DescribeInstances'],
      [at('00:00:09'), 'DescribeVolumes'],
    ],
    { truncated: true },
  ),
  record(
    11,
    { sql: 'SELECT * FROM vpc_flow' },
    { ...DAY, status: 'failed', text: 'There is no source named vpc_flow.' },
  ),
  query(
    12,
    'SELECT _time, eventName, "userIdentity.arn" AS who, sourceIPAddress, errorCode FROM cloudtrail WHERE "userIdentity.arn" LIKE \'%svc-backup2\' ORDER BY _time',
    ['_time', 'eventName', 'who', 'sourceIPAddress', 'errorCode'],
    [
      [at('09:29:58'), 'GetCallerIdentity', BACKUP, '198.51.100.61', null],
      [at('09:30:05'), 'ListBuckets', BACKUP, '198.51.100.61', null],
      [at('09:46:10'), 'DeleteObject', BACKUP, '198.51.100.61', 'AccessDenied'],
      [at('09:47:02'), 'AssumeRole', BACKUP, '198.51.100.61', 'AccessDenied'],
    ],
  ),
];

const FRONT = `---
title: IAM user created by a human
codename: calm-brave-otter
alerts: []
status: draft
classification: MALICIOUS
confidence: 85
severity:
  original: high
  assessed: high
techniques:
  - T1136.003
  - T1530
entities:
  - kind: user
    value: lena.vogt
model: null
opened: 2026-03-15T07:00:00Z
updated: 2026-03-15T07:00:00Z
---
`;

const SECTIONS: Record<string, string> = {
  'Executive Summary':
    'Verdict: **MALICIOUS**, confidence 85. Somebody with the account of lena.vogt created the user svc-backup2 [E4], which read the payroll bucket [E5].',
  'Hypothesis Analysis': 'An account was taken over [E4] [E7].',
  Timeline: `| Time (UTC) | Actor | Action | Outcome | Evidence |
| --- | --- | --- | --- | --- |
| 2026-03-14 09:15:02Z | lena.vogt | CreateUser svc-backup2 | Success | [E4] |
| 2026-03-14 09:31:07–09:44:52Z | svc-backup2 | 412 GetObject on acme-payroll | Success | [E5] |`,
  'Investigation Process': 'Queries [E4] [E5] [E7].',
  'Technical Details': 'The bucket is `acme-payroll` [E5].',
  'Threat Assessment': 'T1136.003 (Cloud Account) [E4]. T1530 (Data from Cloud Storage) [E5].',
  Recommendations: '1. Deactivate the key of `svc-backup2`.',
  'Lessons Learned': 'None.',
};

/** The case's report with a text in one of its sections. */
export function payrollReport(section: string, text: string): string {
  const sections = Object.entries(SECTIONS).map(([name, own]) => `## ${name}\n\n${name === section ? text : own}\n`);
  return `${FRONT}\n${sections.join('\n')}`;
}

/** A row in a table of the timeline. */
export const timelineOf = (row: string): string =>
  `| Time (UTC) | Actor | Action | Outcome | Evidence |\n| --- | --- | --- | --- | --- |\n${row}`;
