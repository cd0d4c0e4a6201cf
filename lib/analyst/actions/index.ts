import type { ActionRequest, ActionRule, Level } from './action';
import { AWS_CREDENTIALS } from './aws-credentials';
import { AWS_DISCOVERY } from './aws-discovery';
import { AWS_EVASION } from './aws-evasion';
import { AWS_IMPACT } from './aws-impact';
import { AWS_PERSISTENCE } from './aws-persistence';
import { genericRule } from './generic';
import { OKTA } from './okta';

export const AWS: ActionRule[] = [
  ...AWS_CREDENTIALS,
  ...AWS_PERSISTENCE,
  ...AWS_EVASION,
  ...AWS_IMPACT,
  ...AWS_DISCOVERY,
];
const TABLES = { cloudtrail: byAction(AWS), okta: byAction(OKTA), generic: byAction([]) };
export type Schema = keyof typeof TABLES;

/** The rule for an action, or null when it says nothing. Conditional rules come before their fallback. */
export function ruleFor(schema: Schema, action: string, request: ActionRequest): ActionRule | null {
  if (schema === 'generic') return genericRule(action, request.text);
  const rules = TABLES[schema].get(action.toLowerCase()) ?? [];
  return rules.find((rule) => rule.when?.(request)) ?? rules.find((rule) => rule.when === undefined) ?? null;
}

/** Names of the actions that a table knows at all; null for a schema without a table (every action is looked at). */
export function knownActions(schema: Schema, levels?: Level[]): string[] | null {
  if (schema === 'generic') return null;
  const rules = [...TABLES[schema].values()].flat();
  return [
    ...new Set(rules.filter((rule) => !levels || levels.includes(rule.level)).flatMap((rule) => rule.actions)),
  ].sort();
}

/** Made and deleted by name: the request tells whether one deleted what it had made itself. */
const PAIRED = [
  'CreateTrail',
  'DeleteTrail',
  'CreateLogGroup',
  'DeleteLogGroup',
  'CreateBucket',
  'DeleteBucket',
  'CreateUser',
  'DeleteUser',
];

/** Actions whose request has to be read to judge them. */
export function conditionalActions(schema: Schema): string[] {
  const rules = [...TABLES[schema].values()].flat();
  const names = rules.filter((rule) => rule.when).flatMap((rule) => rule.actions);
  return [...new Set([...names, ...(schema === 'cloudtrail' ? PAIRED : [])])].sort();
}

function byAction(rules: ActionRule[]): Map<string, ActionRule[]> {
  const table = new Map<string, ActionRule[]>();
  for (const rule of rules) {
    for (const action of rule.actions) {
      const key = action.toLowerCase();
      table.set(key, [...(table.get(key) ?? []), rule]);
    }
  }
  return table;
}
