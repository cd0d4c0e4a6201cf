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
import { medianMs } from './shared/median';

const ALERTS = Number(process.env.ALERTS ?? 200_000);
const BATCH = 2000;
const BATCHES = 5;
const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'];

function batch(from: number): object[] {
  return Array.from({ length: BATCH }, (_, offset) => {
    const index = from + offset;
    return {
      id: `bench-${index}`,
      title: `Login of user${index % 500} failed`,
      severity: SEVERITIES[index % 5],
      time: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
      userName: `user${index % 500}`,
      sourceIPAddress: `100.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
    };
  });
}

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
    const text = JSON.stringify(batch(number * BATCH));
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

/** Copies of what came in, other ids and times, so that the queue has its size without waiting for intake. */
async function fill(): Promise<void> {
  const { rows } = await pool().query<{ count: number }>('SELECT count(*)::int AS count FROM alerts');
  const here = rows[0]?.count ?? 0;
  const rounds = Math.ceil((ALERTS - here) / Math.max(1, here));
  for (let round = 1; round <= rounds; round += 1) {
    await pool().query(
      `INSERT INTO alerts (id, source, source_ref, title, description, rule, severity, status, occurred_at, received_at, techniques, entities, raw, search)
       SELECT gen_random_uuid(), source, source_ref || '-' || $1::text, title, description, rule, severity,
              CASE WHEN random() < 0.8 THEN 'closed' ELSE status END, occurred_at - $1::int * interval '3 hours',
              received_at - $1::int * interval '3 hours', techniques, entities, raw, search
       FROM alerts WHERE source_ref ~ '^bench-\\d+$' LIMIT $2`,
      [round, ALERTS - here * round],
    );
  }
  await pool().query('VACUUM ANALYZE alerts');
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
  await fill();
  await queue();
});
