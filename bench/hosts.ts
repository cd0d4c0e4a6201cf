/**
 * Two hosts with folders of their own, one database and one remote: BENCH_APPROVALS (1,000) approvals are published while the hosts'
 * publishers are killed with SIGKILL at steps by chance, also in mid-push. Prints what was lost, what is there twice, and whether the
 * history is one line. hosts.test.ts does the same with 20.
 */
import { testActor } from '../lib/auth/testing';
import { killHosts } from '../lib/store/testing-hosts';
import { withBenchDatabase } from './shared/database';

const CLEAN = 'nothing lost, nothing twice, one line of history, both hosts like the remote';
const APPROVALS = Number(process.env.BENCH_APPROVALS ?? 1000);

await withBenchDatabase(
  async () => {
    const start = performance.now();
    let kills = 0;
    const { problems, approvals } = await killHosts(await testActor('analyst'), await testActor('reviewer'), {
      kills: APPROVALS,
      onKill: (killed) => {
        kills = killed;
        if (killed % 100 === 0) console.log(`${killed} killed`);
      },
    });
    if (problems.length > 0) process.exitCode = 1;
    const minutes = ((performance.now() - start) / 60_000).toFixed(1);
    console.log(`${approvals} approvals, ${kills} kills, ${minutes} min: ${problems.slice(0, 20).join('\n') || CLEAN}`);
  },
  { own: true },
);
