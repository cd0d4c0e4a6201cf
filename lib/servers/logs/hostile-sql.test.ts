import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runQuery } from './run-query';
import { testLogs } from './testing';

const SECRET = 'canary-7f3a';
const secretFile = path.join(os.tmpdir(), `socdown-canary-${process.pid}.csv`);
beforeAll(() => fs.writeFileSync(secretFile, `time,secret\n2024-01-01T00:00:00Z,${SECRET}\n`));
afterAll(() => fs.rmSync(secretFile, { force: true }));

const rows = Array.from({ length: 3000 }, (_, n) =>
  JSON.stringify({ time: new Date(1704067200000 + n * 1000).toISOString(), user: `u${n % 7}`, n }),
);
const logs = testLogs({ 'events.jsonl': rows.join('\n') }, { LOGS_QUERY_TIMEOUT_MS: '4000', LOGS_MEMORY_MB: '256' });

const f = secretFile;
const refused = [
  // files
  `SELECT * FROM '${f}'`,
  `SELECT * FROM "${f}"`,
  `SELECT * FROM read_csv('${f}')`,
  `SELECT * FROM read_csv_auto('${f}')`,
  `SELECT * FROM read_text('${f}')`,
  `SELECT * FROM read_blob('${f}')`,
  `SELECT * FROM read_json('${f}')`,
  `SELECT * FROM read_ndjson_objects('${f}')`,
  `SELECT * FROM read_parquet('/tmp/**/*.parquet')`,
  `SELECT * FROM parquet_metadata('/tmp/x.parquet')`,
  `SELECT * FROM glob('/etc/*')`,
  `SELECT * FROM sniff_csv('${f}')`,
  `SELECT * FROM query('SELECT * FROM read_text(''${f}'')')`,
  `SELECT * FROM query_table('events')`,
  `WITH x AS (SELECT * FROM read_text('${f}')) SELECT * FROM x`,
  `SELECT (SELECT content FROM read_text('${f}'))`,
  `SELECT * FROM events WHERE n IN (SELECT 1 FROM read_text('${f}'))`,
  `SELECT * FROM events e JOIN LATERAL (SELECT * FROM read_csv('${f}')) x ON true`,
  `SELECT * FROM (WITH "${f}" AS (SELECT 1) SELECT * FROM "${f}"), "${f}"`,
  `SELECT * FROM (WITH duckdb_settings AS (SELECT 1) SELECT 1), duckdb_settings`,
  `SELECT * FROM 's3://bucket/x.csv'`,
  `SELECT * FROM 'https://example.com/x.json'`,
  // other statements
  `COPY events TO '/tmp/out.csv'`,
  `COPY (SELECT 1) TO '/tmp/out.csv'`,
  `ATTACH '/tmp/x.db'`,
  `ATTACH 'host=127.0.0.1' AS pg (TYPE postgres)`,
  `INSTALL httpfs`,
  `LOAD httpfs`,
  `PRAGMA database_list`,
  `SET enable_external_access = true`,
  `RESET memory_limit`,
  `CREATE TABLE t AS SELECT 1`,
  `CREATE OR REPLACE VIEW events AS SELECT 1`,
  `CREATE MACRO m() AS 1`,
  `CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')`,
  `INSERT INTO events SELECT * FROM events`,
  `DELETE FROM events`,
  `UPDATE events SET n = 1`,
  `DROP VIEW events`,
  `EXPORT DATABASE '/tmp/x'`,
  `IMPORT DATABASE '/tmp/x'`,
  `CALL pragma_version()`,
  `EXECUTE x`,
  `PREPARE x AS SELECT 1`,
  `EXPLAIN ANALYZE SELECT 1`,
  `DESCRIBE events`,
  `SUMMARIZE events`,
  `SHOW TABLES`,
  `SELECT * FROM (DESCRIBE events)`,
  `CHECKPOINT`,
  `BEGIN; SELECT 1; COMMIT`,
  `SELECT 1; SELECT 2`,
  `SELECT 1; DROP VIEW events`,
  `SELECT 1) LIMIT 1; DROP VIEW events; SELECT * FROM (SELECT 2`,
  // what the process knows
  `SELECT getenv('HOME')`,
  `SELECT current_setting('temp_directory')`,
  `SELECT getvariable('x')`,
  `SELECT * FROM duckdb_settings()`,
  `SELECT * FROM duckdb_secrets()`,
  `SELECT * FROM duckdb_functions()`,
  `SELECT * FROM duckdb_tables`,
  `SELECT * FROM pg_catalog.pg_settings`,
  `SELECT * FROM information_schema.tables`,
  `SELECT * FROM sqlite_master`,
  `SELECT * FROM pragma_user_agent()`,
  `SELECT system.main.getenv('HOME')`,
  `SELECT version(), current_database()`,
  `SELECT write_log('x')`,
  `SELECT sleep_ms(100000)`,
  `SELECT json_execute_serialized_sql('{}')`,
  `SELECT json_serialize_sql('SELECT 1')`,
  // growth
  `SELECT * FROM range(1000000000)`,
  `SELECT * FROM generate_series(1, 1000000000)`,
  `SELECT unnest(range(1000000000))`,
  `SELECT repeat('x', 2000000000)`,
  `SELECT lpad('x', 2000000000, 'y')`,
  `SELECT printf('%2000000000d', 1)`,
  `SELECT format('{:2000000000}', 1)`,
  `SELECT list_resize([1], 2000000000)`,
  `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r`,
  // not SQL
  `\\copy events`,
  `SELECT $1`,
  `SELECT ?`,
  `SELEC 1`,
  `SELECT 1 \0`,
  '(',
  `SELECT ${'abs('.repeat(3500)}1${')'.repeat(3500)}`,
  `SELECT ${'abs('.repeat(11_000)}1${')'.repeat(11_000)}`,
  `SELECT '${'x'.repeat(61_000)}'`,
];

