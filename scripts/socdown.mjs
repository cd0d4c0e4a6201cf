// `npm run socdown -- …`: the command line (scripts/cli.ts), on a fresh clone too.
import { bundle, generate, install, ROOT, requireNode } from './prepare.mjs';

requireNode();
process.chdir(ROOT);
await install();
await generate();
bundle();
process.env.LOG_LEVEL ??= 'warn';

const { main } = await import('../dist/scripts/cli.mjs');
process.exit(await main(process.argv.slice(2)));
