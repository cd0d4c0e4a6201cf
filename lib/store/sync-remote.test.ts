import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env, overrideEnv } from '../env/env';
import { publishPending } from './publish';
import { remoteState } from './remote-state';
import { ensureStore, storeDir } from './repo';
import { storeHealth } from './store-health';
import { syncRemote, syncWhenDue } from './sync-remote';
import { approve, findLosses, fsck, publishAll } from './testing-kills';
import { gitHttp, gitIn } from './testing-remote';

testDatabase();

let author: Actor;
let reviewer: Actor;
let remote = '';
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  await ensureStore();
});
beforeEach(async () => {
  remote = path.join(env().DATA_DIR, `remote-${randomBytes(4).toString('hex')}.git`);
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  overrideEnv({ STORE_REMOTE: remote });
});

const heads = () => [gitIn(storeDir(), 'rev-parse', 'main'), gitIn(remote, 'rev-parse', 'main')];
async function publish(): Promise<void> {
  await approve(author, reviewer, 1);
  await publishAll();
}
/** Somebody else's commit at the remote. */
async function pushed(files: Record<string, string>): Promise<string> {
  const clone = path.join(env().DATA_DIR, `clone-${randomBytes(4).toString('hex')}`);
  execFileSync('git', ['clone', '--quiet', remote, clone]);
  for (const [name, content] of Object.entries(files)) {
    await fs.mkdir(path.dirname(path.join(clone, name)), { recursive: true });
    await fs.writeFile(path.join(clone, name), content);
  }
  gitIn(clone, 'add', '-A');
  gitIn(clone, 'commit', '--quiet', '-m', 'By hand');
  gitIn(clone, 'push', '--quiet', 'origin', 'main');
  return gitIn(clone, 'rev-parse', 'HEAD');
}
const contains = (dir: string, oid: string) => gitIn(dir, 'merge-base', '--is-ancestor', oid, 'main') === '';

