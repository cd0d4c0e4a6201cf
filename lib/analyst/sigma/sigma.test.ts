import fs from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { correlates } from './correlate';
import { fitsSource } from './fields';
import { flatten, matches } from './match';
import { type CorrelationRule, type DetectionRule, LEVELS, readRules, SigmaError } from './rule';
import { correlationSql, toSql } from './to-sql';

const rule = (detection: string, logsource = 'product: anything'): DetectionRule =>
  readRules(`title: T\nlogsource:\n  ${logsource}\ndetection:\n${detection}`, 'r.yml')[0] as DetectionRule; // one detection rule
const one = (selection: string, condition = 'sel'): DetectionRule =>
  rule(`  sel:\n    ${selection}\n  condition: ${condition}`);

/** Each selection with a value that fires it and one that doesn't; the same in memory and in DuckDB. */
const CASES: [string, string, string][] = [
  ['f: abc', 'ABC', 'abcd'],
  ["f: 'a*c'", 'aXXc', 'aXXd'],
  ["f: 'a?c'", 'abc', 'abbc'],
  ["f: 'a\\*c'", 'a*c', 'abc'],
  ["f: 'c:\\\\x\\y'", 'C:\\x\\y', 'c:xy'],
  ['f|contains: b', 'abc', 'ac'],
  ['f|startswith: ab', 'abc', 'cab'],
  ['f|endswith: bc', 'abc', 'bca'],
  ['f|contains|all:\n      - a\n      - c', 'abc', 'ab'],
  ['f|cased: aBc', 'aBc', 'abc'],
  ["f|re: '^a.+c$'", 'axc', 'ac'],
  ["f|re|i: '^AX'", 'axc', 'bax'],
  ['f|cidr: 10.1.0.0/16', '10.1.2.3', '10.2.0.1'],
  ['f|base64: foo', 'Zm9v', 'Zm9w'],
  ['f|base64offset|contains: http://', 'xxaHR0cDovL3h4', 'plain'],
  ['f|wide|base64offset|contains: foo', 'xZgBvAG8Ax', 'Zm9v'],
  ["f|windash|contains: ' -enc'", 'run /enc x', 'run enc x'],
  ['f|lt: 5', '4', '5'],
  ['f|lte: 5', '5', '6'],
  ['f|gt: 5', '6', '5'],
  ['f|gte: 5', '5', '4'],
  ['f|fieldref: g', 'same', 'other'],
  ['f|startswith|fieldref: g', 'same-and-more', 'more-same'],
  ['f|neq: abc', 'abd', 'abc'],
];

describe('selections', () => {
  it.each(CASES)('%s', async (selection, yes, no) => {
    const compiled = one(selection);
    const events = [yes, no].map((f) => ({ f, g: 'same' }));
    expect(events.map((event) => matches(compiled, flatten(event)))).toEqual([true, false]);
    expect(await bySql(compiled, events)).toEqual([true, false]);
  });

  it('null, exists, keywords, lists of maps and not', async () => {
    const events = [{ f: 'x' }, { g: 'needle in hay' }];
    for (const [compiled, wanted] of [
      [one('f: null'), [false, true]],
      [one('f|exists: true'), [true, false]],
      [rule('  keywords:\n    - needle\n  condition: keywords'), [false, true]],
      [rule('  s:\n    - f: x\n    - g|contains: hay\n  condition: s'), [true, true]],
      [one('f: x', 'not sel'), [false, true]],
    ] as const) {
      expect(events.map((event) => matches(compiled, flatten(event)))).toEqual(wanted);
      expect(await bySql(compiled, events)).toEqual(wanted);
    }
  });

  it('conditions with parentheses, 1 of, all of and them', () => {
    const body = '  sel_a:\n    f: a\n  sel_b:\n    g: b\n  filter:\n    h: c\n';
    const fires = (condition: string, event: object): boolean =>
      matches(rule(`${body}  condition: ${condition}`), flatten(event));
    expect(fires('1 of sel_* and not filter', { f: 'a' })).toBe(true);
    expect(fires('1 of sel_* and not filter', { f: 'a', h: 'c' })).toBe(false);
    expect(fires('all of sel_*', { f: 'a' })).toBe(false);
    expect(fires('all of them', { f: 'a', g: 'b', h: 'c' })).toBe(true);
    expect(fires('not (sel_a or sel_b)', { f: 'x' })).toBe(true);
    expect(fires('sel_a or sel_b and filter', { f: 'a' })).toBe(true);
  });
});

