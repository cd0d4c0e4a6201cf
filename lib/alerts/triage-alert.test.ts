import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { ingestAlerts } from './ingest-alerts';
import { AlertPatch } from './schema';
import { triageAlert, triageAlerts } from './triage-alert';

testDatabase();

let actor: Actor;
let count = 0;
beforeAll(async () => {
  actor = await testActor('analyst');
});
const newAlert = async (): Promise<string> => {
  count += 1;
  return (
    (await ingestAlerts(actor, 'generic', JSON.stringify({ id: `t${count}`, title: 'T', severity: 'low' }))).ids[0] ??
    ''
  );
};

describe('triageAlert', () => {
  it('takes, changes severity, closes and reopens; what it replaced undoes it', async () => {
    const id = await newAlert();
    const taken = await triageAlert(actor, id, { assignee: 'me', status: 'open', severity: 'critical' });
    expect(taken).toMatchObject({ status: 'open', severity: 'critical', assignee: { id: actor.id, name: actor.name } });
    expect(taken.previous).toEqual({ status: 'new', assignee: null, severity: 'low', disposition: null, reason: null });
    const closed = await triageAlert(actor, id, { status: 'closed', disposition: 'true_positive' });
    expect(closed).toMatchObject({ status: 'closed', disposition: 'true_positive' });
    expect((await db().alert.findUnique({ where: { id } }))?.closedAt).toBeInstanceOf(Date);
    const reopened = await triageAlert(actor, id, { status: 'open' });
    expect(reopened).toMatchObject({
      status: 'open',
      disposition: null,
      previous: { status: 'closed', disposition: 'true_positive' },
    });
    expect((await db().alert.findUnique({ where: { id } }))?.closedAt).toBeNull();
    const undone = await triageAlert(actor, id, AlertPatch.parse(reopened.previous));
    expect(undone).toMatchObject({ status: 'closed', disposition: 'true_positive', severity: 'critical' });
    expect(await triageAlert(actor, id, { assignee: null })).toMatchObject({ assignee: null });
  });

  it('keeps why it was closed until it is reopened, and gives it back when that is undone', async () => {
    const id = await newAlert();
    const closed = await triageAlert(actor, id, { status: 'closed', disposition: 'benign', reason: ' Red team. ' });
    expect(closed.closeReason).toBe('Red team.');
    const reopened = await triageAlert(actor, id, { status: 'open' });
    expect(reopened).toMatchObject({ closeReason: null, previous: { reason: 'Red team.' } });
    expect(await triageAlert(actor, id, AlertPatch.parse(reopened.previous))).toMatchObject({
      closeReason: 'Red team.',
    });
    await expect(triageAlert(actor, await newAlert(), { reason: 'Why' })).rejects.toThrow(
      'reason: only a closed alert',
    );
    expect(AlertPatch.safeParse({ status: 'closed', reason: 'a\0b' }).success).toBe(false);
    expect(AlertPatch.safeParse({ status: 'closed', reason: 'x'.repeat(2001) }).success).toBe(false);
  });

  it('opens a new alert that is given to somebody, and leaves a closed one closed', async () => {
    const id = await newAlert();
    expect(await triageAlert(actor, id, { assignee: 'me' })).toMatchObject({
      status: 'open',
      previous: { status: 'new' },
    });
    await triageAlert(actor, id, { status: 'closed', assignee: null });
    expect(await triageAlert(actor, id, { assignee: 'me' })).toMatchObject({ status: 'closed' });
  });

  it('takes a disposition after closing, and writes what changed in the same transaction', async () => {
    const id = await newAlert();
    await triageAlert(actor, id, { status: 'closed' });
    expect(await triageAlert(actor, id, { disposition: 'false_positive' })).toMatchObject({
      disposition: 'false_positive',
    });
    const audit = await db().auditEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } });
    expect(audit.map((row) => [row.verb, row.actorId, (row.data as { patch: unknown }).patch])).toEqual([
      ['alerts.triage', actor.id, { status: 'closed' }],
      ['alerts.triage', actor.id, { disposition: 'false_positive' }],
    ]);
  });

  it('refuses a disposition on an open alert, unknown people and alerts, and changes nothing', async () => {
    const id = await newAlert();
    const gone = await testActor('analyst');
    await db().user.update({ where: { id: gone.id ?? '' }, data: { disabledAt: new Date() } });
    await expect(triageAlert(actor, id, { disposition: 'benign' })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(triageAlert(actor, id, { status: 'open', disposition: 'benign' })).rejects.toMatchObject({
      code: 'bad_request',
    });
    await expect(triageAlert(actor, id, { assignee: 'nobody' })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(triageAlert(actor, id, { assignee: gone.id })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(triageAlert(actor, id, {})).rejects.toThrow('at least one');
    await expect(triageAlert(actor, uuid(), { status: 'open' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(triageAlert(actor, 'x', { status: 'open' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await db().alert.findUnique({ where: { id } })).toMatchObject({
      status: 'new',
      assigneeId: null,
      disposition: null,
    });
    expect(await db().auditEntry.count({ where: { subjectId: id } })).toBe(0);
  });

  it('refuses who may not', async () => {
    const nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(triageAlert(nobody, await newAlert(), { status: 'open' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('triageAlerts', () => {
  it('changes the good ones and names the others, in the order asked', async () => {
    const [open, closed, unknown] = [await newAlert(), await newAlert(), uuid()];
    await triageAlert(actor, closed, { status: 'closed' });
    const answer = await triageAlerts(actor, [unknown, closed, open, closed], { disposition: 'benign' });
    expect(answer.changed.map((alert) => alert.id)).toEqual([closed]);
    expect(answer.failed.map(({ id, reason }) => [id, reason])).toEqual([
      [unknown, 'not_found'],
      [open, 'bad_request'],
    ]);
  });

  it('takes up to 500 at once and no more', async () => {
    const documents = Array.from({ length: 500 }, (_, index) => ({ id: `bulk${index}`, title: 'B' }));
    const { ids } = await ingestAlerts(actor, 'generic', JSON.stringify(documents));
    expect((await triageAlerts(actor, ids, { status: 'open', assignee: 'me' })).changed).toHaveLength(500);
    await expect(triageAlerts(actor, [...ids, uuid()], { status: 'new' })).rejects.toThrow('500');
    await expect(triageAlerts(actor, [], { status: 'new' })).rejects.toThrow('at least one');
  });

  it('two people who change the same alerts in other orders both get through', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, newAlert));
    const rounds = Array.from({ length: 10 }, (_, index) =>
      triageAlerts(actor, index % 2 ? ids : [...ids].reverse(), { severity: index % 2 ? 'high' : 'low' }),
    );
    for (const answer of await Promise.all(rounds)) expect(answer.changed).toHaveLength(20);
  });
});
