import { expect, it } from 'vitest';
import { listingGaps } from './source-gaps';

const source = (name: string, more: object = {}) => ({
  name,
  rows: 100,
  from: '2024-01-01T00:00:00Z',
  to: '2024-01-10T00:00:00Z',
  unparsable: 0,
  ...more,
});
const AT = Date.parse('2024-01-05T00:00:00Z');
const gaps = (structured: object, at: number | null = AT) =>
  listingGaps(structured, at).map(({ kind, source: name, blocks }) => [kind, name, blocks]);

it('names skipped files, sources beside the alert, rows without a time and unreadable lines', () => {
  const sources = [
    source('whole'),
    source('late', { from: '2024-01-08T00:00:00Z' }),
    source('bare', { from: null, to: null }),
    source('partly', { untimed: 60 }),
    source('noisy', { unparsable: 1 }),
    source('empty', { rows: 0, from: null, to: null }),
  ];
  expect(gaps({ sources, skipped: [{ file: 'a/vpc.log', reason: 'binary' }] })).toEqual([
    ['skipped', null, true],
    ['outside', 'late', true],
    ['untimed', 'bare', true],
    ['untimed', 'partly', true],
    ['unparsable', 'noisy', false],
  ]);
});

it('finds none in a whole listing, and none beside an alert without a time', () => {
  expect(gaps({ sources: [source('whole')] })).toEqual([]);
  expect(gaps({ sources: [source('late', { from: '2024-01-08T00:00:00Z' })] }, null)).toEqual([]);
  expect(listingGaps('no listing', AT)).toEqual([]);
});
