// What must be there before any TypeScript of ours can run. Plain JavaScript: it runs before the first install.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = path.resolve(import.meta.dirname, '..');
const at = (...parts) => path.join(ROOT, ...parts);

/** Ends the process with a sentence when Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Socdown needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** `npm ci` when node_modules is missing or was made from another lock file. */
export async function install() {
  const marker = at('node_modules', '.socdown-lock');
  const wanted = hashOf([at('package-lock.json')]);
  if (read(marker) === wanted) return;
  const npmsOwn = at('node_modules', '.package-lock.json');
  const current =
    fs.existsSync(npmsOwn) && fs.statSync(npmsOwn).mtimeMs >= fs.statSync(at('package-lock.json')).mtimeMs;
  if (!current) {
    console.log('Installing dependencies (npm ci) …');
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  fs.writeFileSync(marker, wanted);
}

/** The database client, generated from prisma/schema.prisma when that changed. Needs no engine and no network. */
export async function generate() {
  const marker = at('lib/db/generated/.schema');
  const wanted = hashOf([at('prisma/schema.prisma'), at('package-lock.json')]);
  if (read(marker) === wanted) return;
  // `generate` only asks whether an engine binary is there and never runs it; any existing file will do.
  await run(process.execPath, [at('node_modules/prisma/build/index.js'), 'generate'], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  });
  fs.writeFileSync(marker, wanted);
}

/** What runs as a process of its own: below dist/ under the same path. */
const PROGRAMS = [
  'scripts/serve.ts',
  'scripts/web.ts',
  'scripts/cli.ts',
  'lib/worker/worker-main.ts',
  'lib/checks/worker.ts',
  'lib/servers/logs/main.ts',
  'lib/servers/logs/worker.ts',
  'lib/servers/socdown/main.ts',
  'lib/connections/arguments-thread.ts',
  'lib/evaluation/main.ts',
];

/**
 * Our programs as plain JavaScript, when a source changed since the last time. A tool server starts with every
 * investigation, and compiling TypeScript again each time was most of what its start took (decision 056).
 */
export function bundle() {
  const marker = at('dist', '.sources');
  const wanted = hashOf(sources('lib', 'scripts'));
  if (read(marker) === wanted) return;
  const esbuild = createRequire(import.meta.url)('esbuild');
  const { outputFiles } = esbuild.buildSync({
    absWorkingDir: ROOT,
    entryPoints: PROGRAMS,
    outdir: 'dist',
    outbase: '.',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  esbuild.stop();
  // Whole or not at all: a product that runs from this folder may be starting one of them.
  for (const { path: file, text } of outputFiles) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, text);
    fs.renameSync(`${file}.${process.pid}`, file);
  }
  fs.writeFileSync(marker, wanted);
}

/** `next build` when a source changed since the last one. */
export async function build() {
  const marker = at('.next', '.socdown-build');
  const wanted = hashOf(sources('app', 'components', 'lib', 'public'));
  if (read(marker) === wanted) return;
  console.log('Building … (takes a few minutes, only after an install or an upgrade)');
  fs.rmSync(marker, { force: true });
  await run(process.execPath, [at('node_modules/next/dist/bin/next'), 'build'], {
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  });
  fs.writeFileSync(marker, wanted);
}

function sources(...folders) {
  const files = [
    'next.config.ts',
    'postcss.config.mjs',
    'proxy.ts',
    'package-lock.json',
    'tsconfig.json',
    'prisma/schema.prisma',
  ];
  for (const folder of folders) {
    if (!fs.existsSync(at(folder))) continue;
    for (const entry of fs.readdirSync(at(folder), { recursive: true, withFileTypes: true })) {
      const name = path.relative(ROOT, path.join(entry.parentPath, entry.name));
      if (entry.isFile() && !/\.(test|e2e)\.tsx?$/.test(name) && !name.startsWith(path.join('lib', 'db', 'generated')))
        files.push(name);
    }
  }
  return files
    .sort()
    .map((name) => at(name))
    .filter((file) => fs.existsSync(file));
}

function hashOf(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(`\0${path.relative(ROOT, file)}\0`).update(fs.readFileSync(file));
  return hash.digest('hex');
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** What makes a Node program end with this process, also by `kill -9`: arguments, and what `spawn` needs for them. */
export const endsWithParent = () => ({
  args: ['--import', pathToFileURL(at('scripts/end-with-parent.mjs')).href],
  env: { SOCDOWN_ENDS_WITH: String(process.pid) },
});

/**
 * Runs it to its end; what it printed is shown when it fails. It leads a process group of its own, so that a signal that
 * only reaches this process (a supervisor's, `kill`) ends it with all its workers: a build must not outlive the start
 * that asked for it.
 */
async function run(program, args, extraEnv = {}) {
  const windows = process.platform === 'win32';
  const isNode = program === process.execPath;
  const bound = isNode ? endsWithParent() : { args: [], env: {} };
  const child = spawn(program, [...bound.args, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', ...(isNode ? ['ipc'] : [])],
    env: { ...process.env, ...bound.env, ...extraEnv },
    shell: windows,
    detached: !windows,
  });
  const stop = (signal) => {
    try {
      process.kill(windows ? child.pid : -child.pid, signal);
    } catch {
      // It has just ended by itself.
    }
    process.exit(128 + os.constants.signals[signal]);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  const ok = await new Promise((resolve) => {
    child.on('error', (error) => {
      printed += error.message;
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
  for (const signal of signals) process.off(signal, stop);
  if (ok) return;
  console.error(printed.trim());
  console.error(`\n"${[path.basename(program), ...args].join(' ')}" failed. Fix the problem above, then start again.`);
  process.exit(1);
}
