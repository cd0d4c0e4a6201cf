import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type Actor, authorize, personId } from '../auth/guard';
import { guardedFetch } from '../connections/guarded-fetch';
import { audit } from '../db/audit';
import { db } from '../db/client';
import { readSetting, writeSetting } from '../db/setting';
import { AppError } from '../errors/app-error';

const KEY = 'intake.sns';

/** The topics whose signatures are checked and whose subscriptions are confirmed, by ARN. A last `*` stands for any ending. */
export const SnsTopics = z.strictObject({
  topics: z
    .array(
      z
        .string()
        .trim()
        .regex(
          /^arn:aws[a-z-]*:sns:[a-z0-9-]{1,30}:\d{12}:[\w.-]{1,256}\*?$/,
          'Enter the ARN of a topic, like arn:aws:sns:eu-west-1:111122223333:alerts.',
        ),
    )
    .max(100),
});
export type SnsTopics = z.infer<typeof SnsTopics>;

export async function readSnsTopics(actor: Actor): Promise<SnsTopics> {
  authorize(actor, 'settings.read');
  return allowedTopics();
}

/** An admin's list: for these topics Socdown sends requests to Amazon. */
export async function setSnsTopics(actor: Actor, input: SnsTopics): Promise<SnsTopics> {
  authorize(actor, 'intake.configure');
  const value = SnsTopics.parse(input);
  await db().$transaction([
    writeSetting(db(), KEY, value),
    audit(db(), {
      actorId: personId(actor),
      verb: 'intake.configure',
      subjectKind: 'setting',
      subjectId: KEY,
      data: value,
    }),
  ]);
  return value;
}

const Message = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().max(200),
  TopicArn: z.string().max(400),
  Message: z.string(),
  Timestamp: z.string().max(50),
  Subject: z.string().nullish(),
  Token: z.string().max(5000).optional(),
  SubscribeURL: z.string().max(8000).optional(),
  SignatureVersion: z.string().max(10),
  Signature: z.string().max(5000),
  SigningCertURL: z.string().max(1000),
});
type Message = z.infer<typeof Message>;

/** Fetches a text of Amazon. For tests. */
export type FetchText = (url: URL) => Promise<string>;

/**
 * Checks a message of an SNS topic that an admin allowed: its signature (versions 1 and 2), with the certificate that Amazon
 * serves; and confirms a subscription. Other bodies and other topics pass unchecked: the key alone vouches for them.
 * @returns what was done when nothing is left to ingest; null for a body to ingest
 * @throws AppError invalid_signature; unavailable when Amazon can't be reached
 */
export async function receiveSns(actor: Actor, body: string, fetchText: FetchText = fetchAws): Promise<string | null> {
  const message = readMessage(body);
  if (!message || !(await isAllowed(message.TopicArn))) return null;
  await checkSignature(message, fetchText);
  if (message.Type === 'Notification') return null;
  if (message.Type === 'UnsubscribeConfirmation') return `${message.TopicArn} no longer sends here.`;
  await fetchText(confirmationUrl(message));
  await audit(db(), {
    actorId: actor.id,
    verb: 'intake.confirm_sns',
    subjectKind: 'setting',
    subjectId: KEY,
    data: { topic: message.TopicArn },
  });
  return `The subscription of ${message.TopicArn} is confirmed.`;
}

function readMessage(body: string): Message | null {
  if (!body.includes('"SigningCertURL"') || !/^\s*\{/.test(body.slice(0, 100))) return null;
  try {
    return Message.parse(JSON.parse(body));
  } catch {
    return null; // read like any other document
  }
}

async function isAllowed(arn: string): Promise<boolean> {
  const { topics } = await allowedTopics();
  return topics.some((topic) => (topic.endsWith('*') ? arn.startsWith(topic.slice(0, -1)) : arn === topic));
}

async function allowedTopics(): Promise<SnsTopics> {
  return (await readSetting(KEY, SnsTopics)) ?? { topics: [] };
}

/** What is signed: these fields in this order, each as name and value on a line of its own. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const satisfies Record<Message['Type'], readonly (keyof Message)[]>;
const HASHES = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);

async function checkSignature(message: Message, fetchText: FetchText): Promise<void> {
  const hash = HASHES.get(message.SignatureVersion);
  if (!hash) throw refused(`signature version ${message.SignatureVersion} is unknown`);
  const key = await keyOf(
    awsUrl(message.SigningCertURL, message, /^\/SimpleNotificationService-[\w-]{1,100}\.pem$/),
    fetchText,
  );
  const lines = SIGNED[message.Type].flatMap((name) => {
    const value = message[name];
    return value === undefined || value === null ? [] : [`${name}\n${value}\n`];
  });
  const verify = createVerify(hash).update(lines.join(''), 'utf8');
  if (!verify.verify(key, message.Signature, 'base64')) throw refused('the signature does not match');
}

function confirmationUrl(message: Message): URL {
  const url = awsUrl(message.SubscribeURL ?? '', message, /^\/$/);
  const { searchParams: query } = url;
  const isConfirmation =
    query.get('Action') === 'ConfirmSubscription' &&
    query.get('TopicArn') === message.TopicArn &&
    query.get('Token') === message.Token;
  if (!isConfirmation) throw refused('SubscribeURL does not confirm this subscription');
  return url;
}

/** An address of SNS in the topic's region, on the standard port; nothing else is asked. */
function awsUrl(text: string, { TopicArn }: Message, path: RegExp): URL {
  const [, partition = '', , region = ''] = TopicArn.split(':');
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = URL.canParse(text) ? new URL(text) : null;
  const isAws = url?.origin === `https://sns.${region}.${domain}` && !url.username && !url.password && !url.hash;
  if (!isAws || !path.test(url.pathname)) throw refused(`${text.slice(0, 100)} is not an address of SNS in ${region}`);
  return url;
}

const keys = new Map<string, KeyObject>();
const MAX_KEYS = 50;

async function keyOf(url: URL, fetchText: FetchText): Promise<KeyObject> {
  const known = keys.get(url.href);
  if (known) return known;
  const pem = await fetchText(url);
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw refused('the certificate can’t be read');
  }
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(url.href, key);
  return key;
}

const TIMEOUT_MS = 10_000;
const MAX_TEXT = 100_000;

/** Through the outbound address policy: a name that leads inside a network is refused. */
async function fetchAws(url: URL): Promise<string> {
  try {
    const response = await guardedFetch(url, false)(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = (await response.text()).slice(0, MAX_TEXT);
    if (response.ok) return text;
    throw new Error(`${url.hostname} answered ${response.status}`);
  } catch (cause) {
    throw new AppError('unavailable', 'Amazon SNS can’t be reached to check this message. It will be sent again.', {
      cause,
    });
  }
}

const refused = (why: string) => new AppError('invalid_signature', `This SNS message is refused: ${why}.`);
