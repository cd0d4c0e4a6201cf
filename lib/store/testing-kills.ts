import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Actor } from '../auth/guard';
import { db } from '../db/client';
import { env } from '../env/env';
import { approvedRevision, readyReport, testInvestigation } from '../reviews/testing';
import { revisionOf } from './commit-message';
import { publishPending } from './publish';
import { storeDir } from './store-path';
import { bundleProgram } from './testing-bundle';

const gitAt = (dir: string, ...args: string[]) =>
  execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1e9 });
export const git = (...args: string[]) => gitAt(storeDir(), ...args);
export const fsck = (dir = storeDir()) => gitAt(dir, 'fsck', '--strict', '--full', '--no-dangling');

/** Where a publisher works: its folder, and the remote that it shares with other hosts. */
export type Host = { dataDir: string; remote?: string };

/**
 * Kills publishers with SIGKILL, each at a step by chance (one commit takes some 150), `atOnce` of them side by side; the next
 * ones start meanwhile. With `hosts` they take turns among those, and each second one dies around a call of git.
 */
export async function killPublishers(
  author: Actor,
  reviewer: Actor,
  options: { kills: number; atOnce: number; hosts?: Host[]; onKill?: (killed: number) => void },
): Promise<void> {
  await approve(author, reviewer, options.atOnce * 2);
  const hosts = options.hosts ?? [{ dataDir: env().DATA_DIR }];
  // The first to end by itself leaves its code and plans to all that follow.
  await runPublisher(hosts[0]);
  let killed = 0;
  let planned = 0;
  const next = (host: Host | undefined) => {
    if (planned >= options.kills) return null;
    planned += 1;
    const step = host?.remote && planned % 2 === 0 ? `git ${randomInt(1, 5)}` : String(randomInt(1, 200));
    return startPublisher(step, ['before', 'during', 'after'][randomInt(3)], host);
  };
  const slot = async (_: unknown, index: number) => {
    const host = hosts[index % hosts.length];
    for (let child = next(host); child; ) {
      const publisher = await child;
      const following = next(host);
      publisher.stdin?.write('go\n');
      const [[code, signal]] = await Promise.all([once(publisher, 'exit'), approve(author, reviewer, 1)]);
      if (signal === 'SIGKILL') options.onKill?.(++killed);
      else if (code !== 0) throw new Error(`a publisher ended with ${code}`);
      // Others were faster and left it too little to do.
      else planned -= 1;
      child = following ?? next(host);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, slot));
}

/** A publisher that nobody kills, to its end. */
export async function runPublisher(host?: Host): Promise<void> {
  const child = await startPublisher('0', 'before', host);
  child.stdin?.write('go\n');
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`a publisher ended with ${code}`);
}

/**
 * What is not as it must be once everything is published: each approved revision is exactly one commit of the branch, with its
 * files. `as it is`: before that; then those without a commit in the database have none in the branch.
 * @param dir the repository: this host's, or the remote
 */
export async function findLosses(
  when: 'published' | 'as it is' = 'published',
  dir: string = storeDir(),
): Promise<string[]> {
  const problems: string[] = [];
  const published = new Map<string, string[]>();
  for (const part of gitAt(dir, 'log', '--format=%H%x00%B%x01', 'main').split('\u0001')) {
    const [oid = '', message = ''] = part.trim().split('\u0000');
    const revision = revisionOf(message);
    if (revision) published.set(revision, [...(published.get(revision) ?? []), oid]);
  }
  const files = new Set(gitAt(dir, 'ls-tree', '-r', '--name-only', 'main').trim().split('\n'));
  const rows = await db().revision.findMany({
    where: { approvedAt: { not: null }, ...(when === 'published' ? {} : { commitOid: { not: null } }) },
    select: { id: true, commitOid: true, investigation: { select: { path: true } } },
  });
  for (const { id, commitOid, investigation } of rows) {
    const commits = published.get(id) ?? [];
    if (commits.length !== 1 || commits[0] !== commitOid)
      problems.push(`${id}: ${commits.length} commits (${commits}), the database says ${commitOid}`);
    for (const file of [investigation.path, investigation.path.replace(/\.md$/, '.evidence.json')]) {
      if (!files.has(file)) problems.push(`${file} is missing`);
    }
  }
  if (published.size !== rows.length) problems.push(`${published.size} published of ${rows.length} approved`);
  const check = fsck(dir);
  if (check) problems.push(check);
  return problems;
}

export async function approve(author: Actor, reviewer: Actor, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const investigation = await testInvestigation(author);
    await approvedRevision(author, reviewer, investigation.id, readyReport({}, `Case ${n}`));
  }
}

/** What the next start does, without waiting for its turn. */
export async function publishAll(): Promise<void> {
  while ((await db().outbox.count({ where: { doneAt: null } })) > 0) {
    await db().outbox.updateMany({ where: { doneAt: null }, data: { nextAttemptAt: null } });
    await publishPending();
  }
}

/** A publisher process that waits for a line on stdin; step 0: it is not killed. `git 2`: at its second call of git. */
export async function startPublisher(fatalStep: string, moment = 'before', host?: Host): Promise<ChildProcess> {
  return startChild('lib/store/testing-publisher.ts', [fatalStep, moment, host?.remote ?? ''], host?.dataDir);
}

/** A program of the tests on this database and a store, once it says that it is ready. */
export async function startChild(script: string, args: string[], dataDir = env().DATA_DIR): Promise<ChildProcess> {
  const program = await bundleProgram(script);
  const { SOCDOWN_SECRET_KEY } = env();
  const child = spawn(process.execPath, [...program, env().DATABASE_URL ?? '', dataDir, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'silent', ...(SOCDOWN_SECRET_KEY ? { SOCDOWN_SECRET_KEY } : {}) },
  });
  child.stdin?.on('error', () => {}); // a killed one
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`${script} ended (${code}) before it was ready`)));
  });
  return child;
}
