import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { writeSetting } from '../db/setting';
import { AppError, fieldError, notFound } from '../errors/app-error';
import { announceAccessChange } from './access';
import { endSessions } from './end-sessions';
import { type Actor, authorize, SYSTEM } from './guard';
import { asRole, ROLES, type Role } from './permissions';
import { lockPeople, Password, rename } from './person-account';
import { PersonName, requireFreeName } from './person-name';

const name = PersonName;
const email = z.email('Enter a valid e-mail address.').max(254).toLowerCase();
const password = Password;

/** What a new installation asks for. */
export const FirstAdmin = z.strictObject({ name, email, password });
export type FirstAdmin = z.input<typeof FirstAdmin>;

/** `email` is empty for readers who may not see it. */
export const UserView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  disabled: z.boolean(),
  service: z.literal(true).optional(),
  /** Has no password yet, and so can't sign in. */
  invited: z.literal(true).optional(),
  /** Two-factor sign-in is on; for who manages users. */
  twoFactor: z.literal(true).optional(),
  /** How many passkeys; for who manages users. */
  passkeys: z.number().optional(),
  /** Has signed in by single sign-on; for who manages users. */
  sso: z.literal(true).optional(),
});
export type UserView = z.infer<typeof UserView>;

/** `service`: a sender or a script, not a person; it has no password, is never above analyst, and its keys are an admin's to create. `invite`: the person sets a password with a link (lib/auth/account-links). */
export const NewUser = z
  .strictObject({
    name,
    email,
    role: z.enum(ROLES),
    password: password.optional(),
    service: z.boolean().default(false),
    invite: z.boolean().default(false),
  })
  .superRefine(({ role, password, service, invite }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (!service && !invite && password === undefined) refuse('password', 'Enter a password.');
    if (service && password !== undefined) refuse('password', 'A service account signs in by API key. Leave it out.');
    if (invite && (service || password !== undefined))
      refuse('invite', 'Invited people set a password with a link. Leave out password and service.');
    if (service && role !== 'analyst') refuse('role', 'A service account has the role analyst.');
  });
export type NewUser = z.input<typeof NewUser>;

/** Adds a person with a password or to be invited, or a service account. @throws AppError conflict when the address or the name is taken. */
export async function addUser(actor: Actor, input: NewUser): Promise<UserView> {
  authorize(actor, 'users.manage');
  const { name, email, role, service, invite, ...user } = NewUser.parse(input);
  const password = user.password === undefined ? null : await hashPassword(user.password);
  const id = uuid();
  try {
    await db().$transaction(async (tx) => {
      await lockPeople(tx);
      await requireFreeName(tx, name);
      await tx.user.create({ data: { id, name, email, role, service, emailVerified: true } });
      if (password !== null) {
        const credential = { id: uuid(), accountId: id, providerId: 'credential', userId: id, password };
        await tx.account.create({ data: credential });
      }
      await audit(tx, {
        actorId: actor.id,
        verb: 'users.add',
        subjectKind: 'user',
        subjectId: id,
        data: { role, service, invite },
      });
    });
  } catch (error) {
    if ((error as { code?: string }).code === 'P2002') {
      throw fieldError('email_taken', 'email', `There is already a user with the address ${email}.`);
    }
    throw error;
  }
  return { id, name, email, role, disabled: false, ...serviceMark(service), ...(invite ? { invited: true } : {}) };
}

export type UserChange = { name?: string | undefined; role?: Role | undefined; disabled?: boolean | undefined };

/**
 * Renames, changes a role, or deactivates or reactivates an account. The last admin can't be removed. Open streams end.
 * @param also in the same transaction
 */
