import { isSpelledSo, namedListsOf, namesOf, ownPaths } from './fields';
import type { DetectionRule } from './rule';
import { formsOfEvent, type RuleForm } from './rule-forms';
import { type Reader, readersOf, replacementsOf } from './telemetry';
import { likeRegex, type Node, type Test, type TimePart } from './test';

/** An event's values by dotted path. `whole`: the JSON text of an object, found by its whole path only. */
export type Flat = { path: string; value: string | null; whole?: true }[];

/** Values of an event, nested or flat; a list's items stand under its own path. */
export function flatten(event: unknown, path = '', out: Flat = [], depth = 0): Flat {
  if (depth > 20 || out.length > 5000) return out;
  if (Array.isArray(event)) for (const item of event) flatten(item, path, out, depth + 1);
  else if (typeof event === 'object' && event !== null) {
    if (path !== '') out.push({ path, value: JSON.stringify(event), whole: true });
    for (const [key, value] of Object.entries(event))
      flatten(value, path === '' ? key : `${path}.${key}`, out, depth + 1);
  } else out.push({ path, value: event === null || event === undefined ? null : String(event) });
  return out;
}

/** Whether a rule fires on an event, by the same semantics as its SQL. */
export function matches(rule: DetectionRule, event: Flat): boolean {
  return ruleForms(rule, event).some(({ product, condition }) => holds(condition, event, product));
}

function ruleForms(rule: DetectionRule, event: Flat): RuleForm[] {
  const paths = pathsOf.get(event) ?? event.map(({ path }) => path);
  pathsOf.set(event, paths);
  return formsOfEvent(rule, paths);
}

const pathsOf = new WeakMap<Flat, string[]>();

/** What a rule's field holds in an event, by the names that one of the rule's forms has for it. */
export function fieldOf(rule: DetectionRule, field: string, event: Flat): string {
  const found = ruleForms(rule, event).flatMap(({ product }) => valuesOf(field, event, product));
  return found.find((value) => value !== null) ?? '';
}

function holds(node: Node, event: Flat, product: string | null): boolean {
  if (node.kind === 'and') return node.items.every((item) => holds(item, event, product));
  if (node.kind === 'or') return node.items.some((item) => holds(item, event, product));
  if (node.kind === 'not') return !holds(node.item, event, product);
  const values =
    node.field === null
      ? event.flatMap(({ value, whole }) => (whole ? [] : [value]))
      : valuesOf(node.field, event, product);
  return testHolds(node.test, values, event, product);
}

/** The field by one of its names: the whole path, or the end of one; the first name that the event has decides. */
export function valuesOf(field: string, event: Flat, product: string | null): (string | null)[] {
  for (const reader of readersOf(product, field) ?? namesOf(field, product)) {
    const found = typeof reader === 'string' ? namedValues(reader, event) : madeValues(reader, event);
    if (found.length > 0) return found;
  }
  return listedValues(field, event, product);
}

/** The values of a name in a list of names and values. */
function listedValues(field: string, event: Flat, product: string | null): string[] {
  const named = namedListsOf(product);
  if (!named) return [];
  const paths = new Set(named.lists.map((path) => path.replaceAll('[*]', '')));
  return event
    .filter(({ path, whole }) => whole && paths.has(path))
    .map(({ value }) => JSON.parse(value ?? '{}') as Record<string, unknown>) // written by flatten
    .filter((item) => String(item[named.name]).toLowerCase() === field.toLowerCase())
    .flatMap((item) => named.values.flatMap((key) => item[key] ?? []))
    .map(String);
}

function namedValues(name: string, event: Flat): (string | null)[] {
  const wanted = name.toLowerCase();
  const whole = event.filter(({ path }) => path.toLowerCase() === wanted);
  const leaves = event.filter((item) => !item.whole);
  const ends =
    whole.length > 0
      ? whole
      : ownPaths(
          leaves.filter((item) => item.path.toLowerCase().endsWith(`.${wanted}`)),
          ({ path }) => path,
        );
  const found = ends.length > 0 ? ends : leaves.filter((item) => isSpelledSo(item.path, name));
  return found.map(({ value }) => value);
}

/** A field made of several, or of what a text of JSON says; none where the event has nothing of it. */
function madeValues(reader: Exclude<Reader, string>, event: Flat): string[] {
  const joined = 'json' in reader ? keyOf(namedValues(reader.json, event)[0], reader.key) : joinedText(reader, event);
  const text = replacementsOf(reader.replace).reduce(
    // DuckDB writes a group as `\1`.
    (whole, [pattern, by]) => whole.replace(new RegExp(pattern, 'i'), by.replace(/\\(\d)/g, '$$$1')),
    joined,
  );
  return text === '' ? [] : [text];
}

