import { beforeAll, describe, expect, it } from 'vitest';
import { findAlert } from '../alerts/find-alert';
import { ingestAlerts } from '../alerts/ingest-alerts';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { openInvestigation } from '../investigations/open-investigation';
import { readTimeline } from '../timeline/read-timeline';
import { readRelated } from './read-related';
import { EverythingQuery, searchEverything } from './search-everything';

testDatabase();

let actor: Actor;
let nobody: Actor;
let cases: { id: string; codename: string }[];
beforeAll(async () => {
  actor = await testActor('analyst');
  nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
  const send = (id: string, user: string) =>
    ingestAlerts(actor, 'generic', JSON.stringify({ id, title: `Heron ${id}`, user, sourceIp: '203.0.113.99' }));
  const ids = [...(await send('s1', 'eva')).ids, ...(await send('s2', 'eva')).ids, ...(await send('s3', 'bob')).ids];
  cases = await Promise.all(ids.slice(0, 2).map((alertId) => openInvestigation(actor, { alertIds: [alertId] })));
});

describe('searching everything', () => {
  it('finds alerts, cases, entities and people, defanged or not', async () => {
    const heron = await searchEverything(actor, { q: 'heron' });
    expect(heron.alerts).toHaveLength(3);
    expect(heron.cases.map(({ id }) => id).sort()).toEqual(cases.map(({ id }) => id).sort());
    const address = await searchEverything(actor, { q: '203[.]0[.]113' });
    expect(address.entities).toEqual([{ kind: 'ip', value: '203.0.113.99' }]);
    expect((await searchEverything(actor, { q: actor.name.toLowerCase() })).people).toEqual([
      { id: actor.id, name: actor.name },
    ]);
    expect(await searchEverything(actor, { q: '100%_' })).toEqual({
      alerts: [],
      named: [],
      fetchable: null,
      cases: [],
      entities: [],
      people: [],
    });
  });

  it('names the alert of an id: its own, SOURCE:ID, or the sender’s', async () => {
    const [{ id } = { id: '' }] = (await searchEverything(actor, { q: 'heron s1' })).alerts;
    for (const q of [id, 'generic:s1', ' s1 ']) {
      expect((await searchEverything(actor, { q })).named, q).toEqual([{ id, title: 'Heron s1' }]);
      expect(await findAlert(actor, q)).toBe(id);
    }
    for (const q of ['s9', 'okta:s2', 'no such:s1', '00000000-0000-7000-8000-000000000000']) {
      expect((await searchEverything(actor, { q })).named, q).toEqual([]);
      await expect(findAlert(actor, q)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(findAlert(nobody, id)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('refuses nothing to search for, and who may not', async () => {
    expect(EverythingQuery.safeParse({ q: '  ' }).success).toBe(false);
    await expect(searchEverything(nobody, { q: 'heron' })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('what a case is shown with', () => {
  it('names related cases and what they share, without a verdict that nobody approved', async () => {
    const [first, second] = cases;
    const [related, ...more] = await readRelated(actor, first?.id ?? '');
    expect(more).toEqual([]);
    expect(related).toMatchObject({ id: second?.id, classification: null, confidence: null });
    expect(related?.shared).toContainEqual({ kind: 'user', value: 'eva' });
    await expect(readRelated(nobody, first?.id ?? '')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(readRelated(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('has an empty timeline before anything was found, for who may read evidence', async () => {
    expect(await readTimeline(actor, cases[0]?.id ?? '')).toEqual({ events: [], omitted: 0 });
    await expect(readTimeline(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
    await expect(readTimeline(nobody, cases[0]?.id ?? '')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
