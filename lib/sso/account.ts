import { v7 as uuid } from 'uuid';
import { endSessions } from '../auth/end-sessions';
import { SYSTEM } from '../auth/guard';
import type { Role } from '../auth/permissions';
import { lockPeople } from '../auth/person-account';
import { PersonName } from '../auth/person-name';
import { deactivated } from '../auth/sign-in';
import { changeUser } from '../auth/users';
import { audit } from '../db/audit';
import { db, type Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import { log } from '../log/log';
import type { Claims } from './provider';
import { roleOfGroups } from './roles';
import type { StoredSso } from './schema';

/**
 * The account of a provider's subject: the one that is bound to it, one that an admin let it take, or a new one.
 * The role follows the groups; a change of it ends the person's sessions.
 * @throws AppError sso_not_assigned, sso_no_email, sso_account_exists, account_deactivated
 */
export async function accountOf(sso: StoredSso, claims: Claims): Promise<string> {
  const role = roleOfGroups(sso, claims);
  const key = { issuer: sso.issuer, subject: claims.sub };
  const bound = await db().ssoIdentity.findUnique({ where: { issuer_subject: key } });
  if (role === null) {
    if (bound) await db().$transaction((tx) => endSessions(tx, { userId: bound.userId }, 'revoked'));
    throw new AppError('sso_not_assigned', 'None of your groups may sign in here. Ask an admin.');
  }
  const userId = bound?.userId ?? (await db().$transaction((tx) => findOrCreate(tx, sso, claims, role)));
  const user = await db().user.findUniqueOrThrow({ where: { id: userId } });
  if (user.disabledAt !== null) throw deactivated();
  if (role !== undefined && role !== user.role) await setRole(userId, role);
  return userId;
}

async function findOrCreate(tx: Tx, sso: StoredSso, claims: Claims, role: Role | undefined): Promise<string> {
  await lockPeople(tx);
  const email = verifiedEmail(sso, claims);
  if (email === null)
    throw new AppError('sso_no_email', 'The provider sent no verified e-mail address for you. Ask an admin.');
  const known = await tx.user.findUnique({ where: { email } });
  if (!known) return create(tx, sso, claims, { email, role });
  const isAllowed = known.ssoLinkUntil !== null && known.ssoLinkUntil > new Date() && !known.service;
  if (!isAllowed)
    throw new AppError(
      'sso_account_exists',
      'There is an account with your address already. Sign in with its password and link it in your profile, or ask an admin to allow it.',
    );
  await bindIdentity(tx, sso, claims.sub, known.id);
  await audit(tx, {
    actorId: known.id,
    verb: 'account.link_sso',
    subjectKind: 'user',
    subjectId: known.id,
    data: { issuer: sso.issuer, by: 'admin' },
  });
  await tx.user.update({ where: { id: known.id }, data: { ssoLinkUntil: null } });
  return known.id;
}

/** Binds a subject to an account. @throws AppError sso_identity_taken */
export async function bindIdentity(tx: Tx, sso: StoredSso, subject: string, userId: string): Promise<void> {
  const { count } = await tx.ssoIdentity.createMany({
    data: [{ issuer: sso.issuer, subject, userId }],
    skipDuplicates: true,
  });
  if (count === 0)
    throw new AppError(
      'sso_identity_taken',
      'This account of the provider is linked to another person, or you have linked another one.',
    );
}

async function create(
  tx: Tx,
  sso: StoredSso,
  claims: Claims,
  { email, role = sso.defaultRole ?? undefined }: { email: string; role: Role | undefined },
): Promise<string> {
  if (role === undefined) throw new AppError('sso_not_assigned', 'You have no account here. Ask an admin.');
  const id = uuid();
  await tx.user.create({ data: { id, name: await freeName(tx, claims, email), email, role, emailVerified: true } });
  await bindIdentity(tx, sso, claims.sub, id);
  await audit(tx, {
    actorId: null,
    verb: 'users.add',
    subjectKind: 'user',
    subjectId: id,
    data: { role, issuer: sso.issuer },
  });
  return id;
}

/** An address counts when the provider checked it; one that it only repeats could be anybody's. */
function verifiedEmail(sso: StoredSso, claims: Claims): string | null {
  const { email, email_verified: isVerified } = claims;
  if (typeof email !== 'string' || email.length > 254 || !/^[^\s@<>]+@[^\s@<>]+$/.test(email)) return null;
  const isKnown = isVerified === true || isVerified === 'true' || (sso.trustEmail && isVerified === undefined);
  return isKnown ? email.toLowerCase() : null;
}

/** The provider's name for the person; with the address when another person has it. */
async function freeName(tx: Tx, claims: Claims, email: string): Promise<string> {
  const given = PersonName.safeParse(claims.name ?? '').data;
  for (const name of [given, given && `${given} (${email})`]) {
    if (!name || name.length > 100) continue;
    if ((await tx.user.count({ where: { name: { equals: name, mode: 'insensitive' } } })) === 0) return name;
  }
  return email.slice(0, 100);
}

/** The last admin stays one: without, nobody could put the groups right. */
async function setRole(userId: string, role: Role): Promise<void> {
  try {
    await changeUser(SYSTEM, userId, { role }, async (tx) => {
      await endSessions(tx, { userId }, 'revoked');
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.reason !== 'last_admin') throw error;
    log.warn({ userId }, 'the groups of the last admin give another role; it was not changed');
  }
}
