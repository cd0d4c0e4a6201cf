import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** Any constant: every instance that migrates takes the same lock. */
const LOCK = 72_707_369;

/**
 * Applies prisma/migrations in name order, each in a transaction, recording them in Prisma's own table, so that
 * `prisma migrate status` agrees. Concurrent instances wait for each other.
 * @returns the names applied now.
 * @throws Error when a migration that was applied has changed since, one fails (it is rolled back), or the database was
 * migrated by a newer version.
 */
export async function migrate(url: string, folder = path.resolve('prisma/migrations')): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
      migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
    const { rows } = await client.query<{ migration_name: string; checksum: string }>(
      'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    );
    const done = new Map(rows.map((row) => [row.migration_name, row.checksum]));
    const names = fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    refuseNewerSchema([...done.keys()], names);
    const applied: string[] = [];
    for (const name of names) {
      const sql = fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      const before = done.get(name);
      if (before === checksum) continue;
      if (before)
        throw new Error(
          `Migration ${name} was changed after it was applied. Restore its file and add a new migration instead.`,
        );
      await apply(client, name, sql, checksum);
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end(); // also releases the lock
  }
}

/** An older program writes rows that a newer schema does not allow for, and reads columns that are gone. */
function refuseNewerSchema(done: string[], known: string[]): void {
  const unknown = done.filter((name) => !known.includes(name)).sort();
  if (unknown.length === 0) return;
  throw new Error(
    `The database is newer than this version of Socdown: it has the migration ${unknown.at(-1)}. ` +
      'Start the newer version, or restore a backup made by this one.',
  );
}

async function apply(client: pg.Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${name} failed and was rolled back.`, { cause: error });
  }
}
