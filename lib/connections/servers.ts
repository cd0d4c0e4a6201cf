import fs from 'node:fs';
import path from 'node:path';
import { databaseUrl, db } from '../db/client';
import { env } from '../env/env';
import { programFile } from '../env/program-file';
import { closeConfiguredServers } from './configured-servers';
import { connectStdio } from './connect-stdio';
import type { Connection } from './connection';
import { type Restartable, restartable } from './restartable';

/** One logs server a process, whichever run asks; it holds the index of all log files. */
const shared = globalThis as unknown as { socdownLogs?: { key: string; server: Restartable } };

/** The logs server, started on first use and again when it died or the folders changed. */
export async function logsServer(): Promise<Connection> {
  const folders = await logFolders();
  const cacheDir = path.join(env().DATA_DIR, 'cache', 'logs');
  const key = `${folders}\0${cacheDir}`;
  const open = shared.socdownLogs;
  if (open?.key === key) return open.server.connect();
  fs.mkdirSync(cacheDir, { recursive: true });
  const server = restartable(() =>
    connectStdio('logs', programFile('lib/servers/logs/main.ts'), { LOGS_DIR: folders, LOGS_CACHE_DIR: cacheDir }),
  );
  shared.socdownLogs = { key, server };
  await open?.server.close();
  return server.connect();
}

/** A socdown server for one investigation, whose own case it leaves out. */
export function socdownServer(investigationId: string): Promise<Connection> {
  return connectStdio('socdown', programFile('lib/servers/socdown/main.ts'), {
    DATABASE_URL: databaseUrl(),
    DATA_DIR: env().DATA_DIR,
    SOCDOWN_INVESTIGATION_ID: investigationId,
  });
}

/** Ends all shared servers: for a process that ends, and for tests. */
export async function closeServers(): Promise<void> {
  const open = shared.socdownLogs;
  shared.socdownLogs = undefined;
  await Promise.all([open?.server.close(), closeConfiguredServers()]);
}

/** Where the logs of the demo organization are written. */
export const sampleLogsDir = (): string => path.join(env().DATA_DIR, 'samples', 'logs');

/** LOGS_DIR; without it the samples' logs, until an admin removes them. */
export async function logFolders(): Promise<string> {
  const { LOGS_DIR } = env();
  if (LOGS_DIR) {
    const folders = LOGS_DIR.split(path.delimiter).filter(Boolean);
    return folders.map((folder) => path.resolve(folder)).join(path.delimiter);
  }
  const removed = await db().setting.findUnique({ where: { key: 'samples.removed' } });
  return removed ? '' : sampleLogsDir();
}
