import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
import { startUpstream, type Upstream } from './testing/upstream';

/**
 * The vendors' own servers, started for real, in front of a stand-in of the vendor's API. They are not our dependencies: in an empty folder
 * `npm i --ignore-scripts @elastic/mcp-server-elasticsearch@0.3.1 @modelcontextprotocol/server-slack@2025.4.25
 * @modelcontextprotocol/server-github@2025.4.8`, then `SOCDOWN_NPM_SERVERS=<folder> npx vitest run lib/connections/npm-servers.test.ts`.
 */
const FOLDER = process.env.SOCDOWN_NPM_SERVERS ?? '';
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
testDatabase();

type Server = {
  system: string;
  package: string;
  /** In the program's environment; `UPSTREAM` stands for the stand-in's address. */
  settings: Record<string, string>;
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
    settings: { ES_URL: 'UPSTREAM', ES_API_KEY: 'a2V5' },
    tool: 'list_indices',
    args: { indexPattern: '*' },
    shows: 'logs-okta',
    asked: 'GET /_cat/indices/* ApiKey a2V5',
  },
  {
    system: 'slack-reference',
    package: '@modelcontextprotocol/server-slack',
    settings: { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_TEAM_ID: 'T0123456789' },
    tool: 'slack_list_channels',
    args: { limit: 1 },
    shows: 'soc',
    asked: 'GET /api/conversations.list Bearer xoxb-test',
  },
  {
    system: 'github',
    package: '@modelcontextprotocol/server-github',
    settings: { GITHUB_PERSONAL_ACCESS_TOKEN: 'token-of-the-test' },
    tool: 'get_file_contents',
    args: { owner: 'acme', repo: 'shop', path: 'deploy.yml' },
    shows: 'deploy-shop',
    asked: 'GET /repos/acme/shop/contents/deploy.yml Bearer token-of-the-test',
  },
];

const scriptOf = (name: string) => path.join(FOLDER, 'node_modules', name, 'dist', 'index.js');
const plain = (name: string) => /URL$|TEAM_ID$/.test(name);

describe.skipIf(FOLDER === '')('a server from npm', () => {
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
    const script = scriptOf(server.package);
    expect(fs.existsSync(script), `${server.package} is not installed in SOCDOWN_NPM_SERVERS`).toBe(true);
    const secrets = Object.entries(server.settings).map(([name, value]) => ({
      name,
      value: value === 'UPSTREAM' ? upstream.url : value,
      ...(plain(name) ? { plain: true } : {}),
    }));
    const target = { kind: 'stdio' as const, command: process.execPath, args: ['--import', upstream.preload, script] };
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
