import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';

const isThere = (pid: number) => {
  try {
    // A zombie has no command line: it has ended, and nobody has asked how.
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

/** A folder with our prepare.mjs and a `next build` that starts a worker, says both numbers, and never ends. */
function folderThatBuildsForever(): { root: string; pids: string } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-prepare-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  const pids = path.join(root, 'pids');
  const next = path.join(root, 'node_modules/next/dist/bin/next');
  fs.mkdirSync(path.dirname(next), { recursive: true });
  fs.mkdirSync(path.join(root, 'scripts'));
  for (const file of ['prepare.mjs', 'end-with-parent.mjs'])
    fs.copyFileSync(path.join(import.meta.dirname, file), path.join(root, 'scripts', file));
  fs.writeFileSync(
    next,
    `const { spawn } = require('node:child_process');
     const worker = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
     require('node:fs').writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + worker.pid);
     setInterval(() => {}, 1000);`,
  );
  return { root, pids };
}

it.runIf(process.platform === 'linux').each([
  ['SIGTERM', 143],
  ['SIGKILL', null],
] as const)('%s to the start alone ends the build and its workers', async (signal, code) => {
  const { root, pids } = folderThatBuildsForever();
  const start = spawn(process.execPath, ['-e', "import('./scripts/prepare.mjs').then((p) => p.build())"], {
    cwd: root,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => start.once('exit', resolve));
  await vi.waitFor(() => expect(fs.readFileSync(pids, 'utf8')).toMatch(/^\d+ \d+$/), 10_000);
  const children = fs.readFileSync(pids, 'utf8').split(' ').map(Number);
  expect(children.map(isThere)).toEqual([true, true]);

  start.kill(signal);
  expect(await ended).toBe(code);
  await vi.waitFor(() => expect(children.map(isThere)).toEqual([false, false]), 5000);
  expect(fs.existsSync(path.join(root, '.next/.socdown-build'))).toBe(false);
});
