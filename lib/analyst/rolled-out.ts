import { type Fact, num, type SourceCase, text } from './case';
import { POLICY_DELAY } from './follow-machines';
import { DAY, readTime } from './time';

/** Earlier days on which a machine ran a program that starts others, before what it starts is a roll-out. */
const DEPLOYER_DAYS = 3;
/** What starts whatever a person, a service or somebody from another machine asks for: it tells nothing of who rolled something out. */
const STARTS_ANYTHING =
  /(?:^|[\\/])(?:explorer|cmd|powershell(?:_ise)?|pwsh|wscript|cscript|mshta|rundll32|regsvr32|msiexec|svchost|services|wmiprvse|wsmprovhost|psexesvc|winlogon|userinit|taskeng|taskhostw?|chrome|msedge|firefox|iexplore|outlook|winword|excel|powerpnt|teams|(?:ba|z|da)?sh|python[\d.]*|node|sshd|cron|systemd)(?:\.exe)?$/i;
const STARTED_BY = /^\d+ \(process created by (.+)\)$/;

/** What a machine does itself: no account of a person stands in its events. */
const isOfMachine = ({ fleet }: SourceCase, { row }: Fact): boolean =>
  fleet.length > 0 && text(row, 'login') === '' && !text(row, 'principal').includes('\\');

const sameOf = ({ fleet }: SourceCase, { row }: Fact): Fact | undefined =>
  fleet.find(
    (other) => text(other.row, 'action') === text(row, 'action') && text(other.row, 'agent') === text(row, 'agent'),
  );

/** `by`: the program that installed it or, where a policy pushed it, the account that changed the policy. */
type RollOut = { other: Fact; by: string; isPolicy: boolean };

/** A change of a group policy, and the commands that ran on machines within the time that they need to learn of it. */
type Push = { policy: Fact; effects: Fact[] };

const timeOf = ({ row }: Fact): number => readTime(row.first) ?? 0;

/** The last change before each run of commands; the latest first. */
export function pushesOf({ policies = [], elsewhere = [] }: SourceCase): Push[] {
  const pushes = new Map<Fact, Fact[]>();
  for (const effect of elsewhere) {
    const changed = policies.filter(
      ({ row }) =>
        timeOf(effect) >= (readTime(row.first) ?? 0) && timeOf(effect) <= (readTime(row.last) ?? 0) + POLICY_DELAY,
    );
    const last = changed.sort((a, b) => timeOf(b) - timeOf(a))[0];
    if (last) pushes.set(last, [...(pushes.get(last) ?? []), effect]);
  }
  return [...pushes]
    .map(([policy, effects]) => ({ policy, effects }))
    .sort((a, b) => timeOf(b.policy) - timeOf(a.policy));
}

/** Whether the same account had pushed one of the same commands to another machine a day or more before. */
export const wasPushedBefore = (source: SourceCase, { policy, effects }: Push): Fact | undefined =>
  pushesOf(source)
    .filter(
      (other) =>
        text(other.policy.row, 'principal') === text(policy.row, 'principal') &&
        text(other.policy.row, 'ip') === text(policy.row, 'ip') &&
        timeOf(other.policy) <= timeOf(policy) - DAY,
    )
    .flatMap((other) => other.effects)
    .find(({ row }) => effects.some((effect) => text(effect.row, 'target') === text(row, 'target')));

/** The machine that got the same by a policy of the same account before. */
function byPolicy(source: SourceCase, { row }: Fact): RollOut | null {
  for (const push of pushesOf(source)) {
    if (!push.effects.some((effect) => text(effect.row, 'principal') === text(row, 'principal'))) continue;
    const other = wasPushedBefore(source, push);
    if (other) return { other, by: text(push.policy.row, 'principal'), isPolicy: true };
  }
  return null;
}

/**
 * The other machine on which the same program was started in the same way before, where on both a program that this one runs on most days,
 * such as a configuration manager, started the installation. Without such a program, or where it starts whatever anybody asks for, an
 * intruder's second machine would look the same.
 */
export function rolledOutTo(source: SourceCase, fact: Fact): RollOut | null {
  const same = isOfMachine(source, fact) ? sameOf(source, fact) : undefined;
  if (!same) return null;
  const policy = byPolicy(source, fact);
  if (policy) return policy;
  const own = source.profile.filter(({ row }) => text(row, 'principal') === text(fact.row, 'principal'));
  const isDeployer = (program: string): boolean =>
    !STARTS_ANYTHING.test(program) &&
    own.some(({ row }) => text(row, 'agent') === program && num(row, 'days_before') >= DEPLOYER_DAYS);
  const installs = own.filter(({ row }) => {
    const parent = STARTED_BY.exec(text(row, 'action'))?.[1] ?? '';
    return num(row, 'n_case') > 0 && num(row, 'n_before') === 0 && parent !== '' && isDeployer(parent);
  });
  const install = installs.find((one) => sameOf(source, one));
  return install ? { other: same, by: STARTED_BY.exec(text(install.row, 'action'))?.[1] ?? '', isPolicy: false } : null;
}

/** So many events of a machine in the window are part of such a roll-out. */
export const rolledOut = (source: SourceCase, principal: string): number =>
  source.profile
    .filter(({ row }) => text(row, 'principal') === principal && num(row, 'days_before') < 2)
    .filter((fact) => rolledOutTo(source, fact) !== null)
    .reduce((sum, { row }) => sum + num(row, 'n_case'), 0);
