import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { guardedFetch } from './guarded-fetch';
import { checkAddress, checkUrl } from './outbound-address';

const corpus: { payload: string; expect: string }[] = JSON.parse(
  fs.readFileSync(path.resolve('fixtures/attack-corpus/ssrf_urls.json'), 'utf8'),
);
const accepted = (url: string, allowInternal: boolean) => {
  try {
    checkUrl(url, allowInternal);
    return true;
  } catch {
    return false;
  }
};

/** Public hosts over TLS: an admin may enter them; as a redirect or a discovery document they are not asked (below). */
const PUBLIC = /^https:\/\/(?:allowed\.example\.attacker\.example|help\.redacted\.com|web\.archive\.org)\//;

describe('ssrf_urls', () => {
  it.each(corpus)('$payload', ({ payload }) => {
    expect(accepted(payload, false)).toBe(PUBLIC.test(payload));
  });

  it('inside the own network only what an admin allows, and never metadata or link-local', () => {
    for (const url of [
      'http://127.0.0.1:9200/',
      'http://localhost:3001/mcp',
      'http://10.1.2.3/',
      'https://siem.corp/mcp',
    ]) {
      expect([url, accepted(url, false), accepted(url, true)]).toEqual([url, false, true]);
    }
    const never = corpus.filter(({ payload }) =>
      /169\.254|a9fe|0251|0xa9|2852039166|metadata\.google|fd00:ec2|192\.0\.0\.192|0\.0\.0\.0/i.test(payload),
    );
    expect(never.length).toBeGreaterThan(20);
    expect(
      never.filter(
        ({ payload }) => !PUBLIC.test(payload) && !/^http:\/\/4d0cf/.test(payload) && accepted(payload, true),
      ),
    ).toEqual([]);
    expect(accepted('http://93.184.216.34/', true)).toBe(false); // not internal, not encrypted
  });
});

it('judges the address behind every notation of IPv6', () => {
  for (const address of [
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
    'fe80::1',
  ]) {
    expect(() => checkAddress(address, true, true), address).toThrow(/refused/);
  }
  expect(() => checkAddress('64:ff9b::7f00:1', false, true)).toThrow(/loopback/);
  expect(() => checkAddress('2606:2800:220:1::1', false, true)).not.toThrow();
});

it('calls its own origin only, checks each name when it connects, and returns redirects without following them', async () => {
  const paths: string[] = [];
  let location = '';
  const server = http.createServer((request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(request.url === '/away' ? 302 : 200, { location });
    response.end('body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  const base = new URL(`http://127.0.0.1:${port}/`);
  const ask = guardedFetch(base, true);
  expect(await (await ask(`${base}here`)).text()).toBe('body');
  for (const { payload } of corpus) {
    location = encodeURI(payload);
    const answer = await ask(`${base}away`);
    expect([answer.status, await answer.text()]).toEqual([302, 'body']);
  }
  expect(paths.filter((name) => !['/here', '/away'].includes(name))).toEqual([]);
  await expect(ask('https://evil.example/')).rejects.toThrow(/refused/);
  await expect(ask(`http://localhost:${port}/`)).rejects.toThrow(/refused/);
  // A name whose answer is an inside address: a rebinding name does this between two look-ups.
  const rebound = new URL(`https://localtest.me.localhost:${port}/`);
  await expect(guardedFetch(rebound, false)(rebound)).rejects.toThrow(/refused/);
  await new Promise((resolve) => server.close(resolve));
});
