import fs from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { env, overrideEnv } from '../env/env';
import { commitMessage } from './commit-message';
import { publishPending } from './publish';
import { readStoreFile } from './read-store-file';
import { ensureStore, storeDir } from './repo';
import { storeHealth } from './store-health';
import { syncRemote, syncWhenDue } from './sync-remote';
import { killHosts, makeHosts } from './testing-hosts';
import { approve, findLosses, publishAll } from './testing-kills';
import { gitIn } from './testing-remote';

testDatabase();

let author: Actor;
let reviewer: Actor;
beforeAll(async () => {
  author = await testActor('analyst');
  reviewer = await testActor('reviewer');
});

it('two hosts with folders of their own, killed while they publish to one remote: nothing lost, nothing twice, one line', async () => {
  const { problems, approvals } = await killHosts(author, reviewer, { kills: 16 });
  expect(problems).toEqual([]);
  expect(approvals).toBeGreaterThanOrEqual(20);
}, 900_000);

// Each starts dozens of git programs, on a machine that may be busy.
describe('hosts without a shared folder', { timeout: 180_000 }, () => {
  let remote = '';
  let folders: string[] = [];
  /** From here on this process is the host with that folder. */
  const be = (host: number) => overrideEnv({ DATA_DIR: folders[host] });
  const count = () => Number(gitIn(remote, 'rev-list', '--count', 'main'));
  const linear = async () => {
    expect(gitIn(remote, 'rev-list', '--min-parents=2', '--count', 'main')).toBe('0');
    expect(await findLosses('published', remote)).toEqual([]);
  };

  beforeEach(async () => {
    await db().$executeRaw`TRUNCATE revisions, outbox CASCADE`;
    const made = await makeHosts(['a', 'b']);
    remote = made.remote;
    folders = made.hosts.map(({ dataDir }) => dataDir);
    be(0);
  });

  it('keep what is approved while the remote is away as pending, and publish it when it is back, whoever is first', async () => {
    await approve(author, reviewer, 1);
    await publishAll();
    await fs.rename(remote, `${remote}.away`);
    await approve(author, reviewer, 2);
    expect(await publishPending()).toEqual({ published: 0, failed: 1 });
    be(1);
    expect(await publishPending()).toEqual({ published: 0, failed: 1 });
    expect(await storeHealth()).toMatchObject({
      status: 'failing',
      pending: 2,
      lastError: expect.stringContaining('no such repository'),
      nextAttemptAt: expect.any(String),
    });
    expect(await db().revision.count({ where: { commitOid: null } })).toBe(2);
    await fs.rename(`${remote}.away`, remote);
    await publishAll();
    expect(await storeHealth()).toMatchObject({ status: 'ok', pending: 0, lastError: null });
    await linear();
  });

  it('give up a commit that was never pushed when another host went on, and push it when nobody did', async () => {
    await approve(author, reviewer, 1);
    await publishAll();
    const before = count();
    // A push that is refused: the commits are on this host alone.
    const hook = path.join(remote, 'hooks', 'pre-receive');
    await fs.mkdir(path.dirname(hook), { recursive: true });
    await fs.writeFile(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await approve(author, reviewer, 2);
    expect(await publishPending()).toEqual({ published: 0, failed: 2 });
    expect((await storeHealth()).lastError).toContain('a rule there refuses the push');
    const unpushed = gitIn(storeDir(), 'rev-parse', 'main');
    await fs.rm(hook);
    be(1);
    await publishAll();
    expect(count()).toBe(before + 2);
    be(0);
    expect(gitIn(storeDir(), 'rev-parse', 'main')).toBe(unpushed);
    await approve(author, reviewer, 1);
    await publishAll();
    await linear();
    expect(count()).toBe(before + 3);
  });

  it('follow each other: what one published, the other reads', async () => {
    await approve(author, reviewer, 1);
    await publishAll();
    be(1);
    await ensureStore();
    const own = gitIn(storeDir(), 'rev-parse', 'main');
    await syncWhenDue();
    expect(gitIn(storeDir(), 'rev-parse', 'main')).toBe(gitIn(remote, 'rev-parse', 'main'));
    expect(gitIn(storeDir(), 'rev-parse', 'main')).not.toBe(own);
    expect(await readStoreFile('CLAUDE.md')).not.toBeNull();
  });

  it('never take a repository of another installation for their own', async () => {
    await ensureStore();
    await syncRemote(SYSTEM);
    const other = gitIn(remote, 'rev-parse', 'main');
    await db().$executeRaw`TRUNCATE signing_keys CASCADE`;
    be(1);
    await expect(syncRemote(SYSTEM)).rejects.toMatchObject({ reason: 'remote_diverged' });
    await approve(author, reviewer, 1);
    expect(await publishPending()).toEqual({ published: 0, failed: 1 });
    expect(gitIn(remote, 'rev-parse', 'main')).toBe(other);
  });

  it('never fill an empty remote from a host that does not have the history', async () => {
    await approve(author, reviewer, 1);
    await publishAll();
    const second = await makeHosts(['c']);
    overrideEnv({ DATA_DIR: second.hosts[0]?.dataDir });
    await expect(syncRemote(SYSTEM)).rejects.toMatchObject({ userMessage: expect.stringContaining('history') });
    be(0);
    await syncRemote(SYSTEM);
    overrideEnv({ DATA_DIR: second.hosts[0]?.dataDir });
    await syncRemote(SYSTEM);
    expect(await findLosses('published', second.remote)).toEqual([]);
  });

  it('do not take a commit for an approval because it carries its trailer', async () => {
    await approve(author, reviewer, 1);
    await publishAll();
    await approve(author, reviewer, 1);
    const { id } = await db().revision.findFirstOrThrow({ where: { commitOid: null } });
    const clone = path.join(env().DATA_DIR, 'clone');
    gitIn(path.dirname(remote), 'clone', '--quiet', remote, clone);
    const message = commitMessage({
      codename: 'calm-brave-otter',
      title: 'Forged',
      classification: null,
      confidence: null,
      revision: { id, number: 1 },
      coAuthors: [],
      reviewers: [],
      override: null,
      models: [],
      alerts: [],
      files: [],
    });
    gitIn(clone, 'commit', '--quiet', '--allow-empty', '-m', message);
    gitIn(clone, 'push', '--quiet', 'origin', 'main');
    await db().outbox.updateMany({ where: { doneAt: null }, data: { attempts: 1 } });
    await publishAll();
    const { commitOid } = await db().revision.findUniqueOrThrow({ where: { id } });
    expect(commitOid).toBe(gitIn(remote, 'rev-parse', 'main'));
    expect(gitIn(remote, 'log', '-1', '--format=%cn', 'main')).toBe('Socdown');
  });
});
