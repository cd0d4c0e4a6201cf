import { asked } from './ask-sources';
import { type Fact, type Gathered, num, type SourceCase, targetsOf, text } from './case';
import type { Hit } from './find-values';
import { candidates } from './match-rules';
import { ask, type Range, type Rules, ruleColumn } from './queries';
import type { Context as Calls } from './script';
import { among } from './sql';
import { HOUR, readTime } from './time';

/** A program that comes to so many machines within half an hour was pushed to them. */
export const MOST_APART = HOUR / 2;
export const LEAST_MACHINES = 3;
/** More machines than these are not followed one by one. */
const MOST_MACHINES = 20;
const MOST_COMMANDS = 20;
/** A shorter command, such as `whoami`, is run everywhere. */
const SHORTEST_COMMAND = 10;
/** Longer ones would make the query unreadable. */
const LONGEST_COMMAND = 500;
/** How long before its effect a policy may have been changed: machines ask for news every 90 minutes. */
export const POLICY_DELAY = 2 * HOUR;

/**
 * On which other machines the same commands and tasks ran that rules hit on those of the case, and who changed a group policy shortly
 * before: one machine is seldom all that a push reached, and whoever pushed is nobody that the alert of a machine names.
 * Gives whom the case of a source is widened by.
 */
export async function followMachines(context: Calls, gathered: Gathered, item: SourceCase): Promise<Hit[]> {
  const commands = pushedCommands(gathered, item);
  if (item.source.mapping.hasLogons !== true || commands.length === 0) return [];
  const { source, wide, window } = item;
  const policies = policyRules(gathered, item);
  const [same, changed] = await asked(
    context,
    gathered.steps,
    [
      [
        'On which machines did the same run?',
        ask(
          source,
          wide,
          `SELECT principal, action, agent, target, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE login IS NULL AND ${among('target', commands)} GROUP BY ALL ORDER BY first`,
          500,
        ),
      ],
      ...(policies.length > 0 ? [policyQuestion(item, policies)] : []),
    ],
    source.name,
  );
  const factsOf = (outcome: typeof same): Fact[] =>
    (outcome?.table?.rows ?? []).map((row) => ({ row, evidence: outcome?.evidence ?? 0, source }));
  item.elsewhere = factsOf(same);
  item.policies = factsOf(changed);
  const now = item.elsewhere.filter((fact) => isWithin(fact, window));
  const machines = [...new Set(now.map(({ row }) => text(row, 'principal')))];
  if (machines.length < LEAST_MACHINES) return [];
  const begin = Math.min(...now.map(({ row }) => readTime(row.first) ?? Number.POSITIVE_INFINITY));
  const pushers = item.policies.filter(({ row }) => {
    const at = readTime(row.last) ?? 0;
    return at <= begin && at >= begin - POLICY_DELAY;
  });
  const known = new Set(item.scope.principals);
  return [...machines.slice(0, MOST_MACHINES), ...new Set(pushers.map(({ row }) => text(row, 'principal')))]
    .filter((name) => !known.has(name))
    .map((value) => ({ value: value.toLowerCase(), as: 'actor', n: 1, first: null, last: null }));
}

const isWithin = ({ row }: Fact, { from, to }: Range): boolean =>
  (readTime(row.first) ?? 0) <= to && (readTime(row.last) ?? 0) >= from;

/** What a machine ran or was told to run, no account of a person, and a rule hits. */
function pushedCommands({ detections }: Gathered, { inside }: SourceCase): string[] {
  const told = inside.filter(({ row }) => {
    const rule = detections.rules.get(text(row, 'rule'));
    return rule !== undefined && rule.level !== 'low' && text(row, 'login') === '' && num(row, 'targets') > 0;
  });
  const commands = told
    .flatMap(({ row }) => targetsOf(row))
    .filter((one) => one.length >= SHORTEST_COMMAND && one.length <= LONGEST_COMMAND);
  return [...new Set(commands)].slice(0, MOST_COMMANDS);
}

const policyRules = ({ detections }: Gathered, { source }: SourceCase): Rules =>
  candidates(detections, source, null).filter(([, { techniques }]) => techniques.some((id) => id.startsWith('T1484')));

const policyQuestion = ({ source, wide }: SourceCase, rules: Rules): [string, ReturnType<typeof ask>] => [
  'Who changed group policies?',
  ask(
    source,
    wide,
    `SELECT principal, action, ip, target, count(*) AS n, coalesce(max(detail) FILTER (WHERE contains(detail, 'displayName')), max(detail)) AS detail, min(t) AS first, max(t) AS last FROM e WHERE rule IS NOT NULL AND principal IS NOT NULL GROUP BY principal, action, ip, target, date_trunc('hour', t) ORDER BY first`,
    200,
    [ruleColumn(source, rules)],
  ),
];
