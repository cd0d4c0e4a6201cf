import { v7 as uuid } from 'uuid';
import { beforeAll, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { ingestAlerts } from './ingest-alerts';
import { ruleHistory } from './rule-history';
import type { Disposition } from './schema';
import { triageAlert } from './triage-alert';

testDatabase();

let actor: Actor;
beforeAll(async () => {
  actor = await testActor('analyst');
});

async function newAlert(id: string, rule: string | null, userName: string): Promise<string> {
  const document = { id, title: `Title of ${id}`, ...(rule && { rule, userIdentity: { type: 'IAMUser', userName } }) };
  return (await ingestAlerts(actor, 'generic', JSON.stringify(document))).ids[0] ?? '';
}

async function closed(id: string, rule: string, userName: string, disposition: Disposition, reason: string) {
  await triageAlert(actor, await newAlert(id, rule, userName), { status: 'closed', disposition, reason });
}

it('counts how the other alerts of the rule were closed, and has those of the same entity first', async () => {
  await closed('a1', 'Group.Opened', 'pipeline', 'benign', 'The pipeline does this.');
  await closed('a2', 'Group.Opened', 'eva', 'true_positive', 'Keys stolen.');
  await closed('a3', 'Group.Opened', 'otto', 'benign', 'Planned.');
  await closed('b1', 'Other', 'pipeline', 'false_positive', 'Too broad.');
  await newAlert('a4', 'Group.Opened', 'pipeline');
  const found = await ruleHistory(actor, await newAlert('a5', 'Group.Opened', 'pipeline'));
  expect(found).toMatchObject({
    rule: 'Group.Opened',
    closed: 3,
    counts: { benign: 2, true_positive: 1, false_positive: 0, undetermined: 0 },
  });
  expect(found.closures.map(({ title, reason, sharesEntity }) => [title, reason, sharesEntity])).toEqual([
    ['Title of a1', 'The pipeline does this.', true],
    ['Title of a3', 'Planned.', false],
    ['Title of a2', 'Keys stolen.', false],
  ]);
});

it('has alerts of one disposition and reason once, with how many they are and how many share an entity', async () => {
  for (const [id, user] of [
    ['d1', 'eva'],
    ['d2', 'pipeline'],
    ['d3', 'pipeline'],
  ] as const)
    await closed(id, 'Bulk', user, 'benign', 'Migration of the weekend.');
  await closed('d4', 'Bulk', 'eva', 'false_positive', 'Migration of the weekend.');
  const found = await ruleHistory(actor, await newAlert('d5', 'Bulk', 'pipeline'));
  expect(found.closed).toBe(4);
  expect(found.closures).toMatchObject([
    { disposition: 'benign', reason: 'Migration of the weekend.', count: 3, sharing: 2, sharesEntity: true },
    { disposition: 'false_positive', title: 'Title of d4', count: 1, sharing: 0, sharesEntity: false },
  ]);
  const [first] = found.closures;
  expect(Date.parse(first?.firstClosedAt ?? '')).toBeLessThanOrEqual(Date.parse(first?.closedAt ?? ''));
  expect(first?.title).toBe('Title of d3');
});

it('has nothing for an alert without a rule, and refuses an unknown alert and who may not read', async () => {
  const id = await newAlert('c1', null, 'eva');
  expect(await ruleHistory(actor, id)).toMatchObject({ rule: null, closed: 0, closures: [] });
  await expect(ruleHistory(actor, uuid())).rejects.toMatchObject({ code: 'not_found' });
  await expect(ruleHistory(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
  const nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
  await expect(ruleHistory(nobody, id)).rejects.toMatchObject({ code: 'forbidden' });
});
