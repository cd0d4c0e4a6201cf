import { SYSTEMS } from '../catalogue/catalogue';
import type { System, SystemInput, SystemWay } from '../catalogue/schema';

const LISTED = {
  server: 'a server that was started, without an account of the vendor',
  source: 'the source code',
  docs: 'the documentation',
};

/** The page docs/connections/<id>.md. A test holds the file to it. */
export function systemPage(system: System): string {
  const { reviewed } = system;
  return `${[
    `# ${system.title}`,
    system.summary,
    '## Create this first',
    system.create.map((step, index) => `${index + 1}. ${step}`).join('\n'),
    `**What investigations can see:** ${system.sees}`,
    '## Connect',
    `Settings → Connections → Add a connection → ${system.title}.`,
    ...system.ways.map(wayText),
    `*Test* connects, lists the tools and calls ${system.test.map(({ tool, args }) => `\`${tool} ${JSON.stringify(args)}\``).join(' or ')}.`,
    ...(system.alertTools
      ? [
          '## Fetch alerts',
          `On the connection’s page, choose *Fetch alerts*. It calls ${system.alertTools.map((tool) => `\`${tool}\``).join(', ')}, which must be allowed as reads.${system.alertsByRepository ? ' Enter the repositories first: it lists alerts by repository, and takes in those that are open and new. A list that is off in a repository is left out.' : ''}`,
        ]
      : []),
    ...(system.writeBackTools ? ['## Write back', writeBackText(system.writeBackTools)] : []),
    ...(system.alertByIdTools ? ['## One alert by its ID', byIdText(system.alertByIdTools)] : []),
    '## Good to know',
    bullets(system.traps),
    '## Tools',
    `Reviewed on ${reviewed.date}: ${reviewed.server}, version ${reviewed.version}. The list comes from ${LISTED[reviewed.listFrom]}. What the server says about its own tools is not used. A tool that is not listed here is refused until an admin sets its class. Tools in **bold** are offered to models; an admin can choose others.`,
    classTable(system),
    `Source: ${reviewed.source} (${reviewed.licence}).`,
  ].join('\n\n')}\n`;
}

/** The page docs/connections/README.md. */
export function overviewPage(): string {
  const rows = SYSTEMS.map(
    ({ id, title, reviewed }) =>
      `| [${title}](${id}.md) | ${reviewed.listFrom === 'server' ? 'started for real, list taken from it' : `not started; list from ${LISTED[reviewed.listFrom]}`} | ${STAND_IN[id] ?? '–'} |`,
  );
  return `${[
    '# Systems',
    'One page per system: what to create there, how to connect, what each tool may do. General rules: [Connections](../connections.md).',
    '## What was run, and against what',
    'No system was reached with an account of its vendor. The lists of tools were taken as the second column says. In our tests, stand-ins answer over real Streamable HTTP with the names and shapes that the vendors document; the third column says what they show.',
    ['| System | The vendor’s server | Our tests against a stand-in |', '|---|---|---|', ...rows].join('\n'),
    '## The vendors’ programs, started by a test',
    'These servers are on npm. `lib/connections/npm-servers.test.ts` starts each before a stand-in of its vendor’s API: it connects, lists the tools, makes one read, and finds the read as evidence of a case. `npm test` installs them beside the product’s own dependencies ([126](../decisions/126-install-test-programs-apart.md)); without a network it skips these tests and says so.',
    NPM_SERVERS,
    'Every system’s table of classes is also tested to be complete and without a tool that writes among the reads.',
  ].join('\n\n')}\n`;
}

const NPM_SERVERS = [
  '| Package | Read |',
  '|---|---|',
  '| `@elastic/mcp-server-elasticsearch` 0.3.1 | `list_indices` |',
  '| `@modelcontextprotocol/server-slack` 2025.4.25 | `slack_list_channels` |',
  '| `@modelcontextprotocol/server-github` 2025.4.8 | `get_file_contents` |',
  '| `slack-mcp-server` 1.3.0 | `channels_me` |',
].join('\n');

