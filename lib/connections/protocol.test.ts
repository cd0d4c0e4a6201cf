import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { programFile } from '../env/program-file';
import { callOwnTool, callTool } from './call-tool';
import { connectHttp } from './connect-http';
import { shakeHands } from './connection';
import { listTools } from './list-tools';
import { toolboxOf } from './open-toolbox';
import { restartable } from './restartable';
import type { ToolClass } from './schema';
import { type HttpTestServer, startHttpServer } from './testing/mcp-server';

/** A busy machine starts a program slowly. */
const START_MS = 60_000;
vi.setConfig({ testTimeout: 2 * START_MS });

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const connect = (url: string) => connectHttp('siem', { url, allowInternal: true, headers: {} }, (text) => text);
const limits = { timeoutMs: 5_000, maxBytes: 100_000 };
const signal = () => new AbortController().signal;

/** A toolbox over one server, with a tool of this class. */
function toolboxFor(server: () => string, toolClass: ToolClass) {
  const connection = restartable(() => connect(server()));
  open.push(connection);
  const info = { server: 'siem', tool: 'search', description: '', inputSchema: { type: 'object' }, class: toolClass };
  const toolbox = toolboxOf(async () => ({
    siem: { tools: async () => [info], connect: connection.connect, external: true },
  }));
  return { connection, call: () => toolbox.call('siem', 'search', {}, { signal: signal(), timeoutMs: 5_000 }) };
}
async function startServer(options: Partial<Parameters<typeof startHttpServer>[0]> = {}): Promise<HttpTestServer> {
  const server = await startHttpServer({ tools: [{ name: 'search' }], ...options });
  open.push(server);
  return server;
}

describe('both revisions', () => {
  it('a server without sessions is spoken to in its own form', async () => {
    const server = await startServer({ modern: true });
    const connection = await connect(server.url);
    open.push(connection);
    expect(connection.client.getProtocolEra()).toBe('modern');
    expect([...(await listTools(connection)).keys()]).toEqual(['search']);
    expect(await callTool(connection, 'search', {}, limits)).toMatchObject({ ok: true, text: 'done' });
    const spoken = server.seen.map(
      ({ headers }) =>
        `${headers['mcp-method']} ${headers['mcp-protocol-version']} ${headers['mcp-session-id'] ?? '-'}`,
    );
    expect(new Set(spoken)).toEqual(
      new Set(['server/discover 2026-07-28 -', 'tools/list 2026-07-28 -', 'tools/call 2026-07-28 -']),
    );
  });

  it('a server with sessions gets the older handshake', async () => {
    const connection = await connect((await startServer()).url);
    open.push(connection);
    expect(connection.client.getProtocolEra()).toBe('legacy');
    expect(await callTool(connection, 'search', {}, limits)).toMatchObject({ ok: true, text: 'done' });
  });
});

describe('our own program', () => {
  it.each(['2026-07-28', '2025-11-25'])('answers in revision %s', async (revision) => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-era-'));
    fs.writeFileSync(path.join(dir, 'events.jsonl'), '{"time":"2026-01-01T00:00:00Z","user":"eva"}\n');
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [programFile('lib/servers/logs/main.ts')],
      env: {
        PATH: process.env.PATH ?? '',
        LOGS_DIR: dir,
        LOGS_CACHE_DIR: path.join(dir, 'cache'),
        LOG_LEVEL: 'silent',
      },
    });
    const mode = revision === '2025-11-25' ? ('legacy' as const) : { pin: revision };
    const connection = await shakeHands('logs', transport, { mode, startMs: START_MS });
    open.push(connection);
    expect(connection.client.getNegotiatedProtocolVersion()).toBe(revision);
    expect([...(await listTools(connection)).keys()]).toContain('query');
    const listed = await callOwnTool(connection, 'list_sources', {}, { ...limits, timeoutMs: START_MS });
    expect(listed).toMatchObject({ ok: true, text: expect.stringContaining('"rows":1') });
  });
});

describe('a server that is restarted', () => {
  it('a lost session is reopened and a read is sent once more', async () => {
    const server = await startServer();
    const { call } = toolboxFor(() => server.url, 'read');
    expect((await call()).ok).toBe(true);
    server.forgetSessions();
    expect(await call()).toMatchObject({ ok: true, text: 'done' });
    expect(server.called).toHaveLength(2);
  });

  it('another process at the same address answers the next read', async () => {
    const first = await startServer();
    const port = Number(new URL(first.url).port);
    const { call } = toolboxFor(() => first.url, 'read');
    expect((await call()).ok).toBe(true);
    await first.close();
    const second = await startServer({ port });
    expect(await call()).toMatchObject({ ok: true });
    expect(second.called).toHaveLength(1);
  });

  it('one that keeps losing its sessions fails, after few attempts', async () => {
    let refused = 0;
    const server = await startServer({
      intercept: (request, response) => {
        if (request.method !== 'POST' || !request.headers['mcp-session-id'] || refused > 20) return false;
        refused += 1;
        response.writeHead(404).end('Invalid session ID');
        return true;
      },
    });
    const { call } = toolboxFor(() => server.url, 'read');
    expect(await call()).toMatchObject({ ok: false });
    expect(server.called).toEqual([]);
    expect(refused).toBeLessThan(8);
  });
});

describe('streams and limits', () => {
  it.each([401, 404, 405, 409, 500])('a GET stream that is answered with %i is done without', async (status) => {
    const server = await startServer({
      intercept: (request, response) => {
        if (request.method !== 'GET') return false;
        response.writeHead(status).end();
        return true;
      },
    });
    const { call } = toolboxFor(() => server.url, 'read');
    expect((await call()).ok).toBe(true);
    expect((await call()).ok).toBe(true);
  });

  it('waits out a short rate limit and reports a long one', async () => {
    let after = '0';
    let times = 2;
    const server = await startServer({
      intercept: (request, response) => {
        if (request.method !== 'POST' || times <= 0) return false;
        times -= 1;
        response.writeHead(429, { 'retry-after': after }).end();
        return true;
      },
    });
    const { call, connection } = toolboxFor(() => server.url, 'read');
    expect((await call()).ok).toBe(true);
    await connection.connect();
    [after, times] = ['3600', 99];
    expect(await call()).toMatchObject({ ok: false, text: expect.stringMatching(/rate limit is reached \(429\)/) });
    expect(times).toBe(98);
  });
});
