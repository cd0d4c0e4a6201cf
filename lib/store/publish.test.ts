import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { parseReport } from '../report/report';
import { approvedRevision, editDraft, readyReport, testInvestigation } from '../reviews/testing';
import { listHistory, readRevision } from './history';
import { publishPending } from './publish';
import { readStoreFile } from './read-store-file';
import { commitFiles, ensureStore, storeDir } from './repo';
import { storeHealth } from './store-health';
import { withStoreLock } from './store-lock';

testDatabase();

const git = (...args: string[]) => execFileSync('git', ['-C', storeDir(), ...args], { encoding: 'utf8' });
const fsck = () =>
  execFileSync('git', ['-C', storeDir(), 'fsck', '--strict', '--full', '--no-dangling'], {
    encoding: 'utf8',
    stdio: 'pipe',
  });

let author: Actor;
let reviewer: Actor;
let shipped: string;
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  shipped = path.join(storeDir(), '..', 'shipped');
  await fs.mkdir(path.join(shipped, '.claude/commands'), { recursive: true });
  await fs.mkdir(path.join(shipped, '.git'));
  await fs.writeFile(path.join(shipped, 'CLAUDE.md'), '# The method\n');
  await fs.writeFile(path.join(shipped, '.claude/commands/investigate_alert.md'), 'Look.\n');
  await fs.writeFile(path.join(shipped, '.git/config'), 'not for the store\n');
  await ensureStore(shipped);
});

describe('the store', () => {
  it('is created once as an ordinary bare repository with the shipped content', async () => {
    const head = git('rev-parse', 'HEAD');
    await Promise.all([ensureStore(shipped), ensureStore(shipped), ensureStore(shipped)]);
    expect(git('rev-parse', 'HEAD')).toBe(head);
    expect(git('rev-list', '--count', 'main').trim()).toBe('1');
    expect(git('log', '-1', '--format=%an <%ae>').trim()).toBe('Socdown <socdown@localhost>');
    expect(git('symbolic-ref', 'HEAD').trim()).toBe('refs/heads/main');
    expect(git('rev-parse', '--is-bare-repository').trim()).toBe('true');
    expect(git('ls-tree', '-r', '--name-only', 'main').trim()).toBe(
      '.claude/commands/investigate_alert.md\n.socdown/allowed_signers\nCLAUDE.md',
    );
    expect(await readStoreFile('CLAUDE.md')).toBe('# The method\n');
    expect(await readStoreFile('no/such/file.md')).toBeNull();
    expect(await readStoreFile('../config')).toBeNull();
    expect(fsck()).toBe('');
  });

  it('completes a creation that was cut short after any of its steps', async () => {
    const whole = await fs.mkdtemp(path.join(storeDir(), '..', 'birth-'));
    const { overrideEnv, env } = await import('../env/env');
    const before = env().DATA_DIR;
    overrideEnv({ DATA_DIR: whole });
    try {
      for (const missing of ['refs/heads/main', 'HEAD', 'config', 'objects', 'refs']) {
        await ensureStore(shipped);
        await fs.rm(path.join(storeDir(), 'refs/heads/main'), { force: true });
        await fs.rm(path.join(storeDir(), missing), { recursive: true, force: true });
        await ensureStore(shipped);
        expect(git('rev-list', '--count', 'main').trim(), missing).toBe('1');
        expect(fsck()).toBe('');
      }
    } finally {
      overrideEnv({ DATA_DIR: before });
    }
  });
});

