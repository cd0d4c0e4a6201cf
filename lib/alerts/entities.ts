import ipaddr from 'ipaddr.js';
import { isAboutTheAlert, isDigestKey, isIdKey, isUserAgent, isVersionKey, kindOfPath } from './entity-keys';
import { refang } from './fang';
import type { Entity, EntityKind } from './schema';
import { INTERNAL_SUFFIXES, TLDS, WEAK_TLDS } from './tlds';

export { defang, refang } from './fang';

/** What one alert may yield; beyond it lies a log dump, and the document itself is kept anyway. */
const MAX_ENTITIES = 200;
const MAX_PER_KIND = 60;
const MAX_VALUES = 20_000;
const MAX_TEXT = 20_000;

/**
 * The indicators and assets in all values of a document, refanged, without repeats, in order of appearance.
 * A value's form decides its kind (addresses, ARNs, digests …); where form says nothing, its key does (user, host, bucket …).
 * Pure and safe for the browser. Bounded: at most 200 entities, of the first 20,000 values.
 */
export function findEntities(doc: unknown): Entity[] {
  const found = new EntitySet();
  let values = 0;
  // An explicit stack: a hostile document may be nested deeper than the call stack is.
  const stack: { value: unknown; path: string[] }[] = [{ value: doc, path: [] }];
  for (let next = stack.pop(); next && values < MAX_VALUES && !found.full; next = stack.pop()) {
    const { value, path } = next;
    if (typeof value === 'object' && value !== null) {
      const entries = Array.isArray(value) ? value.map((item): [string, unknown] => ['', item]) : Object.entries(value);
      for (const [key, item] of entries.reverse()) {
        // `process.parent.name` as one key is the same as three nested ones. A list's items have the list's key.
        stack.push({ value: item, path: key === '' ? path : [...path, ...key.split('.')] });
      }
      continue;
    }
    values += 1;
    if (typeof value === 'string') readValue(found, value.slice(0, MAX_TEXT), path);
    else if (typeof value === 'number' && kindOfPath(path) === 'account') addByKey(found, 'account', String(value));
  }
  return found.list;
}

/** Puts lists together: first come first, no repeats, the same bounds as findEntities. */
export function mergeEntities(...lists: Entity[][]): Entity[] {
  const found = new EntitySet();
  for (const entity of lists.flat()) found.add(entity.kind, entity.value);
  return found.list;
}

class EntitySet {
  readonly list: Entity[] = [];
  private readonly seen = new Set<string>();
  private readonly counts = new Map<EntityKind, number>();

  get full(): boolean {
    return this.list.length >= MAX_ENTITIES;
  }

  add(kind: EntityKind, raw: string): void {
    const value = normalise(kind, raw);
    const key = `${kind}\n${value}`;
    const count = this.counts.get(kind) ?? 0;
    if (value === '' || value.length > 2048 || this.seen.has(key) || count >= MAX_PER_KIND || this.full) return;
    this.seen.add(key);
    this.counts.set(kind, count + 1);
    this.list.push({ kind, value });
  }
}

/** An entity in its one form: refanged, in one case and spelling; null for what can't be of its kind. */
export function canonicalEntity(kind: EntityKind, raw: string): Entity | null {
  const value = normalise(kind, refang(raw));
  return value === '' || value.length > 2048 ? null : { kind, value };
}

/** Lower case where the kind does not tell cases apart, so that the same thing has one row. */
function normalise(kind: EntityKind, raw: string): string {
  const value = raw.trim();
  switch (kind) {
    case 'ip':
      return canonicalIp(value) ?? '';
    case 'domain':
      return value.toLowerCase().replace(/\.$/, '');
    case 'host':
      return value.toLowerCase().replace(/(?<=\.[^.]+)\.$/, '');
    case 'email':
    case 'hash':
    case 'bucket':
    case 'instance':
      return value.toLowerCase();
    case 'access_key':
      return value.toUpperCase();
    default:
      return value;
  }
}

