import { z } from 'zod';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
import { ACCESS_CHANNEL } from './access-channel';
import { type Actor, authorize } from './guard';
import { asRole, ROLES } from './permissions';

const KEY = 'auth.two_factor';

/** The roles whose people need a second factor; people of these can do nothing before they have set it up. */
export const TwoFactorPolicy = z.strictObject({ roles: z.array(z.enum(ROLES)).max(ROLES.length) });
export type TwoFactorPolicy = z.infer<typeof TwoFactorPolicy>;

export async function readTwoFactorPolicy(actor: Actor): Promise<TwoFactorPolicy> {
  authorize(actor, 'settings.read');
  return storedPolicy();
}

/** Holds at once, in open streams too. */
export async function setTwoFactorPolicy(actor: Actor, input: TwoFactorPolicy): Promise<TwoFactorPolicy> {
  authorize(actor, 'users.manage');
  const asked = TwoFactorPolicy.parse(input);
  const value = { roles: ROLES.filter((role) => asked.roles.includes(role)) };
  await db().$transaction(async (tx) => {
    await writeSetting(tx, KEY, value);
    const line = { verb: 'settings.two_factor', subjectKind: 'setting', subjectId: KEY, data: value };
    await audit(tx, { actorId: actor.id, ...line });
    await tx.$executeRaw`
      SELECT pg_notify(${ACCESS_CHANNEL}, id) FROM users WHERE role = ANY(${value.roles}::text[]) AND NOT two_factor_enabled`;
  });
  return value;
}

/** Whether this person must set up a second factor before anything else. Where single sign-on began the session, its provider asks for one. */
export async function mustEnroll(
  user: { role: string; twoFactorEnabled: boolean },
  sessionId: string | undefined,
): Promise<boolean> {
  if (user.twoFactorEnabled || !(await needsTwoFactor(user.role))) return false;
  return sessionId === undefined || (await db().ssoSession.count({ where: { sessionId } })) === 0;
}

/** Whether the policy demands a second factor of this role; a role that isn't known counts as analyst */
export async function needsTwoFactor(role: string): Promise<boolean> {
  return (await storedPolicy()).roles.includes(asRole(role));
}

async function storedPolicy(): Promise<TwoFactorPolicy> {
  return (await readSetting(KEY, TwoFactorPolicy)) ?? { roles: [] };
}
