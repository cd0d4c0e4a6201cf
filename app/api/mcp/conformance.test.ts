import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createKey } from '@/lib/auth/api-keys';
import { SYSTEM } from '@/lib/auth/guard';
import { testActor } from '@/lib/auth/testing';
import { runConformance } from '@/lib/connections/testing/conformance-suite';
import { testDatabase } from '@/lib/db/testing';
import { type McpRoute, startMcpRoute } from './testing-route';

/** The official conformance suite against our server; how to get it is said in lib/connections/conformance.test.ts. */
const FOLDER = process.env.SOCDOWN_CONFORMANCE;
vi.setConfig({ testTimeout: 120_000 });
testDatabase();

/** Those that ask nothing of a server's own tools; the others call fixtures of the suite. */
const SCENARIOS =
  'server-initialize server-session-lifecycle ping tools-list dns-rebinding-protection server-sse-multiple-streams server-stateless http-header-validation caching'.split(
    ' ',
  );

/** Fail, and why that is right, or not worth more. */
const EXPECTED_FAILURES: Record<string, string> = {
  'dns-rebinding-protection':
    'is for servers that ask for no key; a page of another site has none to send, and the test gives it one',
};

describe.skipIf(!FOLDER)('the conformance suite', () => {
  let server: McpRoute;
  beforeAll(async () => {
    const { id } = await testActor('admin');
    const { key } = await createKey(SYSTEM, { userId: id ?? '', name: 'suite', scope: 'full' });
    server = await startMcpRoute({ authorization: `Bearer ${key}` });
  });
  afterAll(() => server.close());

  it.each(SCENARIOS)('%s', async (scenario) => {
    const { stdout, code } = await runConformance(FOLDER ?? '', [
      'server',
      '--url',
      server.url.href,
      '--scenario',
      scenario,
    ]);
    expect(code === 0, stdout).toBe(EXPECTED_FAILURES[scenario] === undefined);
  });
});
