/**
 * ALERTS (10,000) alerts, one per request, 32 requests at once, each repeated until it is acknowledged, while the process that takes them is
 * killed KILLS (20) times with SIGKILL. Prints how many acknowledged alerts are missing (none), and how many are stored twice (none).
 */
import { burstUnderKills } from '../lib/alerts/testing-kills';
import { pool } from '../lib/db/client';
import { withBenchDatabase } from './shared/database';

const alerts = Number(process.env.ALERTS ?? 10_000);
const kills = Number(process.env.KILLS ?? 20);

await withBenchDatabase(
  async () => {
    const start = performance.now();
    const { acknowledged, failed, killed } = await burstUnderKills({ alerts, kills, atOnce: 32 });
    const seconds = (performance.now() - start) / 1000;
    const { rows } = await pool().query<{ ref: string; count: number }>(
      'SELECT source_ref AS ref, count(*)::int AS count FROM alerts GROUP BY 1',
    );
    const stored = new Map(rows.map(({ ref, count }) => [ref, count]));
    const lost = acknowledged.filter((id) => !stored.has(id)).length;
    const doubled = rows.filter(({ count }) => count > 1).length;
    if (lost + doubled > 0) process.exitCode = 1;
    console.log(
      `${acknowledged.length} acknowledged over ${killed} kills in ${seconds.toFixed(0)} s (${failed} requests failed and were sent again): ${lost} lost, ${doubled} stored twice`,
    );
  },
  { own: true },
);
