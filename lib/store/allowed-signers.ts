import { SYSTEM } from '../auth/guard';
import { isPublicKey } from './ssh-signature';

/** Where the store keeps the list of its signing keys, in the form of ssh-keygen's ALLOWED SIGNERS. */
export const SIGNERS_FILE = '.socdown/allowed_signers';

/** A key, in base64, and from when on it signs nothing any more. */
export type AllowedSigner = { publicKey: string; validBefore: Date | null };
/** `after`: the last commit from before signing began; null: there was none. undefined: the file doesn't say. */
export type AllowedSigners = { signers: AllowedSigner[]; after: string | null | undefined };

/** Files of earlier versions say `after commit none`. */
const AFTER =
  /^# (?:Signing began after commit ([0-9a-f]{40})|Signing began after commit none|Signing began with the first commit)\.$/m;

/** The list as a file for `git config gpg.ssh.allowedSignersFile`. */
export function writeSigners({ signers, after }: AllowedSigners): string {
  const lines = signers.map(({ publicKey, validBefore }) => {
    const end = validBefore ? `,valid-before="${sshTime(validBefore)}"` : '';
    return `${SYSTEM.email} namespaces="git"${end} ssh-ed25519 ${publicKey}\n`;
  });
  return [
    '# The keys that sign what Socdown commits. Keep a copy elsewhere: who rewrites this repository can rewrite this file.\n',
    after ? `# Signing began after commit ${after}.\n` : '# Signing began with the first commit.\n',
    ...lines,
  ].join('');
}

/** Reads such a file, ours or one that a person wrote. Keys for something else than git, and of other kinds, are left out. */
export function readSigners(text: string): AllowedSigners {
  const began = AFTER.exec(text);
  const signers = text.split('\n').flatMap((line) => {
    if (/^\s*(?:#|$)/.test(line)) return [];
    const [, options = '', publicKey = ''] =
      /^\S+\s+((?:[a-z-]+(?:="[^"]*")?,?)*)\s*ssh-ed25519\s+([A-Za-z0-9+/=]+)(?:\s|$)/.exec(line) ?? [];
    const namespaces = optionOf(options, 'namespaces');
    if (!isPublicKey(publicKey) || (namespaces !== null && !namespaces.split(',').includes('git'))) return [];
    const end = optionOf(options, 'valid-before');
    return [{ publicKey, validBefore: end === null ? null : timeOf(end) }];
  });
  return { signers, after: began ? (began[1] ?? null) : undefined };
}

const optionOf = (options: string, name: string): string | null =>
  new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(options)?.[1] ?? null;

/** YYYYMMDDHHMMSSZ (OpenSSH 9.1 and newer), to the next full second. */
function sshTime(time: Date): string {
  const whole = new Date(Math.ceil(time.getTime() / 1000) * 1000);
  return `${whole.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`;
}

/** A time that can't be read ends a key at once: it is trusted for nothing. */
function timeOf(text: string): Date {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? new Date(0) : time;
}
