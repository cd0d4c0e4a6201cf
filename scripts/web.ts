import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import next from 'next';
import { admit, REQUEST_ID } from '@/lib/auth/front-door';
import { readSignatureClaim } from '@/lib/auth/intake-signature';
import { actorOf } from '@/lib/auth/session';
import { env } from '@/lib/env/env';
import { errorMessage } from '@/lib/errors/app-error';
import { captureConsole } from '@/lib/log/log';
import { followRemote } from '@/lib/store/sync-remote';
import { endTracing } from '@/lib/tracing/span';
import { limitConnections, refuseRequest } from './request-limits';

/** The web process: Next's request handler behind our own server, which controls port, limits, shutdown and what is let in. */
async function main(): Promise<void> {
  const { HOST, PORT } = env();
  captureConsole();
  const server = createServer({ maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 });
  // Longer than proxies and clients hold an idle connection: who closes first must not be the one that gets the next request.
  server.keepAliveTimeout = 75_000;
  limitConnections(server);
  await listen(server, PORT, HOST);
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  // Requests that arrive while Next gets ready wait for it.
  let begin = () => {};
  const prepared = new Promise<void>((resolve) => {
    begin = resolve;
  });
  server.on('request', async (request, response) => {
    const wrongHost = admit(request, request.socket.remoteAddress ?? '');
    response.setHeader(REQUEST_ID, String(request.headers[REQUEST_ID]));
    if (wrongHost) return refuseHost(response, wrongHost);
    await prepared;
    if (!(await refuseRequest(request, response, identify))) await handle(request, response);
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
  const unfollow = followRemote();

  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    void unfollow();
    server.close(() => void endTracing().then(() => process.exit(0)));
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

/** By the headers: a signature is held against the body later. */
const identify = async (request: Request) =>
  (await readSignatureClaim(request)) ?? (await actorOf(request, { enrolling: true }));

function refuseHost(response: ServerResponse, message: string): void {
  const body = JSON.stringify({ error: { code: 'bad_request', reason: 'bad_request', message } });
  response.writeHead(421, { 'content-type': 'application/json', connection: 'close' }).end(body);
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
