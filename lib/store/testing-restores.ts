import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Actor, SYSTEM } from '../auth/guard';
import { closeDb, databaseUrl, db } from '../db/client';
import { migrate } from '../db/migrate';
import { env, overrideEnv } from '../env/env';
import { backup } from './backup';
import { publishPending } from './publish';
import { restore } from './restore';
import { approve, findLosses, publishAll } from './testing-kills';

/**
 * Backs up while cases are approved and published, restores into a new database and folder, and compares the two halves there.
 * `adminUrl`: a database from which others can be made.
 * @returns what doesn't agree, and how many approved revisions were restored.
 */
export async function restoreUnderLoad(
  author: Actor,
  reviewer: Actor,
  adminUrl: string,
): Promise<{ problems: string[]; revisions: number }> {
  const file = path.join(env().DATA_DIR, `backup-${randomBytes(4).toString('hex')}.tar.gz`);
  let busy = true;
  const load = (async () => {
    // Not more: the next backup would take longer, and more would be approved during it.
    for (let approved = 0; busy && approved < 8; approved += 1) {
      await approve(author, reviewer, 1);
      await publishPending();
    }
  })();
  await backup(SYSTEM, file).finally(() => {
    busy = false;
  });
  await load;
  const before = { url: databaseUrl(), dataDir: env().DATA_DIR };
  const name = `restore_${randomBytes(6).toString('hex')}`;
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'socdown-restore-'));
  await admin(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  try {
    await closeDb();
    overrideEnv({ DATABASE_URL: url.toString(), DATA_DIR: dataDir });
    await migrate(url.toString());
    await restore(SYSTEM, file);
    const revisions = await db().revision.count({ where: { approvedAt: { not: null } } });
    // Before anything is published again: what one half says that the other has must be there.
    const problems = (await findLosses('as it is')).map((problem) => `restored: ${problem}`);
    await publishAll();
    problems.push(...(await findLosses()));
    return { problems, revisions };
  } finally {
    await closeDb();
    overrideEnv({ DATABASE_URL: before.url, DATA_DIR: before.dataDir });
    await admin(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await fs.rm(dataDir, { recursive: true, force: true });
    await fs.rm(file, { force: true });
  }
}

async function admin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
