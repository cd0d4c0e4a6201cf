import fs from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const ROOMS = ['app', 'components', 'lib', 'scripts'];
/** What a test file has that changes its process for good: mocks, settings, programs, signals. */
const CHANGES_PROCESS =
  /\bvi\.|overrideEnv|process\.(?:env|chdir|kill|on)\b|globalThis|spawn|execFile|startChild|closeServers|closeRunWatch|testLogs/;
const HAS_DATABASE = /testDatabase/;

// Half of what a run takes is loading modules. Files that leave nothing behind in their process load them once for all.
const alike = ROOMS.flatMap((room) =>
  fs
    .readdirSync(path.join(import.meta.dirname, room), { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(room, file))
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map((file) => ({ file, text: fs.readFileSync(path.join(import.meta.dirname, file), 'utf8') }))
    .filter(({ text }) => !CHANGES_PROCESS.test(text))
    .map(({ file, text }) => ({ file, database: HAS_DATABASE.test(text) })),
);
const pure = alike.filter(({ database }) => !database).map(({ file }) => file);
const shared = alike.filter(({ database }) => database).map(({ file }) => file);

export default defineConfig({
  resolve: { alias: { '@': path.resolve(import.meta.dirname) } },
  test: {
    globalSetup: ['scripts/vitest-setup.mjs'],
    pool: 'forks',
    maxWorkers: 2,
    // A machine that is busy with something else must not fail a build; locally a flaky test shows at once.
    retry: process.env.CI ? 1 : 0,
    testTimeout: process.env.CI ? 180_000 : 60_000,
    hookTimeout: 120_000,
    env: { LOG_LEVEL: 'silent', DATA_DIR: path.join(import.meta.dirname, 'data', 'test') },
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: shared,
          isolate: false,
          globalSetup: ['lib/db/testing-server.ts'],
          setupFiles: ['scripts/vitest-warnings.mjs', 'scripts/vitest-shared.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`{${ROOMS}}/**/*.test.{ts,tsx}`],
          exclude: ['**/node_modules/**', ...pure, ...shared],
          globalSetup: ['lib/db/testing-server.ts'],
          setupFiles: ['scripts/vitest-warnings.mjs'],
        },
      },
    ],
  },
});
