import { beforeEach, describe, expect, it } from 'vitest';
import { POST as authRoute } from '@/app/api/auth/[...all]/route';
import * as oneRoute from '@/app/api/me/passkeys/[id]/route';
import { POST as optionsRoute } from '@/app/api/me/passkeys/options/route';
import * as listRoute from '@/app/api/me/passkeys/route';
import { DELETE as removeAllRoute } from '@/app/api/users/[id]/passkeys/route';
import { SYSTEM } from '../auth/guard';
import { writeLocalSignIn } from '../auth/local-sign-in';
import { actorOfHeaders } from '../auth/session';
import { callRoute, cookieOf, keyHeaders, testActor } from '../auth/testing';
import { addUser, changeUser } from '../auth/users';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { testDevice } from './testing';

testDatabase();
const PASSWORD = 'correct horse battery';
const ORIGIN = 'http://localhost';
let count = 0;

beforeEach(() => pool().query('DELETE FROM sign_in_limits'));

type Call = { body?: unknown; cookie?: string; params?: Record<string, string>; headers?: Record<string, string> };

const call = (handler: unknown, method: string, { body, cookie, params = {}, headers = {} }: Call = {}) =>
  callRoute(handler, method, {
    headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
    params,
    ...(method === 'GET' ? {} : { body: body ?? {} }),
  });
const auth = (all: string, body: unknown, cookie?: string, headers?: Record<string, string>) =>
  call(authRoute, 'POST', {
    params: { all },
    body,
    ...(cookie === undefined ? {} : { cookie }),
    ...(headers === undefined ? {} : { headers }),
  });
const reasonOf = async (answer: Response) => (await answer.json()).error?.reason;

async function person() {
  count += 1;
  const email = `passkey${count}@example.test`;
  const { id } = await addUser(SYSTEM, { name: `Key ${count}`, email, role: 'analyst', password: PASSWORD });
  return { id, email, cookie: cookieOf(await auth('sign-in/email', { email, password: PASSWORD })) };
}

/** What a browser is given to add a passkey. */
async function begin(cookie: string) {
  const answer = await call(optionsRoute, 'POST', { body: { currentPassword: PASSWORD }, cookie });
  expect(answer.status).toBe(200);
  const { options } = await answer.json();
  return { options, both: `${cookie}; ${cookieOf(answer)}` };
}

async function enrolled() {
  const who = await person();
  const device = testDevice();
  const { options, both } = await begin(who.cookie);
  const response = device.make(options.challenge, ORIGIN);
  const added = await call(listRoute.POST, 'POST', { body: { name: 'Laptop', response }, cookie: both });
  expect(added.status).toBe(201);
  return { ...who, device, passkey: await added.json() };
}

async function offer() {
  const answer = await auth('passkey/options', {});
  return { challenge: (await answer.json()).options.challenge as string, cookie: cookieOf(answer) };
}

