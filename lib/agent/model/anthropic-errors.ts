import Anthropic from '@anthropic-ai/sdk';
import { ModelError } from '../../model/model-error';
import { maskSecrets } from '../../secrets/mask-secrets';

/**
 * What an error of the SDK means for the run. `begun`: part of the answer had arrived.
 * Messages name the status and the API's own words, never a header (the key is one).
 */
export function failureOf(error: unknown, begun: boolean): ModelError {
  if (error instanceof ModelError) {
    return begun && error.failure === 'unavailable' ? new ModelError('broken', error.message) : error;
  }
  // A stream that broke: an error event ("overloaded_error", status undefined), a cut socket ("terminated"), no JSON.
  if (begun) return new ModelError('broken', reason(error));
  if (!(error instanceof Anthropic.APIError) || error.status === undefined) {
    return new ModelError('unavailable', reason(error));
  }
  const { status } = error;
  const words = reason(error);
  if (status === 429 && /spend_limit/.test(`${JSON.stringify(error.error)} ${error.message}`)) {
    return new ModelError('spend_limit', `the spend limit of the API key is reached (${words})`);
  }
  if (status === 401 || status === 403)
    return new ModelError('denied', `the model's service refused the key (${words})`);
  if (status === 413 || /prompt is too long|context (window|length|size|limit)|maximum context/i.test(words)) {
    return new ModelError('too_long', 'the case no longer fits into the model’s context window');
  }
  if (status === 408 || status === 409 || status === 429 || status >= 500) {
    return new ModelError('unavailable', words, retryAfterMs(error.headers));
  }
  return new ModelError('invalid', `the model's service refused the request (${words})`);
}

/** Seconds or an HTTP date; `retry-after-ms` is finer. */
function retryAfterMs(headers: Headers | undefined): number | null {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const text = headers?.get('retry-after');
  if (!text) return null;
  const seconds = Number(text);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) && wait > 0 ? wait : null;
}

function reason(error: unknown): string {
  if (error instanceof Anthropic.APIConnectionTimeoutError) return 'the model’s service did not answer in time';
  if (error instanceof Anthropic.APIConnectionError) {
    return `the model’s service can't be reached${causeCode(error.cause)}`;
  }
  if (error instanceof Anthropic.APIError) {
    // The body of a proxy's error page is HTML: its status is enough.
    const own = error.apiMessage && maskSecrets(error.apiMessage.replace(/\s+/g, ' ')).slice(0, 300);
    return [error.status === undefined ? error.type : `${error.status} ${error.type ?? ''}`.trim(), own]
      .filter(Boolean)
      .join(': ');
  }
  if (error instanceof SyntaxError) return 'the answer was not readable';
  return error instanceof Error ? `the connection broke: ${error.message.slice(0, 200)}` : 'the connection broke';
}

/** ENOTFOUND, ECONNREFUSED …: the innermost code says what an operator needs. */
function causeCode(cause: unknown): string {
  for (
    let current = cause;
    typeof current === 'object' && current !== null;
    current = 'cause' in current ? current.cause : null
  ) {
    if ('code' in current && typeof current.code === 'string') return ` (${current.code})`;
  }
  return '';
}
