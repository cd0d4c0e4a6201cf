import { joined } from '../../text/phrases';
import { num, targetsOf, text } from '../case';
import { isAddress } from '../find-actors';
import { type Finding, NEW_ADDRESS, NEW_TOGETHER, TARGET_OF } from '../finding';
import { attempted, lowerFirst } from '../grammar';
import { groupBy } from '../group-by';
import { usualAddresses } from '../hypotheses';
import { containment } from './containment';
import { code, defanged, endOf, shownSeed } from './escape';
import { few, shortName } from './names';
import { bullet, cite, cited, detailText, leadingFindings, type Material, seriousFindings } from './parts';
import { undoCommands } from './undo';

/** Recommendations: what this case calls for, with the exact key, identity, resource or setting. */
export function writeRecommendations(material: Material): string {
  const blocks: [string, string[]][] = [
    ['Immediate', immediateSteps(material).slice(0, MOST_STEPS)],
    ['Short-term', shortTerm(material).slice(0, 4)],
    ['Long-term', longTerm(material).slice(0, 3)],
  ];
  return blocks
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `### ${title}\n\n${bullet([...new Set(lines)])}`)
    .join('\n\n');
}

const graveOf = (material: Material): Finding[] =>
  leadingFindings(material.judgement).filter(({ level }) => level === 'critical' || level === 'high');

/** The first is what the summary says to do now. */
export function immediateSteps(material: Material): string[] {
  const { judgement, gathered } = material;
  const findings = seriousFindings(material.judgement);
  const grave = graveOf(material);
  const steps: string[] = [];
  // Whoever was only tried in vain has nothing to give back.
  const actors = new Set(grave.filter(({ did }) => !did.startsWith(TARGET_OF)).flatMap(({ principals }) => principals));
  const contain = containment(gathered.cases, actors, findings).slice(0, 3);
  const names = few([...new Set([...actors].map(shortName))].sort());
  // A host that was attacked has nobody to ask "was it you?".
  const known = new Set(
    gathered.cases.flatMap(({ who, neighbours }) => [...who, ...neighbours].map(({ row }) => text(row, 'principal'))),
  );
  const isSomebody = [...actors].every((actor) => !isAddress(actor) && (known.has(actor) || /@|:/.test(actor)));
  const owners = `owner${actors.size > 1 ? 's' : ''} of ${names}`;
  const isTheirs = judgement.classification === 'MALICIOUS' && usualAddresses(gathered, judgement).length > 0;
  const ask =
    actors.size > 0 && isSomebody
      ? `${cited(
          isTheirs
            ? `Agree with HR and legal who speaks to the ${owners}, and when: it may have been them`
            : `Ask the ${owners} in person or by phone whether this was them`,
          grave.slice(0, 2).flatMap(({ evidence }) => evidence),
        )}.`
      : '';
  // What is only suspected is asked about before anybody is locked out; an attack is stopped before its victim is asked.
  const isGrave = judgement.classification === 'MALICIOUS' || grave.some(({ level }) => level === 'critical');
  const undo = undoing(material, findings, contain);
  if (isGrave) steps.push(...contain, ...undo.access);
  else if (grave.length > 0)
    steps.push(...(ask === '' ? [...contain, ...undo.access] : [ask, ...[...contain, ...undo.access].map(ifNot)]));
  else steps.push(...undo.access);
  const [together] = findings.filter(({ did }) => did === NEW_TOGETHER);
  if (together && grave.length > 0) {
    const ip = code(defanged(text(together.facts[0]?.row ?? {}, 'ip')));
    steps.push(
      `Find every other use of ${ip} in sign-in, VPN and proxy logs, then block it ${cite(together.evidence)}.`,
    );
  } else if (isGrave) steps.push(...newPlaces(findings));
  steps.push(...(isGrave || ask === '' ? undo.rest : undo.rest.map(ifNot)));
  const needed = isolatedOnce(steps);
  // Of a long list the question to the owner is the last, never the one left out.
  if (isGrave && ask !== '') return [...needed.slice(0, MOST_STEPS - 1), ask];
  if (needed.length > 0) return needed;
  if (gathered.notCovered !== null)
    return [`${cited(connect(material), Object.values(gathered.alertEvidence).slice(0, 1))}.`];
  if (judgement.classification === 'BENIGN') return ['Close the alert as benign.'];
  const [who] = gathered.cases.flatMap((item) => item.primary);
  return who === undefined
    ? [`${connect(material)}.`]
    : [
        `${cited(
          `Ask the owner of ${shortName(who)} what the activity was for before closing the alert`,
          gathered.cases.slice(0, 1).map(({ insideEvidence }) => insideEvidence),
        )}.`,
      ];
}

