import pg from 'pg';
import { databaseUrl } from '../../lib/db/client';

export type Statement = { text: string; seen: number; longestMs: number };

/**
 * Looks twenty times a second at what the database is working on: a statement that is seen often takes much of its time. Needs no
 * extension.
 */
export async function watchStatements(): Promise<{ stop(): Promise<Statement[]> }> {
  const client = new pg.Client({ connectionString: databaseUrl(), application_name: 'bench' });
  await client.connect();
  const found = new Map<string, Statement>();
  let asking: Promise<void> | undefined;
  const look = async () => {
    const { rows } = await client.query<{ query: string; ms: number }>(
      `SELECT query, extract(epoch FROM clock_timestamp() - query_start) * 1000 AS ms FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND query !~* '^(listen|select pg_advisory_lock)'`,
    );
    for (const { query, ms } of rows) {
      const text = query.replace(/\s+/g, ' ').trim().slice(0, 160);
      const known = found.get(text) ?? { text, seen: 0, longestMs: 0 };
      found.set(text, { text, seen: known.seen + 1, longestMs: Math.max(known.longestMs, Number(ms)) });
    }
  };
  const timer = setInterval(() => {
    asking ??= look()
      .catch(() => {})
      .finally(() => {
        asking = undefined;
      });
  }, 50);
  return {
    async stop() {
      clearInterval(timer);
      await asking;
      await client.end();
      return [...found.values()].sort((a, b) => b.seen - a.seen);
    },
  };
}
