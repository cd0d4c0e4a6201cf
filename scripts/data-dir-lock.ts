import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Holds DATA_DIR for the named roles until released, or until this process is gone: the lock names the process and when
 * it began, so a lock left by a kill -9, or one whose number went to another process, counts for nothing.
 * @throws Error naming the process that holds it.
 */
export function lockDataDir(dataDir: string, roles: string[]): () => void {
  fs.mkdirSync(dataDir, { recursive: true });
  const held: string[] = [];
  const release = () => {
    for (const file of held.splice(0)) fs.rmSync(file, { force: true });
  };
  for (const role of roles) {
    const file = path.join(dataDir, `${role}.lock`);
    try {
      take(file, dataDir);
      held.push(file);
    } catch (error) {
      release();
      throw error;
    }
  }
  return release;
}

/** Whether a living process holds this role of the folder. */
export function isHeld(dataDir: string, role: string): boolean {
  return holderOf(path.join(dataDir, `${role}.lock`)) !== undefined;
}

function holderOf(file: string): string | undefined {
  const [pid, ...began] = readOrEmpty(file).split(' ');
  return pid && beganAt(Number(pid)) === began.join(' ') ? pid : undefined;
}

function take(file: string, dataDir: string): void {
  const mine = `${process.pid} ${beganAt(process.pid) ?? ''}`;
  // Written whole under another name first, so that nobody ever reads half a lock; link() fails if the name is there.
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, mine);
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        fs.linkSync(own, file);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const pid = holderOf(file);
      if (pid)
        throw new Error(`Socdown already runs on ${dataDir} (process ${pid}). Stop it, or set another DATA_DIR.`);
      fs.rmSync(file, { force: true });
    }
    throw new Error(`Another start on ${dataDir} is under way. Try again in a moment.`);
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** Something that tells a process from a later one with the same number; undefined when there is none. */
function beganAt(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]; // field 22, starttime; the name before may hold spaces
    }
    if (process.platform === 'win32') {
      process.kill(pid, 0);
      return 'alive';
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
