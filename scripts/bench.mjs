// `npm run bench [-- name …]`: measures, never asserts. Each program below bench/ prints its own ratios against a floor
// that it measures in the same run.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { bundle, generate, install, ROOT, requireNode } from './prepare.mjs';

requireNode();
process.chdir(ROOT);
await install();
await generate();
bundle();

const all = fs
  .readdirSync('bench')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are ${all.join(', ')}.`);
  process.exit(1);
}
for (const name of asked.length > 0 ? asked : all) {
  console.log(`\n── ${name} ──`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', path.join('bench', `${name}.ts`)], {
    stdio: 'inherit',
    env: { LOG_LEVEL: 'warn', ...process.env },
  });
  if (status !== 0) process.exitCode = 1;
}
