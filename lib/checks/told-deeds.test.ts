import { expect, it } from 'vitest';
import { deedsTold } from './told-deeds';

const told = (text: string) =>
  deedsTold(text).map(({ start, end, entries: [entry] }) => [text.slice(start, end), entry?.verb, entry?.object]);

it.each([
  ['An intruder minted a key for it', [['minted a key', 'make', 'key']]],
  ['the administrator role was granted', [['administrator role was granted', 'grant', 'admin']]],
  ['handed himself admin', [['handed himself admin', 'grant', 'admin']]],
  ['switched off the trail', [['switched off the trail', 'stop', 'trail']]],
  ['locked the owner out', [['locked the owner out', 'lock', null]]],
  ['a snapshot had been taken', [['snapshot had been taken', 'make', 'snapshot']]],
  ['six changes of access', [['changes of access', 'share', null]]],
  ['the account was taken over', []],
  [
    'created a second user, made it an administrator and shared a snapshot',
    [
      ['created a second user', 'make', 'user'],
      ['made it an administrator', 'make', 'admin'],
      ['shared a snapshot', 'share', 'snapshot'],
    ],
  ],
])('finds the deeds of "%s"', (text, deeds) => {
  expect(told(text)).toEqual(deeds);
});

it('reads a long text in a time that grows with it', () => {
  const started = performance.now();
  deedsTold('created a key and shared it with the account of a user '.repeat(2000));
  expect(performance.now() - started).toBeLessThan(4000);
});
