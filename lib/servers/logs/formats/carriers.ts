import { gunzipSync } from 'node:zlib';
import { isRecord, type Member, membersOf } from './json-spans';

/**
 * Where queues and streams put the event that they carry, and what else such a message has. `base64`: the text is
 * encoded, and may be compressed with gzip.
 */
const CARRIERS: { path: string[]; beside: string[]; base64?: boolean }[] = [
  { path: ['kinesis', 'data'], beside: ['eventSource', 'eventID', 'invokeIdentityArn'], base64: true },
  { path: ['awslogs', 'data'], beside: [], base64: true },
  { path: ['data'], beside: [], base64: true },
  { path: ['message', 'data'], beside: ['ackId', 'subscription', 'deliveryAttempt'], base64: true },
  { path: ['data'], beside: ['recordId', 'approximateArrivalTimestamp', 'messageId', 'publishTime'], base64: true },
  { path: ['Data'], beside: ['SequenceNumber', 'PartitionKey'], base64: true },
  { path: ['Sns', 'Message'], beside: ['EventSource', 'EventSubscriptionArn'] },
  { path: ['Message'], beside: ['TopicArn'] },
  { path: ['body'], beside: ['receiptHandle', 'messageId', 'eventSource'] },
  { path: ['Body'], beside: ['ReceiptHandle', 'MessageId'] },
];
const MAX_UNZIPPED = 32 * 1024 * 1024;

/** An event as JSON text, and the members of its carrier with their texts. */
export type Carried = { text: string; value: unknown; beside: { key: string; text: string }[] };

/**
 * The JSON event inside a message of Kinesis, Firehose, Pub/Sub, SNS, SQS or a CloudWatch subscription; null when the
 * object is no such message, or carries something else.
 */
export function openCarrier(text: string, value: Record<string, unknown>): Carried | null {
  for (const carrier of CARRIERS) {
    const [key = '', inner] = carrier.path;
    const outer = value[key];
    const content = inner && isRecord(outer) ? outer[inner] : inner ? undefined : outer;
    if (typeof content !== 'string' || !isCarrier(value, key, carrier.beside)) continue;
    const plain = carrier.base64 ? decoded(content) : content.trim();
    if (!plain || !/^[{[]/.test(plain)) continue;
    const event = parsed(plain);
    if (event === undefined) continue;
    return { text: plain, value: event, beside: membersBeside(text, key, inner) };
  }
  return null;
}

const CARRYING = new Set(CARRIERS.map(({ path }) => path[0]));

/** A quick test for what openCarrier may open. */
export function mayCarry(value: Record<string, unknown>): boolean {
  for (const key in value) if (CARRYING.has(key)) return true;
  return false;
}

const isCarrier = (value: Record<string, unknown>, key: string, beside: string[]): boolean =>
  beside.length === 0 ? Object.keys(value).length === 1 : beside.some((name) => name !== key && name in value);

function membersBeside(text: string, key: string, inner: string | undefined): Carried['beside'] {
  return membersOf(text).flatMap((member) => {
    if (member.key !== key) return [{ key: member.key, text: text.slice(member.start, member.end) }];
    if (!inner) return [];
    const siblings = membersOf(text, member.start).filter((one) => one.key !== inner);
    return siblings.length ? [{ key, text: `{${siblings.map((one) => memberText(text, one)).join(',')}}` }] : [];
  });
}

const memberText = (text: string, { key, start, end }: Member): string =>
  `${JSON.stringify(key)}:${text.slice(start, end)}`;

function decoded(content: string): string | null {
  if (content.length < 8 || !/^[A-Za-z0-9+/]+=*$/.test(content)) return null;
  const bytes = Buffer.from(content, 'base64');
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8').trim();
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNZIPPED }).toString('utf8').trim();
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
