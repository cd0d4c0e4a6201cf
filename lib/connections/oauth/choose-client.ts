import { isStrictScopeSuperset, RegistrationRejectedError, registerClient } from '@modelcontextprotocol/client';
import { env } from '../../env/env';
import { AppError } from '../../errors/app-error';
import type { Discovered } from './discover';
import { knownCode } from './oauth-failure';
import type { OAuthClient, ServerMetadata, StoredOAuth } from './schema';

/** Where the authorization server sends people back to, below the address of this installation. */
export const CALLBACK_PATH = '/api/oauth/callback';
/** The document that names us to servers that take a URL as client id. */
export const CLIENT_DOCUMENT_PATH = '/api/oauth/client.json';

/** How Socdown presents itself: in a registration and in its document. */
export const clientMetadata = (redirectUrl: string) => ({
  client_name: 'Socdown',
  redirect_uris: [redirectUrl],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(redirectUrl).hostname) ? 'native' : 'web',
});

/**
 * The client to sign in with: registered manually, else the one that was registered here before, else our document, else a new
 * registration.
 * @throws AppError oauth_client_required when the server accepts only manually registered clients; sign_in_failed
 */
export async function chooseClient(
  found: Discovered,
  { configured, secret, before, redirectUrl, scope }: Choice,
  fetchFn: typeof fetch,
): Promise<OAuthClient> {
  const { server, registration } = found;
  if (configured.clientId) return { kind: 'registered', clientId: configured.clientId, secret, redirectUrl };
  if (before && isUsable(before, redirectUrl, scope)) return before;
  const { PUBLIC_URL } = env();
  if (PUBLIC_URL?.startsWith('https:') && registration.client_id_metadata_document_supported)
    return { kind: 'document', clientId: new URL(CLIENT_DOCUMENT_PATH, PUBLIC_URL).href, redirectUrl };
  if (!registration.registration_endpoint)
    throw new AppError(
      'oauth_client_required',
      `${new URL(server.issuer).origin} accepts registered applications only. Register one with the redirect URL ${redirectUrl}, and enter its client ID and secret here.`,
    );
  return register(server, registration.registration_endpoint, redirectUrl, scope, fetchFn);
}

/** Registers Socdown as a client, for the scopes if the server accepts them there. */
async function register(
  server: ServerMetadata,
  registration_endpoint: string,
  redirectUrl: string,
  scope: string | undefined,
  fetchFn: typeof fetch,
): Promise<OAuthClient> {
  const metadata = clientMetadata(redirectUrl);
  const methods = server.token_endpoint_auth_methods_supported ?? ['none'];
  // A public client, unless the server has none.
  const method = ['none', 'client_secret_basic', 'client_secret_post'].find((one) => methods.includes(one)) ?? 'none';
  try {
    const made = await registerClient(server.issuer, {
      metadata: { ...server, registration_endpoint },
      clientMetadata: { ...metadata, token_endpoint_auth_method: method },
      ...(scope ? { scope } : {}),
      fetchFn,
    });
    return {
      kind: 'dynamic',
      clientId: made.client_id,
      redirectUrl,
      ...(scope ? { scope } : {}),
      ...(made.client_secret ? { secret: made.client_secret } : {}),
      method: made.token_endpoint_auth_method ?? method,
      ...(made.client_secret_expires_at ? { expiresAt: made.client_secret_expires_at } : {}),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof RegistrationRejectedError ? codeOf(error.body) : null;
    // Some servers know the scopes of a resource only when they are asked for.
    if (code === 'invalid_client_metadata' && scope)
      return register(server, registration_endpoint, redirectUrl, undefined, fetchFn);
    throw new AppError(
      'sign_in_failed',
      `${new URL(server.issuer).origin} refused to register Socdown${code ? ` (${code})` : ''}. Register an application there with the redirect URL ${redirectUrl}, and enter its client ID and secret here.`,
    );
  }
}

function codeOf(body: string): string | null {
  try {
    return knownCode(JSON.parse(body).error);
  } catch {
    return null;
  }
}

type Choice = {
  configured: StoredOAuth;
  secret: string | undefined;
  /** What this connection was registered as before, with this issuer. */
  before: OAuthClient | null;
  redirectUrl: string;
  scope: string | undefined;
};

const isUsable = (client: OAuthClient, redirectUrl: string, scope: string | undefined): boolean =>
  client.kind === 'dynamic' &&
  client.redirectUrl === redirectUrl &&
  // A server may hold a client to the scopes that it registered for.
  (client.scope === undefined || !isStrictScopeSuperset(scope, client.scope)) &&
  (client.expiresAt === undefined || client.expiresAt * 1000 > Date.now() + 60_000);

/** A client in the form of the SDK. */
export const clientInformation = ({ clientId, secret, method }: OAuthClient) => ({
  client_id: clientId,
  ...(secret === undefined ? {} : { client_secret: secret }),
  ...(method === undefined ? {} : { token_endpoint_auth_method: method }),
});
