import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GET as EXPORT } from '@/app/api/entity-lists/export/[format]/route';
import { GET } from '@/app/api/entity-lists/route';
import { createKey } from '../auth/api-keys';
import type { Actor } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { ensureStore } from '../store/repo';
import { setTrust } from './set-trust';

testDatabase();

let analyst: Actor;
let headers: Record<string, string> = {};

const list = async (query = '') =>
  GET(new Request(`http://localhost/api/entity-lists${query}`, { headers }), { params: Promise.resolve({}) });
const file = async (format: string, query = '', as = headers) =>
  EXPORT(new Request(`http://localhost/x${query}`, { headers: as }), { params: Promise.resolve({ format }) });

beforeAll(async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-lists-'));
  fs.mkdirSync(path.join(folder, 'born', 'known'), { recursive: true });
  fs.writeFileSync(
    path.join(folder, 'born', 'known', 'bad.yml'),
    `entries:
  - { kind: ip, value: 198.51.100.0/24, trust: known-bad, note: Rented servers }
  - { kind: ip, value: 203.0.113.9, trust: known-bad, note: Said by a file }
  - { kind: ip, value: 203.0.113.10, trust: known-bad, note: Old, expires: 2020-01-01 }
`,
  );
  overrideEnv({ DATA_DIR: path.join(folder, 'data') });
  await ensureStore(path.join(folder, 'born'));
  analyst = await testActor('analyst');
  headers = await keyHeaders(analyst);
  await setTrust(analyst, { kind: 'ip', value: '203.0.113.7' }, { trust: 'known-bad', note: '=C2()' });
  await setTrust(analyst, { kind: 'ip', value: '203.0.113.8' }, { trust: 'known-bad', expiresAt: '2999-01-01' });
  await db().entityTrust.updateMany({ where: { value: '203.0.113.8' }, data: { expiresAt: new Date(0) } });
  await setTrust(analyst, { kind: 'ip', value: '203.0.113.9' }, { trust: 'known-bad', note: 'Said by a person' });
  await setTrust(analyst, { kind: 'account', value: '123456789012' }, { trust: 'known-bad' });
  await setTrust(analyst, { kind: 'user', value: 'eva' }, { trust: 'watched' });
});

describe('what the team says of entities', () => {
  it('is listed by what it is, newest first and by page, with the entries of files', async () => {
    const valuesOf = (items: { entity: { value: string } }[]) => items.map(({ entity }) => entity.value);
    const first = await (await list('?trust=known-bad&limit=3')).json();
    expect(valuesOf(first.items)).toEqual(['123456789012', '203.0.113.9', '203.0.113.8']);
    expect(first.items[2].note).toMatchObject({ trust: 'known-bad', expired: true, by: { id: analyst.id } });
    expect(valuesOf(first.files)).toEqual(['198.51.100.0/24', '203.0.113.9', '203.0.113.10']);
    const rest = await (await list(`?trust=known-bad&limit=3&cursor=${first.nextCursor}`)).json();
    expect([valuesOf(rest.items), rest.files, rest.nextCursor]).toEqual([['203.0.113.7'], [], null]);
    expect(valuesOf((await (await list('?kind=user')).json()).items)).toEqual(['eva']);
    expect((await (await list()).json()).items).toHaveLength(5);
  });

  it('is a file of what holds, a person’s word before a file’s', async () => {
    const text = await file('txt', '?trust=known-bad&kind=ip');
    expect(text.headers.get('content-disposition')).toBe('attachment; filename="known-bad-ip.txt"');
    expect((await text.text()).trim().split('\n').sort()).toEqual(['198.51.100.0/24', '203.0.113.7', '203.0.113.9']);
    const csv = await (await file('csv', '?trust=known-bad')).text();
    expect(csv).toContain(`ip,203.0.113.7,known-bad,'=C2(),`);
    expect(csv).toContain('Said by a person');
    expect(csv).not.toContain('Said by a file');
    const { objects } = await (await file('stix', '?trust=known-bad')).json();
    expect(objects).toHaveLength(3); // no pattern for an account
    expect(objects[0]).toMatchObject({ type: 'indicator', indicator_types: ['malicious-activity'] });
  });

  it('refuses another list, format or cursor, those without an account, and a key for intake', async () => {
    expect((await list('?trust=friend')).status).toBe(400);
    expect((await list('?cursor=x')).status).toBe(400);
    const forged = Buffer.from(JSON.stringify(['2026-01-01T00:00:00.000Z', 'ip', '\0'])).toString('base64url');
    expect((await list(`?cursor=${forged}`)).status).toBe(400);
    expect((await file('pdf')).status).toBe(404);
    expect((await file('csv', '?kind=planet')).status).toBe(400);
    expect((await file('csv', '', {})).status).toBe(401);
    const { key } = await createKey(analyst, { userId: analyst.id ?? '', name: 'in', scope: 'intake' });
    expect((await file('csv', '', { authorization: `Bearer ${key}` })).status).toBe(403);
  });
});
