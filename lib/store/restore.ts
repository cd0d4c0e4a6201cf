import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { databaseUrl, db } from '../db/client';
import { appliedMigrations, catchUp, rebuildSchema } from '../db/migrate';
import { AppError } from '../errors/app-error';
import { syncFolder, writeWhole } from './atomic-fs';
import { OBJECT_FILE, readTables } from './backup';
import { BRANCH } from './branch';
import { hasCommit, initRepository } from './repo';
import { withPackLock, withStoreLock } from './store-lock';
import { storeDir } from './store-path';
import { readTar, type TarEntry } from './tar';

const Manifest = z.object({
  version: z.literal(1),
  at: z.string(),
  head: z.string().regex(/^[0-9a-f]{40}$/),
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
});
const Complete = z.object({ rows: z.record(z.string(), z.number()), objects: z.number() });

/** A part is a few megabytes; a row that is larger comes alone. */
const MAX_PART = 600_000_000;
/** In the settings from the moment that the database is the restored one until the repository is too. */
const SWAP = 'restore.swap';

export type Restored = { at: string; head: string; rows: number; objects: number; before: string | null };

/**
 * Makes database and repository what they were at a backup. The database changes in one transaction; the repository is built
 * beside the old one and takes its place right after, at the next start at the latest (`finishRestore`). The old repository is kept.
 * Nothing of the file lands anywhere but in the tables and as objects of the repository.
 * @throws AppError conflict when the database has data and `replace` is not set; unprocessable for a file that is no whole backup.
 */
export async function restore(actor: Actor, file: string, options: { replace?: boolean } = {}): Promise<Restored> {
  authorize(actor, 'store.maintain');
  // Before anything is waited for, or refused for another reason.
  if ((await fs.stat(file)).isDirectory())
    throw new AppError('bad_request', `${file} is a directory. Pass the backup file.`);
  const done = await withPackLock('exclusive', () =>
    withStoreLock(60_000, async () => {
      const client = new pg.Client({ connectionString: databaseUrl(), application_name: 'socdown restore' });
      client.on('error', () => {}); // shows at the next query
      await client.connect();
      try {
        return await replaceAll(client, path.resolve(file), options.replace ?? false);
      } finally {
        await client.end();
      }
    }),
  );
  if (!done) throw new AppError('store_busy', 'The store is being written. Stop Socdown first.');
  const before = await finishRestore();
  return { ...done, before };
}

/**
 * Puts the repository of a restore in its place, when a restore was cut off before that. Called at each start.
 * @returns where the one before was put, or null.
 */
export async function finishRestore(): Promise<string | null> {
  const mark = await db().setting.findUnique({ where: { key: SWAP } });
  if (!mark) return null;
  const fresh = restoring();
  let before: string | null = null;
  if (await exists(fresh)) {
    if (await exists(storeDir())) {
      before = `${storeDir()}.before-restore-${new Date().toISOString().replace(/\D/g, '')}`;
      await fs.rename(storeDir(), before);
    }
    await fs.rename(fresh, storeDir());
    await syncFolder(path.dirname(storeDir()));
  }
  await db().setting.delete({ where: { key: SWAP } });
  return before;
}

const restoring = (): string => `${storeDir()}.restoring`;
const exists = async (file: string): Promise<boolean> => (await fs.stat(file).catch(() => null)) !== null;
const unusable = (why: string): AppError =>
  new AppError('invalid_backup', `This is not a complete Socdown backup: ${why}.`);

