import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { relatedInvestigations } from '../library/related-investigations';
import { searchInvestigations } from '../library/search-investigations';
import { writeSection } from '../report/report';
import { decideReview } from '../reviews/decide-review';
import { submitReview } from '../reviews/submit-review';
import { editDraft, overrideAll, readyReport, testInvestigation } from '../reviews/testing';
import { archiveOlderThan, unarchive } from './archive';
import { writeArchive } from './archive-file';
import { checkCodename, freeCodenames } from './free-codenames';
import { listHistory, readRevision } from './history';
import { publishPending } from './publish';
import { commitFiles, ensureStore, storeDir } from './repo';
import { verifyStore } from './verify';

testDatabase();

const DAY = 'investigations/2026/01/02';
const git = (...args: string[]) => execFileSync('git', ['-C', storeDir(), ...args], { encoding: 'utf8' });
const names = () =>
  git('ls-tree', '-r', '--name-only', 'main', `${DAY}/`)
    .trim()
    .split('\n')
    .map((name) => path.basename(name));

let author: Actor;
let reviewer: Actor;
let id = '';
let codename = '';
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  await ensureStore();
  for (const words of ['The xylophone case.', 'A second one.']) {
    let text = readyReport({ classification: 'MALICIOUS' }, words);
    text = writeSection(
      text,
      'Timeline',
      '| Time | Event |\n|---|---|\n| 2026-01-02 03:00:00Z | First sign-in [E1] |\n| 2026-01-02 04:00:00Z | Key made \\| used [E2] |',
    );
    text = writeSection(text, 'Lessons Learned', '- Alert on new <keys>.');
    const one = await testInvestigation(author, text);
    id ||= one.id;
    codename ||= one.codename;
    await approve(one.id);
  }
  await publishPending();
});

async function approve(investigationId: string): Promise<void> {
  const review = await submitReview(author, investigationId);
  await decideReview(reviewer, review.id, {
    decision: 'approve',
    overrides: await overrideAll(review.id),
    revision: review.revision.id,
    note: 'Well founded.',
  });
}

