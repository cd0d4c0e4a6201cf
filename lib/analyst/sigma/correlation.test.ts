import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { correlates } from './correlate';
import { readDetections } from './load-rules';
import { flatten } from './match';
import { correlationSql } from './to-sql';

const detection = (name: string, field: string, level = 'medium'): string =>
  `title: ${name}\nname: ${name}\nlevel: ${level}\nlogsource:\n  product: x\ndetection:\n  s:\n    ${field}\n  condition: s\n---\n`;
type Event = Record<string, string>;

/** Whether a file's one correlation is reached by events a second apart, in memory and in DuckDB. */
async function reached(text: string, events: Event[]): Promise<[boolean, boolean]> {
  const { correlations, problems } = readDetections([['c.yml', text]]);
  expect(problems).toEqual([]);
  const [found] = correlations;
  if (!found) throw new Error('no correlation');
  const timed = events.map((event, at) => ({ time: at * 1000, event: flatten(event) }));
  const fields = [...new Set(events.flatMap((event) => Object.keys(event)))];
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const cells = (event: Event) => fields.map((field) => (event[field] === undefined ? 'NULL' : `'${event[field]}'`));
  const rows = events.map((event, at) => `(to_timestamp(${at}), CAST('{}' AS JSON), ${cells(event).join(', ')})`);
  await connection.run(
    `CREATE TABLE e AS SELECT * FROM (VALUES ${rows.join(', ')}) v(_time, raw, ${fields.map((field) => `"${field}"`).join(', ')})`,
  );
  const sql = correlationSql(found.rule, found.parts, { name: 'e', fields });
  const table = await connection.runAndReadAll(sql);
  return [correlates(found.rule, found.parts, timed), table.getRowObjects().length > 0];
}

const sequence = (more = ''): string =>
  `title: C\ncorrelation:\n  type: temporal_ordered\n  rules: [a, b]\n  group-by: [who]\n  timespan: 1m\n${more}`;

it('rules of a correlation are no rules of their own, except where it says so and they are more than informational', async () => {
  const parts = detection('a', 'what: x', 'informational') + detection('b', 'what: y');
  const text = parts + sequence();
  expect([...readDetections([['c.yml', text]]).rules.keys()]).toEqual([]);
  expect([...readDetections([['c.yml', parts + sequence('  generate: true\n')]]).rules.keys()]).toEqual(['b']);
  const others = `${text}---\n${sequence('  generate: true\n').replace('title: C', 'title: D')}`;
  expect([...readDetections([['c.yml', others]]).rules.keys()]).toEqual(['b']);
  expect(
    await reached(text, [
      { what: 'x', who: 'u' },
      { what: 'y', who: 'u' },
    ]),
  ).toEqual([true, true]);
  expect(
    await reached(text, [
      { what: 'y', who: 'u' },
      { what: 'x', who: 'u' },
    ]),
  ).toEqual([false, false]);
});

it('an alias groups by fields of different names', async () => {
  const text =
    detection('a', 'what: x') +
    detection('b', 'what: y') +
    sequence('  aliases:\n    who:\n      a: source\n      b: target\n');
  const [first, second] = [
    { what: 'x', source: 'h1', target: 'h9' },
    { what: 'y', source: 'h9', target: 'h1' },
  ];
  expect(await reached(text, [first, second])).toEqual([true, true]);
  expect(await reached(text, [first, { ...second, source: 'h1', target: 'h9' }])).toEqual([false, false]);
});

it('an event that fits two rules stands for the one that is missing', async () => {
  const text = detection('a', "what: '*'") + detection('b', 'what: y') + sequence();
  expect(
    await reached(text, [
      { what: 'x', who: 'u', rule: 'its own' },
      { what: 'y', who: 'u', rule: 'its own' },
    ]),
  ).toEqual([true, true]);
  expect(
    await reached(text, [
      { what: 'x', who: 'u' },
      { what: 'z', who: 'u' },
    ]),
  ).toEqual([false, false]);
});

it('a rule that cannot be used is named with its line and leaves the others of its file', () => {
  const text = `${detection('a', 'what: x')}${detection('bad', 'what|unheard: x')}${detection('b', 'what: y')}${sequence('  generate: true\n')}`;
  const { rules, correlations, problems } = readDetections([['c.yml', text]]);
  expect([...rules.keys()]).toEqual(['a', 'b']);
  expect(correlations).toHaveLength(1);
  expect(problems).toEqual([
    expect.stringMatching(/^detections\/c\.yml:1\d: Selection "s": "unheard" is not a modifier/),
  ]);
});

const counting = (condition: string, timeframe = '  timeframe: 10s\n'): string =>
  `title: Counted\nid: counted\nlevel: high\nlogsource:\n  product: x\ndetection:\n  s:\n    what: x\n${timeframe}  condition: ${condition}\n`;
const hits = (number: number, event: (at: number) => Event): Event[] =>
  Array.from({ length: number }, (_, at) => ({ what: 'x', ...event(at) }));

it('a condition that counts is read as the correlation that says the same', async () => {
  const events = counting('s | count() by src > 3');
  expect(readDetections([['c.yml', events]]).rules.size).toBe(0);
  expect(
    await reached(
      events,
      hits(4, () => ({ src: 'a' })),
    ),
  ).toEqual([true, true]);
  expect(
    await reached(
      events,
      hits(3, () => ({ src: 'a' })),
    ),
  ).toEqual([false, false]);
  expect(
    await reached(
      events,
      hits(4, (at) => ({ src: `a${at}` })),
    ),
  ).toEqual([false, false]);
  const values = counting('s | count(port) by src >= 3');
  expect(
    await reached(
      values,
      hits(3, (at) => ({ src: 'a', port: `${at}` })),
    ),
  ).toEqual([true, true]);
  expect(
    await reached(
      values,
      hits(9, () => ({ src: 'a', port: '1' })),
    ),
  ).toEqual([false, false]);
});

it.each([
  ['several counts', counting('s | count() by a > 3 and s | count() by b > 3'), /Write a correlation rule/],
  ['less than', counting('s | count() by a < 3'), /Write a correlation rule/],
  ['another function', counting('s | near s'), /Write a correlation rule/],
  ['no time frame', counting('s | count() by a > 3', ''), /with a timeframe/],
  [
    'a correlation of correlations',
    `${detection('a', 'what: x')}${detection('b', 'what: y')}name: c\n${sequence()}---\n${sequence().replace('[a, b]', '[a, c]')}`,
    /is about another correlation, which is not supported/,
  ],
])('says what it cannot count: %s', (_what, text, problem) => {
  expect(readDetections([['c.yml', text]]).problems).toEqual([expect.stringMatching(problem)]);
});