async function idsBySql(
  rules: DetectionRule[],
  { event, fields }: { event: Record<string, unknown>; fields: string[] },
): Promise<string[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const at = (name: string): unknown =>
    name.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], event); // the test's own event
  const cells = fields.map((name) => `'${String(at(name)).replaceAll("'", "''")}' AS "${name}"`);
  const text = JSON.stringify(event).replaceAll("'", "''");
  const hits = rules.map((item) => toSql(item, { name: 'e', fields }));
  const sql = `SELECT [${hits.join(', ')}] AS hits FROM (SELECT CAST('${text}' AS JSON) AS raw, ${cells.join(', ')}) e`;
  const [row] = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const list = row?.hits as boolean[]; // the column named above
  return rules.filter((_, index) => list[index]).map(({ id }) => id);
}

async function bySql(compiled: DetectionRule, events: object[]): Promise<boolean[]> {
  const fields = [...new Set(events.flatMap((event) => Object.keys(event)))];
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = events.map((event) => {
    const text = JSON.stringify(event).replaceAll("'", "''");
    const cells = fields.map((name) => {
      const value = (event as Record<string, string>)[name];
      return value === undefined ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
    });
    return `(CAST('${text}' AS JSON), ${cells.join(', ')})`;
  });
  const sql = `SELECT ${toSql(compiled, { name: 'e', fields })} AS hit FROM (VALUES ${rows.join(', ')}) e(raw, ${fields.map((name) => `"${name}"`).join(', ')})`;
  return (await connection.runAndReadAll(sql)).getRowObjects().map(({ hit }) => hit === true);
}

describe('bad rules', () => {
  it.each([
    ['title: T\nlogsource:\n  product: x\ndetection:\n  a:\n    f|nope: x\n  condition: a', 5, 'not a modifier'],
    ['title: T\nlogsource:\n  product: x\ndetection:\n  a:\n    f: x\n  condition: a and b', 7, 'no selection "b"'],
    ['title: T\nlogsource:\n  product: x\ndetection:\n  a:\n    f: x\n  condition: (a', 7, 'not closed'],
    ['title: T\nlogsource:\n  product: x\ndetection:\n  a:\n    f|re: "("\n  condition: a', 5, 'regular expression'],
    ['title: T\nlogsource:\n  product: x\ndetection:\n  a:\n    f|cidr: 1.2\n  condition: a', 5, 'not a network'],
    [
      'title: T\nlogsource:\n  product: x\ndetection:\n  a:\n    f|cidr: 300.0.0.0/8\n  condition: a',
      5,
      'not a network',
    ],
    [
      'title: T\nlogsource:\n  product: x\ndetection:\n  a:\n    f|contains|re: x\n  condition: a',
      5,
      "can't be combined",
    ],
    [
      'title: T\ncorrelation:\n  type: event_count\n  rules: [a]\n  timespan: 1m\n  condition:\n    about: 3',
      6,
      'not an operator',
    ],
    [
      'title: T\ncorrelation:\n  type: temporal\n  rules: [a]\n  timespan: 1m\n  condition: a and b',
      6,
      'not supported',
    ],
    ['title: T\ndetection:\n  a:\n    f: x\n  condition: a', 1, 'Logsource'],
    ['title: [', 1, 'Flow sequence'],
    ['a: 1\nlogsource:\n  product: x', 1, 'Title'],
  ])('%j names file, line and problem', (text, line, problem) => {
    const read = () => readRules(text, 'bad.yml');
    expect(read).toThrow(SigmaError);
    expect(read).toThrow(`bad.yml:${line}: `);
    expect(read).toThrow(problem);
  });
});

describe('correlations', () => {
  const text = (type: string, more: string) =>
    `title: base\nname: base\nlogsource:\n  product: x\ndetection:\n  s:\n    what: fail\n  condition: s\n---\ntitle: other\nname: other\nlogsource:\n  product: x\ndetection:\n  s:\n    what: ok\n  condition: s\n---\ntitle: C\ncorrelation:\n  type: ${type}\n  rules:\n    - base\n${more}  group-by:\n    - user\n  timespan: 1m\n`;
  const events = [0, 10, 20, 200].map((at, index) => ({ at, what: 'fail', user: 'a', host: `h${index}`, size: 10 }));
  it.each([
    ['event_count', '', '  condition:\n    gte: 3\n', true],
    ['event_count', '', '  condition:\n    gte: 4\n', false],
    ['value_count', '', '  condition:\n    field: host\n    gte: 3\n', true],
    ['value_sum', '', '  condition:\n    field: size\n    gte: 30\n', true],
    ['value_sum', '', '  condition:\n    field: size\n    gt: 30\n', false],
    ['value_avg', '', '  condition:\n    field: size\n    gte: 10\n', true],
    ['value_median', '', '  condition:\n    field: size\n    gt: 10\n', false],
    ['value_percentile', '', '  condition:\n    field: size\n    percentile: 90\n    gte: 10\n', true],
    ['temporal', '    - other\n', '', true],
    ['temporal_ordered', '    - other\n', '', true],
    ['event_count', '', '  condition:\n    gte: 2\n    lt: 4\n', true],
    ['event_count', '', '  condition:\n    gt: 3\n    lt: 9\n', false],
    ['event_count', '', '  condition:\n    neq: 1\n', true],
  ])('%s %s%s', async (type, rules, condition, wanted) => {
    const parsed = readRules(text(type, rules) + condition, 'c.yml');
    const correlation = parsed[2] as CorrelationRule; // the third document
    const named = parsed.slice(0, rules === '' ? 1 : 2) as DetectionRule[];
    const all = [...events, { at: 30, what: 'ok', user: 'a', host: 'h9', size: 10 }];
    expect(
      correlates(
        correlation,
        named,
        all.map((event) => ({ time: event.at * 1000, event: flatten(event) })),
      ),
    ).toBe(wanted);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = all.map(
      (e) =>
        `(to_timestamp(${e.at}), CAST('${JSON.stringify(e)}' AS JSON), '${e.what}', '${e.user}', '${e.host}', ${e.size})`,
    );
    const source = { name: 'e', fields: ['what', 'user', 'host', 'size'] };
    await connection.run(
      `CREATE TABLE e AS SELECT * FROM (VALUES ${rows.join(', ')}) v(_time, raw, what, "user", host, size)`,
    );
    const found = (await connection.runAndReadAll(correlationSql(correlation, named, source))).getRowObjects();
    expect(found.length > 0).toBe(wanted);
  });
});

