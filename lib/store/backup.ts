import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { type Actor, authorize } from '../auth/guard';
import { databaseUrl } from '../db/client';
import { appliedMigrations } from '../db/migrate';
import { AppError } from '../errors/app-error';
import { syncFolder } from './atomic-fs';
import { readBranch } from './branch';
import { holdStore, lacksHistory } from './hold-store';
import { withPackLock, withStoreLock } from './store-lock';
import { storeDir } from './store-path';
import { TAR_END, tarHeader } from './tar';

/** First in a backup. `tables`: in an order in which they can be filled, with their columns. */
export type Manifest = {
  version: 1;
  at: string;
  head: string;
  migrations: string[];
  tables: { name: string; columns: string[] }[];
};
/** Last in a backup: a file without it was cut off. */
export type Complete = { rows: Record<string, number>; objects: number };

/** What of the repository goes into a backup, and is taken out of one: objects and packs, no configuration, no hooks. */
export const OBJECT_FILE = /^objects\/(?:[0-9a-f]{2}\/[0-9a-f]{38}|pack\/pack-[0-9a-f]{40}\.(?:pack|idx|rev))$/;
const PART_BYTES = 4_000_000;
const FETCH_ROWS = 200;

/**
 * Writes the database and the repository into one file while the server runs. Both are of one moment: the snapshot and the
 * branch's commit are read while no publisher is at work. The file appears whole or not at all, readable by its owner only.
 * @throws AppError bad_request when `file` is a folder; unavailable when the store is written for longer than a minute.
 */
export async function backup(actor: Actor, file: string): Promise<Complete & { head: string }> {
  authorize(actor, 'store.maintain');
  const target = path.resolve(file);
  await fs.access(path.dirname(target), fs.constants.W_OK); // before the work, and with the folder's name in the error
  if ((await fs.stat(target).catch(() => null))?.isDirectory())
    throw new AppError('bad_request', `${target} is a directory. Pass the file to write the backup to.`);
  // Not while objects are packed: files would go away under the copy.
  return withPackLock('shared', async () => {
    const { client, head } = await snapshot();
    const partial = `${target}.partial-${process.pid}`;
    try {
      const complete: Complete = { rows: {}, objects: 0 };
      const output = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true });
      await pipeline(Readable.from(contents(client, head, complete)), createGzip({ level: 4 }), output);
      await fs.rename(partial, target);
      await syncFolder(path.dirname(target));
      return { ...complete, head };
    } finally {
      await client.end();
      await fs.rm(partial, { force: true });
    }
  });
}

/** A connection in a transaction that sees the database as it was when the branch was at `head`. */
async function snapshot(): Promise<{ client: pg.Client; head: string }> {
  const client = new pg.Client({ connectionString: databaseUrl(), application_name: 'socdown backup' });
  client.on('error', () => {}); // shows at the next query
  await client.connect();
  const take = async () => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query('SELECT 1'); // from here on nothing newer is seen
    return readBranch(storeDir());
  };
  const head = await holdStore(60_000, take).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || (await lacksHistory())) throw error;
    // The remote is away, and this host has all that was published.
    return withStoreLock(60_000, take);
  });
  if (!head) {
    await client.end();
    throw new AppError('store_busy', 'The store is being written, or has no commit yet. Try again in a moment.');
  }
  return { client, head };
}

async function* contents(client: pg.Client, head: string, complete: Complete): AsyncGenerator<Buffer> {
  const tables = await readTables(client);
  const manifest: Manifest = {
    version: 1,
    at: new Date().toISOString(),
    head,
    tables,
    migrations: [...(await appliedMigrations(client)).keys()].sort(),
  };
  yield* file('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
  for (const { name } of tables) yield* dump(client, name, complete);
  for await (const entry of objectFiles()) {
    yield* file(`store/${entry.name}`, entry.content);
    complete.objects += 1;
  }
  yield* file('complete.json', Buffer.from(`${JSON.stringify(complete)}\n`));
  yield TAR_END;
}

function* file(name: string, content: Buffer): Generator<Buffer> {
  const { head, padding } = tarHeader(name, content.length);
  yield head;
  yield content;
  if (padding.length > 0) yield padding;
}

/** Our tables with their columns; one that refers to another comes after it. */
export async function readTables(client: pg.Client): Promise<Manifest['tables']> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `SELECT c.table_name AS name, array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> '_prisma_migrations'
     GROUP BY 1 ORDER BY 1`,
  );
  const { rows: links } = await client.query<{ name: string; needs: string }>(
    `SELECT conrelid::regclass::text AS name, confrelid::regclass::text AS needs FROM pg_constraint
     WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid`,
  );
  const ordered: Manifest['tables'] = [];
  const left = new Map(rows.map((row) => [row.name, row]));
  while (left.size > 0) {
    const next = [...left.values()].find(
      ({ name }) => !links.some((link) => link.name === name && left.has(link.needs)),
    );
    if (!next) throw new Error(`tables refer to each other in a ring: ${[...left.keys()].join(', ')}`);
    ordered.push(next);
    left.delete(next.name);
  }
  return ordered;
}

/** A table as files of JSON lines, each of a few megabytes. */
async function* dump(client: pg.Client, table: string, complete: Complete): AsyncGenerator<Buffer> {
  complete.rows[table] = 0;
  await client.query(`DECLARE dump NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS line FROM "${table}" t`);
  let part = 0;
  let lines: string[] = [];
  let bytes = 0;
  const flush = function* () {
    if (lines.length === 0) return;
    part += 1;
    yield* file(`database/${table}/${String(part).padStart(6, '0')}.jsonl`, Buffer.from(`${lines.join('\n')}\n`));
    lines = [];
    bytes = 0;
  };
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${FETCH_ROWS} FROM dump`);
    for (const { line } of rows) {
      lines.push(line);
      bytes += line.length;
      if (bytes > PART_BYTES) yield* flush();
    }
    complete.rows[table] = (complete.rows[table] ?? 0) + rows.length;
    if (rows.length < FETCH_ROWS) break;
  }
  yield* flush();
  await client.query('CLOSE dump');
}

async function* objectFiles(): AsyncGenerator<{ name: string; content: Buffer }> {
  for (const folder of await fs.readdir(path.join(storeDir(), 'objects'))) {
    for (const entry of await fs.readdir(path.join(storeDir(), 'objects', folder)).catch(() => [])) {
      const name = `objects/${folder}/${entry}`;
      if (OBJECT_FILE.test(name)) yield { name, content: await fs.readFile(path.join(storeDir(), name)) };
    }
  }
}
