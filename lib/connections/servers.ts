import fs from 'node:fs';
import path from 'node:path';
import { databaseUrl, db } from '../db/client';
import { env } from '../env/env';
import { type Connection, connectStdio } from './connect-stdio';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** One logs server a process, whichever run asks; it holds the index of all log files. */
const shared = globalThis as unknown as { socdownLogs?: { key: string; connection: Promise<Connection> } };

/** The logs server, started on first use and again when it died or the folders changed. */
export async function logsServer(): Promise<Connection> {
  const folders = await logFolders();
  const cacheDir = path.join(env().DATA_DIR, 'cache', 'logs');
  const key = `${folders}\0${cacheDir}`;
  const open = shared.socdownLogs;
  if (open?.key === key) {
    const connection = await open.connection.catch(() => undefined);
    if (connection?.alive()) return connection;
  }
  if (open && open.key !== key) await (await open.connection.catch(() => undefined))?.close();
  fs.mkdirSync(cacheDir, { recursive: true });
  const connection = connectStdio('logs', program('logs'), { LOGS_DIR: folders, LOGS_CACHE_DIR: cacheDir });
  shared.socdownLogs = { key, connection };
  return connection;
}

/** A socdown server for one investigation, whose own case it leaves out. */
export function socdownServer(investigationId: string): Promise<Connection> {
  return connectStdio('socdown', program('socdown'), {
    DATABASE_URL: databaseUrl(),
    DATA_DIR: env().DATA_DIR,
    SOCDOWN_INVESTIGATION_ID: investigationId,
  });
}

/** Ends the shared server: for a process that ends, and for tests. */
export async function closeServers(): Promise<void> {
  const open = shared.socdownLogs;
  shared.socdownLogs = undefined;
  await (await open?.connection.catch(() => undefined))?.close();
}

/** LOGS_DIR; without it the shipped samples, until somebody removed them. */
async function logFolders(): Promise<string> {
  const { LOGS_DIR } = env();
  if (LOGS_DIR) return LOGS_DIR;
  const removed = await db().setting.findUnique({ where: { key: 'samples.removed' } });
  return removed ? '' : path.join(ROOT, 'samples', 'logs');
}

function program(name: string): string {
  return path.join(ROOT, 'lib', 'servers', name, 'main.ts');
}
