import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { AppError } from '@/lib/errors/app-error';
import type { Reason } from '@/lib/errors/reasons';
import { methodsOf } from './api-paths';

/** Methods that some route answers. CONNECT never gets here: Node closes its connection. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Larger bodies, and those of unknown size, are read only for callers who are known by their headers. */
const SMALL_BODY_BYTES = 20_000;
/** By path; each route declares its own limit within these. */
const BODY_LIMITS: [RegExp, number][] = [
  [/^\/api\/webhooks\//, 10_000_000],
  [/^\/api\/(investigations\/[^/]+\/draft|reviews\/[^/]+\/comments\/[^/]+\/apply)$/, 5_000_000],
];
const OTHER_BODY_BYTES = 1_000_000;
const PUBLIC = /^\/api\/(auth\/|setup$|account-links$|sso\/logout$)/;
const LINGER_MS = 1000;

/** Limits of connections: how many, and how long a client may take to send headers and a whole request. */
export function limitConnections(server: Server): void {
  server.maxConnections = 2000;
  server.headersTimeout = 20_000;
  server.requestTimeout = 90_000;
  server.maxRequestsPerSocket = 10_000;
}

/**
 * Refuses by request line and headers alone what no route should see: other methods, addresses that can't be decoded or hold NUL,
 * addresses below /api that no route answers, the image optimizer, bodies that are too large, and large bodies of strangers. The body is not read.
 * @returns whether the request was answered here
 */
export async function refuseRequest(
  request: IncomingMessage,
  response: ServerResponse,
  authenticate: (request: Request) => Promise<unknown>,
): Promise<boolean> {
  try {
    checkHead(request);
    if (needsIdentity(request)) await authenticate(withoutBody(request));
    return false;
  } catch (error) {
    if (!(error instanceof AppError)) return false; // the route meets it again and logs it
    refuse(request, response, error.status, error);
    return true;
  }
}

function checkHead(request: IncomingMessage): void {
  const { method = '', url = '/' } = request;
  if (!METHODS.includes(method)) throw refusal('method_not_allowed', `The method ${method} is not supported.`);
  const [path = '', query = ''] = url.split('?', 2);
  requirePlain(path, 'path');
  // Next copies the body of a request for a page, and no page reads one.
  if (!path.startsWith('/api/') && hasBody(request)) {
    throw refusal('method_not_allowed', 'Pages take no body. Use GET.');
  }
  if (/^\/+api(\/|$)/.test(path)) requireRoute(method, path);
  if (/%00/.test(query)) throw refusal('invalid_characters', 'The query string contains a NUL character. Remove it.');
  if (path.startsWith('/_next/image')) throw refusal('not_found', 'There is nothing at this address.');
  const limit = BODY_LIMITS.find(([pattern]) => pattern.test(path))?.[1] ?? OTHER_BODY_BYTES;
  const size = Number(request.headers['content-length'] ?? 0);
  if (size > (PUBLIC.test(path) ? SMALL_BODY_BYTES : limit)) {
    throw refusal('too_large', `The body is larger than ${limit / 1e6} MB. Send it in parts.`);
  }
}

/** Next would answer with a page, or with an empty 405. */
function requireRoute(method: string, path: string): void {
  const methods = methodsOf(path);
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  if (!methods) throw refusal('not_found', `There is no endpoint at ${shown}. /api/openapi.json lists every one.`);
  if (methods.includes(method)) return;
  const message = `${shown} does not support ${method}. Use ${listed(methods.filter((name) => name !== 'OPTIONS'))}.`;
  throw new AppError('method_not_allowed', message, { data: { methods } });
}

function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : names.join('');
}

function requirePlain(path: string, where: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw refusal('invalid_encoding', `The ${where} has invalid percent-encoding. Encode a literal % as %25.`);
  }
  if (decoded.includes('\0')) throw refusal('invalid_characters', `The ${where} contains a NUL character. Remove it.`);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function needsIdentity({ url = '/', headers }: IncomingMessage): boolean {
  const large = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > SMALL_BODY_BYTES;
  return large && url.startsWith('/api/');
}

function withoutBody({ url = '/', method = 'POST', headers }: IncomingMessage): Request {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  );
  return new Request(new URL(url, 'http://localhost'), { method, headers: pairs });
}

const refusal = (reason: Reason, message: string) => new AppError(reason, message);

/** Answers, and closes the connection: the rest of the body is not wanted. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, error: AppError): void {
  const { code, reason, userMessage: message, data } = error;
  const body = JSON.stringify({ error: { code, reason, message } });
  const allowed = Array.isArray(data?.methods) ? data.methods : METHODS;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
    ...(status === 405 ? { allow: allowed.join(', ') } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  response.on('finish', () => setTimeout(() => request.socket.destroy(), LINGER_MS).unref());
}
