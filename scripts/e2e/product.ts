import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export type Product = {
  /** '' of a worker alone. */
  url: string;
  /** The printed one-time link, on a first start. */
  setupLink: string | undefined;
  dataDir: string;
  /** Everything printed so far. */
  output: () => string;
  pid: number;
  /** Sends the signal and waits for the end; answers the exit code. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
};

/** A data folder that an unprivileged PostgreSQL can reach. */
export function freshDataDir(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-e2e-'));
  fs.chmodSync(folder, 0o755);
  return folder;
}

/**
 * Runs what `npm start` runs and waits for the printed address.
 * @throws Error with all output when it ends or is silent for too long.
 */
export async function startProduct(options: { dataDir: string; env?: Record<string, string> }): Promise<Product> {
  const { DATABASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, LOGS_DIR, ...inherited } = process.env;
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: { ...inherited, PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: options.dataDir, ...options.env } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    // Left running, it would hold its data folder and its build.
    const fail = (why: string) => {
      child.kill();
      reject(new Error(`${why}\n${output}`));
    };
    const timer = setTimeout(() => fail('No address was printed within five minutes.'), 300_000);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Socdown (?:is ready at (http\S+)|worker is ready)/.exec(output);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1] ?? '');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`It ended with ${code} before it was ready.`);
    });
  });
  return {
    url,
    setupLink: /https?:\S+\/setup\?token=\S+/.exec(output)?.[0],
    dataDir: options.dataDir,
    output: () => output,
    pid: pidOf(child),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The process has no id.');
  return child.pid;
}
