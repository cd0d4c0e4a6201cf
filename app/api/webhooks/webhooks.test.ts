import fs from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKey, revokeKey } from '@/lib/auth/api-keys';
import type { Actor } from '@/lib/auth/guard';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { db } from '@/lib/db/client';
import { testDatabase } from '@/lib/db/testing';
import * as route from './[source]/route';

testDatabase();

let actor: Actor;
let headers: Record<string, string>;
beforeAll(async () => {
  actor = await testActor('analyst');
  headers = await keyHeaders(actor);
});

type Answer = {
  status: number;
  body: {
    accepted?: number;
    duplicates?: number;
    ids?: string[];
    rejected?: unknown[];
    error?: { code: string; message: string };
  };
};
async function send(
  source: string,
  body: BodyInit | null,
  more: Record<string, string> = {},
  query = '',
): Promise<Answer> {
  const request = new Request(`http://localhost/api/webhooks/${source}${query}`, {
    method: 'POST',
    body,
    headers: { ...headers, ...more },
  });
  const answer = await route.POST(request, { params: Promise.resolve({ source }) });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}
const alert = (id: string) => JSON.stringify({ id, title: 'T', severity: 'low' });
/** Sends and says whether anything was stored. */
async function attempt(
  source: string,
  body: BodyInit | null,
  more?: Record<string, string>,
): Promise<Answer & { stored: number }> {
  const before = await db().alert.count();
  const answer = await send(source, body, more);
  return { ...answer, stored: (await db().alert.count()) - before };
}

