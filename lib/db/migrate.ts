import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** Any constant: every instance that migrates takes the same lock. */
const LOCK = 72_707_369;

export type MigrateOptions = {
  folder?: string;
  /** Called with the names that are missing, before the first is applied to a database that has others. Nothing is applied when it fails. */
  before?: (missing: string[]) => Promise<void>;
};

/**
 * Applies prisma/migrations in name order, each in a transaction, recording them in Prisma's own table, so that
 * `prisma migrate status` agrees. Concurrent instances wait for each other.
 * @returns the names applied now.
 * @throws Error when a migration that was applied has changed since, one fails (it is rolled back), or the database was
 * migrated by a newer version.
 */
export async function migrate(url: string, { folder, before }: MigrateOptions = {}): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(RECORD_TABLE);
    const done = await appliedMigrations(client);
    const missing = missingMigrations(readMigrations(folder), done);
    if (missing.length > 0 && done.size > 0) await before?.(missing.map(({ name }) => name));
    for (const migration of missing) await applyAlone(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end(); // also releases the lock
  }
}

/**
 * Makes the database what it was right after the named migrations: all tables go, with what is in them. In the caller's transaction.
 * @throws Error when one of them has no file here
 */
export async function rebuildSchema(client: pg.ClientBase, names: string[]): Promise<void> {
  const known = readMigrations();
  const wanted = names.map((name) => {
    const migration = known.find((one) => one.name === name);
    if (!migration) throw new Error(`There is no migration ${name}.`);
    return migration;
  });
  await client.query(DROP_ALL);
  await client.query(RECORD_TABLE);
  for (const migration of wanted) await apply(client, migration);
}

/** Applies what a rebuilt database lacks, in the caller's transaction. */
export async function catchUp(client: pg.ClientBase): Promise<void> {
  // Else a table with rows whose references are checked at the end can't be changed.
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const migration of missingMigrations(readMigrations(), await appliedMigrations(client)))
    await apply(client, migration);
}

/** The migrations that were applied, with the checksum that each had then. */
export async function appliedMigrations(client: pg.ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

type Migration = { name: string; sql: string; checksum: string };

const RECORD_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

/** Extensions stay: an administrator may have had to create them. */
const DROP_ALL = `DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  LOOP EXECUTE 'DROP TABLE ' || name || ' CASCADE'; END LOOP;
  FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP;
END $$`;

function readMigrations(folder = path.resolve('prisma/migrations')): Migration[] {
  const names = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return names.map((name) => {
    const sql = fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

function missingMigrations(all: Migration[], done: Map<string, string>): Migration[] {
  refuseNewerSchema(
    [...done.keys()],
    all.map(({ name }) => name),
  );
  const changed = all.find(({ name, checksum }) => done.has(name) && done.get(name) !== checksum);
  if (changed)
    throw new Error(
      `Migration ${changed.name} was changed after it was applied. Restore its file and add a new migration instead.`,
    );
  return all.filter(({ name }) => !done.has(name));
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

async function applyAlone(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await apply(client, migration);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function apply(client: pg.ClientBase, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
  } catch (error) {
    throw new Error(`Migration ${name} failed and was rolled back.`, { cause: error });
  }
}
