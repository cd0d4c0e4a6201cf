import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Actor } from '../auth/guard';
import { db } from '../db/client';
import { env, overrideEnv } from '../env/env';
import { findLosses, type Host, killPublishers, publishAll, runPublisher } from './testing-kills';
import { gitIn } from './testing-remote';

/** A bare repository as remote, for hosts with folders of their own and one secret key; this process is one of them. */
export async function makeHosts(names: string[]): Promise<{ remote: string; hosts: Host[] }> {
  const root = path.join(env().DATA_DIR, `hosts-${randomBytes(4).toString('hex')}`);
  const remote = path.join(root, 'remote.git');
  const hosts = names.map((name) => ({ dataDir: path.join(root, name), remote }));
  for (const { dataDir } of hosts) await fs.mkdir(dataDir, { recursive: true });
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  overrideEnv({
    DATA_DIR: path.join(root, 'own'),
    STORE_REMOTE: remote,
    SOCDOWN_SECRET_KEY: 'the same on every host of a test',
  });
  return { remote, hosts };
}

/**
 * Two hosts publish what is approved meanwhile and are killed at steps by chance, before, in and after calls of git too. Then the rest
 * is published by a third.
 * @returns what is wrong with the remote and with the hosts' copies of it, and how many approvals there were
 */
export async function killHosts(
  author: Actor,
  reviewer: Actor,
  options: { kills: number; onKill?: (killed: number) => void },
): Promise<{ problems: string[]; approvals: number }> {
  const before = env();
  const { remote, hosts } = await makeHosts(['a', 'b']);
  try {
    await killPublishers(author, reviewer, { ...options, atOnce: hosts.length, hosts });
    await publishAll();
    for (const host of hosts) await runPublisher(host);
    const problems = await findLosses('published', remote);
    const merges = gitIn(remote, 'rev-list', '--min-parents=2', '--count', 'main');
    if (merges !== '0') problems.push(`${merges} merges: the history is not one line`);
    const head = gitIn(remote, 'rev-parse', 'main');
    for (const { dataDir } of hosts) {
      const own = gitIn(path.join(dataDir, 'investigations.git'), 'rev-parse', 'main');
      if (own !== head) problems.push(`${path.basename(dataDir)} is at ${own}, the remote at ${head}`);
    }
    return { problems, approvals: await db().revision.count({ where: { approvedAt: { not: null } } }) };
  } finally {
    overrideEnv(before);
  }
}
