import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { databaseUrl, pool } from './client';
import { migrate } from './migrate';
import { testDatabase } from './testing';

testDatabase();

it('refuses a database that a newer version has migrated, and changes nothing', async () => {
  const newer = '99991231235959_from_the_future';
  await pool().query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('newer', 'x', $1, now())`,
    [newer],
  );
  const count = async () => (await pool().query('SELECT count(*) AS n FROM _prisma_migrations')).rows[0].n;
  const before = await count();
  await expect(migrate(databaseUrl())).rejects.toThrow(
    `The database is newer than this version of Socdown: it has the migration ${newer}`,
  );
  expect(await count()).toBe(before);
  await pool().query(`DELETE FROM _prisma_migrations WHERE id = 'newer'`);
  expect(await migrate(databaseUrl())).toEqual([]);
});

it('refuses a migration whose file changed after it was applied', async () => {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-migrations-'));
  fs.cpSync(path.resolve('prisma/migrations'), copy, { recursive: true });
  const [first = ''] = fs.readdirSync(copy).sort();
  fs.appendFileSync(path.join(copy, first, 'migration.sql'), '\n-- changed');
  await expect(migrate(databaseUrl(), { folder: copy })).rejects.toThrow(
    `Migration ${first} was changed after it was applied.`,
  );
  fs.rmSync(copy, { recursive: true });
});
