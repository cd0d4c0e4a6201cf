import fs from 'node:fs';

/** The user that the embedded server runs as, when that is not this process's own. */
export type DatabaseOwner = { uid: number; gid: number };

/** Ids that no distribution gives to anybody (systemd's "unused" range): no other service runs as one of them. */
const FIRST_UNUSED = 60_700;
const LAST_UNUSED = 60_799;

/** Has an entry in /etc/passwd everywhere. `initdb`, and nothing else, needs one. */
export const NOBODY = 65_534;

/**
 * PostgreSQL refuses to run as root. Started by root it runs under ids of its own, not as `nobody`: whoever shares the
 * server's user id can write its files and is its superuser. Undefined when this process is not root.
 */
export function databaseOwner(): DatabaseOwner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const taken = new Set([...idsIn('/etc/passwd'), ...idsIn('/etc/group')]);
  for (let id = FIRST_UNUSED; id <= LAST_UNUSED; id += 1) if (!taken.has(id)) return { uid: id, gid: id };
  throw new Error(
    `The user ids ${FIRST_UNUSED} to ${LAST_UNUSED} are all taken. Set DATABASE_URL, or start as a user.`,
  );
}

/** The third field of /etc/passwd and /etc/group. */
function idsIn(file: string): number[] {
  try {
    return fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => Number(line.split(':')[2]));
  } catch {
    return [];
  }
}
