import fs from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM } from '../auth/guard';
import { pool } from '../db/client';
import { env } from '../env/env';
import { errorMessage } from '../errors/app-error';
import { backup } from './backup';
import { readBranch } from './branch';
import { storeDir } from './store-path';

/** An upgrade that went wrong shows within days; each file can be as large as the database. */
const KEPT = 3;
const OURS = /^before-upgrade-\d{17}\.tar\.gz$/;

/**
 * Backs up database and repository to DATA_DIR/backups before migrations change the database; they can't be taken back. The newest
 * three such files are kept.
 * @throws Error when it fails: the upgrade is not to go on without
 */
export async function backupBeforeMigration(): Promise<void> {
  const { DATA_DIR, STORE_REMOTE, BACKUP_BEFORE_UPGRADE } = env();
  if (BACKUP_BEFORE_UPGRADE === 'off') return;
  if (!STORE_REMOTE && !(await readBranch(storeDir()).catch(() => null)) && (await isUnused())) return;
  const folder = path.join(DATA_DIR, 'backups');
  const file = path.join(folder, `before-upgrade-${new Date().toISOString().replace(/\D/g, '')}.tar.gz`);
  console.error(`This version changes the database. Backing up to ${file} first …`);
  try {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    await backup(SYSTEM, file);
  } catch (error) {
    throw new Error(
      `The backup before the upgrade failed, and nothing was changed: ${errorMessage(error)} ` +
        'Fix that and start again, or make your own backup and start with BACKUP_BEFORE_UPGRADE=off.',
      { cause: error },
    );
  }
  const older = (await fs.readdir(folder)).filter((name) => OURS.test(name)).sort();
  for (const name of older.slice(0, -KEPT)) await fs.rm(path.join(folder, name), { force: true });
}

/** Nobody has an account: the first start was cut off before there was a repository. */
async function isUnused(): Promise<boolean> {
  return (await pool().query('SELECT FROM users LIMIT 1')).rowCount === 0;
}
