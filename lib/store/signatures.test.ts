import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env, overrideEnv } from '../env/env';
import { readSigners, SIGNERS_FILE, writeSigners } from './allowed-signers';
import { commitFiles, ensureStore, ensureStoreLocked, initRepository, storeDir } from './repo';
import { rotateSigningKey } from './sign-store';
import { readSigning } from './signing-keys';
import { fingerprintOf, newKeyPair, publicKeyOf, signContent, signerOf } from './ssh-signature';
import { withStoreLock } from './store-lock';
import { verifyStore } from './verify';
import { readSigner } from './verify-signatures';

testDatabase();

const base = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
let clone = '';
const git = (args: string[], more: Record<string, string> = {}) =>
  execFileSync('git', ['-C', clone, '-c', 'user.name=Socdown', '-c', `user.email=${SYSTEM.email}`, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, ...base, ...more },
  }).trim();
const hasKeygen = spawnSync('ssh-keygen', ['-?'], { stdio: 'ignore' }).error === undefined;
/** Whether a commit is signed by a key of a list: asks git, which asks ssh-keygen, where there is one. */
const isSigned = (list: string, commit = 'HEAD'): boolean => {
  if (!hasKeygen) {
    const signer = readSigner(Buffer.from(`${git(['cat-file', 'commit', commit])}\n`));
    return readSigners(list).signers.some(({ publicKey }) => publicKey === signer);
  }
  const file = path.join(env().DATA_DIR, `list-${uuid()}`);
  fs.writeFileSync(file, list);
  try {
    git(['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${file}`, 'verify-commit', commit]);
    return true;
  } catch {
    return false;
  }
};
const listed = async () => (await readSigning(SYSTEM)).allowedSigners ?? '';
const problems = async (signers?: string) =>
  (await verifyStore(clone, signers === undefined ? {} : { signers })).findings.map(({ problem }) => problem);
const commit = (name: string) =>
  commitFiles(
    storeDir(),
    {
      files: [{ path: name, content: `${uuid()}\n` }],
      author: { name: 'Adà Lovelace', email: 'ada@example.test', at: new Date() },
      committer: { name: SYSTEM.name, email: SYSTEM.email, at: new Date() },
      message: `Add ${name}\n`,
    },
    async () => {},
  );
const renew = () => {
  clone = path.join(env().DATA_DIR, `clone-${uuid()}`);
  execFileSync('git', ['clone', '--quiet', storeDir(), clone]);
};

describe('a signature', () => {
  it('is of one key and one content alone', () => {
    const { privateKey, publicKey } = newKeyPair();
    const armored = signContent(privateKey, Buffer.from('text\n'));
    expect(signContent(privateKey, Buffer.from('text\n'))).toBe(armored);
    expect(signerOf(armored, Buffer.from('text\n'))).toBe(publicKey);
    expect(publicKeyOf(privateKey)).toBe(publicKey);
    expect(signerOf(armored, Buffer.from('text'))).toBeNull();
    for (const damaged of [
      '',
      armored.slice(1),
      armored.replace(/^AAAA|U1N/m, 'AAAA'),
      armored.replace(/.{9}\n-/, '\n-'),
    ])
      expect(signerOf(damaged, Buffer.from('text\n')), damaged).toBeNull();
  });

  it.skipIf(!hasKeygen)('of ssh-keygen is read, for git alone', () => {
    const folder = fs.mkdtempSync(path.join(env().DATA_DIR, 'ssh-'));
    const [key, file] = [path.join(folder, 'key'), path.join(folder, 'text')];
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    fs.writeFileSync(file, 'text\n');
    execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-f', key, '-n', 'git', file], { stdio: 'pipe' });
    const [, theirs = ''] = fs.readFileSync(`${key}.pub`, 'utf8').split(' ');
    expect(signerOf(fs.readFileSync(`${file}.sig`, 'utf8'), Buffer.from('text\n'))).toBe(theirs);
    expect(execFileSync('ssh-keygen', ['-l', '-f', `${key}.pub`], { encoding: 'utf8' })).toContain(
      fingerprintOf(theirs),
    );
    // A signature for another purpose says nothing about a commit.
    fs.rmSync(`${file}.sig`);
    execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-f', key, '-n', 'file', file], { stdio: 'pipe' });
    expect(signerOf(fs.readFileSync(`${file}.sig`, 'utf8'), Buffer.from('text\n'))).toBeNull();
  });

  it('list keeps keys and their end, and leaves out what can’t sign for git', () => {
    const { publicKey } = newKeyPair();
    const end = new Date('2026-11-29T05:06:07Z');
    const list = { signers: [{ publicKey, validBefore: end }], after: 'a'.repeat(40) };
    expect(readSigners(writeSigners(list))).toEqual(list);
    expect(readSigners(writeSigners({ signers: [], after: null }))).toEqual({ signers: [], after: null });
    const others = `me@x ssh-ed25519 ${publicKey} a comment\nx namespaces="file" ssh-ed25519 ${publicKey}\nx ssh-rsa AAAA\nx ssh-ed25519 AAAA\n`;
    expect(readSigners(others)).toEqual({ signers: [{ publicKey, validBefore: null }], after: undefined });
  });
});

describe('the store', () => {
  beforeAll(async () => {
    // As an earlier version left it: without a signature.
    await initRepository(storeDir());
    clone = path.join(env().DATA_DIR, 'first');
    execFileSync('git', ['clone', '--quiet', storeDir(), clone], { stdio: 'pipe' });
    fs.writeFileSync(path.join(clone, 'CLAUDE.md'), 'The method.\n');
    git(['add', '.']);
    git(['commit', '--quiet', '-m', 'Start']);
    git(['push', '--quiet', 'origin', 'HEAD:main']);
    await ensureStore();
    await withStoreLock(1000, ensureStoreLocked);
    await commit('one.md');
  });
  beforeEach(renew);
  afterEach(() => overrideEnv({ SOCDOWN_SECRET_KEY: undefined }));

  it('is signed from now on: git says so with the list of Settings and with its own; what is older is said to be', async () => {
    const list = await listed();
    expect(fs.readFileSync(path.join(clone, SIGNERS_FILE), 'utf8')).toBe(list);
    expect(['HEAD', 'HEAD~1', 'HEAD~2'].map((one) => isSigned(list, one))).toEqual([true, true, false]);
    const { privateKey } = newKeyPair();
    const other = writeSigners({
      signers: [{ publicKey: publicKeyOf(privateKey), validBefore: null }],
      after: undefined,
    });
    expect(isSigned(other)).toBe(false);
    for (const signers of [undefined, list]) {
      const verified = await verifyStore(clone, signers === undefined ? {} : { signers });
      const signatures = { signed: 2, before: 1, unsigned: [], isPinned: signers !== undefined };
      expect(verified).toMatchObject({ findings: [], signatures });
    }
    expect(await problems(other)).toContainEqual(expect.stringMatching(/^is signed by a key that is not in the list/));
    const key = await db().signingKey.findFirstOrThrow();
    expect(key.sealedKey).not.toContain('PRIVATE');
    expect(fs.statSync(path.join(env().DATA_DIR, 'secret.key')).mode & 0o777).toBe(0o600);
  });

  it('names what is unsigned, changed, or signed by somebody else', async () => {
    const list = await listed();
    git(['commit', '--quiet', '--allow-empty', '-m', 'Posing as Socdown']);
    expect(await problems(list)).toEqual(['is not signed']);
    git(['commit', '--quiet', '--amend', '--allow-empty', '-m', 'A rule', '--author=M <m@x.test>'], {
      GIT_COMMITTER_EMAIL: 'm@x.test',
    });
    expect(await verifyStore(clone, { signers: list })).toMatchObject({
      findings: [],
      signatures: { unsigned: [{ by: 'M <m@x.test>' }] },
    });
    // Our signature over another content.
    const theirs = git(['cat-file', 'commit', 'HEAD~1']).replace('Add one.md', 'Add two.md');
    const input = path.join(clone, '.git', 'forged');
    fs.writeFileSync(input, `${theirs}\n`);
    const oid = git(['hash-object', '-t', 'commit', '-w', input]);
    git(['reset', '--quiet', '--hard', oid]);
    expect(await problems(list)).toEqual(['has a signature that is not of its content']);
  });

  it('that somebody wrote again with keys of their own is right only by its own list', async () => {
    const real = await listed();
    const { privateKey, publicKey } = newKeyPair();
    const forged = writeSigners({ signers: [{ publicKey, validBefore: null }], after: null });
    const bare = path.join(env().DATA_DIR, `forged-${uuid()}`);
    await initRepository(bare);
    const us = { name: SYSTEM.name, email: SYSTEM.email, at: new Date() };
    const files = [{ path: SIGNERS_FILE, content: forged }];
    await commitFiles(
      bare,
      { files, author: us, committer: us, message: 'Start\n', signWith: privateKey },
      async () => {},
    );
    expect((await verifyStore(bare)).findings).toEqual([]);
    expect((await verifyStore(bare, { signers: real })).findings.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('is not in this repository'),
      expect.stringContaining('is signed by a key that is not in the list'),
      'no commit is signed by a key of the list',
    ]);
    expect((await verifyStore(bare, { signers: 'nothing' })).findings[0]?.problem).toContain('no list of signing keys');
  });

  it('gets a new key by an admin alone; the old one vouches for it, is deleted, and stays good for what it signed', async () => {
    await expect(rotateSigningKey(await testActor('lead'))).rejects.toMatchObject({ code: 'forbidden' });
    const admin = await testActor('admin');
    const before = await readSigning(admin);
    const { fingerprint, signedByOld } = await rotateSigningKey(admin);
    expect(signedByOld).toBe(true);
    await commit('two.md');
    renew();
    const after = await readSigning(await testActor('analyst'));
    expect(after.keys.map((key) => [key.fingerprint, key.retiredAt !== null])).toEqual([
      [fingerprint, false],
      [before.keys[0]?.fingerprint, true],
    ]);
    expect(await db().signingKey.count({ where: { sealedKey: null } })).toBe(1);
    const row = await db().auditEntry.findFirst({ where: { verb: 'store.signing_key', actorId: admin.id } });
    expect(row?.data).toEqual({ fingerprint });
    for (const list of [await listed(), fs.readFileSync(path.join(clone, SIGNERS_FILE), 'utf8')])
      expect(['HEAD', 'HEAD~1', 'HEAD~2', 'HEAD~3'].every((back) => isSigned(list, back))).toBe(true);
    expect(await problems()).toEqual([]);
    expect(await problems(await listed())).toEqual([]);
    // The list from before doesn't know the new key.
    expect(await problems(before.allowedSigners ?? '')).toEqual([expect.stringContaining('not in the list')]);
    const retired = (await listed()).replace(/valid-before="\d{8}/, 'valid-before="20200101');
    expect(await problems(retired)).toContainEqual(expect.stringContaining('retired before'));
  });

  it('is written by a host with another secret key too; nothing in the repository vouches for that key', async () => {
    overrideEnv({ SOCDOWN_SECRET_KEY: 'the secret key of another host' });
    await withStoreLock(1000, ensureStoreLocked);
    await commit('three.md');
    renew();
    expect(isSigned(await listed())).toBe(true);
    expect(await problems(await listed())).toEqual([]);
    expect(await problems()).toEqual([
      expect.stringMatching(/^brings the signing key SHA256:.* not signed by an earlier/),
    ]);
    // The first host continues with its own.
    overrideEnv({ SOCDOWN_SECRET_KEY: undefined });
    const keys = await db().signingKey.count();
    await commit('four.md');
    expect(await db().signingKey.count()).toBe(keys);
  });
});
