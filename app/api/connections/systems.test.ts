import { describe, expect, it, vi } from 'vitest';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import type { ConnectionDetail } from '@/lib/connections/schema';
import { testDatabase } from '@/lib/db/testing';
import { GET as catalogue } from './catalogue/route';
import { POST } from './route';
import { json, of, type Reply, systemsOverApi } from './testing-systems';

// For each of the seven: a server that offers the documented names and answers in the documented shapes, over Streamable HTTP.

vi.setConfig({ testTimeout: 60_000 });
testDatabase();
const { connect, open, request } = systemsOverApi();

const classes = ({ toolList }: ConnectionDetail) =>
  Object.fromEntries(toolList.map((tool) => [tool.name, [tool.class, tool.state, tool.offered]]));

describe('Elasticsearch', () => {
  it('gives rows, says when a query failed, and needs no GET stream', async () => {
    const execute: Reply = (_, { query }) =>
      String(query).includes('nope')
        ? json({ results: [{ type: 'error', data: { message: 'Unknown column [nope]' } }] })
        : json({
            results: [
              { type: 'query', data: { esql: query } },
              {
                tool_result_id: 'x1',
                type: 'esql_results',
                data: {
                  columns: [{ name: '@timestamp', type: 'date' }, { name: 'n' }],
                  values: [['2026-11-28T00:00:00Z', 3]],
                },
              },
            ],
          });
    const { tested, call } = await connect(
      'elastic-agent-builder',
      '/s/soc/api/agent_builder/mcp',
      {
        platform_core_execute_esql: execute,
        platform_core_list_indices: () => json({ results: [{ type: 'other', data: { indices: [] } }] }),
        platform_core_generate_esql: () => json({}),
        customers_own_tool: () => json({}),
      },
      (incoming, response) => {
        if (incoming.method !== 'GET') return false;
        response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
        return true;
      },
    );
    expect(tested.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['connect', true],
      ['list', true],
      ['read', true],
    ]);
    expect(classes(tested)).toEqual({
      customers_own_tool: ['refused', 'new', true],
      platform_core_execute_esql: ['read', 'ok', true],
      platform_core_generate_esql: ['read', 'ok', false],
      platform_core_list_indices: ['read', 'ok', true],
    });
    expect(await call('platform_core_execute_esql', { query: 'FROM logs' })).toMatchObject({
      ok: true,
      structured: { columns: ['@timestamp', 'n'], rows: [['2026-11-28T00:00:00Z', 3]] },
    });
    expect(await call('platform_core_execute_esql', { query: 'FROM nope' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('Unknown column'),
    });
    // Known, and not offered: as if it were not there.
    expect((await call('platform_core_generate_esql', { query: 'x' })).text).toContain('no tool');
  });
});

describe('Splunk', () => {
  it('gives rows; an expired token is said, and shows in the health', async () => {
    let expired = false;
    const { tested, call, detail, setClass } = await connect(
      'splunk',
      '/services/mcp',
      {
        splunk_run_query: () => json({ results: [{ host: 'web-1', src: ['10.0.0.1', '10.0.0.2'] }] }),
        splunk_get_info: () => json({ version: '10.0' }),
        saia_ask_splunk_question: () => json({}),
      },
      (_, response) => {
        if (expired) response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('{}');
        return expired;
      },
    );
    expect(tested.health).toMatchObject({ state: 'ok', lastError: null });
    expect(await call('splunk_run_query', { query: 'search index=main' })).toMatchObject({
      structured: { columns: ['host', 'src'], rows: [['web-1', ['10.0.0.1', '10.0.0.2']]] },
    });
    await setClass('saia_ask_splunk_question', 'egress');
    expect((await call('saia_ask_splunk_question', { question: 'x' })).text).toMatch(/consent/);
    expired = true;
    expect(await call('splunk_run_query', { query: 'x' })).toMatchObject({
      ok: false,
      text: expect.stringMatching(/refuses the token \(401\)/),
    });
    await vi.waitFor(async () => expect((await detail()).health.state).toBe('failing'));
    expect((await detail()).health.lastError).toMatch(/401/);
  });
});

