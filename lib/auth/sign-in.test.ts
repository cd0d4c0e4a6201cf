import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as authRoute from '@/app/api/auth/[...all]/route';
import { POST } from '@/app/api/auth/[...all]/route';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { whySessionEnded } from './end-sessions';
import { SYSTEM } from './guard';
import { actorOf, actorOfHeaders } from './session';
import { testActor } from './testing';
import { addUser, changeUser } from './users';

testDatabase();

const PASSWORD = 'correct horse battery';
let count = 0;

async function person() {
  count += 1;
  const email = `person${count}@example.test`;
  return { ...(await addUser(SYSTEM, { name: `Person ${count}`, email, role: 'analyst', password: PASSWORD })), email };
}

function call(path: string, body: unknown, headers: Record<string, string> = {}) {
  const request = new Request(`http://localhost/api/auth/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', host: 'localhost', ...headers },
  });
  return POST(request, { params: Promise.resolve({ all: path.split('/') }) });
}
const signIn = (email: string, password: string, headers: Record<string, string> = {}) =>
  call('sign-in/email', { email, password }, headers);
const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

beforeEach(() => pool().query('DELETE FROM sign_in_limits'));

describe('sign-in', () => {
  it('answers a cookie and nothing that a script could use as one', async () => {
    const { email, id, name } = await person();
    const answer = await signIn(email, PASSWORD);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ user: { id, name } });
    const cookie = cookieOf(answer);
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly/i);
    expect(await actorOfHeaders(new Headers({ cookie }))).toMatchObject({ id, via: 'session' });
    const out = await call('sign-out', {}, { cookie, origin: 'http://localhost' });
    expect(out.status).toBe(200);
    expect(await actorOfHeaders(new Headers({ cookie }))).toBeNull();
  });

  it('tells an unknown address and a wrong password in the same words', async () => {
    const { email } = await person();
    const answers = [await signIn(email, 'wrong password!'), await signIn('nobody@example.test', 'wrong password!')];
    for (const answer of answers) expect(answer.status).toBe(401);
    const [known, unknown] = await Promise.all(answers.map((answer) => answer.text()));
    expect(known).toBe(unknown);
    // An account without a password, as an import or single sign-on makes it.
    const { email: passwordless } = await testActor('analyst');
    expect(await (await signIn(passwordless, 'wrong password!')).text()).toBe(known);
  });

  it('takes as long for an unknown address as for a wrong password', async () => {
    const { email } = await person();
    const times: Record<string, number[]> = { known: [], unknown: [] };
    for (let round = 0; round < 6; round += 1) {
      for (const [kind, address] of [
        ['known', email],
        ['unknown', `nobody${round}@example.test`],
      ] as const) {
        await pool().query('DELETE FROM sign_in_limits');
        const start = performance.now();
        await signIn(address, 'wrong password!');
        times[kind]?.push(performance.now() - start);
      }
    }
    const [known = 0, unknown = 0] = ['known', 'unknown'].map((kind) => Math.min(...(times[kind] ?? [])));
    // Without the same hashing, the unknown address answers in a tenth of the time.
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  it('tells a deactivated person so, and only who knows the password', async () => {
    const { email, id } = await person();
    await changeUser(await testActor('admin'), id, { disabled: true });
    const answer = await signIn(email, PASSWORD);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      error: { reason: 'account_deactivated', message: expect.stringContaining('Ask an admin') },
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
    expect(await (await signIn(email, 'wrong password!')).json()).toMatchObject({
      error: { reason: 'wrong_credentials' },
    });
  });

  it.each([
    {},
    { email: 'a@b.test' },
    { email: 7, password: [] },
    { email: 'x'.repeat(300), password: 'y' },
    { email: 'a@b.test', password: 'z'.repeat(300) },
    { email: 'a@b.test', password: 'p', callbackURL: 'https://evil.test' },
    [],
  ])('refuses bad input: %j', async (body) => expect((await call('sign-in/email', body)).status).toBe(400));

  it('is in the audit trail: in, out, and failures without what was typed', async () => {
    const { email, id } = await person();
    await signIn(email, 'wrong password!');
    await signIn('typed-a-secret@example.test', 'wrong password!');
    const cookie = cookieOf(await signIn(email, PASSWORD));
    await call('sign-out', {}, { cookie, origin: 'http://localhost' });
    const rows = await db().auditEntry.findMany({
      where: { verb: { startsWith: 'auth.' } },
      orderBy: { id: 'desc' },
      take: 4,
    });
    expect(rows.reverse()).toMatchObject([
      { verb: 'auth.sign_in_failed', subjectId: id, actorId: null, data: { reason: 'wrong_credentials' } },
      { verb: 'auth.sign_in_failed', subjectId: 'unknown' },
      { verb: 'auth.sign_in', subjectId: id, actorId: id },
      { verb: 'auth.sign_out', subjectId: id, actorId: id },
    ]);
    expect(JSON.stringify(rows.map(({ data, subjectId }) => [data, subjectId]))).not.toContain('typed-a-secret');
  });

  it('refuses a form of another site', async () => {
    const { email } = await person();
    for (const headers of [
      ['origin', 'https://evil.test'],
      ['sec-fetch-site', 'cross-site'],
      ['origin', 'null'],
    ])
      expect((await signIn(email, PASSWORD, Object.fromEntries([headers]))).status).toBe(403);
    expect((await signIn(email, PASSWORD, { origin: 'http://localhost' })).status).toBe(200);
  });
});

describe('the limit on failures', () => {
  it('holds for an account, whatever address is claimed, and also for the right password', async () => {
    const { email } = await person();
    // At once, since the first wait is a second and a password takes one to check on a busy machine.
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const address = `198.51.100.${n}`;
        return (await signIn(email, 'wrong password!', { 'x-forwarded-for': address, 'x-real-ip': address })).status;
      }),
    );
    expect(statuses.sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    await pool().query(
      "UPDATE sign_in_limits SET blocked_until = now() + interval '1 minute' WHERE key LIKE 'account:%'",
    );
    const blocked = await signIn(email, PASSWORD);
    expect(blocked.status).toBe(429);
    expect(await blocked.json()).toMatchObject({
      error: { reason: 'too_many_attempts', data: { retryAfterSeconds: expect.any(Number) } },
    });
  });

  it('counts attempts at the same moment one by one', async () => {
    const { email } = await person();
    const statuses = await Promise.all(
      Array.from({ length: 25 }, async () => (await signIn(email, 'wrong password!')).status),
    );
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
  });

  it('grows with each failure, is forgotten by a success, and is the same for accounts that don’t exist', async () => {
    const { email } = await person();
    const waits = async (address: string) => {
      const seconds: number[] = [];
      for (let n = 0; n < 9; n += 1) {
        await signIn(address, 'wrong password!');
        const { rows } = await pool().query(
          `SELECT extract(epoch FROM blocked_until - last_at)::float AS s FROM sign_in_limits WHERE key LIKE 'account:%'`,
        );
        seconds.push(Math.round(rows[0].s));
        await pool().query('UPDATE sign_in_limits SET blocked_until = now()');
      }
      return seconds;
    };
    expect(await waits(email)).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16]);
    expect((await signIn(email, PASSWORD)).status).toBe(200);
    expect((await pool().query(`SELECT 1 FROM sign_in_limits WHERE key LIKE 'account:%'`)).rowCount).toBe(0);
    expect(await waits('nobody@example.test')).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16]);
  });

  it('holds for an address that tries one account after another', async () => {
    const guess = async (count: number, name: string) => {
      const some = Array.from({ length: count }, (_, n) => signIn(`${name}${n}@example.test`, 'wrong password!'));
      return (await Promise.all(some)).map(({ status }) => status).sort();
    };
    expect(new Set(await guess(25, 'mistake'))).toEqual(new Set([401]));
    // The first waits are shorter than a busy machine takes for a password; the one after 40 failures is not.
    await pool().query("UPDATE sign_in_limits SET failures = 40, blocked_until = now() WHERE key LIKE 'address:%'");
    expect(await guess(4, 'guess')).toEqual([401, 429, 429, 429]);
  });
});

describe('the sign-in library', () => {
  let someone: Awaited<ReturnType<typeof person>>;
  let cookie = '';
  beforeAll(async () => {
    await pool().query('DELETE FROM sign_in_limits');
    someone = await person();
    cookie = cookieOf(await signIn(someone.email, PASSWORD));
  });

  it.each([
    'update-user',
    'change-password',
    'change-email',
    'delete-user',
    'sign-up/email',
    'set-password',
    'request-password-reset',
    'reset-password',
    'list-sessions',
    'revoke-sessions',
    'revoke-other-sessions',
    'update-session',
    'link-social',
    'unlink-account',
    'sign-in/social',
    'send-verification-email',
    'get-session',
    'ok',
    'error',
    'sign-in/email/',
    'SIGN-OUT',
    '../auth/update-user',
    '',
  ])('is closed at %s, with a session too', async (path) => {
    const answer = await call(
      path,
      { name: 'Somebody Else', newPassword: 'another long password', currentPassword: PASSWORD },
      { cookie, origin: 'http://localhost' },
    );
    expect(answer.status).toBe(404);
    expect(await db().user.findUnique({ where: { id: someone.id } })).toMatchObject({ name: someone.name });
    expect(await actorOfHeaders(new Headers({ cookie }))).toMatchObject({ id: someone.id });
  });

  it('answers POST only', () => {
    expect(Object.keys(authRoute)).toEqual(['POST']);
  });
});

describe('names', () => {
  const add = (name: string) => {
    count += 1;
    return addUser(SYSTEM, { name, email: `name${count}@example.test`, role: 'analyst', password: PASSWORD });
  };

  it.each([
    'Ada Lovelace',
    'Søren Ågård',
    'Nguyễn Thị Minh',
    '山田 太郎',
    'Дмитрий Иванов',
    'O’Brien-Smith Jr.',
    'Agent 7',
  ])('%s is one', async (name) => {
    expect(await add(name)).toMatchObject({ name });
  });

  it.each([
    '',
    '   ',
    '\u200b',
    'Ada\u200bLovelace',
    'Ada\u202eecalevoL',
    'Ada\u2066x\u2069',
    'A\u0000da',
    'Ada\nReviewed-by: Eve',
    'Ada\tL',
    'Ada\u00a0L',
    'Ada  L',
    'Аda',
    'Ａｄａ',
    '\u3164',
    '---',
    'Ada <root@localhost>',
    'x'.repeat(101),
    'A\ud800',
  ])('%j is none', async (name) => {
    await expect(add(name)).rejects.toMatchObject({ name: 'ZodError' });
  });

  it('nobody gets the name of another person, deactivated ones included', async () => {
    const { id } = await add('Grace Hopper');
    for (const name of ['Grace Hopper', 'grace hopper', ' Grace Hopper '])
      await expect(add(name)).rejects.toMatchObject({ code: 'conflict' });
    await changeUser(await testActor('admin'), id, { disabled: true });
    await expect(add('GRACE HOPPER')).rejects.toMatchObject({
      code: 'conflict',
      data: { fields: { name: expect.any(String) } },
    });
    const both = await Promise.allSettled([add('Twin Name'), add('Twin Name')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the browser of an ended session', () => {
  const signedIn = async () => {
    const someone = await person();
    return { ...someone, headers: new Headers({ cookie: cookieOf(await signIn(someone.email, PASSWORD)) }) };
  };

  it('learns that its account was deactivated, until it is reactivated', async () => {
    const { id, headers } = await signedIn();
    const admin = await testActor('admin');
    await changeUser(admin, id, { disabled: true });
    expect(await actorOfHeaders(headers)).toBeNull();
    expect(await whySessionEnded(headers)).toBe('deactivated');
    await changeUser(admin, id, { disabled: false });
    expect(await whySessionEnded(headers)).toBe('expired');
    expect(await actorOfHeaders(headers)).toBeNull();
  });

  it('learns that its time was over, and nobody else learns anything', async () => {
    const { id, headers } = await signedIn();
    await db().session.updateMany({ where: { userId: id }, data: { expiresAt: new Date(0) } });
    expect(await actorOfHeaders(headers)).toBeNull();
    expect(await whySessionEnded(headers)).toBe('expired');
    expect(await whySessionEnded(new Headers())).toBeNull();
    for (const cookie of ['other=1', 'xsocdown.session_token=a.b'])
      expect(await whySessionEnded(new Headers({ cookie }))).toBeNull();
    for (const cookie of ['socdown.session_token=%zz', 'socdown.session_token=%00', 'socdown.session_token=a.b'])
      expect(await whySessionEnded(new Headers({ cookie }))).toBe('expired');
  });
});

it('a session of a deactivated person is none', async () => {
  const { email, id } = await person();
  const cookie = cookieOf(await signIn(email, PASSWORD));
  await db().user.update({ where: { id }, data: { disabledAt: new Date() } });
  const request = new Request('http://localhost/api/me', { headers: { cookie } });
  await expect(actorOf(request)).rejects.toMatchObject({ code: 'unauthenticated' });
});
