import { once } from 'node:events';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { DELETE as signOutRoute } from '@/app/api/connections/[id]/oauth/route';
import { POST as startRoute } from '@/app/api/connections/[id]/oauth/start/route';
import { GET as callbackRoute } from '@/app/api/oauth/callback/route';
import type { Actor } from '../../auth/guard';
import { keyHeaders, testActor } from '../../auth/testing';
import { db } from '../../db/client';
import { testDatabase } from '../../db/testing';
import { maskKnownSecrets } from '../../secrets/mask-secrets';
import { startChild } from '../../store/testing-kills';
import { closeServers, openToolbox } from '..';
import { addConnection, changeConnection, removeConnection } from '../manage-connections';
import { getConnection } from '../read-connections';
import type { ConnectionDetail, NewConnection } from '../schema';
import { testConnection } from '../test-connection';
import { type AuthorizationServer, REGISTERED, startAuthorizationServer } from '../testing/authorization-server';
import { signOut } from './sign-out';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
testDatabase();

const REDIRECT = 'http://localhost/api/oauth/callback';
let admin: Actor;
let headers: Record<string, string> = {};
const servers: AuthorizationServer[] = [];

beforeAll(async () => {
  admin = await testActor('admin');
  headers = await keyHeaders(admin);
});
afterEach(closeServers);
afterAll(() => Promise.all(servers.map((server) => server.close())));

async function startServer(options: { registers?: boolean } = {}): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer({ redirectUrl: REDIRECT, ...options });
  servers.push(server);
  return server;
}

let counter = 0;
function connect(url: string, oauth: NewConnection['oauth'] = {}): Promise<ConnectionDetail> {
  counter += 1;
  return addConnection(admin, {
    name: `siem-${counter}`,
    target: { kind: 'http', url, allowInternal: true },
    oauth,
  });
}
const of = (id: string) => ({ params: Promise.resolve({ id }) });
const start = (id: string, as = headers) =>
  startRoute(
    new Request('http://localhost/', { method: 'POST', headers: { ...as, host: 'localhost' } }),
    of(id) as never,
  );
async function authorizationUrl(id: string): Promise<string> {
  const answer = await start(id);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()).authorizationUrl;
}
const callback = (url: URL | string, more: Record<string, string> = {}) =>
  callbackRoute(new Request(url, { headers: { ...headers, ...more } }), of('') as never);
const refusal = async (answer: Response) => {
  const { error } = await answer.json();
  return [answer.status, error.reason];
};

/** Signs in as a person would, and gives the connection. */
async function signedIn(server: AuthorizationServer, oauth: NewConnection['oauth'] = {}): Promise<ConnectionDetail> {
  const { id } = await connect(server.mcp.url, oauth);
  const answer = await callback(await server.consent(await authorizationUrl(id)));
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `/settings/connections/${id}?test=now`]);
  return getConnection(admin, id);
}

/** One call of a run. */
async function call({ name, id }: ConnectionDetail) {
  await testConnection(admin, id).catch(() => {});
  await db().connectionTool.updateMany({ where: { connectionId: id }, data: { class: 'read' } });
  await db().$executeRaw`UPDATE connection_tools SET pinned = seen, pinned_hash = seen_hash`;
  const toolbox = openToolbox({ investigationId: uuid() });
  try {
    return await toolbox.call(name, 'search', {}, { signal: new AbortController().signal, timeoutMs: 20_000 });
  } finally {
    await toolbox.close();
  }
}

it('signs in with a client that registers itself, and calls with the token', async () => {
  const server = await startServer();
  const connection = await signedIn(server);
  expect(connection.signIn).toMatchObject({
    state: 'signed_in',
    by: admin.name,
    scopes: ['alerts:read'],
    missingScopes: [],
    issuer: server.issuer,
    renews: true,
  });
  expect(await call(connection)).toMatchObject({ ok: true, text: 'done' });
  expect(server.grants).toEqual(['authorization_code']);
});

