// `npm run bench [-- name …]`: measures, never asserts. Each program below bench/ prints its own ratios against a floor
// that it measures in the same run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { bundle, endsWithParent, generate, install, ROOT, requireNode } from './prepare.mjs';

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
  const bound = endsWithParent();
  const child = spawn(process.execPath, [...bound.args, '--import', 'tsx', path.join('bench', `${name}.ts`)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { LOG_LEVEL: 'warn', ...process.env, ...bound.env },
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) process.exitCode = 1;
}
