// `npm start`: installs, builds and starts what is missing, then supervises (scripts/serve.ts).
import { build, bundle, generate, install, ROOT, requireNode } from './prepare.mjs';

requireNode();
process.chdir(ROOT);
await install();
await generate();
bundle();
if (process.env.SOCDOWN_ROLE !== 'worker') await build();
process.env.NODE_ENV = 'production';
process.env.NEXT_TELEMETRY_DISABLED = '1';

const { serve } = await import('../dist/scripts/serve.mjs');
await serve();
