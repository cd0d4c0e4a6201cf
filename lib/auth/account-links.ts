import { createHash, randomBytes } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { z } from 'zod';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError, fieldError, notFound } from '../errors/app-error';
import { endSessions } from './end-sessions';
import { type Actor, authorize } from './guard';
import { Password, setPasswordHash } from './person-account';

/** `invitation`: the person has no password yet. `reset`: an admin lets them choose another one. */
const PURPOSES = ['invitation', 'reset'] as const;
const HOURS = { invitation: 7 * 24, reset: 24 } as const;

/** `path` is shown once: whoever has it sets the password. */
export const AccountLink = z.object({ purpose: z.enum(PURPOSES), path: z.string(), expiresAt: z.string() });
export type AccountLink = z.infer<typeof AccountLink>;

/** What the page of a link shows. */
export type LinkTarget = { purpose: AccountLink['purpose']; name: string; email: string };

/**
 * Makes a one-time link with which a person sets a password: a week for who has none yet, else a day. It replaces earlier links of
 * the person; the password they have works until the link is used.
 * @throws AppError not_found, also for deactivated people; unprocessable for a service account
 */
export async function createAccountLink(actor: Actor, userId: string): Promise<AccountLink> {
  authorize(actor, 'users.manage');
  const user = await db().user.findUnique({ where: { id: userId } });
  if (!user || user.disabledAt) throw notFound('user');
  if (user.service) throw new AppError('unprocessable', 'A service account has no password. Create an API key for it.');
  const hasPassword = (await db().account.count({ where: { userId, password: { not: null } } })) > 0;
  const purpose = hasPassword ? 'reset' : 'invitation';
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + HOURS[purpose] * 3_600_000);
  await db().$transaction([
    db().accountLink.deleteMany({ where: { userId } }),
    db().accountLink.create({ data: { tokenHash: hashOf(token), userId, purpose, expiresAt } }),
    audit(db(), { actorId: actor.id, verb: 'users.link', subjectKind: 'user', subjectId: userId, data: { purpose } }),
  ]);
  return { purpose, path: `/set-password?token=${token}`, expiresAt: expiresAt.toISOString() };
}

/** For whom a link is, or null when it was used, replaced or is too old. */
export async function readAccountLink(token: unknown): Promise<LinkTarget | null> {
  if (typeof token !== 'string' || token.length > 200) return null;
  const row = await db().accountLink.findUnique({ where: { tokenHash: hashOf(token) }, include: { user: true } });
  if (!row || row.expiresAt <= new Date() || row.user.disabledAt) return null;
  return { purpose: row.purpose === 'reset' ? 'reset' : 'invitation', name: row.user.name, email: row.user.email };
}

export const LinkUse = z.strictObject({ token: z.string().min(1).max(200), password: Password });

/** Sets the password, once, and ends all sessions of the person. @throws AppError link_used */
export async function redeemAccountLink(input: z.input<typeof LinkUse>): Promise<{ email: string }> {
  const { token, password } = LinkUse.parse(input);
  const target = await readAccountLink(token);
  if (!target) throw linkUsed();
  const hash = await hashPassword(password);
  await db().$transaction(async (tx) => {
    // Taking the link away decides between two visitors at the same moment.
    const links = await tx.$queryRaw<{ user_id: string }[]>`
      DELETE FROM account_links WHERE token_hash = ${hashOf(token)} AND expires_at > now() RETURNING user_id`;
    const userId = links[0]?.user_id;
    if (userId === undefined) throw linkUsed();
    await setPasswordHash(tx, userId, hash);
    await endSessions(tx, { userId }, 'password');
    await audit(tx, {
      actorId: userId,
      verb: 'users.set_password',
      subjectKind: 'user',
      subjectId: userId,
      data: { by: target.purpose },
    });
  });
  return { email: target.email };
}

/**
 * Sets a person's password, for the command line. All sessions end.
 * @throws AppError not_found; invalid_fields
 */
export async function resetPassword(actor: Actor, userId: string, password: string): Promise<void> {
  authorize(actor, 'users.manage');
  // In the browser an admin makes a link, so that nobody else knows the password.
  if (actor.via !== 'system') throw new AppError('forbidden', 'Create a link with which the person sets a password.');
  const parsed = Password.safeParse(password);
  if (!parsed.success) throw fieldError('invalid_fields', 'password', 'Enter a password of 12 to 256 characters.');
  const hash = await hashPassword(parsed.data);
  await db().$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId } });
    if (!user || user.service) throw notFound('user');
    await setPasswordHash(tx, userId, hash);
    await tx.accountLink.deleteMany({ where: { userId } });
    await endSessions(tx, { userId }, 'password');
    await audit(tx, { actorId: actor.id, verb: 'users.reset_password', subjectKind: 'user', subjectId: userId });
  });
}

const linkUsed = () =>
  new AppError('link_used', 'This link was used, replaced or is too old. Ask an admin for a new one.');
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
