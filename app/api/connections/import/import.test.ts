import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { db } from '@/lib/db/client';
import { testDatabase } from '@/lib/db/testing';
import { POST } from './route';

testDatabase();
let admin: Record<string, string> = {};
beforeAll(async () => {
  admin = await keyHeaders(await testActor('admin'));
});
afterEach(() => vi.unstubAllEnvs());

const send = (file: unknown, headers = admin) =>
  POST(
    new Request('http://localhost/api/connections/import', { method: 'POST', headers, body: JSON.stringify({ file }) }),
    { params: Promise.resolve({}) },
  );
/** As the file writes it. */
const ref = (name: string) => `$\{${name}}`;
const names = async () => (await db().connection.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name);

describe('a file in the form of .mcp.json', () => {
  it('adds its servers, keeps references, and recognizes systems', async () => {
    vi.stubEnv('GITHUB_TOKEN', 'ghp-of-the-test');
    vi.stubEnv('SPLUNK_HOST', 'splunk.example.com');
    const file = {
      mcpServers: {
        github: {
          type: 'http',
          url: 'https://api.githubcopilot.com/mcp/readonly',
          headers: { Authorization: `Bearer ${ref('GITHUB_TOKEN')}` },
        },
        splunk: { url: `https://${ref('SPLUNK_HOST')}:${ref('SPLUNK_PORT:-8089')}/services/mcp`, disabled: true },
        tickets: { command: 'npx', args: ['-y', 'tickets-mcp@1.2.3'], env: { TICKETS_TOKEN: 'abcdefgh12345' } },
      },
    };
    const answer = await send(JSON.stringify(file));
    expect(answer.status, await answer.clone().text()).toBe(201);
    const text = await answer.text();
    expect(text).not.toMatch(/ghp-of-the-test|abcdefgh12345/);
    expect(JSON.parse(text).items).toMatchObject([
      {
        name: 'github',
        system: { id: 'github' },
        secrets: [{ name: 'Authorization', fromEnv: 'GITHUB_TOKEN', prefix: 'Bearer ', missing: false }],
      },
      { name: 'splunk', enabled: false, target: { url: 'https://splunk.example.com:8089/services/mcp' } },
      { name: 'tickets', system: null, kind: 'stdio', target: { args: ['-y', 'tickets-mcp@1.2.3'] } },
    ]);
  });

  it('takes a sign-in, whose secret is stored as one', async () => {
    vi.stubEnv('SLACK_CLIENT_SECRET', 'client-secret-of-the-test');
    const oauth = { clientId: 'app-1', clientSecret: ref('SLACK_CLIENT_SECRET'), callbackPort: 8080 };
    const file = { mcpServers: { chat: { type: 'http', url: 'https://mcp.slack.com/mcp', oauth } } };
    const answer = await send(file);
    const text = await answer.text();
    expect(answer.status, text).toBe(201);
    expect(text).not.toContain('client-secret-of-the-test');
    expect(JSON.parse(text).items[0].signIn).toMatchObject({ state: 'none', clientId: 'app-1', hasSecret: true });
  });

  it('adds nothing when anything is wrong, and names all of it', async () => {
    const before = await names();
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-of-ours-1234');
    const good = { url: 'https://good.example.com/mcp' };
    const bad: [unknown, RegExp][] = [
      [
        {
          mcpServers: {
            good,
            one: { url: 'https://a.example/mcp', headers: { Authorization: `Bearer ${ref('MISSING_ONE')}` } },
            two: { command: 'x', env: { KEY: `a${ref('MISSING_TWO')}b` } },
          },
        },
        /one: .*MISSING_ONE.*two: .*MISSING_TWO.*Nothing was added/,
      ],
      [{ mcpServers: { good, sse: { type: 'sse', url: 'https://a.example/sse' } } }, /sse: .*Streamable HTTP/],
      [{ mcpServers: { good, 'Not A Name': good } }, /Not A Name: name: /],
      [{ mcpServers: { good, neither: {} } }, /neither: .*command or a url/],
      [{ mcpServers: { good, taken: { url: 'https://169.254.169.254/mcp' } } }, /taken: .*refused.*Nothing was added/],
      [
        { mcpServers: { good, ours: { command: 'x', env: { K: `${ref('ANTHROPIC_API_KEY')}` } } } },
        /ANTHROPIC_API_KEY is Socdown/,
      ],
      [{ mcpServers: { good, logs: good } }, /logs: .*Socdown's own/],
      [{ mcpServers: {} }, /no servers/],
      [{ servers: {} }, /no servers/],
      ['{', /not JSON/],
    ];
    for (const [file, message] of bad) {
      const answer = await send(file);
      const { error } = await answer.json();
      expect([answer.status >= 400 && answer.status < 500, error.message]).toEqual([
        true,
        expect.stringMatching(message),
      ]);
      expect(error.message).not.toContain('sk-of-ours');
    }
    expect(await names()).toEqual(before);
  });

  it('is for admins', async () => {
    for (const role of ['analyst', 'reviewer', 'lead'] as const) {
      const headers = await keyHeaders(await testActor(role));
      expect((await send({ mcpServers: { a1: { url: 'https://a.example/mcp' } } }, headers)).status).toBe(403);
    }
    expect(await names()).not.toContain('a1');
  });
});
