import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ingestAlerts } from '@/lib/alerts/ingest-alerts';
import { createKey } from '@/lib/auth/api-keys';
import { SYSTEM } from '@/lib/auth/guard';
import { testActor } from '@/lib/auth/testing';
import { describeWithPrograms } from '@/lib/connections/testing/programs';
import { db } from '@/lib/db/client';
import { testDatabase } from '@/lib/db/testing';
import { openInvestigation } from '@/lib/investigations/open-investigation';
import { type McpRoute, startMcpRoute } from './testing-route';

vi.setConfig({ testTimeout: 120_000 });
testDatabase();

await describeWithPrograms('the command line of the MCP inspector', ({ node, file }) => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-inspector-'));
  let server: McpRoute;
  let alertId = '';
  let codename = '';
  let key = '';

  beforeAll(async () => {
    const analyst = await testActor('analyst');
    key = (await createKey(analyst, { userId: analyst.id ?? '', name: 'inspector', scope: 'read' })).key;
    const alert = { id: 'i-1', title: 'Stolen key', severity: 'high', ip: '203.0.113.50' };
    alertId = (await ingestAlerts(SYSTEM, 'generic', JSON.stringify(alert))).ids[0] ?? '';
    codename = (await openInvestigation(analyst, { alertIds: [alertId] })).codename;
    server = await startMcpRoute();
  });
  afterAll(() => {
    server.close();
    fs.rmSync(home, { recursive: true, force: true });
  });

  /** What it writes, and whether it ended well. */
  async function inspect(...args: string[]): Promise<{ ok: boolean; stdout: string; output: string }> {
    const launcher = file('@modelcontextprotocol/inspector/clients/launcher/build/index.js');
    const target = [server.url.href, '--transport', 'http', '--header', `Authorization: Bearer ${key}`];
    const env = { ...process.env, HOME: home };
    try {
      const { stdout, stderr } = await promisify(execFile)(node, [launcher, '--cli', ...target, ...args], { env });
      return { ok: true, stdout, output: stdout + stderr };
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }; // of execFile
      return { ok: false, stdout, output: stdout + stderr };
    }
  }

  it('lists the tools, and finds no fault in their schemas', async () => {
    const { ok, stdout, output } = await inspect('--method', 'tools/list', '--strict');
    expect(ok, output).toBe(true);
    const names = JSON.parse(stdout).tools.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['list_alerts', 'get_alert', 'search_cases']));
  });

  it('reads an alert', async () => {
    const { ok, stdout, output } = await inspect(
      ...['--method', 'tools/call', '--tool-name', 'get_alert', '--tool-arg', `id=${alertId}`],
    );
    expect(ok, output).toBe(true);
    expect(JSON.parse(stdout).content[0].text).toContain('203.0.113.50');
  });

  it('is refused what a key that may only read must not do', async () => {
    const recorded = { case: codename, sql: 'SELECT 1', from: '2024-03-01T10:00:00Z', to: '2024-03-01T11:00:00Z' };
    const pairs = Object.entries(recorded).map(([name, value]) => `${name}=${value}`);
    const asked = await inspect('--method', 'tools/call', '--tool-name', 'query_logs', '--tool-arg', ...pairs);
    expect(asked.output).toContain('may only read');
    expect(await db().evidence.count()).toBe(0);
  });

  it('gets nothing with a wrong key', async () => {
    const { ok, output } = await inspect('--method', 'tools/list', '--header', 'Authorization: Bearer socdown_wrong');
    expect(ok, output).toBe(false);
    expect(output).not.toContain('list_alerts');
  });
});
