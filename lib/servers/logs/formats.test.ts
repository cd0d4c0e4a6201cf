import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { testLogs } from './testing';

const event = (n: number, more: object = {}) => ({
  eventTime: new Date(Date.UTC(2024, 0, 1, 0, n)).toISOString(),
  eventName: n % 3 ? 'GetObject' : 'PutObject',
  who: { name: `user-${n % 5}`, tags: ['a', `t${n}`] },
  ...more,
});
const events = (count: number, from = 0) => Array.from({ length: count }, (_, n) => event(from + n));
const lines = (values: object[]) => values.map((value) => JSON.stringify(value)).join('\n');
const trail = (values: object[]) => gzipSync(JSON.stringify({ Records: values }));

const logs = testLogs(
  {
    'AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/01/a_1.json.gz': trail(events(4)),
    'AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/02/b_2.json.gz': trail(events(5, 4)),
    'AWSLogs/444455556666/CloudTrail/eu-west-1/2024/01/02/c_3.json.gz': trail(events(6, 9)),
    'pretty/array.json': `\uFEFF${JSON.stringify(events(3), null, 2).replaceAll('\n', '\r\n')}`,
    'single/incident.json': JSON.stringify({ id: 7, time: 1704067200, detail: { x: 1 } }, null, 2),
    'firehose/concatenated.json': events(4)
      .map((value) => JSON.stringify(value))
      .join(''),
    'envelope/graph.json': JSON.stringify({ '@odata.context': 'https://x', value: events(3) }),
    'records-as-lines/batches.jsonl': [events(2), events(3)]
      .map((batch) => JSON.stringify({ Records: batch }))
      .join('\n'),
    'broken/lines.jsonl': `${lines(events(2))}\r\n{"eventTime": "2024-01-01T00:09:00Z", "eventName": \r\nnot json\r\n\r\n42\r\n${lines(events(2))}`,
    'cut/short.json': JSON.stringify({ Records: events(3) }).slice(0, -40),
    'broken/damaged.jsonl.gz': gzipSync(
      lines(Array.from({ length: 3000 }, (_, n) => ({ n, at: `2024-02-01T00:00:0${n % 10}Z`, noise: Math.sin(n) }))),
    ).subarray(0, 20_000),
    'plain/not-gzip.json.gz': lines(events(2)),
    'mixed/okta.jsonl': lines([{ published: '2024-01-01T00:00:00.123456Z', actor: { id: 'x' }, uuid: '1' }]),
    'mixed/auth.jsonl': lines([{ '@timestamp': '2024-01-01T01:00:00+02:00', user: 'u', host: { name: 'h' }, pid: 5 }]),
    'types/mixed.jsonl': lines([
      {
        ts: 1704067200000,
        v: 1,
        big: 1,
        b: true,
        deep: { a: 1 },
        'dotted.key': 'k',
        raw: 'mine',
        Case: 'A',
        case: 'B',
      },
      {
        ts: 1704067201000,
        v: 'one',
        big: 12,
        b: false,
        deep: 'flat',
        'dotted.key': 'l',
        raw: 'yours',
        Case: 'C',
        case: 'D',
      },
      { ts: 1704067202000, v: [1], big: 13, b: null, deep: { a: 2.5 }, 'dotted.key': 'm', _time: 'x', '': 'e' },
    ]).replace('"big":12', '"big":9007199254740993'),
    'types/odd-text.jsonl': `{"t":"2024-01-01T00:00:00Z","s":"\\ud800 half","n":"nul\\u0000here","u":"ünï — 日本"}\n{"t":"2024-01-01T00:00:01Z","s":"\\\\ud800","n":"x","u":"y"}`,
    'types/invalid-utf8.jsonl': Buffer.concat([
      Buffer.from('{"when":"2024-01-01T00:00:00Z","latin":"caf'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n'),
    ]),
    'types/utf16.jsonl': Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(lines([{ utc: '2024-01-01T00:00:00Z', wide: 'é' }]), 'utf16le'),
    ]),
    'no-time/inventory.jsonl': lines([
      { host: 'a', serial: 1689000000, os: 'linux' },
      { host: 'b', serial: 11, os: 'mac' },
    ]),
    'huge/line.jsonl': `${lines([{ time: '2024-01-01T00:00:00Z', blob: 'x'.repeat(5_000_000) }])}\n${lines([{ time: '2024-01-01T00:00:01Z', blob: 'y' }])}`,
    'csv/proxy.csv':
      'Date Time;user name;Count;Note\r\n2024-01-01 00:00:00;"O\'Neil; Bob";3;"two\r\nlines ""quoted"""\r\n2024-01-01 00:00:05;eve;4;\r\n;;;\r\n2024-01-01 00:00:09;x;y;z;extra\r\n',
    'csv/open-quote.csv':
      'time,a\n2024-01-01T00:00:00Z,ok\n2024-01-01T00:00:01Z,"never closed\n2024-01-01T00:00:02Z,ok\n',
    'csv/bare.csv': '2024-01-01T00:00:00Z,10.0.0.1,GET\n2024-01-01T00:00:01Z,10.0.0.2,PUT\n',
    'select/table.jsonl': lines([{ time: '2024-01-01T00:00:00Z', select: 1 }]),
  },
  {},
  async (dir) => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    fs.mkdirSync(path.join(dir, 'lake'));
    await connection.run(
      `COPY (SELECT TIMESTAMP '2024-01-01 00:00:00' + to_seconds(i) AS "time", i AS n, {'a': i, 'b': [i]} AS nested FROM range(3000) t(i)) TO '${dir}/lake/flows.parquet'`,
    );
    instance.closeSync();
  },
);

