import fs from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identifier, literal } from '../sql';
import { applicableRules } from './applicable';
import { fitsSource } from './fields';
import { flatten, matches } from './match';
import { type DetectionRule, readRules } from './rule';
import { toSql } from './to-sql';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const OWN = path.join(ROOT, 'investigations-repo/detections');
const files = [
  'fixtures/sigma-forms/rules.yml',
  'fixtures/sigma-forms/telemetry.yml',
  ...fs.readdirSync(OWN).map((name) => path.join('investigations-repo/detections', name)),
];
const rules = files
  .flatMap((file) => readRules(fs.readFileSync(path.join(ROOT, file), 'utf8'), file))
  .filter((rule) => rule.kind === 'detection');

let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
});
afterAll(() => instance.closeSync());

it.each(rules.map((rule) => [rule.id, rule] as const))(
  '%s: fires on its event and not on near misses, in a source that it is applied to',
  async (_id, rule) => {
    const events = [...rule.tests.hits, ...rule.tests.misses];
    const wanted = events.map((_, index) => index < rule.tests.hits.length);
    expect(new Set(wanted)).toEqual(new Set([true, false]));
    expect(events.map((event) => matches(rule, flatten(event)))).toEqual(wanted);
    expect(await inDuckDb(rule, events)).toEqual(wanted);
    if (rule.file.startsWith('investigations-repo') || rule.file.endsWith('telemetry.yml'))
      expect(applicableRules([rule], { fields: Object.keys(leaves(events[0])) }, null)).toEqual([rule]);
  },
);

/** The rule over a table with a column for each field of the events, as the index makes it. */
async function inDuckDb(rule: DetectionRule, events: unknown[]): Promise<boolean[]> {
  const rows = events.map((event) => leaves(event));
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = events.map((event, index) => {
    const values = fields.map((field) => (rows[index]?.[field] === undefined ? 'NULL' : literal(rows[index][field])));
    return `(${index}, CAST(${literal(JSON.stringify(event))} AS JSON), ${values.join(', ')})`;
  });
  const connection = await instance.connect();
  const hit = toSql(rule, { name: 'e', fields });
  const sql = `SELECT ${hit} AS hit FROM (VALUES ${cells.join(', ')}) e(i, raw, ${fields.map(identifier).join(', ')}) ORDER BY i`;
  return (await connection.runAndReadAll(sql)).getRowObjects().map((row) => row.hit === true);
}

function leaves(value: unknown, prefix = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { [prefix]: typeof value === 'string' ? value : JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => leaves(inner, prefix ? `${prefix}.${key}` : key)),
  );
}

it('takes a rule about viruses only to logs that name one', () => {
  const antivirus = { product: null, category: 'antivirus', service: null };
  expect(fitsSource(antivirus, ['Threat Name', 'Path'])).toBe(true);
  expect(fitsSource(antivirus, ['client_ip', 'Path', 'status'])).toBe(false);
});
