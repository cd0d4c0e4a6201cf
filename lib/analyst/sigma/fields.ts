import { z } from 'zod';
import data from './fields.json';
import type { LogSourceOf } from './rule';
import { type LikePart, likeParts, type Node } from './test';

const Fields = z.object({
  aliases: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
  categories: z.record(
    z.string(),
    z.object({
      EventID: z.array(z.number()),
      /** Words of which `EventType`, where there is one, has one. */ EventType: z.array(z.string()).default([]),
    }),
  ),
  sysmonOnly: z.array(z.number()),
  channels: z.record(z.string(), z.string()),
  /** Products whose required fields hold numbers: a text of the same name (CloudTrail's eventID) is another thing. */
  numbered: z.array(z.string()),
  /** Products whose events a product's rules leave alone: they have rules of their own. */
  notOf: z.record(z.string(), z.array(z.string())),
  required: z.record(z.string(), z.array(z.string())),
  /** Log sources of one product that rules file under another, by `product/service` up to a dot. */
  products: z.record(z.string(), z.string()),
  /** What the logs of a product, or of a category of products, write instead of a value of a rule's field. */
  values: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.array(z.string())))),
  /** What rules of a product put before a field's name: the envelope of an export, another program's name for it. */
  prefixes: z.record(z.string(), z.array(z.string())),
  /** Lists of names and values in a product's events, in which a rule's field is one of the names. */
  named: z.record(z.string(), z.object({ lists: z.array(z.string()), name: z.string(), values: z.array(z.string()) })),
});
const FIELDS = Fields.parse(data);

/** The names that a rule's field may have in the logs of its product, best first; `*`: Sigma's own names for web logs. */
export function namesOf(field: string, product: string | null): string[] {
  const id = `${product ?? ''}\n${field}`;
  const known = knownNames.get(id);
  if (known) return known;
  const names = [
    ...new Set([
      ...(FIELDS.aliases[product ?? '']?.[field] ?? []),
      field,
      ...(FIELDS.aliases['*']?.[field] ?? []),
      ...(FIELDS.prefixes[product ?? ''] ?? []).flatMap((prefix) =>
        field.startsWith(prefix) ? [field.slice(prefix.length)] : [],
      ),
    ]),
  ];
  if (knownNames.size < MAX_KNOWN) knownNames.set(id, names);
  return names;
}

/** Lists of names and values. `lists`: JSON paths without the `$.` in front, `[*]` for the items of a list. */
type NamedLists = { lists: string[]; name: string; values: string[] };

/** Where a product's events list what rules call fields. */
export const namedListsOf = (product: string | null): NamedLists | null => FIELDS.named[product ?? ''] ?? null;

/** A name without what exports change in it: `Sign-in error code`, `sign_in_error_code` and `signInErrorCode` are one. */
export function foldedName(name: string): string {
  const known = folded.get(name);
  if (known !== undefined) return known;
  const text = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (folded.size < MAX_KNOWN * 4) folded.set(name, text);
  return text;
}
const folded = new Map<string, string>();

/** Whether a path is a field's whole name or ends in it, in any spelling. */
export function isSpelledSo(path: string, field: string): boolean {
  const wanted = foldedName(field);
  if (wanted.length < 3) return false;
  return foldedName(path) === wanted || foldedName(path.slice(path.lastIndexOf('.') + 1)) === wanted;
}

/** Of paths that end in a field's name, those among an event's own data, where there are any: `host.name` is no `Name`. */
export function ownPaths<T>(found: T[], pathOf: (item: T) => string): T[] {
  const own = found.filter((item) => /(?:^|[._])(?:event_?data|userdata)\.[^.]+$/i.test(pathOf(item)));
  return own.length > 0 ? own : found;
}

/** A rule asks for the same fields of each event. */
const knownNames = new Map<string, string[]>();
const MAX_KNOWN = 5000;

/** Google Workspace's rules stand under `gcp` with a service of their own. */
export function ownProduct(logsource: LogSourceOf): LogSourceOf {
  const own = FIELDS.products[`${logsource.product}/${logsource.service?.split('.')[0] ?? ''}`];
  return own ? { ...logsource, product: own } : logsource;
}

/** The condition with what logs of this kind write instead of a rule's values beside them. */
export function inOwnWords(node: Node, logsource: LogSourceOf): Node {
  const values = FIELDS.values[logsource.product ?? logsource.category ?? ''];
  const isWeb = logsource.category === 'proxy' || logsource.category === 'webserver';
  const isWindows = logsource.product === 'windows';
  if (!values && !isWeb && !isWindows) return node;
  if (node.kind === 'and' || node.kind === 'or')
    return { ...node, items: node.items.map((item) => inOwnWords(item, logsource)) };
  if (node.kind === 'not') return { ...node, item: inOwnWords(node.item, logsource) };
  if (isWindows) return inWindowsWords(node);
  return isWeb ? inWebWords(node) : inProductWords(node, values ?? {});
}

/** Windows writes `-` where an event has no value. */
const inWindowsWords = (node: Leaf): Node =>
  node.test.kind === 'null' && node.field !== null ? or([node, leaf(node.field, '-')]) : node;

type Leaf = Extract<Node, { kind: 'leaf' }>;

