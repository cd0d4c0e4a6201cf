import ipaddr from 'ipaddr.js';
import type { EntityKind } from './schema';

/**
 * Takes the safety marks off indicators in a text: `hxxps[://]evil[.]test` → `https://evil.test`, `a[@]b`, `1[.]2[.]3[.]4`,
 * `fe80[:][:]1`, `[dot]`, `(dot)`, `{.}`. Text without such marks comes back as it is.
 */
export function refang(text: string): string {
  return text
    .replace(/\[:\/\/\]/g, '://')
    .replace(
      /\b(h)(xx)(ps?)(?=:\/\/|\[:)/gi,
      (_, h: string, xx: string, p: string) => h + (xx === 'XX' ? 'TT' : 'tt') + p,
    )
    .replace(/\bfxp(?=:\/\/|\[:)/gi, 'ftp')
    .replace(/\[\.\]|\{\.\}|(?<=\w)\(\.\)(?=\w)|\[dot\]|\(dot\)|\{dot\}/gi, '.')
    .replace(/\[@\]|\[at\]|\{at\}|(?<=\w)\(at\)(?=\w)/gi, '@')
    .replace(/\[:\]/g, ':');
}

/**
 * Makes an indicator safe to paste: nothing links or resolves it. Kinds that nothing would follow come back as they are.
 * `refang(defang(kind, value)) === value` for every value that has no such marks of its own.
 */
export function defang(kind: EntityKind, value: string): string {
  switch (kind) {
    case 'ip':
      return value.includes(':') ? value.replace(/:/g, '[:]').replace(/\./g, '[.]') : value.replace(/\./g, '[.]');
    case 'domain':
    case 'host':
      return value.replace(/\./g, '[.]');
    case 'email':
      return value.includes('@') ? atSafe(value) : value;
    case 'user':
      return /^[^\s@]+@[^\s@]+$/.test(value) ? atSafe(value) : value;
    case 'url':
      return urlSafe(value);
    default:
      return value;
  }
}

function atSafe(value: string): string {
  const at = value.lastIndexOf('@');
  return `${value.slice(0, at)}[@]${value.slice(at + 1).replace(/\./g, '[.]')}`;
}

/** The scheme can't be followed and the host can't be resolved; path and query stay readable. */
function urlSafe(value: string): string {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(value);
  if (!parts) return value.replace(/\./g, '[.]');
  const [, scheme = '', authority = '', rest = ''] = parts;
  const dead = scheme
    .replace(/^http(?=s?$)/i, (http) => `${http[0]}${http[1] === 'T' ? 'XX' : 'xx'}${http[3]}`)
    .replace(/^ftp$/i, 'fxp');
  return `${dead}://${authority.replace(/\./g, '[.]')}${rest}`;
}

/** Whether an address is of a private network: nothing outside reaches it, so it is no indicator to keep from being opened. */
export function isPrivate(value: string): boolean {
  const [address = ''] = value.split('/');
  return (
    ipaddr.isValid(address) && ['private', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.parse(address).range())
  );
}
