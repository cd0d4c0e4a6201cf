import { expect, it } from 'vitest';
import type { Fact } from '../case';
import { code, shownDetail } from './escape';
import { detailText } from './parts';

const fact = (row: Record<string, unknown>): Fact => ({ row, evidence: 1 }) as unknown as Fact; // what a detail reads of it

it('tells what an act gave, where all of a row gave the same', () => {
  const detail = 'policy `AdministratorAccess`, group `ops`';
  expect(detailText(fact({ detail, details: 1 }))).toBe(', policy `AdministratorAccess`, group `ops`');
  expect(detailText(fact({ detail, details: 2 }))).toBe('');
  expect(detailText(fact({ detail: null, details: 0 }))).toBe('');
});

it('lets a value of a log make no Markdown of its own', () => {
  expect(shownDetail('policy `a` <img src=x>')).toBe('policy `a` img srcx');
  expect(shownDetail('policy `[x](https://a.example)|`')).toBe('policy `[x](hxxps://a[.]example)¦`');
});

it('defangs an address that can be reached from outside wherever it stands, and no other', () => {
  expect(code('203.0.113.7')).toBe('`203[.]0[.]113[.]7`');
  expect(code('2001:db8::7')).toBe('`2001[:]db8[:][:]7`');
  expect(code('10.0.4.7')).toBe('`10.0.4.7`');
  expect(code('build 203.0.113.7')).toBe('`build 203.0.113.7`');
});
