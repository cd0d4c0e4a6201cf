import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { SYSTEMS } from '../connections/catalogue/catalogue';
import { addConnection, changeConnection } from '../connections/manage-connections';
import { getConnection } from '../connections/read-connections';
import type { HttpTestServer } from '../connections/testing/mcp-server';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { searchEverything } from '../library/search-everything';
import { AlertReference, fetchAlert, findOrFetchAlert } from './fetch-alert';
import { LOOKUPS } from './lookups';
import { connectStandIn, type Reply } from './testing-connection';

testDatabase();

let admin: Actor;
let analyst: Actor;
const servers: HttpTestServer[] = [];
beforeAll(async () => {
  admin = await testActor('admin');
  analyst = await testActor('analyst');
});
beforeEach(() => db().connection.deleteMany());
afterAll(() => Promise.all(servers.map((server) => server.close())));

type Args = Record<string, unknown>;
const json = (value: unknown): Reply => ({ text: JSON.stringify(value) });
const TIME = '2026-11-20T10:00:00Z';

/** Stand-ins by the documented arguments and shapes. `ref`: an alert that they have. */
const STAND_INS: { system: string; ref: string; title: string; tools: Record<string, (args: Args) => Reply> }[] = [
  {
    system: 'scanner',
    ref: '5d4b2f0e-0000-4000-8000-00000000a001',
    title: 'Root login',
    tools: {
      get_scanner_context: () => json({ context_token: 'token' }),
      execute_query: ({ query, context_token, start_time }) => {
        if (context_token !== 'token') return json({ error: 'call get_scanner_context first' });
        const [, id] = /^@index=_detections id:"([^"]+)"$/.exec(String(query)) ?? [];
        // It is older than the first span.
        const days = (Date.now() - Date.parse(String(start_time))) / 86_400_000;
        return json({ row_count: 1, result_handle: days > 200 ? id : 'none' });
      },
      fetch_query_results: ({ result_handle: id }) =>
        json({
          rows:
            id === 'none'
              ? []
              : [{ id, detection_rule_id: 'rule-1', name: 'Root login', severity_id: 4, timestamp: TIME }],
        }),
    },
  },
  {
    system: 'elastic-agent-builder',
    ref: 'a1b2c3',
    title: 'Suspicious process',
    tools: {
      platform_core_execute_esql: ({ query }) => {
        const [, id] = /kibana\.alert\.uuid == "([^"]+)"/.exec(String(query)) ?? [];
        const columns = ['kibana.alert.uuid', 'kibana.alert.rule.name', 'kibana.alert.severity', '@timestamp'];
        const values = id === 'a1b2c3' ? [[id, 'Suspicious process', 'high', TIME]] : [];
        const data = { query, columns: columns.map((name) => ({ name, type: 'keyword' })), values };
        return json({
          results: [
            { type: 'query', data: { esql: query } },
            { type: 'esql_results', data },
          ],
        });
      },
    },
  },
  {
    system: 'splunk',
    ref: 'ABC@@notable@@"1"',
    title: 'A notable',
    tools: {
      splunk_run_query: ({ query }) => {
        const [, id = '""'] = /event_id=("(?:[^"\\]|\\.)*")/.exec(String(query)) ?? [];
        const row = {
          event_id: JSON.parse(id),
          rule_name: 'A rule',
          rule_title: 'A notable',
          urgency: 'high',
          _time: '1795168800',
        };
        return json({ results: row.event_id === 'ABC@@notable@@"1"' ? [row] : [] });
      },
    },
  },
  {
    system: 'panther',
    ref: 'df1e0001',
    title: 'An alert of Panther',
    tools: {
      get_alert: ({ alert_id: id }) =>
        id === 'df1e0001'
          ? json({
              success: true,
              alert: {
                id,
                type: 'RULE',
                title: 'An alert of Panther',
                severity: 'HIGH',
                createdAt: TIME,
                deliveries: [{ a: 1 }],
              },
            })
          : json({ success: false, message: `No alert found with ID: ${id}` }),
    },
  },
  {
    system: 'crowdstrike-falcon',
    ref: 'cid:ind:1',
    title: 'Credential theft',
    tools: {
      falcon_get_detection_details: ({ ids }) => {
        const [id] = ids as string[];
        if (id !== 'cid:ind:1') return json({ results: [], hint: 'none' });
        return json([{ composite_id: id, display_name: 'Credential theft', severity: 70, created_timestamp: TIME }]);
      },
    },
  },
  {
    system: 'microsoft-sentinel-defender',
    ref: '4711',
    title: 'Multi-stage incident',
    tools: {
      GetIncidentById: ({ incidentID: id }) =>
        id === '4711'
          ? json({
              id,
              displayName: 'Multi-stage incident',
              severity: 'high',
              createdDateTime: TIME,
              incidentWebUrl: 'https://security.microsoft.com/incidents/4711',
              alerts: [{ id: 'da1', title: 'An alert of it' }],
            })
          : { isError: true, text: 'Incident not found' },
      GetAlertByID: ({ AlertID: id }) =>
        json({ id, title: 'x', severity: 'low', serviceSource: 'microsoftDefenderForEndpoint', createdDateTime: TIME }),
    },
  },
  {
    system: 'okta',
    ref: '0b6d1a54-aaaa-11f0-8000-000000000001',
    title: 'Reset factor for user',
    tools: {
      get_logs: ({ filter, since }) => {
        const [, uuid] = /^uuid eq "([^"]+)"$/.exec(String(filter)) ?? [];
        const event = {
          uuid,
          published: TIME,
          eventType: 'user.mfa.factor.reset_all',
          displayMessage: 'Reset factor for user',
        };
        const items = uuid?.startsWith('0b6d') && since ? [{ ...event, severity: 'WARN' }] : [];
        return json({ items, total_fetched: items.length, has_more: false, next_cursor: null, fetch_all_used: false });
      },
    },
  },
  {
    system: 'github',
    ref: 'https://github.com/acme/shop/security/code-scanning/42',
    title: 'SQL injection',
    tools: {
      get_code_scanning_alert: ({ owner, repo, alertNumber }) =>
        owner === 'acme' && repo === 'shop' && alertNumber === 42
          ? json({
              number: 42,
              state: 'open',
              created_at: TIME,
              rule: { id: 'js/sql', description: 'SQL injection', security_severity_level: 'high' },
              tool: { name: 'CodeQL' },
            })
          : { isError: true, text: 'failed to get alert: 404 Not Found' },
      get_secret_scanning_alert: () => ({ isError: true, text: 'failed to get alert: 404 Not Found' }),
      get_dependabot_alert: () => ({ isError: true, text: 'failed to get alert: 404 Not Found' }),
    },
  },
];

