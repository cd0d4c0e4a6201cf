import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env } from '../env/env';
import { approvedRevision, readyReport, testInvestigation } from '../reviews/testing';
import { revisionOf } from './commit-message';
import { publishPending } from './publish';
import { ensureStore, storeDir } from './repo';

testDatabase();

const KILLS = 32;
const AT_ONCE = 3;
const git = (...args: string[]) =>
  execFileSync('git', ['-C', storeDir(), ...args], { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1e8 });

let author: Actor;
let reviewer: Actor;
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
  const shipped = path.join(env().DATA_DIR, 'shipped');
  await fs.mkdir(shipped);
  await fs.writeFile(path.join(shipped, 'CLAUDE.md'), 'The method.\n');
  await ensureStore(shipped);
});

// Being reworked: the kills must be timed by the publisher's own steps. Skipped, and counted as that.
it.skip(`nothing approved is lost, and nothing published twice, over ${KILLS} kill -9 of concurrent publishers`, async () => {
  const revisions: string[] = [];
  const approve = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const investigation = await testInvestigation(author);
      revisions.push(await approvedRevision(author, reviewer, investigation.id, readyReport({}, `Case ${n}`)));
    }
  };
  await approve(AT_ONCE * 4);
  let killed = 0;
  let inTheAct = 0;
  const slot = async () => {
    let next = startPublisher();
    while (killed < KILLS) {
      const current = await next;
      next = startPublisher(); // loads while this one works
      await approve(3);
      const before = await db().revision.count({ where: { commitOid: { not: null } } });
      current.stdin?.write('go\n');
      await sleep(randomInt(0, 900));
      killed += 1;
      current.kill('SIGKILL');
      if ((await db().revision.count({ where: { commitOid: { not: null } } })) > before) inTheAct += 1;
    }
    (await next).kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: AT_ONCE }, slot));
  expect(inTheAct).toBeGreaterThan(3); // or the kills came before there was anything to interrupt
  expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');

  // What a survivor finds, and finishes.
  await db().outbox.updateMany({ where: { doneAt: null }, data: { nextAttemptAt: null } });
  while ((await db().outbox.count({ where: { doneAt: null } })) > 0) await publishPending();
  const commits = git('log', '--format=%H%x00%B%x01', 'main')
    .split('\u0001')
    .map((part) => part.trim().split('\u0000'));
  const published = new Map<string, string[]>();
  for (const [oid = '', message = ''] of commits) {
    const revision = revisionOf(message);
    if (revision) published.set(revision, [...(published.get(revision) ?? []), oid]);
  }
  const rows = await db().revision.findMany({ include: { investigation: { select: { path: true } } } });
  expect(rows).toHaveLength(revisions.length);
  for (const row of rows) expect(published.get(row.id), row.id).toEqual([row.commitOid]);
  const files = new Set(git('ls-tree', '-r', '--name-only', 'main').trim().split('\n'));
  for (const { investigation } of rows) {
    expect(files).toContain(investigation.path);
    expect(files).toContain(investigation.path.replace(/\.md$/, '.evidence.json'));
  }
  expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');
}, 180_000);

it.skip('several publishers at once share the work without a conflict', async () => {
  const before = Number(git('rev-list', '--count', 'main'));
  for (let n = 0; n < 30; n++) {
    const investigation = await testInvestigation(author);
    await approvedRevision(author, reviewer, investigation.id, readyReport());
  }
  const children = await Promise.all([startPublisher(), startPublisher(), startPublisher()]);
  await Promise.all([publishPending(), ...children.map(finish)]);
  expect(Number(git('rev-list', '--count', 'main'))).toBe(before + 30);
  expect(await db().outbox.count({ where: { doneAt: null } })).toBe(0);
  expect(await db().outbox.count({ where: { attempts: { gt: 1 }, lastError: { not: null } } })).toBe(0);
}, 60_000);

async function startPublisher(): Promise<ChildProcess> {
  const script = path.resolve('lib/store/testing-publisher.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, env().DATABASE_URL ?? '', env().DATA_DIR], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'silent' },
  });
  child.stdin?.on('error', () => {}); // a killed one
  await saying(child, 'ready');
  return child;
}

async function finish(child: ChildProcess): Promise<void> {
  const done = saying(child, 'done');
  child.stdin?.write('go\n');
  await done;
}

function saying(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(word)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`publisher ended (${code}) before it said ${word}`)));
  });
}
