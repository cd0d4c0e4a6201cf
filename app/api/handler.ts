import { z } from 'zod';
import { type Actor, authorize } from '@/lib/auth/guard';
import type { Verb } from '@/lib/auth/permissions';
import { actorOf } from '@/lib/auth/session';
import { databaseUnavailable } from '@/lib/db/unavailable';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/log/log';

/** What a handler is given. `actor` is null only for a `public` route. */
type Call = { actor: Actor; request: Request; params: Record<string, string>; url: URL };
/** As Next gives it: a catch-all segment is a list; no verb of ours takes one. */
type Context = { params: Promise<Record<string, string | string[]>> };
export type RouteHandler = ((request: Request, context: Context) => Promise<Response>) & { verb: Verb | 'public' };

/**
 * The head of every API route: authenticate, check the verb, run, present. A plain value becomes JSON with status 200;
 * a Response is passed on; an error becomes {error: {code, message}} in one place.
 * `verb` is what the route's test reads: an undeclared route fails the build.
 */
export function route(verb: Verb, run: (call: Call) => Promise<unknown>): RouteHandler {
  return declare(verb, async (request, context) => {
    const actor = await actorOf(request);
    authorize(actor, verb);
    return run({ actor, request, params: await paramsOf(context), url: new URL(request.url) });
  });
}

/** A route that needs no account (health, sign-in, first admin). */
export function publicRoute(run: (call: Omit<Call, 'actor'>) => Promise<unknown>): RouteHandler {
  return declare('public', async (request, context) =>
    run({ request, params: await paramsOf(context), url: new URL(request.url) }),
  );
}

function declare(verb: Verb | 'public', run: (request: Request, context: Context) => Promise<unknown>): RouteHandler {
  const handler = async (request: Request, context: Context): Promise<Response> => {
    try {
      const answer = await run(request, context);
      return answer instanceof Response ? answer : json(answer);
    } catch (error) {
      return toResponse(error, request);
    }
  };
  return Object.assign(handler, { verb });
}

async function paramsOf(context: Context): Promise<Record<string, string>> {
  // Next gives undefined, whatever its types say, where the address has no parameters.
  const entries = Object.entries((await context.params) ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]));
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(value, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** What a sender of alerts is told to wait while a part of us is away (RFC 9110, 10.2.3). */
const RETRY_SECONDS = '30';

/** The one place where an error becomes a response. */
export function toResponse(error: unknown, request: Request): Response {
  const known = error instanceof AppError ? error : (fromZod(error) ?? databaseUnavailable(error));
  if (known) {
    const { code, userMessage: message, data, status } = known;
    if (status >= 500) log.error({ err: error, url: request.url }, known.message);
    const headers: Record<string, string> = status === 503 ? { 'retry-after': RETRY_SECONDS } : {};
    return json({ error: { code, message, ...(data ? { data } : {}) } }, status, headers);
  }
  log.error({ err: error, method: request.method, url: new URL(request.url).pathname }, 'request failed');
  return json(
    { error: { code: 'internal', message: 'Something went wrong here. It is in the log of the server.' } },
    500,
  );
}

function fromZod(error: unknown): AppError | undefined {
  if (!(error instanceof z.ZodError)) return undefined;
  const told = error.issues.slice(0, 5).map((issue) => [issue.path.join('.') || 'body', issue.message] as const);
  const message = told.map(([path, words]) => `${path}: ${words}`).join('; ');
  return new AppError('bad_request', message, { data: { fields: Object.fromEntries(told) } });
}

const MAX_BODY_BYTES = 10_000_000;

/** The request's text, refused above a size and when it is not UTF-8. */
export async function readText(request: Request, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const encoding = request.headers.get('content-encoding');
  if (encoding && encoding !== 'identity') {
    throw new AppError('unsupported_media_type', `Content-Encoding ${encoding} is not taken. Send the body as it is.`);
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AppError('bad_request', 'The body is not valid UTF-8.');
  }
}

/** The request's JSON as the schema has it. An empty body counts as {}. */
export async function readJson<T extends z.ZodType>(request: Request, schema: T): Promise<z.infer<T>> {
  const text = await readText(request);
  let value: unknown = {};
  if (text.trim() !== '') {
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new AppError('bad_request', `The body is not valid JSON: ${(error as Error).message}`);
    }
  }
  return schema.parse(value);
}

/** The query string as the schema has it. */
export function readQuery<T extends z.ZodType>(url: URL, schema: T): z.infer<T> {
  return schema.parse(Object.fromEntries(url.searchParams));
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('too_large', `The body is larger than ${maxBytes / 1e6} MB. Send it in parts.`);
}
