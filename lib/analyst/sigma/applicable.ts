import { fitsSource } from './fields';
import { type Flat, testHolds } from './match';
import type { DetectionRule } from './rule';
import { telemetryOf } from './rule-forms';
import type { Node } from './test';
import type { SqlSource } from './to-sql';

/** Fields that hold the name of an event, in lower case. */
const ACTION_FIELDS = new Set(['eventname', 'eventtype', 'action']);

/**
 * The rules that could fire on a source: those of a product whose fields it has and, where they ask for an event by name, one of
 * the names that occur. `actions` null: the names are not known.
 */
export const applicableRules = (
  rules: DetectionRule[],
  { fields, rare, texts }: Pick<SqlSource, 'fields' | 'rare' | 'texts'>,
  actions: string[] | null,
): DetectionRule[] => {
  const known = [...fields, ...(rare?.keys() ?? [])];
  return rules.filter(
    (rule) =>
      (telemetryOf(rule.logsource, known).length > 0 || fitsSource(rule.logsource, known, texts)) &&
      (actions === null || namesOtherThings(rule) || couldHold(rule.condition, actions)),
  );
};

/** `EventType` of a registry event says what was done to a key, an alert's `eventName` what the alert is called. */
const namesOtherThings = ({ logsource }: DetectionRule): boolean =>
  logsource.category?.startsWith('registry') === true || logsource.product === 'm365_alerts';

/** Whether a condition could hold for an event with one of these names, whatever its other fields say. */
function couldHold(node: Node, actions: string[]): boolean {
  if (node.kind === 'and') return node.items.every((item) => couldHold(item, actions));
  if (node.kind === 'or') return node.items.some((item) => couldHold(item, actions));
  if (node.kind === 'not' || node.field === null || !ACTION_FIELDS.has(node.field.toLowerCase())) return true;
  // A log may write several names in one field; what is asked for may be one of them.
  const names = actions.flatMap((action) => [action, ...action.split(/[ ,+]+/)]);
  return names.some((name) => testHolds(node.test, [name], NOTHING, null));
}

const NOTHING: Flat = [];
