import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { searchInvestigations } from '../library/search-investigations';
import { writeArchive } from './archive-file';
import { listHistory } from './history';
import { importRepository } from './import-repository';
import { ensureStore, storeDir } from './repo';
import { verifyStore } from './verify';

testDatabase();

const ORIGINAL = 'fixtures/original-project';
const git = (...args: string[]) => execFileSync('git', ['-C', storeDir(), ...args], { encoding: 'utf8' });

let admin: Actor;
beforeAll(async () => {
  admin = await testActor('admin');
  await ensureStore();
});

describe('import of a repository of the original project', () => {
  it('says what it understood before it takes anything, and refuses who may not', async () => {
    const head = git('rev-parse', 'main');
    const report = await importRepository(admin, ORIGINAL, { dryRun: true });
    expect(report).toMatchObject({ archivedDays: ['2025/08/01'], skipped: [] });
    expect(report.imported).toMatchObject([
      { codename: 'bold-gentle-falcon', classification: 'BENIGN', notes: [] },
      {
        codename: 'silent-ceramic-tortoise',
        classification: 'MALICIOUS',
        notes: ['Assessed Severity "High-Critical" is not a known severity'],
      },
      {
        codename: 'swift-clever-nebula',
        classification: null,
        notes: expect.arrayContaining([
          expect.stringContaining('names several'),
          'Confidence "Medium" has no number',
          expect.stringContaining('is not the codename'),
        ]),
      },
    ]);
    expect(git('rev-parse', 'main')).toBe(head);
    await expect(importRepository(await testActor('lead'), ORIGINAL)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(importRepository(SYSTEM, ORIGINAL)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(importRepository(admin, env().DATA_DIR)).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('takes them into library and store, once', async () => {
    await importRepository(admin, ORIGINAL);
    const { items } = await searchInvestigations(admin, { q: '203.0.113.9' });
    expect(items).toMatchObject([
      {
        codename: 'silent-ceramic-tortoise',
        title: 'Multiple failed IAM operations',
        status: 'approved',
        classification: 'MALICIOUS',
        confidence: 95,
        severity: 'medium',
        assessedSeverity: 'critical',
        techniques: ['T1098'],
        path: 'investigations/2025/09/05/iam-failures.21h25.silent-ceramic-tortoise.md',
      },
    ]);
    const history = await listHistory(admin, items[0]?.id ?? '');
    expect(history.items).toMatchObject([{ number: 1, reviewer: null, commit: git('rev-parse', 'main').trim() }]);
    expect(git('show', `main:${items[0]?.path}`)).toContain('**Key Finding**: **Keys of three people**');
    expect(await db().investigation.findUniqueOrThrow({ where: { codename: 'swift-clever-nebula' } })).toMatchObject({
      status: 'draft',
    });
    expect((await verifyStore(storeDir())).findings).toEqual([]);

    const again = await importRepository(admin, ORIGINAL);
    expect(again.imported).toEqual([]);
    expect(again.skipped.map(({ why }) => why)).toEqual(Array(3).fill('it is here already'));
  });

  it('continues where it was cut off between store and database', async () => {
    await db().investigation.deleteMany({ where: { codename: 'bold-gentle-falcon' } });
    const head = git('rev-parse', 'main');
    expect((await importRepository(admin, ORIGINAL)).imported).toHaveLength(1);
    expect(git('rev-parse', 'main')).toBe(head);
  });

  it('is bounded: FIFOs, large files and archives that unfold to gigabytes are skipped with the reason', async () => {
    const root = await fs.mkdtemp(path.join(env().DATA_DIR, 'import-'));
    const day = path.join(root, 'investigations/2025/09/06');
    const bombDay = path.join(root, 'investigations/2025/09/07');
    await fs.mkdir(day, { recursive: true });
    await fs.mkdir(bombDay, { recursive: true });
    execFileSync('mkfifo', [path.join(day, 'waits.09h00.calm-quiet-river.md')]);
    await fs.writeFile(path.join(day, 'large.09h00.calm-quiet-lake.md'), Buffer.alloc(2_000_001, 0x20));
    const zeros = Buffer.alloc(100_000_000);
    const bomb = writeArchive(['a', 'b', 'c', 'd'].map((name) => ({ name: `${name}.md`, content: zeros })));
    expect(bomb.length).toBeLessThan(1_000_000);
    await fs.writeFile(path.join(bombDay, 'investigations.tar.gz'), bomb);
    const report = await importRepository(admin, root, { dryRun: true });
    expect(report.imported).toEqual([]);
    expect(report.skipped.map(({ why }) => why).sort()).toEqual([
      'it is larger than 2 MB',
      'it is not a regular file',
      'the archive can’t be read',
    ]);
  });

  it('takes nothing that lies or leads elsewhere', async () => {
    const dir = await fs.mkdtemp(path.join(env().DATA_DIR, 'hostile-'));
    const day = path.join(dir, 'investigations/2025/10/01');
    await fs.mkdir(day, { recursive: true });
    await fs.symlink('/etc/passwd', path.join(day, 'link.01h00.a-b-c.md'));
    await fs.writeFile(path.join(day, 'no-time.md'), 'x');
    await fs.writeFile(path.join(day, 'binary.01h00.a-b-d.md'), Buffer.from([0xff, 0xfe, 0]));
    await fs.mkdir(path.join(dir, 'investigations/2025/13/45'), { recursive: true });
    await fs.writeFile(path.join(dir, 'investigations/2025/13/45/x.01h00.a-b-e.md'), 'x');
    const corpus = ['path_traversal', 'git_paths_refs', 'archive_entries'].map(
      (name) => `fixtures/attack-corpus/${name}.json`,
    );
    const payloads = (await Promise.all(corpus.map((file) => fs.readFile(file, 'utf8')))).flatMap(
      (text) => JSON.parse(text) as { payload?: unknown }[],
    );
    const names = payloads.flatMap(({ payload }) => (typeof payload === 'string' && payload !== '' ? [payload] : []));
    const content = Buffer.from('# Investigation: x\n');
    await fs.writeFile(path.join(day, 'investigations.tar.gz'), writeArchive(names.map((name) => ({ name, content }))));
    const titles = ['naughty_strings', 'log_terminal_unicode'].map((name) => `fixtures/attack-corpus/${name}.json`);
    const texts = (await Promise.all(titles.map((file) => fs.readFile(file, 'utf8')))).flatMap(
      (text) => JSON.parse(text) as { payload?: unknown }[],
    );
    const letters = (n: number) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    let good = 0;
    const refused: string[] = [];
    for (const [n, { payload }] of texts.entries()) {
      if (typeof payload !== 'string') continue;
      // What no text file can hold, or PostgreSQL, is refused by name; all else comes in as it is.
      const unfit = /\0|\ufffd|\p{Cs}/u.test(payload);
      if (unfit) refused.push(`title.02h00.x-y-${letters(n)}.md`);
      else good += 1;
      await fs.writeFile(
        path.join(day, `title.02h00.x-y-${letters(n)}.md`),
        `# Investigation: ${payload}\n\n**Alert ID**: ${payload}\n\n## Timeline\n${payload}\n`,
      );
    }
    const before = new Set(await fs.readdir(env().DATA_DIR));
    const report = await importRepository(admin, dir);
    expect(good).toBeGreaterThan(250);
    expect(report.imported).toHaveLength(good);
    for (const name of refused) expect(report.skipped.map(({ path: file }) => path.basename(file))).toContain(name);
    expect(report.skipped).toContainEqual({
      path: 'investigations/2025/10/01/link.01h00.a-b-c.md',
      why: 'it is a link',
    });
    expect(report.skipped.filter(({ path: file }) => /no-time|binary|a-b-e/.test(file))).toHaveLength(3);
    const files = git('ls-tree', '-r', '-z', '--name-only', 'main').split('\0').filter(Boolean);
    for (const file of files) expect(file).toMatch(/^(?:investigations\/\d{4}\/\d{2}\/\d{2}\/[\w.-]+\.md|[\w./-]+)$/);
    expect(new Set(await fs.readdir(env().DATA_DIR))).toEqual(before);
    expect(
      execFileSync('git', ['-C', storeDir(), 'fsck', '--strict', '--full', '--no-dangling'], {
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    ).toBe('');
    expect((await verifyStore(storeDir())).findings).toEqual([]);
  });
});