// Each starts dozens of git programs, on a machine that may be busy.
describe('a remote repository', { timeout: 180_000 }, () => {
  it('is filled, kept up to date, and left alone when there is nothing new', async () => {
    await publish();
    await syncRemote(SYSTEM);
    await publish();
    const [ours, theirs] = heads();
    expect(theirs).toBe(ours);
    await syncRemote(SYSTEM);
    expect(heads()).toEqual([ours, ours]);
    expect(await storeHealth()).toMatchObject({ status: 'ok', lastError: null });
  });

  it('has others’ commits taken in: alone, and beside new ones of ours; a case that they changed is named', async () => {
    await publish();
    await syncRemote(SYSTEM);
    const first = await pushed({ 'NOTES.md': 'one\n' });
    expect((await syncRemote(SYSTEM)).foreign).toEqual([]);
    expect(heads()).toEqual([first, first]);
    const second = await pushed({ 'NOTES.md': 'two\n', 'investigations/2025/01/01/theirs.01h00.a-b-c.md': 'x\n' });
    await publish();
    expect((await remoteState())?.foreign).toEqual(['investigations/2025/01/01/theirs.01h00.a-b-c.md']);
    const [ours, theirs] = heads();
    expect(theirs).toBe(ours);
    for (const oid of [first, second]) expect(contains(remote, oid)).toBe(true);
    expect(gitIn(remote, 'rev-list', '--min-parents=2', '--count', 'main')).toBe('0');
    expect(gitIn(remote, 'show', 'main:NOTES.md')).toBe('two');
    expect(await db().auditEntry.findFirst({ where: { verb: 'store.pull', subjectId: second } })).toMatchObject({
      data: { files: ['NOTES.md', 'investigations/2025/01/01/theirs.01h00.a-b-c.md'] },
    });
    expect(fsck()).toBe('');
    await publish();
    await syncRemote(SYSTEM);
    expect(heads()[0]).toBe(heads()[1]);
  });

  it('is never overwritten, nor is ours, when both changed the same file; the file is named to everybody', async () => {
    await publish();
    await syncRemote(SYSTEM);
    const [file = ''] = gitIn(storeDir(), 'ls-tree', '-r', '--name-only', 'main', 'investigations/')
      .split('\n')
      .filter((name) => name.endsWith('.md'));
    const theirs = await pushed({ [file]: 'their text\n' });
    const clone = path.join(env().DATA_DIR, `own-${randomBytes(4).toString('hex')}`);
    execFileSync('git', ['clone', '--quiet', storeDir(), clone]);
    await fs.writeFile(path.join(clone, file), 'our text\n');
    gitIn(clone, 'commit', '--quiet', '-am', 'Ours');
    gitIn(clone, 'push', '--quiet', 'origin', 'main');
    const ours = gitIn(storeDir(), 'rev-parse', 'main');
    await expect(syncRemote(SYSTEM)).rejects.toMatchObject({
      code: 'conflict',
      userMessage: expect.stringContaining(file),
    });
    expect(heads()).toEqual([ours, theirs]);
    expect(await storeHealth()).toMatchObject({ status: 'failing', lastError: expect.stringContaining(file) });
    // A person merges, and it continues by itself.
    gitIn(clone, 'fetch', '--quiet', remote, 'main');
    gitIn(clone, 'merge', '--quiet', '-X', 'ours', '-m', 'Merged', 'FETCH_HEAD');
    gitIn(clone, 'push', '--quiet', 'origin', 'main');
    await syncRemote(SYSTEM);
    expect(heads()[0]).toBe(heads()[1]);
    expect((await storeHealth()).status).toBe('ok');
  });

  it('with another history, unreachable, or no address at all is said, and approvals go on', async () => {
    const other = path.join(env().DATA_DIR, `other-${randomBytes(4).toString('hex')}`);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', other]);
    await fs.writeFile(path.join(other, 'x'), 'x');
    gitIn(other, 'add', 'x');
    gitIn(other, 'commit', '--quiet', '-m', 'x');
    gitIn(other, 'push', '--quiet', remote, 'main');
    await expect(syncRemote(SYSTEM)).rejects.toMatchObject({ code: 'conflict' });
    for (const address of [
      '/no/such/repository.git',
      'http://secret-token@127.0.0.1:1/x.git',
      'https://secret-token@bad host/x.git',
      'ext::sh -c touch% /tmp/owned',
      '--upload-pack=x',
    ]) {
      overrideEnv({ STORE_REMOTE: address });
      const error = await syncRemote(SYSTEM).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'AppError' });
      expect(JSON.stringify([error, (error as Error).message, (await storeHealth()).lastError])).not.toContain(
        'secret-token',
      );
    }
    await approve(author, reviewer, 1);
    expect(await publishPending()).toEqual({ published: 0, failed: 1 });
    await syncWhenDue();
    await expect(syncRemote(reviewer)).rejects.toMatchObject({ code: 'forbidden' });
    overrideEnv({ STORE_REMOTE: undefined });
    await publishAll();
    expect((await storeHealth()).status).toBe('ok');
    await expect(syncRemote(SYSTEM)).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('over https is asked with the token, which is told to nobody else; a push that was faster is taken in first', async () => {
    const certificate = path.join(env().DATA_DIR, 'certificate.pem');
    const key = path.join(env().DATA_DIR, 'key.pem');
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      { stdio: 'pipe' },
    );
    let faster: (() => Promise<unknown>) | undefined;
    const tls = { key: await fs.readFile(key), cert: await fs.readFile(certificate) };
    const serve = gitHttp(() => remote, {
      token: 't0ken',
      beforePush: async () => {
        const first = faster;
        faster = undefined;
        await first?.();
      },
    });
    const server = createServer(tls, serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const at = (token: string) => `https://${token}@127.0.0.1:${port}/${path.basename(remote)}`;
      const failed = async () => {
        const error = await syncRemote(SYSTEM).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'AppError', code: 'unavailable' });
        const { message, userMessage, logMessage } = error as Record<string, string>;
        expect(JSON.stringify([error, message, userMessage, logMessage])).not.toMatch(/t0ken/);
        return (await storeHealth()).lastError;
      };
      overrideEnv({ STORE_REMOTE: at('t0ken') });
      await approve(author, reviewer, 1);
      expect(await failed()).toContain('certificate is not trusted');
      process.env.GIT_SSL_CAINFO = certificate;
      overrideEnv({ STORE_REMOTE: at('another-t0ken') });
      expect(await failed()).toContain('it refuses our credentials');
      overrideEnv({ STORE_REMOTE: at('t0ken') });
      await publishAll();
      expect(heads()[0]).toBe(heads()[1]);

      let theirs = '';
      faster = async () => {
        theirs = await pushed({ 'FASTER.md': 'x\n' });
      };
      await publish();
      expect(heads()[0]).toBe(heads()[1]);
      expect(contains(remote, theirs)).toBe(true);
      expect(await findLosses('published', remote)).toEqual([]);
      expect(fsck()).toBe('');
      const kept = [await db().setting.findMany(), await db().auditEntry.findMany()];
      expect(JSON.stringify(kept, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
        /t0ken/,
      );
    } finally {
      delete process.env.GIT_SSL_CAINFO;
      server.close();
    }
  });
});