test.each(refused)('refused: %.80s', async (sql) => {
  const outcome = await logs.server.query(sql).then(
    (table) => ({ answered: JSON.stringify(table) }),
    (error: Error) => ({ refused: error.message }),
  );
  expect(outcome).toEqual({ refused: expect.any(String) });
  expect(JSON.stringify(outcome)).not.toContain(SECRET);
  expect(JSON.stringify(outcome)).not.toContain(logs.cache);
});

test('the condition of count_by is held to the same rules', async () => {
  const base = { source: 'events', field: 'user', from: '2024-01-01T00:00:00Z', to: '2024-01-02T00:00:00Z' };
  for (const where of [
    `n IN (SELECT 1 FROM read_text('${f}'))`,
    `1=1) UNION SELECT getenv('HOME'), 1, NULL, NULL --`,
    `1=1); DROP VIEW events; --`,
    `getenv('HOME') IS NULL`,
  ]) {
    await expect(logs.server.ask('count_by', { ...base, where })).rejects.toThrow();
  }
  await expect(logs.server.ask('count_by', { ...base, source: `events" ; --` })).rejects.toThrow(/no source/);
  await expect(logs.server.ask('count_by', { ...base, field: `user" FROM events; --` })).rejects.toThrow(/no field/);
});

test.each([
  [
    'cross joins',
    'SELECT count(*) FROM events a, events b, events c, events d WHERE a.n + b.n + c.n + d.n = 1',
    /did not finish in 4 s/,
  ],
  [
    'a text that doubles',
    `WITH ${Array.from({ length: 34 }, (_, n) => `t${n + 1} AS (SELECT s || s AS s FROM t${n})`).reduce((all, one) => `${all}, ${one}`, "t0 AS (SELECT 'xxxxxxxxxxxxxxxx' AS s)")} SELECT length(s) FROM t34`,
    /memory|failed|did not finish|ended/,
  ],
  [
    'a list that grows',
    'SELECT list(a.raw::VARCHAR || b.raw::VARCHAR) FROM events a, events b, events c',
    /memory|did not finish|ended/,
  ],
  [
    'a sort of a product',
    'SELECT a.raw, b.raw FROM events a, events b, (SELECT * FROM events LIMIT 50) c ORDER BY hash(a.raw::VARCHAR || b.raw::VARCHAR) LIMIT 100000 OFFSET 400000000',
    /memory|did not finish|ended/,
  ],
])(
  '%s ends with an error and the server continues',
  async (_what, sql, message) => {
    const start = Date.now();
    await expect(logs.server.query(sql)).rejects.toThrow(message);
    expect(Date.now() - start).toBeLessThan(25_000);
    expect((await logs.server.query('SELECT count(*) FROM events')).rows).toEqual([[3000]]);
  },
  60_000,
);

test('backtracking patterns are no danger: they are matched in linear time', async () => {
  const sql = `SELECT count(*) FROM events WHERE regexp_matches('${'a'.repeat(5000)}b' || user, '^(a+)+$')`;
  expect((await logs.server.query(sql)).rows).toEqual([[0]]);
});

test('a cancelled call stops its query; the next one is answered', async () => {
  const controller = new AbortController();
  const slow = logs.server.connection.client.callTool(
    {
      name: 'query',
      arguments: {
        sql: 'SELECT count(*) FROM events a, events b, events c, events d WHERE a.n + b.n + c.n + d.n = 1',
        from: '2024-01-01T00:00:00Z',
        to: '2024-01-02T00:00:00Z',
      },
    },
    { signal: controller.signal },
  );
  setTimeout(() => controller.abort(), 300);
  await expect(slow).rejects.toThrow();
  expect((await logs.server.query('SELECT max(n) FROM events')).rows).toEqual([[2999]]);
});

test('what the checker might let through still reaches no file: DuckDB itself is locked', async () => {
  const run = (sql: string) =>
    runQuery(
      { setup: [], files: [], sql, maxRows: 10, maxBytes: 10_000, memoryMb: 256, threads: 1, spillDir: logs.cache },
      new AbortController().signal,
    );
  for (const sql of [
    `SELECT * FROM read_text('${f}')`,
    `SELECT * FROM '${f}'`,
    `COPY (SELECT 1) TO '${f}.out'`,
    `SELECT * FROM glob('/etc/*')`,
    'SET enable_external_access = true',
    `ATTACH '${f}.db'`,
    'INSTALL httpfs',
  ]) {
    await expect(run(sql), sql).rejects.toThrow();
  }
  expect(fs.existsSync(`${f}.out`)).toBe(false);
});

