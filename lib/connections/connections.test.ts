import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { connectStdio } from './connect-stdio';
import type { Connection } from './connection';
import { openToolbox, ownServer, toolboxOf } from './open-toolbox';
import { restartable } from './restartable';
import { closeServers, logsServer, socdownServer } from './servers';

// Servers are processes to start, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
testDatabase();

const signal = () => new AbortController().signal;
const isAlive = (pid: number | null) => {
  try {
    process.kill(pid ?? 0, 0);
    return pid !== null;
  } catch {
    return false;
  }
};

let dir = '';
beforeAll(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-connections-'));
});
afterAll(async () => {
  await closeServers();
  fs.rmSync(dir, { recursive: true, force: true });
});

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of open.splice(0)) await item.close();
});

/**
 * A server of a dozen lines, so that it can misbehave: `reply` is the code of what it writes for a tools/call, with `id`,
 * `args` and `send` available.
 */
function oddServer(name: string, reply: string, start = '') {
  const script = path.join(dir, `${name}.mjs`);
  const schema = {
    type: 'object',
    properties: { sql: { type: 'string' }, limit: { type: 'integer', minimum: 1 } },
    required: ['sql'],
    additionalProperties: false,
  };
  fs.writeFileSync(
    script,
    `import readline from 'node:readline';
    const send = (message) => process.stdout.write((typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message })) + '\\n');
    const seen = [];
    process.stdin.on('end', () => process.exit(0));
    ${start}
    readline.createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method, params } = JSON.parse(line);
      seen.push(method);
      if (method === 'initialize') send({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'odd', version: '1' } } });
      else if (method === 'tools/list') send({ id, result: { tools: ['query', 'drop_everything'].map((name) => ({ name, inputSchema: ${JSON.stringify(schema)} })) } });
      else if (method === 'tools/call') { const args = params.arguments; ${reply} }
    });`,
  );
  const server = restartable(() => connectStdio(name, script, {}));
  open.push(server);
  const logs = ownServer('logs', server.connect);
  return { server, toolbox: toolboxOf(async () => ({ logs })) };
}

const text = (code: string) => `send({ id, result: { content: [{ type: 'text', text: ${code} }] } });`;

test('the tools of both servers, all of class read', async () => {
  const toolbox = openToolbox({ investigationId: uuid() });
  open.push(toolbox);
  const tools = await toolbox.tools();
  expect(tools.map((tool) => `${tool.server}.${tool.tool}`).sort()).toEqual([
    'logs.count_by',
    'logs.describe_source',
    'logs.list_sources',
    'logs.query',
    'socdown.get_alert',
    'socdown.get_case',
    'socdown.grep_cases',
    'socdown.search_alerts',
    'socdown.search_cases',
  ]);
  expect(new Set(tools.map((tool) => tool.class))).toEqual(new Set(['read']));
  const listed = await toolbox.call('logs', 'list_sources', {}, { signal: signal() });
  expect(listed).toMatchObject({ ok: true, truncated: false, structured: { sources: expect.any(Array) } });
  expect(JSON.parse(listed.text)).toEqual(listed.structured);
});

test('all runs share one logs server; each has its own socdown server, gone when it closes', async () => {
  const [first, second] = await Promise.all([logsServer(), logsServer()]);
  expect(first.pid).toBe(second.pid);
  const own = await socdownServer(uuid());
  expect(isAlive(own.pid)).toBe(true);
  await own.close();
  expect(isAlive(own.pid)).toBe(false);
  expect(isAlive(first.pid)).toBe(true);
  await closeServers();
  expect(isAlive(first.pid)).toBe(false);
});

test('a server that crashed is started again by the next call', async () => {
  const toolbox = openToolbox({ investigationId: uuid() });
  open.push(toolbox);
  const call = () => toolbox.call('logs', 'list_sources', {}, { signal: signal() });
  expect((await call()).ok).toBe(true);
  const before = (await logsServer()).pid;
  process.kill(before ?? 0, 'SIGKILL');
  await expect.poll(() => isAlive(before)).toBe(false);
  expect((await call()).ok).toBe(true);
  expect((await logsServer()).pid).not.toBe(before);
});

