import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GET } from '@/app/api/entities/[kind]/[value]/route';
import { PUT } from '@/app/api/entities/[kind]/[value]/trust/route';
import { ingestAlerts } from '../alerts/ingest-alerts';
import type { EntityKind } from '../alerts/schema';
import { createKey } from '../auth/api-keys';
import { type Actor, SYSTEM } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { openInvestigation } from '../investigations/open-investigation';
import { ensureStore } from '../store/repo';
import { readEntity } from './read-entity';
import { setTrust } from './set-trust';

testDatabase();

const ROLE = 'arn:aws:iam::123456789012:role/ops/Deploy';
const session = (name: string) => `arn:aws:sts::123456789012:assumed-role/Deploy/${name}`;
let analyst: Actor;
let headers: Record<string, string> = {};
let ids: string[] = [];

const ask = (kind: string, value: string, query = '') =>
  GET(new Request(`http://localhost/api/entities/x/y${query}`, { headers }), {
    params: Promise.resolve({ kind, value }),
  });
const put = (kind: string, value: string, body: unknown, as = headers) =>
  PUT(
    new Request('http://localhost/api/entities/x/y/trust', { method: 'PUT', headers: as, body: JSON.stringify(body) }),
    {
      params: Promise.resolve({ kind, value }),
    },
  );

beforeAll(async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-known-'));
  const known = path.join(folder, 'born', 'known');
  fs.mkdirSync(known, { recursive: true });
  fs.writeFileSync(
    path.join(known, 'networks.yml'),
    `entries:
  - { kind: ip, value: 203.0.113.0/24, trust: corporate-range, note: Berlin office }
  - { kind: ip, value: 203.0.113.7, trust: scanner, note: Old scanner, expires: 2020-01-01 }
  - { kind: ip, value: nowhere, trust: scanner, note: Wrong }
`,
  );
  overrideEnv({ DATA_DIR: path.join(folder, 'data') });
  await ensureStore(path.join(folder, 'born'));

  analyst = await testActor('analyst');
  headers = await keyHeaders(analyst);
  const documents = Array.from({ length: 6 }, (_, index) => ({
    id: `a${index}`,
    title: `Alert ${index}`,
    severity: 'high',
    timestamp: `2026-01-0${index + 1}T10:00:00Z`,
    source_ip: index < 4 ? '203.0.113.7' : '198.51.100.1',
    user: index % 2 === 0 ? 'eva@corp.com' : 'svc-backup',
    userIdentity: { arn: index === 5 ? ROLE : session(`run-${index}`) },
  }));
  ids = (await ingestAlerts(SYSTEM, 'generic', JSON.stringify(documents))).ids;
  await openInvestigation(analyst, { alertIds: [ids[0] ?? '', ids[1] ?? ''] });
});

describe('an entity over HTTP', () => {
  it('has its times, alerts by page, cases, days and what it appears with', async () => {
    const answer = await ask('ip', '203[.]0[.]113[.]7', '?limit=3');
    expect(answer.status).toBe(200);
    const found = await answer.json();
    expect(found).toMatchObject({
      entity: { kind: 'ip', value: '203.0.113.7' },
      firstSeen: '2026-01-01T10:00:00.000Z',
      lastSeen: '2026-01-04T10:00:00.000Z', // not when its case was opened
      alertCount: { count: 4, more: false },
      caseCount: { count: 1, more: false },
    });
    expect(found.days).toEqual([1, 2, 3, 4].map((day) => ({ day: `2026-01-0${day}`, alerts: 1 })));
    expect(found.cases.items[0]).toMatchObject({ status: 'draft', classification: null });
    expect(found.related).toContainEqual({ kind: 'email', value: 'eva@corp.com', alerts: 2, cases: 1 });
    expect(found.alerts.items).toHaveLength(3);
    const rest = await (await ask('ip', '203.0.113.7', `?limit=3&alertCursor=${found.alerts.nextCursor}`)).json();
    expect(rest.alerts.nextCursor).toBeNull();
    const listed = [...found.alerts.items, ...rest.alerts.items].map(({ id }: { id: string }) => id);
    expect([...listed].sort()).toEqual(ids.slice(0, 4).sort());
    const open = await (await ask('ip', '203.0.113.7', '?status=open')).json();
    expect(open.alerts.items).toHaveLength(2);
    expect((await (await ask('ip', '203.0.113.7', '?classification=BENIGN')).json()).cases.items).toEqual([]);
  });

  it('is one thing under its certain names: a role with its sessions, a user with the address', async () => {
    for (const value of [ROLE, session('run-2')]) {
      const found = await (await ask('arn', value)).json();
      expect(found.entity).toEqual({ kind: 'arn', value: 'arn:aws:iam::123456789012:role/Deploy' });
      expect(found.alertCount.count).toBe(6);
      expect(found.forms).toHaveLength(6);
    }
    const [person, address] = await Promise.all([ask('user', 'Eva@corp.com'), ask('email', 'eva@corp.com')]);
    const [one, other] = [await person.json(), await address.json()];
    expect(one.entity).toEqual({ kind: 'email', value: 'eva@corp.com' });
    expect(one.forms.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['email', 'user']);
    expect(other.alertCount.count).toBe(3);
    expect(other.related.map(({ value }: { value: string }) => value.toLowerCase())).not.toContain('eva@corp.com');
    // A name that nobody said is hers.
    expect((await readEntity(analyst, { kind: 'user', value: 'eva' })).alertCount.count).toBe(0);
  });

  it('answers for what nobody has seen, and refuses what can’t be of the kind', async () => {
    const unseen = await (await ask('domain', 'never.example')).json();
    expect(unseen).toMatchObject({ forms: [], firstSeen: null, lastSeen: null, alertCount: { count: 0 } });
    expect(unseen.alerts.items).toEqual([]);
    expect((await ask('ip', 'never.example')).status).toBe(400);
    expect((await ask('planet', 'mars')).status).toBe(400);
    expect((await ask('ip', '203.0.113.7', '?alertCursor=x')).status).toBe(400);
    expect((await ask('ip', '203.0.113.7', '?limit=0')).status).toBe(400);
  });

  it('refuses those without an account and a key for intake', async () => {
    const { key } = await createKey(analyst, { userId: analyst.id ?? '', name: 'in', scope: 'intake' });
    const context = { params: Promise.resolve({ kind: 'ip', value: '203.0.113.7' }) };
    const as = (sent: Record<string, string>) => GET(new Request('http://localhost/x', { headers: sent }), context);
    expect((await as({})).status).toBe(401);
    expect((await as({ authorization: `Bearer ${key}` })).status).toBe(403);
  });
});

