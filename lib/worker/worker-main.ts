import fs from 'node:fs';
import { readLogsAhead } from '../connections/log-sources';
import { closeDb } from '../db/client';
import { log } from '../log/log';
import { endTracing } from '../tracing/span';
import { startWorker } from './worker';

/**
 * The worker as a program: `node dist/lib/worker/worker-main.mjs`. Prints one line when it is ready.
 * Ends on SIGTERM, SIGINT, and when its parent goes (the IPC channel, or a pipe as stdin, closes): an orphan would hold
 * the database after a kill -9 of the start script.
 */
async function main(): Promise<void> {
  const worker = await startWorker();
  let ending = false;
  const end = async (why: string) => {
    if (ending) return;
    ending = true;
    log.info({ why }, 'worker stops');
    // A run that doesn't let go in time is taken over when its lease runs out.
    setTimeout(() => process.exit(1), 15_000).unref();
    await worker.stop();
    await closeDb();
    await endTracing();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end('SIGTERM'));
  process.on('SIGINT', () => void end('SIGINT'));
  if (process.channel) process.on('disconnect', () => void end('the parent is gone'));
  if (stdinIsPipe()) {
    process.stdin.resume();
    process.stdin.on('end', () => void end('stdin closed'));
    process.stdin.on('error', () => void end('stdin broke'));
  }
  void readLogsAhead();
  if (process.send) process.send({ ready: 'worker' });
  else process.stdout.write('worker ready\n');
}

/** /dev/null, as services have it, is at its end from the start and says nothing about a parent. */
function stdinIsPipe(): boolean {
  try {
    const stat = fs.fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

main().catch((error) => {
  log.fatal({ err: error }, 'the worker could not start');
  process.exit(1);
});
