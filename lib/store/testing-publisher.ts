import fs from 'node:fs/promises';
import pg from 'pg';
import { overrideEnv } from '../env/env';
import { publishPending } from './publish';

/**
 * A publisher process for the tests that kill one. Arguments: DATABASE_URL, DATA_DIR, and the step at which it kills itself
 * with SIGKILL (0: never): before the step, while it is under way, or after it. A step is a call to the file system or the
 * database, so that each point between two steps can be hit, on a fast machine and on a slow one.
 */
const [, , url, dataDir, fatalStep = '0', moment = 'before'] = process.argv;
overrideEnv({ DATABASE_URL: url, DATA_DIR: dataDir });

let steps = 0;
const die = () => process.kill(process.pid, 'SIGKILL');

function counted(target: object, name: string): void {
  const methods = target as Record<string, (...args: unknown[]) => unknown>; // each named below is a method
  const real = methods[name];
  if (!real) throw new Error(`no ${name} to watch`);
  methods[name] = function (this: unknown, ...args: unknown[]) {
    steps += 1;
    if (String(steps) !== fatalStep) return real.apply(this, args);
    if (moment === 'before') die();
    const result = real.apply(this, args);
    if (moment === 'during') die();
    if (result instanceof Promise) result.then(die, die);
    return result;
  };
}

process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  for (const name of ['open', 'rename', 'link', 'rm', 'mkdir', 'stat']) counted(fs, name);
  counted(pg.Client.prototype, 'query');
  await publishPending();
  process.stdout.write(`done after ${steps} steps\n`);
  process.exit(0);
});
