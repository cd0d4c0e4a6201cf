import { createHash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { z } from 'zod';
import { oauthFetch } from '../connections/oauth/oauth-fetch';
import { checkUrl } from '../connections/outbound-address';
import { AppError } from '../errors/app-error';
import { log } from '../log/log';
import type { StoredSso } from './schema';

/** How long a provider's keys are kept, and its metadata for a sign-out. */
const KEPT_MS = 10 * 60_000;
/** A logout token comes from anybody: what it says makes us ask the provider no more often than this. */
const REFETCH_MS = 60_000;
/** Signatures with a public key alone: with the client's secret as the key, whoever knows it could sign. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().optional(),
  end_session_endpoint: z.string().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});
export type Metadata = z.infer<typeof Metadata>;
const Tokens = z.object({ id_token: z.string(), access_token: z.string().optional() });
export type Claims = JWTPayload & { sub: string };

type Where = Pick<StoredSso, 'issuer' | 'allowInternal'>;
const kept = new Map<string, { at: number; value: unknown }>();

/**
 * The provider's metadata. Its issuer must be the one that was asked for, to the letter.
 * @throws AppError sso_failed, naming what is wrong; address_refused
 */
export async function discover({ issuer, allowInternal }: Where, maxAgeMs = 0): Promise<Metadata> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const metadata = Metadata.safeParse(await readKept(url, allowInternal, maxAgeMs)).data;
  if (!metadata) throw failed(`${url} is not the metadata of an OpenID Connect provider.`);
  if (metadata.issuer !== issuer) throw failed(`The provider’s issuer is ${metadata.issuer}. Enter that.`);
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint, end_session_endpoint } = metadata;
  for (const address of [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint, end_session_endpoint])
    if (address !== undefined) checkUrl(address, allowInternal);
  return metadata;
}

/** Where the person's browser goes. `challenge`: of PKCE, from `verifier`. */
export function authorizationUrl(
  metadata: Metadata,
  sso: StoredSso,
  values: { redirectUrl: string; state: string; nonce: string; verifier: string },
): string {
  const url = new URL(metadata.authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: sso.clientId,
    redirect_uri: values.redirectUrl,
    scope: sso.scopes,
    state: values.state,
    nonce: values.nonce,
    code_challenge: createHash('sha256').update(values.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Exchanges the code and checks the ID token: signature by the provider's keys, issuer, audience, time, nonce. Claims that the
 * token leaves out come from the provider's userinfo, of the same subject.
 * @throws AppError sso_failed; no error holds anything of an answer
 */
export async function exchange(
  sso: StoredSso,
  given: { code: string; redirectUrl: string; verifier: string; nonce: string; secret: string | null },
): Promise<{ claims: Claims; idToken: string }> {
  const metadata = await discover(sso);
  const tokens = await requestTokens(metadata, sso, given);
  const claims = await verifyToken(metadata, sso, tokens.id_token, given.nonce);
  const isMissing = claims.email === undefined || (sso.groups.length > 0 && claims[sso.groupsClaim] === undefined);
  if (!isMissing || !metadata.userinfo_endpoint || !tokens.access_token) return { claims, idToken: tokens.id_token };
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const more = await readJson(metadata.userinfo_endpoint, sso.allowInternal, headers).catch(() => null);
  const isOfSame = typeof more === 'object' && more !== null && (more as { sub?: unknown }).sub === claims.sub;
  return { claims: isOfSame ? { ...(more as object), ...claims } : claims, idToken: tokens.id_token };
}

/** Where the browser goes to end the session at the provider too; null where it offers none, or can't be reached. */
export async function endSessionUrl(sso: StoredSso, idToken: string, returnTo: string): Promise<string | null> {
  const metadata = await discover(sso).catch(() => null);
  if (!metadata?.end_session_endpoint) return null;
  const url = new URL(metadata.end_session_endpoint);
  url.searchParams.set('id_token_hint', idToken);
  url.searchParams.set('client_id', sso.clientId);
  url.searchParams.set('post_logout_redirect_uri', returnTo);
  return url.href;
}

async function requestTokens(
  metadata: Metadata,
  sso: StoredSso,
  given: { code: string; redirectUrl: string; verifier: string; secret: string | null },
) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: given.code,
    redirect_uri: given.redirectUrl,
    code_verifier: given.verifier,
    client_id: sso.clientId,
  });
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' });
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  if (given.secret !== null && methods.includes('client_secret_basic')) {
    // RFC 6749, 2.3.1: both are form-encoded first.
    const pair = [sso.clientId, given.secret].map((text) => new URLSearchParams({ x: text }).toString().slice(2));
    headers.set('authorization', `Basic ${Buffer.from(pair.join(':')).toString('base64')}`);
  } else if (given.secret !== null) body.set('client_secret', given.secret);
  const response = await oauthFetch(sso.allowInternal)(metadata.token_endpoint, { method: 'POST', headers, body });
  const answer: unknown = await response.json().catch(() => null);
  const tokens = response.ok ? Tokens.safeParse(answer).data : undefined;
  if (tokens) return tokens;
  const code = (answer as { error?: unknown } | null)?.error;
  const known = typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? ` (${code})` : '';
  throw failed(`The provider refused the code${known}. Check client ID, secret and redirect address.`);
}

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A logout token is used at once; an older one was kept by somebody. */
const LOGOUT_AGE_S = 600;

