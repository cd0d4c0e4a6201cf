import type { Reason } from '@/lib/errors/reasons';
import { ApiError } from './api';

export { ApiError };

type CallOptions = { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal };

/**
 * Calls our HTTP API from the browser and answers its JSON (undefined for an empty body).
 * The caller names the type: the route on the other side is ours and typed.
 * @throws ApiError for every answer that isn't 2xx. Signed out meanwhile: goes to the sign-in page and comes back after.
 */
export async function callApi<T>(
  method: string,
  path: string,
  { body, headers, signal }: CallOptions = {},
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(
      0,
      'unreachable',
      'unreachable',
      'The server was not reached. Check the connection and try again.',
    );
  }
  const text = await response.text();
  const json = parse(text);
  if (response.ok) return json as T;
  if (response.status === 401 && location.pathname !== '/sign-in') {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const error = (
    json as { error?: { code?: string; reason?: Reason; message?: string; data?: Record<string, unknown> } } | undefined
  )?.error;
  throw new ApiError(
    response.status,
    error?.code ?? 'unknown',
    error?.reason ?? 'unknown',
    error?.message ?? `The server answered ${response.status} without a reason.`,
    error?.data,
  );
}

/** The words to show for anything thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
