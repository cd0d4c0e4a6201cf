import { joined, plural } from '../../text/phrases';
import { text } from '../case';
import { BROKEN_INTO, type Finding, isAccountTechnique, NEW_ADDRESS, NEW_TOGETHER } from '../finding';
import { capital } from '../grammar';
import type { LookedUp } from '../look-up';
import { clock } from '../time';
import { usualAddresses } from '../usual-addresses';
import { code, defanged, prose } from './escape';
import { mergedFindings } from './key-findings';
import { lastSeen } from './last-seen';
import { few, loginOf, shortName } from './names';
import { cited, findingClaim, findingSentence, leadingFindings, type Material } from './parts';
import { immediateSteps } from './recommendations';
import { wayIn } from './way-in';

const MOST = 3;

/** Questions that the findings answer in a sentence or two; nothing has to be added to the report for them. */
export function directAnswers(material: Material): string[] {
  const { coaching } = material;
  return [
    coaching.why ? why(material) : '',
    coaching.entry ? entry(material) : '',
    coaching.start ? start(material) : '',
    coaching.over ? isItOver(material) : '',
    coaching.taken ? whatWasTaken(material) : '',
    coaching.exercise ? wasItPlanned(material) : '',
    coaching.affected ? whoIsAffected(material) : '',
    coaching.outcome ? outcome(material) : '',
    coaching.persistence ? persistence(material) : '',
    coaching.tampering ? tampering(material) : '',
    coaching.related ? related(material) : '',
    coaching.same ? samePerson(material) : '',
    coaching.manager ? inPlainWords(material) : '',
    coaching.next ? next(material) : '',
  ].filter(Boolean);
}

/** The findings that nothing explains, ordinary ones left out. */
const counted = ({ judgement }: Material): Finding[] =>
  leadingFindings(judgement).filter(({ level }) => level !== 'low');

const sentences = (findings: Finding[], most = MOST): string =>
  mergedFindings(findings).slice(0, most).map(findingSentence).map(capital).join(' ');

const windows = ({ gathered }: Material): number[] =>
  gathered.cases.map(({ insideEvidence }) => insideEvidence).filter(Boolean);

function why(material: Material): string {
  const { judgement } = material;
  const [blocker] = judgement.blockers;
  const verdict = `${judgement.classification} with confidence ${judgement.confidence}`;
  if (judgement.reason) return `${verdict}: ${cited(judgement.reason.text, judgement.reason.evidence)}.`;
  const because =
    judgement.classification === 'SUSPICIOUS' && blocker
      ? ` It is not BENIGN because ${cited(blocker.text, blocker.evidence)}.`
      : '';
  const found = sentences(counted(material));
  return found === '' ? `${verdict}.${because}` : `${verdict}, on these findings. ${found}${because}`;
}

function start(material: Material): string {
  // A key is as old as it is: how long it was used from here and there is no beginning.
  const timed = counted(material).filter(({ first, kind, techniques }) => {
    const isAboutPlace = kind === 'behaviour' && techniques.length > 0 && techniques.every(isAccountTechnique);
    return first !== null && !isAboutPlace;
  });
  const [earliest] = [...timed].sort((a, b) => (a.first ?? 0) - (b.first ?? 0));
  if (!earliest)
    return `${cited('No finding that counts has a time, so the logs do not show a beginning', windows(material))}.`;
  const latest = Math.max(...timed.map(({ last, first }) => last ?? first ?? 0));
  return `${cited(`The earliest act that counts is at ${clock(earliest.first ?? 0)}: ${findingClaim(earliest)}`, earliest.evidence)}. The latest ends at ${clock(latest)}.`;
}

function entry(material: Material): string {
  const way = wayIn(material);
  return way === ''
    ? `${cited('No finding that counts shows that anybody got in', windows(material))}.`
    : `${way.replace(/^The searched logs do not show it/, cited('The searched logs do not show how they got in', windows(material)))}`;
}

