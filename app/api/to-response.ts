import { REQUEST_ID } from '@/lib/auth/front-door';
import { knownError } from '@/lib/db/known-error';
import { log } from '@/lib/log/log';

/** How long senders of alerts are asked to wait while a part of Socdown is unavailable (RFC 9110, 10.2.3). */
const RETRY_SECONDS = '30';

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(value, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** The one place where an error becomes a response: {error: {code, reason, message, data?}}. */
export function toResponse(error: unknown, request: Request): Response {
  const known = knownError(error);
  // The path alone: a query may hold a key.
  const requestId = request.headers.get(REQUEST_ID);
  const where = { method: request.method, path: new URL(request.url).pathname, ...(requestId ? { requestId } : {}) };
  const named: Record<string, string> = requestId ? { [REQUEST_ID]: requestId } : {};
  if (known) {
    const { code, reason, userMessage: message, data, status } = known;
    if (status >= 500) log.error({ err: error, ...where }, known.message);
    const headers = { ...named, ...(status === 503 ? { 'retry-after': RETRY_SECONDS } : {}) };
    return json({ error: { code, reason, message, ...(data ? { data } : {}) } }, status, headers);
  }
  log.error({ err: error, ...where }, 'request failed');
  const message = 'Something went wrong. The server’s log has the details.';
  return json({ error: { code: 'internal', reason: 'internal', message } }, 500, named);
}
