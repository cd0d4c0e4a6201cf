import { z } from 'zod';
import data from './fields.json';
import type { LogSourceOf } from './rule';
import type { Node } from './test';

const Fields = z.object({
  aliases: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
  categories: z.record(z.string(), z.object({ EventID: z.array(z.number()) })),
  sysmonOnly: z.array(z.number()),
  channels: z.record(z.string(), z.string()),
  required: z.record(z.string(), z.array(z.string())),
});
const FIELDS = Fields.parse(data);

/** The names that a rule's field may have in the logs of its product, best first. */
export const namesOf = (field: string, product: string | null): string[] => [
  ...new Set([...(FIELDS.aliases[product ?? '']?.[field] ?? []), field]),
];

/** Fields of which an event of a product has at least one; empty for a product that says nothing about its fields. */
export const requiredFields = (product: string | null): string[] => FIELDS.required[product ?? ''] ?? [];

const leaf = (field: string, value: string, any = false): Node => ({
  kind: 'leaf',
  field,
  test: { kind: 'like', parts: any ? [{ any: true }, value, { any: true }] : [value], cased: false },
});
const or = (items: Node[]): Node => ({ kind: 'or', items });

/** What an event must be to belong to a log source, as a condition over its fields; null: every event does. */
export function logsourceCondition({ product, category, service }: LogSourceOf): Node | null {
  const parts: Node[] = [];
  const required = requiredFields(product);
  if (required.length > 0)
    parts.push(or(required.map((field): Node => ({ kind: 'leaf', field, test: { kind: 'exists', wanted: true } }))));
  if (product === 'windows') {
    const events = FIELDS.categories[category ?? '']?.EventID ?? [];
    if (events.length > 0) parts.push(or(events.map(eventOf)));
    const channel = FIELDS.channels[service ?? ''];
    if (channel) parts.push(leaf('Channel', channel, true));
  }
  if (product === 'azure' && service === 'signinlogs') parts.push(leaf('category', 'Sign', true));
  if (product === 'linux' && service && service !== 'auditd') return parts[0] ?? null;
  return parts.length === 0 ? null : { kind: 'and', items: parts };
}

/** Small event numbers are Sysmon's only in its own channel. */
function eventOf(id: number): Node {
  const event = leaf('EventID', String(id));
  if (id !== 1 && !FIELDS.sysmonOnly.includes(id)) return event;
  const channel = leaf('Channel', 'Sysmon', true);
  const none: Node = { kind: 'leaf', field: 'Channel', test: { kind: 'exists', wanted: false } };
  return { kind: 'and', items: [event, or([channel, none])] };
}
