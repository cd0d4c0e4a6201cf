import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { identifier, literal } from '../sql';
import { readDetections } from './load-rules';
import { flatten, matches } from './match';
import { type DetectionRule, readRuleFile } from './rule';
import { toSql } from './to-sql';

const OKTA = 'logsource: {product: okta}';
const detections = (text: string): DetectionRule[] => {
  const { rules, problems } = readRuleFile(text, 'x.yml');
  expect(problems).toEqual([]);
  return rules.filter((rule) => rule.kind === 'detection');
};
const fires = (rule: DetectionRule | undefined, events: Record<string, unknown>[]): boolean[] =>
  events.map((event) => rule !== undefined && matches(rule, flatten({ eventType: 'x', ...event })));

it.each([
  ['hour: [22, 23]', '2026-11-20T23:05:00Z', '2026-11-20T12:05:00Z'],
  ['hour: 22', '2026-11-21T00:05:00+02:00', '2026-11-20T23:05:00Z'],
  ['minute: 5', '2026-11-20 23:05:00', '2026-11-20 23:06:00'],
  ['hour|gte: 20', '2026-11-20T20:00:00Z', '2026-11-20T19:59:59Z'],
  ['day: 20', '2026-11-20T23:05:00.123Z', '2026-11-21T23:05:00Z'],
  ['week: 53', '2026-12-31T10:00:00Z', '2027-01-04T10:00:00Z'],
  ['month: 11', '2026-11-20T10:00:00Z', 'not a time'],
  ['year: 2026', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z'],
])('reads parts of a time, in memory and in DuckDB alike: ts|%s', async (test, hit, miss) => {
  const [modifier, value] = test.split(': ');
  const [rule] = detections(
    `title: t\n${OKTA}\ndetection:\n  s: {eventType: x, "ts|${modifier}": ${value}}\n  condition: s`,
  );
  expect(fires(rule, [{ ts: hit }, { ts: miss }, {}])).toEqual([true, false, false]);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'"); // as the logs server does
  const sql = toSql(rule as DetectionRule, { name: 'e', fields: ['eventType', 'ts'] }); // there is one
  const rows = [hit, miss].map((ts) => `('x', ${literal(ts)}, NULL)`).join(', ');
  const read = await connection.runAndReadAll(
    `SELECT ${sql} AS hit FROM (VALUES ${rows}) e(${identifier('eventType')}, ts, raw)`,
  );
  expect(read.getRowObjects().map((row) => row.hit)).toEqual([true, false]);
  instance.closeSync();
});

it('takes yes and no where YAML 1.1 does', () => {
  const [rule] = detections(`title: t\n${OKTA}\ndetection:\n  s: {"a|exists": yes, "b|exists": no}\n  condition: s`);
  expect(fires(rule, [{ a: '1' }, { a: '1', b: '2' }])).toEqual([true, false]);
});

it('joins the documents of a rule collection: global, repeat and reset', () => {
  const rules = detections(
    `action: global\ntitle: g\n${OKTA}\ndetection:\n  condition: s\n---\ndetection:\n  s: {a: x}\n---\naction: repeat\ndetection:\n  s: {b: z}\n---\naction: reset\n---\ntitle: own\n${OKTA}\ndetection:\n  t: {a: w}\n  condition: t`,
  );
  expect(rules.map(({ title }) => title)).toEqual(['g', 'g', 'own']);
  expect(fires(rules[0], [{ a: 'x' }, { a: 'w' }])).toEqual([true, false]);
  expect(fires(rules[1], [{ a: 'x', b: 'z' }, { a: 'x' }])).toEqual([true, false]);
  expect(fires(rules[2], [{ a: 'w' }, { a: 'x' }])).toEqual([true, false]);
});

it('applies filters to the rules that they name, in any file, and names those that filter nothing', () => {
  const rule = (name: string) => `title: ${name}\nname: ${name}\n${OKTA}\ndetection:\n  s: {a: x}\n  condition: s`;
  const filter = (rules: string) =>
    `title: not ours\n${OKTA}\nfilter:\n  rules: ${rules}\n  ours: {b: y}\n  condition: not ours`;
  const read = (rules: string) =>
    readDetections([
      ['a.yml', `${rule('one')}\n---\n${rule('two')}`],
      ['filters.yml', filter(rules)],
    ]);
  const events = [{ a: 'x' }, { a: 'x', b: 'y' }];
  const named = read('[one]');
  expect(named.problems).toEqual([]);
  expect(fires(named.rules.get('one'), events)).toEqual([true, false]);
  expect(fires(named.rules.get('two'), events)).toEqual([true, true]);
  expect(fires(read('any').rules.get('two'), events)).toEqual([true, false]);
  expect(read('[gone]').problems).toEqual([
    'detections/filters.yml:1: "not ours" filters "gone", a rule that does not exist.',
  ]);
  const { problems } = readRuleFile(filter('[]'), 'x.yml');
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('names its rules')]);
});

it.each([
  ['1w', 604_800],
  ['1M', 2_592_000],
  ['1y', 31_536_000],
])('takes a timespan of %s', (timespan, seconds) => {
  const correlation = `correlation: {type: event_count, rules: [r], timespan: ${timespan}, condition: {gte: 2}}`;
  const { rules } = readRuleFile(`title: c\n${correlation}`, 'x.yml');
  expect(rules).toMatchObject([{ seconds }]);
});