/** What a logout token names: a session at the provider, a person, or both. */
export type Logout = { sid: string | null; sub: string | null; issuedAt: Date };

/**
 * Checks a token of OpenID Connect Back-Channel Logout 1.0: signed by the provider for us, lately, about a logout, and no ID token.
 * @throws AppError sso_failed
 */
export async function verifyLogoutToken(sso: StoredSso, token: string): Promise<Logout> {
  const metadata = await discover(sso, KEPT_MS);
  try {
    const { sid, sub, iat, nonce, events } = await verifySigned(metadata, sso, token, {
      requiredClaims: ['iat', 'jti', 'events'],
      maxTokenAge: LOGOUT_AGE_S,
      refetchMs: REFETCH_MS,
    });
    const isAbout = (claim: unknown) => typeof claim === 'string' && claim !== '';
    const event = (events as Record<string, unknown> | null)?.[LOGOUT_EVENT];
    if (typeof event !== 'object' || event === null || nonce !== undefined || !(isAbout(sid) || isAbout(sub)))
      throw new Error('events, nonce, sid or sub');
    return {
      sid: isAbout(sid) ? String(sid) : null,
      sub: isAbout(sub) ? String(sub) : null,
      issuedAt: new Date((iat ?? 0) * 1000),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    log.warn({ reason: (error as { code?: string }).code ?? 'claims' }, 'logout token refused');
    throw failed('The logout token is not one of the provider’s for this client.');
  }
}

/** @throws whatever jose throws; AppError sso_failed when the keys can't be read */
async function verifySigned(
  metadata: Metadata,
  sso: StoredSso,
  token: string,
  { refetchMs = 0, ...options }: JWTVerifyOptions & { refetchMs?: number },
): Promise<JWTPayload> {
  const check = async (maxAgeMs: number) => {
    const keys = (await readKept(metadata.jwks_uri, sso.allowInternal, maxAgeMs)) as JSONWebKeySet; // jose checks it
    return jwtVerify(token, createLocalJWKSet(keys), {
      issuer: metadata.issuer,
      audience: sso.clientId,
      algorithms: ALGORITHMS,
      clockTolerance: 60,
      ...options,
    });
  };
  // A provider may have changed its keys since they were kept.
  const { payload } = await check(KEPT_MS).catch((error: { code?: string }) => {
    if (error.code !== 'ERR_JWKS_NO_MATCHING_KEY') throw error;
    return check(refetchMs);
  });
  return payload;
}

async function verifyToken(metadata: Metadata, sso: StoredSso, idToken: string, nonce: string): Promise<Claims> {
  try {
    const payload = await verifySigned(metadata, sso, idToken, { requiredClaims: ['sub', 'exp', 'iat', 'nonce'] });
    const { sub, azp } = payload;
    const isForUs = azp === undefined ? !Array.isArray(payload.aud) || payload.aud.length === 1 : azp === sso.clientId;
    if (typeof sub !== 'string' || sub === '' || payload.nonce !== nonce || !isForUs)
      throw new Error('nonce, sub or azp');
    return { ...payload, sub };
  } catch (error) {
    if (error instanceof AppError) throw error;
    log.warn({ reason: (error as { code?: string }).code ?? 'claims' }, 'ID token refused');
    throw failed('The provider’s ID token is not valid for this sign-in.');
  }
}

async function readKept(url: string, allowInternal: boolean, maxAgeMs: number): Promise<unknown> {
  const found = kept.get(url);
  if (found && Date.now() - found.at < maxAgeMs) return found.value;
  const value = await readJson(url, allowInternal);
  if (kept.size > 3) kept.clear(); // one provider at a time
  kept.set(url, { at: Date.now(), value });
  return value;
}

async function readJson(url: string, allowInternal: boolean, headers: Record<string, string> = {}): Promise<unknown> {
  checkUrl(url, allowInternal);
  let response: Response;
  try {
    response = await oauthFetch(allowInternal)(url, { headers: { accept: 'application/json', ...headers } });
  } catch (error) {
    throw error instanceof AppError && error.reason === 'address_refused'
      ? error
      : failed(`${new URL(url).origin} can’t be reached.`);
  }
  if (!response.ok) throw failed(`${url} answers ${response.status}.`);
  return response.json().catch(() => {
    throw failed(`${url} doesn’t answer JSON.`);
  });
}

const failed = (what: string): AppError => new AppError('sso_failed', what);