it('an ordered correlation wants its order', async () => {
  const rule = (what: string) =>
    `title: ${what}\nname: ${what}\nlogsource:\n  product: x\ndetection:\n  s:\n    what: ${what}\n  condition: s\n---\n`;
  const text = `${rule('a')}${rule('b')}title: C\ncorrelation:\n  type: temporal_ordered\n  rules: [a, b]\n  group-by: user\n  timespan: 1m\n`;
  const [a, b, correlation] = readRules(text, 'c.yml') as [DetectionRule, DetectionRule, CorrelationRule]; // in this order
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const [order, wanted] of [
    ['ab', true],
    ['ba', false],
  ] as const) {
    const events = [...order].map((what, at) => ({ time: at * 1000, event: flatten({ what, user: 'u' }) }));
    expect(correlates(correlation, [a, b], events)).toBe(wanted);
    const rows = [...order].map((what, at) => `(to_timestamp(${at}), CAST('{}' AS JSON), '${what}', 'u')`);
    await connection.run(
      `CREATE OR REPLACE TABLE e AS SELECT * FROM (VALUES ${rows.join(', ')}) v(_time, raw, what, "user")`,
    );
    const sql = correlationSql(correlation, [a, b], { name: 'e', fields: ['what', 'user'] });
    expect((await connection.runAndReadAll(sql)).getRowObjects().length > 0).toBe(wanted);
  }
});

it.each([
  ['fe80::/10', ['fe80::1', 'febf:1::2'], ['fec0::1', '::1']],
  ['2001:db8:8000::/33', ['2001:db8:8000::1', '2001:0db8:ffff:1::'], ['2001:db8:7fff::1']],
  ['2001:db8::/64', ['2001:db8::1', '2001:db8:0:0:1::'], ['2001:db8:0:1::1', '2001:db8:1::']],
  ['2001:db8:0:10::/60', ['2001:db8:0:1f::1'], ['2001:db8:0:20::1', '2001:db8:0:1::1']],
  ['::1/128', ['::1', '0:0:0:0:0:0:0:1'], ['::2', '1::1']],
])('IPv6 network %s, in memory and in DuckDB', async (network, inside, outside) => {
  const events = [...inside, ...outside].map((f) => ({ f }));
  const wanted = events.map((_, index) => index < inside.length);
  const compiled = one(`f|cidr: '${network}'`);
  expect(events.map((event) => matches(compiled, flatten(event)))).toEqual(wanted);
  expect(await bySql(compiled, events)).toEqual(wanted);
});