test('without samples and without LOGS_DIR there are no sources', async () => {
  await db().setting.create({ data: { key: 'samples.removed', value: true } });
  const toolbox = openToolbox({ investigationId: uuid() });
  open.push(toolbox);
  expect((await toolbox.call('logs', 'list_sources', {}, { signal: signal() })).structured).toEqual({ sources: [] });
  await db().setting.delete({ where: { key: 'samples.removed' } });
});

test('a server sees no secret of this process', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-canary');
  vi.stubEnv('DATABASE_URL', 'postgresql://canary');
  const { toolbox } = oddServer('environment', text('JSON.stringify(process.env)'));
  const result = await toolbox.call('logs', 'query', { sql: 'x' }, { signal: signal() });
  vi.unstubAllEnvs();
  expect(result.ok).toBe(true);
  expect(Object.keys(JSON.parse(result.text))).toContain('PATH');
  expect(result.text).not.toContain('canary');
  expect(
    Object.keys(JSON.parse(result.text)).filter((name) => /KEY|TOKEN|SECRET|PASSWORD|DATABASE/.test(name)),
  ).toEqual([]);
});

test('unknown tools and servers, and tools that the policy does not list, are refused', async () => {
  const { toolbox } = oddServer('policy', text(`'done'`));
  expect((await toolbox.tools()).map((tool) => [tool.tool, tool.class])).toEqual([
    ['query', 'read'],
    ['drop_everything', 'refused'],
  ]);
  for (const [server, tool] of [
    ['logs', 'drop_everything'],
    ['logs', 'nothing'],
    ['elsewhere', 'query'],
    ['__proto__', 'query'],
  ] as const) {
    const result = await toolbox.call(server, tool, { sql: 'x' }, { signal: signal() });
    expect(result).toMatchObject({ ok: false, structured: null, text: expect.stringMatching(/no tool|not allowed/) });
  }
});

test('arguments that do not fit the schema never reach the server', async () => {
  const { toolbox } = oddServer('arguments', text(`'reached'`));
  for (const [args, message] of [
    [{}, /sql/],
    [{ sql: 5 }, /sql/],
    [{ sql: 'x', limit: 0 }, /limit/],
    [{ sql: 'x', other: 1 }, /other/],
  ] as const) {
    const result = await toolbox.call('logs', 'query', args, { signal: signal() });
    expect(result).toMatchObject({ ok: false, text: expect.stringMatching(message) });
  }
  expect((await toolbox.call('logs', 'query', { sql: 'x', limit: 1 }, { signal: signal() })).text).toBe('reached');
});

const misbehaviour: Record<string, { reply: string; ok: boolean; text: string | RegExp }> = {
  noise: {
    reply: `send('Loading…'); send('{"half":'); send('\\u0000\\u0001'); ${text(`'fine'`)}`,
    ok: true,
    text: 'fine',
  },
  'an error of the tool': {
    reply: `send({ id, result: { isError: true, content: [{ type: 'text', text: 'no such source' }] } });`,
    ok: false,
    text: 'no such source',
  },
  'an error of the protocol': {
    reply: `send({ id, error: { code: -32603, message: 'broken inside' } });`,
    ok: false,
    text: /broken inside/,
  },
  'a result of the wrong shape': {
    reply: `send({ id, result: { content: 'text' } });`,
    ok: false,
    text: /query failed/,
  },
  'an answer to another question': {
    reply: 'send({ id: 9999, result: { content: [] } });',
    ok: false,
    text: /no answer within 2 s/,
  },
  silence: { reply: '', ok: false, text: /no answer within 2 s/ },
  'an image': {
    reply: `send({ id, result: { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }, { type: 'text', text: 'after' }] } });`,
    ok: true,
    text: '[image left out]\nafter',
  },
  'the end of the process': { reply: 'process.exit(3);', ok: false, text: /the server ended/ },
  'a line without end': {
    reply: `const more = () => process.stdout.write('x'.repeat(1 << 20), more); more();`,
    ok: false,
    text: /the server ended|no answer/,
  },
};

