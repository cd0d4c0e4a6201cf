import { describe, expect, it } from 'vitest';
import { GET as health } from '@/app/api/health/route';
import { POST as setup } from '@/app/api/setup/route';
import { testDatabase } from '../db/testing';
import { actorOfKey, createKey, listKeys, revokeKey } from './api-keys';
import { auth } from './better-auth';
import { authorize, SYSTEM } from './guard';
import { actorOf } from './session';
import { keyHeaders, testActor } from './testing';
import { addUser, changeUser, createSetupToken } from './users';

testDatabase();

const context = { params: Promise.resolve({}) };
const post = (body: unknown) =>
  new Request('http://localhost/api/setup', { method: 'POST', body: JSON.stringify(body) });

describe('first admin', () => {
  const person = { name: 'Ada', email: 'ada@example.test', password: 'correct horse battery' };

  it('is made once, by the printed token only', async () => {
    const token = await createSetupToken();
    const wrong = await setup(post({ ...person, token: 'guess' }), context);
    expect(wrong.status).toBe(403);
    const short = await setup(post({ ...person, password: 'short', token }), context);
    expect(short.status).toBe(400);
    const made = await setup(post({ ...person, token }), context);
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({ role: 'admin', email: 'ada@example.test' });
    expect((await setup(post({ ...person, token }), context)).status).toBe(403);
    expect(await createSetupToken()).toBeNull();
  });

  it('signs in with the password, and the cookie is worth nothing to another site', async () => {
    const api = (await auth()).api;
    const answer = await api.signInEmail({
      body: person,
      asResponse: true,
      headers: new Headers({ host: 'localhost' }),
    });
    expect(answer.status).toBe(200);
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const request = (headers: Record<string, string>) =>
      new Request('http://localhost/api/alerts', {
        method: 'POST',
        headers: { cookie, host: 'localhost', ...headers },
      });
    expect(await actorOf(request({ origin: 'http://localhost' }))).toMatchObject({ role: 'admin', via: 'session' });
    await expect(actorOf(request({ origin: 'http://evil.test' }))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(actorOf(request({}))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      api.signInEmail({ body: { ...person, password: 'wrong password!' }, headers: new Headers() }),
    ).rejects.toBeTruthy();
  });

  it('nobody can sign up by themselves', async () => {
    const api = (await auth()).api;
    await expect(api.signUpEmail({ body: { ...person, email: 'x@example.test' } })).rejects.toBeTruthy();
  });
});

describe('users', () => {
  it('are added by an admin, refused to others and for a bad password', async () => {
    const admin = await testActor('admin');
    const lead = await testActor('lead');
    const person = { name: 'Eve', email: 'Eve@example.test', role: 'analyst' as const, password: 'a long password' };
    await expect(addUser(lead, person)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(addUser(admin, { ...person, password: 'short' })).rejects.toThrow('12');
    expect(await addUser(admin, person)).toMatchObject({ email: 'eve@example.test' });
    await expect(addUser(admin, person)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('a disabled person is out at once', async () => {
    const admin = await testActor('admin');
    const analyst = await testActor('analyst');
    const { key } = await createKey(analyst, { userId: analyst.id ?? '', name: 'k' });
    await changeUser(admin, analyst.id ?? '', { disabled: true });
    await expect(actorOfKey(key)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('API keys', () => {
  it('are shown once, kept hashed, and end when revoked', async () => {
    const analyst = await testActor('analyst');
    const { id, key } = await createKey(analyst, { userId: analyst.id ?? '', name: 'intake' });
    expect(await actorOfKey(key)).toMatchObject({ id: analyst.id, via: 'key' });
    expect(JSON.stringify(await listKeys(analyst))).not.toContain(key);
    await revokeKey(analyst, id);
    await expect(actorOfKey(key)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('are never made for another person; for a service account by an admin', async () => {
    const [analyst, lead, admin] = [await testActor('analyst'), await testActor('lead'), await testActor('admin')];
    for (const actor of [lead, admin]) {
      const forOther = createKey(actor, { userId: analyst.id ?? '', name: 'k' });
      await expect(forOther).rejects.toMatchObject({ code: 'forbidden' });
    }
    const sender = await addUser(admin, {
      name: 'Splunk',
      email: 'splunk@example.test',
      role: 'analyst',
      service: true,
    });
    const { id, key } = await createKey(admin, { userId: sender.id, name: 'k' });
    expect(await actorOfKey(key)).toMatchObject({ id: sender.id, role: 'analyst', decidesReviews: false });
    await expect(revokeKey(lead, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(changeUser(admin, sender.id, { role: 'reviewer' })).rejects.toMatchObject({ code: 'unprocessable' });
    const withRights = { name: 'x', email: 'x@example.test', role: 'reviewer', service: true } as const;
    await expect(addUser(admin, withRights)).rejects.toThrow('role analyst');
  });

  it('decide reviews only where their owner, signed in, allowed it', async () => {
    const reviewer = await testActor('reviewer');
    const own = { userId: reviewer.id ?? '', name: 'k' };
    const plain = await actorOfKey((await createKey(reviewer, own)).key);
    expect(() => authorize(plain, 'reviews.decide')).toThrow(/can't decide reviews/);
    expect(() => authorize(plain, 'reviews.comment')).not.toThrow();
    const allowed = await actorOfKey((await createKey(reviewer, { ...own, decideReviews: true })).key);
    expect(() => authorize(allowed, 'reviews.decide')).not.toThrow();
    // A key never makes a stronger one, and the command line none that decides.
    for (const actor of [plain, allowed, SYSTEM, await testActor('admin')])
      await expect(createKey(actor, { ...own, decideReviews: true })).rejects.toMatchObject({ code: 'forbidden' });
    const analyst = await testActor('analyst');
    const { key } = await createKey(analyst, { userId: analyst.id ?? '', name: 'k', decideReviews: true });
    expect(() => authorize({ ...analyst, via: 'session' }, 'reviews.decide')).toThrow('role');
    expect((await actorOfKey(key)).role).toBe('analyst');
  });

  it('is taken from the address by webhooks alone', async () => {
    const analyst = await testActor('analyst');
    const headers = await keyHeaders(analyst);
    const key = (headers.authorization ?? '').slice('Bearer '.length);
    expect(await actorOf(new Request(`http://x/api/webhooks/splunk?key=${key}`))).toMatchObject({ id: analyst.id });
    await expect(actorOf(new Request(`http://x/api/alerts?key=${key}`))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});

it('health answers without an account', async () => {
  expect((await health(new Request('http://localhost/api/health'), context)).status).toBe(200);
});