const NOTHING = /^(-|n\/?a|none|null|nil|undefined|unknown|not available|\*|true|false|\?)$/i;
const PLACEHOLDER = /^<[^<>]*>$/;

function readValue(found: EntitySet, raw: string, path: readonly string[]): void {
  const text = raw.trim();
  if (text === '' || NOTHING.test(text) || PLACEHOLDER.test(text) || isAboutTheAlert(path)) return;
  const key = path[path.length - 1] ?? '';
  if (isUserAgent(key)) return;
  const kind = kindOfPath(path);
  if (kind) addByKey(found, kind, text);
  scan(found, refang(text), {
    isId: isIdKey(key),
    isDigest: isDigestKey(key),
    isVersion: isVersionKey(key),
    isDomain: kind === 'domain' || kind === 'host',
  });
}

/** A value whose key says what it is. Forms that tell more (an ARN as user name) are left to the scan. */
function addByKey(found: EntitySet, kind: EntityKind, raw: string): void {
  const text = refang(raw).replace(/^"(.*)"$/, '$1');
  if (text.length > 512 || /[\n\r\t]/.test(text) || text.startsWith('arn:') || PLACEHOLDER.test(text)) return;
  const isIp = canonicalIp(text) !== undefined;
  switch (kind) {
    case 'user':
      if (!isIp && text.length <= 256) found.add('user', text);
      return;
    case 'host':
      addHost(found, text);
      return;
    case 'account':
      if (/^[\w.-]{4,64}$/.test(text)) found.add('account', text);
      return;
    case 'access_key':
      if (/^[A-Z0-9]{12,128}$/.test(text)) found.add('access_key', text);
      return;
    case 'instance':
      if (/^[\w-]{4,128}$/.test(text)) found.add('instance', text);
      return;
    case 'bucket':
      if (/^[a-z0-9][a-z0-9.-]{1,62}$/i.test(text)) found.add('bucket', text);
      return;
    case 'domain':
      if (isHostName(text) && text.includes('.') && !isIp) found.add('domain', text);
      return;
    case 'process':
      if (text.length <= 256 && !/\s--?\w/.test(text)) found.add('process', text);
      return;
    case 'file':
      if (/[\\/.]/.test(text)) found.add('file', text);
      return;
    case 'role':
    case 'resource':
      found.add(kind, text);
      return;
    default:
      return; // e-mail addresses, URLs, digests and addresses have a form that the scan knows
  }
}

/** A name, without the port or the agent's id that stands behind it. */
function addHost(found: EntitySet, text: string): void {
  const name = text.replace(/:\w+$/, '');
  if (/^[\w.$-]{1,255}$/.test(name) && !/^\d+$/.test(name) && canonicalIp(name) === undefined) found.add('host', name);
}

type Hint = { isId: boolean; isDigest: boolean; isVersion: boolean; isDomain: boolean };

