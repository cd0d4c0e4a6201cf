import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { testDatabase } from '@/lib/db/testing';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/log/log';
import { nothing, type RouteHandler, reply, route } from './handler';

testDatabase();

let analyst: Record<string, string>;
beforeAll(async () => {
  analyst = await keyHeaders(await testActor('analyst'));
});

type Sent = { params?: Record<string, string>; query?: string; body?: BodyInit; headers?: Record<string, string> };
async function send(handler: RouteHandler, { params = {}, query = '', body, headers = analyst }: Sent = {}) {
  const request = new Request(`http://localhost/api/test${query}`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body, duplex: 'half' }),
  });
  const response = await handler(request, { params: Promise.resolve(params) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}
const stringify = (value: unknown) => JSON.stringify(value);

const echo = route(
  {
    verb: 'alerts.read',
    summary: 'Echo.',
    params: z.object({ id: z.string().max(5) }),
    query: z.object({ limit: z.coerce.number().int().min(1).default(7), q: z.string().optional() }),
    body: z.strictObject({
      title: z.string().min(1),
      count: z.number().max(9).optional(),
      kind: z.enum(['a', 'b']).optional(),
      target: z.object({ url: z.url() }).optional(),
      anything: z.unknown().optional(),
    }),
    response: z.object({ id: z.string(), limit: z.number(), title: z.string() }),
  },
  ({ params, query, body }) => ({ id: params.id, limit: query.limit, title: body.title }),
);

describe('a request', () => {
  it('is checked and given to the handler with defaults', async () => {
    const good = { params: { id: 'x' }, query: '?limit=3&q=', body: stringify({ title: 'T' }) };
    expect(await send(echo, good)).toMatchObject({ status: 200, body: { id: 'x', limit: 3, title: 'T' } });
    expect((await send(echo, { ...good, query: '' })).body).toMatchObject({ limit: 7 });
  });

  it('is refused with a message for each field, in plain words', async () => {
    const messages = async (body: unknown) => {
      const answer = await send(echo, { params: { id: 'x' }, body: stringify(body) });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad_request', reason: 'invalid_fields' } } });
      return answer.body.error;
    };
    expect(await messages({})).toMatchObject({
      message: 'Title is required.',
      data: { fields: { title: 'Title is required.' } },
    });
    expect((await messages({ title: '' })).message).toBe('Title is required.');
    expect((await messages({ title: 5 })).message).toBe('Title must be text.');
    expect((await messages({ title: 'T', count: 10 })).message).toBe('Count must be at most 9.');
    expect((await messages({ title: 'T', kind: 'c' })).message).toBe('Kind must be one of a, b.');
    expect((await messages({ title: 'T', more: 1 })).message).toBe('Unknown field "more". Remove it.');
    expect((await messages({ title: 'T', target: { url: 'x' } })).data.fields).toEqual({
      'target.url': 'Target url must be a URL.',
    });
    expect((await messages([])).message).toBe('The body must be an object.');
    expect((await messages(null)).message).toBe('The body must be an object.');
  });

  it('names what is wrong with its encoding', async () => {
    const reason = async (sent: Sent) => {
      const answer = await send(echo, { params: { id: 'x' }, body: '{"title":"T"}', ...sent });
      return [answer.status, answer.body.error?.reason];
    };
    expect(await reason({ body: '{' })).toEqual([400, 'invalid_json']);
    expect(await reason({ body: new Uint8Array([0x22, 0xff, 0x22]) })).toEqual([400, 'invalid_encoding']);
    expect(await reason({ query: '?q=%zz' })).toEqual([400, 'invalid_encoding']);
    expect(await reason({ query: '?q=%ED%A0%80' })).toEqual([400, 'invalid_encoding']);
    expect(await reason({ query: '?q=%00' })).toEqual([400, 'invalid_characters']);
    expect(await reason({ params: { id: 'a\0' } })).toEqual([400, 'invalid_characters']);
    expect(await reason({ body: '{"title":"a\\u0000"}' })).toEqual([400, 'invalid_characters']);
    expect(await reason({ body: '{"title":"T","anything":[{"x":"\\ud800"}]}' })).toEqual([400, 'invalid_characters']);
    expect(await reason({ body: '{"title":"T","anything":{"\\udc00":1}}' })).toEqual([400, 'invalid_characters']);
    const deep = `{"title":"T","anything":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(await reason({ body: deep })).toEqual([400, 'too_deeply_nested']);
    expect(await reason({ body: '{"title":"\\ud83d\\ude00"}' })).toEqual([200, undefined]);
  });

  it('is refused by its headers before its body is read', async () => {
    let pulled = 0;
    const body = () =>
      new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            pulled += 1;
            controller.enqueue(new Uint8Array(1000));
          },
        },
        { highWaterMark: 0 },
      );
    const onlyAdmins = route(
      { verb: 'users.manage', summary: 'x', body: z.object({}), response: nothing, status: 204 },
      () => undefined,
    );
    expect(await send(echo, { headers: {}, body: body() })).toMatchObject({ status: 401 });
    expect(await send(onlyAdmins, { body: body() })).toMatchObject({ status: 403 });
    expect(pulled).toBe(0);
    // Not even a part of what says that it is too large; and no more than the limit of what doesn't.
    expect(
      await send(echo, { params: { id: 'x' }, headers: { ...analyst, 'content-length': '1000001' }, body: body() }),
    ).toMatchObject({
      status: 413,
    });
    expect(pulled).toBe(0);
    expect(await send(echo, { params: { id: 'x' }, body: body() })).toMatchObject({
      status: 413,
      body: { error: { reason: 'too_large' } },
    });
    expect(pulled).toBeLessThan(1010);
  });

  it('that sends its body too slowly is ended', async () => {
    const slow = route(
      { verb: 'alerts.read', summary: 'x', body: z.object({}), timeoutMs: 50, response: nothing, status: 204 },
      () => undefined,
    );
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled = true;
      },
    });
    expect(await send(slow, { body })).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
    expect(cancelled).toBe(true);
  });
});

describe('an answer', () => {
  const declared = { verb: 'alerts.read', summary: 'x', response: z.object({ id: z.string() }) } as const;
  /** A handler that the types would refuse. */
  const wrong = (value: unknown) => route(declared, () => value as { id: string });

  it('has the declared status, or another declared one', async () => {
    const both = route({ ...declared, status: [201, 200] }, ({ request }) =>
      request.url.endsWith('?old') ? reply({ id: 'a' }, { status: 200, headers: { etag: '"1"' } }) : { id: 'a' },
    );
    expect(await send(both)).toMatchObject({ status: 201, body: { id: 'a' } });
    const old = await send(both, { query: '?old' });
    expect([old.status, old.headers.get('etag')]).toEqual([200, '"1"']);
    const empty = route({ ...declared, status: 204, response: nothing }, () => undefined);
    expect(await send(empty)).toMatchObject({ status: 204, body: null });
  });

  it('is kept by no proxy and no browser, whichever way it was made', async () => {
    const empty = route({ ...declared, status: 204, response: nothing }, () => undefined);
    const own = route(
      { ...declared, media: ['text/csv'], response: z.string() },
      () => new Response('a,b', { headers: { 'content-type': 'text/csv' } }),
    );
    const stream = route(declared, () => Response.json({ id: 'a' }, { headers: { 'cache-control': 'no-cache' } }));
    const kept: (string | null)[] = [];
    for (const handler of [empty, wrong({ id: 'a' }), own, stream]) {
      const response = await handler(new Request('http://localhost/api/test', { headers: analyst }), {
        params: Promise.resolve({}),
      });
      expect(response.ok).toBe(true);
      kept.push(response.headers.get('cache-control'));
    }
    expect(kept).toEqual(['no-store', 'no-store', 'no-store', 'no-cache']);
  });

  it('that does not match the declaration fails in development and tests', async () => {
    const error = vi.spyOn(log, 'error').mockImplementation(() => {});
    for (const value of [
      { id: 1 },
      {},
      undefined,
      { id: 'a', more: 1 },
      reply({ id: 'a' }, { status: 202 }),
      new Response('<p>', { headers: { 'content-type': 'text/html' } }),
      Response.json({ id: 1 }),
    ]) {
      expect(await send(wrong(value)), stringify(value)).toMatchObject({ status: 500 });
    }
    expect(await send(wrong({ id: 'a' }))).toMatchObject({ status: 200 });
    error.mockRestore();
  });

  it('that does not match is logged and sent in production', async () => {
    const error = vi.spyOn(log, 'error').mockImplementation(() => {});
    vi.stubEnv('NODE_ENV', 'production');
    expect(await send(wrong({ id: 1 }))).toMatchObject({ status: 200, body: { id: 1 } });
    expect(error.mock.calls[0]?.[1]).toContain('GET /api/test does not match its declaration: id');
    vi.unstubAllEnvs();
    error.mockRestore();
  });

  it('of an error has code and reason; an unexpected error says nothing of itself', async () => {
    const error = vi.spyOn(log, 'error').mockImplementation(() => {});
    const known = route(declared, () => {
      throw new AppError('not_found', 'There is no such alert.', { data: { id: 'a' } });
    });
    expect(await send(known)).toMatchObject({
      status: 404,
      body: {
        error: { code: 'not_found', reason: 'not_found', message: 'There is no such alert.', data: { id: 'a' } },
      },
    });
    const broken = route(declared, () => {
      throw new Error('password=1234');
    });
    const answer = await send(broken);
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal', reason: 'internal' } } });
    expect(stringify(answer.body)).not.toContain('1234');
    error.mockRestore();
  });
});
