import { z } from 'zod';

/** Space-separated scopes, each in the characters of RFC 6749. */
export const Scopes = z
  .string()
  .trim()
  .max(2000)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+(?: +[\x21\x23-\x5b\x5d-\x7e]+)*$/, 'Scopes, separated by spaces.');

/**
 * Signs in by OAuth. `clientId` and `clientSecret`: of a manually registered application; without them Socdown
 * registers itself where the server allows it. A secret that is left out stays.
 */
export const OAuthInput = z.strictObject({
  clientId: z.string().trim().min(1).max(2000).optional(),
  clientSecret: z.string().min(1).max(10_000).optional(),
  /** Instead of what the server asks for. */
  scopes: Scopes.optional(),
});
export type OAuthInput = z.infer<typeof OAuthInput>;

/** The same as it is stored: the secret is among the secrets of the connection, by `OAUTH_SECRET`. */
export const StoredOAuth = z.object({
  clientId: z.string().nullable(),
  hasSecret: z.boolean(),
  scopes: z.string().nullable(),
});
export type StoredOAuth = z.infer<typeof StoredOAuth>;

/** No header has a name with spaces. */
export const OAUTH_SECRET = 'oauth client secret';

/** none: not signed in yet, or signed out. ended: by the authorization server; a person must sign in again. */
export const SignInView = z.object({
  state: z.enum(['none', 'signed_in', 'ended']),
  /** Who signed in here, and as which account there, where the server tells it. */
  by: z.string().nullable(),
  account: z.string().nullable(),
  since: z.string().nullable(),
  /** When the access token expires; it is renewed before, where `renews`. */
  expiresAt: z.string().nullable(),
  renews: z.boolean(),
  scopes: z.array(z.string()),
  /** What the server asked for beyond `scopes`: sign in again to grant it. */
  missingScopes: z.array(z.string()),
  issuer: z.string().nullable(),
  /** Of a manually registered application. */
  clientId: z.string().nullable(),
  hasSecret: z.boolean(),
  /** The scopes that an admin set. */
  askedScopes: z.string().nullable(),
});
export type SignInView = z.infer<typeof SignInView>;

/** What is stored of the authorization server: enough to redeem a code, to refresh and to revoke. */
export const ServerMetadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  response_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  /** Where tokens are revoked (RFC 7009), if anywhere, and how a client says who it is there. */
  revocation_endpoint: z.string().optional(),
  revocation_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  /** The resource indicator (RFC 8707): what the protected resource calls itself. */
  resource: z.string().optional(),
});
export type ServerMetadata = z.infer<typeof ServerMetadata>;

/** registered: manually. document: by the URL of our metadata. dynamic: Socdown registered itself. */
export const StoredClient = z.object({
  kind: z.enum(['registered', 'document', 'dynamic']),
  clientId: z.string(),
  method: z.string().optional(),
  redirectUrl: z.string(),
  /** The scopes that Socdown registered for. */
  scope: z.string().optional(),
  /** Seconds since 1970; Socdown registers again then. */
  expiresAt: z.number().optional(),
});
export type StoredClient = z.infer<typeof StoredClient>;
/** A client with its secret, in memory only. */
export type OAuthClient = StoredClient & { secret?: string | undefined };