describe('a passkey', () => {
  it('is added by the password, listed without its key, and signs in without password and code', async () => {
    const { id, cookie, device, passkey } = await enrolled();
    expect(passkey).toMatchObject({ name: 'Laptop', synced: false, usedAt: null });
    const before = await offer();
    const signed = await auth('passkey', { response: device.sign(before.challenge, ORIGIN) }, before.cookie);
    expect(signed.status).toBe(200);
    expect(await actorOfHeaders(new Headers({ cookie: cookieOf(signed) }))).toMatchObject({ id, via: 'session' });
    const { items } = await (await call(listRoute.GET, 'GET', { cookie })).json();
    expect(items).toHaveLength(1);
    expect(Object.keys(items[0]).sort()).toEqual(['createdAt', 'id', 'name', 'synced', 'usedAt']);
    expect(items[0].usedAt).not.toBeNull();
    const entry = await db().auditEntry.findFirst({
      where: { verb: 'auth.sign_in', actorId: id },
      orderBy: { id: 'desc' },
    });
    expect(entry?.data).toMatchObject({ passkey: 'Laptop' });
  });

  it('answers a challenge once, in the browser that was given it', async () => {
    const { device } = await enrolled();
    const { challenge, cookie } = await offer();
    const response = device.sign(challenge, ORIGIN);
    expect(await reasonOf(await auth('passkey', { response }))).toBe('passkey_refused');
    expect(await reasonOf(await auth('passkey', { response }, (await offer()).cookie))).toBe('passkey_refused');
    const twice = await Promise.all([1, 2].map(() => auth('passkey', { response }, cookie)));
    expect(twice.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await auth('passkey', { response }, cookie)).status).toBe(401);
  });

  it.each([
    ['another site', (d: Device, c: string) => d.sign(c, 'http://evil.localhost')],
    ['another device', (_: Device, c: string) => testDevice().sign(c, ORIGIN)],
    ['no finger, face or PIN', (d: Device, c: string) => d.sign(c, ORIGIN, { verifiesUser: false })],
    [
      'a changed signature',
      (d: Device, c: string) => ({
        ...d.sign(c, ORIGIN),
        response: { ...d.sign(c, ORIGIN).response, signature: 'AAAA' },
      }),
    ],
    [
      'bytes that are nothing',
      (d: Device, c: string) => ({
        ...d.sign(c, ORIGIN),
        response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
      }),
    ],
  ] as [string, (device: Device, challenge: string) => unknown][])('does not sign in with %s', async (_, answer) => {
    const { id, device } = await enrolled();
    const { challenge, cookie } = await offer();
    const sessions = await db().session.count({ where: { userId: id } });
    expect(await reasonOf(await auth('passkey', { response: answer(device, challenge) }, cookie))).toBe(
      'passkey_refused',
    );
    expect(await db().session.count({ where: { userId: id } })).toBe(sessions);
  });

  it('that was copied is noticed by its count', async () => {
    const { device } = await enrolled();
    for (const [counter, status] of [
      [5, 200],
      [5, 401],
      [4, 401],
      [6, 200],
    ] as const) {
      const { challenge, cookie } = await offer();
      const response = device.sign(challenge, ORIGIN, { counter });
      expect((await auth('passkey', { response }, cookie)).status).toBe(status);
    }
  });

  it('signs in nobody who is deactivated, or whose passwords are switched off', async () => {
    const { id, device } = await enrolled();
    const attempt = async () => {
      const { challenge, cookie } = await offer();
      return reasonOf(await auth('passkey', { response: device.sign(challenge, ORIGIN) }, cookie));
    };
    await writeLocalSignIn(db(), []);
    expect(await attempt()).toBe('passwords_off');
    await writeLocalSignIn(db(), null);
    await changeUser(SYSTEM, id, { disabled: true });
    expect(await attempt()).toBe('account_deactivated');
  });

  it('is not added without the password, for another person, twice, or without a finger, face or PIN', async () => {
    const { id, cookie, device } = await enrolled();
    const wrong = await call(optionsRoute, 'POST', { body: { currentPassword: 'something else' }, cookie });
    expect(await reasonOf(wrong)).toBe('wrong_password');
    const other = await person();
    const { options, both } = await begin(cookie);
    const fresh = testDevice().make(options.challenge, ORIGIN);
    const challengeAlone = both.slice(cookie.length + 2);
    const stolen = { body: { name: 'Mine', response: fresh }, cookie: `${other.cookie}; ${challengeAlone}` };
    expect(await reasonOf(await call(listRoute.POST, 'POST', stolen))).toBe('passkey_refused');
    const add = async (response: unknown, name = 'Second') =>
      reasonOf(await call(listRoute.POST, 'POST', { body: { name, response }, cookie: both }));
    expect(await add(device.make(options.challenge, ORIGIN))).toBe('passkey_exists');
    expect(await add(testDevice().make(options.challenge, ORIGIN, { verifiesUser: false }))).toBe('passkey_refused');
    expect(await add(testDevice().make('AAAA', ORIGIN))).toBe('passkey_refused');
    expect(await add({ ...fresh, response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' } })).toBe(
      'passkey_refused',
    );
    expect(await add({ id: 1 })).toBe('invalid_fields');
    expect(await add(fresh, ' ')).toBe('invalid_fields');
    expect(await db().passkey.count({ where: { userId: id } })).toBe(1);
    expect(await add(fresh)).toBeUndefined();
  });

  it('is renamed and removed by its owner alone; then it signs in no more', async () => {
    const { cookie, device, passkey } = await enrolled();
    const other = await person();
    const params = { id: passkey.id };
    const rename = (who: string, name: string) =>
      call(oneRoute.PATCH, 'PATCH', { params, cookie: who, body: { name } });
    expect((await rename(other.cookie, 'Theirs')).status).toBe(404);
    expect((await call(oneRoute.DELETE, 'DELETE', { params, cookie: other.cookie })).status).toBe(404);
    for (const [method, handler] of [
      ['PATCH', oneRoute.PATCH],
      ['DELETE', oneRoute.DELETE],
    ] as const)
      expect((await call(handler, method, { params: { id: 'word' }, cookie, body: { name: 'x' } })).status).toBe(404);
    expect((await rename(cookie, '')).status).toBe(400);
    expect(await (await rename(cookie, 'Phone')).json()).toMatchObject({ name: 'Phone' });
    const key = await keyHeaders(await testActor('admin'));
    expect((await call(listRoute.GET, 'GET', { headers: key })).status).toBe(403);
    expect((await call(oneRoute.DELETE, 'DELETE', { params, cookie })).status).toBe(204);
    expect((await call(oneRoute.DELETE, 'DELETE', { params, cookie })).status).toBe(404);
    const { challenge, cookie: given } = await offer();
    expect(await reasonOf(await auth('passkey', { response: device.sign(challenge, ORIGIN) }, given))).toBe(
      'passkey_refused',
    );
  });

  it('is taken away by an admin, not by an analyst', async () => {
    const { id } = await enrolled();
    const remove = async (role: 'admin' | 'analyst', userId: string) =>
      call(removeAllRoute, 'DELETE', { params: { id: userId }, headers: await keyHeaders(await testActor(role)) });
    expect((await remove('analyst', id)).status).toBe(403);
    expect((await remove('admin', 'nobody')).status).toBe(404);
    expect(await (await remove('admin', id)).json()).toEqual({ removed: 1 });
    expect(await db().passkey.count({ where: { userId: id } })).toBe(0);
  });

  it('needs a name that browsers accept, and says so', async () => {
    overrideEnv({ PUBLIC_URL: 'http://10.0.0.1:4000' });
    const answer = await auth('passkey/options', {}, undefined, { origin: 'http://10.0.0.1:4000' });
    overrideEnv({ PUBLIC_URL: undefined });
    expect(await reasonOf(answer)).toBe('passkeys_unavailable');
  });

  it('is guessed at a few times only', async () => {
    const unknown = testDevice();
    const reasons: string[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const { challenge, cookie } = await offer();
      reasons.push(await reasonOf(await auth('passkey', { response: unknown.sign(challenge, ORIGIN) }, cookie)));
    }
    expect(reasons[0]).toBe('passkey_refused');
    expect(reasons.at(-1)).toBe('too_many_attempts');
  });
});

type Device = ReturnType<typeof testDevice>;
