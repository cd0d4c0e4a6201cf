import fs from 'node:fs';
import path from 'node:path';
import { chooseModel } from '@/lib/agent/model/choose-model';
import { db, pool } from '@/lib/db/client';
import { env } from '@/lib/env/env';
import { AppError, errorMessage } from '@/lib/errors/app-error';
import { storeDir } from '@/lib/store/repo';
import { storeHealth } from '@/lib/store/store-health';
import { rehearseRestore } from './rehearse';

type Check = { name: string; run: () => Promise<string> };

const CHECKS: Check[] = [
  { name: 'Node.js', run: async () => process.versions.node },
  {
    name: 'Database',
    run: async () => {
      const { rows } = await pool().query<{ version: string; size: string }>(
        "SELECT current_setting('server_version') AS version, pg_size_pretty(pg_database_size(current_database())) AS size",
      );
      return `PostgreSQL ${rows[0]?.version}, ${rows[0]?.size}${env().DATABASE_URL ? '' : ', embedded'}`;
    },
  },
  {
    name: 'People',
    run: async () => {
      const [people, admins] = [
        await db().user.count(),
        await db().user.count({ where: { role: 'admin', disabledAt: null } }),
      ];
      if (people > 0 && admins === 0) throw new Error('No admin. Make one with "users add EMAIL --role admin".');
      return people === 0
        ? 'none yet: npm start prints a link for the first admin'
        : `${people}, of them ${admins} admin`;
    },
  },
  {
    name: 'Repository',
    run: async () => {
      if (!fs.existsSync(path.join(storeDir(), 'HEAD'))) return 'not created yet: the first start does';
      const { status, pending, lastError } = await storeHealth();
      if (lastError)
        throw new Error(`${lastError}${pending > 0 ? ` Approved reports not committed yet: ${pending}.` : ''}`);
      return `${storeDir()}${status === 'publishing' ? ', a commit is under way' : ''}`;
    },
  },
  {
    name: 'Data folder',
    run: async () => {
      const probe = path.join(env().DATA_DIR, `.doctor-${process.pid}`);
      fs.writeFileSync(probe, '');
      fs.rmSync(probe);
      const { bavail, bsize } = fs.statfsSync(env().DATA_DIR);
      const free = (bavail * bsize) / 1e9;
      if (free < 1) throw new Error(`Only ${free.toFixed(1)} GB free on the disk of ${env().DATA_DIR}.`);
      return `${env().DATA_DIR}, ${free.toFixed(0)} GB free`;
    },
  },
  {
    name: 'Logs',
    run: async () => {
      const folders = env().LOGS_DIR?.split(path.delimiter).filter(Boolean) ?? [];
      const missing = folders.filter((folder) => !fs.existsSync(folder));
      if (missing.length > 0) throw new Error(`No such folder: ${missing.join(', ')}. Fix LOGS_DIR.`);
      return folders.length > 0 ? folders.join(', ') : 'the shipped samples (LOGS_DIR is not set)';
    },
  },
  { name: 'Model', run: async () => (await chooseModel()).label },
];

/**
 * Checks this installation, a line each.
 * @param rehearse restore a backup of it elsewhere too, and verify what came back
 * @throws AppError when something needs fixing
 */
export async function doctor({ rehearse = false }: { rehearse?: boolean } = {}): Promise<void> {
  const checks = rehearse ? [...CHECKS, { name: 'Restore rehearsal', run: rehearseRestore }] : CHECKS;
  let broken = 0;
  for (const { name, run } of checks) {
    try {
      console.log(`ok      ${name}: ${await run()}`);
    } catch (error) {
      broken += 1;
      console.log(`BROKEN  ${name}: ${errorMessage(error)}`);
    }
  }
  if (broken > 0) throw new AppError('unavailable', `${broken} of ${checks.length} need fixing.`);
}
