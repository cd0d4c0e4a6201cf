import { spawn } from 'node:child_process';
import path from 'node:path';
import { databaseOwner } from './database-owner';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { clusterDir } from './postgres-files';

/**
 * Runs beside the process that started the server, and reads from it until it is gone: also after `kill -9`, which no handler
 * sees. Then the server, if it still runs, is ended at once, and its folder removed.
 */
const GUARD = `
const fs = require('node:fs');
const path = require('node:path');
const [dataDir, cluster] = process.argv.slice(1);
const pid = () => {
  try { return Number.parseInt(fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8'), 10); } catch { return 0; }
};
process.stdin.resume().on('end', () => {
  let left = 100;
  const step = () => {
    const server = pid();
    if (server > 0 && left-- > 0) {
      try { process.kill(server, 'SIGQUIT'); } catch { left = 0; }
      return setTimeout(step, 100);
    }
    fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
  };
  step();
});`;

/**
 * An embedded PostgreSQL for a bench or a run of tests: it and its data folder don't outlive the process that asked for it,
 * however that ends.
 */
export async function startThrowawayPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(dataDir);
  const folders = [path.resolve(dataDir), path.resolve(clusterDir(dataDir, databaseOwner()))];
  const guard = spawn(process.execPath, ['-e', GUARD, ...folders], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  const stop = async () => {
    await server.stop();
    guard.stdin.end();
  };
  return { ...server, stop };
}
