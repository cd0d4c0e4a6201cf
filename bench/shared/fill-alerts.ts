import { ingestAlerts } from '../../lib/alerts/ingest-alerts';
import { SYSTEM } from '../../lib/auth/guard';
import { pool } from '../../lib/db/client';

const BATCH = 2000;
const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'];

/** Alerts of 500 people from many addresses. `mark` tells those of several benches apart. */
export function makeAlerts(from: number, count = BATCH, mark = 'bench'): object[] {
  return Array.from({ length: count }, (_, offset) => {
    const index = from + offset;
    return {
      id: `${mark}-${index}`,
      title: `Login of user${index % 500} failed`,
      severity: SEVERITIES[index % 5],
      time: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
      userName: `user${index % 500}`,
      sourceIPAddress: `100.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
    };
  });
}

/** `count` alerts: the first `batches` of 2,000 through intake, the rest copies of them with other ids and times, four in five closed. */
export async function fillAlerts(count: number, batches = 5): Promise<void> {
  for (let number = 0; number < batches; number += 1)
    await ingestAlerts(SYSTEM, 'generic', JSON.stringify(makeAlerts(number * BATCH)));
  await copyAlerts(count);
}

/** Copies of what came in, so that the queue has its size without waiting for intake. */
export async function copyAlerts(count: number): Promise<void> {
  const { rows } = await pool().query<{ count: number }>('SELECT count(*)::int AS count FROM alerts');
  const here = rows[0]?.count ?? 0;
  const rounds = Math.ceil((count - here) / Math.max(1, here));
  for (let round = 1; round <= rounds; round += 1) {
    await pool().query(
      `INSERT INTO alerts (id, source, source_ref, title, description, rule, severity, status, occurred_at, received_at, techniques, entities, raw, search)
       SELECT gen_random_uuid(), source, source_ref || '-' || $1::text, title, description, rule, severity,
              CASE WHEN random() < 0.8 THEN 'closed' ELSE status END, occurred_at - $1::int * interval '3 hours',
              received_at - $1::int * interval '3 hours', techniques, entities, raw, search
       FROM alerts WHERE source_ref ~ '^bench-\\d+$' LIMIT $2`,
      [round, count - here * round],
    );
  }
  await pool().query('VACUUM ANALYZE alerts');
}
