import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { prepareDataDir, privateFolder } from './data-dir';
import { type DatabaseOwner, databaseOwner, NOBODY } from './database-owner';
import {
  clusterDir,
  giveCluster,
  isPrivate,
  makeSocketDir,
  nativeDir,
  ownerId,
  SOCKET_FILE,
  socketDir,
} from './postgres-files';
import { clearKilledServer, findServer, stopServer } from './postgres-process';

const run = promisify(execFile);
const DATABASE = 'socdown';
const START_ATTEMPTS = 3;
/** How long a server that recovers from a crash is waited for. */
const READY_MS = 60_000;
/** SQLSTATE cannot_connect_now. */
const STARTING_UP = '57P03';

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
 * A server of this cluster that survived a kill -9 of its parent is reused; nothing else that answers is. Only the user who
 * starts the product gets in (peer authentication). As root, the server runs under a user id of its own.
 * @throws Error with the server's own log when it can't start.
 */
export async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  prepareDataDir(dataDir);
  const owner = databaseOwner();
  const cluster = clusterDir(dataDir, owner);
  const exec = programsOf(owner);
  if (!fs.existsSync(path.join(cluster, 'PG_VERSION'))) await makeCluster(cluster, owner, exec);

  const reused = await isReusable(dataDir, cluster, owner);
  if (!reused) {
    const other = findServer(cluster);
    if (other) await stopServer(other);
    await clearKilledServer(cluster);
    if (owner) giveCluster(cluster, owner);
    makeSocketDir(dataDir, owner);
    for (const [name, text] of Object.entries(accessFiles())) replaceFile(path.join(cluster, name), text, owner);
    await startServer(dataDir, cluster, exec);
  }
  await requireOwnServer(dataDir, cluster, owner);
  await createDatabase(dataDir);
  const stop = async () => {
    await exec('pg_ctl', ['-D', cluster, '-m', 'fast', '-w', 'stop']).catch(() => {});
  };
  return { url: embeddedUrl(dataDir), reused, stop };
}

/** Who may connect: whom the kernel says is the user that starts the product, as the database user `app`, by the socket. */
function accessFiles(): { 'pg_hba.conf': string; 'pg_ident.conf': string } {
  const note = '# Written by Socdown at each start.\n';
  return {
    'pg_hba.conf': `${note}local all app peer map=socdown\n`,
    'pg_ident.conf': `${note}socdown "${userName()}" app\n`,
  };
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch (error) {
    throw new Error(
      `This process's user id has no entry in /etc/passwd, which PostgreSQL needs. Set DATABASE_URL, or add one.`,
      { cause: error },
    );
  }
}

/** Whether this cluster's server runs as it should: as its user, at its socket, for nobody else. An earlier version's does not. */
async function isReusable(dataDir: string, cluster: string, owner: DatabaseOwner | undefined): Promise<boolean> {
  const server = findServer(cluster);
  if (!server || server.uid !== ownerId(owner) || !isPrivate(socketDir(dataDir), owner)) return false;
  for (const [name, text] of Object.entries(accessFiles()))
    if (fs.readFileSync(path.join(cluster, name), 'utf8') !== text) return false;
  return fs.existsSync(path.join(socketDir(dataDir), SOCKET_FILE)) && (await isAnswering(dataDir));
}

/** A server that was killed a moment ago still has its process and its socket for a while, and ends every connection. */
async function isAnswering(dataDir: string): Promise<boolean> {
  try {
    await identityOf(dataDir);
    return true;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (/^(?:ECONNRESET|ECONNREFUSED|EPIPE|ENOENT)$/.test(code ?? '') || /Connection terminated/.test(message))
      return false;
    throw error;
  }
}

/**
 * Makes sure that what answers at the socket is the server of this cluster.
 * @throws Error when it is another one, or none within a minute (it may be recovering from a crash).
 */
async function requireOwnServer(dataDir: string, cluster: string, owner: DatabaseOwner | undefined): Promise<void> {
  const socket = path.join(socketDir(dataDir), SOCKET_FILE);
  const stat = fs.lstatSync(socket);
  if (!stat.isSocket() || stat.uid !== ownerId(owner))
    throw new Error(`${socket} is not a socket of Socdown's PostgreSQL. Remove it and start again.`);
  const { id, folder } = await identityOf(dataDir);
  if (id !== systemIdentifier(cluster) || fs.realpathSync(folder) !== fs.realpathSync(cluster))
    throw new Error(`Another PostgreSQL (of ${folder}) answers at ${socket}. Stop it and start again.`);
}

