import { expect, it } from 'vitest';
import { DEPLOYER, deployerCall, deployerLog, TODAY } from './testing/deployer-log';
import { type Draft, findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const { toolbox, logs } = testLogs();

const MINUTE = 60_000;
const at = (record: ReturnType<typeof deployerCall>, minutes: number) => ({
  ...record,
  eventTime: `${new Date(TODAY + minutes * MINUTE).toISOString().slice(0, 19)}Z`,
  eventID: `00000000-0000-4000-9000-${String(minutes).padStart(12, '0')}`,
});
const trail = { name: 'arn:aws:cloudtrail:eu-west-1:123837392027:trail/main' };
const stop = at(deployerCall('cloudtrail.amazonaws.com', 'StopLogging', trail), 3);
const start = at(deployerCall('cloudtrail.amazonaws.com', 'StartLogging', { name: 'main' }), 50);
const ssh = {
  groupId: 'sg-0a1b2c3d4e5f60718',
  ipPermissions: {
    items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }],
  },
};
const open = at(deployerCall('ec2.amazonaws.com', 'AuthorizeSecurityGroupIngress', ssh), 4);
const close = at(deployerCall('ec2.amazonaws.com', 'RevokeSecurityGroupIngress', ssh), 44);

/** One flow record of version 2, `minutes` after the run began. */
const flow = (from: string, port: number, minutes: number, action = 'ACCEPT'): string => {
  const second = Math.floor(TODAY / 1000) + minutes * 60;
  return `2 123837392027 eni-0a1 ${from} 10.0.0.7 40000 ${port} 6 12 4000 ${second} ${second + 30} ${action} OK`;
};
const HEAD =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

async function investigate(records: object[], flows: string[] | null): Promise<Draft> {
  const lines = [...deployerLog(6), ...records].map((record) => JSON.stringify(record)).join('\n');
  await logs.replaceFiles(toolbox, [
    { text: `${lines}\n`, extension: 'jsonl' },
    ...(flows === null ? [] : [{ text: `${[HEAD, ...flows].join('\n')}\n`, extension: 'log' }]),
  ]);
  const entities = [{ kind: 'user', value: DEPLOYER.user } as const];
  return investigateLogs(toolbox, logs, { at: new Date(TODAY + 4 * MINUTE).toISOString(), entities });
}

it('says how long a trail was off, and that this is a gap', async () => {
  const draft = await investigate([stop, start], null);
  expect(draft.markdown).toContain('wrote nothing from 2023-07-20 09:03:00Z');
  expect(draft.markdown).toContain('until 2023-07-20 09:50:00Z');
  expect(draft.sections['Investigation Process']).toMatch(
    /### Gaps[\s\S]*`main` was off, 2023-07-20 09:03:00–09:50:00Z/,
  );
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);

it('says that a trail was not started again', async () => {
  const draft = await investigate([stop], null);
  expect(draft.markdown).toContain('was not started again');
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);

it('says who connected while a port was open, from the flow log', async () => {
  const around = [flow('198.51.100.7', 22, 2), flow('198.51.100.7', 22, 47), flow('10.0.0.9', 22, 10)];
  const seen = [flow('198.51.100.7', 22, 12), flow('198.51.100.8', 22, 13), flow('198.51.100.9', 22, 14, 'REJECT')];
  const draft = await investigate([open, close], [...around, ...seen]);
  expect(draft.markdown).toContain('2 accepted connections from 2 addresses outside');
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);

it('says that nobody did, or that no flow log covers the time', async () => {
  const none = await investigate([open, close], [flow('198.51.100.7', 443, 2), flow('198.51.100.7', 443, 60)]);
  expect(none.markdown).toContain('has no accepted connection from outside');
  expect(findingsIn(none.markdown, none)).toEqual([]);
  const blind = await investigate([open, close], null);
  expect(blind.markdown).toContain('No flow log covers the time that port `22` of `sg-0a1b2c3d4e5f60718` was open');
  expect(findingsIn(blind.markdown, blind)).toEqual([]);
}, 120_000);
