/** What the API refused, in words for people (`message`). `status` 0: the server wasn't reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly data: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** What is wrong with which field of the body, by its path ("target.url"), where the API says so. */
  get fields(): Record<string, string> | undefined {
    return this.data.fields as Record<string, string> | undefined; // as app/api/handler and the verbs send it
  }
}

type CallOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Stays on the page when the person is signed out meanwhile: for what the page asks by itself. */
  stay?: boolean;
};

/**
 * Calls our HTTP API from the browser and answers its JSON (undefined for an empty body).
 * The caller names the type: the route on the other side is ours and typed.
 * @throws ApiError for every answer that isn't 2xx. Signed out meanwhile: goes to the sign-in page and comes back after.
 */
export async function callApi<T>(
  method: string,
  path: string,
  { body, headers, signal, stay = false }: CallOptions = {},
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
    throw new ApiError(0, 'unreachable', 'The server was not reached. Check the connection and try again.');
  }
  const text = await response.text();
  const json = parse(text);
  if (response.ok) return json as T;
  if (response.status === 401 && !stay && location.pathname !== '/sign-in') {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const error = (json as { error?: { code?: string; message?: string; data?: Record<string, unknown> } } | undefined)
    ?.error;
  throw new ApiError(
    response.status,
    error?.code ?? 'unknown',
    error?.message ?? `The server answered ${response.status} without a reason.`,
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