const STAND_IN: Record<string, string> = {
  'elastic-agent-builder': 'rows from columns and values, an error inside a success, a refused GET stream',
  splunk:
    'rows, an expired token, an approval that a look-up at the vendor needs, a certificate of a private authority',
  scanner: 'one context per session, exact nanoseconds, paging by handle',
  'virustotal-burt': 'prose, 4 look-ups a minute, the cache, the refused submission',
  panther: 'rows, an error inside a success, paging by cursor, a drifted output schema, an outcome written back',
  'slack-official': 'prose, a refused bot token',
  'slack-reference': 'a question to a person',
  'slack-korotovsky': 'CSV with its cursor, a session lost by a restart',
  github:
    'an embedded file, a linked file, the read-only address, a rate limit with Retry-After, its three lists of alerts',
  'crowdstrike-falcon': 'alerts by time, an outcome written back and a lost answer',
  'microsoft-sentinel-defender': 'alerts by time',
  okta: 'alerts by time',
};

const listOfTools = (tools: string[]): string => tools.map((tool) => `\`${tool}\``).join(', ');

const writeBackText = ({ write, read }: NonNullable<System['writeBackTools']>): string =>
  `On the connection’s page, switch on *Offer to write outcomes back*. When a case is approved, its page offers to comment each alert and set its status; a reviewer sends or dismisses each. It calls ${listOfTools(write)}, allowed as writes, and ${listOfTools(read)}, allowed as a read.`;

const byIdText = (tools: string[]): string =>
  `When an alert is not here, its ID fetches it: type \`SOURCE:ID\` in the command palette, or use \`POST /api/alerts {source, sourceRef}\` or \`socdown investigate SOURCE:ID\`. It calls ${tools.map((tool) => `\`${tool}\``).join(', ')}, which must be allowed as reads.`;

function wayText(way: SystemWay): string {
  const target = way.kind === 'http' ? way.url : way.command.join(' ');
  const lines = [...way.inputs.map(inputText), ...(way.kind === 'http' && way.oauth ? [oauthText(way.oauth)] : [])];
  return [`**${way.label}:** \`${target}\``, bullets(lines)].filter(Boolean).join('\n\n');
}

function oauthText({ client, scopes }: NonNullable<Extract<SystemWay, { kind: 'http' }>['oauth']>): string {
  const who =
    client === 'required'
      ? 'Register an application there with the redirect URL `<PUBLIC_URL>/api/oauth/callback` (the form shows yours, to copy), then enter its client ID and secret.'
      : 'Leave the client ID empty: Socdown registers itself, with the redirect URL `<PUBLIC_URL>/api/oauth/callback`.';
  return `${who} Add the connection, then choose *Sign in* on its page.${scopes ? ` Scopes: \`${scopes}\`.` : ''}`;
}

function inputText({ label, in: at, name, prefix, hint, optional, value, secret, id }: SystemInput): string {
  const where = at === 'target' ? `\`{${id}}\`` : at === 'env' ? `environment \`${name}\`` : `header \`${name}\``;
  const form = prefix ? `, sent as \`${prefix}…\`` : '';
  const notes = [optional ? 'optional' : '', secret ? 'secret' : '', value ? `\`${value}\`` : ''].filter(Boolean);
  return `${label}: ${where}${form}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}.${hint ? ` ${hint}` : ''}`;
}

function classTable(system: System): string {
  const rows = (['read', 'egress', 'write', 'refused'] as const).flatMap((name) => {
    const tools = system.classes[name] ?? [];
    if (tools.length === 0) return [];
    const names = tools.map((tool) => (system.offered.includes(tool) ? `**\`${tool}\`**` : `\`${tool}\``));
    return [`| ${name} | ${names.join(', ')} |`];
  });
  return ['| Class | Tools |', '|---|---|', ...rows].join('\n');
}

const bullets = (lines: string[]): string => lines.map((line) => `- ${line}`).join('\n');
