import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import next from 'next';
import { admit } from '@/lib/auth/front-door';
import { env } from '@/lib/env/env';
import { errorMessage } from '@/lib/errors/app-error';
import { captureConsole } from '@/lib/log/log';

/** What a client may take to send its headers, and the whole request with its body (10 MB at 1.4 Mbit/s). */
const HEADERS_MS = 15_000;
const REQUEST_MS = 60_000;
/** Event streams of everybody's tabs included. */
const MAX_CONNECTIONS = 2_000;

/** The web process: Next's request handler behind our own server, which controls port, limits, shutdown and what is let in. */
async function main(): Promise<void> {
  const { HOST, PORT } = env();
  captureConsole();
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16_384,
  });
  server.maxConnections = MAX_CONNECTIONS;
  // Longer than proxies and clients hold an idle connection: who closes first must not be the one that gets the next request.
  server.keepAliveTimeout = 75_000;
  await listen(server, PORT, HOST);
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  // Requests that arrive while Next gets ready wait for it.
  let begin = () => {};
  const prepared = new Promise<void>((resolve) => {
    begin = resolve;
  });
  server.on('request', (request, response) => {
    const refusal = refusalOf(request);
    if (refusal) return refuse(response, ...refusal);
    void prepared.then(() => handle(request, response));
  });
  const app = next({
    dev: false,
    dir: path.resolve('.'),
    hostname: HOST,
    port,
    httpServer: server,
  });
  const handle = app.getRequestHandler();
  await app.prepare();
  begin();

  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    server.close(() => process.exit(0));
    // Open event streams never end by themselves; the browser resumes them at the next start.
    setTimeout(() => server.closeAllConnections(), 300).unref();
    setTimeout(() => process.exit(0), 5000).unref();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', () => process.exit(0));

  const shown = HOST.includes(':') ? `[${HOST}]` : HOST === '0.0.0.0' ? 'localhost' : HOST;
  process.send?.({ ready: env().PUBLIC_URL ?? `http://${shown}:${port}` });
}

/** TRACE would repeat the cookie to a page; CONNECT is for proxies. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function refusalOf(request: IncomingMessage): [status: number, message: string] | null {
  const wrongHost = admit(request, request.socket.remoteAddress ?? '');
  if (wrongHost) return [421, wrongHost];
  if (!METHODS.includes(request.method ?? '')) return [405, `${request.method} is not supported.`];
  return null;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const code = status === 405 ? 'method_not_allowed' : 'bad_request';
  const body = JSON.stringify({ error: { code, reason: code, message } });
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}

/** The port of a process that is just ending is free a moment later. */
async function listen(server: Server, port: number, host: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'EADDRINUSE') throw error;
      if (attempt === 12) throw new Error(`Port ${port} is taken on ${host}. Set another PORT.`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

main().catch((error) => {
  if (!process.send) throw error;
  process.send({ failed: errorMessage(error) }, () => process.exit(1));
});
