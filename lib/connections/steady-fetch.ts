import { sleep } from '../time/sleep';

/** A longer wait is the caller's to decide: the call fails and says how long. */
const MAX_WAIT_S = 20;
const MAX_TRIES = 3;
/** Without Retry-After. */
const DEFAULT_WAIT_S = 2;

/**
 * A fetch that gets along with servers as they are. A request that a server refused because of its rate limit (429, or 503 with
 * Retry-After) was not processed, so it is sent again after the time that the server asks for. The stream that a server may
 * offer by GET is optional: whatever it answers there instead (404, 409, a sign-in page) counts as "no stream".
 */
export function steadyFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init = {}) => {
    if ((init.method ?? 'GET') === 'GET') {
      const response = await fetch(input, init);
      if (response.ok) return response;
      await response.body?.cancel().catch(() => {});
      return new Response(null, { status: 405 });
    }
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(input, init);
      const wait = waitSeconds(response);
      if (wait === null || wait > MAX_WAIT_S || tries === MAX_TRIES) return response;
      await response.body?.cancel().catch(() => {});
      await sleep(wait * 1000, init.signal ?? new AbortController().signal);
    }
  };
}

/** The seconds that a refusing server asks to wait; null for any other answer. */
function waitSeconds(response: Response): number | null {
  const asked = response.headers.get('retry-after');
  if (response.status !== 429 && !(response.status === 503 && asked !== null)) return null;
  if (asked === null) return DEFAULT_WAIT_S;
  if (/^\d+$/.test(asked.trim())) return Number(asked);
  const at = Date.parse(asked);
  return Number.isNaN(at) ? DEFAULT_WAIT_S : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
