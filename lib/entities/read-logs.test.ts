import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { GET } from '@/app/api/entities/[kind]/[value]/logs/route';
import { ingestAlerts } from '../alerts/ingest-alerts';
import { createKey } from '../auth/api-keys';
import { SYSTEM } from '../auth/guard';
import { testActor } from '../auth/testing';
import { closeServers } from '../connections/servers';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { readEntityLogs } from './read-logs';

testDatabase();
afterAll(closeServers);

it('finds the events that hold an entity, in every source, around when it was last seen', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-entity-logs-'));
  const at = (day: number, fields: object) =>
    `${JSON.stringify({ timestamp: `2026-01-${day}T10:00:00Z`, ...fields })}\n`;
  fs.mkdirSync(path.join(folder, 'web'));
  fs.mkdirSync(path.join(folder, 'vpn'));
  const user = "O'Neil";
  fs.writeFileSync(
    path.join(folder, 'web', 'a.jsonl'),
    at(10, { user: "o'neil", path: '/old' }) + at(20, { user, path: '/new' }) + at(20, { user: 'eva', path: '/other' }),
  );
  fs.writeFileSync(path.join(folder, 'vpn', 'b.jsonl'), at(19, { login: user }) + at(19, { login: 'max' }));
  overrideEnv({ LOGS_DIR: folder, DATA_DIR: fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-data-')) });
  await ingestAlerts(SYSTEM, 'generic', JSON.stringify({ title: 'x', user, timestamp: '2026-01-20T12:00:00Z' }));
  const analyst = await testActor('analyst');
  const found = await readEntityLogs(analyst, { kind: 'user', value: user });
  expect(found.rows.map(({ event }) => /new|login|old|other/.exec(event)?.[0])).toEqual(['new', 'login']);
  expect(found).toMatchObject({ from: '2026-01-13T12:00:00.000Z', to: '2026-01-21T12:00:00.000Z', truncated: false });
  expect(found.sources).toHaveLength(2);
  await expect(readEntityLogs(analyst, { kind: 'ip', value: 'x' })).rejects.toMatchObject({ code: 'bad_request' });
  const { key } = await createKey(analyst, { userId: analyst.id ?? '', name: 'in', scope: 'intake' });
  const request = new Request('http://localhost/x', { headers: { authorization: `Bearer ${key}` } });
  const refused = await GET(request, { params: Promise.resolve({ kind: 'user', value: user }) });
  expect(refused.status).toBe(403);
});