const source = async (name: string) => (await logs.server.sources()).sources.find((item) => item.name === name);
const count = async (name: string) => (await logs.server.query(`SELECT count(*) FROM ${name}`)).rows[0]?.[0];

test('files of one log in date, account and region folders are one source', async () => {
  expect(await source('cloudtrail')).toMatchObject({
    files: 3,
    rows: 15,
    format: 'json',
    timeField: 'eventTime',
    from: '2024-01-01T00:00:00.000Z',
    to: '2024-01-01T00:14:00.000Z',
    unparsable: 0,
  });
  const table = await logs.server.query(
    'SELECT _file, _line, "who.name", "who.tags" FROM cloudtrail ORDER BY _time LIMIT 1',
  );
  expect(table.rows).toEqual([
    ['AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/01/a_1.json.gz', 1, 'user-0', '["a","t0"]'],
  ]);
});

test.each([
  ['pretty', 'array_log', 3],
  ['an object alone', 'incident', 1],
  ['concatenated without line breaks', 'concatenated', 4],
  ['in an envelope', 'graph', 3],
  ['a batch a line', 'batches', 5],
  ['plain text named .gz', 'not_gzip', 2],
])('%s', async (_what, name, rows) => {
  expect(await source(name)).toMatchObject({ rows, unparsable: 0 });
  expect(await count(name)).toBe(rows);
});

test('lines of pretty JSON are those where each record starts', async () => {
  const text = fs.readFileSync(path.join(logs.dir, 'pretty/array.json'), 'utf8').split('\n');
  const { rows } = await logs.server.query('SELECT _line FROM array_log ORDER BY _line');
  expect(rows.flat()).toEqual(text.flatMap((line, index) => (line.startsWith('  {') ? [index + 1] : [])));
});

test('broken lines are counted and named; text among lines of JSON is a row', async () => {
  expect(await source('lines')).toMatchObject({ rows: 6, unparsable: 1 });
  const problems = (await source('lines'))?.problems;
  expect(problems?.map((problem) => [problem.file, problem.line])).toEqual(
    [3].map((line) => ['broken/lines.jsonl', line]),
  );
  const table = await logs.server.query('SELECT count(*) FROM lines');
  expect(table.rows).toEqual([[6]]);
  expect(table.notes?.join()).toContain('lines: 2 of 6 rows have no readable t');
  expect((await logs.server.query(`SELECT line FROM lines WHERE line IS NOT NULL`)).rows).toEqual([
    ['not json'],
    ['42'],
  ]);
});

test('damaged gzip and cut JSON give what comes before the damage, and say so', async () => {
  const damaged = await source('damaged');
  expect(damaged?.rows).toBeGreaterThan(100);
  expect(damaged?.rows).toBeLessThan(3000);
  expect(damaged?.problems?.[0]?.message).toMatch(/gzip/);
  expect((await logs.server.query('SELECT 1 FROM damaged LIMIT 1')).notes?.join()).toMatch(/damaged gzip/);
});

test('files of different shape in one folder are sources of their own', async () => {
  expect(await source('okta')).toMatchObject({ rows: 1, timeField: 'published', from: '2024-01-01T00:00:00.123456Z' });
  expect(await source('auth')).toMatchObject({ rows: 1, timeField: '@timestamp', from: '2023-12-31T23:00:00.000Z' });
});