const URL_FORM = /\b(?:https?|ftps?|wss?|s3|gs):\/\/[^\s"'<>\\^`{|}]+/gi;
const ARN_FORM = /\barn:aws[a-z-]{0,12}:[a-z0-9-]{1,40}:[a-z0-9-]{0,24}:(\d{0,14}|aws):[^\s"'`<>,;)\]}]{1,1024}/gi;
const EMAIL_FORM = /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@])/gi;
const IPV4_FORM = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)(?!\/\d)/g;
const IPV6_FORM = /(?<![\w:.])(?=[0-9a-f:.]*:[0-9a-f:.]*:)[0-9a-f:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])/gi;
const HASH_FORM = /(?<![\w-])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![\w-])/gi;
const KEY_FORM = /(?<![\w/+=])(?:AKIA|ASIA)[A-Z0-9]{16}(?![\w/+=])/g;
const INSTANCE_FORM = /(?<![\w-])i-(?:[0-9a-f]{17}|[0-9a-f]{14}|[0-9a-f]{8})(?![\w-])/g;
const HOST_FORM =
  /(?<![\w@/\\.$%:=-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z][a-z0-9-]{1,23}(?![\w(\\@-]|\.[\w])/gi;

/** Widest forms first; what was read is blanked, so that the path of a URL yields no domain of its own. */
function scan(found: EntitySet, whole: string, hint: Hint): void {
  let text = whole;
  const take = (form: RegExp, read: (match: string, at: number) => boolean) => {
    text = text.replace(form, (match: string, ...rest: unknown[]) => {
      const at = rest.find((item) => typeof item === 'number');
      return read(match, typeof at === 'number' ? at : 0) ? ' '.repeat(match.length) : match;
    });
  };
  if (text.includes('://')) take(URL_FORM, (match) => addUrl(found, match));
  if (text.includes('arn:')) take(ARN_FORM, (match) => addArn(found, match));
  if (text.includes('@'))
    take(EMAIL_FORM, (match) => addIf(found, 'email', match, hasKnownEnding(match) || RESERVED_ENDING.test(match)));
  if (text.includes('.') && !hint.isVersion) {
    // `Chrome/124.0.0.0` is a version.
    take(IPV4_FORM, (match, at) =>
      addIf(found, 'ip', match, !/[a-z]\/$/i.test(text.slice(Math.max(0, at - 2), at)) && isUsefulIp(match)),
    );
  }
  if (text.includes(':'))
    take(IPV6_FORM, (match) =>
      addIf(found, 'ip', match.replace(/(?<!:):$/, ''), isUsefulIp(match.replace(/(?<!:):$/, ''))),
    );
  if (!hint.isId) {
    const mayBeMd5 = hint.isDigest || /\b(md5|hash)\b/i.test(text);
    take(HASH_FORM, (match) => addIf(found, 'hash', match, isDigest(match) && (match.length > 32 || mayBeMd5)));
  }
  take(KEY_FORM, (match) => addIf(found, 'access_key', match, true));
  if (text.includes('i-')) take(INSTANCE_FORM, (match) => addIf(found, 'instance', match, true));
  if (text.includes('.') && !hint.isVersion) {
    const alone = hint.isDomain || text.trim() === whole.trim();
    take(HOST_FORM, (match) =>
      addIf(found, 'domain', match, isPublicName(match, hint.isDomain, alone && match === whole)),
    );
  }
}

function addIf(found: EntitySet, kind: EntityKind, value: string, is: boolean): boolean {
  if (is) found.add(kind, value);
  return is;
}

function addUrl(found: EntitySet, match: string): boolean {
  const value = match.replace(/[).,;:!?\]*]+$/, '');
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return false;
  }
  if (url.protocol === 's3:' || url.protocol === 'gs:') {
    if (isHostName(url.hostname)) found.add('bucket', url.hostname);
    return true;
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '') return false;
  found.add(
    'url',
    value.replace(/^[a-z]+/i, (scheme) => scheme.toLowerCase()),
  );
  if (canonicalIp(host)) {
    if (isUsefulIp(host)) found.add('ip', host);
  } else if (isHostName(host) && host.includes('.')) found.add('domain', host);
  return true;
}

/** An ARN also names an account and, for some services, a role, user, bucket or machine. */
function addArn(found: EntitySet, match: string): boolean {
  const arn = match.replace(/[.:*]+$/, '');
  const [, , service = '', , account = '', ...rest] = arn.split(':');
  const resource = rest.join(':');
  // The sender's own finding is no thing that the alert is about.
  if (!(service === 'guardduty' || service === 'securityhub')) found.add('arn', arn);
  if (/^\d{4,14}$/.test(account)) found.add('account', account);
  const [type = '', ...names] = resource.split('/');
  const last = names[names.length - 1] ?? '';
  if (service === 'iam' && type === 'user' && last) found.add('user', last);
  if (service === 'iam' && type === 'role' && last) found.add('role', last);
  if (service === 'sts' && type === 'assumed-role') {
    if (names[0]) found.add('role', names[0]);
    addSession(found, names.slice(1).join('/'));
  }
  if (service === 's3' && account === '') found.add('bucket', type);
  if (service === 'ec2' && type === 'instance' && last) found.add('instance', last);
  return true;
}