it('asks for the token of this server alone, and never shows or stores it in the open', async () => {
  const server = await startServer();
  const { id } = await connect(server.mcp.url);
  const url = new URL(await authorizationUrl(id));
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    resource: server.mcp.url,
    code_challenge_method: 'S256',
    response_type: 'code',
    redirect_uri: REDIRECT,
  });
  expect((await callback(await server.consent(url.href))).status).toBe(303);
  const [signIn, audits] = await Promise.all([
    db().connectionSignIn.findUniqueOrThrow({ where: { connectionId: id } }),
    db().auditEntry.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } }),
  ]);
  await call(await getConnection(admin, id));
  const bearer = server.mcp.seen.map(({ headers: { authorization } }) => authorization?.slice(7)).find(Boolean) ?? '';
  expect(bearer.length).toBeGreaterThan(20);
  expect(JSON.stringify([signIn, audits.map(({ data }) => data), await getConnection(admin, id)])).not.toContain(
    bearer,
  );
  expect(audits.map(({ verb }) => verb)).toEqual(['connections.add', 'connections.sign_in']);
  expect(maskKnownSecrets(`the token ${bearer}`)).not.toContain(bearer);
});

it('signs in with a manually registered client and never returns its secret', async () => {
  const server = await startServer({ registers: false });
  const bare = await connect(server.mcp.url);
  const response = await start(bare.id);
  const { error } = await response.json();
  expect([response.status, error.reason]).toEqual([422, 'oauth_client_required']);
  expect(error.message).toContain(REDIRECT);

  const connection = await signedIn(server, REGISTERED);
  expect(connection.signIn).toMatchObject({ clientId: REGISTERED.clientId, hasSecret: true });
  expect(JSON.stringify(connection)).not.toContain(REGISTERED.clientSecret);
  const row = await db().connection.findUniqueOrThrow({ where: { id: connection.id } });
  expect(JSON.stringify(row)).not.toContain(REGISTERED.clientSecret);
  expect(await call(connection)).toMatchObject({ ok: true });
});

it('says that a person refused, and stores nothing', async () => {
  const server = await startServer();
  const { id } = await connect(server.mcp.url);
  const back = await server.consent(await authorizationUrl(id), 'refuse');
  expect(await refusal(await callback(back))).toEqual([422, 'sign_in_refused']);
  const { signIn, health } = await getConnection(admin, id);
  expect([signIn?.state, health.lastError]).toEqual(['none', expect.stringContaining('was cancelled')]);
  // What a browser gets is a page, not JSON.
  const again = await server.consent(await authorizationUrl(id), 'refuse');
  const page = await callback(again, { accept: 'text/html,*/*' });
  expect([page.status, page.headers.get('location')]).toEqual([
    303,
    `/settings/connections/${id}?sign-in=sign_in_refused`,
  ]);
});

it('accepts an answer once, within ten minutes, from the session and the issuer of the sign-in', async () => {
  const server = await startServer();
  const { id } = await connect(server.mcp.url);
  const fresh = async () => server.consent(await authorizationUrl(id));
  const expired = [400, 'sign_in_expired'];

  const wrong = await fresh();
  wrong.searchParams.set('state', 'x'.repeat(43));
  expect(await refusal(await callback(wrong))).toEqual(expired);

  const other = await keyHeaders(await testActor('admin'));
  expect(await refusal(await callback(await fresh(), other))).toEqual(expired);
  // Another session of the same person.
  expect(await refusal(await callback(await fresh(), await keyHeaders(admin)))).toEqual(expired);

  const late = await fresh();
  await db().$executeRaw`UPDATE connection_sign_in_requests SET expires_at = expires_at - interval '10 minutes'`;
  expect(await refusal(await callback(late))).toEqual(expired);

  const mixedUp = await fresh();
  mixedUp.searchParams.set('iss', 'https://evil.example');
  expect(await refusal(await callback(mixedUp))).toEqual([400, 'issuer_mismatch']);
  const silent = await fresh();
  silent.searchParams.delete('iss');
  expect(await refusal(await callback(silent))).toEqual([400, 'issuer_mismatch']);
  expect(server.grants).toEqual([]); // no code was ever sent anywhere

  const good = await fresh();
  expect((await callback(good)).status).toBe(303);
  expect(await refusal(await callback(good))).toEqual(expired);
  expect(server.grants).toEqual(['authorization_code']);
});

