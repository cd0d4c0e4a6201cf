import { type Flat, fieldOf, matches } from './match';
import { aliasOf, type CorrelationRule, type DetectionRule } from './rule';

export type TimedEvent = { time: number; event: Flat };

/** Whether events (in any order; times in ms) reach a correlation's threshold, by the same semantics as its SQL. */
export function correlates(rule: CorrelationRule, rules: DetectionRule[], events: TimedEvent[]): boolean {
  const hits = events
    .flatMap(({ time, event }) => {
      const found = rules.flatMap((item, index) => (matches(item, event) ? [{ item, index }] : []));
      // One event may be what two rules of a sequence wait for, but counts once.
      return (rule.type.startsWith('temporal') ? found : found.slice(0, 1)).map(({ item, index }) => {
        const group = rule.groupBy.map((field) => fieldOf(item, aliasOf(rule, field, item) ?? field, event)).join('\n');
        return { time, index, group, value: rule.field ? fieldOf(item, rule.field, event) : '' };
      });
    })
    .sort((a, b) => a.time - b.time);
  return hits.some((last) => {
    const window = hits.filter(
      ({ time, group }) => group === last.group && time <= last.time && time >= last.time - rule.seconds * 1000,
    );
    if (rule.type === 'temporal_ordered') {
      let next = 0;
      for (const { index } of window) if (index === next) next += 1;
      return next >= rules.length;
    }
    if (rule.type === 'temporal' && rule.limits.length === 0)
      return distinct(window.map(({ index }) => index)) >= rules.length;
    const n = measure(rule, window);
    return rule.limits.every(({ operator, threshold }) => COMPARE[operator](n, threshold));
  });
}

const COMPARE = {
  lt: (n: number, limit: number) => n < limit,
  lte: (n: number, limit: number) => n <= limit,
  gt: (n: number, limit: number) => n > limit,
  gte: (n: number, limit: number) => n >= limit,
  eq: (n: number, limit: number) => n === limit,
  neq: (n: number, limit: number) => n !== limit,
};
type Hit = { index: number; value: string };
const distinct = (list: (string | number)[]): number => new Set(list).size;

/** What a window has of that which the rule compares with its threshold. */
function measure({ type, percentile }: CorrelationRule, window: Hit[]): number {
  const numbers = window.map(({ value }) => Number(value)).sort((a, b) => a - b);
  const sum = numbers.reduce((total, number) => total + number, 0);
  const quantile = (share: number): number => {
    const at = (numbers.length - 1) * share;
    const [low = 0, high = 0] = [numbers[Math.floor(at)], numbers[Math.ceil(at)]];
    return low + (high - low) * (at - Math.floor(at));
  };
  if (type === 'event_count') return window.length;
  if (type === 'value_count') return distinct(window.map(({ value }) => value));
  if (type === 'value_sum') return sum;
  if (type === 'value_avg') return sum / Math.max(1, numbers.length);
  if (type === 'value_median') return quantile(0.5);
  if (type === 'value_percentile') return quantile(percentile / 100);
  return distinct(window.map(({ index }) => index));
}
