import { expect, it } from 'vitest';
import { DEPLOYER, deployerLog, TODAY } from './testing/deployer-log';
import { findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const { toolbox, logs } = testLogs();
const title = 'Unusual activity of an identity';

async function investigate(titles: string[]) {
  await logs.replace(toolbox, deployerLog(6));
  const at = new Date(TODAY).toISOString();
  const otherAlerts = titles.map((of) => ({ title: of, count: 120, first: at, last: at }));
  const entities = [{ kind: 'user', value: DEPLOYER.user } as const];
  return investigateLogs(toolbox, logs, { at, entities, title }, null, { otherAlerts });
}

it('alerts of a large case that were not read are named; of another kind, they rule BENIGN out', async () => {
  const all = await investigate([]);
  expect(all.assessment.classification).toBe('BENIGN');
  const alike = await investigate([title]);
  expect(alike.assessment.classification).toBe('BENIGN');
  expect(alike.markdown).toContain(`Left out: further alerts titled "${title}".`);
  const other = await investigate([title, 'Malware on a server']);
  expect(other.assessment.classification).not.toBe('BENIGN');
  expect(other.markdown).toContain(`titled "${title}" and "Malware on a server".`);
  for (const draft of [all, alike, other]) expect(findingsIn(draft.markdown, draft)).toEqual([]);
}, 120_000);
