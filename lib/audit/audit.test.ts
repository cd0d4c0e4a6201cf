import { beforeAll, describe, expect, it } from 'vitest';
import { actorOfKey, createKey } from '../auth/api-keys';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { audit } from '../db/audit';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { transaction } from '../db/transaction';
import { exportAudit } from './export-audit';
import { followAudit } from './follow-audit';
import { nameObjects } from './name-objects';
import { listAudit, listAuditNames } from './read-audit';
import { AuditQuery } from './schema';

testDatabase();
let admin: Actor;
beforeAll(async () => {
  admin = await testActor('admin');
});

const query = (filter: object = {}) => AuditQuery.parse(filter);
const write = (verb: string, subjectId: string, actorId: string | null = admin.id) =>
  audit(db(), { actorId, verb, subjectKind: 'thing', subjectId, data: { note: '=1+1' } });
const textOf = async (stream: ReadableStream) => new Response(stream).text();

describe('reading', () => {
  it('pages newest first, each row once, also rows of the same moment', async () => {
    await audit(
      db(),
      Array.from({ length: 25 }, (_, n) => ({
        actorId: null,
        verb: 'page.add',
        subjectKind: 'thing',
        subjectId: `p${n}`,
      })),
    );
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listAudit(admin, query({ action: 'page.*', limit: 10, ...(cursor ? { cursor } : {}) }));
      seen.push(...page.items.map(({ object }) => object.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `p${24 - n}`));
  });

  it('filters by who, action, group, object and day', async () => {
    const other = await testActor('lead');
    await write('filter.one', 'x1', other.id);
    await write('filter.two', 'x1');
    const count = async (filter: object) => (await listAudit(admin, query(filter))).items.length;
    expect(await count({ who: other.id })).toBe(1);
    expect(await count({ who: 'system', action: 'filter.*' })).toBe(0);
    expect(await count({ action: 'filter.one' })).toBe(1);
    expect(await count({ action: 'filter.*' })).toBe(2);
    for (const object of ['x1', 'thing:x1']) expect(await count({ object }), object).toBe(2);
    expect(await count({ object: 'thing', action: 'filter.two' })).toBe(1);
    expect(await count({ object: 'thing:nothing' })).toBe(0);
    const today = new Date().toISOString().slice(0, 10);
    expect(await count({ action: 'filter.*', from: today, to: today })).toBe(2);
    expect(await count({ action: 'filter.*', to: '2020-01-01' })).toBe(0);
    expect(await listAuditNames(admin)).toMatchObject({ kinds: expect.arrayContaining(['thing']) });
  });

  it('refuses everyone but admins, and cursors that it never returned', async () => {
    const lead = await testActor('lead');
    await expect(listAudit(lead, query())).rejects.toMatchObject({ reason: 'forbidden' });
    await expect(listAuditNames(lead)).rejects.toMatchObject({ reason: 'forbidden' });
    await expect(exportAudit(lead, 'csv', {})).rejects.toMatchObject({ reason: 'forbidden' });
    await expect(followAudit(lead, { limit: 1 })).rejects.toMatchObject({ reason: 'forbidden' });
    for (const cursor of [
      'x',
      'W10',
      Buffer.from('["2026-01-01T00:00:00Z","9999999999999999999"]').toString('base64url'),
    ])
      await expect(listAudit(admin, query({ cursor })), cursor).rejects.toMatchObject({ reason: 'invalid_cursor' });
    await expect(followAudit(admin, { after: 'e30', limit: 1 })).rejects.toMatchObject({ reason: 'invalid_cursor' });
  });
});

describe('export', () => {
  it('has every row of the filter, no formula, and is in the log afterwards', async () => {
    await audit(
      db(),
      Array.from({ length: 1002 }, (_, n) => ({
        actorId: admin.id,
        verb: 'bulk.add',
        subjectKind: 'thing',
        subjectId: `=${n}`,
      })),
    );
    const lines = (await textOf(await exportAudit(admin, 'csv', { action: 'bulk.add' }))).trimEnd().split('\n');
    expect(lines).toHaveLength(1003);
    expect(lines[1]).toContain(",thing,'=1001,");
    const all = JSON.parse(await textOf(await exportAudit(admin, 'json', {})));
    const list = JSON.parse(await textOf(await exportAudit(admin, 'json', { action: 'bulk.add' })));
    expect(list).toHaveLength(1002);
    expect(all[0]).toMatchObject({ action: 'audit.export', object: { id: 'csv' }, actor: { id: admin.id } });
    expect(JSON.parse(await textOf(await exportAudit(admin, 'json', { action: 'no.such' })))).toEqual([]);
  });
});

