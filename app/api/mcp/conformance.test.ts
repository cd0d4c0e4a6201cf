import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createKey } from '@/lib/auth/api-keys';
import { SYSTEM } from '@/lib/auth/guard';
import { testActor } from '@/lib/auth/testing';
import { runConformance } from '@/lib/connections/testing/conformance-suite';
import { describeWithPrograms } from '@/lib/connections/testing/programs';
import { testDatabase } from '@/lib/db/testing';
import { type McpRoute, startMcpRoute } from './testing-route';

vi.setConfig({ testTimeout: 120_000 });
testDatabase();

/** Those that ask nothing of a server's own tools; the others call fixtures of the suite. */
const SCENARIOS =
  'server-initialize server-session-lifecycle ping tools-list dns-rebinding-protection server-sse-multiple-streams server-stateless http-header-validation caching'.split(
    ' ',
  );

/** Checks that fail by scenario, and why that is right. Any other failure fails the test. */
const EXPECTED_FAILURES: Record<string, { checks: string[]; because: string }> = {
  'dns-rebinding-protection': {
    checks: ['localhost-host-rebinding-rejected'],
    because:
      'it is for servers that ask for no key; a page of another site has none to send, and the test gives it one',
  },
  'server-stateless': {
    checks: ['sep-2575-missing-capability-http-400', 'sep-2575-server-rejects-undeclared-capability'],
    because: 'they call a tool of the suite; no tool of ours needs anything of the client',
  },
  caching: {
    checks: [
      'sep-2549-prompts-list-caching-hints',
      'sep-2549-resources-list-caching-hints',
      'sep-2549-resources-templates-list-caching-hints',
    ],
    because: 'the server has tools only',
  },
};

await describeWithPrograms('our server in the official conformance suite', (programs) => {
  let server: McpRoute;
  beforeAll(async () => {
    const { id } = await testActor('admin');
    const { key } = await createKey(SYSTEM, { userId: id ?? '', name: 'suite', scope: 'full' });
    server = await startMcpRoute({ authorization: `Bearer ${key}` });
  });
  afterAll(() => server.close());

  it.each(SCENARIOS)('%s', async (scenario) => {
    const args = ['server', '--url', server.url.href, '--scenario', scenario];
    const { stdout, failed, code } = await runConformance(programs, args);
    const expected = EXPECTED_FAILURES[scenario]?.checks ?? [];
    expect({ failed, clean: code === 0 }, stdout).toEqual({ failed: expected, clean: expected.length === 0 });
  });
});
