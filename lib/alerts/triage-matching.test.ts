import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { ingestAlerts } from './ingest-alerts';
import { AlertPatch } from './schema';
import { triageAlert } from './triage-alert';
import { countMatching, triageMatching, undoBatch } from './triage-matching';

testDatabase();

let actor: Actor;
beforeAll(async () => {
  actor = await testActor('analyst');
});
/** Alerts that share a word nothing else has. */
async function send(count: number, word = `heron${uuid().replaceAll('-', '').slice(12)}`) {
  const documents = Array.from({ length: count }, (_, index) => ({
    id: `${word}${index}${uuid()}`,
    title: `Odd ${word}`,
    severity: 'low',
  }));
  return { word, ids: (await ingestAlerts(actor, 'generic', JSON.stringify(documents))).ids };
}
const soon = () => new Date(Date.now() + 1000).toISOString();
const close = AlertPatch.parse({ status: 'closed', disposition: 'benign', reason: 'Red team.' });

describe('changing everything that a filter shows', () => {
  it('changes what was there when the list was read, and undoes it but for what changed since', async () => {
    const { word, ids } = await send(3);
    await triageAlert(actor, ids[0] ?? '', { assignee: 'me' });
    const receivedBefore = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const later = await send(1, word);
    expect(await countMatching(actor, { q: word }, receivedBefore)).toEqual({ count: 3, capped: false });
    const { batch, changed } = await triageMatching(actor, { filter: { q: word }, receivedBefore, patch: close });
    expect(changed).toBe(3);
    const status = async (id = '') => (await db().alert.findUniqueOrThrow({ where: { id } })).status;
    expect(await Promise.all([...ids, ...later.ids].map(status))).toEqual(['closed', 'closed', 'closed', 'new']);

    await triageAlert(actor, ids[2] ?? '', { disposition: 'true_positive' });
    expect(await undoBatch(actor, batch)).toEqual({ restored: 2, skipped: 1 });
    expect(await Promise.all(ids.map(status))).toEqual(['open', 'new', 'closed']);
    expect(await db().alert.findUnique({ where: { id: ids[0] ?? '' } })).toMatchObject({
      assigneeId: actor.id,
      disposition: null,
      closeReason: null,
    });
    await expect(undoBatch(actor, batch)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses when nothing matches or an alert can’t take the change, and changes nothing', async () => {
    const { word, ids } = await send(2);
    const call = (q: string, patch: AlertPatch) =>
      triageMatching(actor, { filter: { q }, receivedBefore: soon(), patch });
    await expect(call(`${word}nothing`, close)).rejects.toMatchObject({ code: 'bad_request' });
    await expect(call(word, { disposition: 'benign' })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(call(word, { assignee: 'nobody' })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(undoBatch(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
    expect(await db().alert.count({ where: { id: { in: ids }, status: 'new' } })).toBe(2);
  });

  it('refuses who may not, and undoing another person’s change', async () => {
    const { word } = await send(1);
    const nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    const input = { filter: { q: word }, receivedBefore: soon(), patch: close };
    await expect(triageMatching(nobody, input)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(countMatching(nobody, { q: word }, soon())).rejects.toMatchObject({ code: 'forbidden' });
    const { batch } = await triageMatching(actor, input);
    await expect(undoBatch(await testActor('lead'), batch)).rejects.toMatchObject({ code: 'not_found' });
    await expect(undoBatch(nobody, batch)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
