import { elementSpans, isRecord, type Member, membersOf } from './json-spans';
import { isPaired } from './json-tables';
import { timedLists } from './timed-lists';

/** Keys under which programs wrap the records that they return. */
const WRAPPERS =
  /^(records|value|events|data|results?|items|log_?events|entries|logs|hits|resultlist|response|responses|documents|rows|log_?entries|messages|activities|resources|resultset|tables|findings|detections|alerts|incidents|[a-z_]*(?:logs|events|entries|records|sign_?ins))$/i;
/** Whether a list of this name is what an object is there for. */
export const isWrapperName = (key: string): boolean => WRAPPERS.test(key);

/** What stands beside the records and says nothing about them. */
const BOOKKEEPING =
  /^(@odata\.|odata\.|next|prev|cursor|has_?more|count$|total|took$|timed_?out$|_?shards$|max_?score$|page|pagination$|paging$|limit$|offset$|start(_?index)?$|marker$|status(_?code)?$|version$|kind$|api_?version$|metadata$|meta$|links?$|_links$|self$|success$|ok$|error$|errors$|message$|request_?id$|result_?info$|etag$|init_?offset$|preview$|object$|lastrow$|fields$|response_?header$|response_?metadata$|truncated$|stat$|statistics$|query_?language$|encryption_?key$|highlighted$)/i;
/** Lists beside the records that say how they were found. */
const OTHER_LISTS = /^(searched_?log_?streams|links|errors|warnings|fields|columns|schema)$/i;

type Element = { text: string; offset: number };

/**
 * The records inside an envelope ({"Records": […]}, {"hits": {"hits": […]}}, CloudWatch's {"logEvents": […]}), each as it
 * was written; null when the object is a record itself.
 */
export function openEnvelope(text: string, value: Record<string, unknown>): Element[] | null {
  const inner = wrapperOf(value);
  if (!inner) return openTimedLists(text, value);
  const member = membersOf(text).findLast(({ key }) => key === inner);
  if (!member) return null;
  const content = value[inner];
  if (!Array.isArray(content)) {
    // {"data": {"events": […]}}: one level further in.
    const nested = openEnvelope(text.slice(member.start, member.end), content as Record<string, unknown>);
    return nested?.map((element) => ({ ...element, offset: element.offset + member.start })) ?? null;
  }
  const context = /^log_?events$/i.test(inner) ? contextOf(text, value) : '';
  return elementSpans(text, member.start).map(({ start, end }) => {
    const element = text.slice(start, end);
    return { text: context ? splice(element, context) : element, offset: start };
  });
}

/**
 * The events of an object that holds lists of such and is none itself ({"clicksBlocked": […], "messagesDelivered": […]}), with what
 * stands beside the lists and, where there are several, the name of their own as `list`.
 */
function openTimedLists(text: string, value: Record<string, unknown>): Element[] | null {
  if (!mayWrap(value)) return null;
  const lists = timedLists(value, (key) => BOOKKEEPING.test(key) || OTHER_LISTS.test(key));
  if (lists.length === 0) return null;
  const members = membersOf(text);
  const beside = members
    .filter(({ key }) => !BOOKKEEPING.test(key) && typeof value[key] !== 'object')
    .map(({ key, start, end }) => ({ key, text: text.slice(start, end) }));
  return members
    .filter(({ key }) => lists.includes(key))
    .flatMap(({ key, start: from }) => {
      const records = value[key] as Record<string, unknown>[]; // what timedLists found
      const added = lists.length > 1 ? [{ key: 'list', text: JSON.stringify(key) }, ...beside] : beside;
      return elementSpans(text, from).map(({ start, end }, index) => ({
        text: withBeside(text.slice(start, end), records[index] ?? {}, added),
        offset: start,
      }));
    });
}

