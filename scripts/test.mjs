// `npm test`: every check and every test, and one true last line. Names of suites or files may follow to run a part:
// `npm test -- lint types unused unit browser`.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { browserFailures, failureLines, firstLine, unitFailures } from './failures.mjs';
import { build, bundle, generate, install, ROOT, requireNode } from './prepare.mjs';

requireNode();
process.chdir(ROOT);
await install();
await generate();

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = { failed: [], flaky: [] };
const bin = (name, file) => [process.execPath, path.join(ROOT, 'node_modules', name, file)];
const results = (file) => path.join(ROOT, 'test-results', file);

const SUITES = {
  lint: () => check('format, lint', ...bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '.'),
  types: () => check('types', ...bin('typescript', 'bin/tsc'), '--noEmit'),
  unused: () => check('unused code and dependencies', ...bin('knip', 'bin/knip.js'), '--no-progress'),
  unit: async () => {
    const file = results('unit.json');
    fs.rmSync(file, { force: true });
    const ok = await run(...bin('vitest', 'vitest.mjs'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    const json = readJson(file);
    if (!json) return count('unit tests', false);
    add(json.numPassedTests, 0, json.numPendingTests + json.numTodoTests);
    addFailures('unit tests', ok, unitFailures(json, ROOT));
  },
  browser: async () => {
    await build();
    bundle();
    await findBrowser();
    const file = results('browser.json');
    fs.rmSync(file, { force: true });
    const ok = await run(...bin('@playwright/test', 'cli.js'), ['test']);
    const json = readJson(file);
    if (!json) return count('browser tests', false);
    const { expected, flaky, skipped } = json.stats;
    add(expected + flaky, 0, skipped);
    addFailures('browser tests', ok, browserFailures(json));
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`Unknown suite: ${unknown.join(', ')}. There are ${Object.keys(SUITES).join(', ')}.`);
  process.exit(1);
}
fs.mkdirSync(results(''), { recursive: true });
for (const name of asked.length > 0 ? asked : Object.keys(SUITES)) {
  const startedAt = Date.now();
  console.log(`\n── ${name} ──`);
  await SUITES[name]();
  console.log(`── ${name}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
}
console.log(
  `\n${failureLines(failures.failed, failures.flaky)
    .map((line) => `${line}\n`)
    .join('')}${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A check's first line of output is its first problem. */
async function check(label, program, head, ...args) {
  const output = [];
  const ok = await run(program, head, args, (text) => output.push(text));
  count(label, ok, output.join(''));
}

function count(label, ok, output = '') {
  console.log(`${ok ? 'ok' : 'FAILED'}: ${label}`);
  add(ok ? 1 : 0, ok ? 0 : 1, 0);
  if (!ok) failures.failed.push({ name: label, message: firstLine(output) });
}

/** A run that ended badly without naming a failed test must not pass for a good one. */
function addFailures(label, ok, { failed, flaky }) {
  add(0, failed.length, 0);
  failures.failed.push(...failed);
  failures.flaky.push(...flaky);
  if (!ok && failed.length === 0) count(label, false);
}

function add(passed, failed, skipped) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** Runs a program in front of whoever started this; `read` gets what it prints. */
function run(program, head, args, read) {
  const out = read ? 'pipe' : 'inherit';
  return new Promise((resolve) => {
    const child = spawn(program, [head, ...args], { cwd: ROOT, stdio: ['ignore', out, out] });
    for (const name of ['stdout', 'stderr'])
      child[name]?.setEncoding('utf8').on('data', (text) => {
        process[name].write(text);
        read(text);
      });
    child.on('close', (code) => resolve(code === 0));
  });
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Debian's chromium, else Playwright's own, fetched once. */
async function findBrowser() {
  if (['/usr/bin/chromium', '/usr/bin/chromium-browser'].some((file) => fs.existsSync(file))) return;
  const { chromium } = await import('@playwright/test');
  if (fs.existsSync(chromium.executablePath())) return;
  console.log('Installing a browser for the tests …');
  await run(...bin('@playwright/test', 'cli.js'), ['install', '--with-deps', 'chromium']);
}
