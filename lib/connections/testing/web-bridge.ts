import type http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Answers a request of Node's HTTP server with a handler of web requests. `more`: headers that each request gets. */
export async function answerWith(
  handler: (request: Request) => Promise<Response> | Response,
  message: http.IncomingMessage,
  answer: http.ServerResponse,
  more: Record<string, string> = {},
): Promise<void> {
  const gone = new AbortController();
  answer.on('close', () => gone.abort());
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const headers = new Headers(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  const response = await handler(
    new Request(`http://${message.headers.host}${message.url}`, {
      method: message.method ?? 'GET',
      headers,
      signal: gone.signal,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    }),
  );
  answer.writeHead(response.status, Object.fromEntries(response.headers));
  answer.flushHeaders();
  if (!response.body) answer.end();
  // A client may leave in the middle of a stream.
  else await pipeline(Readable.fromWeb(response.body as never), answer).catch(() => {}); // two names of one type
}
