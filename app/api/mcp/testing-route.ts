import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { POST } from './route';

export type McpRoute = { url: URL; close(): void };

/** The route behind a real HTTP server; other methods are not there, as under Next. `more`: headers that each request gets. */
export async function startMcpRoute(more: Record<string, string> = {}): Promise<McpRoute> {
  const server = http.createServer(async (message, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const headers = new Headers(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    const init = { method: 'POST', headers, body: Buffer.concat(chunks) };
    const response =
      message.method === 'POST'
        ? await POST(new Request(`http://${message.headers.host}${message.url}`, init), { params: Promise.resolve({}) })
        : new Response(null, { status: 405 });
    answer.writeHead(response.status, Object.fromEntries(response.headers));
    answer.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp`), // listening on TCP
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
