import type { DetectionRule, LogSourceOf, SigmaRule } from './rule';
import type { Node } from './test';

/** A Sigma filter: what it says must hold as well before one of its rules fires ("not the backup host"). */
export type RuleFilter = {
  title: string;
  /** Ids or names of rules; null: all of its log source. */
  rules: string[] | null;
  logsource: LogSourceOf;
  condition: Node;
  file: string;
  line: number;
};

/** Rules with the conditions of the filters that name them, and the filters that name a rule that does not exist. */
export function applyFilters(
  rules: readonly SigmaRule[],
  filters: readonly RuleFilter[],
): { rules: SigmaRule[]; problems: string[] } {
  const detections = rules.filter((rule) => rule.kind === 'detection');
  const isNamed = (wanted: string) => (rule: DetectionRule) => rule.id === wanted || rule.name === wanted;
  const problems = filters.flatMap(({ file, line, title, rules: wanted }) =>
    (wanted ?? [])
      .filter((name) => !detections.some(isNamed(name)))
      .map((name) => `${file}:${line}: "${title}" filters "${name}", a rule that does not exist.`),
  );
  const filtered = rules.map((rule): SigmaRule => {
    if (rule.kind !== 'detection') return rule;
    const own = filters.filter((filter) => filter.rules?.some((name) => isNamed(name)(rule)) ?? isOf(rule, filter));
    const items = [rule.condition, ...own.map(({ condition }) => condition)];
    return own.length === 0 ? rule : { ...rule, condition: { kind: 'and', items } };
  });
  return { rules: filtered, problems };
}

/** Whether a rule is of a filter's log source, in each part that the filter names. */
const isOf = ({ logsource }: DetectionRule, filter: RuleFilter): boolean =>
  (['product', 'category', 'service'] as const).every(
    (part) => filter.logsource[part] === null || filter.logsource[part] === logsource[part],
  );
