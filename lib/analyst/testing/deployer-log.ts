import fs from 'node:fs';
import path from 'node:path';

const RUN = path.resolve(import.meta.dirname, '../../../fixtures/terraform-run/run.jsonl');
const DAY = 86_400_000;

export type CloudTrailRecord = {
  eventTime: string;
  eventName: string;
  eventSource: string;
  sourceIPAddress: string;
  userAgent: string;
  userIdentity: Record<string, unknown>;
  [field: string]: unknown;
};

export const DEPLOYER = {
  user: 'deployer',
  arn: 'arn:aws:iam::123837392027:user/deployer',
  key: 'AKIAEXAMPLEDEPLOYER1',
  ip: '203.0.113.50',
};
/** Start of the newest run. */
export const TODAY = Date.UTC(2023, 6, 20, 9, 0, 0);

/** The run of fixtures/terraform-run, once on each of `days` earlier days (never at quite the same time) and once today. */
export function deployerLog(days: number): CloudTrailRecord[] {
  const run = readRecords(RUN);
  const start = Math.min(...run.map((record) => Date.parse(record.eventTime)));
  return Array.from({ length: days + 1 }, (_, back) =>
    run.map((record, index): CloudTrailRecord => {
      const at = Date.parse(record.eventTime) - start + TODAY - back * (DAY + 7 * 60_000);
      return {
        ...record,
        eventTime: `${new Date(at).toISOString().slice(0, 19)}Z`,
        eventID: `00000000-0000-4000-8000-${String(back * 1000 + index).padStart(12, '0')}`,
        sourceIPAddress: DEPLOYER.ip,
        userIdentity: {
          ...record.userIdentity,
          arn: DEPLOYER.arn,
          userName: DEPLOYER.user,
          accessKeyId: DEPLOYER.key,
        },
      };
    }),
  ).flat();
}

/** One more call by the deployer, in the middle of today's run, by the same hand as all the others. */
export function deployerCall(eventSource: string, eventName: string, requestParameters: object): CloudTrailRecord {
  const [like] = deployerLog(0);
  return {
    ...(like as CloudTrailRecord), // the run has records
    eventTime: `${new Date(TODAY + 60_000).toISOString().slice(0, 19)}Z`,
    eventID: '00000000-0000-4000-9000-000000000001',
    eventSource,
    eventName,
    requestParameters,
  };
}

export const readRecords = (file: string): CloudTrailRecord[] =>
  fs
    .readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CloudTrailRecord); // the file's README says what a line is