describe('POST /api/webhooks/{source}', () => {
  it('takes one, an array, concatenated objects and lines', async () => {
    for (const [body, accepted] of [
      [alert('a'), 1],
      [`[${alert('b')},${alert('c')}]`, 2],
      [alert('d') + alert('e'), 2],
      [`${alert('f')}\n${alert('g')}\n`, 2],
      ['[]', 0],
    ] as const) {
      const answer = await send('generic', body);
      expect(answer).toMatchObject({ status: 202, body: { accepted, duplicates: 0, rejected: [] } });
      expect(answer.body.ids).toHaveLength(accepted);
    }
  });

  it('says which items of a batch could not be read', async () => {
    expect(await send('generic', `[${alert('good')}, "bad"]`)).toMatchObject({
      status: 202,
      body: { accepted: 1, rejected: [{ index: 1, code: 'unprocessable' }] },
    });
    expect(await send('generic', '["bad"]')).toMatchObject({ status: 422, body: { error: { code: 'unprocessable' } } });
    expect(await send('nobody', alert('x'))).toMatchObject({ status: 404 });
  });

  it('takes the key in the address for senders that can’t set headers, and refuses strangers', async () => {
    const { key, id } = await createKey(actor, { userId: actor.id ?? '', name: 'splunk' });
    const inAddress = `?key=${key}`;
    const row = { sid: 's1', search_name: 'S', result: { _time: '1700000000', user: 'jane' } };
    expect(await send('splunk', JSON.stringify(row), { authorization: '' }, inAddress)).toMatchObject({ status: 202 });
    await revokeKey(actor, id);
    const before = await db().alert.count();
    expect(await send('generic', alert('revoked'), { authorization: '' }, inAddress)).toMatchObject({ status: 401 });
    expect(await send('generic', alert('none'), { authorization: '' })).toMatchObject({ status: 401 });
    expect(await db().alert.count()).toBe(before);
  });

  it('takes JSON in UTF-8 only, also as text/plain', async () => {
    const body = alert('type');
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-7',
    ]) {
      expect(await attempt('generic', body, { 'content-type': type })).toMatchObject({ status: 415, stored: 0 });
    }
    expect(await attempt('generic', body, { 'content-encoding': 'br' })).toMatchObject({ status: 415, stored: 0 });
    for (const type of ['application/json; charset=UTF-8', 'application/x-ndjson', 'application/cloudevents+json']) {
      expect(await send('generic', body, { 'content-type': type })).toMatchObject({ status: 202 });
    }
    expect(await send('generic', body, { 'content-type': 'text/plain; charset=UTF-8' })).toMatchObject({ status: 202 });
    expect(await attempt('generic', 'just words', { 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
      stored: 0,
    });
  });

  it('takes gzip, bounded by what comes out of it', async () => {
    const gzip = { 'content-encoding': 'gzip' };
    expect(await attempt('generic', gzipSync(alert('zipped')), gzip)).toMatchObject({ status: 202, stored: 1 });
    expect(await attempt('generic', Buffer.from('no gzip'), gzip)).toMatchObject({ status: 400, stored: 0 });
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await attempt('generic', bomb, gzip)).toMatchObject({ status: 413, stored: 0 });
  });

  it('takes lines of CEF and LEEF as plain text', async () => {
    const lines = [
      '<134>Mar  4 09:00:00 fw-1 CEF:0|ExampleSec|Gateway|1.0|100|Worm stopped|10|src=10.0.0.1 suser=eva externalId=c1',
      'LEEF:1.0|ExampleSec|Proxy|2.1|BLOCK|sev=5\tsrc=10.0.0.2\tusrName=ada',
    ];
    expect(await attempt('generic', lines.join('\r\n'), { 'content-type': 'text/plain' })).toMatchObject({
      status: 202,
      stored: 2,
    });
  });

  it('takes the key as the password of HTTP Basic', async () => {
    const key = (headers.authorization ?? '').replace('Bearer ', '');
    const basic = (password: string) => `Basic ${Buffer.from(`socdown:${password}`).toString('base64')}`;
    expect(await attempt('generic', alert('basic'), { authorization: basic(key) })).toMatchObject({
      status: 202,
      stored: 1,
    });
    expect(await attempt('generic', alert('basic2'), { authorization: basic(`${key}x`) })).toMatchObject({
      status: 401,
      stored: 0,
    });
  });

  it('answers Okta’s one-time verification, to who may ingest', async () => {
    const ask = async (source: string, more: Record<string, string>) => {
      const request = new Request(`http://localhost/api/webhooks/${source}`, { headers: { ...headers, ...more } });
      const answer = await route.GET(request, { params: Promise.resolve({ source }) });
      return [answer.status, ((await answer.json()) as { verification?: string }).verification];
    };
    const challenge = { 'x-okta-verification-challenge': 'abc123' };
    expect(await ask('okta', challenge)).toEqual([200, 'abc123']);
    expect(await ask('okta', {})).toEqual([400, undefined]);
    expect(await ask('generic', challenge)).toEqual([404, undefined]);
    expect(await ask('okta', { ...challenge, authorization: '' })).toEqual([401, undefined]);
  });

  it('refuses more than 10 MB, invalid UTF-8 and a body cut in half', async () => {
    expect(await attempt('generic', `{"title":"${'x'.repeat(10_000_001)}"}`)).toMatchObject({ status: 413, stored: 0 });
    expect(await attempt('generic', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))).toMatchObject({
      status: 400,
      stored: 0,
    });
    expect(await attempt('generic', alert('half').slice(0, 20))).toMatchObject({ status: 400, stored: 0 });
    // Just below the limit is an ordinary request.
    expect(await send('generic', `{"id":"big","title":"big","blob":"${'x'.repeat(9_900_000)}"}`)).toMatchObject({
      status: 202,
    });
  });
});

