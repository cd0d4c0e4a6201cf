import { beforeEach, describe, expect, it } from 'vitest';
import { PUT as putPassword } from '@/app/api/me/password/route';
import { DELETE as endOne } from '@/app/api/me/sessions/[id]/route';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { whySessionEnded } from './end-sessions';
import type { Actor } from './guard';
import { SYSTEM } from './guard';
import { listSessions, signOutElsewhere } from './own-sessions';
import { changePassword, changeProfile } from './person-account';
import { actorOfHeaders } from './session';
import { signIn } from './sign-in';
import { keyHeaders, testActor } from './testing';
import { addUser } from './users';

testDatabase();
beforeEach(() => pool().query('DELETE FROM sign_in_limits'));

const PASSWORD = 'correct horse battery';
let count = 0;

async function person() {
  count += 1;
  const email = `account${count}@example.test`;
  return addUser(SYSTEM, { name: `Account ${count}`, email, role: 'analyst', password: PASSWORD });
}

/** Signs in from a new browser. */
async function browser(email: string, password = PASSWORD): Promise<{ headers: Headers; actor: Actor }> {
  const request = new Request('http://localhost/api/auth/sign-in/email', { method: 'POST' });
  const answer = await signIn(request, { email, password });
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const headers = new Headers({ cookie });
  const actor = await actorOfHeaders(headers);
  if (!actor) throw new Error('not signed in');
  return { headers, actor };
}

describe('one’s name', () => {
  it('is changed and audited with the old one', async () => {
    const { id, email, name } = await person();
    const { actor } = await browser(email);
    expect(await changeProfile(actor, { name: ' Ada Lovelace ' })).toEqual({ name: 'Ada Lovelace' });
    expect(await db().user.findUnique({ where: { id } })).toMatchObject({ name: 'Ada Lovelace' });
    const audit = await db().auditEntry.findFirst({ where: { verb: 'users.rename', subjectId: id } });
    expect(audit).toMatchObject({ actorId: id, data: { before: name, name: 'Ada Lovelace' } });
    await changeProfile(actor, { name: 'Ada Lovelace' }); // nothing to do
    expect(await db().auditEntry.count({ where: { verb: 'users.rename', subjectId: id } })).toBe(1);
  });

  it('is refused when it is none, or another person’s', async () => {
    const { email } = await person();
    const other = await person();
    const { actor } = await browser(email);
    for (const name of ['', 'A\u200bda', 'x'.repeat(101), 'a <b>'])
      await expect(changeProfile(actor, { name })).rejects.toMatchObject({ name: 'ZodError' });
    await expect(changeProfile(actor, { name: other.name.toUpperCase() })).rejects.toMatchObject({
      reason: 'name_taken',
    });
  });

  it('is not changed by a key', async () => {
    const { email } = await person();
    const { actor } = await browser(email);
    await expect(changeProfile({ ...actor, via: 'key' }, { name: 'X' })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('one’s password', () => {
  const next = 'another long password';

  it('is changed by the current one; other sessions end and say why, this one stays', async () => {
    const { email } = await person();
    const [here, there] = [await browser(email), await browser(email)];
    await changePassword(here.actor, { currentPassword: PASSWORD, newPassword: next }, null);
    expect(await actorOfHeaders(here.headers)).not.toBeNull();
    expect(await actorOfHeaders(there.headers)).toBeNull();
    expect(await whySessionEnded(there.headers)).toBe('password');
    await expect(browser(email)).rejects.toMatchObject({ reason: 'wrong_credentials' });
    expect((await browser(email, next)).actor.email).toBe(email);
  });

  it('is refused with a wrong current one, which counts as a failed sign-in, and when the new one is bad', async () => {
    const { email } = await person();
    const { actor } = await browser(email);
    const attempt = (currentPassword: string, newPassword: string) =>
      changePassword(actor, { currentPassword, newPassword }, null);
    await expect(attempt(PASSWORD, 'short')).rejects.toMatchObject({ name: 'ZodError' });
    await expect(attempt(PASSWORD, PASSWORD)).rejects.toThrow('differs');
    const reasons: string[] = [];
    // At once, since the first wait is a second and a password takes one to check on a busy machine.
    const tries = Array.from({ length: 8 }, () => attempt('wrong password!', next).catch(({ reason }) => reason));
    reasons.push(...((await Promise.all(tries)) as string[]));
    expect(reasons.filter((reason) => reason === 'wrong_password').length).toBeLessThanOrEqual(5);
    expect(new Set(reasons)).toEqual(new Set(['wrong_password', 'too_many_attempts']));
  });

  it('is nobody else’s business, and no key’s', async () => {
    const { actor } = await browser((await person()).email);
    const change = { currentPassword: PASSWORD, newPassword: next };
    await expect(changePassword({ ...actor, via: 'key' }, change, null)).rejects.toMatchObject({ code: 'forbidden' });
    const headers = await keyHeaders(await testActor('admin'));
    const request = new Request('http://localhost/api/me/password', {
      method: 'PUT',
      headers,
      body: JSON.stringify(change),
    });
    expect((await putPassword(request, { params: Promise.resolve({}) })).status).toBe(403);
  });
});

describe('one’s sessions', () => {
  it('are listed without their tokens, and end one by one or all but this one', async () => {
    const { email } = await person();
    const [first, second, third] = [await browser(email), await browser(email), await browser(email)];
    const list = await listSessions(first.actor);
    expect(list.map(({ current }) => current)).toEqual([false, false, true]);
    const tokens = await db().session.findMany({ where: { userId: first.actor.id ?? '' } });
    for (const { token } of tokens) expect(JSON.stringify(list)).not.toContain(token);
    expect(await signOutElsewhere(first.actor, second.actor.sessionId)).toEqual({ ended: 1 });
    expect(await actorOfHeaders(second.headers)).toBeNull();
    expect(await whySessionEnded(second.headers)).toBe('revoked');
    expect(await signOutElsewhere(first.actor)).toEqual({ ended: 1 });
    expect(await actorOfHeaders(third.headers)).toBeNull();
    expect(await actorOfHeaders(first.headers)).not.toBeNull();
  });

  it('of another person are not found, and keys have none', async () => {
    const [mine, theirs] = [await browser((await person()).email), await browser((await person()).email)];
    await expect(signOutElsewhere(mine.actor, theirs.actor.sessionId)).rejects.toMatchObject({ code: 'not_found' });
    for (const id of ['x', ''])
      await expect(signOutElsewhere(mine.actor, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await actorOfHeaders(theirs.headers)).not.toBeNull();
    const headers = await keyHeaders(theirs.actor);
    const request = new Request('http://localhost/api/me/sessions/x', { method: 'DELETE', headers });
    expect((await endOne(request, { params: Promise.resolve({ id: 'x' }) })).status).toBe(403);
  });
});
