import { expect, it } from 'vitest';
import { sourceLabel } from './source-calls';

it.each([
  ['one table', 'SELECT a FROM cloudtrail WHERE b IS DISTINCT FROM c', 'cloudtrail'],
  [
    'several side by side',
    "SELECT 'x' FROM auth UNION ALL SELECT 'y' FROM okta UNION ALL SELECT 'z' FROM auth",
    '2 sources',
  ],
  ['a join', 'SELECT * FROM a JOIN "b.c" USING (ip)', '2 sources'],
  [
    'queries of a WITH',
    'WITH mine AS (SELECT 1 FROM s3), theirs AS (SELECT 2 FROM s3) SELECT * FROM mine JOIN theirs ON true',
    's3',
  ],
  [
    'words in a text, a part of a time',
    "SELECT extract(hour FROM _time) FROM flow WHERE m = 'gone from paris'",
    'flow',
  ],
  ['rows of a list', 'SELECT u FROM unnest([1]) CROSS JOIN okta', 'okta'],
])('names what is asked: %s', (_, sql, label) => {
  expect(sourceLabel({ sql })).toBe(label);
});

it('names the source of other calls, and nothing for a call without a source', () => {
  expect(sourceLabel({ source: 'okta', field: 'x' })).toBe('okta');
  for (const args of [{}, null, { sql: 7 }, { sql: 'SELECT 1' }]) expect(sourceLabel(args)).toBeNull();
});