describe('our own detections', () => {
  const folder = path.resolve(import.meta.dirname, '../../../investigations-repo/detections');
  const rules = fs
    .readdirSync(folder)
    .flatMap((file) => readRules(fs.readFileSync(path.join(folder, file), 'utf8'), file));
  const events = fs
    .readFileSync(path.resolve(import.meta.dirname, '../../../fixtures/sigma-windows/events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { title: string; technique: string; event: object }); // the folder's README says what a line is

  it('have ids of their own', () => {
    expect(rules.length).toBeGreaterThan(150);
    expect(rules.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index)).toEqual([]);
  });

  const detections = rules.filter((item) => item.kind === 'detection');
  const fired = (event: object) => detections.filter((item) => matches(item, flatten(event)));
  it.each<[string, object | null, string | undefined]>([
    ['PutEventSelectors', { eventSelectors: [{ includeManagementEvents: false }] }, 'critical'],
    ['PutEventSelectors', { eventSelectors: [{ includeManagementEvents: true, readWriteType: 'All' }] }, 'low'],
    ['PutBucketLifecycle', { LifecycleConfiguration: { Rule: { Expiration: { Days: 1 } } } }, 'high'],
    ['PutBucketLifecycle', { LifecycleConfiguration: { Rule: { Expiration: { Days: 365 } } } }, 'low'],
    ['AuthorizeSecurityGroupIngress', { cidrIp: '0.0.0.0/0' }, 'high'],
    ['AuthorizeSecurityGroupIngress', { cidrIp: '10.0.0.0/8' }, 'low'],
    ['CreateAccessKey', { userName: 'bob' }, 'high'],
    ['CreateAccessKey', { userName: 'alice' }, 'medium'],
    ['CreateAccessKey', null, 'medium'],
    [
      'UpdateAssumeRolePolicy',
      { policyDocument: '{"Principal":{"AWS":"arn:aws:iam::999999999999:root"}}' },
      'critical',
    ],
    ['UpdateAssumeRolePolicy', { policyDocument: '{"Principal":{"AWS":"*"}}' }, 'critical'],
    ['UpdateAssumeRolePolicy', { policyDocument: '{"Principal":{"Service":"ec2.amazonaws.com"}}' }, 'high'],
    ['CreateRole', { assumeRolePolicyDocument: '{"Principal":{"AWS":"111122223333"}}' }, 'low'],
    [
      'ModifySnapshotAttribute',
      { createVolumePermission: { add: { items: [{ userId: '999999999999' }] } } },
      'critical',
    ],
    [
      'ModifySnapshotAttribute',
      { createVolumePermission: { remove: { items: [{ userId: '999999999999' }] } } },
      'medium',
    ],
    ['AttachRolePolicy', { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }, 'high'],
    ['AttachRolePolicy', { policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }, 'medium'],
    ['DescribeInstanceAttribute', { attribute: 'userData' }, 'medium'],
    ['GetParameters', { withDecryption: false }, undefined],
    ['RunInstances', { instanceType: 'p2.xlarge' }, 'high'],
    ['RunInstances', { instanceType: 't3.micro', instancesSet: { items: [{ maxCount: 1 }] } }, 'low'],
    ['PutBucketPolicy', { bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: '*' }] } }, 'critical'],
    ['UpdateFunctionCode20150331v2', {}, 'high'],
    ['StopLogging', null, 'critical'],
    ['DescribeRouteTables', null, undefined],
  ])('read the request of AWS calls: %s %j', async (eventName, requestParameters, level) => {
    const userIdentity = { userName: 'alice', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/alice' };
    const event = { eventSource: 'x.amazonaws.com', eventName, requestParameters, userIdentity };
    const hits = fired(event);
    const levels = hits.map((item) => LEVELS.indexOf(item.level));
    expect(levels.length === 0 ? undefined : LEVELS[Math.max(...levels)]).toBe(level);
    const same = detections.filter((item) => fitsSource(item.logsource, ['eventSource']));
    expect(await idsBySql(same, { event, fields: ['eventSource', 'eventName', 'userIdentity.accountId'] })).toEqual(
      hits.map(({ id }) => id),
    );
  });

  it.each([
    ['google.logging.v2.ConfigServiceV2.DeleteSink', '', 'Any audit log - switched logging or auditing off'],
    ['Microsoft.Insights/diagnosticSettings/delete', '', 'Any audit log - switched logging or auditing off'],
    ['SetIamPolicy', '', 'Any audit log - gave an identity more rights'],
    ['repository_vulnerability_alerts.disable', '', 'Any audit log - switched protection or alerts off'],
    ['google.iam.admin.v1.CreateServiceAccountKey', '', 'Any audit log - made new credentials'],
    ['create', 'pods/exec', 'Any audit log - ran a command in a container'],
    ['run', 'vssadmin.exe delete shadows /all /quiet', 'Any audit log - destroyed backups or recovery'],
  ])('read any audit log: %s %s', (action, command_line, title) =>
    expect(fired({ action, command_line }).map((item) => item.title)).toContain(title),
  );
  it('pass over ordinary reads', () => {
    expect(fired({ action: 'get' })).toEqual([]);
    expect(fired({ action: 'list', command_line: 'endpointslices' })).toEqual([]);
  });

  it('fire on each recorded Windows attack, and no rule for another product does', () => {
    const silent = events.filter(({ event }) => fired(event).length === 0).map(({ title }) => title);
    expect(silent).toEqual([]);
    expect(events.flatMap(({ event }) => fired(event)).filter((item) => item.logsource.product !== 'windows')).toEqual(
      [],
    );
  });
});
