import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { closeServers, openToolbox } from '@/lib/connections';
import type { ConnectionDetail, TestedConnection } from '@/lib/connections/schema';
import { type HttpTestServer, startHttpServer } from '@/lib/connections/testing/mcp-server';
import { GET as getOne } from './[id]/route';
import { POST as testIt } from './[id]/test/route';
import { PUT as decide } from './[id]/tools/route';
import { POST } from './route';

export type Reply = Exclude<Parameters<typeof startHttpServer>[0]['reply'], undefined>;
type Intercept = Parameters<typeof startHttpServer>[0]['intercept'];

export const of = (id = '') => ({ params: Promise.resolve({ id }) });
export const json = (value: unknown) => ({ text: JSON.stringify(value) });

/** For a test file with a database: connects systems to servers of the test, by the API. `open`: the servers of the test that runs. */
export function systemsOverApi() {
  let admin: Record<string, string> = {};
  const open: HttpTestServer[] = [];
  beforeAll(async () => {
    admin = await keyHeaders(await testActor('admin'));
  });
  afterEach(async () => {
    await closeServers();
    for (const server of open.splice(0)) await server.close();
  });
  afterAll(() => closeServers());

  const request = (method: string, body?: unknown, headers = admin) =>
    new Request('http://localhost/api/connections', {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  let counter = 0;
  /** Adds a connection of the system to a server with these tools, tests it, and gives a toolbox's call of it. */
  async function connect(system: string, path: string, replies: Record<string, Reply>, intercept?: Intercept) {
    const server = await startHttpServer({
      tools: Object.keys(replies).map((name) => ({ name, inputSchema: { type: 'object' } })),
      reply: (name, args, to) => replies[name]?.(name, args, to) ?? {},
      ...(intercept ? { intercept } : {}),
    });
    open.push(server);
    counter += 1;
    const target = { kind: 'http', url: `${new URL(server.url).origin}${path}`, allowInternal: true };
    const secrets = [{ name: 'Authorization', value: 'Bearer token-of-the-test' }];
    const made = await POST(request('POST', { name: `seven-${counter}`, system, target, secrets }), of());
    expect(made.status, await made.clone().text()).toBe(201);
    const { id, name } = await made.json();
    const answer = await testIt(request('POST'), of(id));
    const tested: TestedConnection = await answer.json();
    /** Each call is a run of its own, which sees the decisions of now. */
    const call = async (tool: string, args: Record<string, unknown> = {}) => {
      const toolbox = openToolbox({ investigationId: uuid() });
      try {
        return await toolbox.call(name, tool, args, { signal: new AbortController().signal, timeoutMs: 10_000 });
      } finally {
        await toolbox.close();
      }
    };
    const detail = async (): Promise<ConnectionDetail> => (await getOne(request('GET'), of(id))).json();
    const setClass = async (tool: string, toolClass: string) => {
      const { hash } = (await detail()).toolList.find((one) => one.name === tool) ?? {};
      return decide(request('PUT', { tools: [{ name: tool, class: toolClass, hash, offered: true }] }), of(id));
    };
    return { server, id, tested, call, detail, setClass };
  }

  return { connect, open, request };
}
