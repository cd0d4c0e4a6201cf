import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { readyReport, testInvestigation } from '../reviews/testing';
import { backup } from './backup';
import { readBranch } from './branch';
import { ensureStore, storeDir } from './repo';
import { finishRestore, partOf, restore } from './restore';
import { packTar, readTar } from './tar';
import { approve, publishAll } from './testing-kills';
import { restoreUnderLoad } from './testing-restores';
import { verifyStore } from './verify';

testDatabase();

const RESTORES = 2;

let author: Actor;
let reviewer: Actor;
let file = '';
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  await ensureStore();
  await approve(author, reviewer, 3);
  await publishAll();
  file = path.join(env().DATA_DIR, 'backup.tar.gz');
  await backup(SYSTEM, file);
});

describe('backup and restore', () => {
  it(`agree with each other over ${RESTORES} restores of backups that were made under load`, async () => {
    for (let round = 0; round < RESTORES; round++) {
      const { problems, revisions } = await restoreUnderLoad(author, reviewer, inject('adminUrl'));
      expect(problems).toEqual([]);
      expect(revisions).toBeGreaterThanOrEqual(3);
    }
  }, 180_000);

  it('is a file for its owner alone, whole or not there', async () => {
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    expect((await fs.readdir(env().DATA_DIR)).filter((name) => name.includes('partial'))).toEqual([]);
    await expect(backup(SYSTEM, path.join(env().DATA_DIR, 'no/such/folder/b'))).rejects.toThrow();
    await expect(backup(reviewer, file)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(restore(reviewer, file)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('puts everything back, keeps the repository that was there, and numbers go on after those that were used', async () => {
    const head = await readBranch(storeDir());
    const sequence = await lastAudit();
    await expect(restore(SYSTEM, file)).rejects.toMatchObject({ code: 'conflict' });
    const later = await testInvestigation(author, readyReport({}, 'Made after the backup.'));
    await approve(author, reviewer, 1);
    await publishAll();
    const done = await restore(SYSTEM, file, { replace: true });
    expect(await readBranch(done.before ?? '')).not.toBe(head);
    expect(await db().investigation.findUnique({ where: { id: later.id } })).toBeNull();
    expect(done.head).toBe(await readBranch(storeDir()));
    expect((await verifyStore(storeDir())).findings.filter(({ where }) => !where.endsWith('.audit.jsonl'))).toEqual([]);
    const { id } = await db().auditEntry.create({ data: { verb: 'x', subjectKind: 'x', subjectId: 'x' } });
    expect(Number(id)).toBeGreaterThan(0);
    expect(Number(id)).toBeLessThanOrEqual(sequence + 40);
    expect(await db().setting.findUnique({ where: { key: 'restore.swap' } })).toBeNull();
  });

  it('that was cut off between database and repository is finished by the next start', async () => {
    const fresh = `${storeDir()}.restoring`;
    await fs.cp(storeDir(), fresh, { recursive: true });
    await fs.writeFile(path.join(fresh, 'description'), 'the restored one\n');
    await db().setting.create({ data: { key: 'restore.swap', value: {} } });
    expect(await finishRestore()).toContain('before-restore');
    expect(await fs.readFile(path.join(storeDir(), 'description'), 'utf8')).toBe('the restored one\n');
    expect(await finishRestore()).toBeNull();
  });

  it('refuses what is cut off, changed, or not of ours, and leaves everything as it was', async () => {
    const zipped = await fs.readFile(file);
    const tar = gunzipSync(zipped);
    const entries: { name: string; content: Buffer }[] = [];
    for await (const { name, body } of readTar(Readable.from([tar]))) entries.push({ name, content: await read(body) });
    const without = (name: string) => entries.filter((entry) => !entry.name.startsWith(name));
    const bad: Buffer[] = [
      zipped.subarray(0, zipped.length >> 1),
      Buffer.concat([
        zipped.subarray(0, zipped.length >> 1),
        Buffer.from([1, 2, 3]),
        zipped.subarray((zipped.length >> 1) + 3),
      ]),
      Buffer.from('no archive at all'),
      ...[without('complete.json'), without('manifest.json'), without('store/'), without('database/users')].map(
        (list) => gzipSync(packTar(list)),
      ),
    ];
    const head = await readBranch(storeDir());
    const investigations = await db().investigation.count();
    for (const [index, bytes] of bad.entries()) {
      const name = path.join(env().DATA_DIR, `bad-${index}`);
      await fs.writeFile(name, bytes);
      await expect(restore(SYSTEM, name, { replace: true }), `${index}`).rejects.toMatchObject({
        code: 'unprocessable',
      });
    }
    const corpus = [];
    for (const list of ['archive_entries', 'path_traversal', 'git_paths_refs'])
      corpus.push(
        ...(JSON.parse(await fs.readFile(`fixtures/attack-corpus/${list}.json`, 'utf8')) as { payload?: string }[]),
      );
    const hostile = corpus.flatMap(({ payload }) => (typeof payload === 'string' && payload !== '' ? [payload] : []));
    expect(hostile.length).toBeGreaterThan(100);
    // Each of them, as it comes out of an archive; a few all the way.
    const named: string[] = [];
    for await (const entry of readTar(
      Readable.from([packTar(hostile.map((name) => ({ name, content: tar.subarray(0, 1) })))]),
    ))
      named.push(entry.name);
    expect(named).toHaveLength(hostile.length);
    for (const name of named)
      for (const below of ['', 'store/', 'store/objects/', 'database/', 'database/users/'])
        expect(partOf(below + name), below + name).toEqual({});
    const names = [
      ...hostile.filter((_, n) => n % 100 === 0),
      'store/hooks/post-update',
      'store/config',
      'store/objects/../../x',
      'database/../x.jsonl',
    ];
    for (const [index, name] of names.entries()) {
      const [manifest] = entries;
      const archive = path.join(env().DATA_DIR, 'hostile');
      await fs.writeFile(
        archive,
        gzipSync(packTar([...(manifest ? [manifest] : []), { name, content: Buffer.from('x') }])),
      );
      await expect(restore(SYSTEM, archive, { replace: true }), `${index} ${name}`).rejects.toMatchObject({
        code: 'unprocessable',
      });
    }
    expect(await readBranch(storeDir())).toBe(head);
    expect(await db().investigation.count()).toBe(investigations);
    expect((await fs.readdir(env().DATA_DIR)).filter((name) => name.includes('restoring') || name === 'x')).toEqual([]);
  }, 120_000);
});

async function lastAudit(): Promise<number> {
  const row = await db().auditEntry.findFirst({ orderBy: { id: 'desc' } });
  return Number(row?.id ?? 0);
}

async function read(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
