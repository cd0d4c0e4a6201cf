import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { databaseOwner, NOBODY } from './database-owner';
import { type EmbeddedPostgres, embeddedUrl, startEmbeddedPostgres } from './embedded-postgres';
import { nativeDir } from './postgres-files';

const asRoot = process.getuid?.() === 0;
const base = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-pgtest-'));
fs.chmodSync(base, 0o711);
const servers: EmbeddedPostgres[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(dataDir);
  servers.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows?.flat() ?? [];
  } finally {
    await client.end();
  }
}

const pidOf = (dataDir: string) =>
  Number.parseInt(fs.readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

/** What a process of another user gets when it asks the server who it is. */
function connectAs(uid: number, url: string): string {
  const script = `const pg = require('pg'); const c = new pg.Client({ connectionString: process.argv[1] });
    c.connect().then(() => c.query('SELECT current_user AS u')).then((r) => console.log('in as ' + r.rows[0].u), (e) => console.log('refused: ' + e.message)).finally(() => c.end())`;
  return execFileSync(process.execPath, ['-e', script, url], {
    uid,
    gid: uid,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, NODE_ENV: 'test' },
  });
}

// Real servers on a machine that may be busy.
describe('the embedded PostgreSQL', { timeout: 120_000 }, () => {
  const dataDir = path.join(base, 'data');

  it('lets nobody in but the user who started it', async () => {
    const { url, reused } = await start(dataDir);
    expect(reused).toBe(false);
    expect(await query(url, 'SELECT type, auth_method, user_name FROM pg_hba_file_rules')).toEqual([
      'local',
      'peer',
      ['app'],
    ]);
    if (!asRoot) return;
    const owner = databaseOwner();
    expect(fs.statSync(path.join(dataDir, 'postgres'))).toMatchObject({ uid: owner?.uid, gid: owner?.gid });
    expect(fs.statSync(`/proc/${pidOf(dataDir)}`).uid).toBe(owner?.uid);
    expect(owner?.uid).not.toBe(NOBODY);
    expect(connectAs(NOBODY, url)).toContain('refused: connect EACCES');
    // Even the server's own user, who can reach the socket, is nobody the server knows.
    expect(connectAs(owner?.uid ?? 0, url)).toMatch(/refused: .*authentication failed/);
  });

  it('takes over a server that outlived its parent, and leaves its environment bare', async () => {
    const first = await start(dataDir);
    const again = await startEmbeddedPostgres(dataDir);
    expect(again).toMatchObject({ reused: true, url: first.url });
    if (process.platform === 'linux')
      expect(fs.readFileSync(`/proc/${pidOf(dataDir)}/environ`, 'utf8')).not.toMatch(/VITEST|ANTHROPIC|SOCDOWN/);
  });

  it('starts at once after it was killed with everything else', async () => {
    const { url } = await start(dataDir);
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(pidOf(dataDir), 'SIGKILL');
    expect(await query((await start(dataDir)).url, 'SELECT answer FROM kept')).toEqual([42]);
  });

  it('starts when the number in postmaster.pid belongs to another program by now', async () => {
    const first = await start(dataDir);
    const file = path.join(dataDir, 'postgres', 'postmaster.pid');
    const before = fs.readFileSync(file, 'utf8');
    await first.stop();
    // A process of the server's own user, which PostgreSQL itself takes for a running server.
    const owner = databaseOwner();
    const other = spawn('sleep', ['60'], owner ? { ...owner, cwd: '/' } : {});
    fs.writeFileSync(file, before.replace(/^\d+/, String(other.pid)));
    if (owner) fs.chownSync(file, owner.uid, owner.gid);
    try {
      expect((await start(dataDir)).reused).toBe(false);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('does not take another cluster’s server for its own', async () => {
    const mine = await start(dataDir);
    await mine.stop();
    const otherDir = path.join(base, 'other');
    await start(otherDir);
    // Its socket and its pid file in our place, as an attacker would put them.
    for (const name of ['.s.PGSQL.5432', 'postmaster.pid'])
      fs.rmSync(path.join(dataDir, 'postgres', name), { force: true });
    fs.linkSync(path.join(otherDir, 'postgres', '.s.PGSQL.5432'), path.join(dataDir, 'postgres', '.s.PGSQL.5432'));
    fs.copyFileSync(
      path.join(otherDir, 'postgres', 'postmaster.pid'),
      path.join(dataDir, 'postgres', 'postmaster.pid'),
    );
    const { url, reused } = await start(dataDir);
    expect(reused).toBe(false);
    const folder = String(await query(url, 'SHOW data_directory'));
    expect(fs.realpathSync(folder)).toBe(fs.realpathSync(path.join(dataDir, 'postgres')));
  });

  it('works below a folder whose path is too long for a socket', async () => {
    const long = path.join(base, 'x'.repeat(60), 'y'.repeat(60));
    const { url } = await start(long);
    const folder = fs.readlinkSync(path.join(long, 'postgres.socket'));
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    expect(url).toContain(encodeURIComponent(folder));
    expect(await query(url, 'SELECT 1')).toEqual([1]);
    // The temporary folder was cleaned while it runs: a new socket, the same data.
    fs.rmSync(folder, { recursive: true });
    const again = await start(long);
    expect(again.reused).toBe(false);
    expect(await query(again.url, 'SELECT 1')).toEqual([1]);
  });

  it('opens the data folder of an earlier version: trust for everybody, run as nobody, still running', async () => {
    const old = path.join(base, 'old');
    const cluster = path.join(old, 'postgres');
    const socket = path.join(base, 'old-socket');
    const user = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
    for (const folder of [old, cluster, socket]) {
      fs.mkdirSync(folder);
      if (asRoot && folder !== old) fs.chownSync(folder, NOBODY, NOBODY);
      fs.chmodSync(folder, folder === old ? 0o755 : 0o700);
    }
    const bin = path.join(nativeDir(), 'bin');
    const options = { ...user, cwd: '/', stdio: 'ignore' as const };
    execFileSync(
      path.join(bin, 'initdb'),
      ['-D', cluster, ...'-U app -A trust -E UTF8 --no-locale'.split(' ')],
      options,
    );
    const listen = `-c listen_addresses='' -k '${socket}'`;
    const args = ['-D', cluster, '-l', path.join(cluster, 'server.log'), '-w', '-o', listen, 'start'];
    execFileSync(path.join(bin, 'pg_ctl'), args, options);
    const before = `postgresql://app@localhost/postgres?host=${encodeURIComponent(socket)}`;
    await query(before, 'CREATE DATABASE socdown');
    await query(before.replace('/postgres?', '/socdown?'), "CREATE TABLE kept AS SELECT 'a case' AS text");

    const { url, reused } = await start(old);
    expect(reused).toBe(false);
    expect(url).toBe(embeddedUrl(old));
    expect(await query(url, 'SELECT text FROM kept')).toEqual(['a case']);
    await expect(query(before, 'SELECT 1')).rejects.toThrow('ENOENT');
    if (asRoot) {
      expect(fs.statSync(path.join(cluster, 'base')).uid).toBe(databaseOwner()?.uid);
      expect(connectAs(NOBODY, url)).toContain('refused');
    }
  });
});
