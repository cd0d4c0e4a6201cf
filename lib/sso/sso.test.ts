import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { POST as authRoute } from '@/app/api/auth/[...all]/route';
import { GET as callbackRoute } from '@/app/api/sso/callback/route';
import { POST as logoutRoute } from '@/app/api/sso/logout/route';
import { GET as startRoute } from '@/app/api/sso/start/route';
import { type Actor, SYSTEM } from '../auth/guard';
import { actorOfHeaders } from '../auth/session';
import { startSession } from '../auth/start-session';
import { testActor } from '../auth/testing';
import { setTwoFactorPolicy } from '../auth/two-factor-policy';
import { addUser, changeUser } from '../auth/users';
import { browse } from '../connections/testing/authorization-server';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { allowSsoLink, readOwnSso, unlinkSso } from './link';
import { roleOfGroups } from './roles';
import type { SsoInput } from './schema';
import { readSsoSettings, saveSsoSettings, ssoOffer } from './settings';
import { startSsoLink } from './start';
import { CLIENT, type Person, startProvider, type TestProvider } from './testing/provider';

testDatabase();

const CALLBACK = 'http://localhost/api/sso/callback';
const PASSWORD = 'correct horse battery';
const here = { params: Promise.resolve({}) };

let provider: TestProvider;
let admin: Actor;
let settings: SsoInput;
beforeAll(async () => {
  overrideEnv({ PUBLIC_URL: undefined });
  provider = await startProvider(CALLBACK, 'http://localhost/sign-in', (told) => logoutRoute(told, here));
  // Its first answer may take long on a busy machine; Socdown waits 15 s for one.
  await fetch(`${provider.issuer}/.well-known/openid-configuration`);
  admin = await testActor('admin');
});
afterAll(() => provider.close());
beforeEach(async () => {
  await pool().query('DELETE FROM sign_in_limits');
  settings = {
    enabled: true,
    name: 'Example ID',
    issuer: provider.issuer,
    ...CLIENT,
    allowInternal: true,
    groups: [
      { group: 'soc', role: 'analyst' },
      { group: 'soc-leads', role: 'lead' },
    ],
  };
  await save();
});

const save = (patch: Partial<SsoInput> = {}) => saveSsoSettings(admin, { ...settings, ...patch }, CALLBACK);
const request = (url: string, headers: Record<string, string> = {}) =>
  new Request(url, { headers: { host: 'localhost', ...headers } });
const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .filter((text) => !/^[^=]+=$/.test(text))
    .join('; ');
const reasonOf = async (answer: Response) => (await answer.clone().json()).error?.reason;

