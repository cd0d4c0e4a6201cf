import { namesOf } from '../analyst/sigma/fields';
import { type Flat, matches } from '../analyst/sigma/match';
import { type DetectionRule, LEVELS } from '../analyst/sigma/rule';
import type { Node } from '../analyst/sigma/test';

export type Found = {
  rule: DetectionRule;
  /** On how many of the events it fires. */
  fires: number;
  /** Titles of others that fire on as many of them as it needs to be found. */
  others: string[];
};

/** A rule of another name is meant when it fires on so large a share of the events. */
const MIN_SHARE = 0.9;

/**
 * The detection that alerts of a rule are about: the one of the same name or id, else one that fires on nearly all of their events,
 * of several the most severe. null: none. Pure.
 */
export function findDetection(name: string, rules: readonly DetectionRule[], events: readonly Flat[]): Found | null {
  const found = rules
    .map((rule) => ({ rule, fires: events.filter((event) => matches(rule, event)).length }))
    .filter(({ rule, fires }) => isCalled(rule, name) || (fires > 0 && fires >= events.length * MIN_SHARE))
    .sort(
      (a, b) =>
        Number(isCalled(b.rule, name)) - Number(isCalled(a.rule, name)) ||
        b.fires - a.fires ||
        LEVELS.indexOf(b.rule.level) - LEVELS.indexOf(a.rule.level) ||
        (a.rule.title < b.rule.title ? -1 : 1),
    );
  const [first, ...rest] = found;
  return first ? { ...first, others: rest.filter(({ fires }) => fires > 0).map(({ rule }) => rule.title) } : null;
}

/** Whether a rule goes by a name: its title, id or name, whatever stands between the words. */
export const isCalled = ({ title, id, name: own }: DetectionRule, name: string): boolean =>
  fold(name) !== '' && [title, id, own].some((one) => fold(one) === fold(name));

const fold = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** The fields that a rule looks for, in lower case, under every name that they have in its logs; not those that it excludes by. */
export function fieldsOf({ condition, logsource }: DetectionRule): Set<string> {
  const fields = (node: Node): string[] => {
    if (node.kind === 'and' || node.kind === 'or') return node.items.flatMap(fields);
    return node.kind === 'not' || node.field === null ? [] : namesOf(node.field, logsource.product);
  };
  return new Set(fields(condition).map((field) => field.toLowerCase()));
}

/**
 * Where in alerts the event lies that a rule is about: what stands before the fields that it asks for, mostly. '': at the top;
 * null: they have none of them.
 */
export function eventRoot(events: readonly Flat[], fields: ReadonlySet<string>): string | null {
  const counts = new Map<string, number>();
  for (const event of events)
    for (const { path } of event) {
      const folded = path.toLowerCase();
      for (const field of fields)
        if (folded === field || folded.endsWith(`.${field}`)) {
          const root = path.slice(0, path.length - field.length);
          counts.set(root, (counts.get(root) ?? 0) + 1);
        }
    }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].length - b[0].length)[0]?.[0] ?? null;
}
