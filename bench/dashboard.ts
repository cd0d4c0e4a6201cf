/**
 * The lead's dashboard over CASES (100,000) cases and twice as many alerts of two years: what each period takes, as multiples of an
 * empty round trip, and which statements read a whole table. DATABASE_URL must name an empty database, or is absent: then an
 * embedded server of its own, gone afterwards.
 */
import { SYSTEM } from '../lib/auth/guard';
import { readDashboard } from '../lib/dashboard/read-dashboard';
import { pool } from '../lib/db/client';
import { withBenchDatabase } from './shared/database';
import { medianMs } from './shared/median';
import { wholeTables } from './shared/whole-tables';

const CASES = Number(process.env.CASES ?? 100_000);
const MINUTES = 2 * 365 * 24 * 60;

async function generate(): Promise<void> {
  await pool().query(
    `INSERT INTO users (id, name, email, role, updated_at) VALUES ('bench', 'Bench', 'bench@example.test', 'lead', now())`,
  );
  const at = `now() - (n * ${MINUTES}.0 / $1::int) * interval '1 minute'`;
  await pool().query(
    `INSERT INTO alerts (id, source, source_ref, title, rule, severity, status, disposition, occurred_at, received_at, closed_at, triaged_at, techniques, raw)
     SELECT gen_random_uuid(), (ARRAY['okta', 'guardduty', 'github', 'generic'])[1 + n % 4], n::text, 'Alert ' || n, 'Rule ' || n % 300, 1 + n % 5,
       CASE WHEN n < 2000 THEN 'new' ELSE 'closed' END, CASE WHEN n >= 2000 THEN (ARRAY['false_positive', 'benign', 'true_positive'])[1 + n % 3] END,
       ${at}, ${at}, CASE WHEN n >= 2000 THEN ${at} + (n % 3000) * interval '1 minute' END, CASE WHEN n >= 2000 THEN ${at} + (n % 90) * interval '1 minute' END,
       ARRAY['T1098', 'T1078'], jsonb_build_object('text', repeat('x', 600))
     FROM generate_series(0, $1::int - 1) AS n`,
    [CASES * 2],
  );
  await pool().query(
    `INSERT INTO investigations (id, codename, title, path, status, classification, assessment, severity, techniques, opened_by_id, opened_at, updated_at,
       approved_at, verdict_at, proposed_classification, proposed_by)
     SELECT gen_random_uuid(), 'case-' || n, 'Case ' || n, 'bench/' || n, 'approved', (ARRAY['BENIGN', 'SUSPICIOUS', 'MALICIOUS'])[1 + n % 3],
       'set', 1 + n % 5, ARRAY['T1098'], 'bench', ${at}, ${at}, ${at} + interval '5 hours', ${at} + interval '3 hours',
       (ARRAY['BENIGN', 'SUSPICIOUS', 'MALICIOUS'])[1 + n % 4 % 3], 'model-' || n % 3
     FROM generate_series(0, $1::int - 1) AS n`,
    [CASES],
  );
  await pool().query(
    `INSERT INTO investigation_alerts (investigation_id, alert_id)
     SELECT i.id, a.id FROM investigations i JOIN alerts a ON a.source_ref = (substr(i.codename, 6)::int * 2)::text`,
  );
  await pool().query(
    `INSERT INTO runs (id, investigation_id, kind, model, model_label, status, requested_by_id, usage, created_at)
     SELECT gen_random_uuid(), i.id, k.kind, i.proposed_by, i.proposed_by, 'succeeded', 'bench', '{"cost": 0.4}', i.opened_at
     FROM investigations i CROSS JOIN (VALUES ('investigate'), ('coach')) AS k(kind)`,
  );
  await pool().query(
    `INSERT INTO revisions (id, investigation_id, number, markdown, content_hash, draft_version, author_id)
     SELECT gen_random_uuid(), id, 1, 'text', 'hash', 1, 'bench' FROM investigations`,
  );
  await pool().query(
    `INSERT INTO reviews (id, investigation_id, revision_id, status, submitted_by_id, submitted_at, decided_by_id, decided_at, override_reason)
     SELECT gen_random_uuid(), i.id, v.id, 'approved', 'bench', i.opened_at, 'bench', i.approved_at, CASE WHEN i.severity = 5 THEN 'known' END
     FROM investigations i JOIN revisions v ON v.investigation_id = i.id`,
  );
  await pool().query(
    `INSERT INTO audit (at, actor_id, verb, subject_kind, subject_id, data)
     SELECT decided_at, 'bench', 'reviews.approve', 'investigation', investigation_id::text,
       jsonb_build_object('review', id::text, 'overridden', '[{"rule": "citations"}]'::jsonb) FROM reviews`,
  );
  await pool().query('VACUUM ANALYZE');
}

const TABLES = ['alerts', 'investigations', 'investigation_alerts', 'runs', 'reviews', 'audit'];

await withBenchDatabase(async () => {
  await generate();
  const floor = await medianMs(() => pool().query('SELECT 1'));
  console.log(`${CASES} cases, ${CASES * 2} alerts; an empty round trip takes ${floor.toFixed(2)} ms`);
  for (const within of ['7d', '30d', '90d'] as const) {
    const run = () => readDashboard(SYSTEM, { within });
    const [took, whole] = [await medianMs(run), await wholeTables(run, TABLES)];
    console.log(
      `${within.padEnd(6)} ${took.toFixed(0).padStart(6)} ms  ${(took / floor).toFixed(0).padStart(5)} round trips${whole.length > 0 ? `  reads all of ${whole.join(', ')}` : ''}`,
    );
  }
});
