import { ROLES, type Role } from '../auth/permissions';
import type { StoredSso } from './schema';

/**
 * The role that a provider's groups give. undefined: roles are set in Socdown; null: the person may not sign in.
 * A claim is a list of texts or one text; anything else is no group.
 */
export function roleOfGroups(
  sso: Pick<StoredSso, 'groups' | 'groupsClaim' | 'defaultRole'>,
  claims: object,
): Role | null | undefined {
  if (sso.groups.length === 0) return undefined;
  const given = [(claims as Record<string, unknown>)[sso.groupsClaim]].flat();
  const roles = sso.groups.filter(({ group }) => given.includes(group)).map(({ role }) => ROLES.indexOf(role));
  return roles.length > 0 ? (ROLES[Math.max(...roles)] ?? null) : sso.defaultRole;
}