/** Who assumed a role: a machine, an address or a name. Names that tools make up are no user. */
function addSession(found: EntitySet, session: string): void {
  if (/^i-[0-9a-f]+$/.test(session)) found.add('instance', session);
  else if (/^[^@\s]+@[^@\s]+\.[a-z]+$/i.test(session)) found.add('email', session);
  else if (session && !/^(\d+|.*(?:session|sdk|terraform|boto).*[-_]?\d{6,}.*)$/i.test(session))
    found.add('user', session);
}

/** IPv4 or IPv6 in one spelling (an IPv4 address inside IPv6 becomes IPv4); undefined for anything else. */
function canonicalIp(text: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text) || text.includes('%')) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString();
}

function isUsefulIp(text: string): boolean {
  const canonical = canonicalIp(text);
  if (canonical === undefined || (text.includes(':') && !/\d/.test(text))) return false;
  return !['unspecified', 'loopback', 'broadcast'].includes(ipaddr.parse(canonical).range());
}

/** Not all one digit: empty digests are written as zeros. */
function isDigest(text: string): boolean {
  return !/^(.)\1+$/.test(text) && /\d/.test(text);
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?){1,20}$/i.test(text);
}

/** Endings of RFC 2606, in tests and exercises: with an @ nothing else looks like them. */
const RESERVED_ENDING = /\.(?:example|test|invalid)$/i;

function hasKnownEnding(text: string): boolean {
  const ending = text.slice(text.lastIndexOf('.') + 1).toLowerCase();
  return TLDS.has(ending) || INTERNAL_SUFFIXES.has(ending);
}

/** First labels of packages. */
const PACKAGE_FIRST = /^(com|org|net|io|edu|gov|java|javax|sun)$/;
/** First labels of field paths and modules of code, which end like weak domains do (`process.name`, `os.path.so`). */
const FIELD_FIRST =
  /^(kubernetes|k8s|container|image|proc|evt|fd|ka|aws|azure|gcp|winlog|suricata|zeek|package|os|sys|self|this|event|process|user|host|file|agent|source|destination|rule|alert|device|client|server|logging|string|math|json|kibana|ecs|data|request|response|cloud|dns|http|network|threat|registry|tactics|techniques|labels|tags)$/i;
/** AWS service principals and endpoints (iam.amazonaws.com, ec2.us-east-1.amazonaws.com) are in every record and tell nothing. */
const SERVICE_PRINCIPAL = /^[a-z0-9-]+(\.[a-z]{2}(-[a-z]+){1,2}-\d)?\.amazonaws\.com$/;

/** Whether a dotted name is one of the DNS, and not a file, a package, a field or two sentences without a space. */
function isPublicName(name: string, keySaysDomain: boolean, isWholeValue: boolean): boolean {
  const labels = name.split('.');
  const ending = labels[labels.length - 1] ?? '';
  const low = ending.toLowerCase();
  if (keySaysDomain) return hasKnownEnding(name);
  if (ending !== low && name !== name.toUpperCase()) return false;
  if (SERVICE_PRINCIPAL.test(name) || labels.some((label) => /[a-z][A-Z]/.test(label))) return false;
  if (PACKAGE_FIRST.test(labels[0] ?? '') && labels.length > 2) return false;
  if (INTERNAL_SUFFIXES.has(low)) return labels.length >= 3 || isWholeValue;
  if (!TLDS.has(low)) return false;
  return WEAK_TLDS.has(low)
    ? labels.length >= 3 && !FIELD_FIRST.test(labels[0] ?? '')
    : !/^\d+\.\d/.test(name) || labels.length > 3;
}