test('other files of the cache are out of reach too', async () => {
  const part = fs.readdirSync(logs.cache).find((name) => name.endsWith('.parquet'));
  await expect(logs.server.query(`SELECT * FROM '${path.join(logs.cache, part ?? '')}'`)).rejects.toThrow(/no source/);
});

test('useful SQL passes', async () => {
  for (const sql of [
    'SELECT user, count(*) AS c FROM events GROUP BY ALL HAVING c > 1 ORDER BY c DESC;',
    `WITH per AS (SELECT user, date_trunc('hour', _time) AS h, count(*) AS c FROM events GROUP BY 1, 2) SELECT h, max_by(user, c), sum(c) FROM per GROUP BY 1 ORDER BY 1 -- a comment`,
    `SELECT user, n, lag(n) OVER (PARTITION BY user ORDER BY _time) AS before FROM events QUALIFY row_number() OVER (PARTITION BY user ORDER BY _time) = 2`,
    `SELECT raw->>'$.user', raw->'$.n', json_extract_string(raw, '$.user'), list(DISTINCT n)[1:3] FROM events GROUP BY raw LIMIT 3`,
    `SELECT * FROM events WHERE user ILIKE '%U1%' AND n BETWEEN 5 AND 50 AND n NOT IN (8, 9) AND _time >= TIMESTAMPTZ '2024-01-01 00:00:10Z' - INTERVAL 5 SECOND`,
    `SELECT a.user FROM events a JOIN events b USING (user) WHERE a.n = 1 AND b.n < 20 AND EXISTS (SELECT 1 FROM events c WHERE c.user = a.user) EXCEPT SELECT 'x'`,
    `SELECT CASE WHEN n > 5 THEN 'big' ELSE 'small' END AS size, count(*) FILTER (WHERE n % 2 = 0), string_agg(DISTINCT user, ', ' ORDER BY user), arg_max(user, n), quantile_cont(n, 0.9), epoch(max(_time) - min(_time)) FROM events GROUP BY size`,
    `FROM events SELECT count(*)`,
    `SELECT u FROM (SELECT unnest(string_split(user, '')) AS u FROM events) GROUP BY u`,
    `SELECT regexp_extract(user, 'u(\\d)', 1), strftime(_time, '%H:%M'), coalesce(nullif(user, 'u1'), '-'), try_cast(user AS INTEGER), user IS DISTINCT FROM 'x' FROM events LIMIT 2`,
    `SELECT list_transform([1, 2], x -> x + 1), list_filter([1, 2], lambda x: x > 1), {'a': 1}.a, [1,2][1]`,
    `VALUES (1, 'a')`,
  ]) {
    await expect(logs.server.query(sql), sql).resolves.toMatchObject({ rows: expect.any(Array) });
  }
});

test('a JSON path binds as in every other database: it needs no brackets of its own', async () => {
  const of = async (sql: string) => (await logs.server.query(sql)).rows;
  const [[all]] = (await of(`SELECT count(*) FROM events WHERE n > 0 AND (raw->>'$.user') = 'u1'`)) as [[number]];
  expect(all).toBeGreaterThan(0);
  for (const condition of [
    `n > 0 AND raw->>'$.user' = 'u1'`,
    `raw->>'$.user' = 'u1' AND raw->>'$.user' IS NOT NULL AND n > 0`,
    `n > 0 AND NOT events.raw->>'$.user' <> 'u1'`,
    `n > 0 AND 'x' || "raw"->>'$.user' = 'xu1' /* raw->>'$.x' */`,
  ])
    expect(await of(`SELECT count(*) FROM events WHERE ${condition}`), condition).toEqual([[all]]);
  expect(await of(`SELECT 'n AND raw->>''$.user''', list_transform([1], x -> x + 1) -- raw->>'$.a'`)).toEqual([
    [`n AND raw->>'$.user'`, [2]],
  ]);
});

test('an unknown column gets the nearest names, a misplaced quote DuckDB’s own hint', async () => {
  await expect(logs.server.query('SELECT usr FROM events')).rejects.toThrow(/no column "usr".*"user"/);
  await expect(logs.server.query('SELECT e.usre FROM events e')).rejects.toThrow(/"user"/);
  await expect(logs.server.query('SELECT * FROM event')).rejects.toThrow(/no source named event\. Sources: events/);
  await expect(logs.server.query('SELECT zzzz FROM events')).rejects.toThrow(
    /no event of it has that field: leave it out/,
  );
  await expect(logs.server.query('SELECT usser(n) FROM events')).rejects.toThrow(/isn't allowed/);
});

test('no worker is left behind when the client is gone', async () => {
  await logs.server.query('SELECT 1');
  const pid = logs.server.connection.pid ?? 0;
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)])
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number);
  expect(children.length).toBeGreaterThan(0);
  await logs.server.connection.close();
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const process_ of [pid, ...children]) expect(() => process.kill(process_, 0)).toThrow(/ESRCH/);
});
