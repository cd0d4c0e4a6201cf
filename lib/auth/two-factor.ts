import { createHash } from 'node:crypto';
import { z } from 'zod';
import { audit } from '../db/audit';
import { db, pool } from '../db/client';
import { AppError, fieldError, notFound } from '../errors/app-error';
import { auth } from './better-auth';
import { endSessions, startedToken } from './end-sessions';
import { clientAddress } from './front-door';
import { type Actor, authorize } from './guard';
import { confirmPassword, requireSession } from './person-account';
import { needsTwoFactor } from './two-factor-policy';

/** Six digits; blanks that people and apps put between them are dropped. */
export const Code = z
  .string()
  .max(20)
  .transform((text) => text.replace(/\s/g, ''))
  .refine((text) => /^\d{6}$/.test(text), 'Enter the 6 digits of the app.');

export const PasswordAgain = z.strictObject({ currentPassword: z.string().min(1, 'Enter your password.').max(256) });

export const TwoFactorState = z.object({ enabled: z.boolean(), required: z.boolean() });
export type TwoFactorState = z.infer<typeof TwoFactorState>;

/** What an authenticator app needs, and the codes for when it is lost. Shown once. */
export const Enrollment = z.object({ uri: z.string(), secret: z.string(), recoveryCodes: z.array(z.string()) });
export type Enrollment = z.infer<typeof Enrollment>;

export async function readTwoFactor(actor: Actor): Promise<TwoFactorState> {
  authorize(actor, 'account.manage');
  const user = await db().user.findUniqueOrThrow({ where: { id: requireSession(actor) } });
  return { enabled: user.twoFactorEnabled, required: await needsTwoFactor(user.role) };
}

/** Makes a secret, which is asked for only after `confirmTwoFactor`. @throws AppError wrong_password, two_factor_enabled */
export async function startTwoFactor(
  actor: Actor,
  input: z.input<typeof PasswordAgain>,
  { headers }: Request,
): Promise<Enrollment> {
  const { id, password } = await confirm(actor, input, headers);
  if (await isEnabled(id)) throw new AppError('two_factor_enabled', 'Two-factor sign-in is on. Turn it off first.');
  const made = await (await auth()).api.enableTwoFactor({ body: { password, method: 'totp' }, headers });
  if (made.method !== 'totp') throw new Error('the sign-in library made no secret'); // not offered otherwise
  await record(actor, 'account.start_two_factor', id);
  const secret = new URL(made.totpURI).searchParams.get('secret') ?? '';
  return { uri: made.totpURI, secret, recoveryCodes: made.backupCodes };
}

/**
 * Turns it on with a first code. The answer's cookies are those of a new session: the one before knew the password alone, and
 * all others end.
 * @throws AppError wrong_code, two_factor_off, two_factor_enabled
 */
export async function confirmTwoFactor(actor: Actor, input: { code: string }, { headers }: Request): Promise<Headers> {
  authorize(actor, 'account.manage');
  const id = requireSession(actor);
  const { code } = z.strictObject({ code: Code }).parse(input);
  if (await isEnabled(id)) throw new AppError('two_factor_enabled', 'Two-factor sign-in is on already.');
  if ((await db().twoFactor.count({ where: { userId: id } })) === 0)
    throw new AppError('two_factor_off', 'Start the set-up first.');
  await useCode(id, code);
  const answer = await (await auth()).api.verifyTOTP({ body: { code }, headers, asResponse: true });
  const token = startedToken(answer.headers);
  if (!answer.ok || token === null) throw wrongCode();
  await db().$transaction(async (tx) => {
    const fresh = await tx.session.findUnique({ where: { token }, select: { id: true } });
    await endSessions(tx, { userId: id, exceptId: fresh?.id }, 'revoked');
    await audit(tx, { actorId: id, verb: 'account.enable_two_factor', subjectKind: 'user', subjectId: id });
  });
  return answer.headers;
}

