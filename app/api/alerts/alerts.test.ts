import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RouteHandler } from '@/app/api/handler';
import { DELETE as removeSamples } from '@/app/api/samples/route';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { testDatabase } from '@/lib/db/testing';
import { PATCH as patchOne, GET as readOne } from './[id]/route';
import { POST as bulk } from './bulk/route';
import { GET as counts } from './counts/route';
import { GET as countNew } from './new/route';
import { POST as create, GET as list } from './route';

testDatabase();

let headers: Record<string, string>;
beforeAll(async () => {
  headers = await keyHeaders(await testActor('analyst'));
});
async function call(handler: RouteHandler, method: string, path: string, body?: unknown, id = '', as = headers) {
  const request = new Request(`http://localhost/api/alerts${path}`, {
    method,
    headers: as,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await handler(request, { params: Promise.resolve({ id }) });
  // Each test says what it expects in it.
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const newAlert = async (more: object = {}) =>
  String((await call(create, 'POST', '', { title: 'Seen', severity: 'high', ...more })).body.id);

describe('POST /api/alerts', () => {
  it('makes a manual alert with what is found in it', async () => {
    const { status, body } = await call(create, 'POST', '', {
      title: 'Badge used twice',
      severity: 'high',
      time: '2024-05-01T12:00:00+02:00',
      note: 'from 203.0.113.7, see T1078',
      entities: [{ kind: 'user', value: 'jane' }],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      source: 'generic',
      title: 'Badge used twice',
      severity: 'high',
      occurredAt: '2024-05-01T10:00:00.000Z',
      techniques: ['T1078'],
    });
    expect(body.entities).toEqual([
      { kind: 'user', value: 'jane' },
      { kind: 'ip', value: '203.0.113.7' },
    ]);
    for (const title of ['🔥🚨', '停電']) {
      expect((await call(create, 'POST', '', { title, severity: 'high' })).body).toMatchObject({ title });
    }
    // Two people may report the same.
    expect(await newAlert()).not.toBe(await newAlert());
  });

  it('refuses what is incomplete, and a reference that nothing can fetch', async () => {
    for (const body of [
      {},
      { title: 'x' },
      { title: '', severity: 'high' },
      { title: '4711', severity: 'high' },
      { title: '\u200d\u200b', severity: 'high' },
      { title: 'x', severity: 'severe' },
      { title: 'x', severity: 'low', time: 'yesterday' },
      { title: 'x', severity: 'low', link: 'javascript:alert(1)' },
    ]) {
      expect(await call(create, 'POST', '', body)).toMatchObject({
        status: 400,
        body: { error: { code: 'bad_request' } },
      });
    }
    expect(await call(create, 'POST', '', { source: 'guardduty', sourceRef: 'unknown' })).toMatchObject({
      status: 422,
      body: { error: { code: 'unprocessable' } },
    });
  });

  it('names an alert that is here by its source and id', async () => {
    const id = await newAlert();
    const { body } = await call(readOne, 'GET', `/${id}`, undefined, id);
    expect(await call(create, 'POST', '', { source: 'generic', sourceRef: body.sourceRef })).toMatchObject({
      status: 200,
      body: { id },
    });
  });

  it('refuses who has no key', async () => {
    expect(await call(create, 'POST', '', { title: 'x', severity: 'low' }, '', {})).toMatchObject({ status: 401 });
  });
});

describe('reading', () => {
  it('lists with filters from the address, in pages', async () => {
    await Promise.all([
      newAlert({ severity: 'critical' }),
      newAlert({ severity: 'critical' }),
      newAlert({ severity: 'low' }),
    ]);
    const first = await call(list, 'GET', '?severity=critical&limit=1');
    expect(first).toMatchObject({ status: 200, body: { items: [{ severity: 'critical' }] } });
    const second = await call(list, 'GET', `?severity=critical&limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ severity: 'critical' }], nextCursor: null });
    expect(JSON.stringify(second.body)).not.toContain('"raw"');
  });

  it('refuses bad filters and cursors with 400, an unknown alert with 404, strangers with 401', async () => {
    for (const query of ['?severity=huge', '?sort=title', '?limit=0', '?limit=x', '?cursor=zzz', '?status=opened']) {
      expect(await call(list, 'GET', query)).toMatchObject({ status: 400 });
    }
    expect(await call(countNew, 'GET', '/new?since=yesterday')).toMatchObject({ status: 400 });
    expect(await call(countNew, 'GET', '/new')).toMatchObject({ status: 400 });
    const id = uuid();
    expect(await call(readOne, 'GET', `/${id}`, undefined, id)).toMatchObject({ status: 404 });
    for (const handler of [list, counts, countNew, readOne])
      expect(await call(handler, 'GET', '', undefined, '', {})).toMatchObject({ status: 401 });
  });

  it('counts', async () => {
    const { body } = await call(counts, 'GET', '/counts');
    const open = Number(body.open);
    await newAlert();
    expect((await call(counts, 'GET', '/counts')).body).toMatchObject({ open: open + 1, mine: 0 });
    expect((await call(countNew, 'GET', '/new?since=2020-01-01T00:00:00Z')).body).toEqual({ count: open + 1 });
    expect((await call(countNew, 'GET', '/new?since=2020-01-01T00:00:00Z&assignee=me')).body).toEqual({ count: 0 });
  });
});

describe('triage', () => {
  it('changes one and many', async () => {
    const [one, two] = [await newAlert(), await newAlert()];
    expect(await call(patchOne, 'PATCH', `/${one}`, { assignee: 'me' }, one)).toMatchObject({
      status: 200,
      body: { id: one, previous: { assignee: null } },
    });
    const answer = await call(bulk, 'POST', '/bulk', {
      ids: [one, two],
      patch: { status: 'closed', disposition: 'benign' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { changed: [{ id: one, disposition: 'benign' }, { id: two }], failed: [] },
    });
  });

  it('refuses bad input with 400 and strangers with 401', async () => {
    const id = await newAlert();
    for (const patch of [{}, { status: 'gone' }, { disposition: 'benign' }, { assignee: 'nobody' }, { title: 'x' }]) {
      expect(await call(patchOne, 'PATCH', `/${id}`, patch, id)).toMatchObject({ status: 400 });
    }
    for (const body of [
      { ids: [], patch: { status: 'open' } },
      { ids: ['x'], patch: { status: 'open' } },
      { ids: Array.from({ length: 501 }, () => uuid()), patch: { status: 'open' } },
      { ids: [id] },
    ]) {
      expect(await call(bulk, 'POST', '/bulk', body)).toMatchObject({ status: 400 });
    }
    expect(await call(patchOne, 'PATCH', `/${id}`, { status: 'open' }, id, {})).toMatchObject({ status: 401 });
    expect(await call(bulk, 'POST', '/bulk', { ids: [id], patch: { status: 'open' } }, '', {})).toMatchObject({
      status: 401,
    });
  });
});

it('DELETE /api/samples is for admins', async () => {
  expect(await call(removeSamples, 'DELETE', '')).toMatchObject({ status: 403 });
  const admin = await keyHeaders(await testActor('admin'));
  expect(await call(removeSamples, 'DELETE', '', undefined, '', admin)).toMatchObject({
    status: 200,
    body: { alerts: 0, investigations: 0 },
  });
});
