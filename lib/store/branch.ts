import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors/app-error';
import { syncFolder } from './atomic-fs';

export const BRANCH = 'main';
const OID = /^[0-9a-f]{40}$/;
/** How long a living holder of main.lock is waited for; git holds it for milliseconds. */
const WAIT_MS = 5_000;
/** A lock this old has no living holder, whoever made it. */
const ABANDONED_MS = 10 * 60_000;
/** The same for a lock of ours made on another host: those hold the store's lock as well, so they are gone. */
const ABANDONED_ELSEWHERE_MS = 30_000;

/**
 * The commit that the branch points to, or null when there is none yet.
 * @throws Error when the ref is there and is not a commit id: never taken for an empty repository.
 */
export async function readBranch(gitdir: string): Promise<string | null> {
  const loose = await readOrNull(path.join(gitdir, 'refs', 'heads', BRANCH));
  if (loose !== null) {
    if (!OID.test(loose.trim()))
      throw new Error(`refs/heads/${BRANCH} is damaged. Restore it from a backup or a clone.`);
    return loose.trim();
  }
  const packed = (await readOrNull(path.join(gitdir, 'packed-refs'))) ?? '';
  for (const line of packed.split('\n')) {
    const [oid, name] = line.split(' ');
    if (name === `refs/heads/${BRANCH}` && oid && OID.test(oid)) return oid;
  }
  return null;
}

/**
 * Moves the branch by git's own protocol: main.lock appears exclusively with the new value, the old value is compared,
 * the lock is renamed over the ref. The caller holds the store's lock (lib/store/store-lock).
 * @param confirm asked last, with main.lock held; throws when the caller has lost the store's lock.
 * @returns whether the branch is at `next` now. When not: it was not at `expected`, or has moved on already.
 * @throws AppError unavailable when another program keeps the branch locked.
 */
export async function moveBranch(
  gitdir: string,
  expected: string | null,
  next: string,
  confirm: () => Promise<void>,
): Promise<boolean> {
  const ref = path.join(gitdir, 'refs', 'heads', BRANCH);
  const lock = `${ref}.lock`;
  const mine = path.join(gitdir, ownName());
  await writeDurably(mine, `${next}\n`);
  try {
    await takeLock(gitdir, mine, lock);
    const held = (await fs.stat(lock)).ino;
    try {
      if ((await readBranch(gitdir)) !== expected) return false;
      await confirm();
      await fs.rename(lock, ref);
    } finally {
      // After the rename this is somebody else's lock, if there is one.
      if ((await statOrNull(lock))?.ino === held) await fs.rm(lock, { force: true });
    }
    await syncFolder(path.dirname(ref));
    return (await readBranch(gitdir)) === next;
  } finally {
    await fs.rm(mine, { force: true });
    await clearLeft(gitdir);
  }
}

/** What processes that were killed before or after they held the lock have left. */
async function clearLeft(gitdir: string): Promise<void> {
  for (const name of await fs.readdir(gitdir)) {
    if (isOwnName(name) && holderOf(name) === 'gone') await fs.rm(path.join(gitdir, name), { force: true });
  }
}

/** A hard link fails when the name exists, so the lock is exclusive, and shows at once whose it is: both names are one file. */
async function takeLock(gitdir: string, mine: string, lock: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (let wait = 2; ; wait = Math.min(wait * 2, 100)) {
    try {
      await linkOrCreate(mine, lock);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (await clearAbandoned(gitdir, lock)) continue;
    if (Date.now() > deadline) {
      throw new AppError('store_busy', `The store is locked by another program (refs/heads/${BRANCH}.lock).`, {
        logMessage: `${lock} is held. If no git is running, remove it; it is taken as abandoned after 10 minutes.`,
      });
    }
    await sleep(wait);
  }
}

async function linkOrCreate(mine: string, lock: string): Promise<void> {
  try {
    await fs.link(mine, lock);
  } catch (error) {
    // A file system without hard links (exFAT, some network shares): exclusive creation, recovered by age only.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
    const handle = await fs.open(lock, 'wx');
    try {
      await handle.writeFile(await fs.readFile(mine));
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** Removes a lock whose holder is gone. True: try again. */
async function clearAbandoned(gitdir: string, lock: string): Promise<boolean> {
  const found = await statOrNull(lock);
  if (!found) return true;
  const age = Date.now() - found.mtimeMs;
  let abandoned = age > ABANDONED_MS || found.mtimeMs < Date.now() - os.uptime() * 1000 - 1000;
  for (const name of await fs.readdir(gitdir)) {
    if (!isOwnName(name) || (await statOrNull(path.join(gitdir, name)))?.ino !== found.ino) continue;
    const holder = holderOf(name);
    abandoned ||= holder === 'gone' || (holder === 'elsewhere' && age > ABANDONED_ELSEWHERE_MS);
  }
  if (!abandoned) return false;
  // Still the file that was judged? Its holder may have finished meanwhile, and git taken its place.
  if ((await statOrNull(lock))?.ino === found.ino) await fs.rm(lock, { force: true });
  return true;
}

/** socdown-<host>-<boot>-<pid>-<start of the process>-<random>.lock */
function ownName(): string {
  return `socdown-${hostId()}-${bootId}-${process.pid}-${ownStart}-${randomBytes(6).toString('hex')}.lock`;
}

const isOwnName = (name: string): boolean => name.startsWith('socdown-') && name.endsWith('.lock');

function holderOf(name: string): 'alive' | 'gone' | 'elsewhere' {
  const [, host, boot, pid, start] = name.split('-');
  if (host !== hostId()) return 'elsewhere';
  if (boot !== bootId) return 'gone';
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone';
  }
  // The number may have gone to another process since.
  return startOf(Number(pid)) === start ? 'alive' : 'gone';
}

const hostId = (): string => createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);
const bootId = procText('sys/kernel/random/boot_id').replace(/\W/g, '').slice(0, 12) || '0';
const ownStart = startOf(process.pid);

/** Clock ticks since boot at which a process started (Linux); '0' where that can't be known. */
function startOf(pid: number): string {
  const stat = procText(`${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

/** A file below /proc; '' elsewhere than on Linux, and for a process that is gone. */
function procText(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return '';
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await fs.open(file, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function statOrNull(file: string) {
  try {
    return await fs.stat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
    throw error;
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
