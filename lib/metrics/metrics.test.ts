import { afterAll, describe, expect, it } from 'vitest';
import { GET as health } from '@/app/api/health/route';
import { GET as metrics } from '@/app/api/metrics/route';
import { GET as ready } from '@/app/api/ready/route';
import { createKey } from '../auth/api-keys';
import { keyHeaders, testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { overrideEnv } from '../env/env';
import { gauge } from './format';

testDatabase();
const TOKEN = 'a-token-for-the-collector';
afterAll(() => overrideEnv({ METRICS_TOKEN: undefined }));

const call = (route: typeof metrics | typeof health | typeof ready, headers: Record<string, string> = {}) =>
  route(new Request('http://localhost/api/x', { headers }), { params: Promise.resolve({}) });

describe('GET /api/metrics', () => {
  it('takes the token, or a lead’s key that may read; nobody else', async () => {
    const lead = await testActor('lead');
    const { key } = await createKey(lead, { userId: lead.id ?? '', name: 'prometheus', scope: 'read' });
    expect((await call(metrics, { authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await call(metrics, await keyHeaders(await testActor('analyst')))).status).toBe(403);
    expect((await call(metrics)).status).toBe(401);
    expect((await call(metrics, { authorization: `Bearer ${TOKEN}` })).status).toBe(401);
    overrideEnv({ METRICS_TOKEN: TOKEN });
    expect((await call(metrics, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await call(metrics, { authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
  });

  it('is Prometheus text without ids, addresses or secrets', async () => {
    overrideEnv({ METRICS_TOKEN: TOKEN });
    const person = await testActor('analyst');
    await db().outbox.create({
      data: { kind: 'publish_revision', payload: {}, createdAt: new Date(Date.now() - 60_000) },
    });
    await call(health);
    const text = await (await call(metrics, { authorization: `Bearer ${TOKEN}` })).text();
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) socdown_\w+ .+|socdown_\w+(?:\{(?:\w+="[^"]*",?)*\})? [-+.\de]+)$/);
    expect(text).toMatch(/socdown_http_request_duration_seconds_count\{permission="public",status="2xx"\} [1-9]/);
    expect(text).toMatch(/socdown_publications_pending \d/);
    for (const secret of [TOKEN, person.email, person.id ?? '-']) expect(text).not.toContain(secret);
  });

  it('quotes what a label can’t hold', () => {
    expect(gauge('socdown_x', 'X.', [{ labels: { model: 'a"b\\c\nd' }, value: 1 }])).toContain(
      '{model="a\\"b\\\\c\\nd"} 1',
    );
  });
});

it('GET /api/ready answers without an account', async () => {
  expect(await (await call(ready)).json()).toEqual({ status: 'ready' });
});

it('an error names its request', async () => {
  const answer = await call(metrics, { 'x-request-id': 'request-1234' });
  expect(answer.headers.get('x-request-id')).toBe('request-1234');
});