const sourceOf = (system: string) => LOOKUPS[system]!.source; // each stand-in has one

async function connect({ system, tools }: (typeof STAND_INS)[number]) {
  const connected = await connectStandIn(admin, system, Object.keys(tools), (name, args) => tools[name]?.(args));
  servers.push(connected.server);
  connected.server.called.length = 0;
  return connected;
}

it('every system whose page offers alerts by their ID has a look-up with these tools, and a test', () => {
  const offered = SYSTEMS.filter(({ alertByIdTools }) => alertByIdTools);
  expect(Object.fromEntries(offered.map(({ id, alertByIdTools }) => [id, alertByIdTools]))).toEqual(
    Object.fromEntries(Object.entries(LOOKUPS).map(([id, { tools }]) => [id, tools])),
  );
  expect(STAND_INS.map(({ system }) => system).sort()).toEqual(Object.keys(LOOKUPS).sort());
});

describe.each(STAND_INS.map((standIn) => [standIn.system, standIn] as const))('%s', (system, standIn) => {
  it('gives an alert by its ID once, and says which it doesn’t have', async () => {
    const { server } = await connect(standIn);
    const reference = { source: sourceOf(system), sourceRef: standIn.ref };
    const { alert, created } = await fetchAlert(analyst, reference);
    expect([created, alert.title, alert.sourceRef]).toEqual([true, standIn.title, standIn.ref]);
    const calls = server.called.length;
    expect(calls).toBeGreaterThan(0);
    expect(await fetchAlert(analyst, reference)).toMatchObject({ created: false, alert: { id: alert.id } });
    expect(server.called.length).toBe(calls);
    const unknown = system === 'github' ? standIn.ref.replace('42', '43') : `9${standIn.ref.slice(0, 3)}`;
    // The server’s answer about another alert is nothing.
    if (system === 'scanner') standIn.tools.execute_query = () => json({ row_count: 1, result_handle: 'other' });
    await expect(fetchAlert(analyst, { ...reference, sourceRef: unknown })).rejects.toMatchObject({
      reason: 'alert_not_found',
      userMessage: expect.stringContaining(`${system.slice(0, 20)} has none either`),
    });
    expect(await db().alert.count({ where: { source: reference.source } })).toBe(1);
    expect(
      await db().auditEntry.count({
        where: { verb: 'alerts.ingest', actorId: analyst.id, subjectId: reference.source },
      }),
    ).toBe(1);
  });
});

