import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { processStart } from '@/lib/db/process-state';
import { isHeld, lockDataDir } from './data-dir-lock';

const folder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-lock-'));

it('refuses a second start and names the first', () => {
  const dir = folder();
  const release = lockDataDir(dir, ['web', 'worker']);
  expect(() => lockDataDir(dir, ['worker'])).toThrow(`process ${process.pid}`);
  expect(isHeld(dir, 'worker')).toBe(true);
  release();
  expect(isHeld(dir, 'worker')).toBe(false);
  lockDataDir(dir, ['worker'])();
});

it('lets web and worker of one folder run apart', () => {
  const dir = folder();
  const releases = [lockDataDir(dir, ['web']), lockDataDir(dir, ['worker'])];
  expect(() => lockDataDir(dir, ['web', 'worker'])).toThrow('already runs');
  for (const release of releases) release();
  expect(fs.readdirSync(dir)).toEqual([]);
});

it('takes over what a killed process left, and a number that another process has now', async () => {
  const dir = folder();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const pid = child.pid ?? 0;
  fs.writeFileSync(path.join(dir, 'web.lock'), `${pid} 1`); // that number, begun at another time
  lockDataDir(dir, ['web'])();
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  fs.writeFileSync(path.join(dir, 'web.lock'), `${pid} 12345`);
  lockDataDir(dir, ['web'])();
});

it.runIf(process.platform === 'linux')(
  'does not wait for a zombie: a killed holder that nobody has reaped',
  async () => {
    const dir = folder();
    // The shell leaves its child to a program that never asks for it.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    fs.writeFileSync(path.join(dir, 'web.lock'), `${pid} ${processStart(pid)}`);
    expect(isHeld(dir, 'web')).toBe(true);
    try {
      await expect
        .poll(
          () =>
            fs
              .readFileSync(`/proc/${pid}/stat`, 'utf8')
              .replace(/^.*\) /, '')
              .charAt(0),
          { timeout: 10_000 },
        )
        .toBe('Z');
      expect(isHeld(dir, 'web')).toBe(false);
      lockDataDir(dir, ['web'])();
    } finally {
      parent.kill('SIGKILL');
    }
  },
);

it('waits for a holder that was killed and is still exiting', async () => {
  const dir = folder();
  // Giving back this much memory takes a moment, in which the process is neither running nor gone.
  const holder = spawn(process.execPath, [
    '-e',
    'globalThis.b = Buffer.alloc(4e8, 1); console.log(1); setInterval(() => {}, 1e6)',
  ]);
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  fs.writeFileSync(path.join(dir, 'worker.lock'), `${holder.pid} ${processStart(holder.pid ?? 0)}`);
  expect(() => lockDataDir(dir, ['worker'])).toThrow(`process ${holder.pid}`);
  holder.kill('SIGKILL');
  lockDataDir(dir, ['worker'])();
});