function wrapperOf(value: Record<string, unknown>): string | null {
  if (!mayWrap(value)) return null;
  let wrapper: string | null = null;
  let isLogEvents = false;
  const beside: string[] = [];
  for (const [key, inner] of Object.entries(value)) {
    const isRecords =
      Array.isArray(inner) &&
      inner.every((item) => isRecord(item) || isPaired(item)) &&
      (inner.length > 0 || WRAPPERS.test(key));
    const isNested = isRecord(inner) && /^(hits|data|response|result)$/i.test(key) && wrapperOf(inner) !== null;
    if (
      (isRecords || isNested) &&
      !OTHER_LISTS.test(key) &&
      (wrapper === null || isEmptyList(value[wrapper]) || (WRAPPERS.test(key) && !WRAPPERS.test(wrapper)))
    ) {
      if (wrapper !== null) beside.push(wrapper);
      wrapper = key;
      isLogEvents = /^log_?events$/i.test(key);
    } else beside.push(key);
  }
  if (wrapper === null || isLogEvents) return wrapper;
  if (!WRAPPERS.test(wrapper) && beside.length > 0 && beside.some((key) => !/^(@odata\.|next|cursor)/i.test(key))) {
    // An unknown name with only counters beside it still wraps; with anything else it belongs to the record.
    return beside.every((key) => BOOKKEEPING.test(key) && typeof value[key] !== 'object') ? wrapper : null;
  }
  return beside.every((key) => isBookkeeping(key, value[key])) ? wrapper : null;
}