it('says what is missing: a connection, an allowed tool, a sign-in, a server that answers', async () => {
  const panther = STAND_INS.find(({ system }) => system === 'panther')!; // it is in the list
  const reference = { source: 'panther' as const, sourceRef: 'other' };
  const fetching = () => fetchAlert(analyst, reference);
  await expect(fetching()).rejects.toThrow('no connection that could fetch it');
  const { id, server } = await connect(panther);
  await changeConnection(admin, id, { enabled: false });
  await expect(fetching()).rejects.toThrow('no connection that could fetch it');
  await changeConnection(admin, id, { enabled: true });
  await db().connectionTool.updateMany({ where: { connectionId: id }, data: { class: 'refused' } });
  await expect(fetching()).rejects.toThrow('panther: get_alert must be allowed');
  expect(server.called).toEqual([]);
  await server.close();
  await expect(fetching()).rejects.toMatchObject({ reason: 'server_unreachable' });
  await db().connection.deleteMany();
  const target = { kind: 'http' as const, url: server.url, allowInternal: true };
  await addConnection(admin, { name: 'hosted', target, system: 'panther', oauth: {} });
  await expect(fetching()).rejects.toMatchObject({
    reason: 'sign_in_required',
    userMessage: expect.stringContaining('hosted'),
  });
});

it('asks the next connection of a source when one fails or has no such alert', async () => {
  const panther = STAND_INS.find(({ system }) => system === 'panther')!; // it is in the list
  const target = { kind: 'http' as const, url: 'http://127.0.0.1:9/mcp', allowInternal: true };
  const { id } = await addConnection(admin, { name: 'away', target, system: 'panther' });
  await connect(panther);
  await db().alert.deleteMany({ where: { source: 'panther' } });
  expect(await fetchAlert(analyst, { source: 'panther', sourceRef: panther.ref })).toMatchObject({ created: true });
  expect((await getConnection(admin, id)).health.state).toBe('failing');
  // Nobody knows whether the one that is away has it.
  await expect(fetchAlert(analyst, { source: 'panther', sourceRef: 'none' })).rejects.toMatchObject({
    reason: 'server_unreachable',
    userMessage: expect.stringContaining('away'),
  });
});

it('refuses keys that may not, and IDs that are none, before it asks anybody', async () => {
  const { server } = await connect(STAND_INS.find(({ system }) => system === 'okta')!); // it is in the list
  const reference = { source: 'okta' as const, sourceRef: 'new' };
  for (const actor of [
    { ...analyst, scope: 'read' as const },
    { ...analyst, scope: 'intake' as const },
    { ...analyst, source: 'panther' },
  ])
    await expect(fetchAlert(actor, reference)).rejects.toMatchObject({ reason: 'key_scope' });
  for (const sourceRef of ['', '  ', 'a\nb', 'a\0b', 'x'.repeat(1025)])
    expect(AlertReference.safeParse({ source: 'okta', sourceRef }).success).toBe(false);
  expect(server.called).toEqual([]);
});

it('is offered by the palette and taken by the command line as SOURCE:ID', async () => {
  const okta = STAND_INS.find(({ system }) => system === 'okta')!; // it is in the list
  const q = 'okta:0b6d1a54-aaaa-11f0-8000-000000000002';
  expect((await searchEverything(analyst, { q })).fetchable).toBeNull();
  await connect(okta);
  expect((await searchEverything(analyst, { q })).fetchable).toEqual({
    source: 'okta',
    sourceRef: q.slice(5),
    connection: 'okta',
  });
  const id = await findOrFetchAlert(analyst, q);
  expect(await findOrFetchAlert(analyst, q)).toBe(id);
  expect(await searchEverything(analyst, { q })).toMatchObject({ fetchable: null, named: [{ id }] });
  for (const text of ['nothing', 'nobody:1', 'panther:1'])
    await expect(findOrFetchAlert(analyst, text)).rejects.toMatchObject({
      reason: text === 'panther:1' ? 'alert_not_found' : 'not_found',
    });
});
