// `npm start`: installs, builds and starts what is missing, then supervises (scripts/serve.ts).
import { build, generate, install, ROOT, requireNode } from './prepare.mjs';

requireNode();
process.chdir(ROOT);
install();
generate();
if (process.env.SOCDOWN_ROLE !== 'worker') build();
process.env.NODE_ENV = 'production';
process.env.NEXT_TELEMETRY_DISABLED = '1';

const { register } = await import('tsx/esm/api');
register();
const { serve } = await import('./serve.ts');
await serve();