it('is for admins, and for connections that sign in', async () => {
  const server = await startServer();
  const connection = await signedIn(server);
  const lead = await testActor('lead');
  const theirs = await keyHeaders(lead);
  expect((await call(connection)).ok).toBe(true);
  expect(await refusal(await start(connection.id, theirs))).toEqual([403, 'forbidden']);
  expect(await refusal(await callback('http://localhost/api/oauth/callback?state=a&code=b', theirs))).toEqual([
    403,
    'forbidden',
  ]);
  const out = (as: Record<string, string>, id = connection.id) =>
    signOutRoute(new Request('http://localhost/', { method: 'DELETE', headers: as }), of(id) as never);
  expect(await refusal(await out(theirs))).toEqual([403, 'forbidden']);
  expect((await getConnection(lead, connection.id)).signIn).toMatchObject({
    state: 'signed_in',
    by: null,
    issuer: null,
  });
  expect(await refusal(await start(uuid()))).toEqual([404, 'not_found']);
  expect(await refusal(await callback('http://localhost/api/oauth/callback?code=b'))).toEqual([400, 'invalid_fields']);
  const plain = await addConnection(admin, {
    name: 'plain',
    target: { kind: 'http', url: server.mcp.url, allowInternal: true },
  });
  expect(await refusal(await start(plain.id))).toEqual([422, 'sign_in_not_used']);

  expect((await (await out(headers)).json()).signIn.state).toBe('none');
  const after = await call(connection);
  expect([after.ok, after.text]).toEqual([false, expect.stringContaining('Nobody is signed in to')]);
  const { secrets } = await db().connectionSignIn.findUniqueOrThrow({ where: { connectionId: connection.id } });
  expect(secrets).toBeNull();
});

it.each([
  ['a client that registered itself', undefined],
  ['a manually registered client', REGISTERED],
])('revokes the tokens of %s at sign-out, and says so when that fails', async (_, oauth) => {
  const server = await startServer();
  const { id } = await signedIn(server, oauth);
  expect(server.tokens()).toBe(2);
  await signOut(admin, id);
  expect(server.tokens()).toBe(0);
  expect(await db().auditEntry.findFirst({ where: { verb: 'connections.sign_out', subjectId: id } })).toMatchObject({
    data: { issuer: server.issuer, revokes: true },
  });
  await callback(await server.consent(await authorizationUrl(id)));
  server.fail();
  expect(await signOut(admin, id)).toMatchObject({
    signIn: { state: 'none' },
    health: { lastError: expect.stringContaining('did not revoke the tokens') },
  });
});

it('keeps tokens for one address and one client', async () => {
  const server = await startServer();
  const { id } = await signedIn(server, REGISTERED);
  const other = await startServer();
  const moved = { kind: 'http' as const, url: other.mcp.url, allowInternal: true };
  await expect(changeConnection(admin, id, { target: moved })).rejects.toMatchObject({
    data: { fields: { 'oauth.clientSecret': expect.stringContaining('Enter the client secret again') } },
  });
  const change = await changeConnection(admin, id, { target: moved, oauth: REGISTERED });
  expect(change.signIn?.state).toBe('none');
  expect(await db().connectionSignIn.count({ where: { connectionId: id } })).toBe(0);
  await removeConnection(admin, id);

  // Even if a row is left over, its tokens don't go to the new address.
  const left = await signedIn(server);
  expect((await call(left)).ok).toBe(true);
  await db().connectionSignIn.update({ where: { connectionId: left.id }, data: { resource: other.mcp.url } });
  expect((await getConnection(admin, left.id)).signIn?.state).toBe('none');
  expect((await call(left)).text).toContain('Nobody is signed in to');
});

it('refuses what does not go together, field by field', async () => {
  const fields = async (input: object) =>
    Object.keys(
      await addConnection(admin, {
        name: 'odd',
        target: { kind: 'http', url: 'https://x.example/mcp' },
        ...input,
      }).then(
        () => ({}),
        (error: { data?: { fields: object } }) => error.data?.fields ?? {},
      ),
    );
  expect(await fields({ target: { kind: 'stdio', command: 'x' }, oauth: {} })).toEqual(['oauth']);
  expect(await fields({ oauth: { clientSecret: 'abcdefgh' } })).toEqual(['oauth.clientId']);
  expect(await fields({ oauth: {}, secrets: [{ name: 'Authorization', value: 'Bearer x' }] })).toEqual(['secrets']);
});

