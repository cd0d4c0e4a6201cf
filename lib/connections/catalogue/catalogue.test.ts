import { describe, expect, it } from 'vitest';
import { TOOL_CLASSES } from '../schema';
import { overviewPage, systemPage } from '../testing/system-page';
import { listSystems, recognizeSystem, reviewedClass, SYSTEMS } from './catalogue';
import { fillWay } from './fill-way';

describe.each(SYSTEMS.map((system) => [system.id, system] as const))('%s', (_, system) => {
  it('has one class for each tool, and offers and tests only what its table has', () => {
    const tools = TOOL_CLASSES.flatMap((name) => system.classes[name] ?? []);
    expect(new Set(tools).size).toBe(tools.length);
    // What models get without a choice, and what a test calls, changes nothing.
    for (const tool of [...system.offered, ...system.test.map((call) => call.tool)])
      expect([tool, reviewedClass(system, tool)]).toEqual([tool, expect.stringMatching(/^(read|egress)$/)]);
  });

  it('asks for everything that its address or command needs', () => {
    for (const way of system.ways) {
      const text = way.kind === 'http' ? way.url : way.command.join(' ');
      const asked = way.inputs.filter((input) => input.in === 'target').map(({ id }) => id);
      expect([...text.matchAll(/\{(\w+)\}/g)].map(([, id]) => id).sort()).toEqual(asked.sort());
      for (const input of way.inputs) if (input.in !== 'target') expect(input.name).toMatch(/^[A-Za-z][\w-]+$/);
      if (way.kind === 'stdio') expect(text).toMatch(/[=@]v?\d|==\{version\}|\{path\}/); // a version is pinned
    }
  });

  it('has its page in docs/connections', async () => {
    await expect(systemPage(system)).toMatchFileSnapshot(`../../../docs/connections/${system.id}.md`);
  });
});

it('docs/connections/README.md lists what was run for real', async () => {
  await expect(overviewPage()).toMatchFileSnapshot('../../../docs/connections/README.md');
});

it('the seven come first, and nothing writes by the name of a read', () => {
  expect(
    listSystems()
      .filter((system) => system.featured)
      .map((system) => system.product),
  ).toEqual(['Elasticsearch', 'Splunk', 'Scanner', 'VirusTotal', 'Panther', 'Slack', 'GitHub']);
  expect(SYSTEMS.length).toBe(22);
  const writing =
    /^(?:[a-z]+_)?(?:create|update|delete|add|remove|put|merge|push|patch|send|post|publish|enable|disable)_/;
  expect(SYSTEMS.flatMap((system) => (system.classes.read ?? []).filter((tool) => writing.test(tool)))).toEqual([]);
});

describe('what is known to go wrong', () => {
  const named = (id: string) => {
    const system = SYSTEMS.find((one) => one.id === id);
    expect(system, id).toBeDefined();
    return system!;
  };
  const ways = (id: string) =>
    named(id).ways.map((way) => [way.kind === 'http' ? way.url : way.command.join(' '), way] as const);

  it('Scanner’s context is asked for once per session, and before every query', () => {
    const { oncePerSession, offered } = named('scanner');
    expect(oncePerSession).toEqual(['get_scanner_context']);
    expect(offered).toContain('get_scanner_context');
  });

  it('Elastic’s tools have underscores; none that runs a language model is offered, or polls', () => {
    const { classes, offered, alertTools } = named('elastic-agent-builder');
    const all = Object.values(classes).flat();
    expect(all.filter((tool) => tool.includes('.'))).toEqual([]);
    const runModels = [
      'platform_core_search',
      'platform_core_generate_esql',
      'platform_core_index_explorer',
      'security_alerts',
    ];
    expect(all).toEqual(expect.arrayContaining(runModels));
    expect(offered.filter((tool) => runModels.includes(tool))).toEqual([]);
    expect(alertTools).toEqual(['platform_core_execute_esql']);
  });

  it('Splunk asks for its encrypted token, and names the setting for a self-signed certificate', () => {
    const key = named('splunk').ways[0]?.inputs.find(({ id }) => id === 'key');
    expect(key).toMatchObject({ prefix: 'Bearer ', hint: expect.stringContaining('encrypted') });
    expect(named('splunk').traps.join(' ')).toContain('CA certificate');
  });

  it('Panther’s hosted server takes a sign-in and no token', () => {
    const [, hosted] = ways('panther').find(([target]) => target.startsWith('https://api.')) ?? [];
    expect(hosted).toMatchObject({ oauth: { client: 'optional' } });
    expect(hosted?.inputs.filter((input) => input.in === 'header')).toEqual([]);
  });

  it('VirusTotal’s tools that publish a file or a URL are refused, and nothing runs without a person', () => {
    expect(named('virustotal-burt').classes.refused).toEqual(['get_url_report']);
    expect(named('virustotal-gti').classes.refused).toEqual(['analyse_file']);
    for (const id of ['virustotal-burt', 'virustotal-gti']) {
      expect([id, named(id).classes.read ?? []]).toEqual([id, []]);
      expect(named(id)).toMatchObject({ perMinute: 4, cacheMinutes: 60 });
    }
  });

  it('Slack wants a person’s token, and posting is never offered', () => {
    const key = named('slack-official').ways[0]?.inputs.find(({ id }) => id === 'key');
    expect(key?.hint).toContain('xoxp-');
    expect(named('slack-official').traps.join(' ')).toContain('unfurling');
    for (const id of ['slack-official', 'slack-reference', 'slack-korotovsky'])
      expect(named(id).offered.filter((tool) => reviewedClass(named(id), tool) !== 'read')).toEqual([]);
  });

  it('GitHub is reached by its read-only address; security toolsets are asked for; writing is another connection', () => {
    for (const [target, way] of ways('github')) {
      // Writes have a way of their own.
      expect(/\/readonly$/.test(target)).toBe(way.id !== 'write');
      const toolsets = way.inputs.find(({ id }) => id === 'X-MCP-Toolsets');
      if (way.id === 'write') expect(toolsets?.value).toBe('issues,pull_requests');
      else expect(toolsets?.value).toMatch(/code_security,secret_protection,dependabot/);
    }
    expect(named('github').create.join(' ')).toContain('One repository');
  });
});

it('fills in a way: parts of the address, headers with their scheme, plain values apart from secrets', () => {
  const [way] = recognizeSystem('https://api.githubcopilot.com/mcp/readonly')?.ways ?? [];
  const entered = { key: { value: ' tok ', fromEnv: false }, 'X-MCP-Toolsets': { value: 'repos', fromEnv: false } };
  expect(fillWay(way!, entered, false)).toEqual({
    target: { kind: 'http', url: 'https://api.githubcopilot.com/mcp/readonly', allowInternal: false },
    secrets: [
      { name: 'Authorization', value: 'Bearer tok' },
      { name: 'X-MCP-Toolsets', value: 'repos', plain: true },
    ],
  });
  const kibana = recognizeSystem('https://k.example/api/agent_builder/mcp')?.ways[0];
  const filled = fillWay(
    kibana!,
    { kibana: { value: 'https://k.example/s/soc/', fromEnv: false }, key: { value: 'ES_KEY', fromEnv: true } },
    true,
  );
  expect(filled.target).toMatchObject({ url: 'https://k.example/s/soc/api/agent_builder/mcp', allowInternal: true });
  expect(filled.secrets).toEqual([{ name: 'Authorization', fromEnv: 'ES_KEY', prefix: 'ApiKey ' }]);
});
