import fs from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const ROOMS = ['app', 'components', 'lib', 'scripts'];
/** What a test file has that reaches beyond its own variables: a database, mocks, the environment, programs. */
const REACHES_OUT =
  /testDatabase|\bvi\.|overrideEnv|process\.(?:env|chdir|kill|on)\b|globalThis|spawn|execFile|closeServers/;

// Half of what a run takes is loading modules. Files that reach nothing beyond themselves load them once for all.
const pure = ROOMS.flatMap((room) =>
  fs
    .readdirSync(path.join(import.meta.dirname, room), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(room, file))
    .filter(
      (file) =>
        /\.test\.tsx?$/.test(file) && !REACHES_OUT.test(fs.readFileSync(path.join(import.meta.dirname, file), 'utf8')),
    ),
);

export default defineConfig({
  resolve: { alias: { '@': path.resolve(import.meta.dirname) } },
  test: {
    globalSetup: ['scripts/vitest-setup.mjs'],
    pool: 'forks',
    maxWorkers: 2,
    // A machine that is busy with something else must not fail a build; locally a flaky test shows at once.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { LOG_LEVEL: 'silent', DATA_DIR: path.join(import.meta.dirname, 'data', 'test') },
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`{${ROOMS}}/**/*.test.{ts,tsx}`],
          exclude: ['**/node_modules/**', ...pure],
          globalSetup: ['lib/db/testing-server.ts'],
          setupFiles: ['scripts/vitest-warnings.mjs'],
        },
      },
    ],
  },
});