async function replaceAll(client: pg.Client, file: string, replace: boolean): Promise<Omit<Restored, 'before'>> {
  await fs.rm(restoring(), { recursive: true, force: true });
  await client.query('BEGIN');
  try {
    const { rows: used } = await client.query(
      'SELECT FROM investigations WHERE NOT sample UNION ALL SELECT FROM users WHERE disabled_at IS NULL LIMIT 1',
    );
    if (used.length > 0 && !replace)
      throw new AppError(
        'database_not_empty',
        'This database is not empty. Pass --replace to overwrite what is in it.',
      );
    await client.query('DROP SCHEMA IF EXISTS jobs CASCADE'); // made again; runs and outbox say what is to be done
    const restored = await fill(client, file);
    await client.query(`INSERT INTO settings (key, value, updated_at) VALUES ($1, '{}', now())`, [SWAP]);
    await client.query('COMMIT');
    return restored;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    await fs.rm(restoring(), { recursive: true, force: true });
    if (error instanceof AppError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    // Zipped wrongly, cut off, or rows that don't fit each other (PostgreSQL's classes 22 and 23).
    if (!code || /^(?:Z_|ERR_|2[23]...$)/.test(code)) throw unusable(message.slice(0, 200));
    throw error;
  }
}

/**
 * Empties the tables. Those of an older Socdown are made again as they were then, and brought up to date once they are filled, so
 * that its rows go through the same changes as in an installation that was updated.
 * @returns our tables as the backup's rows fit them
 */
async function emptyTables(client: pg.Client, manifest: z.infer<typeof Manifest>): Promise<Table[]> {
  const migrations = [...(await appliedMigrations(client)).keys()];
  const unknown = manifest.migrations.find((name) => !migrations.includes(name));
  if (unknown)
    throw new AppError(
      'invalid_backup',
      `This backup was made by a newer Socdown (${unknown}). Update first, then restore.`,
    );
  if (migrations.length > manifest.migrations.length) {
    await rebuildSchema(client, manifest.migrations);
    return readTables(client);
  }
  const ours = await readTables(client);
  await allowAuditChange(client, true);
  await client.query(`TRUNCATE ${ours.map(({ name }) => `"${name}"`).join(', ')} CASCADE`);
  await allowAuditChange(client, false);
  return ours;
}

/** Restoring is the one act that replaces the audit log, by the one in the backup: in this transaction only. */
async function allowAuditChange(client: pg.Client, allowed: boolean): Promise<void> {
  for (const table of ['audit', 'audit_trail'])
    await client.query(
      `ALTER TABLE ${table} ${allowed ? 'DISABLE TRIGGER' : 'ENABLE ALWAYS TRIGGER'} ${table}_append_only`,
    );
}

type Table = { name: string; columns: string[] };

async function fill(client: pg.Client, file: string): Promise<Omit<Restored, 'before'>> {
  await initRepository(restoring());
  let ours: Table[] = [];
  let types = new Set<string>();
  const counts = { rows: {} as Record<string, number>, objects: 0 };
  let manifest: z.infer<typeof Manifest> | undefined;
  let complete: z.infer<typeof Complete> | undefined;
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.on('error', (error) => unzipped.destroy(error));
  for await (const entry of readTar(unzipped)) {
    if (complete) throw unusable('something follows its end');
    if (entry.name === 'manifest.json' && !manifest) {
      manifest = Manifest.parse(JSON.parse((await whole(entry)).toString('utf8')));
      ours = await emptyTables(client, manifest);
      types = await columnTypes(client);
      continue;
    }
    if (!manifest) throw unusable('it does not begin with a manifest');
    const { table, object } = partOf(entry.name);
    if (table) {
      const [own, theirs] = [ours, manifest.tables].map((list) => list.find(({ name }) => name === table));
      if (!own || !theirs) throw unusable(`there is no table ${table}`);
      const columns = own.columns.filter((column) => theirs.columns.includes(column));
      const rows = await insert(client, table, columns, types, await whole(entry));
      counts.rows[table] = (counts.rows[table] ?? 0) + rows;
    } else if (object) {
      await fs.mkdir(path.dirname(path.join(restoring(), object)), { recursive: true });
      await writeWhole(path.join(restoring(), object), await whole(entry));
      counts.objects += 1;
    } else if (entry.name === 'complete.json') {
      complete = Complete.parse(JSON.parse((await whole(entry)).toString('utf8')));
    } else {
      throw unusable(`${JSON.stringify(entry.name.slice(0, 200))} has no place in one`);
    }
  }
  if (!manifest || !complete) throw unusable('its end is missing');
  const wrong = Object.entries(complete.rows).find(([name, rows]) => (counts.rows[name] ?? 0) !== rows);
  if (wrong || complete.objects !== counts.objects)
    throw unusable(`a part of ${wrong?.[0] ?? 'the repository'} is missing`);
  await resetSequences(client);
  await catchUp(client);
  await writeWhole(path.join(restoring(), 'refs', 'heads', BRANCH), `${manifest.head}\n`);
  if (!(await hasCommit(restoring(), manifest.head))) throw unusable('the newest commit is not in it');
  const rows = Object.values(counts.rows).reduce((sum, n) => sum + n, 0);
  return { at: manifest.at, head: manifest.head, rows, objects: counts.objects };
}

/** Which table's rows, or which of the repository's objects, a file of that name holds; neither: it has no place in a backup. */
export function partOf(name: string): { table?: string; object?: string } {
  const table = /^database\/([a-z_]+)\/\d{6}\.jsonl$/.exec(name)?.[1];
  if (table) return { table };
  const object = name.startsWith('store/') ? name.slice('store/'.length) : '';
  return OBJECT_FILE.test(object) ? { object } : {};
}

async function whole(entry: TarEntry): Promise<Buffer> {
  if (entry.size > MAX_PART) throw unusable('a part is too large');
  const parts: Buffer[] = [];
  for await (const part of entry.body) parts.push(part);
  return Buffer.concat(parts);
}

/** Of each jsonb column that must not be empty: to_jsonb makes one null of its null and of SQL's. */
async function columnTypes(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type = 'jsonb' AND is_nullable = 'NO'`,
  );
  return new Set(rows.map(({ name }) => name));
}

async function insert(
  client: pg.Client,
  table: string,
  columns: string[],
  json: Set<string>,
  lines: Buffer,
): Promise<number> {
  const rows = lines.toString('utf8').split('\n').filter(Boolean);
  const quoted = columns.map((column) => `"${column}"`);
  const values = columns.map((column) =>
    json.has(`${table}.${column}`) ? `COALESCE("${column}", 'null')` : `"${column}"`,
  );
  await client.query(
    `INSERT INTO "${table}" (${quoted.join(', ')})
     SELECT ${values.join(', ')} FROM jsonb_populate_recordset(NULL::"${table}", $1::jsonb)`,
    [`[${rows.join(',')}]`],
  );
  return rows.length;
}

async function resetSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    // Materialized: else PostgreSQL may ask for the sequences of all tables before it leaves the others out, which fails.
    `WITH ours AS MATERIALIZED (
       SELECT table_name AS table, column_name AS column FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'),
     owned AS (SELECT *, pg_get_serial_sequence('public."' || "table" || '"', "column") AS sequence FROM ours)
     SELECT * FROM owned WHERE sequence IS NOT NULL`,
  );
  for (const { table, column, sequence } of rows)
    await client.query(`SELECT setval($1, COALESCE(max("${column}"), 0) + 1, false) FROM "${table}"`, [sequence]);
}
