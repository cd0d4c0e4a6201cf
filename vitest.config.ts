import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': path.resolve(import.meta.dirname) } },
  test: {
    include: ['{app,components,lib,scripts}/**/*.test.{ts,tsx}'],
    globalSetup: ['scripts/vitest-setup.mjs', 'lib/db/testing-server.ts'],
    setupFiles: ['scripts/vitest-warnings.mjs'],
    pool: 'forks',
    maxWorkers: 2,
    // A machine that is busy with something else must not fail a build; locally a flaky test shows at once.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { LOG_LEVEL: 'silent', DATA_DIR: path.join(import.meta.dirname, 'data', 'test') },
  },
});
