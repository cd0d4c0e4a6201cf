import { overrideEnv } from '../env/env';
import { publishPending } from './publish';

/**
 * A publisher process for the tests that kill one: publishes until there is nothing left, then says "done".
 * Says "ready" when loaded and waits for a line on stdin. Arguments: DATABASE_URL, DATA_DIR.
 */
const [, , url, dataDir] = process.argv;
overrideEnv({ DATABASE_URL: url, DATA_DIR: dataDir });
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  await publishPending();
  process.stdout.write('done\n');
  process.exit(0);
});
