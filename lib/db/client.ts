import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { env } from '../env/env';
import { embeddedUrl } from './embedded-postgres';
import { type Prisma, PrismaClient } from './generated/client';
import { SerialClient, TracedPool } from './serial-client';

export type Db = PrismaClient;
/** What a verb needs: the client, or the transaction it is called in. */
export type Tx = Prisma.TransactionClient;
export { Prisma } from './generated/client';

/** Next loads modules more than once (instrumentation, routes): one pool must serve them all. */
const shared = globalThis as unknown as { socdownDb?: { url: string; client: PrismaClient; pool: pg.Pool } };

/** The connection string in force: DATABASE_URL, or the embedded server's socket below DATA_DIR. */
export function databaseUrl(): string {
  return env().DATABASE_URL ?? embeddedUrl(env().DATA_DIR);
}

export function db(): PrismaClient {
  return connection().client;
}

/** For raw SQL on hot paths, LISTEN and advisory locks. */
export function pool(): pg.Pool {
  return connection().pool;
}

export async function closeDb(): Promise<void> {
  const open = shared.socdownDb;
  shared.socdownDb = undefined;
  if (!open) return;
  await open.client.$disconnect();
  await open.pool.end();
}

function connection() {
  const url = databaseUrl();
  if (shared.socdownDb?.url === url) return shared.socdownDb;
  const pgPool = new TracedPool({ connectionString: url, max: 10, Client: SerialClient });
  // An idle connection that the server closes must not end the process; the next query reports it.
  pgPool.on('error', () => {});
  const client = new PrismaClient({
    adapter: new PrismaPg(pgPool, { disposeExternalPool: false }),
    // The default of 5 s ends honest transactions on a machine that is busy.
    transactionOptions: { maxWait: 15_000, timeout: 30_000 },
  });
  shared.socdownDb = { url, client, pool: pgPool };
  return shared.socdownDb;
}
