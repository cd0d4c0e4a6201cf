import { expect, it } from 'vitest';
import { filterEvidence } from './filter-evidence';

const item = (number: number, more: object = {}) => ({
  number,
  server: 'logs',
  tool: 'query',
  question: `Sign-ins of eva before the alert`,
  args: { sql: 'SELECT * FROM okta' },
  status: 'ok' as const,
  truncated: false,
  ...more,
});
const items = [
  item(4),
  item(42, { question: null, args: { sql: "WHERE user = 'Bob'" } }),
  item(5, { status: 'failed' }),
];
const found = (filter: string) => filterEvidence(items, filter).map(({ number }) => number);

it('finds records by all words of the filter, in any case, wherever they stand', () => {
  expect(found(' ')).toEqual([4, 42, 5]);
  expect(found('EVA sign-ins')).toEqual([4, 5]);
  expect(found('okta failed')).toEqual([5]);
  expect(found("'bob'")).toEqual([42]);
  expect(found('eva bob')).toEqual([]);
});

it('takes a number for that record alone', () => {
  expect(found('E4')).toEqual([4]);
  expect(found('e42')).toEqual([42]);
  expect(found('e6')).toEqual([]);
});
