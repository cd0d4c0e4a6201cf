import { fromPrisma, PgBoss } from 'pg-boss';
import { databaseUrl, pool, type Tx } from '../db/client';
import { log } from '../log/log';

export const RUNS = 'runs';
/** Runs that read a report and change nothing: with a queue of their own, so that nobody's run waits for them. */
export const FACT_CHECKS = 'fact-checks';
export const PUBLICATION = 'publication';

/** One sender a process; Next loads modules more than once. */
const shared = globalThis as unknown as { socdownQueue?: { url: string; boss: Promise<PgBoss> } };

/**
 * pg-boss in its own schema, over our pool. Jobs are what wakes a worker at once; that nothing is forgotten
 * is ensured by the rows themselves (runs, outbox), which workers look at every few seconds.
 */
export async function openQueue(role: 'sender' | 'worker'): Promise<PgBoss> {
  const boss = new PgBoss({
    schema: 'jobs',
    db: { executeSql: (text, values) => pool().query(text, values) },
    supervise: role === 'worker',
    schedule: false,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'job queue'));
  await boss.start();
  // A run lives longer than any job should; its own lease says whether its worker lives.
  for (const queue of [RUNS, FACT_CHECKS])
    await boss.createQueue(queue, { retryLimit: 0, expireInSeconds: 4 * 3600, deleteAfterSeconds: 86_400 });
  await boss.createQueue(PUBLICATION, { retryLimit: 0, expireInSeconds: 600, deleteAfterSeconds: 3_600 });
  return boss;
}

/** Puts a run into the queue, inside the transaction that makes it: both or neither. */
export async function enqueueRun(tx: Tx, runId: string, queue: typeof RUNS | typeof FACT_CHECKS = RUNS): Promise<void> {
  const boss = await sender();
  await boss.send(queue, { runId }, { db: fromPrisma(tx) });
}

/** Says that the outbox has something. Never throws: the worker looks by itself every 30 s. */
export async function enqueuePublication(): Promise<void> {
  try {
    await (await sender()).send(PUBLICATION, {});
  } catch (error) {
    log.warn({ err: error }, 'publication could not be queued');
  }
}

/** For a process that ends, and for tests. */
export async function closeQueue(): Promise<void> {
  const open = shared.socdownQueue;
  shared.socdownQueue = undefined;
  await (await open?.boss.catch(() => undefined))?.stop({ graceful: false });
}

function sender(): Promise<PgBoss> {
  const url = databaseUrl();
  if (shared.socdownQueue?.url !== url) {
    const boss = openQueue('sender');
    shared.socdownQueue = { url, boss };
    boss.catch(() => {
      if (shared.socdownQueue?.boss === boss) shared.socdownQueue = undefined; // the next call tries again
    });
  }
  return shared.socdownQueue!.boss; // set above
}