describe('trust', () => {
  const path = { kind: 'user' as EntityKind, value: 'svc-backup' };

  it('is set for all names of a thing, with a history, and undone by what the answer gives', async () => {
    const set = { trust: 'service-account', note: 'Nightly backups', expiresAt: '2999-01-31' };
    const answer = await put('user', 'svc-backup', set);
    expect(answer.status).toBe(200);
    const { trust, previous } = await answer.json();
    expect(trust).toMatchObject([
      { ...set, expiresAt: '2999-02-01T00:00:00.000Z', expired: false, from: 'person', by: { id: analyst.id } },
    ]);
    expect(previous).toEqual({ trust: 'none', note: '', expiresAt: null });
    const bad = await (await put('user', 'svc-backup', { trust: 'known-bad', note: 'Stolen' })).json();
    expect(bad.previous).toMatchObject({ trust: 'service-account', note: 'Nightly backups' });
    const undone = await (await put('user', 'svc-backup', bad.previous)).json();
    expect(undone.trust).toMatchObject([{ trust: 'service-account', expiresAt: '2999-02-01T00:00:00.000Z' }]);
    expect(undone.history.map((change: { trust: string }) => change.trust)).toEqual([
      'service-account',
      'known-bad',
      'service-account',
    ]);
    await setTrust(analyst, path, { trust: 'none' });
    expect(await readEntity(analyst, path)).toMatchObject({ trust: [], history: [{ trust: null }, {}, {}, {}] });
    await setTrust(analyst, { kind: 'arn', value: session('run-1') }, { trust: 'service-account' });
    const role = await readEntity(analyst, { kind: 'arn', value: ROLE });
    expect(role.trust).toMatchObject([{ trust: 'service-account' }]);
  });

  it('shows what has expired as expired', async () => {
    await setTrust(analyst, path, { trust: 'scanner', expiresAt: '2999-01-01' });
    await db().entityTrust.update({ where: { kind_value: path }, data: { expiresAt: new Date(0) } });
    expect((await readEntity(analyst, path)).trust).toMatchObject([{ trust: 'scanner', expired: true }]);
    const next = await setTrust(analyst, path, { trust: 'known-bad' });
    expect(next.previous).toMatchObject({ trust: 'none' });
  });

  it('refuses what is no trust, an expiry in the past and a value that can’t be of its kind', async () => {
    for (const body of [
      {},
      { trust: 'friend' },
      { trust: 'scanner', expiresAt: '2020-01-01' },
      { trust: 'scanner', x: 1 },
    ])
      expect((await put('user', 'svc-backup', body)).status).toBe(400);
    expect((await put('ip', 'x', { trust: 'scanner' })).status).toBe(400);
    expect((await put('file', `/${'ü'.repeat(1500)}`, { trust: 'scanner' })).status).toBe(400);
  });

  it('refuses an analyst who says known-good, a key that may only read, and the system', async () => {
    expect((await put('user', 'svc-backup', { trust: 'known-good' })).status).toBe(403);
    const reviewer = await testActor('reviewer');
    const answer = await put('user', 'svc-backup', { trust: 'known-good', note: 'Ours' }, await keyHeaders(reviewer));
    expect((await answer.json()).trust).toMatchObject([{ trust: 'known-good', by: { id: reviewer.id } }]);
    const { key } = await createKey(analyst, { userId: analyst.id ?? '', name: 'reader', scope: 'read' });
    const reader = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    expect((await put('user', 'svc-backup', { trust: 'none' }, reader)).status).toBe(403);
    await expect(setTrust(SYSTEM, path, { trust: 'none' })).rejects.toMatchObject({ reason: 'person_required' });
  });

  it('has the entries of the store’s known lists, ranges and expired ones too, and names what is wrong in them', async () => {
    const { trust, knownProblems } = await readEntity(analyst, { kind: 'ip', value: '::ffff:203.0.113.7' });
    expect(trust).toMatchObject([
      { trust: 'corporate-range', from: 'file', file: 'known/networks.yml:2', range: '203.0.113.0/24', expired: false },
      { trust: 'scanner', file: 'known/networks.yml:3', range: null, expired: true },
    ]);
    expect(knownProblems).toEqual(['known/networks.yml:4: "nowhere" is not a valid ip.']);
    expect((await readEntity(analyst, { kind: 'ip', value: '198.51.100.1' })).trust).toEqual([]);
  });
});
