import fs from 'node:fs';
import path from 'node:path';
import { prepareDataDir } from '@/lib/db/data-dir';
import { processStart, processState, waitSync } from '@/lib/db/process-state';

/** How long a start waits for a killed predecessor to be gone: a large process takes seconds to give its memory back. */
const EXIT_MS = 10_000;

/**
 * Locks DATA_DIR for the named roles until released, or until this process is gone: the lock names the process and its
 * start time, so a lock left by a kill -9, or one whose process id was reused, does not count. A zombie counts as gone;
 * a process that is exiting is waited for.
 * @throws Error naming the process that holds it.
 */
export function lockDataDir(dataDir: string, roles: string[]): () => void {
  prepareDataDir(dataDir);
  const held: string[] = [];
  const release = () => {
    for (const file of held.splice(0)) fs.rmSync(file, { force: true });
  };
  for (const role of roles) {
    const file = path.join(dataDir, `${role}.lock`);
    try {
      lockFile(file, dataDir);
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

/** The process id of the holder. */
function holderOf(file: string): number | undefined {
  const [pid, ...start] = readOrEmpty(file).split(' ');
  return pid && processStart(Number(pid)) === start.join(' ') ? Number(pid) : undefined;
}

function lockFile(file: string, dataDir: string): void {
  const mine = `${process.pid} ${processStart(process.pid) ?? ''}`;
  // Written whole under another name first, so that nobody ever reads half a lock; link() fails if the name is taken.
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
      const exited = pid !== undefined && waitSync(() => processState(pid) !== 'exiting', EXIT_MS);
      if (pid !== undefined && !(exited && holderOf(file) === undefined))
        throw new Error(`Socdown already runs on ${dataDir} (process ${pid}). Stop it, or set another DATA_DIR.`);
      fs.rmSync(file, { force: true });
    }
    throw new Error(`Another start on ${dataDir} is in progress. Try again in a moment.`);
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
