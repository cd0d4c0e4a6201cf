/**
 * BENCH_KILLS (3,000) kill -9 of publishers that write the store side by side, at steps by chance: before a step, while it is under
 * way, after it. Prints what was lost (nothing), and git's own check. One kill at every step there is: crash.test.ts.
 */

import { testActor } from '../lib/auth/testing';
import { ensureStore } from '../lib/store/repo';
import { findLosses, killPublishers, publishAll } from '../lib/store/testing-kills';
import { withBenchDatabase } from './shared/database';

const KILLS = Number(process.env.BENCH_KILLS ?? 3000);
const AT_ONCE = 3;

await withBenchDatabase(
  async () => {
    await ensureStore();
    const author = await testActor('analyst');
    const reviewer = await testActor('reviewer');

    await killPublishers(author, reviewer, {
      kills: KILLS,
      atOnce: AT_ONCE,
      onKill: (killed) => {
        if (killed % 250 === 0) console.log(`${killed} killed`);
      },
    });
    await publishAll();
    console.log(`${KILLS} kills by chance, ${AT_ONCE} publishers at once: ${words(await findLosses())}`);
  },
  { own: true },
);

function words(losses: string[]): string {
  if (losses.length > 0) process.exitCode = 1;
  return losses.length === 0 ? 'nothing lost, nothing twice, git fsck --strict clean' : losses.slice(0, 20).join('\n');
}
