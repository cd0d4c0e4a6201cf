import {
  type AuthorizationServerMetadata,
  checkResourceAllowed,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  IssuerMismatchError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { AppError } from '../../errors/app-error';
import { shakeHands } from '../connection';
import { checkUrl } from '../outbound-address';
import { isSameSite } from './same-site';
import { Scopes, ServerMetadata } from './schema';

/** The server may take as long as any answer of a sign-in (oauth-fetch). */
const PROBE_MS = 15_000;

export type Discovered = {
  server: ServerMetadata;
  /** Where Socdown can register itself, or how it may be named by a document. */
  registration: Pick<AuthorizationServerMetadata, 'registration_endpoint' | 'client_id_metadata_document_supported'>;
  /** What the server asks for: of its challenge, else of its metadata. */
  scopes: string | undefined;
  offersOfflineAccess: boolean;
};

/**
 * Finds out where a server's people sign in, and whether that is to be trusted: protected-resource metadata (the challenge's
 * address, then the well-known ones), then the metadata of its authorization server (RFC 8414, then OpenID Connect).
 * `pkceUnlisted`: a server that is known to check S256 though its metadata doesn't say so.
 * @throws AppError sign_in_failed, saying what is wrong and whose it is; address_refused.
 */
export async function discover(
  url: URL,
  allowInternal: boolean,
  fetchFn: typeof fetch,
  pkceUnlisted = false,
): Promise<Discovered> {
  const challenge = await readChallenge(url, fetchFn);
  const resource = await readResource(url, challenge.resourceMetadataUrl, fetchFn);
  const issuer = resource?.authorization_servers?.[0] ?? new URL('/', url).href;
  checkUrl(issuer, allowInternal);
  const metadata = await readServer(issuer, fetchFn);
  checkServer(metadata, allowInternal, pkceUnlisted);
  const { registration_endpoint, client_id_metadata_document_supported } = metadata;
  return {
    server: ServerMetadata.parse({ ...metadata, resource: resource?.resource }),
    registration: { registration_endpoint, client_id_metadata_document_supported },
    scopes: asScopes(challenge.scope) ?? asScopes(resource?.scopes_supported?.join(' ')),
    offersOfflineAccess: metadata.scopes_supported?.includes('offline_access') === true,
  };
}

/** Scopes are outside text; what isn't written like scopes is dropped. */
export const asScopes = (text: string | undefined): string | undefined => Scopes.safeParse(text ?? '').data;

type Challenge = ReturnType<typeof extractWWWAuthenticateParams>;

/**
 * How the server answers an anonymous client that connects and lists its tools, in either protocol: some let anonymous clients connect
 * and ask for a sign-in later. One that lets strangers list its tools has no challenge.
 */
async function readChallenge(url: URL, fetchFn: typeof fetch): Promise<Challenge> {
  let challenge: Challenge | undefined;
  let failure: unknown;
  const watched: typeof fetch = async (input, init) => {
    if ((init?.method ?? 'GET') === 'GET') return new Response(null, { status: 405 }); // no stream of notices
    const response = await fetchFn(input, init).catch((error: unknown) => {
      failure ??= error;
      throw error;
    });
    if (response.status === 401) challenge ??= extractWWWAuthenticateParams(response);
    return response;
  };
  const transport = new StreamableHTTPClientTransport(url, { fetch: watched });
  try {
    const { client, close } = await shakeHands(url.host, transport, { mode: 'auto', startMs: PROBE_MS });
    await client.listTools(undefined, { timeout: PROBE_MS }).catch(() => {}); // refused, as it should be
    await transport.terminateSession().catch(() => {});
    await close();
  } catch {
    // Refused, or no MCP server: what was heard until then counts.
  }
  if (challenge === undefined && failure !== undefined) throw failure;
  return challenge ?? {};
}

/** undefined: a server from before protected-resource metadata; it is its own authorization server. */
async function readResource(url: URL, metadataUrl: URL | undefined, fetchFn: typeof fetch) {
  const resource = await discoverOAuthProtectedResourceMetadata(
    url,
    metadataUrl ? { resourceMetadataUrl: metadataUrl } : {},
    fetchFn,
  ).catch((error: unknown) => {
    if (error instanceof AppError) throw error;
    if (metadataUrl) throw failed(metadataUrl, 'does not give the metadata that the server points to');
    return undefined;
  });
  if (resource && !checkResourceAllowed({ requestedResource: url, configuredResource: resource.resource }))
    throw failed(url, 'names another server in its metadata. Nobody was asked to sign in');
  return resource;
}

async function readServer(issuer: string, fetchFn: typeof fetch): Promise<AuthorizationServerMetadata> {
  const metadata = await discoverAuthorizationServerMetadata(issuer, { fetchFn }).catch((error: unknown) => {
    if (error instanceof AppError) throw error;
    if (error instanceof IssuerMismatchError)
      throw failed(issuer, 'gives the metadata of another issuer. Nobody was asked to sign in');
    throw failed(issuer, 'gives metadata that can’t be used');
  });
  if (!metadata) throw failed(issuer, 'has no metadata of an authorization server. Use a token instead');
  return metadata;
}

/** What the SDK doesn't check: endpoints, PKCE, and whether a mix-up would be noticed. */
function checkServer(metadata: AuthorizationServerMetadata, allowInternal: boolean, pkceUnlisted: boolean): void {
  const { issuer, authorization_endpoint, token_endpoint, code_challenge_methods_supported: methods } = metadata;
  checkUrl(authorization_endpoint, allowInternal);
  checkUrl(token_endpoint, allowInternal);
  if (methods ? !methods.includes('S256') : !pkceUnlisted) throw failed(issuer, 'does not support PKCE with S256');
  if (!metadata.response_types_supported.includes('code')) throw failed(issuer, 'does not support sign-in by code');
  // A hostile server could send people to an honest one and have the code brought to itself. `iss` in the answer shows that;
  // where it is not promised, both must be of one site.
  if (metadata.authorization_response_iss_parameter_supported !== true && !isSameSite(issuer, authorization_endpoint))
    throw failed(issuer, `sends people to another site (${new URL(authorization_endpoint).host}) to sign in`);
}

function failed(whose: URL | string, what: string): AppError {
  return new AppError('sign_in_failed', `${new URL(whose).origin} ${what}.`);
}
