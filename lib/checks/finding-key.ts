import type { CheckFinding } from './finding';

/** Names one finding of one text: the same finding of the same text has the same key. Apart from the schemas, for the browser. */
export const findingKey = ({ rule, line, column, reason }: Pick<CheckFinding, 'rule' | 'line' | 'column' | 'reason'>) =>
  `${rule}:${reason}:${line}:${column}`;

type Grouped = Pick<CheckFinding, 'rule' | 'line' | 'column' | 'reason' | 'data'>;

/**
 * Names the findings that one reason can override together: those of the same name (an address, a technique, a missing record).
 * Numbers, times, outcomes and denials are each of their own line, whatever they say.
 */
export function findingGroup(finding: Grouped): string {
  const { rule, reason, data } = finding;
  const { value, id, record } = data;
  if (rule === 'technique' && typeof id === 'string') return `technique ${id}`;
  if (rule === 'citation' && typeof record === 'number') return `record ${record}`;
  const isName = typeof value === 'string' && /\p{L}|[.:]\d/u.test(value) && !/\s/.test(value) && value.length > 3;
  const isOfName = rule === 'evidence' || rule === 'entity' || rule === 'defang';
  return isName && isOfName && !reason.startsWith('number') ? `name ${value.toLowerCase()}` : findingKey(finding);
}

/** Findings in their order, those of a group together. */
export function groupFindings<F extends Grouped>(findings: F[]): F[][] {
  const groups = new Map<string, F[]>();
  for (const finding of findings) {
    const group = findingGroup(finding);
    groups.set(group, [...(groups.get(group) ?? []), finding]);
  }
  return [...groups.values()];
}