async function identityOf(dataDir: string): Promise<{ id: string; folder: string }> {
  for (const end = Date.now() + READY_MS; ; await delay(200)) {
    const client = new pg.Client({ connectionString: embeddedUrl(dataDir, 'postgres'), connectionTimeoutMillis: 5000 });
    try {
      await client.connect();
      const { rows } = await client.query<{ id: string; folder: string }>(
        "SELECT system_identifier::text AS id, current_setting('data_directory') AS folder FROM pg_control_system()",
      );
      return rows[0] as { id: string; folder: string }; // the function answers one row
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== STARTING_UP || Date.now() > end) throw error;
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** The first field of pg_control: made by initdb, and never the same for two clusters. */
function systemIdentifier(cluster: string): string {
  return fs
    .readFileSync(path.join(cluster, 'global', 'pg_control'))
    .readBigUInt64LE(0)
    .toString();
}

type Exec = (program: string, args: string[], user?: DatabaseOwner) => Promise<unknown>;

/** Runs PostgreSQL's programs as the server's user, without our own environment: there are keys in it. */
function programsOf(owner: DatabaseOwner | undefined): Exec {
  const bin = path.join(nativeDir(), 'bin');
  const kept = ['PATH', 'TZ', 'TMPDIR', 'HOME', 'SystemRoot'].filter((name) => process.env[name] !== undefined);
  const { NODE_ENV } = process.env;
  const env = { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), NODE_ENV, LC_ALL: 'C' };
  return (program, args, user = owner) => run(path.join(bin, program), args, { ...user, cwd: '/', env });
}

/**
 * Under another name until it is complete: an interrupted initdb must not block the next start. initdb needs a user with a
 * name, which the server's has not: it runs as nobody with the server's group, in a folder that only this group can enter.
 */
async function makeCluster(cluster: string, owner: DatabaseOwner | undefined, exec: Exec): Promise<void> {
  const around = `${cluster}.init`;
  for (const leftover of [around, `${cluster}.new`]) fs.rmSync(leftover, { recursive: true, force: true });
  fs.mkdirSync(around, { mode: 0o700 });
  if (owner) {
    fs.chownSync(around, 0, owner.gid);
    fs.chmodSync(around, 0o710);
  }
  const unfinished = path.join(around, 'cluster');
  const maker = owner && { uid: NOBODY, gid: owner.gid };
  privateFolder(unfinished, maker);
  await exec('initdb', ['-D', unfinished, ...INITDB_OPTIONS], maker);
  if (owner) giveCluster(unfinished, owner);
  fs.renameSync(unfinished, cluster);
  fs.rmSync(around, { recursive: true });
}

/** Nobody gets in by the rules that initdb writes: ours replace them before the first start. */
const INITDB_OPTIONS = '-U app --auth=reject -E UTF8 --no-locale --no-instructions'.split(' ');

async function startServer(dataDir: string, cluster: string, exec: Exec): Promise<void> {
  const logFile = path.join(cluster, 'server.log');
  const folder = socketDir(dataDir);
  // Relative to the cluster where it can be: the server's own limit on the path's length is the same as the client's.
  const listen = fs.realpathSync(folder) === fs.realpathSync(cluster) ? '.' : folder;
  const options = `-c listen_addresses='' -c max_connections=200 -c unix_socket_permissions=0700 -k '${listen}'`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await exec('pg_ctl', ['-D', cluster, '-l', logFile, '-w', '-t', '60', '-o', options, 'start']);
      return;
    } catch (error) {
      const tail = fs.existsSync(logFile) ? fs.readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n') : '';
      // Shared memory of a server that was killed a moment ago.
      if (attempt < START_ATTEMPTS && /is still in use|lock file .* already exists/.test(tail)) {
        await delay(1000 * attempt);
        continue;
      }
      throw new Error(`PostgreSQL did not start from ${cluster}:\n${tail}`, { cause: error });
    }
  }
}

/** Replaces a file in the server's folder. Never through a link that somebody put there. */
function replaceFile(file: string, text: string, owner: DatabaseOwner | undefined): void {
  const fresh = `${file}.${process.pid}`;
  fs.rmSync(fresh, { force: true });
  const handle = fs.openSync(fresh, 'wx', 0o600);
  try {
    fs.writeFileSync(handle, text);
    if (owner) fs.fchownSync(handle, owner.uid, owner.gid);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(fresh, file);
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
