import { describe, expect, it } from 'vitest';
import { returnPath } from './return-path';

/** Where a browser on https://soc.test goes with it. */
const landing = (path: string) => new URL(path, 'https://soc.test/sign-in').host;

describe('the way back after signing in', () => {
  it.each([
    '/queue',
    '/settings/keys',
    '/queue?severity=high&alert=a%20b',
    '/investigations/0190-ab?tab=x',
    '/library?q=%2F%2Fevil.test',
    '/',
  ])('leads to a page of ours: %s', (next) => expect(returnPath(next)).toBe(next));

  const hostile = [
    '/.//evil.test',
    '/..//evil.test',
    '/x/..//evil.test',
    '/%2e//evil.test',
    '/%2e%2e//evil.test',
    '/./%2e//evil.test',
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/.\\evil.test',
    '/./\\evil.test',
    '/\t/evil.test',
    '/\n/evil.test',
    '/\r\n/evil.test',
    '/.\t//evil.test',
    ' //evil.test',
    '\u0000//evil.test',
    '/\u0000//evil.test',
    '/\u200b//evil.test',
    '/\u2028//evil.test',
    'https://evil.test',
    'https:evil.test',
    'HTTPS:/evil.test',
    'javascript:alert(1)',
    'data:text/html,x',
    '/;//evil.test/..//evil.test',
    '/.//evil.test?x',
    '/./..//evil.test#x',
    '/a/../..//evil.test',
    '@evil.test',
    '.evil.test',
    `/${'a'.repeat(3000)}`,
    '/\ud800',
    '',
  ];
  it.each(hostile)('never to another site: %j', (next) => {
    const path = returnPath(next);
    expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
    expect(landing(path)).toBe('soc.test');
    expect(landing(new URL(path, 'https://soc.test').pathname)).toBe('soc.test');
  });

  it.each([undefined, null, 7, ['/queue', '//evil.test'], {}])('is the queue for %j', (next) => {
    expect(returnPath(next)).toBe('/queue');
  });

  it.each(['/sign-in', '/sign-in?next=/sign-in', '/setup?token=x', '/api/auth/sign-out'])(
    'is never a page that sends on, or is none: %s',
    (next) => {
      expect(returnPath(next)).toBe('/queue');
    },
  );
});