describe('json_malformed', () => {
  type Item = { name?: string; kind: string; payload_b64?: string; expect: string; gen?: Record<string, unknown> };
  const items = JSON.parse(fs.readFileSync('fixtures/attack-corpus/json_malformed.json', 'utf8')) as Item[];

  it.each(items.filter((item) => item.payload_b64 !== undefined))('$name', async ({ kind, payload_b64 }) => {
    const answer = await attempt('generic', Buffer.from(payload_b64 ?? '', 'base64'));
    expect(answer.status).toBeLessThan(500);
    if (answer.status >= 400) expect(answer.stored).toBe(0);
    if (kind === 'must-reject') expect(answer.status).toBe(400);
    // Parsed: what is no alert is refused for that (422), not as JSON (400).
    if (kind === 'must-accept') expect([202, 422]).toContain(answer.status);
  });

  // The generators, each as large as it says. `expect` of all: no 5xx; 4xx within limits, or handled.
  it.each([
    ['a million open brackets', '['.repeat(1_000_000), 400],
    ['a string of 50 MB', `{"title":"${'a'.repeat(50_000_000)}"}`, 413],
    ['UTF-16', Buffer.from(alert('utf16'), 'utf16le'), 400],
    ['a byte order mark', Buffer.concat([Buffer.from('efbbbf', 'hex'), Buffer.from(alert('bom'))]), 202],
    ['an escaped lone surrogate', '{"id":"lone","title":"\\ud800"}', 202],
    ['NUL', '{"id":"nul","title":"a\\u0000b","\\u0000key":"\\u0000"}', 202],
    ['a key twice', '{"id":"first","id":"second","title":"dup"}', 202],
    ['prototype keys', '{"id":"proto","title":"p","constructor":{"prototype":{"x":1}},"__proto__":{"x":1}}', 202],
    ['a number of 200,000 digits', `{"id":"digits","title":"n","n":${'9'.repeat(200_000)}}`, 202],
    ['a number with a large exponent', '{"id":"exp","title":"n","n":1e131073}', 202],
  ])('%s', async (_, body, status) => {
    const answer = await attempt('generic', body);
    expect(answer.status).toBe(status);
    expect(answer.stored).toBe(status === 202 ? 1 : 0);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('webhook_mutations', () => {
  // Those about signatures don't apply: senders are known by their API key.
  it('valid: 202, stored once; the same id a hundred times at once: stored once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => send('generic', alert('replayed'))));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(await db().alert.findMany({ where: { sourceRef: 'replayed' }, select: { count: true } })).toEqual([
      { count: 100 },
    ]);
  });

  it('same body, new id: two alerts; an id of 10,000 characters: 400', async () => {
    expect(await attempt('generic', alert('m1'))).toMatchObject({ status: 202, stored: 1 });
    expect(await attempt('generic', alert('m2'))).toMatchObject({ status: 202, stored: 1 });
    expect(await attempt('generic', alert('x'.repeat(10_000)))).toMatchObject({ status: 400, stored: 0 });
  });

  it('other methods have no handler, which Next answers with 405', () => {
    expect(Object.keys(route).sort()).toEqual(['GET', 'POST']);
  });
});

describe('naughty_strings', () => {
  const items = JSON.parse(fs.readFileSync('fixtures/attack-corpus/naughty_strings.json', 'utf8')) as {
    payload: string;
  }[];

  it('are stored as they are, wherever they stand', async () => {
    const documents = items.map(({ payload }, index) => ({
      id: `naughty-${index}`,
      title: payload || 'empty',
      userName: payload,
      [`k${payload}`]: payload,
    }));
    expect(await send('generic', JSON.stringify(documents))).toMatchObject({
      status: 202,
      body: { accepted: items.length, rejected: [] },
    });
    const rows = await db().alert.findMany({ where: { sourceRef: { startsWith: 'naughty-' } } });
    for (const row of rows) {
      const document = documents[Number(row.sourceRef.slice('naughty-'.length))];
      // NUL and lone surrogates can't be stored; none of these has one that JSON lets through unchanged otherwise.
      const expected = JSON.parse(JSON.stringify(document).replaceAll('\\u0000', '␀')) as unknown;
      expect(row.raw).toEqual(expected);
    }
  });
});
