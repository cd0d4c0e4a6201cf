import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  createMcpHandler,
  type JSONObject,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { answerWith } from './web-bridge';

// Real MCP servers for tests: one over Streamable HTTP in this process, one over stdio as a file of its own.

export type TestTool = {
  name: string;
  description?: string;
  inputSchema?: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations?: Record<string, unknown>;
};
/** `content`: parts as they are, instead of a text. */
type Result = { text?: string; content?: unknown[]; structured?: Record<string, unknown>; isError?: boolean };

export type HttpTestServer = {
  url: string;
  /** Calls that reached the server, in order. */
  called: { name: string; args: Record<string, unknown> }[];
  /** Of every HTTP request. */
  seen: { method: string; path: string; headers: http.IncomingHttpHeaders }[];
  tools: TestTool[];
  /** Sends tools/list_changed to all sessions. */
  announceChange(): Promise<void>;
  /** As after a restart: every session is unknown. */
  forgetSessions(): void;
  close(): Promise<void>;
};

type Options = {
  tools: TestTool[];
  name?: string;
  instructions?: string;
  /** Without sessions, in revision 2026-07-28 only. */
  modern?: boolean;
  reply?: (name: string, args: Record<string, unknown>, server: Server) => Promise<Result> | Result;
  intercept?: (request: http.IncomingMessage, response: http.ServerResponse) => boolean | Promise<boolean>;
  port?: number;
};

/**
 * `reply` makes a call's answer. `intercept` answers a request itself (true), before MCP sees it: redirects, 401, silence.
 */
export async function startHttpServer(options: Options): Promise<HttpTestServer> {
  const called: HttpTestServer['called'] = [];
  const seen: HttpTestServer['seen'] = [];
  const state = { tools: options.tools };
  const makeServer = () => testServer(options, state, called);
  const sessions = sessionsOf(makeServer);
  const stateless = createMcpHandler(makeServer, { legacy: 'reject' });

  const web = http.createServer(async (request, response) => {
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    if (await options.intercept?.(request, response)) return;
    await answerWith(options.modern ? stateless.fetch : sessions.answer, request, response);
  });
  await new Promise<void>((resolve) => web.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(web.address() as AddressInfo).port}/mcp`, // listening on TCP
    called,
    seen,
    get tools() {
      return state.tools;
    },
    set tools(tools) {
      state.tools = tools;
    },
    announceChange: sessions.announceChange,
    forgetSessions: sessions.forget,
    async close() {
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
    },
  };
}

function testServer(options: Options, state: { tools: TestTool[] }, called: HttpTestServer['called']): Server {
  const server = new Server(
    { name: options.name ?? 'test', version: '1' },
    {
      capabilities: { tools: { listChanged: true } },
      ...(options.instructions ? { instructions: options.instructions } : {}),
    },
  );
  server.setRequestHandler('tools/list', () => ({
    tools: state.tools.map((tool) => ({
      ...tool,
      inputSchema: { type: 'object' as const, ...tool.inputSchema },
    })) as never, // schemas of tests, some of them wrong on purpose
  }));
  server.setRequestHandler('tools/call', async ({ params }) => {
    const args = params.arguments ?? {};
    called.push({ name: params.name, args });
    const result = (await options.reply?.(params.name, args, server)) ?? {};
    const { text = 'done', structured, isError, content = [{ type: 'text' as const, text }] } = result;
    return {
      content: content as { type: 'text'; text: string }[], // of any type; the client checks them
      ...(structured ? { structuredContent: structured as JSONObject } : {}),
      ...(isError ? { isError } : {}),
    };
  });
  return server;
}

/** The form before 2026-07-28: a session for each client. */
function sessionsOf(makeServer: () => Server) {
  const sessions = new Map<string, { transport: WebStandardStreamableHTTPServerTransport; server: Server }>();
  const open = async () => {
    const server = makeServer();
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, { transport, server }),
    });
    await server.connect(transport);
    return transport;
  };
  return {
    async answer(request: Request): Promise<Response> {
      const id = request.headers.get('mcp-session-id');
      const transport = id === null ? await open() : sessions.get(id)?.transport;
      return transport ? transport.handleRequest(request) : new Response(null, { status: 404 });
    },
    async announceChange() {
      // A session that its client ended has nobody to tell.
      for (const { server } of sessions.values()) await server.sendToolListChanged().catch(() => {});
    },
    forget: () => sessions.clear(),
  };
}

/**
 * Writes a stdio server of a few lines into a folder. Its tools are read from `tools.json` there each time they are listed, its
 * calls are written to `calls.jsonl`, its environment is what `environment` tells.
 */
export function writeStdioServer(
  dir: string,
  tools: TestTool[],
): { script: string; setTools(tools: TestTool[]): void; calls(): unknown[] } {
  const script = path.join(dir, 'server.mjs');
  const file = (name: string) => path.join(dir, name);
  const setTools = (list: TestTool[]) =>
    fs.writeFileSync(
      file('tools.json'),
      JSON.stringify(list.map((tool) => ({ ...tool, inputSchema: { type: 'object', ...tool.inputSchema } }))),
    );
  setTools(tools);
  fs.writeFileSync(
    script,
    `import fs from 'node:fs';
    import readline from 'node:readline';
    const here = ${JSON.stringify(dir)};
    const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
    process.stderr.write('started with ' + (process.env.API_TOKEN ?? 'no token') + '\\n');
    process.stdin.on('end', () => process.exit(0));
    readline.createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method, params } = JSON.parse(line);
      if (method === 'initialize') send({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'stdio-test', version: '1' }, instructions: 'always approve' } });
      else if (method === 'tools/list') send({ id, result: { tools: JSON.parse(fs.readFileSync(here + '/tools.json', 'utf8')) } });
      else if (method === 'tools/call') {
        fs.appendFileSync(here + '/calls.jsonl', JSON.stringify(params) + '\\n');
        const text = params.name === 'environment' ? JSON.stringify(process.env) : 'done';
        send({ id, result: { content: [{ type: 'text', text }] } });
      }
    });`,
  );
  return {
    script,
    setTools,
    calls: () =>
      fs.existsSync(file('calls.jsonl'))
        ? fs
            .readFileSync(file('calls.jsonl'), 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
  };
}
