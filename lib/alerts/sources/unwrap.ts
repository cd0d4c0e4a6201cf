import { groupedAlerts } from './alertmanager';
import { at, type Doc, docsIn, embeddedJson, has, isDoc, sentenceOf, text } from './fields';
import { oktaHookEvents } from './okta';

/** A document to read, and what to keep: an event bus's envelope around one alert is kept with it. */
export type Unwrapped = { doc: unknown; raw: unknown };

/**
 * Takes alerts out of what buses and APIs put around them: EventBridge {detail}, SQS {Records: [{body}]}, SNS {Message}, Pub/Sub
 * {message: {data}}, Event Grid and CloudEvents {data}, Firehose {records: [{data}]}, Event Hubs {records}, Okta's event hooks,
 * HTTP event collector {event, sourcetype}, Alertmanager's groups, ASFF and GuardDuty {Findings}, Graph {value}, Elasticsearch hits, Falcon {resources}, LogScale {events}, and
 * answers that are lists by name ({clicksPermitted, messagesBlocked}). Also JSON that was encoded twice, and lists in lists.
 * A document that is no envelope comes back alone.
 */
export function unwrap(value: unknown, depth = 0): Unwrapped[] {
  if (depth > 4) return [{ doc: value, raw: value }];
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => unwrap(item, depth + 1));
  if (typeof value === 'string') {
    // Encoded twice on its way: a text that holds the JSON.
    const decoded = embeddedJson(value);
    return typeof decoded === 'string' ? [{ doc: value, raw: value }] : unwrap(decoded, depth + 1);
  }
  if (!isDoc(value)) return [{ doc: value, raw: value }];
  const inner = messages(value) ?? oktaHookEvents(value) ?? groupedAlerts(value) ?? batch(value);
  const carried = inner ? undefined : eventData(value);
  if (carried !== undefined) {
    const parts = unwrap(carried, depth + 1);
    return parts.length === 1 ? parts.map(({ doc }) => ({ doc, raw: value })) : parts;
  }
  if (inner) return inner.flatMap((item) => unwrap(item, depth + 1));
  const event = at(value, 'event');
  if (has(value, 'sourcetype') && isDoc(event)) {
    // Splunk's HTTP event collector, which other products send to as well.
    const around = { envelopeTime: at(value, 'time'), host: at(value, 'host') };
    return unwrap(event, depth + 1).map(({ doc }) => ({ doc: isDoc(doc) ? { ...around, ...doc } : doc, raw: value }));
  }
  const detail = at(value, 'detail');
  if (has(value, 'detail-type', 'detail') && isDoc(detail)) {
    const parts = unwrap(detail, depth + 1);
    if (parts.length !== 1) return parts;
    // What a detail does not say itself: what kind of event it is, when, and in which account.
    const around = {
      'detail-type': at(value, 'detail-type'),
      envelopeTime: at(value, 'time'),
      account: at(value, 'account'),
    };
    return parts.map(({ doc }) => ({ doc: isDoc(doc) ? { ...around, ...doc } : doc, raw: value }));
  }
  if (has(value, '_index', '_id') && (isDoc(at(value, '_source')) || isDoc(at(value, 'fields')))) {
    return [
      { doc: { ...docOf(at(value, 'fields')), ...docOf(at(value, '_source')), _id: at(value, '_id') }, raw: value },
    ];
  }
  return [{ doc: value, raw: value }];
}

/** Queue and topic messages carry the alert as text. Text that is no JSON stays text, and is refused with its index. */
function messages(doc: Doc): unknown[] | undefined {
  const records = at(doc, 'Records');
  if (
    Array.isArray(records) &&
    records.length > 0 &&
    records.every((item) => isDoc(item) && (has(item, 'body') || has(item, 'Sns.Message')))
  ) {
    return records.map((item) => embeddedJson(at(item, 'body') ?? at(item, 'Sns.Message')));
  }
  if (text(doc, 'Type') === 'Notification' && has(doc, 'TopicArn', 'Message'))
    return [embeddedJson(at(doc, 'Message'))];
  if (has(doc, 'subscription') && has(doc, 'message.data')) return [decoded(at(doc, 'message.data'))];
  const batch = at(doc, 'records');
  const isFirehose =
    has(doc, 'requestId') && Array.isArray(batch) && batch.every((item) => typeof at(item, 'data') === 'string');
  return isFirehose ? batch.map((item) => decoded(at(item, 'data'))) : undefined;
}

/** Base64 of JSON, as Pub/Sub and Firehose carry it. What is no such text stays as it is, and is refused with its index. */
function decoded(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return embeddedJson(/^[\w+/=\s-]*$/.test(value) ? Buffer.from(value, 'base64').toString('utf8') : value);
}

/** What an event of Event Grid or CloudEvents carries; undefined when the document is no such event, or its data no object. */
function eventData(doc: Doc): unknown {
  const isGrid = has(doc, 'eventType') && has(doc, 'topic') && has(doc, 'dataVersion');
  const isCloudEvent = has(doc, 'specversion') && has(doc, 'type') && has(doc, 'source');
  if (!isGrid && !isCloudEvent) return undefined;
  const data = embeddedJson(at(doc, 'data') ?? decoded(at(doc, 'data_base64')));
  return isDoc(data) && Object.keys(data).length > 0 ? data : undefined;
}

const LISTS = [
  'findings',
  'value',
  'resources',
  'events',
  'alerts',
  'hits.hits',
  'results',
  'incidents',
  'detections',
  'issues',
  'offenses',
  'items',
  'data',
  'records',
  'entries',
];
/** An object with one of these is an alert itself, and its list of findings or alerts is a part of it. */
const OWN =
  /^(id|_id|title|name|severity|level|priority|alertid|alert_id|incidentid|incidentname|class_uid|description|type|rule|message|category|search_name|finding_info|alert|incident|detection|policy)$/i;

function batch(doc: Doc): unknown[] | undefined {
  if (Object.keys(doc).some((key) => OWN.test(key))) return undefined;
  for (const path of LISTS) {
    const list = at(doc, path);
    if (Array.isArray(list) && docsIn(list).length === list.length) return list;
  }
  return namedLists(doc);
}

/** What may stand beside the lists of an answer: where the next page is, and when the question was asked. */
const PAGING = /time|cursor|next|prev|count|total|page|more|offset|limit|version|status|kind|^ok$|success/i;

/** An answer whose lists have names of their own. The name tells what its items are, and goes with them. */
function namedLists(doc: Doc): unknown[] | undefined {
  const lists = Object.entries(doc).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const others = Object.keys(doc).filter((key) => !Array.isArray(doc[key]));
  const items = lists.flatMap(([name, list]) => list.map((item) => [name, item] as const));
  if (items.length === 0 || !others.every((key) => PAGING.test(key) && !isDoc(doc[key]))) return undefined;
  if (!items.every(([, item]) => isDoc(item) && Object.keys(item).length > 2)) return undefined;
  return items.map(([name, item]) => ({ 'detail-type': sentenceOf(name), ...docOf(item) }));
}

const docOf = (value: unknown): Doc => (isDoc(value) ? value : {});