describe('Scanner', () => {
  it('is asked for its context once a session; nanoseconds stay exact; a next page is said', async () => {
    const { server, call } = await connect('scanner', '/v1/mcp', {
      get_scanner_context: () => json({ context_token: 'ctx-1', guide: 'Use @index=…' }),
      execute_query: () => ({
        text: '{"row_count":2,"result_handle":"h1","rows":[{"timestamp":1764366000123456789,"id":"a"}]}',
      }),
      fetch_query_results: (_, { offset }) =>
        json(offset ? { rows: [{ id: 'b' }], has_more: false } : { rows: [{ id: 'a' }], has_more: true }),
    });
    const asked = () => server.called.filter(({ name }) => name === 'get_scanner_context').length;
    const before = asked();
    expect((await call('get_scanner_context')).text).toContain('ctx-1');
    expect((await call('get_scanner_context')).text).toContain('ctx-1');
    expect(asked()).toBe(before + 1);
    expect((await call('execute_query', { query: '@index=_detections' })).structured).toMatchObject({
      columns: ['timestamp', 'id'],
      rows: [['1764366000123456789', 'a']],
    });
    expect(await call('fetch_query_results', { offset: 0 })).toMatchObject({ ok: true, truncated: true });
    expect(await call('fetch_query_results', { offset: 1 })).toMatchObject({ ok: true, truncated: false });
  });
});

describe('VirusTotal', () => {
  it('refuses to submit, keeps answers, and asks no more often than the key allows', async () => {
    const { server, tested, call, setClass } = await connect('virustotal-burt', '/mcp', {
      get_ip_report: (_, { ip }) =>
        ip === '192.0.2.1'
          ? { isError: true, text: "Tool 'get_ip_report' execution failed: VirusTotal API error: Quota exceeded" }
          : { text: `🌐 IP Address Report\nIP: ${ip}\nMalicious: 3` },
      get_url_report: () => ({ text: 'submitted' }),
    });
    expect(classes(tested)).toEqual({
      get_ip_report: ['egress', 'ok', true],
      get_url_report: ['refused', 'ok', false],
    });
    expect((await call('get_ip_report', { ip: '203.0.113.1' })).text).toMatch(/consent/);
    await setClass('get_ip_report', 'read');
    const reached = () => server.called.filter(({ name }) => name === 'get_ip_report').length;
    const before = reached();
    for (const _ of [1, 2, 3])
      expect((await call('get_ip_report', { ip: '203.0.113.1' })).text).toContain('Malicious: 3');
    expect(reached()).toBe(before + 1);
    expect(await call('get_ip_report', { ip: '192.0.2.1' })).toMatchObject({ ok: false });
    for (const ip of ['203.0.113.2', '203.0.113.3']) expect((await call('get_ip_report', { ip })).ok).toBe(true);
    expect(await call('get_ip_report', { ip: '203.0.113.4' })).toMatchObject({
      ok: false,
      text: expect.stringMatching(/only 4 calls a minute/),
    });
    expect(reached()).toBe(before + 4);
    expect((await call('get_url_report', { url: 'https://a.example' })).ok).toBe(false);
    expect(server.called.some(({ name }) => name === 'get_url_report')).toBe(false);
  });
});

