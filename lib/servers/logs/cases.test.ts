import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LogsServer, startLogsServer } from './testing';

const FIXTURES = path.resolve(import.meta.dirname, '../../../fixtures/logs');
let cache = '';
let server: LogsServer;
beforeAll(async () => {
  cache = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-logs-'));
  server = await startLogsServer(FIXTURES, cache);
});
afterAll(async () => {
  await server.connection.close();
  fs.rmSync(cache, { recursive: true, force: true });
});

const source = async (name: string) => (await server.sources()).sources.find((item) => item.name === name);
const rows = async (sql: string) => (await server.query(sql)).rows;

test('every case is read whole, with a time in each row', async () => {
  const { sources, skipped } = await server.sources();
  expect(skipped).toBeUndefined();
  for (const item of sources) expect(item, item.name).toMatchObject({ unparsable: 0, timeField: expect.any(String) });
  expect(sources.filter((item) => item.untimed)).toEqual([]);
});

test('journald: the time is __REALTIME_TIMESTAMP', async () => {
  expect(await source('journal')).toMatchObject({
    timeField: '__REALTIME_TIMESTAMP',
    from: '2024-03-04T09:00:00.000Z',
  });
});

test('Chainsaw: SystemTime, however deep', async () => {
  expect(await source('hunt')).toMatchObject({
    rows: 8,
    from: '2024-03-04T09:00:00.593830Z',
    to: '2024-03-04T09:10:30.593830Z',
  });
});

test('rotated files are one source', async () => {
  expect(await source('eve')).toMatchObject({ files: 3, rows: 9 });
});

test('64-bit numbers stay exact', async () => {
  expect(await rows('SELECT count(DISTINCT "dd.trace_id") FROM app')).toEqual([[5]]);
  expect(await rows('SELECT "user" FROM app WHERE "dd.trace_id" = 13804029485190928368')).toEqual([['u1']]);
  expect(await rows('SELECT "user" FROM app WHERE "dd.span_id" = 4804029485190928353')).toEqual([['u2']]);
});

test('CloudWatch through Firehose: a row per log event, with the fields of its message', async () => {
  expect(await source('stream')).toMatchObject({ rows: 12, from: '2024-03-04T09:00:00.000Z' });
  expect(
    await rows(
      `SELECT "userIdentity.userName", "logGroup", count(*) FROM stream WHERE eventName = 'StopLogging' GROUP BY ALL`,
    ),
  ).toEqual([['eva0', 'CloudTrail', 4]]);
});

test('Export-Csv: #TYPE is no header', async () => {
  expect(await source('security')).toMatchObject({
    rows: 7,
    fields: 5,
    timeField: 'TimeCreated',
    from: '2024-03-04T09:00:00.000Z',
  });
});

test('a pivot has numbers as column names', async () => {
  expect(await rows('SELECT "200", "500", _span FROM http_status ORDER BY _time LIMIT 2')).toEqual([
    [100, 0, 300],
    [101, 3, 300],
  ]);
});

test('Hayabusa: US dates', async () => {
  expect(await source('timeline')).toMatchObject({ from: '2024-03-04T09:00:00.123Z', to: '2024-03-04T12:00:00.123Z' });
});

test('Plaso: date, time and timezone in columns of their own', async () => {
  expect(await source('super')).toMatchObject({
    timeField: 'date + time',
    from: '2024-03-04T09:00:00.000Z',
    to: '2024-03-07T17:00:00.000Z',
  });
});

test('VPC flow: named columns, start and end as times', async () => {
  expect(await source('flow')).toMatchObject({ rows: 5, format: 'vpc-flow', timeField: 'start' });
  expect(
    await rows(
      `SELECT srcaddr, "end" FROM flow WHERE action = 'REJECT' AND start > TIMESTAMPTZ '2024-03-04 09:01:00Z'`,
    ),
  ).toEqual([['198.51.100.4', '2024-03-04T09:04:59.000Z']]);
});

test('Zeek TSV: its directives are followed', async () => {
  expect(await rows(`SELECT _time, "id.orig_h", "id.resp_p" FROM conn ORDER BY _time LIMIT 1`)).toEqual([
    ['2024-03-04T09:00:00.500Z', '10.0.0.0', 443],
  ]);
});

test('Zeek JSON: each log is a source', async () => {
  const names = ['l13_zeek_json_folder_conn', 'dce_rpc', 'ntlm', 'ssh'];
  for (const name of names)
    expect(await source(name), name).toMatchObject({ files: 1, rows: 4, from: '2024-03-04T09:00:00.250Z' });
});

test('of two equal keys the first counts: in the column, in _time, in raw; and a note says so', async () => {
  expect(
    await rows(
      `SELECT "user", _time, raw->>'$.user', raw->>'$.timestamp' FROM l14_duplicate_keys_app ORDER BY _line LIMIT 1`,
    ),
  ).toEqual([['alice', '2024-03-04T09:00:00.000Z', 'alice', '2024-03-04T09:00:00+00:00']]);
  expect((await source('l14_duplicate_keys_app'))?.notes).toEqual([
    expect.stringMatching(/^4 records have a key twice/),
  ]);
});
