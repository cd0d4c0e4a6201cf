import { v7 as uuid } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { openCase, openRun } from '../agent/testing/open-case';
import type { Actor } from '../auth/guard';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { closeQueue } from '../jobs/queue';
import { caseGraph } from './case-graph';
import { readGraph } from './read-graph';

testDatabase();
afterAll(closeQueue);

const COLUMNS = ['eventTime', 'eventName', 'userName', 'accessKeyId', 'sourceIPAddress', 'bucketName', 'errorCode'];
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const row = (minute: number, action: string, user: string, bucket: string | null, error: string | null = null) => [
  new Date(Date.UTC(2026, 0, 2, 10, minute)).toISOString(),
  action,
  user,
  KEY,
  '198.51.100.7',
  bucket,
  error,
];
const record = (number: number, rows: unknown[][], columns = COLUMNS, status = 'ok'): EvidenceRecord => ({
  number,
  server: 'logs',
  tool: 'query',
  args: { sql: 'SELECT * FROM cloudtrail' },
  status,
  rows: rows.length,
  durationMs: 1,
  truncated: false,
  timeFrom: null,
  timeTo: null,
  text: '',
  structured: { columns, rows },
});
const names = (records: EvidenceRecord[]) => caseGraph(records).nodes.map(({ kind, name }) => [kind, name]);

describe('the graph of a case', () => {
  it('joins who, key, address and what, counts each event once, and says what was done and in which records', () => {
    const read = row(1, 'GetObject', 'eva', 'payroll');
    const { nodes, edges, omitted } = caseGraph([
      record(2, [read, row(2, 'GetObject', 'eva', 'payroll', 'AccessDenied')]),
      record(3, [read, row(3, 'ListUsers', 'eva', null)]),
    ]);
    expect(omitted).toBe(0);
    expect(nodes.map(({ kind, name, count, failures }) => [kind, name, count, failures])).toEqual([
      ['actor', 'eva', 3, 1],
      ['key', KEY, 3, 1],
      ['address', '198.51.100.7', 3, 1],
      ['target', 'payroll', 2, 1],
      ['target', 'listusers', 1, 0],
    ]);
    expect(edges.map(({ from, to, count }) => [from, to, count])).toContainEqual([
      'address:198.51.100.7',
      'target:payroll',
      2,
    ]);
    const first = edges.find(({ to }) => to === `key:${KEY}`);
    expect(first).toMatchObject({ actions: ['getobject', 'listusers'], evidence: [2, 3], failures: 1 });
    expect([first?.first, first?.last]).toEqual([Date.UTC(2026, 0, 2, 10, 1), Date.UTC(2026, 0, 2, 10, 3)]);
  });

  it('takes what a grouping query counted, and leaves out what connects nothing', () => {
    const counted = record(1, [['bob', '203.0.113.9', 40]], ['userName', 'sourceIPAddress', 'n']);
    expect(caseGraph([counted]).edges).toMatchObject([{ from: 'actor:bob', to: 'address:203.0.113.9', count: 40 }]);
    expect(names([record(1, [[12]], ['n']), record(2, [['eva']], ['userName'])])).toEqual([]);
    expect(names([record(1, [row(1, 'GetObject', 'eva', 'payroll')], COLUMNS, 'failed')])).toEqual([]);
    expect(caseGraph([])).toEqual({ nodes: [], edges: [], omitted: 0 });
  });

  it('keeps the busiest of too many, and says how many it leaves out', () => {
    const many = Array.from({ length: 300 }, (_, index) => row(index % 60, 'GetObject', 'eva', `bucket-${index}`));
    const { nodes, edges, omitted } = caseGraph([record(1, [...many, row(61, 'GetObject', 'eva', 'bucket-299')])]);
    expect(omitted).toBe(240);
    expect(nodes.find(({ kind }) => kind === 'target')?.name).toBe('bucket-299');
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
  });
});

describe('reading it', () => {
  it('is from the evidence of the case, and of no other', async () => {
    const { actor, investigationId, runId } = await openRun();
    const { structured, ...call } = record(1, [row(1, 'GetObject', 'eva', 'payroll')]);
    await db().evidence.create({
      data: {
        id: uuid(),
        investigationId,
        runId,
        number: 1,
        callId: 'c1',
        server: call.server,
        tool: call.tool,
        args: {},
        argsHash: 'h',
        status: 'ok',
        startedAt: new Date(),
        rows: 1,
        bytes: 10,
        result: { text: '', structured: structured as object },
      },
    });
    expect((await readGraph(actor, investigationId)).nodes.map(({ kind }) => kind)).toEqual([
      'actor',
      'key',
      'address',
      'target',
    ]);
    expect(await readGraph(actor, (await openCase()).investigationId)).toEqual({ nodes: [], edges: [], omitted: 0 });
  });

  it('refuses an unknown case, and who may not', async () => {
    const { actor, investigationId } = await openCase();
    await expect(readGraph(actor, uuid())).rejects.toMatchObject({ code: 'not_found' });
    await expect(readGraph(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
    const nobody = { ...actor, role: 'visitor' } as unknown as Actor; // not a Role on purpose
    await expect(readGraph(nobody, investigationId)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
