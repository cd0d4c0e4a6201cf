import { type Fact, num, type SourceCase, text } from './case';

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

/**
 * The other machine on which the same program was started in the same way before, where on both a program that this one runs on most days,
 * such as a configuration manager, started the installation. Without such a program, or where it starts whatever anybody asks for, an
 * intruder's second machine would look the same.
 */
export function rolledOutTo(source: SourceCase, fact: Fact): { other: Fact; by: string } | null {
  const same = isOfMachine(source, fact) ? sameOf(source, fact) : undefined;
  if (!same) return null;
  const own = source.profile.filter(({ row }) => text(row, 'principal') === text(fact.row, 'principal'));
  const isDeployer = (program: string): boolean =>
    !STARTS_ANYTHING.test(program) &&
    own.some(({ row }) => text(row, 'agent') === program && num(row, 'days_before') >= DEPLOYER_DAYS);
  const installs = own.filter(({ row }) => {
    const parent = STARTED_BY.exec(text(row, 'action'))?.[1] ?? '';
    return num(row, 'n_case') > 0 && num(row, 'n_before') === 0 && parent !== '' && isDeployer(parent);
  });
  const install = installs.find((one) => sameOf(source, one));
  return install ? { other: same, by: STARTED_BY.exec(text(install.row, 'action'))?.[1] ?? '' } : null;
}

/** So many events of a machine in the window are part of such a roll-out. */
export const rolledOut = (source: SourceCase, principal: string): number =>
  source.profile
    .filter(({ row }) => text(row, 'principal') === principal && num(row, 'days_before') < 2)
    .filter((fact) => rolledOutTo(source, fact) !== null)
    .reduce((sum, { row }) => sum + num(row, 'n_case'), 0);
