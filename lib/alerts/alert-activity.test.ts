import { v7 as uuid } from 'uuid';
import { beforeAll, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { openInvestigation } from '../investigations/open-investigation';
import { addAlertComment, readActivity } from './alert-activity';
import { ingestAlerts } from './ingest-alerts';
import { triageAlert } from './triage-alert';

testDatabase();

let actor: Actor;
let count = 0;
const newAlert = async (): Promise<string> => {
  count += 1;
  return (await ingestAlerts(actor, 'generic', JSON.stringify({ id: `a${count}`, title: 'T' }))).ids[0] ?? '';
};
beforeAll(async () => {
  actor = await testActor('analyst');
});

it('tells who did what, when and why, newest first', async () => {
  const id = await newAlert();
  const lead = await testActor('lead');
  await triageAlert(actor, id, { assignee: lead.id, severity: 'high' });
  await addAlertComment(lead, id, { body: 'Seen before.\nAsk the owner.' });
  const { codename, id: caseId } = await openInvestigation(lead, { alertIds: [id] });
  await triageAlert(actor, id, { status: 'closed', disposition: 'benign', reason: 'Planned change.' });
  const events = await readActivity(actor, id);
  expect(events.map(({ kind, by, text }) => [kind, by?.name ?? null, text])).toEqual([
    ['changed', actor.name, 'Planned change.'],
    ['case_opened', lead.name, null],
    ['comment', lead.name, 'Seen before.\nAsk the owner.'],
    ['changed', actor.name, null],
    ['received', null, null],
  ]);
  expect(events[0]?.changes).toEqual({ status: 'closed', disposition: 'benign' });
  expect(events[1]?.case).toEqual({ id: caseId, codename });
  expect(events[3]?.changes).toEqual({ assignee: lead.name, severity: 'high' });
});

it('refuses an empty comment, one that is too long or has NUL, and an unknown alert, and stores nothing', async () => {
  const id = await newAlert();
  for (const body of ['', '  ', 'x'.repeat(5001), 'a\0b']) {
    await expect(addAlertComment(actor, id, { body })).rejects.toThrow();
  }
  await expect(addAlertComment(actor, uuid(), { body: 'Hello' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(addAlertComment(actor, 'x', { body: 'Hello' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(readActivity(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
  expect(await db().alertComment.count({ where: { alertId: id } })).toBe(0);
});

it('refuses who may not', async () => {
  const id = await newAlert();
  const nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
  await expect(addAlertComment(nobody, id, { body: 'Hello' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(readActivity(nobody, id)).rejects.toMatchObject({ code: 'forbidden' });
});
