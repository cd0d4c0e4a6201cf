/** BENCH_RESTORES (50) backups made while cases are approved and published, each restored elsewhere: do database and repository agree? */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { testActor } from '../lib/auth/testing';
import { closeDb, databaseUrl } from '../lib/db/client';
import { embeddedUrl, startEmbeddedPostgres } from '../lib/db/embedded-postgres';
import { migrate } from '../lib/db/migrate';
import { overrideEnv } from '../lib/env/env';
import { ensureStore } from '../lib/store/repo';
import { restoreUnderLoad } from '../lib/store/testing-restores';

const RESTORES = Number(process.env.BENCH_RESTORES ?? 50);

const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-bench-'));
fs.chmodSync(dataDir, 0o755);
overrideEnv({ DATA_DIR: dataDir });
const server = await startEmbeddedPostgres(dataDir);
overrideEnv({ DATABASE_URL: server.url });
try {
  await migrate(databaseUrl());
  await ensureStore();
  const author = await testActor('analyst');
  const reviewer = await testActor('reviewer');
  const problems: string[] = [];
  let last = 0;
  for (let round = 0; round < RESTORES; round++) {
    const result = await restoreUnderLoad(author, reviewer, embeddedUrl(dataDir, 'postgres'));
    problems.push(...result.problems);
    last = result.revisions;
  }
  console.log(
    `${RESTORES} restores of backups under load, the last with ${last} approved revisions: ${problems.length === 0 ? 'database and repository agree' : problems.slice(0, 20).join('\n')}`,
  );
  if (problems.length > 0) process.exitCode = 1;
} finally {
  await closeDb();
  await server.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
}
