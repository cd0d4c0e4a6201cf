import { type Actor, authorize } from '../auth/guard';
import { requireSession } from '../auth/person-account';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { AppError, notFound } from '../errors/app-error';
import type { OwnSso } from './schema';
import { requireSso, storedSso } from './settings';

/** How long a person has to use an admin's permission. */
const ALLOWED_DAYS = 7;

/** Whether one's account is linked; null where there is no single sign-on. */
export async function readOwnSso(actor: Actor): Promise<OwnSso> {
  authorize(actor, 'account.manage');
  const sso = await storedSso();
  if (!sso?.enabled) return null;
  const where = { userId: requireSession(actor), issuer: sso.issuer };
  return { name: sso.name, linked: (await db().ssoIdentity.count({ where })) > 0 };
}

/**
 * Ends the link of one's account: from now on the password signs in. One must have one.
 * @throws AppError sso_off, sso_not_linked; forbidden without a password that works
 */
export async function unlinkSso(actor: Actor): Promise<void> {
  authorize(actor, 'account.manage');
  const userId = requireSession(actor);
  const sso = await requireSso();
  const hasPassword = (await db().account.count({ where: { userId, password: { not: null } } })) > 0;
  const isAllowed = sso.passwordsOnlyFor === null || sso.passwordsOnlyFor.includes(userId);
  if (!hasPassword || !isAllowed)
    throw new AppError('forbidden', 'Single sign-on is your only way in. Ask an admin for a password first.');
  await db().$transaction(async (tx) => {
    const { count } = await tx.ssoIdentity.deleteMany({ where: { userId, issuer: sso.issuer } });
    if (count === 0) throw new AppError('sso_not_linked', 'Your account is not linked.');
    const data = { issuer: sso.issuer };
    await audit(tx, { actorId: userId, verb: 'account.unlink_sso', subjectKind: 'user', subjectId: userId, data });
  });
}

/**
 * Lets the provider's account with the same verified address take this account, at its next sign-in within a week.
 * @throws AppError sso_off; not_found
 */
export async function allowSsoLink(actor: Actor, userId: string): Promise<{ until: string }> {
  authorize(actor, 'users.manage');
  const sso = await requireSso();
  const until = new Date(Date.now() + ALLOWED_DAYS * 86_400_000);
  await db().$transaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: userId, service: false, disabledAt: null, ssoIdentities: { none: { issuer: sso.issuer } } },
      data: { ssoLinkUntil: until },
    });
    if (count === 0) throw notFound('user');
    const data = { issuer: sso.issuer, until: until.toISOString() };
    await audit(tx, { actorId: actor.id, verb: 'users.allow_sso_link', subjectKind: 'user', subjectId: userId, data });
  });
  return { until: until.toISOString() };
}
