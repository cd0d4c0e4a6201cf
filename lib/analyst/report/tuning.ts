import { text } from '../case';
import { type Finding, REFUSED_SCAN } from '../finding';
import { isNamedBy, usualFindings } from '../judge';
import { roamingOf } from '../roaming';
import { code, defanged } from './escape';
import { few, shortName } from './names';
import { cited, type Material } from './parts';

/** What keeps the same alert from coming again without hiding an attack: a condition, never a name alone. */
export function tuning(material: Material): string {
  const { gathered, judgement } = material;
  const usual = usualFindings(gathered, judgement.findings);
  if (usual.some(({ explained }) => explained === REFUSED_SCAN))
    return 'Alert on scans from outside only where a connection was accepted.';
  const [meant] = usual;
  const named = new Set(gathered.subject.alerts.flatMap(({ techniques }) => techniques));
  const isMeant = meant !== undefined && isNamedBy(gathered.subject)(meant);
  const factor = gathered.context.find(({ speaksFor }) => speaksFor === 'second-factor');
  if (factor && !isMeant)
    return `${cited('Let the detection look for a second factor at the sign-in provider in the hours before, and alert only without one', factor.evidence)}.`;
  const partners = meant && isMeant ? partnersOf(meant) : [];
  if (meant && partners.length > 0)
    return `${cited(`If ${few(partners.map((host) => code(defanged(host), 80)))} is a partner, enter it as known-good with an expiry date; shares with others keep alerting`, meant.evidence)}.`;
  if (named.has('T1110') && !isMeant)
    return 'Count failed sign-ins only from addresses that the account has not signed in from before.';
  return egress(material) || exclusion(material, meant);
}

/** An address that many sign in from is an office or a VPN: known once, it raises no travel any more. */
function egress({ gathered }: Material): string {
  if (!gathered.subject.alerts.some(({ title, rule }) => /travel|location|country/i.test(`${title} ${rule ?? ''}`)))
    return '';
  const named = gathered.subject.actors.find(({ kind }) => kind === 'ip')?.value;
  const users = gathered.cases.flatMap(({ neighbours }) => neighbours).filter(({ row }) => text(row, 'ip') === named);
  const many = new Set(users.map(({ row }) => text(row, 'principal'))).size > 2;
  return named !== undefined && many
    ? `${cited(
        `If ${code(defanged(named))} is an office or VPN of yours, enter it as known-good with an expiry date`,
        users.slice(0, 1).map(({ evidence }) => evidence),
      )}.`
    : '';
}

/** "Exclude role `x` from this detection only at `a` with `b`": all three, since a stolen identity comes from elsewhere. */
function exclusion({ gathered, judgement }: Material, meant: Finding | undefined): string {
  const found = meant ?? judgement.findings.find(({ explained }) => explained !== null);
  const who = found?.principals[0] ?? gathered.cases.flatMap((item) => item.primary)[0];
  if (who === undefined) return '';
  const own = gathered.cases.flatMap((item) => item.who).find(({ row }) => text(row, 'principal') === who);
  const row = found?.facts[0]?.row ?? own?.row ?? {};
  // At an address that is another tomorrow, the exclusion would end with the day.
  const roaming = gathered.cases
    .flatMap(({ profile }) => roamingOf(profile))
    .find(({ principal }) => principal === who);
  if (roaming)
    return `Exclude ${shortName(who)} from this detection only with ${code(roaming.agent, 40)}${roaming.networks === null ? '' : ' and from the networks that it uses every day'}, never by its name alone.`;
  const conditions = [
    text(row, 'ip') === '' ? '' : `at ${code(defanged(text(row, 'ip')))}`,
    text(row, 'agent') === '' ? '' : `with ${code(text(row, 'agent'), 40)}`,
  ].filter(Boolean);
  return conditions.length === 0
    ? ''
    : `Exclude ${shortName(who)} from this detection only ${conditions.join(' and ')}, never by its name alone.`;
}

/** The organizations that files were shared with. */
function partnersOf({ rows, techniques }: Finding): string[] {
  if (!techniques.some((id) => id.startsWith('T1567'))) return [];
  const hosts = rows.flatMap(({ row }) => /@([a-z0-9.-]+\.[a-z]{2,})$/i.exec(text(row, 'target'))?.[1] ?? []);
  return [...new Set(hosts.map((host) => host.toLowerCase()))];
}
