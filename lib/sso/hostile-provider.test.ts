import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discover, exchange, verifyLogoutToken } from './provider';
import { StoredSso } from './schema';

/** A provider that answers what a test wants. */
const answers: Record<string, unknown> = {};
let asked: { path: string; headers: http.IncomingHttpHeaders }[] = [];
const server = http.createServer((request, response) => {
  asked.push({ path: request.url ?? '', headers: request.headers });
  const answer = answers[request.url ?? ''];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
});
let issuer = '';
let ours: CryptoKey;
let theirs: CryptoKey;
let sso: StoredSso;
const given = { code: 'c', redirectUrl: 'http://localhost/x', verifier: 'v', nonce: 'n', secret: 'a secret: of 100 %' };

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP
  const pair = await generateKeyPair('RS256');
  ours = pair.privateKey;
  theirs = (await generateKeyPair('RS256')).privateKey;
  sso = StoredSso.parse({ enabled: true, name: 'x', issuer, clientId: 'me', allowInternal: true, secret: null });
  answers['/.well-known/openid-configuration'] = metadata();
  answers['/keys'] = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256' }] };
});
afterAll(() => server.close());

const metadata = (patch: object = {}) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
  userinfo_endpoint: `${issuer}/me`,
  ...patch,
});
const claims = (patch: object = {}) => ({
  iss: issuer,
  aud: 'me',
  sub: 's',
  nonce: 'n',
  email: 'a@b.test',
  iat: now(),
  exp: now() + 300,
  ...patch,
});
const now = () => Math.floor(Date.now() / 1000);
const signed = (patch: object = {}, key = ours, alg = 'RS256') =>
  new SignJWT(claims(patch)).setProtectedHeader({ alg, kid: 'k' }).sign(key);
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const exchanged = async (idToken: unknown) => {
  answers['/token'] = { access_token: 'canary-token', id_token: idToken };
  return exchange(sso, given);
};

it('an ID token counts only with the provider’s signature, for us, for this sign-in, and in time', async () => {
  expect((await exchanged(await signed())).claims.sub).toBe('s');
  expect((await exchanged(await signed({ aud: ['me', 'other'], azp: 'me' }))).claims.sub).toBe('s');
  // RFC 6749, 2.3.1.
  const basic = asked.find(({ path }) => path === '/token')?.headers.authorization?.replace('Basic ', '') ?? '';
  expect(Buffer.from(basic, 'base64').toString()).toBe('me:a+secret%3A+of+100+%25');
  const secret = new TextEncoder().encode(given.secret);
  const refused: Record<string, unknown> = {
    'of another key': await signed({}, theirs),
    'without a signature': `${base64({ alg: 'none' })}.${base64(claims())}.`,
    'signed with the client secret': await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(secret),
    'of another issuer': await signed({ iss: 'https://other.example.test' }),
    'for another client': await signed({ aud: 'other' }),
    'for several, and not from us': await signed({ aud: ['me', 'other'] }),
    'given to another client': await signed({ azp: 'other' }),
    'of another sign-in': await signed({ nonce: 'another' }),
    'without a nonce': await signed({ nonce: undefined }),
    'that is over': await signed({ exp: now() - 600 }),
    'without an end': await signed({ exp: undefined }),
    'without a subject': await signed({ sub: undefined }),
    'with an empty subject': await signed({ sub: '' }),
    changed: (await signed()).replace(/\.[^.]+\./, `.${base64(claims({ sub: 'admin' }))}.`),
    'that is no token': 'x',
    'that is no text': 7,
    'that is missing': undefined,
  };
  for (const [what, token] of Object.entries(refused)) {
    const error = await exchanged(token).then(
      () => null,
      (caught: Error) => caught,
    );
    expect(error, what).toMatchObject({ reason: 'sso_failed' });
    // What it said may hold a token.
    expect(JSON.stringify([error, String(error?.cause ?? '')]), what).not.toContain('canary-token');
  }
});

