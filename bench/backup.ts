/** BENCH_RESTORES (50) backups made while cases are approved and published, each restored elsewhere: do database and repository agree? */
import { testActor } from '../lib/auth/testing';
import { embeddedUrl } from '../lib/db/embedded-postgres';
import { ensureStore } from '../lib/store/repo';
import { restoreUnderLoad } from '../lib/store/testing-restores';
import { withBenchDatabase } from './shared/database';

const RESTORES = Number(process.env.BENCH_RESTORES ?? 50);

await withBenchDatabase(
  async (dataDir) => {
    await ensureStore();
    const author = await testActor('analyst');
    const reviewer = await testActor('reviewer');
    const problems: string[] = [];
    let last = 0;
    for (let round = 0; round < RESTORES; round++) {
      const result = await restoreUnderLoad(author, reviewer, embeddedUrl(dataDir, 'postgres'));
      problems.push(...result.problems);
      last = result.revisions;
      if ((round + 1) % 10 === 0) console.log(`${round + 1} restored, ${last} approved revisions`);
    }
    console.log(
      `${RESTORES} restores of backups under load, the last with ${last} approved revisions: ${problems.length === 0 ? 'database and repository agree' : problems.slice(0, 20).join('\n')}`,
    );
    if (problems.length > 0) process.exitCode = 1;
  },
  { own: true },
);