it('renews an expired token once for all who need it, and keeps the rotated refresh token', async () => {
  const server = await startServer();
  const connection = await signedIn(server);
  expect(await call(connection)).toMatchObject({ ok: true });
  expect(server.grants).toEqual(['authorization_code']);
  // Refused before its time: renewed on the spot.
  server.forget('AccessToken');
  const results = await Promise.all([call(connection), call(connection), call(connection)]);
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(server.grants).toEqual(['authorization_code', 'refresh_token']);
  // Close to its end: renewed before it is used. A second renewal needs the rotated refresh token.
  await db()
    .$executeRaw`UPDATE connection_sign_ins SET expires_at = now() WHERE connection_id = ${connection.id}::uuid`;
  expect(await call(connection)).toMatchObject({ ok: true });
  expect(server.grants).toEqual(['authorization_code', 'refresh_token', 'refresh_token']);
  expect((await getConnection(admin, connection.id)).health.state).toBe('ok');
});

it('says who must sign in again when the authorization server ends it, and runs go on without it', async () => {
  const server = await startServer();
  const connection = await signedIn(server);
  await call(connection);
  server.forget('AccessToken', 'RefreshToken');
  const result = await call(connection);
  expect([result.ok, result.text]).toEqual([
    false,
    expect.stringContaining(`The sign-in of ${connection.name} has ended. ${admin.name} signed in last.`),
  ]);
  const { signIn, health } = await getConnection(admin, connection.id);
  expect([signIn?.state, signIn?.by, health.state]).toEqual(['ended', admin.name, 'failing']);
  expect(server.grants).toEqual(['authorization_code', 'refresh_token refused']);
  await call(connection); // no second request
  expect(server.grants).toHaveLength(2);
  const back = await server.consent(await authorizationUrl(connection.id));
  expect((await callback(back)).status).toBe(303);
  expect(await call(connection)).toMatchObject({ ok: true });
});

it('names the scope that the server wants in addition, and asks for it at the next sign-in', async () => {
  const server = await startServer();
  const connection = await signedIn(server);
  expect(await call(connection)).toMatchObject({ ok: true });
  server.requireScope('alerts:write');
  await closeServers();
  const result = await call(connection);
  expect([result.ok, result.text]).toEqual([false, expect.stringContaining('(alerts:write)')]);
  const { signIn, health } = await getConnection(admin, connection.id);
  expect([signIn?.missingScopes, health.lastError]).toEqual([
    ['alerts:write'],
    expect.stringContaining('alerts:write'),
  ]);
  const url = await authorizationUrl(connection.id);
  expect(new URL(url).searchParams.get('scope')?.split(' ')).toEqual(
    expect.arrayContaining(['alerts:read', 'alerts:write']),
  );
  await callback(await server.consent(url));
  const after = await getConnection(admin, connection.id);
  expect([after.signIn?.missingScopes, after.signIn?.scopes]).toEqual([
    [],
    expect.arrayContaining(['alerts:read', 'alerts:write']),
  ]);
  expect(await call(connection)).toMatchObject({ ok: true });
});

it('renews once for several processes', async () => {
  const server = await startServer();
  const { id } = await signedIn(server);
  const children = await Promise.all([1, 2].map(() => startChild('lib/connections/oauth/testing-renew.ts', [id])));
  await db().$executeRaw`UPDATE connection_sign_ins SET expires_at = now() WHERE connection_id = ${id}::uuid`;
  const answers = await Promise.all(
    children.map(async (child) => {
      child.stdin?.write('now\n');
      const [answer] = await once(child.stdout!, 'data'); // it is a pipe
      child.kill();
      return String(answer).trim();
    }),
  );
  expect(answers).toEqual(['ok 1', 'ok 1']);
  expect(server.grants).toEqual(['authorization_code', 'refresh_token']);
});