describe('Panther', () => {
  it('pages by cursor, says what failed, and loses no answer to a schema that drifted', async () => {
    const { call } = await connect('panther', '/mcp', {
      get_permissions: () => json({ success: true, permissions: [] }),
      list_alerts: (_, { cursor }) => {
        const page = cursor
          ? { success: true, alerts: [{ id: 'b', severity: 'LOW' }], has_next_page: false, end_cursor: null }
          : { success: true, alerts: [{ id: 'a', severity: 'HIGH' }], has_next_page: true, end_cursor: 'c2' };
        return { ...json(page), structured: page };
      },
      get_alert: () => ({
        ...json({ success: false, message: 'Request failed (HTTP 403)' }),
        structured: { success: false },
      }),
    });
    const [open_] = open;
    open_!.tools = open_!.tools.map((tool) => ({
      ...tool,
      outputSchema: { type: 'object', required: ['total_alerts'] },
    }));
    const first = await call('list_alerts', {});
    expect(first).toMatchObject({ ok: true, truncated: true, structured: { end_cursor: 'c2', rows: [['a', 'HIGH']] } });
    expect(await call('list_alerts', { cursor: 'c2' })).toMatchObject({
      truncated: false,
      structured: { rows: [['b', 'LOW']] },
    });
    expect(await call('get_alert', { alert_id: 'x' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('403'),
    });
  });
});

describe('Slack', () => {
  it('(hosted) keeps prose, and says that a bot token is refused', async () => {
    const { tested, call } = await connect('slack-official', '/mcp', {
      slack_search_channels: () => ({ text: '# Results\nchannel: #soc (C1)\ncursor: abc' }),
      slack_send_message: () => ({ text: 'sent' }),
      slack_read_thread: () => {
        throw Object.assign(new Error('invalid_token_type'), { code: -32001 });
      },
    });
    expect(classes(tested).slack_send_message).toEqual(['egress', 'ok', false]);
    expect(await call('slack_search_channels', { query: 'soc' })).toMatchObject({
      ok: true,
      text: expect.stringContaining('#soc'),
    });
    expect(await call('slack_read_thread', { channel_id: 'C1' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('invalid_token_type'),
    });
  });

  it('(slack-mcp-server) gives rows of CSV with the next cursor, also after its server lost the session', async () => {
    const { server, call } = await connect('slack-korotovsky', '/mcp', {
      channels_me: () => ({ text: 'ID,Name\nC1,soc' }),
      conversations_history: () => ({ text: 'MsgID,Text,Cursor\n1,"Blocked, twice",\n2,ok,bmV4dA==' }),
    });
    const history = () => call('conversations_history', { channel_id: 'C1' });
    const expected = {
      ok: true,
      truncated: true,
      structured: {
        nextCursor: 'bmV4dA==',
        rows: [
          ['1', 'Blocked, twice'],
          ['2', 'ok'],
        ],
      },
    };
    expect(await history()).toMatchObject(expected);
    server.forgetSessions();
    expect(await history()).toMatchObject(expected);
  });
});

describe('GitHub', () => {
  it('keeps embedded and linked files, and waits as its rate limit asks', async () => {
    let limited = 0;
    const { server, tested, call } = await connect(
      'github',
      '/mcp/readonly',
      {
        get_me: () => json({ login: 'soc' }),
        get_file_contents: (_, { path }) => ({
          content: [
            { type: 'text', text: 'successfully downloaded text file (SHA: abc)' },
            path === 'big.log'
              ? { type: 'resource_link', uri: 'repo://o/r/big.log', name: 'big.log', mimeType: 'text/plain' }
              : { type: 'resource', resource: { uri: 'repo://o/r/a.yml', mimeType: 'text/yaml', text: 'on: push' } },
          ],
        }),
        issue_write: () => json({}),
      },
      (incoming, response) => {
        if (incoming.method !== 'POST' || limited <= 0) return false;
        limited -= 1;
        response.writeHead(429, { 'retry-after': '0' }).end();
        return true;
      },
    );
    expect(server.seen[0]?.path).toBe('/mcp/readonly');
    expect(classes(tested).issue_write).toEqual(['write', 'ok', false]);
    limited = 2;
    const file = await call('get_file_contents', { owner: 'o', repo: 'r', path: 'a.yml' });
    expect(file.text).toMatch(/on: push$/);
    expect(limited).toBe(0);
    expect((await call('get_file_contents', { path: 'big.log' })).text).toContain('repo://o/r/big.log');
  });
});

describe('the catalogue', () => {
  it('is there for who reads connections; an unknown system is refused; only an admin adds', async () => {
    const analyst = await keyHeaders(await testActor('analyst'));
    const listed = await catalogue(request('GET', undefined, analyst), of());
    expect((await listed.json()).items).toHaveLength(22);
    const body = { name: 'x-1', system: 'nothing', target: { kind: 'http', url: 'https://a.example/mcp' } };
    expect((await POST(request('POST', body), of())).status).toBe(400);
    expect((await POST(request('POST', { ...body, system: 'github' }, analyst), of())).status).toBe(403);
  });
});
