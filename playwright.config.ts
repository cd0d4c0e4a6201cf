import fs from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's browser where there is one; elsewhere Playwright's own. */
const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => fs.existsSync(file));

export default defineConfig({
  testDir: '.',
  testMatch: ['app/**/*.e2e.ts', 'scripts/e2e/*.e2e.ts'],
  globalSetup: './scripts/e2e/global-setup.ts',
  outputDir: 'test-results/browser',
  workers: 2,
  timeout: 150_000,
  // A second try under CI, on a machine shared with others; the run names what needed it as flaky.
  retries: process.env.CI ? 1 : 0,
  expect: { timeout: 15_000 },
  reporter: [['line'], ['json', { outputFile: 'test-results/browser.json' }]],
  use: {
    viewport: { width: 1440, height: 900 },
    // Recording takes a third of a test's time: in CI only a retry is recorded; elsewhere there are no retries.
    trace: process.env.CI ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: {
      executablePath: system,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
