import {
  InsufficientScopeError,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
} from '@modelcontextprotocol/client';
import { errorMessage } from '../errors/app-error';

/** What servers say of a session that they don't know, in any status or in the stream. */
const UNKNOWN_SESSION =
  /\bsession\b.{0,40}\b(?:not found|expired|unknown|invalid|terminated|missing)|(?:invalid|unknown|expired|no valid) session|server not initialized/i;

/**
 * Whether the server lost the session, or was restarted: the call was not processed, or its answer is gone. A new session may
 * answer.
 */
export function isLost(error: unknown): boolean {
  if (error instanceof SdkHttpError)
    return error.status === 404 || (error.status === 400 && UNKNOWN_SESSION.test(error.message));
  if (error instanceof ProtocolError) return UNKNOWN_SESSION.test(error.message);
  if (error instanceof SdkError)
    return error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.NotConnected;
  return /ECONNREFUSED|ECONNRESET|EPIPE|socket hang up|ended in the middle/.test(errorMessage(error));
}

export const isTimeout = (error: unknown): boolean =>
  error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;

/** Why a call failed and what to do, for a person: one line without control characters, whatever the server sent. */
export function callFailure(error: unknown): string {
  if (error instanceof InsufficientScopeError) return missingScope(error);
  if (error instanceof SdkHttpError) return httpFailure(error) ?? said(error);
  if (error instanceof SdkError && isLost(error)) return 'the server ended; it is started again by the next call.';
  return said(error);
}

/** The same of a server that could not be reached, or that did not answer as an MCP server. */
export function connectFailure(error: unknown, waitedMs: number): string {
  if (error instanceof SdkHttpError) return httpFailure(error) ?? said(error);
  if (isTimeout(error)) return `no answer within ${Math.round(waitedMs / 1000)} s.`;
  const cause = error instanceof SdkError && error.cause instanceof Error ? error.cause : error;
  const isUnusable =
    /unusable reply/.test(errorMessage(error)) || (cause instanceof Error && cause.name === 'ZodError');
  if (isUnusable) return 'what answers there is not an MCP server. Check the address in Settings, Connections.';
  if (/socket hang up|ECONNRESET|other side closed/.test(errorMessage(cause)))
    return 'the server closed the connection without an answer.';
  return said(cause);
}

/** What to do about a permission that the sign-in doesn't have (step-up). The name of the scope is outside text. */
export function missingScope({ requiredScope = '' }: InsufficientScopeError): string {
  const scope = /^[\x21-\x7e ]{1,200}$/.test(requiredScope) ? ` (${requiredScope})` : '';
  return `the server wants a permission that the sign-in doesn’t have${scope}. An admin can grant it under Settings, Connections: sign in again.`;
}

function httpFailure(error: SdkHttpError): string | null {
  const { status, message } = error;
  const redirect = /^.*?Redirect to (\S+) not followed/.exec(message);
  if (redirect)
    return `the server redirects to ${redirect[1]}, and redirects are not followed. If that is the right address, an admin can enter it.`;
  if (status === 401)
    return 'the server refuses the token (401). It may have expired: an admin can enter a new one, or sign in again.';
  if (status === 403) return 'the server does not permit this with the token it was given (403).';
  if (status === 404) return 'the server does not know this address or session (404).';
  if (status === 429) return 'the server’s rate limit is reached (429). Try again later, with fewer calls.';
  if (status !== undefined && status >= 500) {
    const text = said(error);
    return `the server failed (${status})${text ? `: ${text}` : '. Try again later.'}`;
  }
  return null;
}

/** What an error says, without what the protocol's library puts before it, and without the page that a gateway answered. */
function said(error: unknown): string {
  const text = errorMessage(error)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/^Version negotiation (?:probe )?failed: (?:the server answered the probe with HTTP \d+)?/, '')
    .replace(/^Error POSTing to endpoint(?: \(HTTP \d+\))?: ?/, '')
    .trim();
  return text.startsWith('<') ? '' : text;
}
