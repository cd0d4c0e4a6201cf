/**
 * BENCH_KILLS (3,000) kill -9 of publishers that write the store side by side, at steps by chance, and before that one at
 * every step of one publication: before it, while it is under way, after it. Prints what was lost (nothing), and git's own check.
 */

import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { testActor } from '../lib/auth/testing';
import { closeDb, databaseUrl } from '../lib/db/client';
import { startEmbeddedPostgres } from '../lib/db/embedded-postgres';
import { migrate } from '../lib/db/migrate';
import { overrideEnv } from '../lib/env/env';
import { ensureStore } from '../lib/store/repo';
import { approve, findLosses, killPublishers, publishAll, startPublisher } from '../lib/store/testing-kills';

const KILLS = Number(process.env.BENCH_KILLS ?? 3000);
const AT_ONCE = 3;

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

  await publishAll();
  let walked = 0;
  for (let step = 1, more = true; more; step++) {
    for (const moment of ['before', 'during', 'after']) {
      const child = await startPublisher(step, moment);
      await approve(author, reviewer, 1);
      child.stdin?.write('go\n');
      const [, signal] = await once(child, 'exit');
      more = signal === 'SIGKILL';
      if (more) walked += 1;
      await publishAll();
    }
  }
  console.log(`${walked} kills, one at each step of a publication: ${words(await findLosses())}`);

  await killPublishers(author, reviewer, {
    kills: KILLS,
    atOnce: AT_ONCE,
    onKill: (killed) => {
      if (killed % 250 === 0) console.log(`${killed} killed`);
    },
  });
  await publishAll();
  console.log(`${KILLS} kills by chance, ${AT_ONCE} publishers at once: ${words(await findLosses())}`);
} finally {
  await closeDb();
  await server.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
}

function words(losses: string[]): string {
  if (losses.length > 0) process.exitCode = 1;
  return losses.length === 0 ? 'nothing lost, nothing twice, git fsck --strict clean' : losses.slice(0, 20).join('\n');
}
