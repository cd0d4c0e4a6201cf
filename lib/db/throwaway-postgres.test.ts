import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { processState } from './process-state';

const MODULE = pathToFileURL(path.join(import.meta.dirname, 'throwaway-postgres.ts')).href;

it('the server and its folder are gone when the process that asked for it was killed', {
  timeout: 120_000,
}, async () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-throwaway-'));
  fs.chmodSync(dataDir, 0o755);
  onTestFinished(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const script = `import(${JSON.stringify(MODULE)}).then(async ({ startThrowawayPostgres }) => {
    await startThrowawayPostgres(${JSON.stringify(dataDir)});
    console.log('ready');
    setInterval(() => {}, 1000);
  });`;
  const asked = spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(asked, 'exit');
  onTestFinished(() => void asked.kill('SIGKILL'));
  await Promise.race([once(asked.stdout, 'data'), ended]);
  const pid = Number.parseInt(fs.readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  expect(processState(pid)).not.toBe('gone');

  asked.kill('SIGKILL');
  await ended;
  await expect.poll(() => [processState(pid), fs.existsSync(dataDir)], { timeout: 20_000 }).toEqual(['gone', false]);
});
