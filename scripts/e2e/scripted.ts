import fs from 'node:fs';
import path from 'node:path';
import { request } from '@playwright/test';
import type { Script } from '@/lib/agent/testing/anthropic-script';
import { type AnthropicServer, startAnthropicServer } from '@/lib/agent/testing/anthropic-server';
import type { ToolClass } from '@/lib/connections/schema';
import { type HttpTestServer, startHttpServer, type TestTool } from '@/lib/connections/testing/mcp-server';
import { test as base } from './fixtures';
import { type E2eState, makePeople } from './people';
import { freshDataDir, startProduct } from './product';

/** A key of a model's service that no page, answer or file may show. */
export const MODEL_KEY = 'sk-ant-api03-canary-7f3e9b52c1d84a60';

type Scripted = {
  state: E2eState;
  model: AnthropicServer;
  /** Connected as `chat`, over Streamable HTTP. */
  chat: HttpTestServer;
  stop(): Promise<void>;
};

/**
 * The product on an empty data folder, its model a local server that speaks the Messages API from a script, with one connected
 * tool server whose tools have these classes.
 */
export async function startScripted(script: Script, tools: (TestTool & { class: ToolClass })[]): Promise<Scripted> {
  const dataDir = freshDataDir();
  const model = await startAnthropicServer(script);
  const chat = await startHttpServer({
    tools: tools.map(({ class: _class, ...tool }) => tool),
    reply: (name) => ({ text: `${name}: done` }),
  });
  const product = await startProduct({
    dataDir,
    // A small log: the first run of a product waits until its logs are indexed.
    env: {
      LOGS_DIR: path.resolve('fixtures/recorded-case/logs'),
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: MODEL_KEY,
    },
  });
  const stop = async () => {
    await product.stop();
    await Promise.all([model.close(), chat.close()]);
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    if (!product.setupLink) throw new Error(`A first start must print the admin link:\n${product.output()}`);
    const state = { ...(await makePeople(product.url, product.setupLink)), dataDir };
    if (tools.length > 0) await connect(state, chat, tools);
    return { state, model, chat, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(state: E2eState, chat: HttpTestServer, tools: { name: string; class: ToolClass }[]) {
  const admin = await request.newContext({
    baseURL: state.url,
    extraHTTPHeaders: { authorization: `Bearer ${state.people.admin.key}` },
  });
  const target = { kind: 'http', url: chat.url, allowInternal: true };
  const { id } = await (await admin.post('/api/connections', { data: { name: 'chat', target } })).json();
  const { toolList } = await (await admin.post(`/api/connections/${id}/test`)).json();
  const decided = toolList.map(({ name, hash }: { name: string; hash: string }) => ({
    name,
    hash,
    class: tools.find((tool) => tool.name === name)?.class,
  }));
  const answer = await admin.put(`/api/connections/${id}/tools`, { data: { tools: decided } });
  if (!answer.ok()) throw new Error(await answer.text());
  await admin.dispose();
}

/** Tests against such a product of their own, started once for the file; `state`, `api` and `signIn` are its. */
export const scriptedTest = (script: Script, tools: (TestTool & { class: ToolClass })[]) =>
  base.extend<object, { scripted: Scripted }>({
    scripted: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern
      async ({}, use) => {
        const scripted = await startScripted(script, tools);
        await use(scripted);
        await scripted.stop();
      },
      { scope: 'worker', timeout: 300_000 },
    ],
    state: async ({ scripted }, use) => use(scripted.state),
  });
