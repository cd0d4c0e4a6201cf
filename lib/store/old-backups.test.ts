import fs from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { listAlerts } from '../alerts/list-alerts';
import { AlertQuery } from '../alerts/schema';
import { SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { databaseUrl, db, pool } from '../db/client';
import { migrate, rebuildSchema } from '../db/migrate';
import { testDatabase } from '../db/testing';
import { transaction } from '../db/transaction';
import { env, overrideEnv } from '../env/env';
import { reindexAll } from '../library/reindex';
import { parseReport } from '../report/report';
import { backupBeforeMigration } from './backup-before-migration';
import { ensureStore } from './repo';
import { restore } from './restore';
import { storeDir } from './store-path';
import { verifyStore } from './verify';

testDatabase();

const FOLDER = path.resolve('fixtures/backups');
const backups = (await fs.readdir(FOLDER)).filter((name) => name.endsWith('.tar.gz'));

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));

it('there are backups of older versions', () => {
  expect(backups.length).toBeGreaterThanOrEqual(2);
});

it.each(backups)('%s is restored, brought up to date, and can be worked with', async (name) => {
  const fresh = await schema();
  await restore(SYSTEM, path.join(FOLDER, name), { replace: true });
  expect(await schema()).toEqual(fresh);

  const actor = await testActor('analyst');
  expect((await verifyStore(storeDir())).findings).toEqual([]);
  expect((await listAlerts(actor, AlertQuery.parse({}))).items.length).toBeGreaterThan(0);
  const approved = await db().investigation.findMany({ where: { status: 'approved' }, include: { draft: true } });
  expect(approved.length).toBeGreaterThan(0);
  for (const { draft, codename } of approved)
    expect(parseReport(draft?.markdown ?? '').sections.length, codename).toBeGreaterThan(3);
  await reindexAll(SYSTEM, {});
  await expect(pool().query('DELETE FROM audit')).rejects.toThrow();
});

it('an upgrade backs up first; the file holds what was there, and three are kept', async () => {
  await ensureStore();
  const names = (await fs.readdir('prisma/migrations')).filter((name) => /^\d/.test(name)).sort();
  const files: string[] = [];
  for (const back of [1, 2, 3, 4]) {
    await transaction((client) => rebuildSchema(client, names.slice(0, -back)));
    expect(await migrate(databaseUrl(), { before: backupBeforeMigration })).toEqual(names.slice(-back));
    expect(await migrate(databaseUrl(), { before: backupBeforeMigration })).toEqual([]);
    files.push(...(await fs.readdir(path.join(env().DATA_DIR, 'backups'))));
  }
  expect(new Set(files).size).toBe(4);
  const kept = await fs.readdir(path.join(env().DATA_DIR, 'backups'));
  expect(kept).toHaveLength(3);
  const newest = path.join(env().DATA_DIR, 'backups', kept.sort().at(-1) ?? '');
  expect((await fs.stat(newest)).mode & 0o077).toBe(0);
  await restore(SYSTEM, newest, { replace: true });
});

it('an upgrade whose backup fails changes nothing and says what to do', async () => {
  const names = (await fs.readdir('prisma/migrations')).filter((name) => /^\d/.test(name)).sort();
  await transaction((client) => rebuildSchema(client, names.slice(0, -1)));
  const folder = path.join(env().DATA_DIR, 'backups');
  await fs.rm(folder, { recursive: true });
  await fs.writeFile(folder, 'in the way');
  await expect(migrate(databaseUrl(), { before: backupBeforeMigration })).rejects.toThrow(
    /backup before the upgrade failed, and nothing was changed.*BACKUP_BEFORE_UPGRADE=off/s,
  );
  const { rows } = await pool().query('SELECT count(*)::int AS n FROM _prisma_migrations');
  expect(rows[0].n).toBe(names.length - 1);
  overrideEnv({ BACKUP_BEFORE_UPGRADE: 'off' });
  expect(await migrate(databaseUrl(), { before: backupBeforeMigration })).toEqual(names.slice(-1));
});

/** Everything that migrations make. */
async function schema(): Promise<unknown> {
  const parts = await Promise.all(
    [
      `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
       WHERE table_schema = 'public' ORDER BY 1, 2`,
      `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
      `SELECT conrelid::regclass::text AS "table", conname, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
      `SELECT tgrelid::regclass::text AS "table", tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`,
    ].map(async (sql) => (await pool().query(sql)).rows),
  );
  return parts;
}
