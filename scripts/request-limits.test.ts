import { createServer, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '@/lib/errors/app-error';
import { API_METHODS } from './api-methods';
import { methodsOf } from './api-paths';
import { limitConnections, refuseRequest } from './request-limits';

let server: Server;
let received = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const refused = await refuseRequest(request, response, async ({ headers }) => {
      if (headers.get('authorization') !== 'Bearer good') throw new AppError('unauthenticated', 'Sign in.');
    });
    if (refused) return;
    for await (const chunk of request) received += (chunk as Buffer).length;
    response.end('passed');
  });
  limitConnections(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends raw bytes and returns what comes back until the server closes, or for two seconds. */
function raw(head: string, body: Buffer = Buffer.alloc(0)): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(2000, end);
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('passed')) end();
    });
    socket.on('close', end);
    socket.on('error', () => {}); // a refused body resets the connection
    socket.write(`${head}\r\nHost: x\r\n`);
    socket.write(body.length > 0 ? `Content-Length: ${body.length}\r\n\r\n` : '\r\n');
    if (body.length > 0) socket.write(body);
  });
}

it.each([
  ['TRACE / HTTP/1.1', 405, 'method_not_allowed'],
  ['PROPFIND /api/alerts HTTP/1.1', 405, 'method_not_allowed'],
  ['GET /api/alerts/%zz HTTP/1.1', 400, 'invalid_encoding'],
  ['GET /library/%ED%A0%80 HTTP/1.1', 400, 'invalid_encoding'],
  ['GET /investigations/a%00b HTTP/1.1', 400, 'invalid_characters'],
  ['GET /library?q=%00 HTTP/1.1', 400, 'invalid_characters'],
  ['GET /_next/image?url=%2Fa.png&w=64&q=75 HTTP/1.1', 404, 'not_found'],
  ['GET /api HTTP/1.1', 404, 'not_found'],
  ['GET /api/nope HTTP/1.1', 404, 'not_found'],
  ['POST //api//nope/ HTTP/1.1', 404, 'not_found'],
  ['GET /api/alerts/1/2/3 HTTP/1.1', 404, 'not_found'],
  ['GET /api/__proto__ HTTP/1.1', 404, 'not_found'],
  [`GET /api/${'x'.repeat(5000)} HTTP/1.1`, 404, 'not_found'],
  ['DELETE /api/alerts HTTP/1.1', 405, 'method_not_allowed'],
  ['POST /api/alerts/counts HTTP/1.1', 405, 'method_not_allowed'],
])('%s → %i', async (head, status, reason) => {
  const answer = await raw(head);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').error).toMatchObject({ reason });
  expect(answer).not.toMatch(/\n {4}at /);
});

it('says which address or method is wrong, and what to use', async () => {
  const unknown = await raw('GET /api/alertz?q=1 HTTP/1.1');
  expect(unknown).toContain('There is no endpoint at /api/alertz. /api/openapi.json lists every one.');
  const wrong = await raw('DELETE /api/alerts/counts HTTP/1.1');
  expect(wrong).toMatch(/^allow: GET, HEAD, OPTIONS\r$/m);
  expect(wrong).toContain('/api/alerts/counts does not support DELETE. Use GET or HEAD.');
});

it.each(Object.entries(API_METHODS))('%s passes by each of its methods', (path, methods) => {
  const example = path.replace(/\{\.{3}\w+\}/, 'a/b').replace(/\{\w+\}/g, '01890000-0000-7000-8000-000000000000');
  for (const address of [example, `${example}/`])
    expect(methodsOf(address)).toEqual(expect.arrayContaining([...methods, 'OPTIONS']));
});

it('passes what is well-formed', async () => {
  expect(await raw('GET /library?q=50%25 HTTP/1.1')).toContain('passed');
  expect(await raw('POST /api/alerts HTTP/1.1', Buffer.alloc(100, 'a'))).toContain('passed');
});

it('lets no body near a page: Next would keep copies of it', async () => {
  received = 0;
  expect(await raw('POST /queue HTTP/1.1', Buffer.alloc(100, 'a'))).toMatch(/^(HTTP\/1.1 405 |$)/);
  expect(await raw('GET /sign-in HTTP/1.1', Buffer.alloc(900_000, 'a'))).toMatch(/^(HTTP\/1.1 405 |$)/);
  expect(received).toBe(0);
});

it('reads no large body of a stranger, and no too large one of anybody', async () => {
  received = 0;
  const body = Buffer.alloc(9_900_000, 'a');
  const answers = await Promise.all(Array.from({ length: 30 }, () => raw('POST /api/webhooks/generic HTTP/1.1', body)));
  for (const answer of answers) expect(answer === '' || answer.startsWith('HTTP/1.1 401 ')).toBe(true);
  expect(answers.some((answer) => answer.startsWith('HTTP/1.1 401 '))).toBe(true);
  expect(received).toBe(0);
  const good = 'HTTP/1.1\r\nAuthorization: Bearer good';
  expect(await raw(`POST /api/alerts/bulk ${good}`, Buffer.alloc(1_000_001))).toMatch(/^(HTTP\/1.1 413 |$)/);
  expect(received).toBe(0);
  expect(await raw(`POST /api/webhooks/generic ${good}`, body)).toContain('passed');
  expect(received).toBe(body.length);
});
