/**
 * Entity pages among ALERTS (1,000,000) alerts and CASES (100,000) cases: a rare entity, one in every hundredth alert, and one in every
 * second. DATABASE_URL must name an empty database, or is absent: then an embedded server of its own, gone afterwards.
 */
import { SYSTEM } from '../lib/auth/guard';
import { pool } from '../lib/db/client';
import { readEntity } from '../lib/entities/read-entity';
import { withBenchDatabase } from './shared/database';
import { medianMs } from './shared/median';

const ALERTS = Number(process.env.ALERTS ?? 1_000_000);
const CASES = Number(process.env.CASES ?? 100_000);

/** Ids in the order in which alerts come in, as intake makes them. */
const ID = (prefix: string) => `('${prefix}70008' || lpad(to_hex(n), 15, '0'))::uuid`;

async function fill(): Promise<void> {
  const sql = (text: string, ...values: unknown[]) => pool().query(text, values);
  await sql(
    `INSERT INTO users (id, name, email, role, updated_at) VALUES ('bench', 'Bench', 'bench@example.test', 'analyst', now())`,
  );
  await sql(
    `INSERT INTO alerts (id, source, source_ref, title, severity, status, occurred_at, received_at, techniques, entities, raw)
     SELECT ${ID('019b00000000')}, 'generic', n::text, 'Sign-in ' || n, 1 + n % 5, CASE WHEN n % 5 = 0 THEN 'open' ELSE 'closed' END,
       timestamptz '2025-01-01' + n * interval '30 seconds', timestamptz '2025-01-01' + n * interval '30 seconds', '{}', '[]', '{}'
     FROM generate_series(1, $1::int) n`,
    ALERTS,
  );
  await sql(
    `INSERT INTO investigations (id, codename, title, path, severity, opened_by_id, opened_at, techniques)
     SELECT ${ID('019c00000000')}, 'case-' || n, 'Case ' || n, 'p' || n, 3, 'bench', timestamptz '2025-01-01' + n * interval '5 minutes', '{}'
     FROM generate_series(1, $1::int) n`,
    CASES,
  );
  // 1: in every second alert, 2: in every hundredth, the others: in few. Addresses, users and hosts of an alert differ.
  await sql(
    `INSERT INTO entities (id, kind, value) VALUES (1, 'account', '123456789012'), (2, 'user', 'svc@corp.com'), (3, 'email', 'svc@corp.com')`,
  );
  await sql(
    `INSERT INTO entities (id, kind, value) SELECT 10 + n, CASE n % 3 WHEN 0 THEN 'ip' WHEN 1 THEN 'user' ELSE 'host' END,
       CASE n % 3 WHEN 0 THEN '100.' || n % 256 || '.' || (n / 256) % 256 || '.' || n / 65536 WHEN 1 THEN 'user' || n ELSE 'host' || n END
     FROM generate_series(0, 299999) n`,
  );
  for (const [table, column, id, count] of [
    ['alert_entities', 'alert_id', ID('019b00000000'), ALERTS],
    ['investigation_entities', 'investigation_id', ID('019c00000000'), CASES],
  ] as const) {
    const link = (entity: string, where: string) =>
      sql(
        `INSERT INTO ${table} (${column}, entity_id) SELECT ${id}, ${entity} FROM generate_series(1, $1::int) n WHERE ${where} ON CONFLICT DO NOTHING`,
        count,
      );
    await link('1', 'n % 2 = 0');
    await link('2', 'n % 100 = 0');
    await link('3', 'n % 100 = 0');
    for (const factor of [1, 7, 13, 29]) await link(`10 + (n::bigint * ${factor}) % 300000`, 'true');
  }
  await sql('VACUUM ANALYZE');
}

await withBenchDatabase(async () => {
  await fill();
  const floor = await medianMs(() => pool().query('SELECT 1'));
  console.log(`${ALERTS} alerts, ${CASES} cases; an empty round trip takes ${floor.toFixed(2)} ms`);
  for (const [name, kind, value] of [
    ['rare address', 'ip', '100.3.0.0'],
    ['every hundredth, two names', 'email', 'svc@corp.com'],
    ['every second', 'account', '123456789012'],
  ] as const) {
    const path = { kind, value };
    const first = await readEntity(SYSTEM, path);
    const cursor = first.alerts.nextCursor ?? undefined;
    const whole = await medianMs(() => readEntity(SYSTEM, path));
    const open = await medianMs(() => readEntity(SYSTEM, path, { status: 'open', alertCursor: cursor }));
    const none = await medianMs(() => readEntity(SYSTEM, path, { status: 'new', classification: 'BENIGN' }));
    console.log(
      `${name} (${first.alertCount.count}${first.alertCount.more ? '+' : ''} alerts, ${first.caseCount.count} cases): ${whole.toFixed(1)} ms; second page of open alerts ${open.toFixed(1)} ms; filters that nothing matches ${none.toFixed(1)} ms`,
    );
  }
});
