import { AppError } from '../../errors/app-error';
import { guardedFetch } from '../guarded-fetch';

/** Metadata, registrations and tokens are small. */
const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 15_000;

/**
 * The fetch of everything that OAuth asks for: each address is judged as that of a connection, no redirect is followed, an
 * answer is read completely; its size and time are limited. `caCertificate`: is trusted too.
 * @throws AppError address_refused; certificate_refused; unavailable. No error holds anything of an answer.
 */
export function oauthFetch(allowInternal: boolean, caCertificate?: string): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init.method ?? 'GET';
    const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body;
    let response: Response;
    try {
      response = await guardedFetch(
        url,
        allowInternal,
        caCertificate,
      )(url, {
        ...init,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw unreachable(url, 'can’t be reached');
    }
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel().catch(() => {});
      // No redirect is followed: metadata counts as missing here, a token or a registration request fails.
      if (method === 'GET') return new Response(null, { status: 404 });
      throw unreachable(url, 'answers with a redirect, which is refused');
    }
    const text = await readBounded(response, url);
    const { status, headers } = response;
    return new Response([204, 205, 304].includes(status) ? null : text, { status, headers });
  };
}

async function readBounded(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (const reader = response.body?.getReader(); reader; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MAX_BYTES) {
        await reader.cancel().catch(() => {});
        throw unreachable(url, 'gives an answer that is too large');
      }
      chunks.push(value);
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreachable(url, 'breaks off its answer');
  }
  return Buffer.concat(chunks).toString('utf8');
}

const unreachable = (url: URL, what: string) => new AppError('sign_in_failed', `${url.origin} ${what}.`);