/** Most records are told from an envelope by a glance: no list of objects, and nothing that may hold one. */
function mayWrap(value: Record<string, unknown>): boolean {
  for (const key in value) {
    const inner = value[key];
    if (typeof inner !== 'object' || inner === null) continue;
    if (
      Array.isArray(inner)
        ? inner.length === 0 || isRecord(inner[0]) || isPaired(inner[0])
        : /^(hits|data|response|result)$/i.test(key)
    )
      return true;
  }
  return false;
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const isBookkeeping = (key: string, value: unknown): boolean =>
  (BOOKKEEPING.test(key) && !(Array.isArray(value) && value.some(isRecord))) ||
  OTHER_LISTS.test(key) ||
  isEmptyList(value) ||
  /^(timestamp|requestId)$/.test(key);

/** The scalars beside the log events: owner, group and stream. */
function contextOf(text: string, value: Record<string, unknown>): string {
  const members = membersOf(text).filter(
    ({ key }) => typeof value[key] !== 'object' && value[key] !== null && !/^messageType$/.test(key),
  );
  return members.map((member) => memberText(text, member)).join(',');
}

const memberText = (text: string, { key, start, end }: Member): string =>
  `${JSON.stringify(key)}:${text.slice(start, end)}`;

/** The members put into the object behind its own. */
function splice(object: string, members: string): string {
  if (!members) return object;
  const end = object.lastIndexOf('}');
  const own = object.slice(0, end).trimEnd();
  return `${own}${own.endsWith('{') ? '' : ','}${members}}`;
}

const TEXT_KEYS = ['message', '@message', 'log', '_raw', 'MESSAGE', 'data'];

/** A quick test for what liftContent may change. */
export const mayHoldContent = (value: Record<string, unknown>): boolean =>
  isRecord(value._source) ||
  isFieldsHit(value) ||
  isRecord(value.result) ||
  TEXT_KEYS.some((key) => typeof value[key] === 'string');

/**
 * A record whose event is inside it, as that event: JSON in a `message` text, base64 in `data` (Firehose, Pub/Sub),
 * an object under `_source` or `result` (Elasticsearch, Splunk). What stood beside it stays; where both have a key, the
 * event's own wins and the other one is below `envelope`.
 */
export function liftContent(
  text: string,
  value: Record<string, unknown>,
  parseText: (message: string) => Record<string, unknown> | null,
): string | null {
  const members = membersOf(text);
  if (isFieldsHit(value)) return fieldsHit(text, members, value);
  for (const key of ['_source', 'result']) {
    const inner = value[key];
    const isWhole = key === '_source' ? '_index' in value || '_id' in value : 'preview' in value || 'offset' in value;
    const member = members.find((one) => one.key === key);
    if (isWhole && isRecord(inner) && member)
      return lifted(text, members, key, text.slice(member.start, member.end), inner);
  }
  for (const key of TEXT_KEYS) {
    const content = value[key];
    if (typeof content !== 'string') continue;
    const plain = key === 'data' ? decoded(content) : content.trim();
    const inner = plain === null ? null : objectIn(plain);
    if (inner && plain) return lifted(text, members, key, plain.trim(), inner);
    const parsed = plain !== null && key !== 'data' ? parseText(plain) : null;
    if (parsed) return lifted(text, members, '', JSON.stringify(parsed), parsed);
  }
  return null;
}

/** What Elasticsearch answers when it is asked for fields only: each is a list, mostly of one value. */
const isFieldsHit = (value: Record<string, unknown>): boolean =>
  '_index' in value &&
  !('_source' in value) &&
  isRecord(value.fields) &&
  Object.values(value.fields).every(Array.isArray);

function fieldsHit(text: string, members: Member[], value: Record<string, unknown>): string | null {
  const member = members.find(({ key }) => key === 'fields');
  if (!member) return null;
  const own = membersOf(text, member.start).map(({ key, start, end }) => {
    const [only, ...more] = elementSpans(text, start);
    return `${JSON.stringify(key)}:${only && more.length === 0 ? text.slice(only.start, only.end) : text.slice(start, end)}`;
  });
  return lifted(text, members, 'fields', `{${own.join(',')}}`, value.fields as Record<string, unknown>); // tested above
}

function lifted(
  text: string,
  members: Member[],
  taken: string,
  innerText: string,
  inner: Record<string, unknown>,
): string {
  const beside = members
    .filter(({ key }) => key !== taken)
    .map(({ key, start, end }) => ({ key, text: text.slice(start, end) }));
  return withBeside(innerText, inner, beside);
}

/** The object with the members that stood beside it; those whose names it has itself are below `envelope`. */
export function withBeside(
  innerText: string,
  inner: Record<string, unknown>,
  beside: { key: string; text: string }[],
): string {
  const written = beside.map(({ key, text }) => ({ key, text: `${JSON.stringify(key)}:${text}` }));
  const free = written.filter(({ key }) => !Object.hasOwn(inner, key)).map(({ text }) => text);
  const clashing = written.filter(({ key }) => Object.hasOwn(inner, key)).map(({ text }) => text);
  if (clashing.length) free.push(`"envelope":{${clashing.join(',')}}`);
  return splice(innerText, free.join(','));
}

/**
 * The record with the JSON objects that stand in its texts (the audit log's AuditData, EvtxECmd's Payload) opened in their
 * places, as in CSV; null when it has none.
 */
export function openTexts(text: string, value: Record<string, unknown>): string | null {
  const opened = new Map<string, string>();
  for (const key in value) {
    const inner = value[key];
    // Most are told by their first character.
    if (typeof inner !== 'string' || inner.charCodeAt(0) !== 123) continue;
    if (/^\{\s*"/.test(inner) && objectIn(inner)) opened.set(key, inner);
  }
  if (opened.size === 0) return null;
  const members = membersOf(text).map(
    ({ key, start, end }) => `${JSON.stringify(key)}:${opened.get(key) ?? text.slice(start, end)}`,
  );
  return `{${members.join(',')}}`;
}

function decoded(content: string): string | null {
  if (content.length < 8 || !/^[A-Za-z0-9+/]+=*$/.test(content)) return null;
  const text = Buffer.from(content, 'base64').toString('utf8').trim();
  return text.startsWith('{') ? text : null;
}

/** The object that a text is, or null. */
export function objectIn(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