/** @throws AppError wrong_password; two_factor_off; two_factor_required where one’s role needs it */
export async function disableTwoFactor(
  actor: Actor,
  input: z.input<typeof PasswordAgain>,
  { headers }: Request,
): Promise<void> {
  const { id } = await confirm(actor, input, headers);
  if (!(await isEnabled(id))) throw new AppError('two_factor_off', 'Two-factor sign-in is off.');
  if (await needsTwoFactor(actor.role))
    throw new AppError('two_factor_required', 'Your role needs two-factor sign-in, so you can’t turn it off.');
  await remove(actor, id, 'account.disable_two_factor');
}

/** Replaces the recovery codes. @throws AppError wrong_password, two_factor_off */
export async function renewRecoveryCodes(
  actor: Actor,
  input: z.input<typeof PasswordAgain>,
  { headers }: Request,
): Promise<{ recoveryCodes: string[] }> {
  const { id, password } = await confirm(actor, input, headers);
  if (!(await isEnabled(id))) throw new AppError('two_factor_off', 'Two-factor sign-in is off.');
  const { backupCodes } = await (await auth()).api.generateBackupCodes({ body: { password }, headers });
  await record(actor, 'account.renew_recovery_codes', id);
  return { recoveryCodes: backupCodes };
}

/**
 * For a person who lost the app and the recovery codes: all their sessions end, and the password alone signs them in.
 * @throws AppError not_found; two_factor_off; forbidden for oneself, who is asked for the password in the profile
 */
export async function resetTwoFactor(actor: Actor, userId: string): Promise<void> {
  authorize(actor, 'users.manage');
  if (userId === actor.id) throw new AppError('forbidden', 'Turn off your own two-factor sign-in in your profile.');
  const user = await db().user.findUnique({ where: { id: userId } });
  if (!user) throw notFound('user');
  if (!user.twoFactorEnabled) throw new AppError('two_factor_off', `${user.name} has no two-factor sign-in.`);
  await remove(actor, userId, 'users.reset_two_factor');
}

async function remove(actor: Actor, userId: string, verb: string): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.user.update({ where: { id: userId }, data: { twoFactorEnabled: false } });
    await tx.twoFactor.deleteMany({ where: { userId } });
    await endSessions(tx, { userId, exceptId: actor.id === userId ? actor.sessionId : undefined }, 'revoked');
    await audit(tx, { actorId: actor.id, verb, subjectKind: 'user', subjectId: userId });
  });
}

/** @throws AppError wrong_code for one that was tried within the last minutes: it may have been seen */
export async function useCode(userId: string, code: string): Promise<void> {
  const hash = createHash('sha256').update(code).digest('hex');
  await pool().query("DELETE FROM two_factor_codes WHERE user_id = $1 AND at < now() - interval '5 minutes'", [userId]);
  const { rowCount } = await pool().query(
    'INSERT INTO two_factor_codes (user_id, code_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [userId, hash],
  );
  if (!rowCount) throw wrongCode();
}

/** The answer to a code that is wrong, expired or used up: nothing tells which. */
export const wrongCode = (): AppError =>
  fieldError(
    'wrong_code',
    'code',
    'This code is wrong or was already used. Enter the app’s next code, or another recovery code.',
  );

async function confirm(actor: Actor, input: z.input<typeof PasswordAgain>, headers: Headers) {
  authorize(actor, 'account.manage');
  const id = requireSession(actor);
  const { currentPassword: password } = PasswordAgain.parse(input);
  await confirmPassword(actor, password, clientAddress(headers));
  return { id, password };
}

const isEnabled = async (id: string): Promise<boolean> =>
  (await db().user.count({ where: { id, twoFactorEnabled: true } })) > 0;

const record = (actor: Actor, verb: string, subjectId: string) =>
  audit(db(), { actorId: actor.id, verb, subjectKind: 'user', subjectId });
