/**
 * Intake and the queue. Intake: batches of 2,000 alerts, cold, against one plain INSERT of the same documents into a table
 * of text. Queue: the first and the tenth page of each sort among ALERTS (200,000) alerts, as multiples of an empty round trip.
 * DATABASE_URL must name an empty database, or is absent: then an embedded server of its own, gone afterwards.
 */
import { ingestAlerts } from '../lib/alerts/ingest-alerts';
import { listAlerts } from '../lib/alerts/list-alerts';
import { AlertQuery } from '../lib/alerts/schema';
import { SYSTEM } from '../lib/auth/guard';
import { pool } from '../lib/db/client';
import { withBenchDatabase } from './shared/database';
import { copyAlerts, makeAlerts } from './shared/fill-alerts';
import { medianMs } from './shared/median';

const ALERTS = Number(process.env.ALERTS ?? 200_000);
const BATCH = 2000;
const BATCHES = 5;

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

async function intake(): Promise<void> {
  await pool().query('CREATE TABLE bench_floor (id text PRIMARY KEY, raw jsonb)');
  let ours = 0;
  let floor = 0;
  for (let number = 0; number < BATCHES; number += 1) {
    const text = JSON.stringify(makeAlerts(number * BATCH, BATCH));
    ours += await seconds(() => ingestAlerts(SYSTEM, 'generic', text));
    floor += await seconds(() =>
      pool().query(`INSERT INTO bench_floor SELECT x->>'id', x FROM jsonb_array_elements($1::jsonb) AS x`, [text]),
    );
  }
  await pool().query('DROP TABLE bench_floor');
  const total = BATCH * BATCHES;
  console.log(
    `intake: ${(total / ours).toFixed(0)} alerts/s with entities, search and duplicates found; ${(ours / floor).toFixed(1)} x a plain INSERT of the documents (${(total / floor).toFixed(0)}/s)`,
  );
}

async function queue(): Promise<void> {
  const floor = await medianMs(() => pool().query('SELECT 1'));
  const { rows } = await pool().query<{ count: number }>('SELECT count(*)::int AS count FROM alerts');
  console.log(`queue of ${rows[0]?.count} alerts; an empty round trip takes ${floor.toFixed(2)} ms`);
  for (const sort of AlertQuery.shape.sort.unwrap().options) {
    let cursor: string | undefined;
    for (let page = 1; page < 10; page += 1) {
      cursor = (await listAlerts(SYSTEM, AlertQuery.parse({ sort, cursor }))).nextCursor ?? undefined;
    }
    const first = await medianMs(() => listAlerts(SYSTEM, AlertQuery.parse({ sort })));
    const tenth = await medianMs(() => listAlerts(SYSTEM, AlertQuery.parse({ sort, cursor })));
    console.log(
      `${sort.padEnd(12)} first page ${first.toFixed(2)} ms (${(first / floor).toFixed(1)} x), tenth ${tenth.toFixed(2)} ms (${(tenth / floor).toFixed(1)} x)`,
    );
  }
}

await withBenchDatabase(async () => {
  await intake();
  await copyAlerts(ALERTS);
  await queue();
});
