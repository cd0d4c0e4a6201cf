import { type ChildProcess, spawn } from 'node:child_process';
import pg from 'pg';
import { createSetupToken } from '@/lib/auth/users';
import { closeDb, databaseUrl } from '@/lib/db/client';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/lib/db/embedded-postgres';
import { migrate } from '@/lib/db/migrate';
import { env } from '@/lib/env/env';
import { programFile } from '@/lib/env/program-file';
import { errorMessage } from '@/lib/errors/app-error';
import { seedSamples } from '@/lib/samples/seed-samples';
import { backupBeforeMigration } from '@/lib/store/backup-before-migration';
import { ensureStore } from '@/lib/store/repo';
import { finishRestore } from '@/lib/store/restore';
import { lockDataDir } from './data-dir-lock';

const OLDEST_POSTGRES = 150_000;
const STOP_MS = 8000;

/** Starts what this role needs, prints one address, and runs until a signal. Exits with 1 and a sentence when it can't. */
export async function serve(): Promise<void> {
  let release = () => {};
  let postgres: EmbeddedPostgres | undefined;
  const children: Child[] = [];
  let stopping = false;

  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    await Promise.all(children.map((child) => child.stop()));
    await closeDb();
    await postgres?.stop();
    release();
    process.exit(code);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGHUP', () => void stop(0));

  try {
    const { DATA_DIR, DATABASE_URL, SOCDOWN_ROLE } = env();
    const web = SOCDOWN_ROLE !== 'worker';
    const worker = SOCDOWN_ROLE !== 'web';
    release = lockDataDir(DATA_DIR, [...(web ? ['web'] : []), ...(worker ? ['worker'] : [])]);
    if (!DATABASE_URL) postgres = await startEmbeddedPostgres(DATA_DIR);
    await requirePostgres();
    await migrate(databaseUrl(), { before: backupBeforeMigration });
    await finishRestore();
    await ensureStore();
    await seedSamples();
    const setupToken = web ? await createSetupToken() : null;
    await closeDb();
    if (stopping) return;

    if (worker) children.push(new Child('worker', 'lib/worker/worker-main.ts'));
    if (web) children.push(new Child('web', 'scripts/web.ts'));
    const ready = await Promise.all(children.map((child) => child.start()));
    const url = ready.find((text) => text.startsWith('http'));
    if (postgres) restartWhenDown(DATA_DIR, () => stopping);
    if (!url) return console.log('Socdown worker is ready.');
    if (setupToken)
      console.log(
        `\nFirst start: create the admin account at\n  ${url}/setup?token=${setupToken}\n(the link works once; a restart prints a new one)`,
      );
    console.log(`\nSocdown is ready at ${url}`);
  } catch (error) {
    if (stopping) return;
    console.error(`Socdown could not start: ${errorMessage(error)}`);
    await stop(1);
  }
}

async function requirePostgres(): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(), connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ v: string }>("SELECT current_setting('server_version_num') AS v");
    if (Number(rows[0]?.v) < OLDEST_POSTGRES) throw new Error('PostgreSQL 15 or newer is required');
  } catch (error) {
    throw new Error(`The database can't be used (${errorMessage(error)}). Check DATABASE_URL.`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

/** An embedded server that died (out of memory, killed) is started again; clients reconnect by themselves. */
function restartWhenDown(dataDir: string, stopping: () => boolean): void {
  let busy = false;
  setInterval(async () => {
    if (busy || stopping()) return;
    busy = true;
    try {
      await startEmbeddedPostgres(dataDir);
    } catch (error) {
      console.error(errorMessage(error));
    } finally {
      busy = false;
    }
  }, 5000).unref();
}

/**
 * A child process that reports by IPC when it is ready, ends when our end of the channel closes (so a kill -9 of this
 * process leaves nothing behind), and is restarted when it dies.
 */
class Child {
  private process: ChildProcess | undefined;
  private stopped = false;
  private failures = 0;
  private everReady = false;
  private readonly name: string;
  private readonly script: string;

  constructor(name: string, script: string) {
    this.name = name;
    this.script = script;
  }

  /** Resolves with the child's ready message; rejects when its first start fails. */
  start(): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...heapLimit(this.name), programFile(this.script)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: { ...process.env, DATABASE_URL: databaseUrl(), DATA_DIR: env().DATA_DIR },
      });
      this.process = child;
      const startedAt = Date.now();
      child.on('message', (message: { ready?: string; failed?: string }) => {
        if (message.failed) reject(new Error(message.failed)); // does nothing after the first start: `exit` follows
        if (typeof message.ready !== 'string') return;
        this.everReady = true;
        resolve(message.ready);
      });
      child.on('exit', (code, signal) => {
        if (this.stopped) return resolve('');
        // Only a first start may fail: what worked once is tried again for as long as it takes.
        if (!this.everReady)
          return reject(new Error(`${this.name} ended before it was ready (${signal ?? `exit ${code}`}).`));
        this.failures = Date.now() - startedAt > 60_000 ? 0 : this.failures + 1;
        const delay = Math.min(30_000, 500 * 2 ** this.failures);
        console.error(`${this.name} ended (${signal ?? `exit ${code}`}); restarting it in ${delay / 1000} s.`);
        setTimeout(() => {
          if (!this.stopped) this.start().catch((error) => console.error(`${this.name}: ${errorMessage(error)}`));
        }, delay);
      });
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(timer);
  }
}

/** Megabytes of JavaScript heap. Without a limit V8 grows to twice what it needs before it collects. */
const HEAP_MB: Record<string, number> = { web: 400, worker: 800 };

/** Node's own option, unless NODE_OPTIONS sets it. */
function heapLimit(name: string): string[] {
  const limit = HEAP_MB[name];
  if (limit === undefined || /max[-_]old[-_]space[-_]size/.test(process.env.NODE_OPTIONS ?? '')) return [];
  return [`--max-old-space-size=${limit}`];
}
