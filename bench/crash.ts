/**
 * BENCH_KILLS (3,000) kill -9 of publishers that write the store side by side, at steps by chance, and before that one at
 * every step of one publication: before it, while it is under way, after it. Prints what was lost (nothing), and git's own check.
 */

import { once } from 'node:events';
import { testActor } from '../lib/auth/testing';
import { ensureStore } from '../lib/store/repo';
import { approve, findLosses, killPublishers, publishAll, startPublisher } from '../lib/store/testing-kills';
import { withBenchDatabase } from './shared/database';

const KILLS = Number(process.env.BENCH_KILLS ?? 3000);
const AT_ONCE = 3;

await withBenchDatabase(
  async () => {
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
  },
  { own: true },
);

function words(losses: string[]): string {
  if (losses.length > 0) process.exitCode = 1;
  return losses.length === 0 ? 'nothing lost, nothing twice, git fsck --strict clean' : losses.slice(0, 20).join('\n');
}
