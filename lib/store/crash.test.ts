import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
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

it(`nothing approved is lost, and nothing published twice, over ${KILLS} kill -9 of concurrent publishers`, async () => {
  await approve(AT_ONCE * 3);
  // One commit takes some 100 steps; which one is the last is left to chance, and printed when something is wrong.
  const plans = Array.from({ length: KILLS }, () => ({
    step: randomInt(5, 260),
    moment: ['before', 'during', 'after'][randomInt(3)] ?? 'before',
  }));
  let killed = 0;
  const slot = async () => {
    for (let plan = plans.pop(); plan; plan = plans.pop()) {
      const child = await startPublisher(plan.step, plan.moment);
      await approve(3);
      child.stdin?.write('go\n');
      const [, signal] = await once(child, 'exit');
      // Another was faster and left it too little to do: tried again.
      if (signal === 'SIGKILL') killed += 1;
      else plans.push({ ...plan, step: Math.max(5, plan.step >> 1) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, slot));
  expect(killed).toBe(KILLS);
  expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');

  // What the next start finds, and finishes.
  await publishAll();
  const published = new Map<string, string[]>();
  for (const part of git('log', '--format=%H%x00%B%x01', 'main').split('\u0001')) {
    const [oid = '', message = ''] = part.trim().split('\u0000');
    const revision = revisionOf(message);
    if (revision) published.set(revision, [...(published.get(revision) ?? []), oid]);
  }
  const rows = await db().revision.findMany({ include: { investigation: { select: { path: true } } } });
  expect(rows.length).toBeGreaterThan(KILLS * 3);
  expect(published.size).toBe(rows.length);
  for (const row of rows) expect(published.get(row.id), row.id).toEqual([row.commitOid]);
  const files = new Set(git('ls-tree', '-r', '--name-only', 'main').trim().split('\n'));
  for (const { investigation } of rows) {
    expect(files).toContain(investigation.path);
    expect(files).toContain(investigation.path.replace(/\.md$/, '.evidence.json'));
  }
  expect(git('fsck', '--strict', '--full', '--no-dangling')).toBe('');
}, 600_000);

it('several publishers at once share the work without a conflict', async () => {
  await publishAll();
  const before = Number(git('rev-list', '--count', 'main'));
  await approve(20);
  const children = [await startPublisher(0, 'before'), await startPublisher(0, 'before')];
  await Promise.all([
    publishPending(),
    ...children.map(async (child) => {
      child.stdin?.write('go\n');
      expect(await once(child, 'exit')).toEqual([0, null]);
    }),
  ]);
  await publishAll();
  expect(Number(git('rev-list', '--count', 'main'))).toBe(before + 20);
  expect(await db().outbox.count({ where: { lastError: { not: null } } })).toBe(0);
}, 120_000);

async function approve(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const investigation = await testInvestigation(author);
    await approvedRevision(author, reviewer, investigation.id, readyReport({}, `Case ${n}`));
  }
}

async function publishAll(): Promise<void> {
  while ((await db().outbox.count({ where: { doneAt: null } })) > 0) {
    await db().outbox.updateMany({ where: { doneAt: null }, data: { nextAttemptAt: null } });
    await publishPending();
  }
}

async function startPublisher(fatalStep: number, moment: string): Promise<ChildProcess> {
  const script = path.resolve('lib/store/testing-publisher.ts');
  const args = ['--import', 'tsx', script, env().DATABASE_URL ?? '', env().DATA_DIR, String(fatalStep), moment];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'silent' },
  });
  child.stdin?.on('error', () => {}); // a killed one
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the publisher ended (${code}) before it was ready`)));
  });
  return child;
}
