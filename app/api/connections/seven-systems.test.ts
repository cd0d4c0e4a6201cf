import { describe, expect, it, vi } from 'vitest';
import { testDatabase } from '@/lib/db/testing';
import { systemsOverApi } from './testing-systems';

vi.setConfig({ testTimeout: 60_000 });
testDatabase();
const { connect } = systemsOverApi();

/** What each of the seven does with a failed call, an answer that is not all, and a token that expired, as its vendor documents it. */
const SEVEN: {
  system: string;
  path: string;
  tool: string;
  args?: object;
  test: string;
  failure: string;
  part: string;
  whole: string;
}[] = [
  {
    system: 'elastic-agent-builder',
    path: '/api/agent_builder/mcp',
    tool: 'platform_core_execute_esql',
    test: 'platform_core_list_indices',
    args: { query: 'FROM logs | WHERE user == "eva"' },
    failure: '{"results":[{"type":"error","data":{"message":"verification_exception"}}]}',
    // Without LIMIT it gives 1,000 rows, and says nothing.
    part: esqlRows(1000),
    whole: esqlRows(999),
  },
  {
    system: 'splunk',
    path: '/services/mcp',
    tool: 'splunk_run_query',
    test: 'splunk_get_info',
    args: { query: 'search index=main', row_limit: 2 },
    failure: '{"error":"Search not executed: The search is not allowed by the guardrails"}',
    part: '{"results":[{"host":"a"},{"host":"b"}]}',
    whole: '{"results":[{"host":"a"}]}',
  },
  {
    system: 'scanner',
    path: '/v1/mcp',
    tool: 'execute_query',
    test: 'get_scanner_context',
    args: { query: '@index=main | groupbycount host' },
    failure: '{"error":"Query timed out after 300 s"}',
    part: '{"rows":[{"host":"a"},{"host":"b"}],"results_caveat":"Some groups were dropped"}',
    whole: '{"rows":[{"host":"a"},{"host":"b"}],"results_caveat":null}',
  },
  {
    system: 'virustotal-gti',
    path: '/mcp',
    tool: 'get_ip_address_report',
    test: 'search_iocs',
    args: { ip_address: '203.0.113.7' },
    failure: '{"error":"Quota exceeded"}',
    part: '{"data":[{"id":"a"},{"id":"b"}],"next_cursor":"c2"}',
    whole: '{"data":[{"id":"a"},{"id":"b"}],"next_cursor":null}',
  },
  {
    system: 'panther',
    path: '/mcp',
    tool: 'list_alerts',
    test: 'get_permissions',
    failure: '{"success":false,"message":"Request failed (HTTP 403)"}',
    part: '{"success":true,"alerts":[{"id":"a"}],"has_next_page":true,"end_cursor":"c2"}',
    whole: '{"success":true,"alerts":[{"id":"a"}],"has_next_page":false,"end_cursor":null}',
  },
  {
    system: 'slack-official',
    path: '/mcp',
    tool: 'slack_search_channels',
    test: 'slack_search_users',
    args: { query: 'soc' },
    failure: 'Error: not_in_channel',
    part: '# Results\nchannel: #soc (C1)\ncursor: dGVhbTpDMQ==',
    whole: '# Results\nchannel: #soc (C1)\ncursor: none',
  },
  {
    system: 'github',
    path: '/mcp/readonly',
    tool: 'search_code',
    test: 'get_me',
    args: { query: 'token', perPage: 2 },
    failure: '{"message":"API rate limit exceeded","error":"rate_limited"}',
    part: '[{"path":"a"},{"path":"b"}]',
    whole: '[{"path":"a"}]',
  },
];

describe.each(SEVEN)('$system', ({ system, path, tool, args, test, ...answers }) => {
  it('tells a failed call, an answer that is not all, and an expired token', async () => {
    let text = answers.whole;
    let expired = false;
    const replies = { [tool]: () => ({ text }), [test]: () => ({ text: '{"ok":true}' }) };
    const { call, setClass } = await connect(system, path, replies, (_, response) => {
      if (expired) response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('{}');
      return expired;
    });
    await setClass(tool, 'read');
    expect(await call(tool, { ...args })).toMatchObject({ ok: true, truncated: false });
    text = answers.part;
    expect(await call(tool, { ...args, cursor: 'x' })).toMatchObject({ ok: true, truncated: true });
    text = answers.failure;
    expect(await call(tool, { ...args, cursor: 'y' })).toMatchObject({ ok: false, truncated: false });
    expired = true;
    const refused = await call(tool, { ...args, cursor: 'z' });
    expect(refused).toMatchObject({ ok: false, text: expect.stringMatching(/refuses the token \(401\)/) });
  });
});

function esqlRows(count: number): string {
  const values = Array.from({ length: count }, (_, index) => [index]);
  return JSON.stringify({
    results: [
      { type: 'query', data: { esql: 'FROM logs' } },
      { type: 'esql_results', data: { columns: [{ name: 'n' }], values } },
    ],
  });
}
