import { code } from './escape';

/** The session or last part of a long identity, for running text. The whole of it stands in Technical Details. */
export function shortName(principal: string): string {
  const role = /:assumed-role\/([^/]+)(?:\/(.+))?$/.exec(principal);
  if (role) return role[2] ? `role ${code(role[1])} as ${code(role[2])}` : `role ${code(role[1])}`;
  const user = /:(?:user|federated-user)\/(?:.*\/)?([^/]+)$/.exec(principal);
  if (user) return code(user[1]);
  return code(principal || 'nobody named');
}
