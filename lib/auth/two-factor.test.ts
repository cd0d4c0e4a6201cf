import { beforeEach, describe, expect, it } from 'vitest';
import { POST as authRoute } from '@/app/api/auth/[...all]/route';
import * as meRoute from '@/app/api/me/route';
import { POST as disableRoute } from '@/app/api/me/two-factor/disable/route';
import { POST as codesRoute } from '@/app/api/me/two-factor/recovery-codes/route';
import * as twoFactorRoute from '@/app/api/me/two-factor/route';
import { PUT as policyRoute } from '@/app/api/settings/two-factor/route';
import { DELETE as resetRoute } from '@/app/api/users/[id]/two-factor/route';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { hasAccess } from './access';
import { SYSTEM } from './guard';
import type { Role } from './permissions';
import { actorOfHeaders, enrolleeOfHeaders } from './session';
import { callRoute, cookieOf, keyHeaders, testActor } from './testing';
import { appCode } from './testing-app-code';
import { resetTwoFactor } from './two-factor';
import { setTwoFactorPolicy } from './two-factor-policy';
import { addUser, changeUser } from './users';

testDatabase();
const PASSWORD = 'correct horse battery';
let count = 0;

beforeEach(() => pool().query('DELETE FROM sign_in_limits'));

const call = (handler: unknown, method: string, body: unknown, headers: object, params: Record<string, string> = {}) =>
  callRoute(handler, method, { headers, params, ...(method === 'GET' ? {} : { body }) });
const enter = (email: string, headers: object = {}) =>
  call(authRoute, 'POST', { email, password: PASSWORD }, headers, { all: 'sign-in/email' });
const sendCode = (code: string, headers: object) => call(authRoute, 'POST', { code }, headers, { all: 'two-factor' });
const reasonOf = async (answer: Response) => (await answer.json()).error?.reason;

/** A person with a session from before. */
async function person(role: Role = 'analyst') {
  count += 1;
  const email = `two${count}@example.test`;
  const { id } = await addUser(SYSTEM, { name: `Two ${count}`, email, role, password: PASSWORD });
  return { id, email, cookie: cookieOf(await enter(email)) };
}

/** A person with an app, whose code of now was used; `cookie` is the session that turned it on. */
async function enrolled(role: Role = 'analyst') {
  const before = await person(role);
  const made = await call(twoFactorRoute.POST, 'POST', { currentPassword: PASSWORD }, { cookie: before.cookie });
  const { secret, recoveryCodes } = (await made.json()) as { secret: string; recoveryCodes: string[] };
  const on = await call(twoFactorRoute.PUT, 'PUT', { code: appCode(secret) }, { cookie: before.cookie });
  expect(on.status).toBe(204);
  return { ...before, oldCookie: before.cookie, cookie: cookieOf(on), secret, recoveryCodes };
}

