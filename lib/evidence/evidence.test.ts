import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { v7 as uuid } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { openCase, openRun } from '../agent/testing/open-case';
import { query, start, write } from '../agent/testing/run-case';
import { scriptedModel, toolboxOf } from '../agent/testing/scripted-model';
import type { Actor } from '../auth/guard';
import type { Role } from '../auth/permissions';
import { testActor } from '../auth/testing';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { hashOf } from '../text/canonical-json';
import { exportEvidence } from './export-evidence';
import { listEvidence } from './list-evidence';
import { readEvidence } from './read-evidence';
import { readEvidenceFile } from './read-evidence-file';
import { finishEvidence, openEvidence } from './record-evidence';

testDatabase();
afterAll(closeQueue);

async function runOf(
  investigationId: string,
  actor: Actor,
  status = 'running',
): Promise<{ runId: string; leaseOwner: string }> {
  const runId = uuid();
  await db().run.create({
    data: {
      id: runId,
      investigationId,
      kind: 'investigate',
      model: 'm',
      requestedById: actor.id ?? '',
      status,
      leaseOwner: 'me',
    },
  });
  return { runId, leaseOwner: 'me' };
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => [index, `row ${index}`]);
const result = (structured: Record<string, unknown> | null, text = 'text') => ({
  ok: true,
  text,
  structured,
  bytes: 10,
  truncated: false,
  durationMs: 3.4,
});

async function record(
  fence: { runId: string; leaseOwner: string },
  investigationId: string,
  sql: string,
  outcome: ReturnType<typeof result>,
) {
  const opened = await openEvidence({
    ...fence,
    investigationId,
    callId: sql,
    server: 'logs',
    tool: 'query',
    args: { sql },
  });
  if (opened.state !== 'open') throw new Error(opened.state);
  await finishEvidence(opened, fence, outcome);
  return opened.number;
}