test('mixed types become text, other columns keep their type; clashing names get a suffix', async () => {
  const { fields } = await logs.server.ask<{ fields: { name: string; type: string }[] }>('describe_source', {
    source: 'mixed',
  });
  const types = Object.fromEntries(fields.map((field) => [field.name, field.type]));
  expect(types).toMatchObject({
    ts: 'BIGINT',
    v: 'VARCHAR',
    big: 'BIGINT',
    b: 'BOOLEAN',
    deep: 'VARCHAR',
    'deep.a': 'DOUBLE',
    'dotted.key': 'VARCHAR',
    raw_field: 'VARCHAR',
    _time_field: 'VARCHAR',
  });
  const cases = fields.map((field) => field.name).filter((name) => /^case/i.test(name));
  expect(cases).toHaveLength(2);
  const table = await logs.server.query(
    `SELECT v, big, b, deep, "deep.a", "dotted.key", raw_field, "${cases[0]}", "${cases[1]}", raw->>'$.ts' FROM mixed ORDER BY _time`,
  );
  expect(table.rows).toEqual([
    ['1', 1, true, '{"a":1}', 1, 'k', 'mine', expect.any(String), expect.any(String), '1704067200000'],
    [
      'one',
      '9007199254740993',
      false,
      'flat',
      null,
      'l',
      'yours',
      expect.any(String),
      expect.any(String),
      '1704067201000',
    ],
    ['[1]', 13, null, '{"a":2.5}', 2.5, 'm', null, null, null, '1704067202000'],
  ]);
  expect(table.rows.slice(0, 2).map((row) => [row[7], row[8]].sort())).toEqual([
    ['A', 'B'],
    ['C', 'D'],
  ]);
});

test('odd text: half surrogates, NUL, other alphabets, wrong and wide encodings', async () => {
  expect((await logs.server.query('SELECT s, n, u FROM odd_text ORDER BY _time')).rows).toEqual([
    ['\uFFFD half', 'nul\0here', 'ünï — 日本'],
    ['\\ud800', 'x', 'y'],
  ]);
  expect((await logs.server.query('SELECT latin FROM invalid_utf8')).rows).toEqual([['café']]);
  expect((await logs.server.query('SELECT wide FROM utf16')).rows).toEqual([['é']]);
});

test('a source without a time column is whole in every range, and the answer says so', async () => {
  expect(await source('inventory')).toMatchObject({ rows: 2, timeField: null, from: null, to: null });
  const table = await logs.server.query('SELECT host, _time FROM inventory', {
    from: '2001-01-01T00:00:00Z',
    to: '2001-01-02T00:00:00Z',
  });
  expect(table.rows).toEqual([
    ['a', null],
    ['b', null],
  ]);
  expect(table.notes?.[0]).toMatch(/no time column/);
});

test('a huge line is a record; its cell is cut in an answer and can be searched whole', async () => {
  const table = await logs.server.query('SELECT length(blob), blob FROM line ORDER BY _time');
  expect(table.rows.map((row) => row[0])).toEqual([5_000_000, 1]);
  expect(String(table.rows[0]?.[1]).length).toBeLessThan(101_000);
  expect(table.truncated).toBe(true);
});

test('CSV: delimiter, quotes, line breaks in cells, ragged rows, numbers', async () => {
  expect(await source('proxy')).toMatchObject({
    rows: 3,
    format: 'csv',
    timeField: 'Date Time',
    to: '2024-01-01T00:00:09.000Z',
  });
  const table = await logs.server.query(
    `SELECT "user name", "Count", "Note", raw->>'$.column5', _line FROM proxy ORDER BY _time`,
  );
  expect(table.rows).toEqual([
    ["O'Neil; Bob", '3', 'two\r\nlines "quoted"', null, 2],
    ['eve', '4', null, null, 4],
    ['x', 'y', 'z', 'extra', 6],
  ]);
  expect(await source('open_quote')).toMatchObject({ rows: 2, unparsable: 1 });
  expect((await logs.server.query('SELECT column2, column3 FROM bare ORDER BY _time')).rows).toEqual([
    ['10.0.0.1', 'GET'],
    ['10.0.0.2', 'PUT'],
  ]);
});

test('Parquet: nested values, times without a zone as UTC', async () => {
  expect(await source('flows')).toMatchObject({
    rows: 3000,
    format: 'parquet',
    timeField: 'time',
    to: '2024-01-01T00:49:59.000Z',
  });
  expect((await logs.server.query('SELECT n, "nested.a", "nested.b", _line FROM flows WHERE n = 2999')).rows).toEqual([
    [2999, 2999, '[2999]', 3000],
  ]);
});

