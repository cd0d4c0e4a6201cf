// `npm run socdown -- …`: the command line (scripts/cli.ts), on a fresh clone too.
import { generate, install, ROOT, requireNode } from './prepare.mjs';

requireNode();
process.chdir(ROOT);
install();
generate();
process.env.LOG_LEVEL ??= 'warn';

const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./cli.ts');
process.exit(await main(process.argv.slice(2)));
