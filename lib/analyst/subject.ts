import { findEntities, refang } from '../alerts/entities';
import type { AlertDetail, Entity } from '../alerts/schema';
import type { CaseFile } from '../model/model';
import { flatten } from './sigma/match';
import { readTime } from './time';

export type Seed = { value: string; kind: Entity['kind'] };

/** What the alerts say the case is about. */
export type Subject = {
  alerts: AlertDetail[];
  /** When it happened according to the earliest alert, ms; null when no alert has a readable time. */
  at: number | null;
  /** Values that can be an actor, credential or address in a log. */
  actors: Seed[];
  /** Values that are acted upon: buckets, instances, resources. */
  objects: Seed[];
  /** Names of events that the alert's rule or text is about, lower case: where to look when it names nobody. */
  eventNames: string[];
  /** The event that the first alert that names one is about, as written; null: none does. */
  event: string | null;
  /** Machines and addresses that somebody connected to, lower case: what they did themselves is another matter. */
  reached: Set<string>;
};

const ACTOR_KINDS: Entity['kind'][] = ['user', 'email', 'role', 'arn', 'access_key', 'ip', 'host', 'instance'];
const OBJECT_KINDS: Entity['kind'][] = ['bucket', 'resource', 'instance', 'domain', 'hash', 'file', 'process', 'url'];
const MOST = 40;

/** Reads the case's alerts into what to look for. Accounts are left out: they match everything. */
export function readSubject(caseFile: CaseFile): Subject {
  const times = caseFile.alerts.map((alert) => readTime(alert.occurredAt)).filter((time) => time !== null);
  const found = new Map<string, Seed>();
  const add = (kind: Seed['kind'], value: string): void => {
    const clean = value.trim();
    if (clean.length < 2 || clean.length > 512) return;
    found.set(`${kind} ${clean.toLowerCase()}`, { kind, value: clean });
  };
  const reached = reachedIn(caseFile.alerts);
  for (const alert of caseFile.alerts) {
    for (const { kind, value } of alert.entities) if (!(kind === 'domain' && FIELD_NAME.test(value))) add(kind, value);
    for (const { kind, value } of identifiersIn(alert.raw)) add(kind, value);
  }
  const at = times.length > 0 ? Math.min(...times) : null;
  // A name that is a mail address is told once, as that.
  const isTwice = ({ kind, value }: Seed): boolean => kind === 'user' && found.has(`email ${value.toLowerCase()}`);
  return sorted(
    [...found.values()].filter((seed) => !isTwice(seed)).map(asReached(reached)),
    caseFile.alerts,
    at,
    reached,
  );
}

/** Names of fields in the query of a rule, which end as domains do. */
const FIELD_NAME = /^(?:actor|user|source|target|client|event|process|file|host|destination|object|subject)\.[a-z_]+$/i;

/** What alerts say was connected to: addresses that stand as destinations, and the machines beside them. */
function reachedIn(alerts: AlertDetail[]): Set<string> {
  const all = alerts.flatMap(({ raw, entities }) => {
    const addresses = destinationsIn(raw);
    const machines = addresses.length > 0 ? entities.filter(({ kind }) => kind === 'instance') : [];
    return [...addresses, ...machines.map(({ value }) => value)];
  });
  return new Set(all.map((value) => value.toLowerCase()));
}

const asReached =
  (reached: Set<string>) =>
  (seed: Seed): Seed =>
    reached.has(seed.value.toLowerCase()) ? { ...seed, kind: 'resource' } : seed;

const DESTINATION = /(?:^|[._])(?:dest|dst|destination|target|victim)/i;

/** Addresses that a document names as where something went, and nowhere as where it came from. */
function destinationsIn(document: unknown): string[] {
  const values = flatten(document).filter(
    ({ path, whole, value }) => !whole && value !== null && isAddressText(value) && !/(?:^|\.)entities\./i.test(path),
  );
  const other = new Set(values.filter(({ path }) => !DESTINATION.test(path)).map(({ value }) => value));
  return values.flatMap(({ path, value }) =>
    value !== null && DESTINATION.test(path) && !other.has(value) ? [value] : [],
  );
}

const isAddressText = (value: string): boolean => /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)$/i.test(value);

/** Everything it names, actors first; what may be both, such as a machine, once. */
export const seedsOf = ({ actors, objects }: Subject): Seed[] => {
  const all = [...actors, ...objects];
  return all.filter(({ value }, index) => all.findIndex((other) => other.value === value) === index);
};

