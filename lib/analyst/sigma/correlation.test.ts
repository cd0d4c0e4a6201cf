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

it('informational rules are parts of a correlation and no rules of their own', async () => {
  const text = detection('a', 'what: x', 'informational') + detection('b', 'what: y') + sequence();
  expect([...readDetections([['c.yml', text]]).rules.keys()]).toEqual(['b']);
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
  const text = `${detection('a', 'what: x')}${detection('bad', 'what|unheard: x')}${detection('b', 'what: y')}${sequence()}`;
  const { rules, correlations, problems } = readDetections([['c.yml', text]]);
  expect([...rules.keys()]).toEqual(['a', 'b']);
  expect(correlations).toHaveLength(1);
  expect(problems).toEqual([
    expect.stringMatching(/^detections\/c\.yml:1\d: Selection "s": "unheard" is not a modifier/),
  ]);
});
