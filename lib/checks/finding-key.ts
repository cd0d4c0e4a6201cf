import type { CheckFinding } from './finding';

/** Names one finding of one text: the same finding of the same text has the same key. Apart from the schemas, for the browser. */
export const findingKey = ({ rule, line, column, reason }: Pick<CheckFinding, 'rule' | 'line' | 'column' | 'reason'>) =>
  `${rule}:${reason}:${line}:${column}`;
