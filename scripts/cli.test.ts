import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startAnthropicServer } from '@/lib/agent/testing/anthropic-server';
import { testActor } from '@/lib/auth/testing';
import { db } from '@/lib/db/client';
import { testDatabase } from '@/lib/db/testing';
import { env, overrideEnv } from '@/lib/env/env';
import { ensureStore, storeDir } from '@/lib/store/repo';
import { main } from './cli';

testDatabase();
afterEach(() => vi.restoreAllMocks());

/** What a command prints to either stream, and its exit code as the last line. */
async function socdown(...args: string[]): Promise<string> {
  const said: string[] = [];
  for (const name of ['log', 'error'] as const)
    vi.spyOn(console, name).mockImplementation((line) => void said.push(`${line}\n`));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(said.push(String(text))));
  const code = await main(args);
  vi.restoreAllMocks();
  return `${said.join('')}${code}`;
}

it.each([
  [['archive', '--days', 'x'], /argument 'x' is invalid. Enter a whole number.[\s\S]*Usage: socdown archive[\s\S]*2$/],
  [['archive', '--undo', '2026-02-31'], /^"2026-02-31" is not a date. Use YYYY-MM-DD.\n1$/],
  [['check'], /missing required argument 'file'[\s\S]*2$/],
  [['check', '/no/such.md'], /^\/no\/such.md: there is no such file or folder.\n1$/],
  [['verify', '/no/such'], /^\/no\/such is not a git repository. Name the repository's own folder[\s\S]*1$/],
  [['import', '/no/such', '--user', 'nobody@example.test'], /^There is no user with the address nobody@/],
  [['sync'], /^STORE_REMOTE is not set[\s\S]*1$/],
  [['codename', '--check', '../x'], /^not a codename\nChoose another one.\n1$/],
  [['codename', '--bulk', '0'], /^Enter a whole number from 1 to 1000.\n1$/],
  [['backup', '/no/such/file'], /^\/no\/such: there is no such file or folder[\s\S]*1$/],
  [['backup', '/tmp'], /^\/tmp is a directory. Pass the file[\s\S]*1$/],
  [['fact-check', '/no/such.md'], /^\/no\/such.md: there is no such file or folder.\n1$/],
  [['check', '/tmp'], /^The file: this is a folder; name a file.\n1$/],
  [['restore', '/no/such'], /^\/no\/such: there is no such file or folder.\n1$/],
  [['users', 'add', 'a@example.test', '--role', 'boss'], /role <role>' argument 'boss' is invalid[\s\S]*lead[\s\S]*2$/],
  [['pack'], /^no repository yet\n0$/],
  [['connections', 'import', '/no/such'], /^\/no\/such: there is no such file or folder.\n1$/],
  [['connections'], /Usage: socdown connections[\s\S]*import[\s\S]*2$/],
])('%s says what is wrong and what helps', async (args, answer) => {
  expect(await socdown(...args)).toMatch(answer);
});

it('looks after a store: pack, verify, archive, backup, restore', async () => {
  await ensureStore();
  const file = path.join(env().DATA_DIR, 'backup.tar');
  expect(await socdown('pack')).toBe('packed\n0');
  expect(await socdown('archive', '--dry-run')).toBe('Nothing older than 30 days is left to archive.\n0');
  expect(await socdown('codename', '--bulk', '2')).toMatch(/^[a-z-]+\n[a-z-]+\n0$/);
  // The rows: the signing key, and its entry in the audit log.
  expect(await socdown('backup', file)).toMatch(/: 2 rows, 2 objects, head [0-9a-f]{40}\n0$/);
  await fs.rm(storeDir(), { recursive: true });
  expect(await socdown('restore', file)).toMatch(/^Restored the backup of [\s\S]*\n0$/);
  expect(await socdown('verify')).toMatch(/^head [0-9a-f]{40}: 1 commit, 0 approvals, [\s\S]*\n0$/);
  await fs.writeFile(path.join(storeDir(), 'HEAD'), 'nonsense\n');
  expect(await socdown('verify')).toMatch(/no head: 0 commits[\s\S]*1 finding. [\s\S]*1$|findings. [\s\S]*1$/);
});

it('says of a backup that is not there that it is not there, also where something would be lost', async () => {
  await testActor('analyst');
  expect(await socdown('restore', '/no/such')).toMatch(/^\/no\/such: there is no such file/);
  expect(await socdown('restore', '/tmp')).toBe('/tmp is a directory. Pass the backup file.\n1');
});

it('rehearses a restore elsewhere, and leaves nothing behind', async () => {
  await ensureStore();
  await testActor('analyst');
  const before = await rehearsals();
  const said = await socdown('doctor', '--rehearse');
  expect(said).toMatch(/ok {6}Restore rehearsal: \d+ rows, \d+ objects, head [0-9a-f]{40}; [\d.]+ MB written in /);
  expect(await rehearsals()).toEqual(before);
  const broken = path.join(storeDir(), 'objects', 'pack');
  await fs.rm(storeDir(), { recursive: true });
  expect(await socdown('doctor', '--rehearse')).toMatch(/BROKEN {2}Restore rehearsal: .*no commit yet[\s\S]*1$/);
  expect(await fs.stat(broken).catch(() => null)).toBeNull();
}, 120_000);

const rehearsals = async (): Promise<string[]> =>
  (await fs.readdir(os.tmpdir())).filter((name) => name.startsWith('socdown-rehearsal-'));

it('imports connections from a file, all or none, and keeps references to variables', async () => {
  const file = path.join(env().DATA_DIR, 'mcp.json');
  const write = (servers: object) => fs.writeFile(file, JSON.stringify({ mcpServers: servers }));
  await write({ own: { command: 'node', args: ['server.mjs'], env: { TOKEN: `$${'{HOME}'}` } } });
  expect(await socdown('connections', 'import', file)).toMatch(
    /^own: not in the catalogue\nAdded 1 connection\. .*\n0$/,
  );
  expect(await db().connection.count({ where: { name: 'own' } })).toBe(1);
  await write({ other: { command: 'node' }, wrong: { command: 'node', url: 'https://example.com/mcp' } });
  expect(await socdown('connections', 'import', file)).toMatch(/^wrong: It needs either a command or a url\. .*\n1$/);
  expect(await db().connection.count({ where: { name: 'other' } })).toBe(0);
});

it('loads the demo organization, refuses to load it twice, and replaces it on request', async () => {
  expect(await socdown('demo')).toMatch(/^Loaded \d+ sample alerts, with logs of 30 days up to \d{4}-.*\n[\s\S]*0$/);
  expect(await socdown('demo')).toMatch(/^The demo organization is loaded already\. Use --again .*\n1$/);
  const old = await db().alert.findFirstOrThrow({ where: { sample: true } });
  expect(await socdown('demo', '--again')).toMatch(/^Loaded \d+ sample alerts/);
  expect(await db().alert.findUnique({ where: { id: old.id } })).toBeNull();
}, 180_000);

it('has the configured model read a report, and says how much was read', async () => {
  const report = path.resolve(import.meta.dirname, '../fixtures/reports/open-bucket.md');
  expect(await socdown('fact-check', report)).toMatch(/^No language model is connected\. Set ANTHROPIC_API_KEY .*\n1$/);
  const found = {
    passage: 1,
    quote: 'SUSPICIOUS',
    record: null,
    row: null,
    because: 'No query asked for that.',
    verdict: 'unsupported',
    replacement: null,
  };
  const read = Array.from({ length: 50 }, (_, at) => at + 1);
  const server = await startAnthropicServer({
    conversations: [{ turns: [{ calls: [{ name: 'report_problems', args: { read, problems: [found] } }] }] }],
  });
  overrideEnv({ ANTHROPIC_BASE_URL: server.url });
  try {
    const said = await socdown('fact-check', report, '--model', 'claude-test');
    expect(said).toMatch(/open-bucket\.md:\d+:1 warning fact-check: Model: No query asked for that\.\n/);
    expect(said).toMatch(/: (\d+) of \1 statements read by claude-test, 1,\d{3} tokens\.\n1 warning\.\n1$/);
  } finally {
    overrideEnv({ ANTHROPIC_BASE_URL: undefined });
    await server.close();
  }
});
