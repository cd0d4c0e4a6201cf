import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { env, overrideEnv, parseEnv } from '../env/env';
import { admit, clientAddress, isKnownHost } from './front-door';

const before = { ...env() };
afterEach(() => overrideEnv({ PUBLIC_URL: before.PUBLIC_URL, TRUSTED_PROXIES: before.TRUSTED_PROXIES }));

/** The address that later code sees. */
function addressOf(peer: string, headers: IncomingHttpHeaders): string | null {
  const request = { headers: { host: 'localhost', ...headers }, url: '/' };
  admit(request, peer);
  return clientAddress(new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)])));
}

describe('the client’s address', () => {
  it('is the connection’s, whatever its headers say, without trusted proxies', () => {
    for (const forged of ['1.2.3.4', '1.2.3.4, 5.6.7.8', '', 'nonsense', '::1'])
      expect(
        addressOf('203.0.113.9', { 'x-forwarded-for': forged, 'x-real-ip': forged, forwarded: `for=${forged}` }),
      ).toBe('203.0.113.9');
  });

  const chains: [string, string, string][] = [
    ['one proxy', '198.51.100.7', '198.51.100.7'],
    ['what the client itself wrote stands further left', '6.6.6.6, 198.51.100.7', '198.51.100.7'],
    ['two trusted proxies', '198.51.100.7, 10.1.2.3', '198.51.100.7'],
    ['IPv4 in IPv6', '::ffff:198.51.100.7', '198.51.100.7'],
    ['no address at all', 'unknown', '10.0.0.1'],
    ['only proxies', '10.1.2.3', '10.1.2.3'],
  ];
  it.each(chains)('from a trusted proxy is the nearest hop that is none: %s', (_, header, expected) => {
    overrideEnv({ TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::/32' });
    expect(addressOf('::ffff:10.0.0.1', { 'x-forwarded-for': header })).toBe(expected);
    expect(addressOf('203.0.113.9', { 'x-forwarded-for': header })).toBe('203.0.113.9');
  });

  it('is the /64 of an IPv6 address: one customer has all the others in it', () => {
    expect(addressOf('2001:db8:1:2:3:4:5:6', {})).toBe('2001:db8:1:2');
    expect(addressOf('2001:db8:1:2::9', {})).toBe('2001:db8:1:2');
    expect(addressOf('2001:db8::9', {})).toBe('2001:db8:0:0');
  });

  it('names each request itself, unless a trusted proxy has', () => {
    overrideEnv({ TRUSTED_PROXIES: '10.0.0.0/8' });
    const idFor = (peer: string, given: string) => {
      const headers: Record<string, string> = { host: 'x', 'x-request-id': given };
      admit({ headers, url: '/' }, peer);
      return headers['x-request-id'];
    };
    expect(idFor('10.0.0.1', 'proxy-id-1')).toBe('proxy-id-1');
    for (const [peer, given] of [
      ['203.0.113.9', 'proxy-id-1'],
      ['10.0.0.1', 'a\nforged line'],
      ['10.0.0.1', ''],
    ] as const)
      expect(idFor(peer, given)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('other forwarded headers are dropped unless the proxy is trusted', () => {
    const request = {
      headers: {
        host: 'localhost',
        'x-forwarded-host': 'evil.test',
        'x-forwarded-proto': 'https',
      } as IncomingHttpHeaders,
      url: '/',
    };
    admit(request, '203.0.113.9');
    expect(Object.keys(request.headers).sort()).toEqual(['host', 'x-forwarded-for', 'x-request-id']);
  });

  it('TRUSTED_PROXIES that can’t be understood stops the start', () => {
    for (const wrong of ['10.0.0.0/33', '10.0.0', 'proxy.internal', '::1/129', '10.0.0.0/8/8', '10.0.0.0/-1'])
      expect(() => parseEnv({ TRUSTED_PROXIES: `127.0.0.1,${wrong}`, NODE_ENV: 'test' })).toThrow(`"${wrong}"`);
    expect(() => parseEnv({ TRUSTED_PROXIES: '127.0.0.1, ::1 10.0.0.0/8', NODE_ENV: 'test' })).not.toThrow();
  });
});

describe('with PUBLIC_URL', () => {
  beforeAll(() => overrideEnv({ PUBLIC_URL: 'https://soc.example.test' }));
  const refusedBy = (headers: IncomingHttpHeaders, peer = '203.0.113.9', url = '/queue') => {
    overrideEnv({ PUBLIC_URL: 'https://soc.example.test' });
    return admit({ headers, url }, peer);
  };

  it.each([
    'soc.example.test',
    'SOC.example.test',
    'soc.example.test:443',
    'localhost:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
  ])('%s is us', (host) => {
    expect(refusedBy({ host })).toBeNull();
  });

  it.each([
    'evil.test',
    'soc.example.test.evil.test',
    'soc.example.test:8443',
    'evil.test#soc.example.test',
    'a@soc.example.test',
    'soc.example.test/',
    '',
    '[::1',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '203.0.113.1',
  ])('%j is not', (host) => expect(refusedBy({ host })).toContain('PUBLIC_URL'));

  it('believes the forwarded host of a trusted proxy alone', () => {
    const headers = () => ({ host: 'app:3000', 'x-forwarded-host': 'soc.example.test' });
    expect(refusedBy(headers())).not.toBeNull();
    overrideEnv({ TRUSTED_PROXIES: '10.0.0.1' });
    expect(refusedBy(headers(), '10.0.0.1')).toBeNull();
    expect(refusedBy({ host: 'soc.example.test', 'x-forwarded-host': 'evil.test' }, '10.0.0.1')).not.toBeNull();
  });

  it('answers a probe by any name', () => {
    expect(refusedBy({ host: '10.1.2.3:3000' }, '10.1.2.3', '/api/health')).toBeNull();
    expect(refusedBy({ host: '10.1.2.3:3000' }, '10.1.2.3', '/api/healthy')).not.toBeNull();
  });
});

it('without PUBLIC_URL any well-formed host will do', () => {
  overrideEnv({ PUBLIC_URL: undefined });
  expect(isKnownHost('soc:3000')).toBe(true);
  for (const host of ['', 'a b', 'a/b', 'a?b', 'a\nb', 'x'.repeat(300)]) expect(isKnownHost(host)).toBe(false);
});