test('any answer of a server ends the call with a clear result, and the next call works', async () => {
  const cases = Object.entries(misbehaviour).map(
    ([what, { reply }]) => `case ${JSON.stringify(what)}: { ${reply} break; }`,
  );
  const { toolbox } = oddServer('odd', `switch (args.sql) { ${cases.join('\n')} default: ${text(`'well'`)} }`);
  for (const [what, expected] of Object.entries(misbehaviour)) {
    const result = await toolbox.call('logs', 'query', { sql: what }, { signal: signal(), timeoutMs: 2000 });
    expect({ what, ...result }).toMatchObject({ what, ok: expected.ok });
    if (typeof expected.text === 'string') expect(result.text).toBe(expected.text);
    else expect(result.text).toMatch(expected.text);
    const next = () => toolbox.call('logs', 'query', { sql: 'well' }, { signal: signal(), timeoutMs: 20_000 });
    await expect.poll(async () => (await next()).text, { timeout: 100_000 }).toBe('well');
  }
});

test('an answer over the cap is cut, its structure left out', async () => {
  const { toolbox } = oddServer(
    'large',
    `send({ id, result: { content: [{ type: 'text', text: 'é'.repeat(50_000) }], structuredContent: { rows: [] } } });`,
  );
  const cut = await toolbox.call('logs', 'query', { sql: 'x' }, { signal: signal(), maxBytes: 10_000 });
  expect(cut).toMatchObject({
    ok: true,
    truncated: true,
    structured: null,
    bytes: 100_000,
    text: expect.stringMatching(/^é{5000}\n\[Cut here: 10000 of 100000 bytes are kept.\]$/),
  });
  const whole = await toolbox.call('logs', 'query', { sql: 'x' }, { signal: signal() });
  expect(whole).toMatchObject({ ok: true, truncated: false, structured: { rows: [] } });
});

test('aborting ends the call immediately and tells the server', async () => {
  const { toolbox, server } = oddServer('abort', `if (args.sql === 'seen') { ${text(`seen.join()`)} }`);
  await toolbox.tools();
  const controller = new AbortController();
  const start = Date.now();
  const call = toolbox.call('logs', 'query', { sql: 'slow' }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 200);
  expect(await call).toMatchObject({ ok: false, text: 'The call was cancelled.' });
  expect(Date.now() - start).toBeLessThan(5000);
  expect((await toolbox.call('logs', 'query', { sql: 'seen' }, { signal: signal() })).text).toContain(
    'notifications/cancelled',
  );
  expect(await toolbox.call('logs', 'query', { sql: 'x' }, { signal: controller.signal })).toMatchObject({ ok: false });
  expect((await server.connect()).alive()).toBe(true);
});

test('a server that can not start leaves the others usable, and is tried again', async () => {
  const { server } = oddServer('usable', text(`'here'`));
  let attempts = 0;
  const broken = restartable(async (): Promise<Connection> => {
    attempts += 1;
    return connectStdio('broken', path.join(dir, 'missing.mjs'), {});
  });
  const servers = { logs: ownServer('logs', server.connect), socdown: ownServer('socdown', broken.connect) };
  const toolbox = toolboxOf(async () => servers);
  expect((await toolbox.tools()).map((tool) => tool.server)).toEqual(['logs', 'logs']);
  expect(await toolbox.call('socdown', 'get_case', {}, { signal: signal() })).toMatchObject({
    ok: false,
    text: expect.stringMatching(/socdown\.get_case failed: /),
  });
  expect(attempts).toBe(2);
  expect((await toolbox.call('logs', 'query', { sql: 'x' }, { signal: signal() })).text).toBe('here');
});

test('callers that find it dead at the same time start it once', async () => {
  const { server } = oddServer('once', text(`'here'`));
  const first = await server.connect();
  process.kill(first.pid ?? 0, 'SIGKILL');
  await expect.poll(() => first.alive()).toBe(false);
  const pids = await Promise.all([server, server, server].map(async (one) => (await one.connect()).pid));
  expect(new Set(pids).size).toBe(1);
  expect(pids[0]).not.toBe(first.pid);
});
