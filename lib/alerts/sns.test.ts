import { createSign, generateKeyPairSync } from 'node:crypto';
import dns from 'node:dns/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { receiveDelivery } from './deliveries';
import { readSnsTopics, receiveSns, setSnsTopics } from './sns';

testDatabase();

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alerts';
const HOST = 'https://sns.eu-west-1.amazonaws.com';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const NAMES = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
let count = 0;

/** A message as SNS signs it, by the documentation. `after`: changed once it is signed. */
function message(
  type: keyof typeof NAMES,
  fields: Record<string, string> = {},
  after: Record<string, unknown> = {},
  key = privateKey,
): string {
  count += 1;
  const token = `token${count}`;
  const topic = fields.TopicArn ?? TOPIC;
  const confirm = `${HOST}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`;
  const text: Record<string, string> = {
    Type: type,
    MessageId: `m${count}`,
    TopicArn: TOPIC,
    Message: JSON.stringify({ id: `sns-${count}`, title: 'Ünusual', severity: 'low' }),
    Timestamp: '2026-01-01T00:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: `${HOST}/SimpleNotificationService-${'ab'.repeat(8)}${count}.pem`,
    ...(type === 'Notification' ? {} : { Token: token, SubscribeURL: confirm }),
    ...fields,
  };
  const lines = NAMES[type].flatMap((name) => (text[name] === undefined ? [] : [`${name}\n${text[name]}\n`]));
  const hash = text.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const Signature = createSign(hash).update(lines.join('')).sign(key, 'base64');
  return JSON.stringify({ ...text, Signature, ...after });
}

let admin: Actor;
let asked: string[] = [];
const fetchText = async (url: URL) => {
  asked.push(url.href);
  return url.pathname.endsWith('.pem') ? pem : '<ConfirmSubscriptionResponse/>';
};
beforeAll(async () => {
  admin = await testActor('admin');
  await setSnsTopics(admin, { topics: [TOPIC] });
});
beforeEach(() => {
  asked = [];
});
afterEach(() => vi.restoreAllMocks());

describe('an SNS message of an allowed topic', () => {
  it.each(['1', '2'])('with a good signature, version %s, is ingested', async (SignatureVersion) => {
    expect(await receiveSns(admin, message('Notification', { SignatureVersion }), fetchText)).toBeNull();
    expect(await receiveSns(admin, message('Notification', { SignatureVersion, Subject: 'S' }), fetchText)).toBeNull();
    expect(asked.every((url) => url.startsWith(`${HOST}/SimpleNotificationService-`))).toBe(true);
  });

  it('confirms its subscription, once its signature is checked', async () => {
    expect(await receiveSns(admin, message('SubscriptionConfirmation'), fetchText)).toContain(TOPIC);
    expect(asked).toEqual([
      expect.stringMatching(/\.pem$/),
      `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=token${count}`,
    ]);
    const audit = await db().auditEntry.findFirst({ where: { verb: 'intake.confirm_sns' } });
    expect(audit).toMatchObject({ actorId: admin.id, data: { topic: TOPIC } });
  });

  it('is refused when it is changed or signed by another, before anything is confirmed', async () => {
    for (const body of [
      message('Notification', {}, { Message: '{"title":"forged"}' }),
      message('Notification', {}, { Signature: 'AAAA' }),
      message('Notification', {}, { SignatureVersion: '3' }),
      message('Notification', {}, {}, stranger.privateKey),
      message('SubscriptionConfirmation', {}, { Token: 'other' }),
      message('SubscriptionConfirmation', {}, {}, stranger.privateKey),
    ])
      await expect(receiveSns(admin, body, fetchText)).rejects.toMatchObject({ reason: 'invalid_signature' });
    expect(asked.filter((url) => url.includes('ConfirmSubscription'))).toEqual([]);
  });

  const certificates = [
    'https://sns.eu-west-1.amazonaws.com.evil.test/SimpleNotificationService-ab.pem',
    'https://evil.test/SimpleNotificationService-ab.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.test/SimpleNotificationService-ab.pem',
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-ab.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-ab.pem',
    'https://s3.eu-west-1.amazonaws.com/bucket/SimpleNotificationService-ab.pem',
    'https://sns.eu-west-1.amazonaws.com/other/SimpleNotificationService-ab.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ab.pem?x=/../',
    'https://127.0.0.1/SimpleNotificationService-ab.pem',
    'file:///etc/passwd',
    '',
  ].filter((url) => !url.includes('?'));
  it.each(certificates)('never asks for the certificate at %j', async (SigningCertURL) => {
    const body = message('Notification', { SigningCertURL });
    await expect(receiveSns(admin, body, fetchText)).rejects.toMatchObject({ reason: 'invalid_signature' });
    expect(asked).toEqual([]);
  });

  it.each([
    'https://evil.test/?Action=ConfirmSubscription',
    `${HOST}/?Action=DeleteTopic&TopicArn=${TOPIC}&Token=t`,
    `${HOST}/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:111122223333:other&Token=t`,
    `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=another`,
    'http://169.254.169.254/latest/meta-data/',
  ])('never confirms at %j, though it is signed', async (SubscribeURL) => {
    const body = message('SubscriptionConfirmation', { SubscribeURL, Token: 't' });
    await expect(receiveSns(admin, body, fetchText)).rejects.toMatchObject({ reason: 'invalid_signature' });
    expect(asked.filter((url) => !url.endsWith('.pem'))).toEqual([]);
  });
});

describe('other messages', () => {
  it('of topics that are not allowed are read as they are, and nothing is asked', async () => {
    const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:other';
    expect(await receiveSns(admin, message('Notification', { TopicArn }), fetchText)).toBeNull();
    expect(await receiveSns(admin, message('SubscriptionConfirmation', { TopicArn }), fetchText)).toBeNull();
    expect(asked).toEqual([]);
    await expect(
      receiveDelivery(admin, 'generic', message('SubscriptionConfirmation', { TopicArn }), ''),
    ).rejects.toThrow(/not allowed.*admin/);
  });

  it.each(['{}', '[]', 'text', '{"SigningCertURL":"x"}', '{"Type":"Notification","SigningCertURL":7', ''])(
    'that are none pass: %j',
    async (body) => expect(await receiveSns(admin, body, fetchText)).toBeNull(),
  );
});

it('a name that leads inside the network is refused, and the sender is asked to come again', async () => {
  const lookup = vi.spyOn(dns, 'lookup').mockResolvedValue([{ address: '127.0.0.1', family: 4 }] as never);
  await expect(receiveDelivery(admin, 'generic', message('SubscriptionConfirmation'), '')).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(lookup).toHaveBeenCalledWith('sns.eu-west-1.amazonaws.com', { all: true });
});

describe('the list of topics', () => {
  it('is an admin’s, and every role reads it', async () => {
    const lead = await testActor('lead');
    await expect(setSnsTopics(lead, { topics: [] })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await readSnsTopics(lead)).toEqual({ topics: [TOPIC] });
    await setSnsTopics(admin, { topics: [TOPIC, 'arn:aws:sns:eu-west-1:111122223333:soc-*'] });
    const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:soc-prod';
    expect(await receiveSns(admin, message('SubscriptionConfirmation', { TopicArn }), fetchText)).toContain(TopicArn);
  });

  it.each(['*', 'arn:aws:sns:*', 'arn:aws:sqs:eu-west-1:111122223333:q', 'https://sns.eu-west-1.amazonaws.com', ''])(
    '%j is no topic',
    async (topic) => expect(setSnsTopics(admin, { topics: [topic] })).rejects.toMatchObject({ name: 'ZodError' }),
  );
});
