import type { z } from 'zod';
import type { Contract } from '@/app/api/contract';
import type { Declaration } from '@/app/api/declaration';
import type { Reason } from '@/lib/errors/reasons';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** The paths of the API that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof Contract]: M extends keyof Contract[P] ? P : never;
}[keyof Contract];
type DeclarationOf<M extends Method, P extends keyof Contract> = M extends keyof Contract[P]
  ? Contract[P][M] extends { declaration: infer D extends Declaration }
    ? D
    : never
  : never;

/** A query takes what a URL can hold; lists are joined by commas, and undefined, null and '' are left out. */
type QueryValue = string | number | boolean | readonly string[] | null | undefined;
type QueryOf<Schema extends z.ZodType> = {
  [K in keyof z.input<Schema>]:
    | (unknown extends z.input<Schema>[K] ? QueryValue : z.input<Schema>[K])
    | null
    | undefined;
};

type Params<D> = D extends { params: infer S extends z.ZodType }
  ? { params: { [K in keyof z.input<S>]: string | number } }
  : object;
type Query<D> = D extends { query: infer S extends z.ZodType }
  ? object extends z.input<S>
    ? { query?: QueryOf<S> }
    : { query: QueryOf<S> }
  : object;
type Body<D> = D extends { body: infer S extends z.ZodType } ? { body: z.input<S> } : object;
type Headers<D> = D extends { headers: infer H } ? { headers?: { [K in keyof H]?: string } } : object;
type Options<D> = Params<D> &
  Query<D> &
  Body<D> &
  Headers<D> & {
    signal?: AbortSignal;
    /** Stays on the page when the session has ended: for what the page asks by itself. */
    stay?: boolean;
  };
/** What a GET of a path takes. */
export type GetOptions<P extends PathOf<'GET'>> = Options<DeclarationOf<'GET', P>>;
type Arguments<D> = object extends Options<D> ? [options?: Options<D>] : [options: Options<D>];
/** What a route answers, by its declaration. */
export type ApiAnswer<M extends Method, P extends PathOf<M>> = z.output<DeclarationOf<M, P>['response']>;

/** An error that the API answered, with a message for people. `status` 0: the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly reason: Reason | 'unreachable' | 'unknown',
    message: string,
    readonly data: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The message of each invalid field by its path ("target.url"), if the API names fields. */
  get fields(): Record<string, string> | undefined {
    return this.data.fields as Record<string, string> | undefined; // as lib/errors/invalid-fields sends it
  }
}

/**
 * The HTTP API, typed by what its routes declare: `api.get('/api/alerts/{id}', { params: { id } })`.
 * Answers the JSON (undefined for an empty answer). When the session has ended, a read goes to the sign-in page, which leads
 * back; anything else stays, since the page may hold what somebody typed.
 * @throws ApiError for every answer that isn't 2xx
 */
export const api = {
  get: <P extends PathOf<'GET'>>(path: P, ...options: Arguments<DeclarationOf<'GET', P>>) => call('GET', path, options),
  post: <P extends PathOf<'POST'>>(path: P, ...options: Arguments<DeclarationOf<'POST', P>>) =>
    call('POST', path, options),
  put: <P extends PathOf<'PUT'>>(path: P, ...options: Arguments<DeclarationOf<'PUT', P>>) => call('PUT', path, options),
  patch: <P extends PathOf<'PATCH'>>(path: P, ...options: Arguments<DeclarationOf<'PATCH', P>>) =>
    call('PATCH', path, options),
  delete: <P extends PathOf<'DELETE'>>(path: P, ...options: Arguments<DeclarationOf<'DELETE', P>>) =>
    call('DELETE', path, options),
};

const SIGNED_OUT = 'You are signed out. Sign in again in another tab, then try again here.';

/** What the types above come down to. */
type AnyOptions = {
  params?: Record<string, string | number>;
  query?: Record<string, QueryValue>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  stay?: boolean;
};

async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  [options = {}]: readonly [AnyOptions?],
): Promise<ApiAnswer<M, P>> {
  const { body, headers, signal, stay = false } = options;
  let response: Response;
  try {
    response = await fetch(apiUrl(path, options), {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    const message = 'Couldn’t reach the server. Check the connection and try again.';
    throw new ApiError(0, 'unreachable', 'unreachable', message);
  }
  const json = parse(await response.text());
  if (response.ok) return json as ApiAnswer<M, P>; // checked by the route against its declaration
  const error = toError(response.status, json);
  if (error.status !== 401 || location.pathname === '/sign-in') throw error;
  // What someone typed is only on this page: it stays, and can be sent again.
  if (method !== 'GET') throw new ApiError(401, error.code, error.reason, SIGNED_OUT);
  if (!stay) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  throw error;
}

/** The address of a call: parameters in the path are encoded, those of `{...rest}` keep their slashes. */
export function apiUrl(path: string, { params = {}, query = {} }: Pick<AnyOptions, 'params' | 'query'>): string {
  const filled = path.replace(/\{(\.{3})?(\w+)\}/g, (_, rest: string | undefined, name: string) => {
    const value = String(params[name] ?? '');
    return rest ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);
  });
  const entries = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === null || value === '' ? [] : [[key, String(value)]],
  );
  return entries.length === 0 ? filled : `${filled}?${new URLSearchParams(entries)}`;
}

function toError(status: number, json: unknown): ApiError {
  const error = (
    json as { error?: { code?: string; reason?: Reason; message?: string; data?: Record<string, unknown> } } | undefined
  )?.error;
  return new ApiError(
    status,
    error?.code ?? 'unknown',
    error?.reason ?? 'unknown',
    error?.message ?? `The server answered ${status} without an explanation. Try again.`,
    error?.data,
  );
}

/** The message to show for anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
