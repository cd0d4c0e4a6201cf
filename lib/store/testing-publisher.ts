import childProcess from 'node:child_process';
import { writeSync } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import pg from 'pg';
import { overrideEnv } from '../env/env';
import { publishPending } from './publish';
import { syncWhenDue } from './sync-remote';

/**
 * A publisher process for the tests that kill one. Arguments: DATABASE_URL, DATA_DIR, the step at which it kills itself
 * with SIGKILL (0: never), before the step, while it is under way (a write: half done; a push goes on without it), or after it, and
 * STORE_REMOTE. A step is a call to the file system or the database, or to git, so that each point between two steps can be hit, on a
 * fast machine and on a slow one.
 */
const [, , url, dataDir, fatalStep = '0', moment = 'before', remote = ''] = process.argv;
overrideEnv({ DATABASE_URL: url, DATA_DIR: dataDir, STORE_REMOTE: remote || undefined });

const steps = { call: 0, git: 0 };
const die = () => process.kill(process.pid, 'SIGKILL');

function counted(target: object, name: string, kind: 'call' | 'git' = 'call'): void {
  const methods = target as Record<string, (...args: unknown[]) => unknown>; // each named below is a method
  const real = methods[name];
  if (!real) throw new Error(`no ${name} to watch`);
  methods[name] = function (this: unknown, ...args: unknown[]) {
    steps[kind] += 1;
    const step = kind === 'git' ? `git ${steps.git}` : String(steps.call);
    if (step !== fatalStep) return real.apply(this, args);
    if (moment === 'before') die();
    if (moment === 'during' && name === 'writeFile') {
      const bytes = Buffer.from(args[0] as string | Uint8Array); // what atomic-fs and branch hand over
      writeSync((this as FileHandle).fd, bytes.subarray(0, bytes.length >> 1));
      die();
    }
    // The pool asks with a callback, not for a promise.
    if (moment === 'after' && typeof args.at(-1) === 'function') args[args.length - 1] = die;
    const result = real.apply(this, args);
    if (moment === 'during') die();
    if (result instanceof Promise) result.then(die, die);
    return result;
  };
}

process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const handle = await fs.open(process.execPath);
  const handles = Object.getPrototypeOf(handle);
  await handle.close();
  for (const name of ['open', 'rename', 'link', 'rm', 'mkdir', 'stat']) counted(fs, name);
  // What the kernel has, outlives a kill: only a power cut tells who didn't wait for the disk.
  handles.sync = async () => {};
  for (const name of ['writeFile', 'sync']) counted(handles, name);
  counted(pg.Client.prototype, 'query');
  counted(childProcess, 'execFile', 'git');
  await publishPending();
  // As a host does between two publications: it follows what the others pushed.
  await syncWhenDue();
  process.stdout.write(`done after ${steps.call} steps\n`);
  process.exit(0);
});