/** When the other side was last seen, or what it did last, and what it could come back with. */
function isItOver(material: Material): string {
  const { gathered } = material;
  const seen = lastSeen(material);
  const access = gathered.context
    .filter(({ speaksFor }) => speaksFor === 'access')
    .map(({ text: said, evidence }) => `${capital(cited(said, evidence))}.`);
  const limit = 'A log shows what was done, not that nobody comes back.';
  if (seen !== '') return [`${capital(seen)}.`, ...access, limit].join(' ');
  const timed = counted(material).filter(({ last }) => last !== null);
  const [latest] = [...timed].sort((a, b) => (b.last ?? 0) - (a.last ?? 0));
  if (!latest) return `${cited('There is no finding that counts and that could go on', windows(material))}.`;
  const sources = [...new Set(latest.facts.map(({ source }) => source))].filter(({ to }) => to !== null).slice(0, 1);
  const ends = sources.map(({ name, to, described }) => cited(`${code(name)} ends at ${clock(to ?? 0)}`, [described]));
  return [
    `${[cited(`The last act that counts ends at ${clock(latest.last ?? 0)}: ${findingClaim(latest)}`, latest.evidence), ...ends].join('; ')}.`,
    ...access,
    limit,
  ].join(' ');
}

/** Techniques by which data or credentials leave, or are read to leave. */
const TAKES = /^T1(?:530|567|537|048|041|114|213|039|005|552|555|003|528|560)/;

/** Where nothing of the kind was found, what else was found is said: that nothing was found proves little. */
function whatWasTaken(material: Material): string {
  const all = counted(material);
  const found = all.filter(({ techniques }) => techniques.some((id) => TAKES.test(id)));
  if (found.length > 0) return sentences(found, 4);
  const others = mergedFindings(all).slice(0, MOST);
  const [first] = others;
  if (!first) return `${cited('Every finding of the window is explained by what is usual', windows(material))}.`;
  const evidence = [...new Set(others.flatMap((one) => one.evidence))];
  return `What was found is of another kind: ${cited(others.map(findingClaim).join('; '), evidence)}.`;
}

const MOST_AFFECTED = 10;

/** Whom the findings that count are about, by name: who acted, and the accounts and machines that were acted on. */
function whoIsAffected(material: Material): string {
  const found = counted(material);
  const names = [...new Set(found.flatMap(({ principals }) => principals.map(shortName)))];
  const shown = names.slice(0, MOST_AFFECTED);
  const evidence = [...new Set(found.flatMap((one) => one.evidence))].slice(0, 6);
  if (names.length === 0)
    return `${cited('No account and no machine is among the findings that count', windows(material))}. What was not logged, the logs cannot count.`;
  const more = names.length > shown.length ? ', among others' : '';
  return `The findings that count are about ${cited(`${joined(shown)}${more}`, evidence)}. What was not logged, the logs cannot count.`;
}

/** An exercise stands in tickets; what of it logs can show is that something cleaned up after itself. */
function wasItPlanned(material: Material): string {
  const signs = material.gathered.context.filter(({ speaksFor }) => speaksFor === 'exercise');
  const shown = signs.map(({ text: said, evidence }) => `${capital(cited(said, evidence))}.`).join(' ');
  return `${shown === '' ? `${cited('Nothing in the logs that were asked says so', windows(material))}.` : shown} Whether it was agreed to stands in tickets and calendars, which are not connected: ask whoever runs such tests.`;
}

function outcome(material: Material): string {
  const findings = counted(material);
  const tried = findings.filter(({ attempt }) => attempt);
  const done = findings.filter(({ attempt }) => !attempt);
  return [
    tried.length > 0
      ? `Refused or failed: ${sentences(tried)}`
      : `${cited('No attempt that was refused or failed is among the findings', windows(material))}.`,
    done.length > 0
      ? `Succeeded: ${sentences(done)}`
      : `${cited('Nothing that succeeded is among the findings', windows(material))}.`,
  ].join(' ');
}

const LETS_BACK_IN = /^T1(098|136|546|556|505|053|543|547|133|525|648)/;
const HIDES = /^T1(562|070)/;

function persistence(material: Material): string {
  const none = 'No user, key, role, function or other way back in is among the findings of the window';
  const used = material.gathered.context.filter(({ speaksFor }) => speaksFor === 'access');
  return [
    byTechnique(material, LETS_BACK_IN, none),
    ...used.map((one) => `${capital(cited(one.text, one.evidence))}.`),
  ].join(' ');
}

const tampering = (material: Material): string =>
  byTechnique(material, HIDES, 'No act against logging or security tools is among the findings of the window');

function byTechnique(material: Material, techniques: RegExp, none: string): string {
  const found = counted(material).filter((finding) => finding.techniques.some((id) => techniques.test(id)));
  return found.length > 0 ? sentences(found, 4) : `${cited(none, windows(material))}.`;
}

