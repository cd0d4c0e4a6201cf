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