const ISOLATES = /^(?:If not, i|I)solate the (?:host|machine)/;

/** Of several steps that isolate a host, those that name no more than another are left out. */
function isolatedOnce(steps: string[]): string[] {
  const named = (step: string): string[] =>
    (step.replaceAll('[.]', '.').match(/`[^`]+`/g) ?? []).filter((name) => isAddress(name.slice(1, -1)));
  const bare = (step: string): boolean => /solate the hosts? at |, and block the other side/.test(step);
  return steps.filter(
    (step, at) =>
      !ISOLATES.test(step) ||
      !bare(step) ||
      !steps.some(
        (other, place) =>
          place !== at &&
          ISOLATES.test(other) &&
          named(step).every((name) => named(other).includes(name)) &&
          (named(other).length > named(step).length || place < at),
      ),
  );
}

const ifNot = (step: string): string => `If not, ${lowerFirst(step)}`;

/** Addresses that grave acts came from and that nobody had used: others may have been reached from there. */
function newPlaces(findings: Finding[]): string[] {
  const [moved] = findings.filter(({ did, level }) => did === NEW_ADDRESS && level === 'high');
  if (!moved) return [];
  const addresses = [...new Set(moved.facts.map(({ row }) => text(row, 'ip')))];
  const named = few(addresses.map((ip) => code(defanged(ip))));
  return [
    `Find other accounts that ${named} signed in to, then block ${addresses.length > 1 ? 'them' : 'it'} ${cite(moved.evidence)}.`,
  ];
}

/**
 * What takes back what was done: first whatever lets somebody in again, then the rest; each step once. What a step before deletes or
 * deactivates needs no other.
 */
function undoing(
  { technique }: Material,
  findings: Finding[],
  contain: string[],
): { access: string[]; rest: string[] } {
  const gone = contain.filter((step) => step.startsWith('Deactivate')).join('\n');
  let deleted = '';
  const open = findings.filter(({ remediation, attempt }) => remediation !== null && !attempt);
  const resets = open
    .map(({ remediation }) => remediation ?? '')
    .filter((step) => /^Reset the password and/.test(step));
  const isReset = (name: string): boolean => resets.some((step) => step.includes(name));
  const steps = { access: [] as string[], rest: [] as string[] };
  for (const [remediation, group] of groupBy(open, (finding) => finding.remediation ?? '')) {
    const facts = group.flatMap((finding) => finding.facts);
    // A command that was run is read, not undone.
    const targets = [...new Set(facts.flatMap(({ row }) => targetsOf(row)))].filter(
      (target) => target !== '' && !/^\/(?:usr\/)?s?bin\//.test(target),
    );
    // Whoever gets new factors has none left to look at.
    const reset = /\bfactors?\b/.test(remediation) && !remediation.startsWith('Reset the password and factors');
    if (reset && targets.length > 0 && targets.every((target) => isReset(code(target)))) continue;
    const rotated = /^Rotate the credential (`[^`]+`)/.exec(remediation)?.[1];
    if (rotated && gone.includes(rotated)) continue;
    if (targets.length > 0 && targets.every((target) => deleted.includes(code(target, 80)))) continue;
    // Where a copy went is known of the one that was shared.
    if (
      targets.length === 0 &&
      /^Check where the snapshot/.test(remediation) &&
      open.some((one) => /^Take the share back/.test(one.remediation ?? ''))
    )
      continue;
    const isMore = facts.some(({ row }) => num(row, 'targets') > targetsOf(row).length);
    const where =
      targets.length === 0 || group[0]?.kind === 'behaviour'
        ? ''
        : `${isMore ? ', such as' : ':'} ${upToFive((isMore ? targets.slice(0, 2) : targets).map((target) => code(endOf(target, 80), 80)))}${targets.length === 1 ? only(group) : ''}`;
    const letsIn = group.some(({ techniques }) =>
      techniques.some((id) => technique(id)?.tactics.includes('persistence')),
    );
    if (/^Delete the function/.test(remediation)) deleted += remediation;
    steps[letsIn ? 'access' : 'rest'].push(
      // What is named stands in the records of the acts; their episodes may only count it.
      `${onMachines(remediation.replace(/\.$/, ''), group)}${where}${withCommands(group)} ${cite(where.includes('(') ? group.flatMap(({ evidence }) => evidence) : group.flatMap(({ kind, evidence, facts: own }) => (kind === 'action' ? own.map((fact) => fact.evidence) : evidence)))}.`,
    );
  }
  return steps;
}

