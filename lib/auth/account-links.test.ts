import { beforeEach, describe, expect, it } from 'vitest';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { createAccountLink, readAccountLink, redeemAccountLink, resetPassword } from './account-links';
import { SYSTEM } from './guard';
import { signIn } from './sign-in';
import { testActor } from './testing';
import { addUser, changeUser, listUsers } from './users';

testDatabase();
beforeEach(() => pool().query('DELETE FROM sign_in_limits'));

const PASSWORD = 'correct horse battery';
let count = 0;
const person = (more: { password?: string; invite?: boolean; service?: boolean } = { invite: true }) => {
  count += 1;
  return addUser(SYSTEM, { name: `Link ${count}`, email: `link${count}@example.test`, role: 'analyst', ...more });
};
const tokenOf = (path: string) => new URL(path, 'http://x').searchParams.get('token') ?? '';
const canSignIn = (email: string, password: string) =>
  signIn(new Request('http://localhost/', { method: 'POST' }), { email, password }).then(
    () => true,
    () => false,
  );

describe('an invitation', () => {
  it('lets a person set a password once, who is invited until then', async () => {
    const admin = await testActor('admin');
    const { id, email, invited } = await person();
    expect(invited).toBe(true);
    const { path, purpose, expiresAt } = await createAccountLink(admin, id);
    expect(purpose).toBe('invitation');
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(7 * 86_400_000);
    const token = tokenOf(path);
    expect(await readAccountLink(token)).toMatchObject({ purpose: 'invitation', email });
    expect((await listUsers(admin)).find((user) => user.id === id)).toMatchObject({ invited: true });
    const both = await Promise.allSettled(
      [PASSWORD, 'another long password'].map((password) => redeemAccountLink({ token, password })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await listUsers(admin)).find((user) => user.id === id)).not.toHaveProperty('invited');
    expect(await readAccountLink(token)).toBeNull();
    await expect(redeemAccountLink({ token, password: PASSWORD })).rejects.toMatchObject({ reason: 'link_used' });
  });

  it('is kept as a hash only', async () => {
    const { path } = await createAccountLink(SYSTEM, (await person()).id);
    const rows = JSON.stringify([
      await db().accountLink.findMany(),
      await db().auditEntry.findMany({ select: { data: true } }),
    ]);
    expect(rows).not.toContain(tokenOf(path));
  });

  it('refuses bad passwords and tokens, and stays usable', async () => {
    const { id, email } = await person();
    const token = tokenOf((await createAccountLink(SYSTEM, id)).path);
    for (const password of ['', 'short', 'x'.repeat(300)])
      await expect(redeemAccountLink({ token, password })).rejects.toMatchObject({ name: 'ZodError' });
    for (const wrong of ['x', `${token}x`, token.slice(1)])
      await expect(redeemAccountLink({ token: wrong, password: PASSWORD })).rejects.toMatchObject({
        reason: 'link_used',
      });
    for (const wrong of [undefined, ['a'], '', 'x'.repeat(300)]) expect(await readAccountLink(wrong)).toBeNull();
    expect(await redeemAccountLink({ token, password: PASSWORD })).toEqual({ email });
    expect(await canSignIn(email, PASSWORD)).toBe(true);
  });
});

describe('a reset link', () => {
  it('replaces the password and ends all sessions; until it is used nothing changes', async () => {
    const { id, email } = await person({ password: PASSWORD });
    expect(await canSignIn(email, PASSWORD)).toBe(true);
    const { path, purpose } = await createAccountLink(await testActor('admin'), id);
    expect(purpose).toBe('reset');
    expect(await canSignIn(email, PASSWORD)).toBe(true);
    await redeemAccountLink({ token: tokenOf(path), password: 'another long password' });
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
    expect(await canSignIn(email, PASSWORD)).toBe(false);
    expect(await canSignIn(email, 'another long password')).toBe(true);
    const verbs = await db().auditEntry.findMany({
      where: { subjectId: id, verb: { startsWith: 'users.' } },
      orderBy: { id: 'asc' },
    });
    expect(verbs.map(({ verb }) => verb)).toEqual(['users.add', 'users.link', 'users.set_password']);
  });

  it('ends with a newer one, with its time, and with the account', async () => {
    const admin = await testActor('admin');
    const { id } = await person({ password: PASSWORD });
    const make = async () => tokenOf((await createAccountLink(admin, id)).path);
    const [first, second] = [await make(), await make()];
    expect(await readAccountLink(first)).toBeNull();
    await db().accountLink.updateMany({ where: { userId: id }, data: { expiresAt: new Date() } });
    await expect(redeemAccountLink({ token: second, password: PASSWORD })).rejects.toMatchObject({
      reason: 'link_used',
    });
    const third = await make();
    await changeUser(admin, id, { disabled: true });
    await expect(redeemAccountLink({ token: third, password: PASSWORD })).rejects.toMatchObject({
      reason: 'link_used',
    });
    await expect(createAccountLink(admin, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is made by admins alone, and for people alone', async () => {
    const { id } = await person({ password: PASSWORD });
    await expect(createAccountLink(await testActor('lead'), id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(createAccountLink(SYSTEM, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
    const service = await person({ service: true });
    await expect(createAccountLink(SYSTEM, service.id)).rejects.toMatchObject({ code: 'unprocessable' });
  });
});

describe('a reset on the command line', () => {
  it('sets the password, refuses a bad one, and is not for the browser', async () => {
    const { id, email } = await person({ password: PASSWORD });
    await expect(resetPassword(SYSTEM, id, 'short')).rejects.toMatchObject({ code: 'bad_request' });
    await expect(resetPassword(await testActor('admin'), id, PASSWORD)).rejects.toMatchObject({ code: 'forbidden' });
    await resetPassword(SYSTEM, id, 'another long password');
    expect(await canSignIn(email, 'another long password')).toBe(true);
  });
});
