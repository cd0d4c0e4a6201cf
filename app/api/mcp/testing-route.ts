import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWith } from '@/lib/connections/testing/web-bridge';
import { POST } from './route';

export type McpRoute = { url: URL; close(): void };

/** The route behind a real HTTP server; other methods are not there, as under Next. `more`: headers that each request gets. */
export async function startMcpRoute(more: Record<string, string> = {}): Promise<McpRoute> {
  const handle = (request: Request): Promise<Response> | Response =>
    request.method === 'POST' ? POST(request, { params: Promise.resolve({}) }) : new Response(null, { status: 405 });
  const server = http.createServer((message, answer) => void answerWith(handle, message, answer, more));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mcp`), // listening on TCP
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