function related({ gathered, judgement }: Material): string {
  const cases = gathered.pastCases.filter(({ matched }) => matched.length > 0);
  const alerts = gathered.relatedAlerts.filter(({ matched }) => matched.length > 0);
  const asked = gathered.steps.slice(0, 2).map(({ outcome }) => outcome.evidence);
  if (cases.length + alerts.length === 0)
    return `${cited('No past case and no other alert is about the same entities', asked)}.`;
  const named = cases.slice(0, MOST).map(({ codename, title, classification, approved }) => {
    const state = approved ? 'approved' : 'not approved';
    return `${codename}, "${prose(title, 80)}" (${classification ?? 'no verdict'}, ${state})`;
  });
  const [last] = cases.filter(({ classification }) => classification !== null);
  const comparison = last
    ? ` This case is ${judgement.classification}, ${last.codename} was ${last.classification}; both name ${few(last.matched.slice(0, 2).map((value) => code(defanged(value), 80)))}. The built-in analyst compares verdicts and names, not what was done: read the other report before you rely on it.`
    : '';
  return [
    cases.length > 0
      ? `${cited(`${plural(cases.length, 'past case')} about the same entities: ${named.join('; ')}`, asked.slice(0, 1))}.${comparison}`
      : '',
    alerts.length > 0
      ? `${cited(`${plural(alerts.length, 'other alert')} about the same entities, the first of them "${alerts[0]?.title}"`, asked.slice(1))}.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Whether one person is behind it: what addresses and tools say, and that they cannot say more. */
function samePerson(material: Material): string {
  const { judgement, gathered } = material;
  const limit = 'Logs show credentials, addresses and tools, never who sat there: ask the owners.';
  const [together] = judgement.findings.filter(({ did }) => did === NEW_TOGETHER);
  if (together)
    return `Probably one person: ${cited(`${few([...new Set(together.principals.map(shortName).sort())])} acted from ${code(text(together.facts[0]?.row ?? {}, 'ip'))}, which is new for each of them`, together.evidence)}. ${limit}`;
  const entered = counted(material).filter(({ did }) => did.startsWith(BROKEN_INTO));
  if (entered.length > 0) return `Probably not the owner: ${sentences(entered, 1)} ${limit}`;
  const moved = judgement.findings.filter(({ did, explained }) => did === NEW_ADDRESS && explained === null);
  if (moved.length > 0) return `Probably not the owner: ${sentences(moved, 2)} ${limit}`;
  const usual = usualAddresses(gathered, judgement);
  return usual.length > 0
    ? `Probably the owner: ${cited('the acts came from an address that the identity had used before', usual)}. ${limit}`
    : `${cited('The logs that were asked do not tell', windows(material))}. ${limit}`;
}

/** What happened, how sure, and what is asked of the reader, without the names of actions; the case's own words stay in the report. */
function inPlainWords(material: Material): string {
  const { judgement } = material;
  const { classification, confidence } = judgement;
  const findings = mergedFindings(counted(material)).slice(0, MOST);
  const verdict = {
    MALICIOUS: 'This is an attack, as far as the logs tell',
    SUSPICIOUS: 'This is not settled: it may be an attack or unusual work',
    BENIGN: 'This is no attack',
  }[classification];
  const what =
    classification === 'BENIGN'
      ? `${capital(cited(judgement.reason?.text ?? 'nothing was found that is out of the ordinary', judgement.reason?.evidence ?? []))}.`
      : findings.map((finding) => `${capital(cited(findingClaim(finding), finding.evidence))}.`).join(' ');
  const steps = immediateSteps(material).slice(0, 2).join(' ');
  return `${verdict} (confidence ${confidence} of 100). ${what} To do now: ${steps} What the data is worth, and whom to tell, the logs cannot say.`;
}

const next = (material: Material): string => immediateSteps(material).slice(0, MOST).join(' ');

/** "What about esther?": what the findings say of those who are named, before where their names occur. */
export function inThisCase(named: LookedUp[], material: Material): string[] {
  return named.flatMap(({ seed, seen }) => {
    const [name] = seed.value.toLowerCase().split('@');
    if (seen.length === 0 || (seed.kind !== 'user' && seed.kind !== 'email')) return [];
    const isTheirs = (principal: string): boolean =>
      loginOf(principal)
        .replaceAll('`', '')
        .toLowerCase()
        .endsWith(name ?? '');
    const own = counted(material).filter(({ principals }) => principals.some(isTheirs));
    return own.length > 0
      ? [`In this case: ${sentences(own.filter(({ did }) => did !== NEW_TOGETHER))}`]
      : [`${cited(`None of the findings that count is about ${code(defanged(seed.value), 80)}`, windows(material))}.`];
  });
}
