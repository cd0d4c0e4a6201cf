import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveBranch, readBranch } from './branch';

let gitdir: string;
const commits: string[] = [];
const git = (...args: string[]) => execFileSync('git', ['-C', gitdir, ...args], { encoding: 'utf8', stdio: 'pipe' });
const yes = async () => {};
const lockFile = () => path.join(gitdir, 'refs/heads/main.lock');

beforeEach(async () => {
  gitdir = await fs.mkdtemp(path.join(os.tmpdir(), 'socdown-branch-'));
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', gitdir]);
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test'];
  const tree = execFileSync('git', ['-C', gitdir, 'mktree'], { input: '', encoding: 'utf8' }).trim();
  commits.length = 0;
  for (const word of ['one', 'two', 'three']) commits.push(git(...identity, 'commit-tree', tree, '-m', word).trim());
});
afterEach(() => fs.rm(gitdir, { recursive: true, force: true }));

const oid = (n: number) => commits[n] ?? '';
const leftovers = async () => (await fs.readdir(gitdir)).filter((name) => name.endsWith('.lock'));

describe('moving the branch', () => {
  it('is a compare-and-swap that leaves nothing behind', async () => {
    expect(await readBranch(gitdir)).toBeNull();
    expect(await moveBranch(gitdir, null, oid(0), yes)).toBe(true);
    expect(await moveBranch(gitdir, null, oid(1), yes)).toBe(false);
    expect(await moveBranch(gitdir, oid(2), oid(1), yes)).toBe(false);
    expect(git('rev-parse', 'main').trim()).toBe(oid(0));
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
    expect(git('rev-parse', 'main').trim()).toBe(oid(1));
    expect(await leftovers()).toEqual([]);
    expect(await fs.readdir(path.join(gitdir, 'refs/heads'))).toEqual(['main']);
  });

  it('reads a packed ref, and takes a damaged one for damage, not for an empty repository', async () => {
    await moveBranch(gitdir, null, oid(0), yes);
    git('pack-refs', '--all');
    expect(await readBranch(gitdir)).toBe(oid(0));
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
    await fs.writeFile(path.join(gitdir, 'refs/heads/main'), '');
    await expect(readBranch(gitdir)).rejects.toThrow('damaged');
  });

  it('does not move when the store’s lock was lost meanwhile', async () => {
    await moveBranch(gitdir, null, oid(0), yes);
    const lost = () => Promise.reject(new Error('lost'));
    await expect(moveBranch(gitdir, oid(0), oid(1), lost)).rejects.toThrow('lost');
    expect(await readBranch(gitdir)).toBe(oid(0));
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
  });

  it('waits for git, which sees our lock as its own kind', async () => {
    await moveBranch(gitdir, null, oid(0), yes);
    await fs.writeFile(lockFile(), '', { flag: 'wx' }); // a git at work
    setTimeout(() => void fs.rm(lockFile()), 300);
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
    const meanwhile = async () => {
      expect(() => git('update-ref', 'refs/heads/main', oid(0))).toThrow('lock');
    };
    expect(await moveBranch(gitdir, oid(1), oid(2), meanwhile)).toBe(true);
  });
});

describe('a lock that was left', () => {
  /** A lock made in our way, by the process of that number. */
  async function leave(pid: number, host?: string): Promise<void> {
    // Our own name tells how this machine is called there.
    let name = '';
    await moveBranch(gitdir, await readBranch(gitdir), oid(0), async () => {
      name = (await leftovers())[0] ?? '';
    });
    const [word, ownHost, boot] = name.split('-');
    const left = path.join(
      gitdir,
      [word, host ?? ownHost, boot, pid, '1', `${randomBytes(4).toString('hex')}.lock`].join('-'),
    );
    await fs.writeFile(left, `${oid(2)}\n`);
    await fs.link(left, lockFile());
  }

  it('by a killed process of ours is cleared at once', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await leave(gone);
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
    expect(await readBranch(gitdir)).toBe(oid(1));
    await moveBranch(gitdir, oid(1), oid(0), yes);
  });

  it('by a process whose number has gone to another one since, too', async () => {
    await leave(process.ppid); // lives, but did not start at tick 1
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
  });

  it('by nobody known is respected until it is old', async () => {
    await moveBranch(gitdir, null, oid(0), yes);
    await fs.writeFile(lockFile(), `${oid(2)}\n`);
    await expect(moveBranch(gitdir, oid(0), oid(1), yes)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await fs.readFile(lockFile(), 'utf8')).toBe(`${oid(2)}\n`);
    const old = new Date(Date.now() - 11 * 60_000);
    await fs.utimes(lockFile(), old, old);
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
  });

  it('by another host is cleared after half a minute', async () => {
    await leave(1, 'ffffffff');
    const old = new Date(Date.now() - 31_000);
    await fs.utimes(lockFile(), old, old);
    expect(await moveBranch(gitdir, oid(0), oid(1), yes)).toBe(true);
  });
});
