import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKey, type KeyLimits, type NewKey, revokeKey } from '@/lib/auth/api-keys';
import type { Actor } from '@/lib/auth/guard';
import { rotateKey } from '@/lib/auth/rotate-key';
import { actorOf } from '@/lib/auth/session';
import { testActor } from '@/lib/auth/testing';
import { db } from '@/lib/db/client';
import { testDatabase } from '@/lib/db/testing';
import { POST } from './[source]/route';

testDatabase();

let actor: Actor;
beforeAll(async () => {
  actor = await testActor('analyst');
});
const newKey = (limits: KeyLimits = {}): Promise<NewKey> =>
  createKey(actor, { userId: actor.id ?? '', name: 'signed', scope: 'intake', signing: 'new', ...limits });
const alert = (id: string) => JSON.stringify({ id, title: 'Tïtle', severity: 'low' });
const seconds = () => Math.floor(Date.now() / 1000);

/** As https://www.standardwebhooks.com describes it, written without our code. */
function sign(secret: string, id: string, timestamp: number | string, body: string): Record<string, string> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
const hub = (secret: string, body: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

async function send(query: string, headers: Record<string, string>, body: BodyInit, source = 'generic') {
  const request = new Request(`http://localhost/api/webhooks/${source}${query}`, { method: 'POST', headers, body });
  const answer = await POST(request, { params: Promise.resolve({ source }) });
  const json = await answer.json();
  return { status: answer.status, reason: json.error?.reason, ...json };
}

describe('a signed webhook', () => {
  it('is taken without a key in it, also as one of several signatures and compressed', async () => {
    const { id, signingSecret = '' } = await newKey();
    expect(signingSecret).toMatch(/^whsec_/);
    const headers = sign(signingSecret, 'msg_1', seconds(), alert('a'));
    expect(await send(`?signed=${id}`, headers, alert('a'))).toMatchObject({ status: 202, accepted: 1 });
    const several = sign(signingSecret, 'msg_2', seconds(), alert('b'));
    several['webhook-signature'] = `v1,${Buffer.alloc(32).toString('base64')} v2,x ${several['webhook-signature']}`;
    expect(await send(`?signed=${id}`, several, alert('b'))).toMatchObject({ status: 202, accepted: 1 });
    const zipped = { ...sign(signingSecret, 'msg_3', seconds(), alert('c')), 'content-encoding': 'gzip' };
    expect(await send(`?signed=${id}`, zipped, gzipSync(alert('c')))).toMatchObject({ status: 202, accepted: 1 });
    expect((await db().delivery.findFirst({ orderBy: { id: 'desc' } }))?.actorId).toBe(actor.id);
  });

  it('of GitHub is taken with its own secret', async () => {
    const secret = "It's a Secret to Everybody".replaceAll(' ', '-');
    const { id } = await newKey({ signing: secret });
    expect(await send(`?signed=${id}`, hub(secret, alert('h')), alert('h'))).toMatchObject({
      status: 202,
      accepted: 1,
    });
    expect(await send(`?signed=${id}`, hub(secret, alert('h')), alert('x'))).toMatchObject({ status: 401 });
    expect(await send(`?signed=${id}`, { 'x-hub-signature-256': 'sha256=' }, alert('x'))).toMatchObject({
      status: 401,
    });
  });

  it('is refused when anything is changed, missing or too old; nothing is stored', async () => {
    const { id, signingSecret = '', key } = await newKey();
    const other = await newKey();
    const body = alert('refused');
    const signedAt = seconds();
    const good = sign(signingSecret, 'm', signedAt, body);
    const before = await db().alert.count();
    const tries: [string, Record<string, string>, string][] = [
      [`?signed=${id}`, good, alert('changed')],
      [`?signed=${id}`, { ...good, 'webhook-id': 'm2' }, body],
      [`?signed=${id}`, { ...good, 'webhook-timestamp': String(signedAt - 1) }, body],
      [`?signed=${other.id}`, good, body],
      [`?signed=${id}`, {}, body],
      [`?signed=${id}`, { ...good, 'webhook-signature': '' }, body],
      [`?signed=${id}`, { ...good, 'webhook-signature': 'v1,' }, body],
      [
        `?signed=${id}`,
        { ...good, 'webhook-signature': good['webhook-signature']?.replace('v1,', 'v1a,') ?? '' },
        body,
      ],
      ['?signed=', good, body],
      ["?signed=' OR 1=1", good, body],
      ['?signed=01a20c96-6332-7243-a15f-2a9ee3bc5053', good, body],
      ...['', 'now', '1e9', '0x1', '99999999999999999999'].map((time): [string, Record<string, string>, string] => [
        `?signed=${id}`,
        sign(signingSecret, 'm', time, body),
        body,
      ]),
      [`?key=${key}`, {}, body], // the key alone is not enough
    ];
    for (const [query, headers, text] of tries)
      expect(await send(query, headers, text), query).toMatchObject({ status: 401, reason: 'invalid_signature' });
    // Signed when it is sent: on a busy machine seconds later, when one of the future has come nearer.
    for (const off of [-301, 360, -1e9])
      expect(
        await send(`?signed=${id}`, sign(signingSecret, 'm', seconds() + off, body), body),
        `${off} s`,
      ).toMatchObject({
        status: 401,
        reason: 'invalid_signature',
      });
    expect(await db().alert.count()).toBe(before);
    expect(await send(`?key=${key}`, good, body)).toMatchObject({ status: 202 });
    const direct = new Request('http://localhost/api/alerts', { headers: { authorization: `Bearer ${key}` } });
    await expect(actorOf(direct)).rejects.toMatchObject({ reason: 'invalid_signature' });
  });

  it('that is sent again is answered and not counted', async () => {
    const { id, signingSecret = '' } = await newKey();
    const headers = sign(signingSecret, 'copy', seconds(), alert('copy'));
    for (let n = 0; n < 3; n += 1)
      expect(await send(`?signed=${id}`, headers, alert('copy'))).toMatchObject({ status: 202 });
    expect(await db().alert.findFirst({ where: { sourceRef: 'copy' } })).toMatchObject({ count: 1 });
    // One that was refused for its body was not taken, and is read again.
    const bad = sign(signingSecret, 'bad', seconds(), '{');
    for (let n = 0; n < 2; n += 1) expect(await send(`?signed=${id}`, bad, '{')).toMatchObject({ status: 400 });
  });

  it('is refused for another source, a revoked key and a deactivated owner; a rotated key works on', async () => {
    const { id, signingSecret = '' } = await newKey({ source: 'okta' });
    const body = alert('source');
    expect(await send(`?signed=${id}`, sign(signingSecret, 's', seconds(), body), body)).toMatchObject({
      status: 403,
      reason: 'key_scope',
    });
    const kept = await newKey();
    const fresh = await rotateKey(actor, kept.id, { graceHours: 1 });
    for (const one of [kept, fresh]) {
      const text = alert(one.id);
      const headers = sign(one.signingSecret ?? '', one.id, seconds(), text);
      expect(await send(`?signed=${one.id}`, headers, text)).toMatchObject({ status: 202, accepted: 1 });
    }
    await revokeKey(actor, fresh.id);
    const late = sign(fresh.signingSecret ?? '', 'late', seconds(), body);
    expect(await send(`?signed=${fresh.id}`, late, body)).toMatchObject({ status: 401, reason: 'invalid_api_key' });
  });
});

it('a hundred parallel deliveries of one id are stored once', async () => {
  const { key } = await createKey(actor, { userId: actor.id ?? '', name: 'k', scope: 'intake' });
  const headers = { authorization: `Bearer ${key}` };
  const answers = await Promise.all(Array.from({ length: 100 }, () => send('', headers, alert('at-once'))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
  expect(await db().alert.findMany({ where: { sourceRef: 'at-once' } })).toMatchObject([{ count: 100 }]);
});
