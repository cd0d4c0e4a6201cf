import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { askSource } from '../agent/ask-source';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { type Actor, SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { listEvidence } from '../evidence/list-evidence';
import { openInvestigation } from '../investigations/open-investigation';
import { closeServers } from './index';
import { addConnection } from './manage-connections';
import { testConnection } from './test-connection';
import { describeWithPrograms } from './testing/programs';
import { startUpstream, type Upstream } from './testing/upstream';

// The vendors' own servers, started for real, in front of a stand-in of the vendor's API.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
testDatabase();

type Server = {
  system: string;
  package: string;
  /** A program that isn't JavaScript: its binary. It finds the stand-in through a proxy. */
  binary?: string;
  /** In the program's environment. */
  settings: (upstream: Upstream) => Record<string, string>;
  /** One read, what its evidence holds, and the request that reached the vendor. */
  tool: string;
  args: Record<string, unknown>;
  shows: string;
  asked: string;
};

const SERVERS: Server[] = [
  {
    system: 'elasticsearch-classic',
    package: '@elastic/mcp-server-elasticsearch',
    settings: ({ url }) => ({ ES_URL: url, ES_API_KEY: 'a2V5', OTEL_SDK_DISABLED: 'true' }),
    tool: 'list_indices',
    args: { indexPattern: '*' },
    shows: 'logs-okta',
    asked: 'GET /_cat/indices/* ApiKey a2V5',
  },
  {
    system: 'slack-reference',
    package: '@modelcontextprotocol/server-slack',
    settings: () => ({ SLACK_BOT_TOKEN: 'xoxb-test', SLACK_TEAM_ID: 'T0123456789' }),
    tool: 'slack_list_channels',
    args: { limit: 1 },
    shows: 'soc',
    asked: 'GET /api/conversations.list Bearer xoxb-test',
  },
  {
    system: 'github',
    package: '@modelcontextprotocol/server-github',
    settings: () => ({ GITHUB_PERSONAL_ACCESS_TOKEN: 'token-of-the-test' }),
    tool: 'get_file_contents',
    args: { owner: 'acme', repo: 'shop', path: 'deploy.yml' },
    shows: 'deploy-shop',
    asked: 'GET /repos/acme/shop/contents/deploy.yml Bearer token-of-the-test',
  },
  {
    system: 'slack-korotovsky',
    package: 'slack-mcp-server',
    binary: `slack-mcp-server-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`,
    settings: ({ proxy, authority, home }) => ({
      SLACK_MCP_XOXP_TOKEN: 'xoxp-test',
      SLACK_MCP_PROXY: proxy,
      SLACK_MCP_SERVER_CA: authority,
      HOME: home,
    }),
    tool: 'channels_me',
    args: {},
    shows: '#soc',
    asked: 'POST /api/users.conversations xoxp-test',
  },
];

const isSecret = (name: string) => /TOKEN|KEY/.test(name);

await describeWithPrograms('a server from npm', ({ file }) => {
  let admin: Actor;
  let caseId = '';
  let upstream: Upstream;
  beforeAll(async () => {
    admin = await testActor('admin');
    const { ids } = await ingestAlerts(SYSTEM, 'generic', '{"id":"n-1","title":"Odd sign-in","severity":"low"}');
    caseId = (await openInvestigation(admin, { alertIds: ids })).id;
    upstream = await startUpstream();
  });
  afterAll(async () => {
    await closeServers();
    await upstream?.close();
  });

  it.each(SERVERS)('$package connects, lists its tools and answers one read, which is evidence', async (server) => {
    const secrets = Object.entries(server.settings(upstream)).map(([name, value]) => ({
      name,
      value,
      ...(isSecret(name) ? {} : { plain: true }),
    }));
    const script = ['--import', upstream.preload, file(server.package, 'dist/index.js')];
    const target = server.binary
      ? { kind: 'stdio' as const, command: file(server.binary, 'bin', server.binary), args: ['--transport', 'stdio'] }
      : { kind: 'stdio' as const, command: process.execPath, args: script };
    const name = server.system;
    const { id } = await addConnection(admin, { name, system: server.system, target, secrets });
    const { toolList, steps } = await testConnection(admin, id);
    expect(
      steps.slice(0, 2).map(({ ok }) => ok),
      JSON.stringify(steps),
    ).toEqual([true, true]);
    // Our reviewed class applies to the tool as the program itself lists it.
    expect(toolList.find((tool) => tool.name === server.tool)).toMatchObject({ class: 'read', offered: true });

    const call = { server: name, tool: server.tool, args: server.args };
    const record = await askSource(admin, caseId, call, new AbortController().signal);
    expect(record, JSON.stringify(record)).toMatchObject({ status: 'ok', server: name });
    expect(JSON.stringify(record.table ?? record.text)).toContain(server.shows);
    expect(upstream.asked).toContain(server.asked);
    const records = await listEvidence(admin, caseId);
    expect(records.map((one) => `${one.server}.${one.tool}`)).toContain(`${name}.${server.tool}`);
  });
});
