import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processState } from './process-state';

/** The server of a cluster: `uid` is whose process it is. */
export type RunningServer = { pid: number; uid: number };

const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
/** Backends notice within a second or two that their postmaster was killed. */
const ORPHANS_MS = 10_000;
const POLL_MS = 50;

/**
 * The living server that postmaster.pid names. A number that belongs to another program by now is none: a server's working
 * directory is its cluster.
 */
export function findServer(cluster: string): RunningServer | undefined {
  const pid = pidIn(cluster);
  if (pid === undefined || processState(pid) === 'gone') return undefined;
  return worksIn(pid, cluster) ? { pid, uid: userOf(pid) } : undefined;
}

/** Stops the server in fast mode, in immediate mode when it does not end: PostgreSQL recovers from either. */
export async function stopServer({ pid }: RunningServer): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    signalProcess(pid, signal);
    if (await until(() => processState(pid) === 'gone', ms)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop. Stop it, then start again.`);
}

/**
 * Makes a cluster whose server was killed ready for the next one: waits for what is left of the old one (two servers on
 * one cluster destroy it), and removes its postmaster.pid, whose number may belong to another program by now.
 */
export async function clearKilledServer(cluster: string): Promise<void> {
  const alone = () => leftovers(cluster).length === 0;
  if (!(await until(alone, ORPHANS_MS))) {
    for (const pid of leftovers(cluster)) signalProcess(pid, 'SIGQUIT');
    if (!(await until(alone, IMMEDIATE_SHUTDOWN_MS)))
      throw new Error(
        `PostgreSQL processes of ${cluster} are still there: ${leftovers(cluster).join(', ')}. Stop them, then start again.`,
      );
  }
  fs.rmSync(pidFile(cluster), { force: true });
}

/** Processes that work in the cluster: backends that outlived their postmaster. Linux only; elsewhere PostgreSQL's own check remains. */
function leftovers(cluster: string): number[] {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && worksIn(pid, cluster) && processState(pid) !== 'gone');
}

function worksIn(pid: number, cluster: string): boolean {
  try {
    if (process.platform === 'linux') return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(cluster);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes('postgres');
  } catch {
    return false;
  }
}

function userOf(pid: number): number {
  if (process.platform === 'linux') return fs.statSync(`/proc/${pid}`).uid;
  return Number(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)], { encoding: 'utf8' }));
}

function pidIn(cluster: string): number | undefined {
  try {
    const pid = Number.parseInt(fs.readFileSync(pidFile(cluster), 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function pidFile(cluster: string): string {
  return path.join(cluster, 'postmaster.pid');
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function until(condition: () => boolean, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; !condition(); await delay(POLL_MS)) if (Date.now() >= end) return false;
  return true;
}
