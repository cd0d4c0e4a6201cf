import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alertSlug, investigationPath } from './slug';

const OPENED = new Date('2024-02-29T23:07:59Z');
const FORM = /^investigations\/2024\/02\/29\/([a-z0-9]+(?:-[a-z0-9]+)*)\.23h07\.calm-silver-heron\.md$/;
const DEVICE = /^(con|prn|aux|nul|clock|conin|conout|com\d|lpt\d)$/;

function corpus(name: string): string[] {
  const file = path.resolve('fixtures/attack-corpus', `${name}.json`);
  return z
    .array(z.object({ payload: z.string() }))
    .parse(JSON.parse(fs.readFileSync(file, 'utf8')))
    .map((item) => item.payload);
}

function expectSafe(title: string): void {
  const slug = FORM.exec(investigationPath(OPENED, title, 'calm-silver-heron'))?.[1];
  expect(slug, JSON.stringify(title)).toBeDefined();
  expect(slug).not.toMatch(DEVICE);
  expect(slug?.length).toBeLessThanOrEqual(66);
}

describe('the path of an investigation', () => {
  it.each(['git_paths_refs', 'path_traversal', 'naughty_strings', 'log_terminal_unicode'])(
    'stays in its folder for %s',
    (name) => {
      const payloads = corpus(name);
      expect(payloads.length).toBeGreaterThan(40);
      for (const payload of payloads) {
        expectSafe(payload);
        expectSafe(`Alert about ${payload}`);
      }
    },
  );

  it('stays in its folder for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectSafe));
  });

  it('is readable', () => {
    expect(alertSlug('Téléchargement massif de données: S3 → Internet')).toBe(
      'telechargement-massif-de-donnees-s3-internet',
    );
    expect(alertSlug('con')).toBe('alert-con');
    expect(alertSlug('LPT1')).toBe('alert-lpt1');
    expect(alertSlug('.git')).toBe('git');
    expect(alertSlug('警報')).toBe('alert');
    expect(alertSlug(`${'a'.repeat(59)} bc`)).toBe('a'.repeat(59));
    expect(alertSlug('🔥🚨')).toBe('alert');
  });

  it('ends with a whole word', () => {
    expect(alertSlug('Three IAM users read finance buckets in bulk after denied IAM changes')).toBe(
      'three-iam-users-read-finance-buckets-in-bulk-after-denied',
    );
    expect(alertSlug(`${'word '.repeat(11)}words and more`)).toBe(`${'word-'.repeat(11)}words`);
    expect(alertSlug(`x ${'a'.repeat(80)}`)).toBe(`x-${'a'.repeat(58)}`);
  });

  it('is the same for its own result', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), (title) => {
        expect(alertSlug(alertSlug(title))).toBe(alertSlug(title));
      }),
    );
  });
});
