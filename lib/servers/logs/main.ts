/** The `logs` MCP server over stdio. Settings: LOGS_DIR (folders), LOGS_CACHE_DIR, LOGS_MEMORY_MB, LOGS_QUERY_TIMEOUT_MS. */
import os from 'node:os';
import path from 'node:path';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { errorMessage } from '../../errors/app-error';
import { log } from '../../log/log';
import { Answerer } from './answer';
import { Catalog } from './catalog';
import { createServer } from './tools';
import { WorkerPool } from './worker-pool';

/** With the time of a query, below the 60 s after which a client gives up: it hears why. */
const INDEX_WAIT_MS = 25_000;

const Settings = z.object({
  LOGS_DIR: z.string().default(''),
  LOGS_CACHE_DIR: z.string().default(path.join(os.tmpdir(), 'socdown-logs-cache')),
  /** DuckDB's memory limit in each of at most four worker processes. */
  LOGS_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(256)
    .default(Math.min(1024, Math.floor(os.totalmem() / 8 / 1024 / 1024))),
  LOGS_QUERY_TIMEOUT_MS: z.coerce.number().int().min(100).default(30_000),
});

async function main(): Promise<void> {
  const settings = Settings.parse(process.env);
  const roots = settings.LOGS_DIR.split(path.delimiter)
    .filter(Boolean)
    .map((root) => path.resolve(root));
  const cores = Math.max(1, Math.min(os.availableParallelism(), 4));
  const workers = Math.min(2, cores);
  const pool = new WorkerPool(workers, workers);
  const limits = { memoryMb: settings.LOGS_MEMORY_MB, threads: cores };
  const catalog = new Catalog(
    { roots, cacheDir: path.resolve(settings.LOGS_CACHE_DIR), memoryMb: limits.memoryMb, threads: 1 },
    pool,
  );
  const answerer = new Answerer(catalog, pool, {
    ...limits,
    queryMs: settings.LOGS_QUERY_TIMEOUT_MS,
    indexWaitMs: INDEX_WAIT_MS,
  });

  const stop = async (): Promise<void> => {
    await pool.close();
    process.exit(0);
  };
  process.stdin.on('end', stop); // the client is gone, however it ended
  process.stdin.on('close', stop);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  serveStdio(() => createServer(catalog, answerer, INDEX_WAIT_MS));
  catalog
    .refresh()
    .catch((error: unknown) => log.error({ error: errorMessage(error) }, 'the log folders could not be read'));
}

await main();
