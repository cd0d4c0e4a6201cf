import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { isAllowed, listLicenses } from './licenses';

const lockfile = JSON.parse(fs.readFileSync(path.resolve(import.meta.dirname, '../package-lock.json'), 'utf8'));

it('each package of the lockfile has a license that is allowed, and a hash that an install checks', () => {
  const packages = listLicenses(lockfile);
  expect(packages.length).toBeGreaterThan(500);
  expect(packages.filter(({ name, license }) => !isAllowed(name, license))).toEqual([]);
  const entries = Object.entries<{ integrity?: string }>(lockfile.packages).filter(([place]) => place !== '');
  expect(entries.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([place]) => place)).toEqual([]);
});

it.each([
  ['a', 'MIT', true],
  ['a', '(MIT OR GPL-3.0-only)', true],
  ['a', 'MIT AND GPL-3.0-only', false],
  ['a', '(MIT OR GPL-3.0-only) AND ISC', true],
  ['a', 'GPL-3.0-only OR (MIT AND AGPL-3.0-only)', false],
  ['a', 'MIT OR', false],
  ['a', '(MIT', false],
  ['a', 'unknown', false],
  ['a', '', false],
  ['a', 'LGPL-3.0-or-later', false],
  ['@img/sharp-x', 'Apache-2.0 AND LGPL-3.0-or-later', true],
  ['@img/sharp-x', 'GPL-3.0-only', false],
  ['seq-queue', 'unknown', true],
])('%s with %s is allowed: %s', (name, license, expected) => {
  expect(isAllowed(name, license)).toBe(expected);
});
