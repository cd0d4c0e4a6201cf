import { plural } from '../../text/phrases';
import type { Finding } from '../finding';
import { capital } from '../grammar';
import { clock } from '../time';
import { mergedFindings } from './key-findings';
import { cited, findingClaim, findingSentence, leadingFindings, type Material } from './parts';
import { immediateSteps } from './recommendations';

const MOST = 3;

/** Questions that the findings answer in a sentence or two; nothing has to be added to the report for them. */
export function directAnswers(material: Material): string[] {
  const { coaching } = material;
  return [
    coaching.why ? why(material) : '',
    coaching.start ? start(material) : '',
    coaching.outcome ? outcome(material) : '',
    coaching.persistence ? persistence(material) : '',
    coaching.tampering ? tampering(material) : '',
    coaching.related ? related(material) : '',
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
  const timed = counted(material).filter(({ first }) => first !== null);
  const [earliest] = [...timed].sort((a, b) => (a.first ?? 0) - (b.first ?? 0));
  if (!earliest)
    return `${cited('No finding that counts has a time, so the logs do not show a beginning', windows(material))}.`;
  const latest = Math.max(...timed.map(({ last, first }) => last ?? first ?? 0));
  return `${cited(`The earliest act that counts is at ${clock(earliest.first ?? 0)}: ${findingClaim(earliest)}`, earliest.evidence)}. The latest ends at ${clock(latest)}.`;
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

const persistence = (material: Material): string =>
  byTechnique(
    material,
    LETS_BACK_IN,
    'No user, key, role, function or other way back in is among the findings of the window',
  );

const tampering = (material: Material): string =>
  byTechnique(material, HIDES, 'No act against logging or security tools is among the findings of the window');

function byTechnique(material: Material, techniques: RegExp, none: string): string {
  const found = counted(material).filter((finding) => finding.techniques.some((id) => techniques.test(id)));
  return found.length > 0 ? sentences(found, 4) : `${cited(none, windows(material))}.`;
}

function related({ gathered }: Material): string {
  const cases = gathered.pastCases.filter(({ matched }) => matched.length > 0);
  const alerts = gathered.relatedAlerts.filter(({ matched }) => matched.length > 0);
  const asked = gathered.steps.slice(0, 2).map(({ outcome }) => outcome.evidence);
  if (cases.length + alerts.length === 0)
    return `${cited('No past case and no other alert is about the same entities', asked)}.`;
  const named = cases.slice(0, MOST).map(({ codename, classification, approved }) => {
    const state = approved ? 'approved' : 'not approved';
    return `${codename} (${classification ?? 'no verdict'}, ${state})`;
  });
  return [
    cases.length > 0
      ? `${cited(`${plural(cases.length, 'past case')} about the same entities: ${named.join(', ')}`, asked.slice(0, 1))}.`
      : '',
    alerts.length > 0
      ? `${cited(`${plural(alerts.length, 'other alert')} about the same entities, the first of them "${alerts[0]?.title}"`, asked.slice(1))}.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const next = (material: Material): string => immediateSteps(material).slice(0, MOST).join(' ');