describe('records', () => {
  it('are numbered without gaps or doubles, whoever records at the same time', async () => {
    const { actor, investigationId } = await openCase();
    const runs = [await runOf(investigationId, actor), await runOf(investigationId, actor, 'succeeded')];
    const numbers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => record(runs[index % 2]!, investigationId, `Q${index}`, result(null))),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('are read as pages of rows cut by the database; what is no table as text', async () => {
    const { actor, investigationId } = await openCase();
    const fence = await runOf(investigationId, actor);
    const columns = [
      { name: 'n', type: 'BIGINT' },
      { name: 't', type: 'VARCHAR' },
    ];
    await record(
      fence,
      investigationId,
      'table',
      result({ columns, rows: rowsOf(1200), rowCount: 1200, truncated: false }),
    );
    await record(fence, investigationId, 'list', result({ sources: [{ name: 'a' }, { name: 'b' }] }, 'two sources'));
    const first = await readEvidence(actor, investigationId, 1);
    expect(first).toMatchObject({
      rows: 1200,
      durationMs: 3,
      text: null,
      table: { columns: ['n', 't'], total: 1200, offset: 0 },
    });
    expect(first.table?.rows).toHaveLength(500);
    expect((await readEvidence(actor, investigationId, 1, { offset: 1000 })).table?.rows).toEqual(
      rowsOf(1200).slice(1000),
    );
    expect((await readEvidence(actor, investigationId, 1, { offset: 2 ** 40 })).table?.rows).toEqual([]);
    expect(await readEvidence(actor, investigationId, 2)).toMatchObject({ rows: 2, table: null, text: 'two sources' });
    await expect(readEvidence(actor, investigationId, 1, { offset: -1 })).rejects.toMatchObject({
      code: 'bad_request',
    });
    await expect(readEvidence(actor, investigationId, 3)).rejects.toMatchObject({ code: 'not_found' });
    const visitor = { ...actor, role: 'visitor' as Role };
    await expect(readEvidence(visitor, investigationId, 1)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listEvidence(visitor, investigationId)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listEvidence(actor, 'x')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are exported so that each hash can be checked from the file alone, large results compressed', async () => {
    const { actor, investigationId } = await openCase();
    const fence = await runOf(investigationId, actor);
    await record(fence, investigationId, 'small', result({ b: 1, a: [1.5, 1e21, '\0'] }, 'x'));
    await record(
      fence,
      investigationId,
      'large',
      result({ columns: ['n', 't'], rows: rowsOf(20_000) }, 'y'.repeat(300_000)),
    );
    const file = JSON.parse(JSON.stringify(await db().$transaction((tx) => exportEvidence(tx, investigationId))));
    const [small, large] = file.evidence;
    expect(hashOf(small.result)).toBe(small.sha256);
    expect(large.rows).toBe(20_000);
    expect(large).not.toHaveProperty('result');
    const unpacked = gunzipSync(Buffer.from(large.resultGzip, 'base64'));
    expect(createHash('sha256').update(unpacked).digest('hex')).toBe(large.sha256);
    expect(large.resultGzip.length).toBeLessThan(unpacked.length / 5);
    const [, read] = readEvidenceFile(JSON.stringify(file));
    expect(read).toMatchObject({ number: 2, rows: 20_000, structured: { rows: rowsOf(20_000) } });
    // The database keeps it compressed, too.
    const sizes = await pool().query(
      'SELECT pg_column_size(result) AS kept, octet_length(result::text) AS whole FROM evidence WHERE investigation_id = $1 AND number = 2',
      [investigationId],
    );
    expect(sizes.rows[0].kept).toBeLessThan(sizes.rows[0].whole / 2);
    const spoiled = JSON.stringify(file).replace(large.resultGzip, large.resultGzip.slice(100));
    expect(() => readEvidenceFile(spoiled)).toThrow(/E2 can't be unpacked/);
    const { rows } = await pool().query(
      'SELECT result, sha256 FROM evidence WHERE investigation_id = $1 AND number = 2',
      [investigationId],
    );
    expect(hashOf(rows[0].result)).toBe(rows[0].sha256);
  });

  it('are written by the worker that holds the run, by no other', async () => {
    const { actor, investigationId } = await openCase();
    const fence = await runOf(investigationId, actor);
    const call = { investigationId, callId: 'c', server: 'logs', tool: 'query', args: {} };
    const opened = await openEvidence({ ...call, ...fence });
    const stale = { ...fence, leaseOwner: 'somebody else' };
    expect(await openEvidence({ ...call, ...stale, callId: 'd' })).toEqual({ state: 'fenced' });
    if (opened.state !== 'open') throw new Error(opened.state);
    expect(await finishEvidence(opened, stale, result(null))).toBeNull();
    // Taken up again by the holder: the same number.
    expect(await openEvidence({ ...call, ...fence })).toMatchObject({ state: 'open', number: 1 });
    await finishEvidence(opened, fence, { failure: new Error('gone'), durationMs: 1 });
    expect(await openEvidence({ ...call, ...fence })).toMatchObject({
      state: 'done',
      record: { ok: false, text: 'gone' },
    });
  });
});

describe('secrets in results', () => {
  it('are masked for readers and in git; a lead sees them, which is audited', async () => {
    const { actor, investigationId, runId } = await openRun();
    const password = 'Winter-2024-hunter';
    const sql = 'SELECT 1';
    const rows = { columns: [{ name: 'user' }, { name: 'password' }], rows: [['bob', password]] };
    const toolbox = toolboxOf({
      logs__query: () => ({ structured: rows, text: JSON.stringify(rows) }),
      logs__raw: () => ({ text: `Authorization: Bearer ${password}` }),
    });
    const model = scriptedModel([
      { calls: [query(sql), { name: 'logs__raw' }] },
      { calls: [write('Timeline', 'x')] },
      {},
    ]);
    await start(runId, { model, toolbox });
    expect(JSON.stringify(model.requests)).not.toContain(password);
    expect(JSON.stringify(model.requests)).toContain('«secret masked: value»');

    for (const number of [1, 2]) {
      const shown = await readEvidence(actor, investigationId, number);
      expect(shown.masked).toBe(true);
      expect(JSON.stringify(shown)).not.toContain(password);
      await expect(readEvidence(actor, investigationId, number, { reveal: true })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    const lead = await testActor('lead');
    expect((await readEvidence(lead, investigationId, 1, { reveal: true })).table?.rows).toEqual([['bob', password]]);
    expect(await db().auditEntry.findMany({ where: { verb: 'evidence.reveal' } })).toMatchObject([
      { actorId: lead.id, data: { investigationId, number: 1 } },
    ]);
    const file = await db().$transaction((tx) => exportEvidence(tx, investigationId));
    expect(JSON.stringify(file)).not.toContain(password);
    expect(file).toMatchObject({ evidence: [{ masked: true }, { masked: true }] });
  });
});
