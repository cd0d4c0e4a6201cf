import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** `exiting`: killed or on its way out, but not gone yet. A zombie is gone: nothing of it runs or holds a file. */
export type ProcessState = 'running' | 'exiting' | 'gone';

const SIGKILL_BIT = 1n << 8n;
const EXITING_FLAG = 0x4; // PF_EXITING of the kernel

/** What a process id stands for now. Outside Linux, `exiting` can't be told from `running`. */
export function processState(pid: number): ProcessState {
  if (!Number.isInteger(pid) || pid <= 0) return 'gone';
  if (process.platform !== 'linux') return answersSignal(pid) ? 'running' : 'gone';
  const fields = statFields(pid);
  if (!fields) return 'gone';
  const [state, flags] = [fields[0] ?? '', Number(fields[6])];
  if ('ZXx'.includes(state)) return 'gone';
  return flags & EXITING_FLAG || killPending(pid) ? 'exiting' : 'running';
}

/** Tells a process from a later one with the same number; undefined when there is none. */
export function processStart(pid: number): string | undefined {
  if (processState(pid) === 'gone') return undefined;
  if (process.platform === 'linux') return statFields(pid)?.[19];
  if (process.platform === 'win32') return 'alive';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Blocks until the condition holds or the time is over: for start-up, before anything else runs. */
export function waitSync(condition: () => boolean, ms: number): boolean {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() >= end) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  return true;
}

/** The fields of /proc/PID/stat from the state on; the name before them may hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function killPending(pid: number): boolean {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    return [...status.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm)].some(
      ([, mask]) => (BigInt(`0x${mask}`) & SIGKILL_BIT) !== 0n,
    );
  } catch {
    return false;
  }
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