export async function changeUser(
  actor: Actor,
  id: string,
  change: UserChange,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<UserView> {
  authorize(actor, 'users.manage');
  const newName = change.name === undefined ? undefined : PersonName.parse(change.name);
  return db().$transaction(async (tx) => {
    await lockPeople(tx);
    const user = await tx.user.findUnique({ where: { id } });
    if (!user) throw notFound('user');
    const role = change.role ?? asRole(user.role);
    if (user.service && role !== 'analyst') {
      throw fieldError('unprocessable', 'role', 'A service account has the role analyst.');
    }
    const disabled = change.disabled ?? user.disabledAt !== null;
    if (user.role === 'admin' && !user.disabledAt && (role !== 'admin' || disabled)) {
      const others = await tx.user.count({ where: { role: 'admin', disabledAt: null, id: { not: id } } });
      if (others === 0) throw new AppError('last_admin', 'This is the last admin. Make someone else an admin first.');
    }
    await tx.user.update({
      where: { id },
      data: { role, disabledAt: disabled ? (user.disabledAt ?? new Date()) : null },
    });
    if (disabled) await endSessions(tx, { userId: id }, 'deactivated');
    else await announceAccessChange(tx, id);
    if (newName !== undefined) await rename(tx, actor, id, newName);
    await also(tx);
    await audit(tx, {
      actorId: actor.id,
      verb: 'users.change',
      subjectKind: 'user',
      subjectId: id,
      data: { role, disabled, before: { role: user.role, disabled: user.disabledAt !== null } },
    });
    return { id, name: newName ?? user.name, email: user.email, role, disabled, ...serviceMark(user.service) };
  });
}

/** All people, by name: for assignment and for the settings page. Addresses are for who manages users. */
export async function listUsers(actor: Actor): Promise<UserView[]> {
  authorize(actor, 'people.list');
  const accounts = { where: { password: { not: null } }, select: { id: true }, take: 1 };
  const ssoIdentities = { select: { subject: true }, take: 1 };
  const include = { accounts, ssoIdentities, _count: { select: { passkeys: true } } };
  const rows = await db().user.findMany({ orderBy: { name: 'asc' }, take: 1000, include });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    email: actor.role === 'admin' || row.id === actor.id ? row.email : '',
    role: asRole(row.role),
    disabled: row.disabledAt !== null,
    ...serviceMark(row.service),
    ...(row.service || row.accounts.length > 0 || row.ssoIdentities.length > 0 ? {} : { invited: true as const }),
    ...(row.twoFactorEnabled && actor.role === 'admin' ? { twoFactor: true as const } : {}),
    ...(row._count.passkeys > 0 && actor.role === 'admin' ? { passkeys: row._count.passkeys } : {}),
    ...(row.ssoIdentities.length > 0 && actor.role === 'admin' ? { sso: true as const } : {}),
  }));
}

const serviceMark = (service: boolean): { service?: true } => (service ? { service: true } : {});

/** The user of an e-mail address, for the command line. */
export async function findUserByEmail(email: string): Promise<Actor> {
  const user = await db().user.findUnique({ where: { email: email.toLowerCase() } });
  if (!user) throw new AppError('not_found', `There is no user with the address ${email}.`);
  return { id: user.id, role: asRole(user.role), name: user.name, email: user.email, via: 'cli' };
}

const SETUP = 'setup.token';

/** The last admin can't be deactivated: who is deactivated before there is an admin is a person of the samples. */
const hasPeople = async (): Promise<boolean> => (await db().user.count({ where: { disabledAt: null } })) > 0;

/** A token for the first admin, or null when there are people already. A new one replaces the one before. */
export async function createSetupToken(): Promise<string | null> {
  if (await hasPeople()) return null;
  const token = randomBytes(24).toString('base64url');
  const value = createHash('sha256').update(token).digest('hex');
  await writeSetting(db(), SETUP, value);
  return token;
}

/** Makes the first admin, once. @throws AppError forbidden for a wrong or used token. */
export async function createFirstAdmin(token: string, input: FirstAdmin): Promise<UserView> {
  const kept = await keptSetupToken(token);
  if (kept === null) {
    throw new AppError(
      'setup_link_used',
      'This link was used or replaced. Restart Socdown to print a new one, if there is no admin yet.',
    );
  }
  const user = NewUser.parse({ ...input, role: 'admin' });
  // Taking the token away decides between two visitors at the same moment.
  const { count } = await db().setting.deleteMany({ where: { key: SETUP, value: { equals: kept } } });
  if (count === 0) throw new AppError('setup_link_used', 'This link was just used. Sign in instead.');
  return addUser(SYSTEM, user);
}

/** Whether a setup link still works: for the page, which says so before anyone has filled it in. */
export async function isSetupToken(token: string): Promise<boolean> {
  return (await keptSetupToken(token)) !== null;
}

/** The hash as kept, when the token is the right one and there is nobody yet. */
async function keptSetupToken(token: string): Promise<string | null> {
  const row = await db().setting.findUnique({ where: { key: SETUP } });
  if (typeof row?.value !== 'string') return null;
  const given = createHash('sha256').update(token).digest();
  const kept = Buffer.from(row.value, 'hex');
  if (kept.length !== given.length || !timingSafeEqual(kept, given)) return null;
  return (await hasPeople()) ? null : row.value;
}
