import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError, fieldError } from '../errors/app-error';
import { endSessions } from './end-sessions';
import { type Actor, authorize, personId } from './guard';
import { PersonName, requireFreeName } from './person-name';
import { countAttempt } from './sign-in-limit';

/** A password that a person may have. */
export const Password = z.string().min(12, 'At least 12 characters.').max(256);

export const Profile = z.strictObject({ name: PersonName });
export const PasswordChange = z.strictObject({
  currentPassword: z.string().min(1, 'Enter your current password.').max(256),
  newPassword: Password,
});

/** One's account is changed in a session: a key acts for its owner's work, not for who its owner is. */
export function requireSession(actor: Actor): string {
  if (actor.via !== 'session')
    throw new AppError('forbidden', 'Accounts can only be changed in the browser. Sign in there.');
  return personId(actor);
}

/** Changes one's name. It stands under decisions, so it is audited with the old one. @throws AppError name_taken */
export async function changeProfile(actor: Actor, input: z.input<typeof Profile>): Promise<{ name: string }> {
  authorize(actor, 'account.manage');
  const id = requireSession(actor);
  const { name } = Profile.parse(input);
  await db().$transaction((tx) => rename(tx, actor, id, name));
  return { name };
}

/** Inside the caller's transaction, for oneself or by an admin. @throws AppError name_taken */
export async function rename(tx: Tx, actor: Actor, id: string, name: string): Promise<void> {
  await lockPeople(tx);
  const { name: before } = await tx.user.findUniqueOrThrow({ where: { id }, select: { name: true } });
  if (before === name) return;
  await requireFreeName(tx, name, id);
  await tx.user.update({ where: { id }, data: { name } });
  await audit(tx, {
    actorId: actor.id,
    verb: 'users.rename',
    subjectKind: 'user',
    subjectId: id,
    data: { before, name },
  });
}

/** Changes of people one after another: two admins must not demote each other, or give two people one name, at the same moment. */
export async function lockPeople(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('users.admins'))`;
}

/**
 * Changes one's password, by the current one. All other sessions end.
 * @param address the client's, for the limit on guesses
 * @throws AppError wrong_credentials at the field `currentPassword`; too_many_attempts
 */
export async function changePassword(
  actor: Actor,
  input: z.input<typeof PasswordChange>,
  address: string | null,
): Promise<void> {
  authorize(actor, 'account.manage');
  const id = requireSession(actor);
  const { currentPassword, newPassword } = PasswordChange.parse(input);
  await confirmPassword(actor, currentPassword, address);
  if (currentPassword === newPassword)
    throw fieldError('invalid_fields', 'newPassword', 'Choose a password that differs from the current one.');
  const hash = await hashPassword(newPassword);
  await db().$transaction(async (tx) => {
    await setPasswordHash(tx, id, hash);
    await endSessions(tx, { userId: id, exceptId: actor.sessionId }, 'password');
    await audit(tx, { actorId: id, verb: 'users.change_password', subjectKind: 'user', subjectId: id });
  });
}

/** Asks for the password again, before what must not happen at a screen that was left open. Failures count as failed sign-ins. */
export async function confirmPassword(actor: Actor, password: string, address: string | null): Promise<void> {
  const attempt = await countAttempt(actor.email, address);
  const account = await db().account.findFirst({ where: { userId: personId(actor), providerId: 'credential' } });
  if (!account?.password || !(await verifyPassword({ hash: account.password, password })))
    throw fieldError('wrong_password', 'currentPassword', 'This is not your current password.');
  await attempt.succeed();
}

/** Sets the password somebody signs in with. @param password its hash, as the sign-in library makes it */
export async function setPasswordHash(tx: Tx, userId: string, password: string): Promise<void> {
  const { count } = await tx.account.updateMany({ where: { userId, providerId: 'credential' }, data: { password } });
  if (count === 0)
    await tx.account.create({
      data: { id: uuid(), accountId: userId, providerId: 'credential', userId, password },
    });
}
