import { describe, expect, it } from 'vitest';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { hasAccess } from './access';
import { actorOfKey, createKey, listKeys } from './api-keys';
import { authorize } from './guard';
import { type KEY_SCOPES, PERMISSIONS, scopeAllows, type Verb } from './permissions';
import { rotateKey } from './rotate-key';
import { testActor } from './testing';
import { addUser, changeUser } from './users';

testDatabase();

const own = (actor: { id: string | null }) => ({ userId: actor.id ?? '', name: 'k' });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const verbs = Object.keys(PERMISSIONS) as Verb[];

describe('the scope of a key', () => {
  it('intake sends alerts and audit reads the audit log, and nothing else; read changes nothing, whatever its owner may', async () => {
    const admin = await testActor('admin');
    const allowed = async (scope: (typeof KEY_SCOPES)[number]) => {
      const actor = await actorOfKey((await createKey(admin, { ...own(admin), scope })).key);
      return verbs.filter((verb) => {
        try {
          authorize(actor, verb);
          return true;
        } catch (error) {
          expect(error).toMatchObject({ code: 'forbidden' });
          return false;
        }
      });
    };
    expect(await allowed('intake')).toEqual(['alerts.ingest']);
    expect(await allowed('audit')).toEqual(['audit.read']);
    const reads = await allowed('read');
    expect(reads).toContain('investigations.read');
    expect(reads.filter((verb) => !/\.(read|body|search|export|list)$/.test(verb))).toEqual([]);
    expect(await allowed('full')).toEqual(verbs.filter((verb) => verb !== 'reviews.decide'));
  });

  it('never allows what the owner’s role does not', async () => {
    const analyst = await testActor('analyst');
    const actor = await actorOfKey((await createKey(analyst, { ...own(analyst), scope: 'read' })).key);
    expect(scopeAllows('read', 'deliveries.body')).toBe(true);
    expect(() => authorize(actor, 'deliveries.body')).toThrow('role');
  });

  it('refuses limits that contradict each other, or a time that is over', async () => {
    const reviewer = { ...(await testActor('reviewer')), via: 'session' as const };
    for (const limits of [
      { scope: 'read', decideReviews: true },
      { scope: 'read', source: 'okta' },
      { scope: 'full', signing: 'new' },
      { expiresAt: inDays(-1) },
    ] as const)
      await expect(createKey(reviewer, { ...own(reviewer), ...limits })).rejects.toMatchObject({ code: 'bad_request' });
    for (const limits of [{ expiresAt: 'tomorrow' }, { source: 'No Such' }, { signing: 'short' }])
      await expect(createKey(reviewer, { ...own(reviewer), scope: 'intake', ...limits })).rejects.toMatchObject({
        name: 'ZodError',
      });
  });
});

describe('a key that expires', () => {
  it('is refused from then on, in open streams too, and says so', async () => {
    const analyst = await testActor('analyst');
    const { id, key } = await createKey(analyst, { ...own(analyst), expiresAt: inDays(1) });
    const actor = await actorOfKey(key);
    expect(await hasAccess(actor)).toBe(true);
    await db().apiKey.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await hasAccess(actor)).toBe(false);
    await expect(actorOfKey(key)).rejects.toMatchObject({ reason: 'key_expired', code: 'unauthenticated' });
  });

  it('creates none that lives longer, and does not renew itself', async () => {
    const analyst = await testActor('analyst');
    const { id, key } = await createKey(analyst, { ...own(analyst), expiresAt: inDays(1) });
    const actor = await actorOfKey(key);
    const limit = Date.now() + 86_400_000;
    for (const expiresAt of [undefined, inDays(30)])
      await createKey(actor, { ...own(analyst), ...(expiresAt ? { expiresAt } : {}) });
    await rotateKey(actor, id, {});
    for (const { expiresAt } of await listKeys(analyst))
      expect(Date.parse(expiresAt ?? '9999')).toBeLessThanOrEqual(limit);
  });
});

describe('rotating a key', () => {
  it('gives a new one with the same limits; the old one works for the grace period, and both are listed', async () => {
    const analyst = await testActor('analyst');
    const old = await createKey(analyst, { ...own(analyst), scope: 'intake', source: 'okta', expiresAt: inDays(10) });
    const made = await rotateKey(analyst, old.id, { graceHours: 2 });
    expect(made.key).not.toBe(old.key);
    const same = { id: analyst.id, scope: 'intake', source: 'okta' };
    expect(await actorOfKey(old.key)).toMatchObject(same);
    expect(await actorOfKey(made.key)).toMatchObject(same);
    const [shownNew, shownOld] = await listKeys(analyst);
    expect(shownNew).toMatchObject({ id: made.id, replacedById: null, mayRotate: true });
    expect(shownOld).toMatchObject({ id: old.id, replacedById: made.id, mayRotate: false });
    expect(Date.parse(shownOld?.expiresAt ?? '') - Date.now()).toBeLessThanOrEqual(2 * 3_600_000);
    await expect(rotateKey(analyst, old.id, {})).rejects.toMatchObject({ reason: 'key_replaced' });
    await rotateKey(analyst, made.id, { graceHours: 0 });
    await expect(actorOfKey(made.key)).rejects.toMatchObject({ reason: 'key_expired' });
  });

  it('refuses bad input and unknown keys; two at once make one key', async () => {
    const analyst = await testActor('analyst');
    const { id } = await createKey(analyst, own(analyst));
    for (const graceHours of [-1, 1.5, 10_000])
      await expect(rotateKey(analyst, id, { graceHours })).rejects.toMatchObject({ name: 'ZodError' });
    const unknown = '01a20c96-6332-7243-a15f-2a9ee3bc5053';
    await expect(rotateKey(analyst, unknown, {})).rejects.toMatchObject({ code: 'not_found' });
    const both = await Promise.allSettled([rotateKey(analyst, id, {}), rotateKey(analyst, id, {})]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is for its owner, or for an admin if it is a service account’s: nobody gets a key that acts as another person', async () => {
    const [analyst, admin] = [await testActor('analyst'), await testActor('admin')];
    const { id } = await createKey(analyst, own(analyst));
    await expect(rotateKey(admin, id, {})).rejects.toMatchObject({ code: 'not_found' });
    const service = { name: 'Sender', email: 'sender@example.test', role: 'analyst' as const, service: true };
    const sender = await addUser(admin, service);
    const key = await createKey(admin, { ...own(sender), scope: 'intake' });
    await expect(rotateKey(analyst, key.id, {})).rejects.toMatchObject({ code: 'not_found' });
    expect((await rotateKey(admin, key.id, {})).key).toBeTruthy();
    await changeUser(admin, sender.id, { disabled: true });
    await expect(rotateKey(admin, key.id, {})).rejects.toMatchObject({ code: 'not_found' });
  });

  it('passes the right to decide reviews on only in a session of its owner', async () => {
    const reviewer = { ...(await testActor('reviewer')), via: 'session' as const };
    const first = await createKey(reviewer, { ...own(reviewer), decideReviews: true });
    const second = await rotateKey(reviewer, first.id, {});
    expect(await actorOfKey(second.key)).toMatchObject({ decidesReviews: true });
    const third = await rotateKey(await actorOfKey(second.key), second.id, {});
    expect(await actorOfKey(third.key)).toMatchObject({ decidesReviews: false });
  });
});