type Joined = Extract<Exclude<Reader, string>, { join: unknown }>;

function joinedText(reader: Joined, event: Flat): string {
  return reader.join
    .flatMap((part) => {
      const { before, field, isList } = typeof part === 'string' ? { before: '', field: part, isList: false } : part;
      const found = namedValues(field, event).filter((value) => value !== null && value !== '');
      const own = isList ? found.join(' ') : found[0];
      return own ? [`${before}${own}`] : [];
    })
    .join(reader.with);
}

function keyOf(text: string | null | undefined, key: string): string {
  try {
    const value: unknown = JSON.parse(text ?? '');
    const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return found === undefined || found === null ? '' : String(found);
  } catch {
    return '';
  }
}

export function testHolds(test: Test, values: (string | null)[], event: Flat, product: string | null): boolean {
  const texts = values.filter((value) => value !== null);
  switch (test.kind) {
    case 'exists':
      return test.wanted === texts.length > 0;
    case 'null':
      return texts.length === 0;
    case 'like': {
      const pattern = new RegExp(likeRegex(test.parts), test.cased ? '' : 'i');
      return texts.some((text) => pattern.test(text)) || (test.parts.length === 0 && texts.some((text) => text === ''));
    }
    case 'regex': {
      const pattern = new RegExp(test.source, test.flags);
      return texts.some((text) => pattern.test(text));
    }
    case 'compare':
      return texts.some((text) => compares(Number(text), test.operator, test.number) && text.trim() !== '');
    case 'time':
      return texts.some((text) => compares(timePart(text, test.part), test.operator, test.number));
    case 'cidr':
      return texts.some((text) => inNetwork(text, test.network, test.bits));
    case 'other-account': {
      const own = valuesOf(test.field, event, product)[0];
      if (!own) return false;
      return texts.some((text) => [...text.matchAll(/\b\d{12}\b/g)].some(([account]) => account !== own));
    }
    case 'field': {
      const fold = (text: string): string => (test.cased ? text : text.toLowerCase());
      const others = valuesOf(test.field, event, product).filter((value) => value !== null && value !== '');
      return texts.some((text) => others.some((other) => relates(fold(text), fold(other as string), test.where))); // filtered
    }
  }
}

function compares(value: number, operator: string, number: number): boolean {
  if (operator === 'lt') return value < number;
  if (operator === 'lte') return value <= number;
  if (operator === 'eq') return value === number;
  return operator === 'gt' ? value > number : value >= number;
}

/** A part of a time in UTC, which a time without a zone is in; NaN for what is no time. */
function timePart(text: string, part: TimePart): number {
  const date = new Date(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  if (part === 'week') return isoWeek(date);
  const at = { minute: 14, hour: 11, day: 8, month: 5, year: 0 }[part];
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  return Number(iso.slice(at, part === 'year' ? 4 : at + 2) || Number.NaN);
}

/** Weeks begin on Monday; the first of a year has its first Thursday. */
function isoWeek(date: Date): number {
  const day = (date.getUTCDay() + 6) % 7;
  const thursday = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - day + 3);
  const start = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - start) / (7 * 86_400_000));
}

function relates(text: string, other: string, where: string): boolean {
  if (where === 'start') return text.startsWith(other);
  if (where === 'end') return text.endsWith(other);
  return where === 'any' ? text.includes(other) : text === other;
}

/** The bits of an address, most significant first; null for what is no address. */
function bitsOf(address: string): string | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (v4) {
    const octets = v4.slice(1).map(Number);
    return octets.some((octet) => octet > 255)
      ? null
      : octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
  }
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) return null;
  const [head = '', tail] = address.split('::');
  const groups = (part: string): string[] => part.split(':').filter(Boolean);
  const [left, right] = [groups(head), groups(tail ?? '')];
  const middle = tail === undefined ? 0 : 8 - left.length - right.length;
  const all = [...left, ...Array<string>(Math.max(0, middle)).fill('0'), ...right];
  return all.length === 8
    ? all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
    : null;
}

function inNetwork(address: string, network: string, length: number): boolean {
  const [a, b] = [bitsOf(address), bitsOf(network)];
  return a !== null && b !== null && a.length === b.length && a.slice(0, length) === b.slice(0, length);
}