/** The step with the machines that it is about by name, where their logs say which. */
function onMachines(remediation: string, group: Finding[]): string {
  const hosts = group.flatMap(({ facts, rows }) => [
    ...facts.filter(({ row }) => 'login' in row && text(row, 'login') === '').map(({ row }) => text(row, 'principal')),
    ...rows.flatMap(({ row }) => / ?\bhost `([^`]+)`/.exec(text(row, 'detail'))?.[1] ?? []),
  ]);
  const names = [...new Set(hosts)].filter((host) => host !== '' && !isAddress(host));
  return names.length === 0 || names.length > MOST_TARGETS
    ? remediation
    : remediation.replace(/\bthe machine\b/, joined(names.map((name) => code(name))));
}

const MOST_STEPS = 8;

const MOST_TARGETS = 5;
/** What has to be undone is named, as far as a reader can work with it. */
const upToFive = (names: string[]): string =>
  names.length > MOST_TARGETS
    ? joined([...names.slice(0, MOST_TARGETS - 1), `${names.length - MOST_TARGETS + 1} more`])
    : joined(names);

/** ", with `kubectl delete clusterrolebinding x`": the commands that do it. */
function withCommands(group: Finding[]): string {
  const commands = group.flatMap(undoCommands);
  return commands.length === 0 ? '' : `, with ${joined(commands.map((command) => code(command, 300)))}`;
}

/** " (policy `ReadOnly`)": what the one act of a step gave. */
function only(group: Finding[]): string {
  const rows = [...new Set(group.flatMap((finding) => finding.rows))];
  const [row] = rows;
  const detail = rows.length === 1 && row ? detailText(row).replace(/^, /, '') : '';
  return detail === '' ? '' : ` (${detail})`;
}

/** What to connect, named after what the alert is about. */
export function connect({ gathered }: Material): string {
  const [alert] = gathered.subject.alerts;
  const named = [...gathered.subject.actors, ...gathered.subject.objects]
    .slice(0, 2)
    .map((seed) => shownSeed(seed, 60));
  const about =
    named.length > 0
      ? ` that record ${joined(named)}`
      : alert?.rule
        ? ` that the rule ${code(alert.rule, 60)} reads`
        : '';
  return `Connect the logs${about} for the time of the alert, then run the investigation again`;
}

function shortTerm(material: Material): string[] {
  const { gathered, judgement } = material;
  const lines: string[] = [];
  // Whoever did something grave is asked at once, about what they only tried as well.
  const asked = new Set(graveOf(material).flatMap(({ principals }) => principals));
  const tried = seriousFindings(material.judgement).find(
    (finding) => finding.attempt && !finding.principals.every((name) => asked.has(name)),
  );
  if (tried)
    lines.push(
      `Find out why ${few([...new Set(tried.principals.map(shortName))])} tried to ${cited(attempted(tried.did), tried.evidence)}.`,
    );
  if (judgement.classification === 'SUSPICIOUS' && seriousFindings(material.judgement).length > 0)
    lines.push('Look for a change ticket or an agreed exercise at these times: either would change the verdict.');
  const related = gathered.context.find(({ speaksFor }) => speaksFor === 'case');
  if (related && judgement.classification !== 'BENIGN')
    lines.push(`Attach the related alerts to this case, so that they are closed together ${cite(related.evidence)}.`);
  for (const gap of gathered.gaps.filter((item) => item.blocks && item.about !== 'alert').slice(0, 2))
    lines.push(
      gap.about === 'coverage'
        ? `Extend ${gap.text.replace(/ do(es)? not cover the time of the alert\.$/, '')} to the time of the alert, or note why it does not matter here ${cite(gap.evidence)}.`
        : `Close this gap: ${cited(gap.text.replace(/\.$/, ''), gap.evidence)}.`,
    );
  if (gathered.absent.length > 0 && gathered.notCovered === null)
    lines.push(
      `Find the log that holds ${joined(
        gathered.absent.slice(0, 3).map((seed) => shownSeed(seed, 60)),
        'or',
      )}; no searched event does ${cite(gathered.absentEvidence.slice(0, 4))}.`,
    );
  return lines;
}

function longTerm(material: Material): string[] {
  const { judgement, gathered, technique } = material;
  const lines: string[] = [];
  const within = (tactic: string): Finding[] =>
    seriousFindings(material.judgement).filter((finding) =>
      finding.techniques.some((id) => technique(id)?.tactics.includes(tactic)),
    );
  const actions = (findings: Finding[]): string =>
    few([...new Set(findings.flatMap(({ facts }) => facts.map(({ row }) => code(text(row, 'action')))))]);
  const isAws = gathered.cases.some(({ source }) => source.mapping.schema === 'cloudtrail');
  const prevention = seriousFindings(material.judgement)
    .filter((finding) => finding.prevention !== null)
    .map(({ prevention: advice, evidence }) => `${cited(advice?.replace(/\.$/, '') ?? '', evidence.slice(0, 3))}.`);
  lines.push(...[...new Set(prevention)].slice(0, 2));
  // What hides an attack can be denied to everyone; what works with data or rights can't.
  const evasion = within('defense-evasion').filter(
    ({ kind, techniques, prevention: advice }) =>
      kind === 'action' && advice === null && techniques.some((id) => /^T1(562|070)/.test(id)),
  );
  if (evasion.length > 0)
    lines.push(
      `${isAws ? `Deny ${actions(evasion)} to everyone but a break-glass role, by a service control policy` : `Limit ${actions(evasion)} to a break-glass role`} ${cite(evasion.flatMap(({ evidence }) => evidence).slice(0, 3))}.`,
    );
  const access = within('credential-access').filter(
    (finding) =>
      finding.kind === 'action' &&
      finding.prevention === null &&
      isAws &&
      !evasion.includes(finding) &&
      !finding.techniques.some((id) => /^T1(110|621|556)/.test(id)),
  );
  if (access.length > 0)
    lines.push(
      `Limit ${actions(access)} to the roles that need ${new Set(access.flatMap(({ facts }) => facts.map(({ row }) => text(row, 'action')))).size > 1 ? 'them' : 'it'}, and alert on bursts ${cite(access.flatMap(({ evidence }) => evidence).slice(0, 3))}.`,
    );
  const [mass] = seriousFindings(material.judgement).filter(({ amount }) => amount !== null);
  const places = [
    ...new Set(seriousFindings(material.judgement).flatMap(({ amount }) => (isAws ? (amount?.places ?? []) : []))),
  ];
  if (mass && places.length > 0)
    lines.push(
      `Limit reads of ${few(places.map((place) => code(place, 80)))} to the roles that need them, and alert on a day far above the usual count ${cite(mass.evidence)}.`,
    );
  const guessed = seriousFindings(material.judgement).filter(({ techniques }) =>
    techniques.some((id) => id.startsWith('T1110')),
  );
  if (guessed.length > 0)
    lines.push(
      `Require phishing-resistant factors for ${few(guessed[0]?.principals.map(shortName) ?? [])} and lock out after repeated failures ${cite(guessed.flatMap(({ evidence }) => evidence).slice(0, 3))}.`,
    );
  if (judgement.classification === 'BENIGN') {
    const named = new Set(gathered.subject.alerts.flatMap(({ techniques }) => techniques));
    const usual = judgement.findings.filter(({ explained }) => explained !== null);
    const meant = usual.find(({ techniques }) => techniques.some((id) => named.has(id))) ?? usual[0];
    const who = meant?.principals[0] ?? gathered.cases.flatMap((item) => item.primary)[0];
    const own = gathered.cases.flatMap((item) => item.who).find(({ row }) => text(row, 'principal') === who);
    const row = meant?.facts[0]?.row ?? own?.row ?? {};
    const place = [
      text(row, 'ip') === '' ? ', its address' : ` at ${code(defanged(text(row, 'ip')))}`,
      text(row, 'agent') === '' ? ' and its tool' : ` with ${code(text(row, 'agent'), 40)}`,
    ].join('');
    if (who !== undefined)
      lines.push(`Tune the detection to ${shortName(who)}${place} together, never to the identity alone.`);
  }
  return lines;
}