test('a range has both its ends, and limits what every query sees', async () => {
  const inside = { from: '2024-01-01T00:03:00Z', to: '2024-01-01T00:06:00Z' };
  expect((await logs.server.query('SELECT count(*) FROM cloudtrail', inside)).rows).toEqual([[4]]);
  expect((await logs.server.query('SELECT count(*) FROM cloudtrail', { from: '2025-01-01T00:00:00Z' })).rows).toEqual([
    [0],
  ]);
  await expect(logs.server.query('SELECT 1 FROM cloudtrail', { from: 'yesterday' })).rejects.toThrow(
    /from must be an ISO 8601 time/,
  );
  await expect(logs.server.query('SELECT 1 FROM cloudtrail', { from: '2025-01-01', to: '2024-01-01' })).rejects.toThrow(
    /is after to/,
  );
});

test('count_by counts by column, rare field and interval', async () => {
  const range = { from: '2024-01-01T00:00:00Z', to: '2024-01-02T00:00:00Z' };
  const plain = await logs.server.ask<{ columns: { name: string }[]; rows: unknown[][] }>('count_by', {
    source: 'cloudtrail',
    field: 'eventName',
    ...range,
  });
  expect(plain.columns.map((column) => column.name)).toEqual(['value', 'count', 'first', 'last']);
  expect(plain.rows.map((row) => row.slice(0, 2))).toEqual([
    ['GetObject', 10],
    ['PutObject', 5],
  ]);
  const hourly = await logs.server.ask<{ rows: unknown[][] }>('count_by', {
    source: 'cloudtrail',
    field: 'who.name',
    interval: 'hour',
    where: `eventName = 'PutObject'`,
    ...range,
  });
  expect(hourly.rows.every((row) => row[1] === '2024-01-01T00:00:00.000Z')).toBe(true);
  expect(hourly.rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(5);
  await expect(logs.server.ask('count_by', { source: 'cloudtrail', field: 'eventNam', ...range })).rejects.toThrow(
    /Nearest: eventName/,
  );
  await expect(logs.server.ask('count_by', { source: 'cloudtrai', field: 'x', ...range })).rejects.toThrow(
    /Sources: .*cloudtrail/,
  );
});

test('names of sources are plain identifiers and none is a word of SQL', async () => {
  const { sources } = await logs.server.sources();
  for (const { name } of sources) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    await expect(logs.server.query(`SELECT count(*) FROM ${name}`)).resolves.toBeDefined();
  }
  expect(new Set(sources.map((item) => item.name)).size).toBe(sources.length);
});

test('caps: rows, and a megabyte', async () => {
  const few = await logs.server.query('SELECT n FROM flows', { limit: 10 });
  expect([few.rowCount, few.truncated]).toEqual([10, true]);
  const usual = await logs.server.query('SELECT n FROM flows');
  expect([usual.rowCount, usual.truncated]).toEqual([200, true]);
  const wide = await logs.server.query(`SELECT concat(${Array(60).fill('raw::VARCHAR').join(', ')}) FROM flows`, {
    limit: 5000,
  });
  expect(wide.truncated).toBe(true);
  expect(JSON.stringify(wide.rows).length).toBeLessThan(1_050_000);
  await expect(logs.server.query('SELECT n FROM flows', { limit: 5001 })).rejects.toThrow(/5000/);
});

test('values of every type are JSON', async () => {
  const table = await logs.server.query(
    `SELECT 9007199254740993::BIGINT, 170141183460469231731687303715884105727::HUGEINT, 1.25::DECIMAL(10,2), 12345678901234567.89::DECIMAL(30,2), TIMESTAMPTZ '2024-01-01 00:00:00.5+00', TIMESTAMP '1969-12-31 23:59:59.999999', DATE '2024-02-29', struct_pack(a := [1, NULL]), map_from_entries([('k', 1)]), 'nan'::DOUBLE, INTERVAL 1 DAY, encode('ab'), true`,
  );
  expect(table.rows[0]).toEqual([
    '9007199254740993',
    '170141183460469231731687303715884105727',
    1.25,
    '12345678901234567.89',
    '2024-01-01T00:00:00.500Z',
    '1969-12-31T23:59:59.999999Z',
    '2024-02-29',
    { a: [1, null] },
    { k: 1 },
    'NaN',
    expect.stringMatching(/1 day/),
    'YWI=',
    true,
  ]);
});
