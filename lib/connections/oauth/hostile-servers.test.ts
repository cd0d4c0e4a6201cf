import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../../auth/guard';
import { testActor } from '../../auth/testing';
import { db } from '../../db/client';
import { testDatabase } from '../../db/testing';
import { AppError } from '../../errors/app-error';
import { log } from '../../log/log';
import { addConnection } from '../manage-connections';
import { getConnection } from '../read-connections';
import { finishSignIn } from './finish-sign-in';
import { isSameSite } from './same-site';
import { startSignIn } from './start-sign-in';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
testDatabase();

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown };
/** A server that answers as a test tells it: it is MCP server and authorization server at once. */
let answers: Record<string, Answer | ((body: string) => Answer)> = {};
let seen: string[] = [];
let admin: Actor;
let base = '';
const REDIRECT = 'http://localhost/api/oauth/callback';
const CANARIES = ['canary-access-77c1', 'canary-refresh-03bd', 'canary-code-5ae0'];

const web = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const path = new URL(request.url ?? '/', base).pathname;
  seen.push(`${request.method} ${path}`);
  const entry = answers[path] ?? { status: 404 };
  const answer = typeof entry === 'function' ? entry(body) : entry;
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(text);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`; // listening on TCP
  admin = await testActor('admin');
});
afterAll(() => {
  web.closeAllConnections();
  web.close();
});
beforeEach(() => {
  seen = [];
  answers = good();
});

const RESOURCE = '/.well-known/oauth-protected-resource/mcp';
const SERVER = '/.well-known/oauth-authorization-server';
const metadata = (change: object = {}) => ({
  issuer: base,
  authorization_endpoint: `${base}/authorize`,
  token_endpoint: `${base}/token`,
  registration_endpoint: `${base}/register`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  ...change,
});
const good = (): typeof answers => ({
  '/mcp': { status: 401, headers: { 'www-authenticate': `Bearer resource_metadata="${base}${RESOURCE}"` } },
  [RESOURCE]: { body: { resource: `${base}/mcp`, authorization_servers: [base] } },
  [SERVER]: { body: metadata() },
  '/register': { status: 201, body: { client_id: 'us', redirect_uris: [REDIRECT] } },
  '/token': { body: { access_token: CANARIES[0], refresh_token: CANARIES[1], token_type: 'Bearer', expires_in: 60 } },
});

let counter = 0;
async function connect(): Promise<string> {
  counter += 1;
  const target = { kind: 'http' as const, url: `${base}/mcp`, allowInternal: true };
  return (await addConnection(admin, { name: `odd-${counter}`, target, oauth: {} })).id;
}
const begin = async (id?: string) => startSignIn(admin, id ?? (await connect()), REDIRECT);
const failure = async (run: Promise<unknown>): Promise<AppError> => {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError; // expected above
};
async function finish(change: object = {}) {
  const id = await connect();
  const state = new URL((await begin(id)).authorizationUrl).searchParams.get('state') ?? '';
  return { id, done: finishSignIn(admin, { state, code: CANARIES[2], ...change }) };
}

it('signs in with a server that does everything right', async () => {
  const { id, done } = await finish();
  await done;
  expect((await getConnection(admin, id)).signIn?.state).toBe('signed_in');
});

const huge = 'x'.repeat(300_000);
const to = (location: string): Answer => ({ status: 302, headers: { location } });
it.each<[string, () => typeof answers, string, RegExp]>([
  [
    'an authorization endpoint that is a script',
    () => ({ [SERVER]: { body: metadata({ authorization_endpoint: 'javascript:alert(1)' }) } }),
    'sign_in_failed',
    /can’t be used/,
  ],
  [
    'a data URL as authorization endpoint',
    () => ({ [SERVER]: { body: metadata({ authorization_endpoint: 'data:text/html,x' }) } }),
    'sign_in_failed|address_refused',
    /can’t be used|refused/,
  ],
  [
    'metadata of another issuer',
    () => ({ [SERVER]: { body: metadata({ issuer: 'https://login.example.com' }) } }),
    'sign_in_failed',
    /another issuer/,
  ],
  [
    'an authorization endpoint of another site',
    () => ({ [SERVER]: { body: metadata({ authorization_endpoint: 'https://login.example.com/authorize' }) } }),
    'sign_in_failed',
    /another site \(login\.example\.com\)/,
  ],
  [
    'a token endpoint at the metadata service',
    () => ({ [SERVER]: { body: metadata({ token_endpoint: 'http://169.254.169.254/token' }) } }),
    'address_refused',
    /linkLocal/,
  ],
  [
    'protected-resource metadata at the metadata service',
    () => ({
      '/mcp': {
        status: 401,
        headers: { 'www-authenticate': 'Bearer resource_metadata="http://169.254.169.254/latest"' },
      },
    }),
    'address_refused',
    /linkLocal/,
  ],
  [
    'an authorization server at the metadata service',
    () => ({ [RESOURCE]: { body: { resource: `${base}/mcp`, authorization_servers: ['http://169.254.169.254'] } } }),
    'address_refused',
    /linkLocal/,
  ],
  [
    'a registration at the metadata service',
    () => ({ [SERVER]: { body: metadata({ registration_endpoint: 'http://169.254.169.254/register' }) } }),
    'address_refused',
    /linkLocal/,
  ],
  [
    'the metadata of another resource',
    () => ({ [RESOURCE]: { body: { resource: 'https://mcp.example.com/mcp', authorization_servers: [base] } } }),
    'sign_in_failed',
    /names another server/,
  ],
  ['a huge document of the resource', () => ({ [RESOURCE]: { body: huge } }), 'sign_in_failed', /too large/],
  ['a huge document of the authorization server', () => ({ [SERVER]: { body: huge } }), 'sign_in_failed', /too large/],
  ['a huge challenge', () => ({ '/mcp': { status: 401, body: huge } }), 'sign_in_failed', /too large/],
  [
    'metadata by redirect',
    () => ({ [SERVER]: to('/elsewhere'), '/elsewhere': { body: metadata() } }),
    'sign_in_failed',
    /has no metadata/,
  ],
  [
    'a registration by redirect',
    () => ({ '/register': to('/elsewhere'), '/elsewhere': { body: { client_id: 'x', redirect_uris: [] } } }),
    'sign_in_failed',
    /redirect, which is refused/,
  ],
  [
    'no PKCE with S256',
    () => ({ [SERVER]: { body: metadata({ code_challenge_methods_supported: ['plain'] }) } }),
    'sign_in_failed',
    /PKCE/,
  ],
  [
    'no mention of PKCE',
    () => ({ [SERVER]: { body: metadata({ code_challenge_methods_supported: undefined }) } }),
    'sign_in_failed',
    /PKCE/,
  ],
  ['no metadata at all', () => ({ [SERVER]: { status: 404 } }), 'sign_in_failed', /has no metadata/],
  ['a page instead of metadata', () => ({ [SERVER]: { body: '<html>' } }), 'sign_in_failed', /can’t be used/],
  [
    'a registration that is refused',
    () => ({
      '/register': { status: 400, body: { error: 'invalid_client_metadata', error_description: `${CANARIES[0]}` } },
    }),
    'sign_in_failed',
    /\(invalid_client_metadata\)/,
  ],
])('refuses to start a sign-in with %s', async (_, change, reason, words) => {
  answers = { ...good(), ...change() };
  const error = await failure(begin());
  expect(error.reason).toMatch(new RegExp(`^(?:${reason})$`));
  expect(error.userMessage).toMatch(words);
  expect([error.cause, JSON.stringify([error.message, error.data ?? {}])]).toEqual([
    undefined,
    expect.not.stringContaining('canary'),
  ]);
  expect(seen).not.toContain('GET /elsewhere');
  expect(seen).not.toContain('POST /elsewhere');
  expect(await db().connectionSignInRequest.count()).toBe(0);
});

describe('an authorization server', () => {
  it.each([
    ['/.well-known/oauth-authorization-server/tenant/v2'],
    ['/.well-known/openid-configuration/tenant/v2'],
    ['/tenant/v2/.well-known/openid-configuration'],
  ])('with a path is found at %s', async (path) => {
    const issuer = `${base}/tenant/v2`;
    const openid = {
      jwks_uri: `${base}/keys`,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
    answers = {
      ...good(),
      [RESOURCE]: { body: { resource: `${base}/mcp`, authorization_servers: [issuer] } },
      [SERVER]: { status: 404 },
      [path]: { body: metadata({ issuer, ...openid }) },
    };
    expect((await begin()).authorizationUrl).toContain(`${base}/authorize?`);
  });

  it('from before protected-resource metadata is the server itself', async () => {
    answers = { ...good(), '/mcp': { status: 401 }, [RESOURCE]: { status: 404 } };
    expect((await begin()).authorizationUrl).toContain(`${base}/authorize?`);
  });

  const leak = `${CANARIES.join(' ')} and what else`;
  it.each<[string, (body: string) => Answer]>([
    [
      'repeats tokens in its error',
      (body) => ({ status: 400, body: { error: 'invalid_request', error_description: `${leak} ${body}` } }),
    ],
    ['invents an error code of tokens', () => ({ status: 400, body: { error: leak } })],
    ['answers with a page', (body) => ({ status: 500, body: `<p>${leak} ${body}` })],
    ['answers with half a token', () => ({ body: `{"access_token": "${CANARIES[0]}` })],
    ['answers with a token of a wrong type', () => ({ body: { access_token: CANARIES[0], token_type: 'mac' } })],
    [
      'answers with an object as token',
      () => ({ body: { access_token: { [CANARIES[0]!]: 1 }, token_type: 'Bearer' } }),
    ],
    ['sends the code elsewhere', () => to('http://127.0.0.1:1/token')],
    ['answers without end', () => ({ body: huge })],
  ])('that %s gets nothing into errors, the log or the database', async (_, reply) => {
    const logged = vi.spyOn(log, 'warn');
    const printed = vi.spyOn(console, 'warn');
    answers = { ...good(), '/token': reply };
    const { id, done } = await finish();
    const error = await failure(done);
    expect(error.reason).toBe('sign_in_failed');
    const [connection, row] = [
      await getConnection(admin, id),
      await db().connectionSignIn.findFirst({ where: { connectionId: id } }),
    ];
    const all = JSON.stringify([
      error.message,
      error.userMessage,
      error.data,
      error.cause ?? '',
      connection,
      logged.mock.calls,
      printed.mock.calls,
    ]);
    for (const canary of CANARIES) expect(all).not.toContain(canary);
    expect([row, connection.signIn?.state, connection.health.state]).toEqual([null, 'none', 'failing']);
    vi.restoreAllMocks();
  });

  it('that is another one than was asked is noticed before its error is believed', async () => {
    answers[SERVER] = { body: metadata({ authorization_response_iss_parameter_supported: true }) };
    for (const iss of [undefined, 'https://evil.example', `${base}/`]) {
      const { done } = await finish({ iss, code: undefined, error: 'access_denied' });
      expect((await failure(done)).reason).toBe('issuer_mismatch');
    }
    expect(seen).not.toContain('POST /token');
    // Compared even if the server's metadata didn't promise it.
    answers = good();
    expect((await failure((await finish({ iss: 'https://evil.example' })).done)).reason).toBe('issuer_mismatch');
    expect(seen).not.toContain('POST /token');
  });
});

it('tells one site from another', () => {
  const cases: [string, string, boolean][] = [
    ['https://login.example.com', 'https://example.com/a', true],
    ['https://cf.mcp.atlassian.com', 'https://mcp.atlassian.com/v1/authorize', true],
    ['https://accounts.google.com', 'https://accounts.google.com/o/oauth2', true],
    ['https://example.com', 'https://example.org', false],
    ['https://a.co.uk', 'https://b.co.uk', false],
    ['https://x.a.co.uk', 'https://y.a.co.uk', true],
    ['https://example.com.evil.net', 'https://example.com', false],
    ['https://example.com', 'http://example.com', false],
    ['http://127.0.0.1:1', 'http://127.0.0.1:2', false],
    ['http://10.0.0.1', 'http://11.0.0.1', false],
    ['https://localhost', 'https://com', false],
  ];
  for (const [one, other, same] of cases) expect([one, other, isSameSite(one, other)]).toEqual([one, other, same]);
});
