import { authorize } from '@/lib/auth/guard';
import { readSignatureClaim } from '@/lib/auth/intake-signature';
import { actorOf } from '@/lib/auth/session';
import { countRequest } from '@/lib/metrics/request-times';
import { withSpan } from '@/lib/tracing/span';
import { checkResponse, statusesOf } from './check-response';
import { type Call, type Declaration, type Handler, Reply } from './declaration';
import { readBody, readParams, readQuery, readText } from './read-request';
import { json, toResponse } from './to-response';

export type { Declaration } from './declaration';
export { ById, Id, itemsOf, nothing, pageOf, reply } from './declaration';

/** As Next passes it: a catch-all segment is a list. */
type Context = { params: Promise<Record<string, string | string[]>> };
export type RouteHandler<D extends Declaration = Declaration> = ((
  request: Request,
  context: Context,
) => Promise<Response>) & { verb: D['verb']; declaration: D };

/**
 * An API route: authenticate by the headers, check the permission, check path, query and body against the declaration, run,
 * check the answer. The body is read only after the permission is known; a signed one
 * is verified then. A value becomes JSON with the declared status,
 * an error {error: {code, reason, message}}.
 */
export function route<const D extends Declaration>(declaration: D, run: Handler<D>): RouteHandler<D> {
  const answer = async (request: Request, context: Context): Promise<Response> => {
    try {
      const call = (await readCall(declaration, request, context)) as Call<D>; // read by this declaration
      const value = await run(call);
      const response = value instanceof Response ? value : present(declaration, value);
      if (!declaration.internal) await checkResponse(declaration, value, response, request);
      return response;
    } catch (error) {
      return toResponse(error, request);
    }
  };
  const handler = async (request: Request, context: Context): Promise<Response> => {
    const start = performance.now();
    const about = { 'http.request.method': request.method, 'socdown.verb': declaration.verb };
    const response = await withSpan('request', about, async (span) => {
      const answered = await answer(request, context);
      span.set({ 'http.response.status_code': answered.status });
      return answered;
    });
    // Alerts, reports and people's names: no proxy and no browser keeps an answer, whichever way it was made.
    if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
    countRequest(declaration.verb, response.status, (performance.now() - start) / 1000);
    return response;
  };
  return Object.assign(handler, { verb: declaration.verb, declaration });
}

async function readCall(declaration: Declaration, request: Request, context: Context) {
  const { verb, enrolling, params, query, body, rawBody, signedBody, maxBytes, timeoutMs, gzip } = declaration;
  const claim = signedBody ? await readSignatureClaim(request) : null;
  const actor =
    claim?.actor ?? (verb === 'public' ? undefined : await actorOf(request, enrolling ? { enrolling } : {}));
  if (actor && verb !== 'public') authorize(actor, verb);
  const limits = { maxBytes, timeoutMs, gzip };
  const call = {
    actor,
    params: params && readParams(await paramsOf(context), params),
    query: query && readQuery(new URL(request.url), query),
    request,
  };
  if (!rawBody) return { ...call, body: body && (await readBody(request, body, limits)) };
  const text = await readText(request, limits);
  const signature = claim && { ...(await claim.verify(text)), remember: claim.remember };
  return { ...call, body: text, ...(signature ? { signature } : {}) };
}

function present(declaration: Declaration, answer: unknown): Response {
  const { value, options } = answer instanceof Reply ? answer : new Reply(answer, {});
  const status = options.status ?? statusesOf(declaration)[0] ?? 200;
  return value === undefined ? new Response(null, { status, ...options }) : json(value, status, options.headers);
}

async function paramsOf(context: Context): Promise<Record<string, string>> {
  // Next passes undefined, whatever its types say, where the path has no parameters.
  const entries = Object.entries((await context.params) ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]));
}
