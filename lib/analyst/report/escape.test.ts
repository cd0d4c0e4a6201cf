import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { code, defanged, prose } from './escape';

const NAUGHTY = JSON.parse(
  fs.readFileSync(path.resolve(import.meta.dirname, '../../../fixtures/attack-corpus/naughty_strings.json'), 'utf8'),
) as unknown;
const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : [];

describe('code', () => {
  it('is always one closed span on one line, without a cell break or anything invisible', () => {
    const texts = strings(NAUGHTY);
    expect(texts.length).toBeGreaterThan(100);
    for (const text of texts) {
      const span = code(text);
      expect(span).toMatch(/^`[^`|\n\r]+`$/);
      expect(span).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }
  });

  it('keeps ordinary values as they are', () => {
    const arn = 'arn:aws:sts::123837392027:assumed-role/app/i-0dbc91f429e48eeed';
    expect(code(arn)).toBe(`\`${arn}\``);
    expect(code('')).toBe('`(empty)`');
    expect(code('a`b|c\nd')).toBe("`a'b¦c d`");
    expect(code('safe\u202Etxt.exe')).toBe('`safeU+202Etxt.exe`');
  });

  it('is cut where it is too long', () => expect(code('x'.repeat(500), 10)).toBe('`xxxxxxxxxx…`'));
});

describe('prose', () => {
  it.each([
    ['[click](http://evil.test)', /(?<!\\)\[click|\]\(|http:\/\//],
    ['![i](//evil.test/i.png)', /(?<!\\)!|(?<!\\)\[/],
    ['<img src=x onerror=alert(1)>', /(?<!\\)</],
    ['# heading', /^#/],
    ['1. item', /^1\./],
    ['a | b', /(?<!\\)\|/],
    ['www.evil.test and https://evil.test', /www\.evil|https:\/\//],
    ['mail me@evil.test', /(?<!\[)@/],
    ['from 203.0.113.7', /203\.0/],
    ['a\n\n## b', /\n/],
    ['`x` *y* _z_ ~w~', /(?<!\\)[`*_~]/],
  ])('makes no markup of %s', (text, markup) => expect(prose(text)).not.toMatch(markup));
});

it('defangs addresses of the network, domains and links, and nothing else', () => {
  expect(defanged('192.168.10.20')).toBe('192.168.10.20');
  expect(defanged('198.51.100.20')).toBe('198[.]51[.]100[.]20');
  expect(defanged('https://evil.test/a')).toBe('hxxps://evil[.]test/a');
  // An account’s name, which is written the same way wherever it stands.
  expect(defanged('a@evil.test')).toBe('a@evil.test');
  expect(defanged('user.session.start')).toBe('user.session.start');
  expect(defanged('AKIATFQR7NSC8Q4X20BJ')).toBe('AKIATFQR7NSC8Q4X20BJ');
});