describe('following', () => {
  /** The place behind all rows so far: a transaction of another test on this server may hold back the last ones for a moment. */
  async function endOfLog() {
    await write('follow.add', 'last');
    const last = async () => (await followAudit(admin, { limit: 10_000 })).at(-1);
    await expect.poll(async () => (await last())?.object.id, { timeout: 30_000 }).toBe('last');
    return (await last())?.cursor;
  }

  it('never skips a row that an open transaction still holds', async () => {
    const start = await endOfLog();
    const followed = async () =>
      (await followAudit(admin, { after: start, limit: 100 })).map(({ object }) => object.id);
    await transaction(async (client) => {
      await audit(client, { actorId: null, verb: 'follow.add', subjectKind: 'thing', subjectId: 'slow' });
      await write('follow.add', 'fast');
      // A later row is there already; handing it out would lead the collector past the slow one.
      expect(await followed()).toEqual([]);
    });
    // Any transaction of the whole server holds later rows back, those of other tests too.
    await expect.poll(followed, { timeout: 30_000 }).toEqual(['slow', 'fast']);
    const [first] = await followAudit(admin, { after: start, limit: 1 });
    expect((await followAudit(admin, { after: first?.cursor, limit: 100 })).map(({ object }) => object.id)).toEqual([
      'fast',
    ]);
  });

  it('continues by id after a restore, which restarts the transaction numbers', async () => {
    const lastOf = async () => (await followAudit(admin, { limit: 10_000 })).at(-1);
    await expect.poll(lastOf, { timeout: 30_000 }).toBeDefined();
    const last = await lastOf();
    const after = Buffer.from(JSON.stringify(['999999999999', last?.id])).toString('base64url');
    await write('follow.add', 'restored');
    const followed = async () => (await followAudit(admin, { after, limit: 10 })).map(({ object }) => object.id);
    await expect.poll(followed, { timeout: 30_000 }).toEqual(['restored']);
  });
});

describe('the log is append-only for the application’s own connection', () => {
  it.each([
    "UPDATE audit SET verb = 'x'",
    'DELETE FROM audit',
    'TRUNCATE audit CASCADE',
    'UPDATE audit_trail SET line = line',
    'DELETE FROM audit_trail',
    'TRUNCATE audit_trail',
    'SET LOCAL session_replication_role = replica; DELETE FROM audit',
  ])('%s', async (sql) => {
    await write('keep.add', 'kept');
    await expect(transaction((client) => client.query(sql))).rejects.toThrow(/append-only/);
    expect(await db().auditEntry.count({ where: { verb: 'keep.add' } })).toBeGreaterThan(0);
  });

  it('nor can a writer choose its place in the log', async () => {
    await db().auditEntry.create({
      data: { actorId: null, verb: 'place.add', subjectKind: 'thing', subjectId: 'p', txId: 1n },
    });
    const row = await db().auditEntry.findFirstOrThrow({ where: { verb: 'place.add' } });
    expect(row.txId).toBeGreaterThan(1n);
  });
});

it('records the first use of a key from each address, once', async () => {
  const { id, key } = await createKey(admin, { userId: admin.id ?? '', name: 'collector' });
  for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2', null]) await actorOfKey(key, address);
  const rows = await db().auditEntry.findMany({
    where: { verb: 'keys.new_address', subjectId: id },
    orderBy: { id: 'asc' },
  });
  expect(rows.map(({ data, actorId }) => ({ data, actorId }))).toEqual([
    { data: { address: '192.0.2.1' }, actorId: admin.id },
    { data: { address: '192.0.2.2' }, actorId: admin.id },
  ]);
  expect((await pool().query('SELECT FROM key_addresses WHERE key_id = $1', [id])).rowCount).toBe(2);
});

describe('names', () => {
  it('calls people, alerts and cases by their names, for admins only', async () => {
    const person = await testActor('lead');
    const gone = '01a00000-0000-7000-8000-000000000000';
    await write('name.one', 'x');
    const entry = (kind: string, id: string, data: unknown = null) => ({
      id: '1',
      at: '',
      actor: null,
      action: 'name.one',
      object: { kind, id },
      data,
    });
    const named = await nameObjects(admin, [
      entry('user', person.id ?? ''),
      entry('run', gone, { investigationId: gone }),
      entry('alert', 'not an id'),
      entry('thing', 'x'),
    ]);
    expect(Object.keys(named)).toEqual([`user:${person.id}`]);
    expect(named[`user:${person.id}`]).not.toBe('');
    await expect(nameObjects(person, [])).rejects.toMatchObject({ reason: 'forbidden' });
  });
});
