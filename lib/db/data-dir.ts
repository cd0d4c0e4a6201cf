import fs from 'node:fs';
import path from 'node:path';
import { type DatabaseOwner, databaseOwner } from './database-owner';

const OTHERS = 0o077;
const STICKY = 0o1000;

/** What Socdown keeps there; other names in the folder are not ours to close. `postgres` belongs to the server's user. */
const OURS = /^(?:investigations\.git|cache|secret\.key|web\.lock|worker\.lock)/;

/**
 * Makes DATA_DIR and closes it to other users: for every program that writes there, before anything else. What an earlier
 * version left open is closed. Sets the process's umask, so that later files are private too.
 * When root starts the product, the folder's group is the database server's own, which may pass through and no more.
 * @throws Error naming the folder when it can't be made or used.
 */
export function prepareDataDir(dataDir: string): void {
  makeFolder(dataDir);
  becomeDataOwner(dataDir);
  process.umask(0o077);
  const owner = databaseOwner();
  try {
    const stat = fs.statSync(dataDir);
    if (dataDir === path.parse(dataDir).root || stat.mode & STICKY)
      throw new Error('other programs use this folder too');
    if (owner) fs.chownSync(dataDir, -1, owner.gid);
    if (owner || stat.uid === process.getuid?.()) fs.chmodSync(dataDir, owner ? 0o710 : 0o700);
    for (const name of fs.readdirSync(dataDir)) if (OURS.test(name)) closeToOthers(path.join(dataDir, name));
  } catch (error) {
    throw unusable(dataDir, error);
  }
}

/** Level by level: Node's own `recursive` never returns where the file system refuses new folders with ENOENT (/proc). */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let level = path.resolve(folder); !exists(level); level = path.dirname(level)) missing.unshift(level);
  for (const level of missing) {
    try {
      fs.mkdirSync(level);
      // The folders above are no secret, and the database server's user has to pass through.
      if (level !== missing.at(-1) && databaseOwner()) fs.chmodSync(level, 0o711);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(folder, error);
    }
  }
  let usable = false;
  try {
    usable = fs.statSync(folder).isDirectory();
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    throw unusable(folder, error);
  }
  if (!usable) throw new Error(`DATA_DIR ${folder} is a file, not a folder. Set another DATA_DIR.`);
}

/** A link counts, wherever it leads. */
function exists(file: string): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // below a file, or below a folder that we may not enter: making it says which
  }
}

/** An entry that others can enter or read is closed with all that is in it; a closed one is not walked again. */
function closeToOthers(file: string): void {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat || stat.isSymbolicLink() || (stat.mode & OTHERS) === 0) return;
  if (!stat.isDirectory() && !stat.isFile()) return;
  const uid = process.getuid?.();
  if (uid !== 0 && stat.uid !== uid) return; // another user's to change
  // From the outside in: nobody reads below a folder that is closed already.
  fs.chmodSync(file, stat.mode & 0o700);
  if (stat.isDirectory()) for (const name of fs.readdirSync(file)) closeToOthers(path.join(file, name));
}

function unusable(folder: string, error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new Error(`DATA_DIR ${folder} can't be used: ${REASONS[code] ?? message}. Set another DATA_DIR.`, {
    cause: error,
  });
}

const REASONS: Record<string, string> = {
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ELOOP: 'its links lead in a circle',
};

/** A folder only the owner can enter. */
export function privateFolder(folder: string, owner: DatabaseOwner | undefined): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (fs.lstatSync(folder).isSymbolicLink())
    throw new Error(`${folder} is a link, not a folder. Remove it and start again.`);
  if (owner) fs.chownSync(folder, owner.uid, owner.gid);
  fs.chmodSync(folder, 0o700);
}

/**
 * Root on the data folder of an installation that another user runs becomes that user, so that a command leaves no files
 * behind that the service can't read or replace. Before anything is written.
 */
function becomeDataOwner(dataDir: string): void {
  if (process.getuid?.() !== 0) return;
  const folder = fs.statSync(dataDir, { throwIfNoEntry: false });
  const cluster = fs.statSync(path.join(dataDir, 'postgres'), { throwIfNoEntry: false });
  const store = fs.statSync(path.join(dataDir, 'investigations.git'), { throwIfNoEntry: false });
  // A folder that was only mounted or made by somebody else is root's installation as soon as root starts it.
  const theirs = cluster ?? store;
  if (!folder || folder.uid === 0 || !theirs || theirs.uid !== folder.uid) return;
  process.setgroups?.([]);
  process.setgid?.(folder.gid);
  process.setuid?.(folder.uid);
}