it('a logout token counts only when the provider made it for us, lately, about a logout', async () => {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const about = (patch: object = {}) => ({
    events,
    jti: 'j',
    sid: 'session',
    nonce: undefined,
    exp: undefined,
    ...patch,
  });
  expect(await verifyLogoutToken(sso, await signed(about()))).toMatchObject({ sid: 'session', sub: 's' });
  expect(await verifyLogoutToken(sso, await signed(about({ sub: undefined })))).toMatchObject({ sub: null });
  const refused: Record<string, string> = {
    'of another key': await signed(about(), theirs),
    'without a signature': `${base64({ alg: 'none' })}.${base64(claims(about()))}.`,
    'of another issuer': await signed(about({ iss: 'https://other.example.test' })),
    'for another client': await signed(about({ aud: 'other' })),
    'that is an ID token': await signed(),
    'with a nonce': await signed(about({ nonce: 'n' })),
    'about another event': await signed(about({ events: { 'urn:x': {} } })),
    'with an event that says nothing': await signed(about({ events: { [Object.keys(events)[0] ?? '']: 1 } })),
    'about nobody': await signed(about({ sub: undefined, sid: undefined })),
    'without an id': await signed(about({ jti: undefined })),
    'that is over': await signed(about({ exp: now() - 600 })),
    'that was kept': await signed(about({ iat: now() - 3600 })),
    'of the future': await signed(about({ iat: now() + 3600 })),
    'that is no token': 'x',
  };
  for (const [what, token] of Object.entries(refused))
    await expect(verifyLogoutToken(sso, token), what).rejects.toMatchObject({ reason: 'sso_failed' });
});

it('tokens of strangers make us ask the provider no more than once a minute', async () => {
  asked = [];
  const stranger = (kid: string) => new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid }).sign(theirs);
  for (const kid of ['a', 'b', 'c', 'd']) await verifyLogoutToken(sso, await stranger(kid)).catch(() => {});
  expect(asked.length).toBeLessThanOrEqual(2);
});

it('userinfo counts for the same subject alone, and never against the token', async () => {
  const token = await signed({ email: undefined });
  answers['/me'] = { sub: 'somebody else', email: 'boss@b.test' };
  expect((await exchanged(token)).claims.email).toBeUndefined();
  answers['/me'] = { sub: 's', email: 'a@b.test', iss: 'x', nonce: 'y' };
  expect((await exchanged(token)).claims).toMatchObject({ email: 'a@b.test', iss: issuer, nonce: 'n' });
  delete answers['/me'];
});

it('keys that the provider changed are fetched again', async () => {
  const fresh = await generateKeyPair('ES256');
  await exchanged(await signed());
  const jwk = { ...(await exportJWK(fresh.publicKey)), kid: 'new', alg: 'ES256' };
  const before = answers['/keys'];
  answers['/keys'] = { keys: [jwk] };
  const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'new' }).sign(fresh.privateKey);
  expect((await exchanged(token)).claims.sub).toBe('s');
  answers['/keys'] = before;
});

it('metadata that names another issuer, or addresses that may not be asked, is refused', async () => {
  const hostile: object[] = [
    { issuer: 'https://other.example.test' },
    { issuer: `${issuer}/` },
    { token_endpoint: 'http://169.254.169.254/latest' },
    { jwks_uri: 'file:///etc/passwd' },
    { authorization_endpoint: 'javascript:alert(1)' },
    { end_session_endpoint: 'javascript:alert(1)' },
    { token_endpoint: undefined },
  ];
  asked = [];
  for (const patch of hostile) {
    answers['/.well-known/openid-configuration'] = metadata(patch);
    await expect(discover(sso), JSON.stringify(patch)).rejects.toMatchObject({ code: 'bad_request' });
  }
  answers['/.well-known/openid-configuration'] = '{"issuer": ';
  await expect(discover(sso)).rejects.toMatchObject({ reason: 'sso_failed' });
  answers['/.well-known/openid-configuration'] = metadata();
  expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(['/.well-known/openid-configuration']));
});