/** Web logs leave out what is empty (`-`), and few have the extension of a file apart from its address. */
function inWebWords(node: Leaf): Node {
  if (node.test.kind !== 'like' || node.field === null) return node;
  const { parts } = node.test;
  if (parts.length === 0) return or([node, without(node.field)]);
  const [extension] = parts;
  if (!/^cs?-uri-extension$/.test(node.field) || parts.length > 1 || typeof extension !== 'string') return node;
  const any = { any: true } as const;
  const address = (...after: LikePart[]): Node => ({
    kind: 'leaf',
    field: 'c-uri',
    test: { kind: 'like', parts: [any, `.${extension}`, ...after], cased: false },
  });
  return or([node, address(), address('?', any)]);
}

function inProductWords(node: Leaf, values: Record<string, Record<string, string[]>>): Node {
  const [text] = node.test.kind === 'like' ? node.test.parts : [];
  const own = typeof text === 'string' ? values[node.field ?? '']?.[text.toLowerCase()] : undefined;
  if (own === undefined || node.test.kind !== 'like' || node.test.parts.length !== 1) return node;
  const { test } = node;
  return or([node, ...own.map((value): Node => ({ ...node, test: { ...test, parts: likeParts(value) } }))]);
}

/**
 * Fields of which an event of a product has at least one; empty for a product that says nothing about its fields. Where a category
 * names what kind of events these are (processes, files), they have other fields than the product's text logs.
 */
const requiredFields = (product: string | null, category: string | null = null): string[] =>
  FIELDS.required[`${product ?? ''}/${category}`] ??
  FIELDS.required[`${product ?? ''}${category ? '/category' : ''}`] ??
  FIELDS.required[product ?? ''] ??
  [];

const endsIn = (column: string, field: string): boolean =>
  column.toLowerCase() === field.toLowerCase() ||
  column.toLowerCase().endsWith(`.${field.toLowerCase()}`) ||
  isSpelledSo(column, field);

/**
 * Whether a source with these columns can have events of a log source.
 * @param texts those of the columns that are known to hold no numbers
 */
export function fitsSource({ product, category }: LogSourceOf, columns: string[], texts: string[] = []): boolean {
  const numbered = FIELDS.numbered.includes(product ?? '');
  const usable = numbered ? columns.filter((column) => !texts.includes(column)) : columns;
  const has = (fields: string[]): boolean => fields.some((field) => usable.some((column) => endsIn(column, field)));
  if ((FIELDS.notOf[product ?? ''] ?? []).some((other) => has(requiredFields(other)))) return false;
  const required = requiredFields(product, category);
  return required.length === 0 || has(required);
}

const leaf = (field: string, value: string, any = false): Node => ({
  kind: 'leaf',
  field,
  test: { kind: 'like', parts: any ? [{ any: true }, value, { any: true }] : [value], cased: false },
});
const without = (field: string): Node => ({ kind: 'leaf', field, test: { kind: 'exists', wanted: false } });
const or = (items: Node[]): Node => ({ kind: 'or', items });

/**
 * What an event must be to belong to a log source, as a condition over its fields; null: every event does. Events of a source whose
 * columns (when they are known) fit are not asked for their product again.
 */
export function logsourceCondition(logsource: LogSourceOf, columns: string[] = []): Node | null {
  const { product, category, service } = logsource;
  const parts = columns.length > 0 && fitsSource(logsource, columns) ? [] : productParts(logsource);
  if (product === 'windows') {
    const types = FIELDS.categories[category ?? '']?.EventType ?? [];
    if (types.length > 0) parts.push(or([...types.map((type) => leaf('EventType', type, true)), without('EventType')]));
    const channel = FIELDS.channels[service ?? ''];
    if (channel) parts.push(leaf('Channel', channel, true));
  }
  if (product === 'azure' && service === 'signinlogs')
    parts.push(
      or([
        leaf('category', 'Sign', true),
        ...['appDisplayName', 'Sign-in error code'].map(
          (field): Node => ({ kind: 'leaf', field, test: { kind: 'exists', wanted: true } }),
        ),
      ]),
    );
  return parts.length === 0 ? null : { kind: 'and', items: parts };
}

function productParts({ product, category }: LogSourceOf): Node[] {
  const required = requiredFields(product, category);
  const others = (FIELDS.notOf[product ?? ''] ?? []).flatMap((other) => requiredFields(other));
  return [
    ...(required.length > 0
      ? [or(required.map((field): Node => ({ kind: 'leaf', field, test: { kind: 'exists', wanted: true } })))]
      : []),
    ...others.map(without),
  ];
}

/**
 * What events of a category are called where Windows or Sysmon numbers them; null for a category that has no number.
 * @param isMixed the source has events of other kinds too, so an event without a number is not one of these
 */
export function eventCondition({ product, category }: LogSourceOf, isMixed: boolean): Node | null {
  const events = FIELDS.categories[category ?? '']?.EventID ?? [];
  if (events.length === 0 || !['windows', 'linux', 'macos', null].includes(product)) return null;
  const isWanted = or(events.map(eventOf));
  return product === 'windows' || isMixed ? isWanted : or([isWanted, without('EventID')]);
}

/** Small event numbers are Sysmon's only in its own channel. */
function eventOf(id: number): Node {
  const event = leaf('EventID', String(id));
  if (id !== 1 && !FIELDS.sysmonOnly.includes(id)) return event;
  const channel = leaf('Channel', 'Sysmon', true);
  return { kind: 'and', items: [event, or([channel, without('Channel')])] };
}
