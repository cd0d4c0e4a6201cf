import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { pool } from '../db/client';
import { testDatabase } from '../db/testing';
import {
  DeliveryQuery,
  getDelivery,
  listDeliveries,
  pruneDeliveries,
  receiveDelivery,
  replayDelivery,
} from './deliveries';
import { getAlert } from './list-alerts';
import { previewAlerts } from './preview-alerts';
import { ReplayDeliveries, replayDeliveries } from './replay-deliveries';
import { triageAlert } from './triage-alert';

testDatabase();

let analyst: Actor;
let lead: Actor;
beforeAll(async () => {
  analyst = await testActor('analyst');
  lead = await testActor('lead');
});
const list = async (query: object = {}) => (await listDeliveries(analyst, DeliveryQuery.parse(query))).items;

describe('the delivery log', () => {
  it('tells what each request became, also a refused one, and pages', async () => {
    await receiveDelivery(analyst, 'generic', '[{"id":"d1","title":"one"}, 7]', 'curl/8');
    await expect(receiveDelivery(analyst, 'generic', '{"half', 'curl/8')).rejects.toMatchObject({ status: 400 });
    await receiveDelivery(analyst, 'generic', '{"id":"d1","title":"one"}', 'curl/8');
    expect(await list()).toMatchObject([
      { status: 202, duplicates: 1, sender: 'curl/8', actor: { id: analyst.id } },
      { status: 400, accepted: 0, hasBody: true },
      { status: 202, accepted: 1, rejected: 1, message: expect.stringMatching(/^Item 1/) },
    ]);
    expect(await list({ failed: 'true' })).toHaveLength(2);
    expect(await list({ source: 'okta' })).toEqual([]);
    const first = await listDeliveries(analyst, DeliveryQuery.parse({ limit: 1 }));
    const second = await listDeliveries(analyst, DeliveryQuery.parse({ limit: 1, cursor: first.nextCursor }));
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
    await expect(listDeliveries(analyst, DeliveryQuery.parse({ cursor: 'x' }))).rejects.toMatchObject({ status: 400 });
  });

  it('replays a body: what was rejected comes in, what was misread is read again, what people set stays', async () => {
    await receiveDelivery(analyst, 'generic', '{"id":"misread","title":"Right title","severity":"high"}', '');
    const [delivery] = await list();
    const id = delivery?.alertIds[0] ?? '';
    // As an adapter of an earlier version might have read it.
    await pool().query(`UPDATE alerts SET title = 'Wrong', severity = 2, reported_severity = 2 WHERE id = $1`, [id]);
    await triageAlert(analyst, id, { status: 'open' });
    expect(await replayDelivery(lead, delivery?.id ?? '')).toMatchObject({ accepted: 0, duplicates: 1, reread: 1 });
    expect(await getAlert(analyst, id)).toMatchObject({ title: 'Right title', severity: 'high', status: 'open' });
    await triageAlert(analyst, id, { severity: 'low' });
    await pool().query(`UPDATE alerts SET title = 'Wrong' WHERE id = $1`, [id]);
    await replayDelivery(lead, delivery?.id ?? '');
    expect(await getAlert(analyst, id)).toMatchObject({ title: 'Right title', severity: 'low' });
    expect((await list())[0]).toMatchObject({ sender: 'replay', replayOf: delivery?.id });
  });

  it('refuses an unknown delivery, a body that is gone, and people without the permission', async () => {
    await expect(replayDelivery(lead, 'nothing')).rejects.toMatchObject({ status: 404 });
    const [delivery] = await list();
    const id = delivery?.id ?? '';
    await expect(replayDelivery(analyst, id)).rejects.toMatchObject({ status: 403 });
    await expect(getDelivery(analyst, id)).rejects.toMatchObject({ status: 403 });
    expect((await getDelivery(lead, id)).body).toContain('misread');
    await pool().query(`UPDATE deliveries SET received_at = now() - interval '15 days' WHERE id = $1`, [id]);
    expect(await pruneDeliveries(14)).toBe(1);
    await expect(replayDelivery(lead, id)).rejects.toMatchObject({ status: 422 });
    await pool().query(`UPDATE deliveries SET received_at = now() - interval '91 days' WHERE id = $1`, [id]);
    expect(await pruneDeliveries(14)).toBe(1);
    await expect(getDelivery(lead, id)).rejects.toMatchObject({ status: 404 });
  });
});

describe('a replay of many', () => {
  it('reads each again, oldest first, and names those that can’t be replayed', async () => {
    const send = (body: string) => receiveDelivery(analyst, 'generic', body, '');
    const { ids } = await send('{"id":"many-1","title":"Right title","severity":"low"}');
    await send('{"id":"many-2","title":"another"}');
    await send('{"id":"many-3","title":"gone"}');
    const [gone, second, first] = await list();
    await pool().query('UPDATE deliveries SET body = NULL WHERE id = $1', [gone?.id]);
    await pool().query(`UPDATE alerts SET title = 'Wrong' WHERE id = $1`, [ids[0]]);
    const unknown = '01890000-0000-7000-8000-000000000000';
    const wanted = [unknown, gone?.id ?? '', second?.id ?? '', first?.id ?? ''];
    expect(await replayDeliveries(lead, { ids: wanted })).toEqual({
      ...{ replayed: 2, accepted: 0, duplicates: 2, updated: 0, rejected: 0, reread: 1 },
      failed: [
        { id: gone?.id, message: expect.stringContaining('no longer kept') },
        { id: unknown, message: expect.stringContaining('no such delivery') },
      ],
    });
    expect(await getAlert(analyst, ids[0] ?? '')).toMatchObject({ title: 'Right title' });
    expect((await list()).slice(0, 2).map(({ replayOf }) => replayOf)).toEqual([second?.id, first?.id]);
  });

  it('refuses none, too many and what is no ID, and people without the permission', async () => {
    for (const ids of [[], ['x'], Array.from({ length: 101 }, () => '01890000-0000-7000-8000-000000000000')])
      expect(ReplayDeliveries.safeParse({ ids }).success).toBe(false);
    const before = (await list()).length;
    await expect(replayDeliveries(analyst, { ids: [(await list())[0]?.id ?? ''] })).rejects.toMatchObject({
      status: 403,
    });
    expect(await list()).toHaveLength(before);
  });
});

describe('the preview', () => {
  it('shows what a document would become and stores nothing', async () => {
    const count = async () => (await pool().query<{ n: string }>('SELECT count(*) AS n FROM alerts')).rows[0]?.n;
    const before = await count();
    expect(previewAlerts(analyst, 'generic', '[{"title":"a","severity":"high"},1]')).toMatchObject({
      total: 1,
      alerts: [{ title: 'a', severity: 'high', timeSource: 'receipt' }],
      rejected: [{ index: 1 }],
    });
    expect(await count()).toBe(before);
    expect(() => previewAlerts(analyst, 'generic', '{')).toThrow(/not valid JSON/);
  });
});
