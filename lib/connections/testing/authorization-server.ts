import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, {
  type Adapter,
  type AdapterPayload,
  type Configuration,
  type InteractionResults,
} from 'oidc-provider';
import { type HttpTestServer, startHttpServer } from './mcp-server';

// A real authorization server (oidc-provider) and an MCP server that takes its tokens and nothing else.

export const REGISTERED = { clientId: 'registered-by-hand', clientSecret: 'canary-client-secret-1b8d' };
export const ACCOUNT = 'soc-reader@example.test';
const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp';

export type AuthorizationServer = {
  issuer: string;
  mcp: HttpTestServer;
  /** Answers of the token endpoint by grant type, in order. */
  grants: string[];
  /** Goes where a person's browser goes, consents or refuses, and gives the address that it is sent back to. */
  consent(authorizationUrl: string, choice?: 'allow' | 'refuse'): Promise<URL>;
  /** The tokens of these kinds are unknown from now on. */
  forget(...kinds: ('AccessToken' | 'RefreshToken')[]): void;
  /** How many tokens it knows. */
  tokens(): number;
  /** Everything that it is asked from now on fails. */
  fail(): void;
  /** What a token needs from now on. */
  requireScope(scope: string): void;
  close(): Promise<void>;
};

/** `registers`: programs may register themselves. */
type Options = { redirectUrl: string; registers?: boolean };

export async function startAuthorizationServer(options: Options): Promise<AuthorizationServer> {
  const web = http.createServer();
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(web.address() as AddressInfo).port}`; // listening on TCP
  const state = { refusing: false, failing: false, mcpUrl: '', scope: 'alerts:read' };
  const stored = new Map<string, AdapterPayload>();
  const grants: string[] = [];
  const provider = new Provider(issuer, configuration(options, stored));
  provider.on('grant.success', ({ oidc }) => grants.push(String(oidc.params?.grant_type)));
  provider.on('grant.error', ({ oidc }) => grants.push(`${oidc.params?.grant_type} refused`));

  const interact = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const finish = (result: InteractionResults) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
    if (state.refusing) return finish({ error: 'access_denied', error_description: 'The person said no.' });
    const { params, prompt } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') return finish({ login: { accountId: ACCOUNT } });
    const grant = new provider.Grant({ accountId: ACCOUNT, clientId: String(params.client_id) });
    grant.addOIDCScope('openid offline_access');
    grant.addResourceScope(state.mcpUrl, String(params.scope ?? ''));
    return finish({ consent: { grantId: await grant.save() } });
  };
  const answer = provider.callback();
  web.on('request', (request, response) => {
    if (state.failing) response.writeHead(500).end();
    else if (request.url?.startsWith('/interaction/')) void interact(request, response);
    else void answer(request, response);
  });

  const mcp = await startHttpServer({ tools: [{ name: 'search' }], intercept: tokenCheck(provider, state) });
  state.mcpUrl = mcp.url;

  return {
    issuer,
    mcp,
    grants,
    consent(authorizationUrl, choice = 'allow') {
      state.refusing = choice === 'refuse';
      return browse(authorizationUrl, options.redirectUrl);
    },
    forget(...kinds) {
      for (const key of stored.keys()) if (kinds.some((kind) => key.startsWith(`${kind}:`))) stored.delete(key);
    },
    tokens: () => [...stored.keys()].filter((key) => /^(?:Access|Refresh)Token:/.test(key)).length,
    fail() {
      state.failing = true;
    },
    requireScope(scope) {
      state.scope = scope;
    },
    async close() {
      await mcp.close();
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
    },
  };
}

/** Lets a request to the MCP server through if its token is meant for it; else says where one can be had. */
function tokenCheck(
  provider: Provider,
  state: { mcpUrl: string; scope: string },
): (request: http.IncomingMessage, response: http.ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (request.url === METADATA_PATH) {
      const resource = { resource: state.mcpUrl, authorization_servers: [provider.issuer] };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...resource, scopes_supported: ['alerts:read'] }));
      return true;
    }
    if (request.url !== '/mcp') return false;
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const token = bearer ? await provider.AccessToken.find(bearer) : undefined;
    const isMeant = token !== undefined && !token.isExpired && token.aud === state.mcpUrl;
    if (isMeant && token.scope?.split(' ').includes(state.scope)) return false;
    const challenge = isMeant
      ? `Bearer error="insufficient_scope", scope="${state.scope}"`
      : `Bearer resource_metadata="${new URL(METADATA_PATH, state.mcpUrl)}", scope="alerts:read"`;
    response.writeHead(isMeant ? 403 : 401, { 'www-authenticate': challenge }).end();
    return true;
  };
}

function configuration({ redirectUrl, registers = true }: Options, stored: Map<string, AdapterPayload>): Configuration {
  return {
    adapter: (kind: string) => adapter(kind, stored),
    clients: [
      {
        client_id: REGISTERED.clientId,
        client_secret: REGISTERED.clientSecret,
        redirect_uris: [redirectUrl],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    clientDefaults: { grant_types: ['authorization_code', 'refresh_token'] },
    cookies: { keys: ['a key of a test'] },
    scopes: ['openid', 'offline_access'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    ttl: { AccessToken: 3600, Grant: 86_400, Interaction: 600, Session: 600, IdToken: 600, RefreshToken: 86_400 },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: registers },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => false,
        getResourceServerInfo: (_, resource) => ({
          scope: 'alerts:read alerts:write',
          audience: resource,
          accessTokenTTL: 3600,
          accessTokenFormat: 'opaque',
        }),
      },
    },
  };
}

/** Keeps everything in one map, so that a test can take it away. */
function adapter(kind: string, stored: Map<string, AdapterPayload>): Adapter {
  const at = (id: string) => `${kind}:${id}`;
  return {
    upsert: async (id, payload) => void stored.set(at(id), payload),
    find: async (id) => stored.get(at(id)),
    findByUid: async (uid) => [...stored.values()].find((payload) => payload.uid === uid),
    findByUserCode: async () => undefined,
    consume: async (id) => {
      const payload = stored.get(at(id));
      if (payload) stored.set(at(id), { ...payload, consumed: Math.floor(Date.now() / 1000) });
    },
    destroy: async (id) => void stored.delete(at(id)),
    revokeByGrantId: async (grantId) => {
      for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key);
    },
  };
}

/** A browser without a screen: follows redirects with its cookies, up to the address that is ours. */
export async function browse(start: string, end: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let at = new URL(start);
  for (let steps = 0; steps < 20; steps += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = response.headers.get('location');
    if (!location) throw new Error(`${at} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
    at = new URL(location, at);
    if (at.href.startsWith(`${end}?`)) return at;
  }
  throw new Error('The browser was sent around.');
}
