import { joined } from '../../text/phrases';
import { code } from './escape';

/** Names in a sentence, one way everywhere: up to three; of more the first two "and others". */
export const few = (names: string[]): string =>
  names.length > 3 ? `${names.slice(0, 2).join(', ')} and others` : joined(names);

/** Whom two sources call `bob` and `bob@corp.example`. */
export const loginOf = (principal: string): string => shortName(principal).replace(/@[^`]*/, '');

/** The session or last part of a long identity, for running text. Technical Details has it whole. */
export function shortName(principal: string): string {
  const role = /:assumed-role\/([^/]+)(?:\/(.+))?$/.exec(principal);
  // A permission set of IAM Identity Center is many people's: who is meant is the person.
  if (role && isPersonOf(role[1], role[2])) return code(role[2]);
  if (role) return role[2] ? `role ${code(role[1])} as ${code(role[2])}` : `role ${code(role[1])}`;
  const user = /:(?:user|federated-user)\/(?:.*\/)?([^/]+)$/.exec(principal);
  if (user) return code(user[1]);
  // An identity that a log writes as an object.
  const named = /['"](?:userName|principalId|accountId)['"]\s*:\s*['"]([^'"]+)['"]/.exec(principal)?.[1];
  // A row may tell what was done and not by whom.
  return named || principal ? code(named ?? principal) : 'someone not recorded';
}

const isPersonOf = (role = '', session = ''): boolean => role.startsWith(IDENTITY_CENTER) && session.includes('@');
const IDENTITY_CENTER = 'AWSReservedSSO_';

/** Whose session of IAM Identity Center an identity is; null: of none. */
export function personOf(principal: string): string | null {
  const [, role, session = ''] = /:assumed-role\/([^/]+)(?:\/(.+))?$/.exec(principal) ?? [];
  return isPersonOf(role, session) ? session : null;
}

/** Whether an action's name is that of a program that ran: `ProcessCreated (vssadmin.exe by cmd.exe)`, `sudo (tee)`, `EXECVE cp`. */
export const isProgram = (action: string): boolean =>
  /\.exe\b|\bprocess created\b|^(?:sudo|exec|execve|process)\b[ .(]/i.test(action);