describe('archive', () => {
  it('tells what it would do, and who may not', async () => {
    const head = git('rev-parse', 'main');
    expect(await archiveOlderThan(SYSTEM, { days: 30, dryRun: true })).toEqual([
      { day: '2026-01-02', investigations: 2 },
    ]);
    expect(await archiveOlderThan(SYSTEM, { days: 30, now: new Date('2026-01-20T00:00:00Z') })).toEqual([]);
    expect(git('rev-parse', 'main')).toBe(head);
    await expect(archiveOlderThan(reviewer, { days: 30 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(archiveOlderThan(SYSTEM, { days: 0 })).rejects.toMatchObject({ code: 'bad_request' });
    await expect(unarchive(SYSTEM, '2026-01-02')).rejects.toMatchObject({ code: 'not_found' });
    await expect(unarchive(SYSTEM, '../../x')).rejects.toMatchObject({ code: 'bad_request' });
  });

  it('leaves a summary and the files compressed beside it; the library reads and finds them as before; undo gives the same files', async () => {
    const before = git('rev-parse', `main:${DAY}`);
    const files = names();
    await archiveOlderThan(SYSTEM, { days: 30 });
    expect(names()).toEqual(['_daily_summary.md', 'investigations.tar.gz']);
    expect(await archiveOlderThan(SYSTEM, { days: 30 })).toEqual([]);
    const summary = git('show', `main:${DAY}/_daily_summary.md`);
    for (const words of [
      '| 🔴 MALICIOUS | 2 |',
      'T1078 Valid Accounts',
      'The xylophone case.',
      'Moment: 2026-01-02 03:00:00Z · First sign-in',
      '- Alert on new \\<keys\\>.',
    ]) {
      expect(summary).toContain(words);
    }
    const out = path.join(env().DATA_DIR, 'unpacked');
    await fs.mkdir(out);
    execFileSync('sh', [
      '-c',
      `git -C "$0" show "main:$1/investigations.tar.gz" | tar -xz -C "$2"`,
      storeDir(),
      DAY,
      out,
    ]);
    expect((await fs.readdir(out)).sort()).toEqual([...files].sort());

    const found = await searchInvestigations(author, { q: 'xylophone' });
    expect(found.items.map((item) => item.id)).toEqual([id]);
    const { items } = await listHistory(author, id);
    expect((await readRevision(author, id, items[0]?.revision ?? '')).markdown).toContain('xylophone');
    expect((await verifyStore(storeDir())).findings).toEqual([]);
    // As versions before this one wrote it, without hashes.
    const older = path.join(env().DATA_DIR, 'older.git');
    await fs.cp(storeDir(), older, { recursive: true });
    const message = git('log', '-1', '--format=%B', 'main');
    expect(message).toMatch(/Sha256: [0-9a-f]{64} investigations\.tar\.gz/);
    const [name, email] = ['Socdown', 'socdown@localhost'];
    const by = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
    const again = execFileSync(
      'git',
      ['-C', older, 'commit-tree', 'main^{tree}', '-p', 'main^', '-m', message.replace(/Sha256: .*\n/g, '')],
      { env: { ...process.env, ...by }, encoding: 'utf8' },
    );
    execFileSync('git', ['-C', older, 'update-ref', 'refs/heads/main', again.trim()]);
    expect((await verifyStore(older)).findings.map(({ problem }) => problem)).toEqual(['is not signed']);

    expect(await unarchive(SYSTEM, '2026-01-02')).toEqual({ day: '2026-01-02', investigations: 2 });
    expect(git('rev-parse', `main:${DAY}`)).toBe(before);
    expect((await verifyStore(storeDir())).findings).toEqual([]);
    const verbs = await db().auditEntry.findMany({ where: { subjectKind: 'store' }, orderBy: { id: 'asc' } });
    expect(verbs.map(({ verb }) => verb)).toEqual(['store.archive', 'store.unarchive']);
  });

  it('leaves a case that is being worked on, and takes its next text into the same archive', async () => {
    await archiveOlderThan(SYSTEM, { days: 30 });
    await editDraft(author, id, readyReport({}, 'The xylophone case, seen again.'));
    await approve(id);
    await publishPending();
    await db().investigation.update({ where: { id }, data: { status: 'draft' } });
    expect(await archiveOlderThan(SYSTEM, { days: 30 })).toEqual([]);
    await db().investigation.update({ where: { id }, data: { status: 'approved' } });
    expect(await archiveOlderThan(SYSTEM, { days: 30 })).toEqual([{ day: '2026-01-02', investigations: 1 }]);
    expect(git('show', `main:${DAY}/_daily_summary.md`)).toContain('seen again');
    expect(git('show', `main:${DAY}/_daily_summary.md`)).toContain('A second one.');
    expect((await verifyStore(storeDir())).findings).toEqual([]);
  });

  it('takes nothing out of an archive that would lie elsewhere', async () => {
    const head = git('rev-parse', 'main').trim();
    const by = { name: 'Eve', email: 'eve@example.test', at: new Date() };
    const corpus = JSON.parse(await fs.readFile('fixtures/attack-corpus/archive_entries.json', 'utf8')) as {
      payload: string;
    }[];
    for (const { payload } of corpus) {
      const content = writeArchive([{ name: payload, content: Buffer.from('x') }]);
      const files = [{ path: 'investigations/2026/01/03/investigations.tar.gz', content }];
      await commitFiles(storeDir(), { files, author: by, committer: by, message: 'x\n' }, async () => {});
      await expect(unarchive(SYSTEM, '2026-01-03'), payload).rejects.toMatchObject({ code: 'unprocessable' });
    }
    git('update-ref', 'refs/heads/main', head);
  });

  it('is remembered in what later cases are told: moments and decisions', async () => {
    const entities = [{ kind: 'ip' as const, value: '203.0.113.7' }];
    const related = await relatedInvestigations(author, { entities }, 10);
    const digest = related.find((one) => one.id !== id)?.digest ?? '';
    expect(digest).toContain('Moment: 2026-01-02 04:00:00Z · Key made');
    expect(digest).toMatch(/Decision: .* approved by Reviewer \d+ <[^>]+>: Well founded\./);
  });
});

describe('codenames', () => {
  it('are free in the database and in the store, and checked against both', async () => {
    const drawn = await freeCodenames(author, 200);
    expect(new Set(drawn).size).toBe(200);
    expect(await checkCodename(author, drawn[0] ?? '')).toBe('free');
    expect(await checkCodename(author, codename)).toBe('taken');
    const by = { name: 'Eve', email: 'eve@example.test', at: new Date() };
    const files = [{ path: `investigations/2025/01/03/pushed.01h00.${drawn[1]}.md`, content: 'x' }];
    await commitFiles(storeDir(), { files, author: by, committer: by, message: 'x\n' }, async () => {});
    expect(await checkCodename(author, drawn[1] ?? '')).toBe('taken');
    for (const wrong of ['../../x', '', '--bulk', 'no-such-codename', 'calm\u202e-brave-otter'])
      expect(await checkCodename(author, wrong)).toBe('not a codename');
    for (const list of [
      'git_paths_refs',
      'path_traversal',
      'archive_entries',
      'naughty_strings',
      'log_terminal_unicode',
    ])
      for (const { payload } of JSON.parse(await fs.readFile(`fixtures/attack-corpus/${list}.json`, 'utf8')) as {
        payload: string;
      }[])
        expect(await checkCodename(author, payload), payload).toBe('not a codename');
    await expect(freeCodenames(author, 0)).rejects.toMatchObject({ code: 'bad_request' });
  });
});