describe('publishing', () => {
  it('makes one commit of an approved revision: report and evidence, people, trailers', async () => {
    const helper = await testActor('analyst');
    const investigation = await testInvestigation(author);
    const text = readyReport({}, 'Written by two.');
    await editDraft(helper, investigation.id, text);
    const revision = await approvedRevision(author, reviewer, investigation.id, text, 2);
    expect((await listHistory(author, investigation.id)).items).toMatchObject([{ revision, commit: null }]);
    expect(await publishPending()).toEqual({ published: 1, failed: 0 });
    expect(await publishPending()).toEqual({ published: 0, failed: 0 });

    const { items } = await listHistory(author, investigation.id);
    expect(items).toMatchObject([
      {
        revision,
        number: 2,
        author: { id: author.id },
        reviewer: { id: reviewer.id },
        commit: git('rev-parse', 'main').trim(),
      },
    ]);
    expect(git('log', '-1', '--format=%s').trim()).toBe(items[0]?.subject);
    expect(git('log', '-1', '--format=%an <%ae>|%cn <%ce>').trim()).toBe(
      `${author.name} <${author.email}>|Socdown <socdown@localhost>`,
    );
    const trailers = git('log', '-1', '--format=%(trailers:only,unfold)').trim().split('\n');
    expect(trailers).toEqual([
      `Co-authored-by: ${helper.name} <${helper.email}>`,
      `Reviewed-by: ${reviewer.name} <${reviewer.email}>`,
      `Alert-Id: guardduty:${investigation.codename}`,
      ...['md', 'evidence.json', 'audit.jsonl'].map((end) =>
        expect.stringMatching(`^Sha256: [0-9a-f]{64} .*\\.${end}$`),
      ),
      `Revision: ${revision}`,
    ]);
    expect(git('show', '--name-only', '--format=').trim().split('\n')).toEqual([
      investigation.path.replace(/\.md$/, '.audit.jsonl'),
      investigation.path.replace(/\.md$/, '.evidence.json'),
      investigation.path,
    ]);
    const published = parseReport(git('show', `main:${investigation.path}`));
    expect(published.frontMatter).toMatchObject({ status: 'approved', author: author.name, reviewer: reviewer.name });
    expect(published.body).toBe(parseReport(text).body);
    const evidence = JSON.parse(git('show', `main:${investigation.path.replace(/\.md$/, '.evidence.json')}`));
    expect(evidence).toMatchObject({ investigation: investigation.id });
    expect((await readRevision(author, investigation.id, revision)).markdown).toBe(text);
    expect(await storeHealth()).toMatchObject({ status: 'ok', pending: 0 });
  });

  it('is what plain git likes: clone, log --follow of a second revision, fsck', async () => {
    const investigation = await testInvestigation(author);
    // Long and its own, so that --follow doesn't take another case for its origin.
    const text = Array.from({ length: 60 }, (_, n) => `Finding ${n} of ${investigation.codename}.`).join('\n');
    await approvedRevision(author, reviewer, investigation.id, readyReport({}, text), 1);
    await approvedRevision(author, reviewer, investigation.id, readyReport({}, `${text}\nSecond thoughts.`), 2);
    expect(await publishPending()).toEqual({ published: 2, failed: 0 });
    const clone = path.join(storeDir(), '..', 'clone');
    execFileSync('git', ['clone', '--quiet', storeDir(), clone]);
    const log = execFileSync('git', ['-C', clone, 'log', '--follow', '--format=%s', '--', investigation.path], {
      encoding: 'utf8',
    });
    expect(log.trim().split('\n')).toHaveLength(2);
    expect(await fs.readFile(path.join(clone, investigation.path), 'utf8')).toContain('Second thoughts.');
    expect(fsck()).toBe('');
  });

  it('recognises its own commit after a crash between commit and database', async () => {
    const investigation = await testInvestigation(author);
    const revision = await approvedRevision(author, reviewer, investigation.id, readyReport());
    await publishPending();
    const made = git('rev-parse', 'main').trim();
    // What the crash leaves: the try was counted, its end was not.
    await db().revision.update({ where: { id: revision }, data: { commitOid: null, publishedAt: null } });
    await db().outbox.updateMany({
      where: { payload: { path: ['revisionId'], equals: revision } },
      data: { doneAt: null },
    });
    // Others went on meanwhile.
    const other = await testInvestigation(author);
    await approvedRevision(author, reviewer, other.id, readyReport());
    await withStoreLock(1000, (lock) => pushAside(lock.confirm));
    expect(await publishPending()).toEqual({ published: 2, failed: 0 });
    expect((await db().revision.findUniqueOrThrow({ where: { id: revision } })).commitOid).toBe(made);
    expect(git('log', '--format=%H', `--grep=Revision: ${revision}`).trim()).toBe(made);
  });

  it('builds on what somebody pushed', async () => {
    const clone = path.join(storeDir(), '..', 'pusher');
    execFileSync('git', ['clone', '--quiet', storeDir(), clone]);
    await fs.writeFile(path.join(clone, 'NOTES.md'), 'pushed by hand\n');
    const run = (...args: string[]) =>
      execFileSync('git', ['-C', clone, '-c', 'user.name=Eve', '-c', 'user.email=eve@example.test', ...args]);
    run('add', 'NOTES.md');
    run('commit', '--quiet', '-m', 'By hand');
    const investigation = await testInvestigation(author);
    await approvedRevision(author, reviewer, investigation.id, readyReport());
    run('push', '--quiet', 'origin', 'main');
    expect(await publishPending()).toEqual({ published: 1, failed: 0 });
    expect(git('show', 'main:NOTES.md')).toBe('pushed by hand\n');
    expect(git('show', `main:${investigation.path}`)).toContain('status: approved');
    expect(fsck()).toBe('');
  });

  it('keeps what the store can’t take, says so, and publishes it in order when the store is back', async () => {
    const investigation = await testInvestigation(author);
    const first = await approvedRevision(author, reviewer, investigation.id, readyReport(), 1);
    const objects = path.join(storeDir(), 'objects');
    await fs.rename(objects, `${objects}.away`);
    await fs.writeFile(objects, 'not a folder');
    const head = await fs.readFile(path.join(storeDir(), 'refs/heads/main'), 'utf8');
    try {
      expect(await publishPending()).toEqual({ published: 0, failed: 1 });
    } finally {
      await fs.rm(objects);
      await fs.rename(`${objects}.away`, objects);
    }
    expect(await fs.readFile(path.join(storeDir(), 'refs/heads/main'), 'utf8')).toBe(head);
    const health = await storeHealth();
    expect(health).toMatchObject({ status: 'failing', pending: 1 });
    expect(health.lastError).not.toContain(storeDir());
    expect((await listHistory(author, investigation.id)).items).toMatchObject([{ revision: first, commit: null }]);

    // Not before its time, and the newer revision not before the older one.
    const second = await approvedRevision(author, reviewer, investigation.id, readyReport({ confidence: 5 }), 2);
    expect(await publishPending()).toEqual({ published: 0, failed: 0 });
    await db().outbox.updateMany({ where: { doneAt: null }, data: { nextAttemptAt: new Date(0) } });
    expect(await publishPending()).toEqual({ published: 2, failed: 0 });
    expect(await storeHealth()).toMatchObject({ status: 'ok', pending: 0, lastError: null });
    const order = git('log', '--format=%(trailers:key=Revision,valueonly)', '-2').trim().split(/\n+/);
    expect(order).toEqual([second, first]);
  });

  it('one unusable row does not hold up the others', async () => {
    const bad = await testInvestigation(author);
    await db().investigation.update({
      where: { id: bad.id },
      data: { path: 'investigations/2026/01/02/../../.git/config.md' },
    });
    await approvedRevision(author, reviewer, bad.id, readyReport());
    const tampered = await testInvestigation(author);
    const revision = await approvedRevision(author, reviewer, tampered.id, readyReport());
    await db().revision.update({ where: { id: revision }, data: { markdown: 'not what was approved' } });
    const gone = await testInvestigation(author);
    await approvedRevision(author, reviewer, gone.id, readyReport());
    await db().investigation.delete({ where: { id: gone.id } });
    const good = await testInvestigation(author);
    await approvedRevision(author, reviewer, good.id, readyReport());
    expect(await publishPending()).toEqual({ published: 1, failed: 2 });
    expect(git('show', `main:${good.path}`)).toContain('status: approved');
    expect(git('ls-tree', '-r', '--name-only', 'main')).not.toContain('config');
    await db().outbox.deleteMany({ where: { doneAt: null } });
  });

  it('history refuses an unknown case, revision or role-less id', async () => {
    const investigation = await testInvestigation(author);
    await expect(listHistory(author, 'not-an-id')).rejects.toMatchObject({ code: 'not_found' });
    await expect(readRevision(author, investigation.id, investigation.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

async function pushAside(confirm: () => Promise<void>): Promise<void> {
  const person = { name: 'Eve', email: 'eve@example.test', at: new Date() };
  const files = [{ path: 'aside.md', content: 'x\n' }];
  await commitFiles(storeDir(), { files, author: person, committer: person, message: 'Aside\n' }, confirm);
}
