/** An aggregation at the end of a condition, as Sigma had them before correlation rules: `selection | count(user) by src_ip > 10`. */
type Aggregation = {
  /** The condition before it. */
  condition: string;
  correlation: Record<string, unknown>;
};

const OPERATORS: Record<string, string> = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte', '=': 'eq', '==': 'eq' };
const COUNT =
  /^([^|]+)\|\s*count\s*\(\s*([^()\s]*)\s*\)(?:\s+by\s+([\w.@{}, -]*[\w.@{}]))?\s*(>=|<=|==|>|<|=)\s*(\d+)\s*$/i;

/**
 * A counting condition as the correlation that says the same of the rule `name`; null for what no correlation can say (several counts,
 * other functions, less than).
 */
export function readAggregation(condition: string, timeframe: unknown, name: string): Aggregation | null {
  const [, before = '', field = '', by = '', sign = '', number = ''] = COUNT.exec(condition) ?? [];
  const operator = OPERATORS[sign];
  // Of groups without an event there is no row: "less than" would stay silent exactly when it matters.
  if (!operator || operator.startsWith('lt') || typeof timeframe !== 'string') return null;
  const groups = by.split(',').map((group) => group.trim());
  return {
    condition: before.trim(),
    correlation: {
      type: field && field !== '*' ? 'value_count' : 'event_count',
      rules: [name],
      'group-by': groups.filter(Boolean),
      timespan: timeframe.trim(),
      condition: { [operator]: Number(number), ...(field && field !== '*' ? { field } : {}) },
    },
  };
}