/** Goes to the provider as a browser does and brings its answer back. @param change what somebody does to the answer on the way */
async function signIn(person: Person | null, change: (at: URL) => void = () => {}): Promise<Response> {
  provider.person = person;
  const begun = await startRoute(request('http://localhost/api/sso/start?next=%2Flibrary'), here);
  expect(begun.status).toBe(303);
  const at = await browse(begun.headers.get('location') ?? '', CALLBACK);
  change(at);
  return callbackRoute(request(at.href, { cookie: cookiesOf(begun) }), here);
}
const actorOfAnswer = (answer: Response) => actorOfHeaders(new Headers({ cookie: cookiesOf(answer) }));
const post = (all: string, body: unknown, cookie = '') =>
  authRoute(
    new Request(`http://localhost/api/auth/${all}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', host: 'localhost', origin: 'http://localhost', cookie },
    }),
    { params: Promise.resolve({ all: all.split('/') }) },
  );
let count = 0;
function someone(patch: Partial<Person> = {}): Person {
  count += 1;
  const email = `person${count}@corp.example.test`;
  return { sub: `sub-${count}`, email, email_verified: true, name: `Pat ${count}`, groups: ['soc'], ...patch };
}
const localPerson = (email: string, role: 'analyst' | 'admin' = 'analyst') =>
  addUser(SYSTEM, { name: `Local ${email}`, email, role, password: PASSWORD });
const linesOf = (verb: string, subjectId: string) =>
  db().auditEntry.findMany({ where: { verb, subjectId }, orderBy: { id: 'asc' } });

describe('a sign-in at the provider', () => {
  it('makes an account with the role of the groups, and a session, once; the second factor is the provider’s', async () => {
    await setTwoFactorPolicy(admin, { roles: ['lead'] });
    const person = someone({ groups: ['soc', 'soc-leads'] });
    const answer = await signIn(person);
    expect(answer.headers.get('location')).toBe('/library');
    const actor = await actorOfAnswer(answer);
    expect(actor).toMatchObject({ role: 'lead', name: person.name, email: person.email, via: 'session' });
    expect(answer.headers.getSetCookie().join()).toMatch(/session_token=[^;]+;.*HttpOnly/i);
    expect(answer.headers.getSetCookie().join()).toContain('socdown.sso=; Max-Age=0');
    const [signedIn] = await linesOf('auth.sign_in', actor?.id ?? '');
    expect(signedIn?.data).toMatchObject({ issuer: provider.issuer });
    expect(await linesOf('users.add', actor?.id ?? '')).toHaveLength(1);
    await setTwoFactorPolicy(admin, { roles: [] });

    // The subject counts, not what the provider says about it.
    const again = await actorOfAnswer(
      await signIn({ ...person, email: 'renamed@corp.example.test', email_verified: false }),
    );
    expect(again).toMatchObject({ id: actor?.id, email: person.email });
  });

  it('follows the groups: another role is audited and ends the sessions of before', async () => {
    const person = someone();
    const first = await signIn(person);
    const actor = await actorOfAnswer(first);
    expect(actor?.role).toBe('analyst');
    const second = await signIn({ ...person, groups: ['soc-leads'] });
    expect(await actorOfAnswer(first)).toBeNull();
    expect((await actorOfAnswer(second))?.role).toBe('lead');
    const [changed] = await linesOf('users.change', actor?.id ?? '');
    expect(changed).toMatchObject({ actorId: null, data: { role: 'lead', before: { role: 'analyst' } } });

    const refused = await signIn({ ...person, groups: ['sales'] });
    expect(await reasonOf(refused)).toBe('sso_not_assigned');
    expect(await actorOfAnswer(second)).toBeNull();
    expect((await linesOf('auth.sign_in_failed', actor?.id ?? ''))[0]?.data).toMatchObject({
      reason: 'sso_not_assigned',
    });
  });

  it('of a deactivated person, of nobody’s group, or without a verified address is refused', async () => {
    const person = someone();
    const actor = await actorOfAnswer(await signIn(person));
    await changeUser(SYSTEM, actor?.id ?? '', { disabled: true });
    expect(await reasonOf(await signIn(person))).toBe('account_deactivated');
    expect(await reasonOf(await signIn(someone({ groups: 'sales' })))).toBe('sso_not_assigned');
    expect(await reasonOf(await signIn(someone({ email_verified: false })))).toBe('sso_no_email');
    const { email: _, ...nameless } = someone();
    expect(await reasonOf(await signIn(nameless))).toBe('sso_no_email');
    expect(await reasonOf(await signIn(null))).toBe('sso_refused');
    expect(await db().user.count({ where: { name: nameless.name ?? '' } })).toBe(0);
    // A provider that checks addresses and doesn't say so is believed where an admin says so, and not against its own word.
    const { email_verified: __, ...silent } = someone();
    await save({ trustEmail: true });
    expect(await actorOfAnswer(await signIn(silent))).toMatchObject({ email: silent.email });
    expect(await reasonOf(await signIn(someone({ email_verified: false })))).toBe('sso_no_email');
  });

  it('belongs to one browser and one answer', async () => {
    const person = someone();
    expect(await reasonOf(await signIn(person, (at) => at.searchParams.set('state', 'x')))).toBe('sso_expired');
    expect(await reasonOf(await signIn(person, (at) => at.searchParams.set('code', 'x')))).toBe('sso_failed');
    expect(await reasonOf(await signIn(person, (at) => at.searchParams.set('iss', 'https://evil.example.test')))).toBe(
      'sso_failed',
    );
    expect(await reasonOf(await signIn(person, (at) => at.searchParams.delete('iss')))).toBe('sso_failed');
    provider.person = person;
    const begun = await startRoute(request('http://localhost/api/sso/start?next=//evil.example.test'), here);
    const at = await browse(begun.headers.get('location') ?? '', CALLBACK);
    // Another browser, which has no cookie.
    expect(await reasonOf(await callbackRoute(request(at.href), here))).toBe('sso_expired');
    const cookie = cookiesOf(begun);
    const answer = await callbackRoute(request(at.href, { cookie }), here);
    expect(answer.headers.get('location')).toBe('/queue');
    expect(await reasonOf(await callbackRoute(request(at.href, { cookie }), here))).toBe('sso_failed');
    const page = await callbackRoute(request(`${CALLBACK}?state=x`, { accept: 'text/html' }), here);
    expect(page.headers.get('location')).toBe('/sign-in?sso=sso_expired');
  });

  it('signs out at the provider too', async () => {
    const cookie = cookiesOf(await signIn(someone()));
    const { redirectTo } = await (await post('sign-out', {}, cookie)).json();
    const url = new URL(redirectTo);
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT.clientId,
      post_logout_redirect_uri: 'http://localhost/sign-in',
      id_token_hint: expect.stringMatching(/^ey/),
    });
    expect((await fetch(url)).status).toBe(200);
    expect(await actorOfHeaders(new Headers({ cookie }))).toBeNull();
    expect(await db().ssoSession.count({ where: { idToken: { startsWith: 'ey' } } })).toBe(0);
  });
});

describe('an account from before', () => {
  it('is never taken by its address: an admin allows it, for a verified one', async () => {
    const person = someone();
    const local = await localPerson(person.email ?? '');
    expect(await reasonOf(await signIn(person))).toBe('sso_account_exists');
    await expect(allowSsoLink(await testActor('lead'), local.id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(allowSsoLink(admin, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
    await allowSsoLink(admin, local.id);
    expect(await reasonOf(await signIn({ ...person, email_verified: false }))).toBe('sso_no_email');
    expect(await actorOfAnswer(await signIn(person))).toMatchObject({ id: local.id });
    expect(await linesOf('users.allow_sso_link', local.id)).toHaveLength(1);
    expect(await linesOf('account.link_sso', local.id)).toHaveLength(1);
    // Used up.
    expect(await reasonOf(await signIn({ ...person, sub: 'somebody-else' }))).toBe('sso_account_exists');
  });

  it('is linked by its owner in their own session, and unlinked while they have a password', async () => {
    const [local, person] = [await localPerson('own@example.test'), someone()];
    const cookie = cookiesOf(await post('sign-in/email', { email: local.email, password: PASSWORD }));
    const actor = await actorOfHeaders(new Headers({ cookie }));
    if (!actor) throw new Error('not signed in');
    expect(await readOwnSso(actor)).toEqual({ name: 'Example ID', linked: false });
    const link = async (session: string) => {
      provider.person = person;
      const begun = await startSsoLink(actor, CALLBACK);
      const at = await browse(begun.url, CALLBACK);
      return callbackRoute(request(at.href, { cookie: `${begun.cookie.split(';')[0]}; ${session}` }), here);
    };
    expect(await reasonOf(await link(''))).toBe('sso_expired');
    const other = cookiesOf(await signIn(someone()));
    expect(await reasonOf(await link(other))).toBe('sso_expired');
    expect((await link(cookie)).headers.get('location')).toBe('/settings/profile');
    expect(await readOwnSso(actor)).toMatchObject({ linked: true });
    expect(await reasonOf(await link(cookie))).toBe('sso_identity_taken');
    expect(await actorOfAnswer(await signIn(person))).toMatchObject({ id: local.id, email: 'own@example.test' });
    await expect(unlinkSso({ ...actor, via: 'key' })).rejects.toMatchObject({ code: 'forbidden' });
    await unlinkSso(actor);
    await expect(unlinkSso(actor)).rejects.toMatchObject({ reason: 'sso_not_linked' });
    const made = await actorOfAnswer(await signIn(someone()));
    await expect(unlinkSso(made as Actor)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('the settings', () => {
  it('are an admin’s, ask the provider, and never show the secret', async () => {
    await expect(saveSsoSettings(await testActor('lead'), settings, CALLBACK)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(readSsoSettings(await testActor('lead'), CALLBACK)).rejects.toMatchObject({ code: 'forbidden' });
    const view = await readSsoSettings(admin, CALLBACK);
    expect(view).toMatchObject({ hasSecret: true, redirectUrl: CALLBACK, settings: { issuer: provider.issuer } });
    const rows = await db().auditEntry.findMany({ where: { verb: 'settings.sso' }, select: { data: true } });
    const stored = await db().setting.findMany();
    expect(JSON.stringify([view, rows, stored])).not.toContain(CLIENT.clientSecret);
    await expect(save({ issuer: `${provider.issuer}/other` })).rejects.toMatchObject({ reason: 'sso_failed' });
    await expect(save({ issuer: provider.issuer.replace('127.0.0.1', 'localhost') })).rejects.toThrow(/issuer is/);
    await expect(save({ allowInternal: false })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(save({ clientId: '' })).rejects.toThrow(/client ID/);
    await expect(save({ groups: [{ group: 'x', role: 'root' as 'admin' }] })).rejects.toThrow();
    // Kept when it is left out, and for this provider and client alone.
    const { clientSecret: _, ...rest } = settings;
    expect(await saveSsoSettings(admin, rest, CALLBACK)).toMatchObject({ hasSecret: true });
    expect(await saveSsoSettings(admin, { ...rest, clientId: 'another' }, CALLBACK)).toMatchObject({
      hasSecret: false,
    });
  });

  it('switch passwords off for all but the break-glass admins', async () => {
    const boss = await localPerson('boss@example.test', 'admin');
    const local = await localPerson('clerk@example.test');
    const onlyFor = (ids: string[], enabled = true) => save({ passwordsOnlyFor: ids, enabled });
    for (const ids of [[], [local.id], [boss.id, local.id], [admin.id ?? '']])
      await expect(onlyFor(ids), ids.join()).rejects.toMatchObject({ reason: 'invalid_fields' });
    await expect(onlyFor([boss.id], false)).rejects.toMatchObject({ reason: 'invalid_fields' });
    await onlyFor([boss.id]);
    expect(await ssoOffer()).toEqual({ name: 'Example ID', passwords: false });
    const enter = (email: string, password = PASSWORD) => post('sign-in/email', { email, password });
    expect(await reasonOf(await enter('clerk@example.test'))).toBe('passwords_off');
    expect(await reasonOf(await enter('clerk@example.test', 'a wrong password'))).toBe('wrong_credentials');
    expect((await enter('boss@example.test')).status).toBe(200);
    expect((await signIn(someone())).status).toBe(303);
    await save({ passwordsOnlyFor: null, enabled: false });
    expect((await enter('clerk@example.test')).status).toBe(200);
    expect(await ssoOffer()).toBeNull();
    expect(await reasonOf(await startRoute(request('http://localhost/api/sso/start'), here))).toBe('sso_off');
    // Passwords are slow to check by design, and slower on a busy machine.
  }, 180_000);
});

describe('a sign-out at the provider', () => {
  it('ends the session that it names at once, and no other; of a person, all that single sign-on began', async () => {
    const person = someone();
    const [first, second] = [await signIn(person), await signIn(person)];
    const bystander = await signIn(someone());
    const { id = '' } = (await actorOfAnswer(first)) ?? {};
    const rows = await db().ssoSession.findMany({
      where: { session: { userId: id ?? '' } },
      orderBy: { session: { createdAt: 'asc' } },
    });
    expect(rows.every(({ sid }) => sid)).toBe(true);
    const answer = await provider.signOut(person.sub, rows[0]?.sid ?? '');
    expect([answer.status, answer.headers.get('cache-control'), await answer.json()]).toEqual([
      200,
      'no-store',
      { ended: 1 },
    ]);
    expect(await actorOfAnswer(first)).toBeNull();
    expect((await actorOfAnswer(second))?.id).toBe(id);
    const local = await startSession(id ?? '', request('http://localhost/'));
    expect(await (await provider.signOut(person.sub, 'unknown')).json()).toEqual({ ended: 0 });
    const third = await signIn(person);
    expect(await (await provider.signOut(person.sub)).json()).toEqual({ ended: 2 });
    for (const over of [second, third]) expect(await actorOfAnswer(over)).toBeNull();
    // A session that a password began is not the provider's.
    expect(await db().session.findUnique({ where: { id: local.sessionId } })).not.toBeNull();
    expect(await actorOfAnswer(bystander)).not.toBeNull();
    const lines = await linesOf('auth.sign_out', id ?? '');
    expect(lines.map(({ data }) => data)).toEqual(
      [1, 2].map((sessions) => ({ issuer: provider.issuer, by: 'provider', sessions })),
    );
  });

  it('is refused without a token, with one that is not the provider’s, and where there is no provider', async () => {
    const told = (body: string) =>
      logoutRoute(new Request('http://localhost/api/sso/logout', { method: 'POST', body }), here);
    for (const body of ['', 'logout_token=', 'logout_token=x.y.z', '{"logout_token": "x"}'])
      expect(await reasonOf(await told(body)), body).toBe('sso_failed');
    await db().setting.deleteMany({ where: { key: 'auth.sso' } });
    expect(await reasonOf(await told('logout_token=x.y.z'))).toBe('sso_off');
  });
});

it('a role comes from the highest group; a claim of another form is no group', () => {
  const rules = {
    groupsClaim: 'g',
    defaultRole: null,
    groups: [
      { group: 'a', role: 'analyst' },
      { group: 'b', role: 'admin' },
    ],
  } as const;
  const role = (g: unknown, patch = {}) => roleOfGroups({ ...rules, groups: [...rules.groups], ...patch }, { g });
  expect([['a', 'b'], 'a', ['x'], undefined, { a: 1 }, [['a']], [1]].map((g) => role(g))).toEqual([
    'admin',
    'analyst',
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(role(['x'], { defaultRole: 'analyst' })).toBe('analyst');
  expect(role(['a'], { groups: [] })).toBeUndefined();
});
