import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
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
