import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SYSTEM } from '@/lib/auth/guard';
import { programFile } from '@/lib/env/program-file';
import { backup } from '@/lib/store/backup';
import { plural } from '@/lib/text/phrases';

/** What an installation of its own must not take from this one. */
const NOT_INHERITED = ['DATABASE_URL', 'STORE_REMOTE', 'LOGS_DIR', 'SOCDOWN_ROLE', 'NODE_OPTIONS'];

/** The command line as a program: the bundle of scripts/cli.ts only gives its function. */
const RUN_MAIN = 'process.exit(await (await import(process.argv[1])).main(process.argv.slice(2)))';

/**
 * Rehearses a restore: backs up, restores the file into an empty installation below the temporary directory (a database server of its
 * own), verifies the repository there, and removes both. This installation is only read.
 * @returns one line on what came back
 * @throws Error with what the restore or the verification said
 */
export async function rehearseRestore(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'socdown-rehearsal-'));
  // A database server that root starts runs as another user, who must get to its folder; the backup is its owner's alone.
  await fs.chmod(folder, 0o711);
  try {
    const file = path.join(folder, 'rehearsal.backup');
    const started = performance.now();
    const { rows, objects, head } = await backup(SYSTEM, file);
    const wanted = `${plural(sum(rows), 'row')}, ${plural(objects, 'object')}, head ${head}`;
    const { size } = await fs.stat(file);
    const backedUp = performance.now();
    const dataDir = path.join(folder, 'data');
    const restored = await socdown(dataDir, ['restore', file]);
    if (!restored.includes(wanted))
      throw new Error(`The restore brought back something else. Backup: ${wanted}. ${restored}`);
    await socdown(dataDir, ['verify']);
    const [first, second] = [backedUp - started, performance.now() - backedUp].map((ms) => (ms / 1000).toFixed(1));
    return `${wanted}; ${(size / 1e6).toFixed(1)} MB written in ${first} s, restored and verified in ${second} s`;
  } finally {
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 20 });
  }
}

const sum = (rows: Record<string, number>): number => Object.values(rows).reduce((total, n) => total + n, 0);

/** What the command line says with another data folder. @throws Error with its words when it fails. */
function socdown(dataDir: string, args: string[]): Promise<string> {
  const environment = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name));
  const program = pathToFileURL(programFile('scripts/cli.ts')).href;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', RUN_MAIN, program, ...args], {
    env: { ...Object.fromEntries(environment), NODE_ENV: process.env.NODE_ENV, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      said += data;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(said.trim()) : reject(new Error(said.trim() || `It ended with ${code}.`)),
    );
  });
}