describe('two-factor sign-in', () => {
  it('is on after a first code, in a new session; sessions that knew the password alone end', async () => {
    const { id, email, cookie } = await person();
    const elsewhere = cookieOf(await enter(email));
    const start = await call(twoFactorRoute.POST, 'POST', { currentPassword: PASSWORD }, { cookie });
    expect(start.status).toBe(201);
    const made = await start.json();
    expect(made.uri).toContain(`secret=${made.secret}`);
    expect(made.recoveryCodes).toHaveLength(10);
    expect(made.qr.path).toMatch(/^M4 4h1v1h-1z/); // the corner of the finder pattern
    // Not before the first code: whoever closes the page is not locked out.
    expect(await (await enter(email)).json()).toHaveProperty('user');
    expect(await reasonOf(await call(twoFactorRoute.PUT, 'PUT', { code: '12345' }, { cookie }))).toBe('invalid_fields');
    expect(await reasonOf(await call(twoFactorRoute.PUT, 'PUT', { code: appCode(made.secret, 5) }, { cookie }))).toBe(
      'wrong_code',
    );
    const on = await call(twoFactorRoute.PUT, 'PUT', { code: appCode(made.secret) }, { cookie });
    expect(on.status).toBe(204);
    for (const old of [cookie, elsewhere]) expect(await actorOfHeaders(new Headers({ cookie: old }))).toBeNull();
    expect(await actorOfHeaders(new Headers({ cookie: cookieOf(on) }))).toMatchObject({ id });
    expect(await db().auditEntry.count({ where: { verb: 'account.enable_two_factor', actorId: id } })).toBe(1);
    const again = await call(twoFactorRoute.POST, 'POST', { currentPassword: PASSWORD }, { cookie: cookieOf(on) });
    expect(await reasonOf(again)).toBe('two_factor_enabled');
    expect(JSON.stringify(await db().twoFactor.findMany())).not.toContain(made.recoveryCodes[0]);
  });

  it('between password and code there is no session and no access', async () => {
    const { id, email, secret } = await enrolled();
    const sessions = await db().session.count({ where: { userId: id } });
    const first = await enter(email);
    expect(await first.json()).toEqual({ twoFactor: true });
    const cookie = cookieOf(first);
    expect(cookie).toMatch(/^socdown\.two_factor=/);
    expect(cookie).not.toContain('session');
    expect(await db().session.count({ where: { userId: id } })).toBe(sessions);
    expect(await actorOfHeaders(new Headers({ cookie }))).toBeNull();
    expect(await enrolleeOfHeaders(new Headers({ cookie }))).toBeNull();
    for (const [handler, method] of [
      [meRoute.GET, 'GET'],
      [meRoute.PATCH, 'PATCH'],
      [twoFactorRoute.POST, 'POST'],
      [disableRoute, 'POST'],
    ] as const)
      expect((await call(handler, method, {}, { cookie })).status).toBe(401);
    const second = await sendCode(` ${appCode(secret, 1).replace(/^.../, '$& ')} `, { cookie });
    expect(await second.json()).toMatchObject({ user: { id } });
    expect(await actorOfHeaders(new Headers({ cookie: cookieOf(second) }))).toMatchObject({ id });
    const [entry] = await db().auditEntry.findMany({
      where: { verb: 'auth.sign_in', actorId: id },
      orderBy: { id: 'desc' },
    });
    expect(entry?.data).toMatchObject({ secondFactor: 'app' });
    // The cookie of the first step was for one sign-in.
    expect(await reasonOf(await sendCode(appCode(secret, 1), { cookie }))).toBe('code_expired');
  });

  it('takes a code once, also that of the set-up, and the second of two at the same moment is refused', async () => {
    const { email, secret } = await enrolled();
    expect(await reasonOf(await sendCode(appCode(secret), { cookie: cookieOf(await enter(email)) }))).toBe(
      'wrong_code',
    );
    const code = appCode(secret, 1);
    const cookies = [cookieOf(await enter(email)), cookieOf(await enter(email))];
    const answers = await Promise.all(cookies.map((cookie) => sendCode(code, { cookie })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it('takes a recovery code once, however it is typed', async () => {
    const { id, email, recoveryCodes } = await enrolled();
    const [code = ''] = recoveryCodes;
    const typed = ` ${code.toUpperCase().replace('-', ' ')} `;
    expect((await sendCode(typed, { cookie: cookieOf(await enter(email)) })).status).toBe(200);
    expect(await reasonOf(await sendCode(code, { cookie: cookieOf(await enter(email)) }))).toBe('wrong_code');
    const [entry] = await db().auditEntry.findMany({
      where: { verb: 'auth.sign_in', actorId: id },
      orderBy: { id: 'desc' },
    });
    expect(entry?.data).toMatchObject({ secondFactor: 'recovery_code' });
  });

  it('ends a sign-in after five wrong codes, and makes guesses wait however often the password is entered', async () => {
    const { id, email, secret } = await enrolled();
    const wrong = appCode(secret, 50);
    const cookie = cookieOf(await enter(email));
    for (let guess = 0; guess < 4; guess += 1) {
      await pool().query('DELETE FROM two_factor_codes');
      expect(await reasonOf(await sendCode(wrong, { cookie }))).toBe('wrong_code');
    }
    expect(await db().auditEntry.count({ where: { verb: 'auth.sign_in_failed', subjectId: id } })).toBe(4);
    await sendCode('000000', { cookie });
    // The wait of a second may be over when a busy machine comes to the next line.
    const again = cookieOf(await enter(email));
    const waits = await pool().query(
      "UPDATE sign_in_limits SET blocked_until = blocked_until + interval '1 hour' WHERE key LIKE 'code:%' AND failures = 5",
    );
    expect(waits.rowCount).toBe(1);
    expect((await sendCode(appCode(secret, 1), { cookie: again })).status).toBe(429);
    expect(await db().session.count({ where: { userId: id } })).toBe(1);
    await pool().query('DELETE FROM sign_in_limits');
    const fresh = cookieOf(await enter(email));
    for (let guess = 0; guess < 5; guess += 1) {
      await pool().query('DELETE FROM sign_in_limits; DELETE FROM two_factor_codes');
      await sendCode(wrong, { cookie: fresh });
    }
    await pool().query('DELETE FROM sign_in_limits; DELETE FROM two_factor_codes');
    expect(await reasonOf(await sendCode(appCode(secret, 1), { cookie: fresh }))).toBe('code_expired');
  });

  it('checks the code of who entered the password, not of a session beside it', async () => {
    const [mine, other] = [await enrolled(), await enrolled()];
    const waiting = cookieOf(await enter(other.email));
    const answer = await sendCode(appCode(mine.secret, 1), { cookie: `${mine.cookie}; ${waiting}` });
    expect(await reasonOf(answer)).toBe('wrong_code');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await sendCode(appCode(other.secret, 1), { cookie: `${mine.cookie}; ${waiting}` })).status).toBe(200);
  });

  it('refuses who was deactivated meanwhile, other sites, made-up cookies and bad input', async () => {
    const { id, email, secret } = await enrolled();
    const cookie = cookieOf(await enter(email));
    const cross = { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
    expect(await reasonOf(await sendCode(appCode(secret, 1), cross))).toBe('cross_site_request');
    for (const made of ['', 'socdown.two_factor=x.y', 'socdown.two_factor=%', `${cookie}x`])
      expect((await sendCode('123456', { cookie: made })).status, made).toBe(401);
    for (const body of [
      {},
      { code: '' },
      { code: 7 },
      { code: 'x'.repeat(100) },
      { code: '123456', trustDevice: true },
    ])
      expect((await call(authRoute, 'POST', body, { cookie }, { all: 'two-factor' })).status).toBe(400);
    await changeUser(await testActor('admin'), id, { disabled: true });
    expect(await reasonOf(await sendCode(appCode(secret, 1), { cookie }))).toBe('account_deactivated');
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
  });

  it('is turned off, and its recovery codes are replaced, by the password', async () => {
    const { id, email, cookie, recoveryCodes } = await enrolled();
    for (const route of [disableRoute, codesRoute])
      expect(await reasonOf(await call(route, 'POST', { currentPassword: 'wrong' }, { cookie }))).toBe(
        'wrong_password',
      );
    const renewed = await (await call(codesRoute, 'POST', { currentPassword: PASSWORD }, { cookie })).json();
    expect(renewed.recoveryCodes).toHaveLength(10);
    expect(await db().auditEntry.count({ where: { verb: 'account.renew_recovery_codes', subjectId: id } })).toBe(1);
    const waiting = cookieOf(await enter(email));
    expect(await reasonOf(await sendCode(recoveryCodes[0] ?? '', { cookie: waiting }))).toBe('wrong_code');
    expect((await call(disableRoute, 'POST', { currentPassword: PASSWORD }, { cookie })).status).toBe(204);
    expect(await (await enter(email)).json()).toHaveProperty('user');
    expect(await reasonOf(await call(disableRoute, 'POST', { currentPassword: PASSWORD }, { cookie }))).toBe(
      'two_factor_off',
    );
    expect(await db().auditEntry.count({ where: { verb: 'account.disable_two_factor', subjectId: id } })).toBe(1);
    const key = await keyHeaders({ ...(await testActor('analyst')), via: 'session' });
    expect((await call(twoFactorRoute.POST, 'POST', { currentPassword: PASSWORD }, key)).status).toBe(403);
  });
});

describe('an admin', () => {
  it('removes the second factor of a person who lost it; their sessions end', async () => {
    const { id, email, cookie } = await enrolled();
    const admin = await enrolled('admin');
    const of = (who: { cookie: string }) => call(resetRoute, 'DELETE', undefined, { cookie: who.cookie }, { id });
    expect((await of(await person('lead'))).status).toBe(403);
    expect((await of(admin)).status).toBe(204);
    expect(await actorOfHeaders(new Headers({ cookie }))).toBeNull();
    expect(await (await enter(email)).json()).toHaveProperty('user');
    expect(await reasonOf(await of(admin))).toBe('two_factor_off');
    expect(await db().auditEntry.count({ where: { verb: 'users.reset_two_factor', actorId: admin.id } })).toBe(1);
    const own = await call(resetRoute, 'DELETE', undefined, { cookie: admin.cookie }, { id: admin.id });
    expect(own.status).toBe(403);
    await resetTwoFactor(SYSTEM, admin.id); // the command line
    await expect(resetTwoFactor(SYSTEM, 'nobody')).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('requires it of roles: their people can set it up and nothing else, at once, and their keys go on', async () => {
    const admin = await testActor('admin');
    const [lead, analyst] = [await person('lead'), await person('analyst')];
    const key = await keyHeaders({ ...admin, id: lead.id, role: 'lead' });
    const actor = await actorOfHeaders(new Headers({ cookie: lead.cookie }));
    if (!actor) throw new Error('no session');
    expect((await call(policyRoute, 'PUT', { roles: [] }, { cookie: lead.cookie })).status).toBe(403);
    await expect(setTwoFactorPolicy(admin, { roles: ['root' as Role] })).rejects.toThrow();
    await setTwoFactorPolicy(admin, { roles: ['lead'] });
    try {
      const headers = { cookie: lead.cookie };
      expect(await hasAccess(actor)).toBe(false); // its open streams end
      expect(await actorOfHeaders(new Headers(headers))).toBeNull();
      expect(await enrolleeOfHeaders(new Headers(headers))).toMatchObject({ id: lead.id });
      expect(await reasonOf(await call(meRoute.GET, 'GET', null, headers))).toBe('two_factor_required');
      expect(await reasonOf(await call(meRoute.PATCH, 'PATCH', { name: 'X' }, headers))).toBe('two_factor_required');
      expect((await call(meRoute.GET, 'GET', null, key)).status).toBe(200);
      expect((await call(meRoute.GET, 'GET', null, { cookie: analyst.cookie })).status).toBe(200);
      expect(await (await call(twoFactorRoute.GET, 'GET', null, headers)).json()).toEqual({
        enabled: false,
        required: true,
      });
      const made = await (await call(twoFactorRoute.POST, 'POST', { currentPassword: PASSWORD }, headers)).json();
      const on = await call(twoFactorRoute.PUT, 'PUT', { code: appCode(made.secret) }, headers);
      const cookie = cookieOf(on);
      expect((await call(meRoute.GET, 'GET', null, { cookie })).status).toBe(200);
      const off = await call(disableRoute, 'POST', { currentPassword: PASSWORD }, { cookie });
      expect(await reasonOf(off)).toBe('two_factor_required');
      // A person who becomes a lead, later.
      await changeUser(admin, analyst.id, { role: 'lead' });
      expect(await enrolleeOfHeaders(new Headers({ cookie: analyst.cookie }))).toMatchObject({ id: analyst.id });
    } finally {
      await setTwoFactorPolicy(admin, { roles: [] });
    }
  });
});