/** The same for a text: what it names, refanged. */
export function subjectOfText(text: string, at: number | null): Subject {
  const seeds = findEntities(refang(text)).map(({ kind, value }): Seed => ({ kind, value: value.slice(0, 512) }));
  // A report quotes names as code; which kind of name, only the logs can say.
  const quoted = [...text.matchAll(/`([^`\s]{3,200})`/g)].map(
    (match): Seed => ({ kind: 'user', value: refang(match[1] ?? '') }),
  );
  const known = new Set(seeds.map(({ value }) => value.toLowerCase()));
  return sorted([...seeds, ...quoted.filter(({ value }) => !known.has(value.toLowerCase()))].slice(0, MOST), [], at);
}

function sorted(seeds: Seed[], alerts: AlertDetail[], at: number | null, reached = new Set<string>()): Subject {
  const actors = seeds.filter(
    ({ kind, value }) => ACTOR_KINDS.includes(kind) && !(kind === 'arn' && !isIdentityArn(value)),
  );
  const objects = seeds.filter(
    ({ kind, value }) => OBJECT_KINDS.includes(kind) || (kind === 'arn' && !isIdentityArn(value)),
  );
  return {
    alerts,
    at,
    actors: actors.slice(0, MOST),
    objects: objects.slice(0, MOST),
    eventNames: eventNamesIn(alerts),
    event: alerts.flatMap(({ raw }) => eventIn(raw))[0] ?? null,
    reached,
  };
}

/** `CloseAccount`, `user.session.start`, `change_user_access`: words that are written as logs write the names of events. */
const EVENT_NAME = /\b(?:[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]+)+|[a-z]+(?:[._][a-z]+){1,6})\b/g;

const MOST_NAME = 100;

/** The most telling first: of the rule, then of the texts, then of the document. */
function eventNamesIn(alerts: AlertDetail[]): string[] {
  const texts = alerts.flatMap((alert) => [alert.rule ?? '', alert.title, alert.description, valuesIn(alert.raw)]);
  const names = texts.flatMap((text) => [...text.slice(0, 100_000).matchAll(EVENT_NAME)].map(([name]) => name));
  // A detector's own log calls its event what the alert calls the rule.
  const whole = alerts.flatMap(({ rule, title }) => [rule ?? '', title]).filter((name) => name.length <= MOST_NAME);
  return [...new Set([...whole, ...names].map((name) => name.trim().toLowerCase()))]
    .filter((name) => name.length > 4)
    .slice(0, MOST);
}

/** Fields of an alert that hold the name of its event. */
const EVENT_FIELD =
  /(?:^|\.)(?:event_?type|event_?name|eventaction|event\.action|action|api|operation|method_?name|activity_?display_?name)$/i;

function eventIn(document: unknown): string[] {
  return flatten(document)
    .filter(({ path, whole }) => !whole && EVENT_FIELD.test(path) && !path.startsWith('metadata.'))
    .flatMap(({ value }) =>
      value !== null && value.length < 100 && value.match(EVENT_NAME)?.[0] === value ? [value] : [],
    );
}

/** The values of a document without its keys. */
const valuesIn = (document: unknown): string =>
  flatten(document)
    .filter(({ whole, value }) => !whole && value !== null)
    .map(({ value }) => value)
    .join('\n');

const textOf = (document: unknown): string =>
  typeof document === 'string' ? document : (JSON.stringify(document) ?? '');

export const isIdentityArn = (value: string): boolean =>
  /^arn:[\w-]+:(iam|sts)::\d*:(user|role|assumed-role|federated-user|root)/.test(value);

/** The forms under which a log may know an actor: an ARN also by its name, a role also by its sessions. Lower case. */
export function formsOf({ kind, value }: Seed): string[] {
  const lower = value.toLowerCase();
  // A person's mail address in one log is their user name in another.
  const person = /^([^\s@]*[._-][^\s@]*)@[^\s@]+$/.exec(lower)?.[1];
  // Sensors write a path by its device, logs by its drive.
  const path = /^\\device\\harddiskvolume\d+(\\.{6,})$/.exec(lower)?.[1];
  if (path) return [lower, path];
  // Google names a thing with the service before its path, logs by the path.
  const resource = /^\/\/[a-z]+\.googleapis\.com\/(.{10,})$/.exec(lower)?.[1];
  if (resource) return [lower, resource];
  if (kind !== 'arn') return kind === 'email' && person ? [lower, person] : [lower];
  const role = /^arn:([\w-]+):iam::(\d*):role\/(?:.*\/)?([^/]+)$/.exec(lower);
  if (role) return [lower, `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}`];
  const session = /^(arn:[\w-]+:sts::\d*:assumed-role\/[^/]+)\/[^/]+$/.exec(lower);
  if (session) return lower.includes('@') ? [lower] : [lower, session[1] as string]; // group 1 always takes part
  // Requests give a thing by its own name, alerts by its whole ARN.
  const name = /^arn:[\w-]+:[\w-]+:[\w-]*:\d*:(?:.*[:/])?([^:/]+)$/.exec(lower)?.[1] ?? '';
  return name.length < SHORTEST_NAME ? [lower] : [lower, name];
}

/** A shorter last part of an ARN, such as `prod`, stands in too many events by chance. */
const SHORTEST_NAME = 6;

/** A security group, volume, snapshot, image or machine of EC2. Networks and subnets are left out: too much lies in them. */
const RESOURCE_ID = /\b(?:sg|vol|snap|ami|i)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g;

/** Identity ARNs, access key ids, ids of EC2 and public-looking IPv4 addresses anywhere in the document, for alerts with few entities. */
function identifiersIn(document: unknown): Seed[] {
  const text = textOf(document);
  const found: Seed[] = [];
  for (const match of text
    .slice(0, 500_000)
    .matchAll(/arn:[\w-]+:(?:iam|sts)::\d*:(?:user|assumed-role)\/[\w+=,.@/-]+/g)) {
    found.push({ kind: 'arn', value: match[0] });
  }
  for (const match of text.matchAll(/\b(?:AKIA|ASIA)[A-Z0-9]{12,20}\b/g))
    found.push({ kind: 'access_key', value: match[0] });
  for (const match of text.matchAll(RESOURCE_ID)) found.push({ kind: 'resource', value: match[0] });
  return found;
}
