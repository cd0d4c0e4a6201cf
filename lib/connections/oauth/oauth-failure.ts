import { InsecureTokenEndpointError, OAuthError } from '@modelcontextprotocol/client';
import { AppError } from '../../errors/app-error';

/** The codes of RFC 6749, 7591, 8707 and 9126: our own texts, so they may be shown. */
const KNOWN_CODES =
  /^(?:invalid_(?:request|client|grant|scope|target|token|redirect_uri|client_metadata)|unauthorized_client|unsupported_(?:grant|response|token)_type|access_denied|server_error|temporarily_unavailable|too_many_requests|consent_required|login_required|interaction_required|account_selection_required)$/;

/** A code that a server gave, if it is one that we know. */
export const knownCode = (code: unknown): string | null =>
  typeof code === 'string' && KNOWN_CODES.test(code) ? code : null;

/**
 * Why a request to the authorization server failed. Nothing of its answer is passed on, not even as a cause: a server may repeat
 * tokens in its errors, and errors are logged.
 */
export function oauthFailure(issuer: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const origin = new URL(issuer).origin;
  if (error instanceof InsecureTokenEndpointError)
    return new AppError('sign_in_failed', `${origin} accepts tokens without TLS. Socdown doesn't send any there.`);
  const code = error instanceof OAuthError ? knownCode(error.code) : null;
  return new AppError(
    'sign_in_failed',
    code
      ? `${origin} refused the request for a token (${code}). ${ADVICE[code] ?? 'Sign in again.'}`
      : `${origin} gave an answer to the request for a token that can’t be used.`,
  );
}

const ADVICE: Record<string, string> = {
  invalid_client: 'Check the client ID and secret.',
  unauthorized_client: 'Check what the application is allowed to do there.',
  invalid_scope: 'Check the scopes.',
  invalid_target: 'It doesn’t issue tokens for this server.',
  temporarily_unavailable: 'Try again later.',
  server_error: 'Try again later.',
};
