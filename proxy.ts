import { randomBytes } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { ADDRESS_HEADER } from './app/address-header';

/**
 * The content security policy of every page: nothing is loaded from, or sent to, another host, whatever a report says.
 * Permissions are not decided here (they are in the verbs of lib/).
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString('base64');
  const developing = process.env.NODE_ENV === 'development';
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${developing ? " 'unsafe-eval'" : ''}`,
    // CodeMirror and the primitives set styles from script; a style can load nothing (img-src, font-src).
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${developing ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy); // Next reads the nonce for its own scripts from here
  headers.set(ADDRESS_HEADER, addressOf(request)); // so that a sign-in leads back to exactly this page
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

/** Path and query of a page, without what Next adds for itself. */
function addressOf({ nextUrl }: NextRequest): string {
  const query = new URLSearchParams(nextUrl.search);
  query.delete('_rsc');
  return nextUrl.pathname + (query.size > 0 ? `?${query}` : '');
}

// The API is left out (its policy is in next.config): Next keeps a copy of each body that passes here.
export const config = { matcher: [{ source: '/((?!api/|_next/static|_next/image|favicon.ico).*)' }] };
