import { type Flat, matches, valuesOf } from './match';
import type { CorrelationRule, DetectionRule } from './rule';

export type TimedEvent = { time: number; event: Flat };

/** Whether events (in any order; times in ms) reach a correlation's threshold, by the same semantics as its SQL. */
export function correlates(rule: CorrelationRule, rules: DetectionRule[], events: TimedEvent[]): boolean {
  const product = rules[0]?.logsource.product ?? null;
  const hits = events
    .flatMap(({ time, event }) => {
      const index = rules.findIndex((item) => matches(item, event));
      const readValue = (field: string): string => valuesOf(field, event, product)[0] ?? '';
      const group = rule.groupBy.map(readValue).join('\n');
      return index < 0 ? [] : [{ time, index, group, value: rule.field ? readValue(rule.field) : '' }];
    })
    .sort((a, b) => a.time - b.time);
  return hits.some((last) => {
    const window = hits.filter(
      ({ time, group }) => group === last.group && time <= last.time && time >= last.time - rule.seconds * 1000,
    );
    const distinct = (list: (string | number)[]): number => new Set(list).size;
    if (rule.type === 'temporal_ordered') {
      let next = 0;
      for (const { index } of window) if (index === next) next += 1;
      return next >= rules.length;
    }
    if (rule.type === 'temporal' && !rule.operator) return distinct(window.map(({ index }) => index)) >= rules.length;
    const n =
      rule.type === 'event_count'
        ? window.length
        : distinct(rule.type === 'value_count' ? window.map(({ value }) => value) : window.map(({ index }) => index));
    const { threshold } = rule;
    if (rule.operator === 'lt') return n < threshold;
    if (rule.operator === 'lte') return n <= threshold;
    if (rule.operator === 'eq') return n === threshold;
    return rule.operator === 'gt' ? n > threshold : n >= threshold;
  });
}
