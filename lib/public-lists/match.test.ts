import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../alerts/schema';
import { LISTS } from './catalogue';
import { publicLists } from './match';

const DATA = path.join(import.meta.dirname, 'data');
const of = (kind: EntityKind, value: string) => publicLists({ kind, value }).map(({ list }) => list);

describe('public lists', () => {
  it.each([
    ['ip', '104.16.5.5', ['cloudflare']],
    ['ip', '::ffff:104.16.5.5', ['cloudflare']],
    ['ip', '66.240.192.138', ['shodan-scanning']],
    ['ip', '10.1.2.3', ['rfc1918']],
    ['ip', '169.254.169.254', ['rfc5735']],
    ['ip', 'fe80::1', ['ipv6-linklocal']],
    ['ip', '203.0.113.77', []],
    ['ip', '2001:db8::1', []],
    ['url', 'https://bit.ly/x', ['url-shortener']],
    ['url', 'http://10.0.0.1/a', ['rfc1918']],
    ['domain', 'Evil-Bucket.s3.amazonaws.com', ['lots-project']],
    ['domain', 'notamazonaws.com', []],
    ['domain', 'bit.ly.evil.example', []],
    ['hash', 'D14A028C2A3A2BC9476102BB288234C415A2B01F828EA62AC5B3E42F', ['empty-hashes']],
    ['user', '10.0.0.1', []],
    ['ip', 'nonsense', []],
  ] as [EntityKind, string, string[]][])('of the %s %s are %j', (kind, value, lists) => {
    expect(of(kind, value)).toEqual(expect.arrayContaining(lists));
    if (lists.length === 0) expect(of(kind, value)).toEqual([]);
  });

  it('name how many blocklists have an address, before everything else', () => {
    const [address, times] = (fs.readFileSync(path.join(DATA, 'ipsum.tsv'), 'utf8').split('\n')[0] ?? '').split('\t');
    const [first] = publicLists({ kind: 'ip', value: address ?? '' });
    expect(first).toMatchObject({ group: 'blocklist', label: `${times} public blocklists`, asOf: '2026-08-22' });
  });

  it('have a date where the list has one', () => {
    expect(publicLists({ kind: 'ip', value: '104.16.5.5' })[0]?.asOf).toMatch(/^2026-08-\d\d$/);
    expect(publicLists({ kind: 'ip', value: '10.1.2.3' })[0]?.asOf).toBeNull();
  });

  it('are all in the catalogue, and each of its entries finds itself', () => {
    const files = fs.readdirSync(DATA).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
    expect(files.sort()).toEqual(Object.keys(LISTS).sort());
    for (const name of files) {
      const { type, list } = JSON.parse(fs.readFileSync(path.join(DATA, `${name}.json`), 'utf8'));
      const [entry = ''] = list as string[];
      const value = entry.split('/')[0]?.replace(/^\./, 'a.') ?? '';
      const kind = type === 'cidr' ? 'ip' : /^[0-9a-f]{32,}$/i.test(value) ? 'hash' : 'domain';
      if (name !== 'rfc5735' && value !== '3::') expect(of(kind, value), name).toContain(name);
    }
  });
});
