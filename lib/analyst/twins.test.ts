import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

/** Cases that differ from a harmless one in one thing: what explains the harmless one must not explain them. */
const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/team-cases');
type Row = Record<string, unknown>;
const rowsOf = (name: string, file: string): Row[] =>
  fs
    .readFileSync(path.join(FOLDER, name, 'logs', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row); // a log of objects
const alertOf = (name: string) =>
  JSON.parse(fs.readFileSync(path.join(FOLDER, name, 'alert.json'), 'utf8')) as { time: string; title: string };

const { toolbox, logs } = testLogs();

it('does not take a known address in another browser for the owner', async () => {
  const rows = rowsOf('session-through-vpn', 'okta.jsonl').map((row) => {
    const text = JSON.stringify(row);
    const isTaken = text.includes('"2026-11-24T') && text.includes('192.0.2.14') && text.includes('paul.reyes');
    return isTaken
      ? (JSON.parse(
          text.replace(/"rawUserAgent":"[^"]*"/, '"rawUserAgent":"Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"'),
        ) as Row)
      : row;
  });
  await logs.replace(toolbox, rows);
  const { time, title } = alertOf('session-through-vpn');
  const entities = [
    { kind: 'email' as const, value: 'paul.reyes@adventure.example' },
    { kind: 'ip' as const, value: '192.0.2.14' },
  ];
  const draft = await investigateLogs(toolbox, logs, { at: time, title, entities });
  expect(draft.assessment.classification).not.toBe('BENIGN');
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);

it('does not take many grants of an application that nobody allowed for a roll-out', async () => {
  const rows = rowsOf('application-allowed-before', 'google_workspace.jsonl');
  await logs.replace(
    toolbox,
    rows.filter((row) => !JSON.stringify(row).includes('ADD_TO_TRUSTED_OAUTH2_APPS')),
  );
  const { time, title } = alertOf('application-allowed-before');
  const draft = await investigateLogs(toolbox, logs, {
    at: time,
    title,
    entities: [],
    raw: alertOf('application-allowed-before'),
  });
  expect(draft.assessment.classification).not.toBe('BENIGN');
  expect(draft.markdown).toContain('4 accounts gave `RoomBooker` access');
}, 120_000);

/** An export of a database every Sunday; `bucket`: where the last one goes. */
function exports(bucket: string): Row[] {
  const week = 7 * 86_400_000;
  const last = Date.UTC(2026, 10, 22, 2);
  return Array.from({ length: 4 }, (_, weeks) => last - weeks * week).flatMap((at) =>
    ['DescribeDBSnapshots', 'StartExportTask'].map((eventName, index) => ({
      eventTime: new Date(at + index * 6000).toISOString().replace('.000', ''),
      eventSource: 'rds.amazonaws.com',
      eventName,
      awsRegion: 'eu-west-1',
      sourceIPAddress: '203.0.113.140',
      userAgent: 'Boto3/1.35.20',
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::556677889900:assumed-role/analytics-export/run',
        accountId: '556677889900',
        accessKeyId: `ASIA${`${at}`.slice(0, 12)}AAAA`,
      },
      requestParameters:
        index === 0
          ? {}
          : {
              s3BucketName: at === last ? bucket : 'analytics-raw',
              sourceArn: 'arn:aws:rds:eu-west-1:556677889900:snapshot:rds:orders',
            },
    })),
  );
}

it.each([
  ['analytics-raw', 'BENIGN'],
  ['exports-tmp-99', 'SUSPICIOUS'],
])(
  'judges an export to %s as %s',
  async (bucket, verdict) => {
    await logs.replace(toolbox, exports(bucket));
    const draft = await investigateLogs(toolbox, logs, {
      at: '2026-11-22T02:00:06Z',
      title: 'RDS snapshot export to S3',
      entities: [{ kind: 'arn', value: 'arn:aws:sts::556677889900:assumed-role/analytics-export/run' }],
    });
    expect(draft.assessment.classification).toBe(verdict);
    expect(draft.markdown).toContain(`to bucket \`${bucket}\``);
    expect(findingsIn(draft.markdown, draft)).toEqual([]);
  },
  120_000,
);
