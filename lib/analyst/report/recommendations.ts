import { joined } from '../../text/phrases';
import { num, targetsOf, text } from '../case';
import { isAddress } from '../find-actors';
import { BROKEN_INTO, type Finding, NEW_ADDRESS, NEW_TOGETHER, TARGET_OF, USED_ACCESS } from '../finding';
import { attempted, lowerFirst } from '../grammar';
import { groupBy } from '../group-by';
import { isServiceIdentity } from '../service-identity';
import { usualAddresses } from '../usual-addresses';
import { connect } from './connect';
import { blockContacts } from './contacts';
import { containment } from './containment';
import { code, defanged, endOf, shownSeed } from './escape';
import { mergeSteps } from './merge-steps';
import { few, isProgram, loginOf, shortName } from './names';
import { bullet, cite, cited, detailText, leadingFindings, type Material, seriousFindings } from './parts';
import { nameThings } from './step-names';
import { tuning } from './tuning';
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
  // Whoever guessed a password is not the owner.
  const isGuessed = grave.some(({ did, level }) => did.startsWith(BROKEN_INTO) && level === 'critical');
  const isSomebody =
    !isGuessed && [...actors].every((actor) => !isAddress(actor) && (known.has(actor) || /@|:/.test(actor)));
  const logins = new Set(
    gathered.cases.flatMap(({ who, neighbours }) =>
      [...who, ...neighbours].flatMap(({ row }) => (text(row, 'login') === '' ? [] : [text(row, 'principal')])),
    ),
  );
  // A machine or a program has no owner to ask whether it was them.
  const isRun = (actor: string): boolean =>
    isServiceIdentity(actor) || (known.has(actor) && !logins.has(actor) && !/@|:/.test(actor));
  const people = [...actors].filter((actor) => !isRun(actor));
  const accounts = [...new Set(people.map(shortName))].sort();
  const owners = `owner${accounts.length > 1 ? 's' : ''} of ${few(accounts)}`;
  const isTheirs = judgement.classification === 'MALICIOUS' && usualAddresses(gathered, judgement).length > 0;
  const ask =
    actors.size > 0 && isSomebody
      ? `${cited(
          isTheirs
            ? `Agree with HR and legal who speaks to the ${owners}, and when: it may have been them`
            : people.length === 0
              ? `Ask whoever runs ${names} whether this was their work`
              : `Ask the ${owners} in person or by phone whether this was them`,
          grave.slice(0, 2).flatMap(({ evidence }) => evidence),
        )}.`
      : '';
  // What is only suspected is asked about before anybody is locked out; an attack is stopped before its victim is asked.
  const isGrave =
    judgement.classification === 'MALICIOUS' ||
    grave.some(({ level, did }) => level === 'critical' || did === NEW_ADDRESS);
  const undo = undoing(material, findings, contain);
  if (isGrave) steps.push(...contain, ...blockContacts(material), ...undo.access);
  else if (grave.length > 0)
    steps.push(...(ask === '' ? [...contain, ...undo.access] : [ask, ...[...contain, ...undo.access].map(ifNot)]));
  else steps.push(...undo.access);
  const [together] = findings.filter(({ did }) => did === NEW_TOGETHER);
  if (together && grave.length > 0) {
    const ip = code(defanged(text(together.facts[0]?.row ?? {}, 'ip')));
    steps.push(
      `Find every other use of ${ip} in sign-in, VPN and proxy logs, then block it ${cite(together.evidence)}.`,
    );
  } else if (isGrave) steps.push(...newPlaces(material, findings));
  steps.push(...(isGrave || ask === '' ? undo.rest : undo.rest.map(ifNot)));
  const needed = mergeSteps(steps);
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
          `Ask ${isServiceIdentity(who) ? 'whoever runs' : 'the owner of'} ${shortName(who)} what the activity was for before closing the alert`,
          gathered.cases.slice(0, 1).map(({ insideEvidence }) => insideEvidence),
        )}.`,
      ];
}

/**
 * What the summary says to do now: the first step and, where a way in or a share was left behind, the first that ends it. Their
 * commands stand in the recommendations.
 */
export function firstSteps(material: Material): string[] {
  const [first, ...rest] = immediateSteps(material);
  if (first === undefined) return [];
  if (material.judgement.classification !== 'MALICIOUS') return [withoutCommands(first)];
  const { access } = undoing(material, seriousFindings(material.judgement), [first]);
  // Merged with another, a step has more receipts.
  const next = rest.find((step) => access.some((own) => withoutReceipts(own) === withoutReceipts(step)));
  return [first, ...(next === undefined ? [] : [next])].map(withoutCommands);
}

const withoutReceipts = (step: string): string => step.replace(/(?: \[E[^\]]+\])*\.$/, '');

const withoutCommands = (step: string): string => step.replace(/, with `[^`]+`(?:(?:, | and )`[^`]+`)*/, '');

const ifNot = (step: string): string => `If not, ${lowerFirst(step)}`;

/** Addresses that grave acts came from and that nobody had used: who else was there, as far as the logs that were asked tell. */
function newPlaces({ gathered }: Material, findings: Finding[]): string[] {
  const moved = findings.filter(({ did, level }) => (did === NEW_ADDRESS && level === 'high') || did === USED_ACCESS);
  if (moved.length === 0) return [];
  const evidence = moved.flatMap((finding) => finding.evidence);
  const addresses = [...new Set(moved.flatMap(({ facts }) => facts.map(({ row }) => text(row, 'ip'))))].filter(
    isAddress,
  );
  const named = few(addresses.map((ip) => code(defanged(ip))));
  const many = addresses.length > 1;
  const own = new Set(moved.flatMap(({ principals }) => principals.map(loginOf)));
  const there = gathered.cases
    .flatMap(({ who, neighbours }) => [...who, ...neighbours])
    .filter(({ row }) => addresses.includes(text(row, 'ip')));
  const seen = there.filter(
    ({ row }) => !own.has(loginOf(text(row, 'principal'))) && !isAddress(text(row, 'principal')),
  );
  // Whoever was only refused there is a target, and in nobody's hands.
  const others = seen.filter(({ row }) => num(row, 'ok') > 0);
  const nobody = seen.length > 0 ? 'nobody else got in from there' : 'no other identity came from there';
  if (others.length > 0)
    return [
      `Find out whether ${few([...new Set(others.map(({ row }) => shortName(text(row, 'principal'))))])}, seen at the same address${many ? 'es' : ''}, ${new Set(others.map(({ row }) => text(row, 'principal'))).size > 1 ? 'are' : 'is'} in the same hands, then block ${named} ${cite([...evidence, ...others.slice(0, 4).map(({ evidence }) => evidence)])}.`,
    ];
  return [
    `Block ${named}, and look for ${many ? 'them' : 'it'} in VPN, proxy and mail logs; in the sources that were searched ${nobody} ${cite([...evidence, ...there.map(({ evidence }) => evidence)])}.`,
  ];
}

/**
 * What takes back what was done: first whatever lets somebody in again or gives data away, then the rest; each step once. What a step before deletes or
 * deactivates needs no other.
 */
function undoing(
  { technique, judgement: { classification }, gathered: { newAccess } }: Material,
  findings: Finding[],
  contain: string[],
): { access: string[]; rest: string[] } {
  const isAttack = classification === 'MALICIOUS';
  const unused = newAccess.length > 0 && newAccess.every(({ uses }) => uses.length === 0);
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
    const isRun = !/^(?:Keep|Read)\b/.test(remediation);
    const targets = [
      ...new Set(facts.flatMap(({ row }) => (isRun && COMMAND.test(text(row, 'action')) ? [] : targetsOf(row)))),
    ].filter((target) => target !== '' && !/^\/(?:usr\/)?s?bin\//.test(target));
    // One file written to many machines is meant, not each of its places.
    if (targets.length > MOST_FILES && facts.every(({ row }) => FILE_WRITTEN.test(text(row, 'action'))))
      targets.length = 0;
    // Whoever gets new factors has none left to look at.
    const reset = /\bfactors?\b/.test(remediation) && !remediation.startsWith('Reset the password and factors');
    if (reset && targets.length > 0 && targets.every((target) => isReset(code(target)))) continue;
    const rotated = /^Rotate the credential (`[^`]+`)/.exec(remediation)?.[1];
    if (rotated && gone.includes(rotated)) continue;
    const made = facts.flatMap(({ row }) => /\bkey (`[^`]+`)/.exec(text(row, 'detail'))?.[1] ?? []);
    if (/^Deactivate the access key/.test(remediation) && made.length > 0 && made.every((key) => gone.includes(key)))
      continue;
    if (targets.length > 0 && targets.every((target) => deleted.includes(code(target, 80)))) continue;
    // Where a copy went is known of the one that was shared.
    if (
      targets.length === 0 &&
      /^Check where the snapshot/.test(remediation) &&
      open.some((one) => /^Take the share back/.test(one.remediation ?? ''))
    )
      continue;
    const { step: about, targets: things } = nameThings(remediation, group, targets);
    const isMore = facts.some(({ row }) => num(row, 'targets') > targetsOf(row).length);
    const isNamed = things.length > 0 && group[0]?.kind !== 'behaviour';
    const shown = isMore ? things.slice(0, 2) : things;
    const names = isNamed ? each(shown.map((target) => code(endOf(target, 80), 80))) : '';
    const worded = withNames(wordedFor(about, { isAttack, unused }), names, {
      isMore,
      detail: things.length === 1 ? only(group) : '',
    });
    const step = `${worded}${withCommands(group)}`;
    // A share that stands is as urgent as a way back in.
    const letsIn = group.some(({ kind, techniques }) =>
      techniques
        .flatMap((id) => technique(id)?.tactics ?? [])
        .some((tactic) => tactic === 'persistence' || (tactic === 'exfiltration' && kind === 'action')),
    );
    if (/^Delete the function/.test(remediation)) deleted += remediation;
    steps[letsIn ? 'access' : 'rest'].push(
      // What is named stands in the records of the acts; their episodes may only count it.
      `${step} ${cite(step.includes('`') ? group.flatMap(({ evidence }) => evidence) : group.flatMap(({ kind, evidence, facts: own }) => (kind === 'action' ? own.map((fact) => fact.evidence) : evidence)))}.`,
    );
  }
  return steps;
}

/** Events that name a command line as what they are about. */
const COMMAND = /^EXECVE\b/;
const FILE_WRITTEN = /^11 \(file created\)$/;
const MOST_FILES = 3;

const MOST_STEPS = 8;

const MOST_TARGETS = 12;
/** What has to be undone is named, as far as a reader can work with it. */
const each = (names: string[]): string =>
  names.length > MOST_TARGETS
    ? joined([...names.slice(0, MOST_TARGETS - 1), `${names.length - MOST_TARGETS + 1} more`])
    : joined(names);

/** ", with `kubectl delete clusterrolebinding x`": the commands that do it. */
function withCommands(group: Finding[]): string {
  const commands = group.flatMap(undoCommands);
  return commands.length === 0 ? '' : `, with ${joined(commands.map((command) => code(command, 300)))}`;
}

/** What a step is about, where it says it: after its first part, unless that would nest parentheses. */
function withNames(step: string, names: string, { isMore, detail }: { isMore: boolean; detail: string }): string {
  if (names === '') return step;
  const [head = '', ...tail] = step.split(/(?=, and |; )/);
  const rest = tail.join('');
  if (isMore) return `${head}, such as ${names}${rest}`;
  return rest === '' || detail !== '' ? `${step}: ${names}${detail}` : `${head} (${names})${rest}`;
}

/** What an intruder made nobody will claim, and what was asked already is not asked again. */
function wordedFor(step: string, { isAttack, unused }: { isAttack: boolean; unused: boolean }): string {
  const bare = step.replace(/\.$/, '');
  const known = unused ? bare.replace(/; check what it was used for$/, '') : bare;
  return isAttack ? known.replace(/ until someone claims it$/, '') : known;
}

/** " (policy `ReadOnly`)": what the one act of a step gave. */
function only(group: Finding[]): string {
  const rows = [...new Set(group.flatMap((finding) => finding.rows))];
  const [row] = rows;
  const detail = rows.length === 1 && row ? detailText(row).replace(/^, /, '') : '';
  return detail === '' ? '' : ` (${detail})`;
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
  for (const gap of gathered.gaps
    .filter(({ blocks, about }) => blocks && about !== 'alert' && about !== 'tampering')
    .slice(0, 2))
    lines.push(
      gap.about === 'coverage'
        ? `Extend ${gap.text.replace(/ (?:do(?:es)? not cover the time of the alert|begins? after the alert)\b.*$/, '')} to the time of the alert, or note why it does not matter here ${cite(gap.evidence)}.`
        : `Close this gap: ${cited(gap.text.replace(/\.$/, ''), gap.evidence)}.`,
    );
  if (gathered.absent.length > 0 && gathered.notCovered === null && judgement.classification !== 'BENIGN')
    lines.push(
      `Find the log that holds ${joined(
        gathered.absent.slice(0, 3).map((seed) => shownSeed(seed, 60)),
        'or',
      )}; no searched event does ${cite(gathered.absentEvidence.slice(0, 4))}.`,
    );
  return lines;
}

/** What would have kept it from happening; of what is usual, what keeps the alert from coming again. */
function longTerm(material: Material): string[] {
  const findings = seriousFindings(material.judgement);
  const prevention = findings
    .filter((finding) => finding.prevention !== null)
    .map(({ prevention: advice, evidence }) => `${cited(advice?.replace(/\.$/, '') ?? '', evidence.slice(0, 3))}.`);
  return [
    ...[...new Set(prevention)].slice(0, 2),
    againstEvasion(material, findings),
    againstSecretReads(material, findings),
    againstMassReads(material, findings),
    againstGuessing(findings),
    material.judgement.classification === 'BENIGN' ? tuning(material) : '',
  ].filter(Boolean);
}

const isAws = ({ gathered }: Material): boolean =>
  gathered.cases.some(({ source }) => source.mapping.schema === 'cloudtrail');
const within = ({ technique }: Material, findings: Finding[], tactic: string): Finding[] =>
  findings.filter(({ techniques }) => techniques.some((id) => technique(id)?.tactics.includes(tactic)));
const actionsOf = (findings: Finding[]): string[] => [
  ...new Set(findings.flatMap(({ facts }) => facts.map(({ row }) => text(row, 'action')))),
];
const someEvidence = (findings: Finding[]): string => cite(findings.flatMap(({ evidence }) => evidence).slice(0, 3));

/** What hides an attack can be denied to everyone; what works with data or rights can't. */
const evasionIn = (material: Material, findings: Finding[]): Finding[] =>
  within(material, findings, 'defense-evasion').filter(
    ({ kind, techniques, prevention }) =>
      kind === 'action' && prevention === null && techniques.some((id) => /^T1(562|070)/.test(id)),
  );

function againstEvasion(material: Material, findings: Finding[]): string {
  const evasion = evasionIn(material, findings);
  if (evasion.length === 0) return '';
  // Programs are kept from nobody by a role.
  const denied = actionsOf(evasion).filter((action) => !isProgram(action));
  if (denied.length === 0) return '';
  const actions = few(denied.map((action) => code(action)));
  return `${isAws(material) ? `Deny ${actions} to everyone but a break-glass role, by a service control policy` : `Limit ${actions} to a break-glass role`} ${someEvidence(evasion)}.`;
}

function againstSecretReads(material: Material, findings: Finding[]): string {
  const evasion = evasionIn(material, findings);
  const access = within(material, findings, 'credential-access').filter(
    (finding) =>
      finding.kind === 'action' &&
      finding.prevention === null &&
      !evasion.includes(finding) &&
      !finding.techniques.some((id) => /^T1(110|621|556)/.test(id)),
  );
  if (!isAws(material) || access.length === 0) return '';
  const actions = actionsOf(access);
  return `Limit ${few(actions.map((action) => code(action)))} to the roles that need ${actions.length > 1 ? 'them' : 'it'}, and alert on bursts ${someEvidence(access)}.`;
}

function againstMassReads(material: Material, findings: Finding[]): string {
  const [mass] = findings.filter(({ amount }) => amount !== null);
  const places = [...new Set(findings.flatMap(({ amount }) => (isAws(material) ? (amount?.places ?? []) : [])))];
  return mass && places.length > 0
    ? `Limit reads of ${few(places.map((place) => code(place, 80)))} to the roles that need them, and alert on a day far above the usual count ${cite(mass.evidence)}.`
    : '';
}

function againstGuessing(findings: Finding[]): string {
  const guessed = findings.filter(({ techniques }) => techniques.some((id) => id.startsWith('T1110')));
  return guessed.length > 0
    ? `Require phishing-resistant factors for ${few(guessed[0]?.principals.map(shortName) ?? [])} and lock out after repeated failures ${someEvidence(guessed)}.`
    : '';
}
