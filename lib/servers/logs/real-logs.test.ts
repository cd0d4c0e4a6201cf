import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LogsServer, startLogsServer } from './testing';

const SAMPLES = path.resolve(import.meta.dirname, '../../../fixtures/real-logs');
let cache = '';
let server: LogsServer;
beforeAll(async () => {
  cache = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-logs-'));
  server = await startLogsServer(SAMPLES, cache);
});
afterAll(async () => {
  await server.connection.close();
  fs.rmSync(cache, { recursive: true, force: true });
});

type Trail = {
  eventTime: string;
  eventName: string;
  errorCode?: string;
  userIdentity?: { arn?: string };
  requestParameters?: { secretId?: string } | null;
};

/** Read without the server, to compare with. */
function readTrail(): Trail[] {
  const text = fs.readFileSync(path.join(SAMPLES, 'cloudtrail-invictus-part1/events.masked.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Trail); // real CloudTrail, one record a line
}

function tally<T>(items: T[], key: (item: T) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    const value = key(item);
    if (value !== undefined) counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

const range = { from: '2023-07-10T00:00:00Z', to: '2023-07-11T00:00:00Z' };
const trailName = async () =>
  (await server.sources()).sources.find((source) => source.timeField === 'eventTime')?.name ?? '';

test('every real log is a source with its time, and nothing in them is unreadable', async () => {
  const { sources, skipped } = await server.sources();
  expect(skipped).toBeUndefined();
  expect(sources.map(({ timeField, rows, unparsable, format }) => ({ timeField, rows, unparsable, format }))).toEqual(
    expect.arrayContaining([
      { timeField: 'eventTime', rows: 1834, unparsable: 0, format: 'jsonl' },
      { timeField: 'published', rows: 17, unparsable: 0, format: 'jsonl' },
      { timeField: 'id.time', rows: 1, unparsable: 0, format: 'jsonl' },
      { timeField: 'Event DateTime', rows: 301, unparsable: 0, format: 'csv' },
    ]),
  );
  expect(sources).toHaveLength(4);
});

test('counts by event, error and principal are those of the file', async () => {
  const events = readTrail();
  const source = await trailName();
  for (const [field, expected] of [
    ['eventName', tally(events, (event) => event.eventName)],
    ['errorCode', tally(events, (event) => event.errorCode)],
    ['userIdentity.arn', tally(events, (event) => event.userIdentity?.arn)],
    ['requestParameters.secretId', tally(events, (event) => event.requestParameters?.secretId)],
  ] as const) {
    const { rows } = await server.ask<{ rows: [string | null, number][] }>('count_by', {
      source,
      field,
      limit: 5000,
      ...range,
    });
    expect(Object.fromEntries(rows.filter((row) => row[0] !== null).map((row) => [row[0], row[1]]))).toEqual(expected);
    expect(rows.reduce((sum, row) => sum + row[1], 0)).toBe(events.length);
  }
});

test('a time range gives the events of the file between its ends', async () => {
  const [from, to] = ['2023-07-10T11:57:51Z', '2023-07-10T11:57:54Z'];
  const expected = readTrail().filter((event) => event.eventTime >= from && event.eventTime <= to);
  expect(expected.length).toBeGreaterThan(10);
  const { rows } = await server.query(`SELECT eventName FROM ${await trailName()}`, { from, to, limit: 5000 });
  expect(rows.flat().sort()).toEqual(expected.map((event) => event.eventName).sort());
});

test('raw is the event as it was written, _line its place', async () => {
  const lines = fs
    .readFileSync(path.join(SAMPLES, 'cloudtrail-invictus-part1/events.masked.jsonl'), 'utf8')
    .split('\n');
  const { rows } = await server.query(
    `SELECT _line, raw, _file FROM ${await trailName()} WHERE eventName = 'SendCommand'`,
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const [line, raw, file] of rows) {
    expect(raw).toBe(lines[Number(line) - 1]);
    expect(file).toBe('cloudtrail-invictus-part1/events.masked.jsonl');
  }
});

test('a query names whole objects, and its own aliases stay what they are', async () => {
  const source = await trailName();
  const { rows } = await server.query(
    `SELECT requestParameters, userIdentity, "userIdentity.userName" AS "user" FROM ${source} WHERE eventName = 'GetSecretValue' GROUP BY ALL`,
    { limit: 5000 },
  );
  const asked = readTrail().filter(({ eventName }) => eventName === 'GetSecretValue');
  expect(new Set(rows.map(([parameters]) => JSON.parse(String(parameters)).secretId))).toEqual(
    new Set(asked.map(({ requestParameters }) => requestParameters?.secretId)),
  );
  const grouped = await server.query(
    `SELECT "userIdentity.arn" AS userIdentity, count(*) FROM ${source} WHERE userIdentity LIKE 'arn:%' GROUP BY userIdentity`,
    { limit: 5000 },
  );
  expect(grouped.rows.every(([arn]) => String(arn).startsWith('arn:'))).toBe(true);
  expect(grouped.rows.length).toBeGreaterThan(0);
  await expect(server.query(`SELECT nothingLikeIt FROM ${source}`)).rejects.toThrow(
    'There is no column "nothingLikeIt"',
  );
});

test('describe_source says how full each field is, with values that occur', async () => {
  const events = readTrail();
  const { fields } = await server.ask<{ fields: { name: string; filled: number; samples: string[] }[] }>(
    'describe_source',
    { source: await trailName() },
  );
  const errorCode = fields.find((field) => field.name === 'errorCode');
  const denied = events.filter((event) => event.errorCode);
  expect(errorCode?.filled).toBeCloseTo(denied.length / events.length, 2);
  for (const sample of errorCode?.samples ?? []) expect(denied.some((event) => event.errorCode === sample)).toBe(true);
});

test('folders that are empty or not there have no sources', async () => {
  const dirs = [path.join(cache, 'nowhere'), fs.mkdtempSync(path.join(cache, 'empty-'))];
  const other = await startLogsServer(dirs.join(path.delimiter), path.join(cache, 'other'));
  expect(await other.sources()).toEqual({ sources: [] });
  await expect(other.query('SELECT * FROM cloudtrail')).rejects.toThrow(/no log files were found/);
  await other.connection.close();
});
