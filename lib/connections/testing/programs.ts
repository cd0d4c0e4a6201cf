import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import { errorMessage } from '../../errors/app-error';
import { sleep } from '../../time/sleep';

/** Programs of others that tests start, as installed from programs/package.json. */
export type TestPrograms = {
  /** A Node.js that they all run on (22.19 or newer). */
  node: string;
  /** The path of a file in one of the packages. */
  file: (...parts: string[]) => string;
};

const MANIFEST = path.join(import.meta.dirname, 'programs');
const FOLDER = path.resolve('node_modules/.cache/socdown-test-programs');
const MODULES = path.join(FOLDER, 'node_modules');
const MARKER = path.join(FOLDER, '.installed');
const LOCK = `${FOLDER}.lock`;
const INSTALL_MS = 600_000;
const POLL_MS = 500;

/**
 * A `describe` of tests that start programs of others. The first run installs them (decision 126). Where that is impossible,
 * for example without a network, the tests are skipped and the suite's name says why.
 */
export async function describeWithPrograms(name: string, define: (programs: TestPrograms) => void): Promise<void> {
  const missing = await install().then(() => null, errorMessage);
  const node = missing === null ? findNode() : null;
  const why = missing ?? `no Node.js 22 for ${process.platform} ${process.arch}`;
  describe.skipIf(node === null)(node === null ? `${name} (skipped: ${why})` : name, () =>
    define({ node: node ?? '', file: (...parts) => path.join(MODULES, ...parts) }),
  );
}

function findNode(): string | null {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  const { platform, arch } = process;
  const names = [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`];
  return names.map((name) => path.join(MODULES, name, 'bin/node')).find((file) => fs.existsSync(file)) ?? null;
}

/** Once a lock file, whichever test file comes first; the others wait. */
async function install(): Promise<void> {
  const lockFile = fs.readFileSync(path.join(MANIFEST, 'package-lock.json'));
  const wanted = createHash('sha256').update(lockFile).digest('hex');
  while (read(MARKER) !== wanted) {
    if (!takeLock()) {
      await sleep(POLL_MS, new AbortController().signal);
      continue;
    }
    try {
      // The one that had the lock may have installed them.
      if (read(MARKER) !== wanted) await runNpm();
      fs.writeFileSync(MARKER, wanted);
    } finally {
      fs.rmSync(LOCK, { force: true });
    }
  }
}

async function runNpm(): Promise<void> {
  fs.rmSync(MARKER, { force: true });
  fs.mkdirSync(FOLDER, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    fs.copyFileSync(path.join(MANIFEST, name), path.join(FOLDER, name));
  console.log('Installing the programs that tests start (npm install, about 600 MB, once) …');
  // Not `npm ci`, which wants the binaries of every platform in the lock file: some registries don't have all.
  const args = 'install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1'.split(' ');
  const options = { cwd: FOLDER, timeout: INSTALL_MS, shell: process.platform === 'win32' };
  try {
    await promisify(execFile)('npm', args, options);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }; // of execFile
    throw new Error(`npm install failed: ${/npm error code (\S+)/.exec(stderr)?.[1] ?? errorMessage(error)}`);
  }
}

/** False while another living process has it. */
function takeLock(): boolean {
  fs.mkdirSync(path.dirname(LOCK), { recursive: true });
  try {
    fs.writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(read(LOCK));
  // Empty for the moment between making the file and writing into it.
  if (owner > 0 && !isAlive(owner)) fs.rmSync(LOCK, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
