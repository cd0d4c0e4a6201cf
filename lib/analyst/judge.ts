import { type Severity, severityRank } from '../alerts/schema';
import type { Classification } from '../report/schema';
import { plural } from '../text/phrases';
import { type Baseline, baselineOf, matching, restText } from './baseline';
import { type Fact, type Gathered, num, text } from './case';
import { explainEnrolments } from './explain-enrolments';
import { findActions } from './find-actions';
import { isAddress } from './find-actors';
import { findBlockers, isUsual } from './find-blockers';
import { findBehaviour } from './finders';
import { confirmTunnels, paymentFraud, remoteControl, roastedAccounts, strangeWorkflow } from './finders/combined';
import { commandedOverWeb } from './finders/commanded';
import { crossSource } from './finders/cross-source';
import { implant } from './finders/implant';
import { explainScanners } from './finders/scans';
import { takenOut } from './finders/taken-out';
import { usedNewAccess } from './finders/used-access';
import { type Finding, NEW_ADDRESS, PART_OF_HABIT, REFUSED_SCAN, SET_UP_BEFORE, WEIGHTS } from './finding';
import { isFirstOfItsKind } from './first-acts';
import { explainApplications } from './follow-applications';
import { explainNewcomers, setUpOf } from './follow-makers';
import { type Argument, type Hypothesis, hypotheses } from './hypotheses';
import type { LogSource } from './queries';
import { code, defanged } from './report/escape';
import { shortName } from './report/names';
import { isRoaming, roamingOf } from './roaming';

/** The stated limits. Changing one changes verdicts: the tests hold them. */
export const LIMITS = {
  /** MALICIOUS from this score, with two tactics and one critical or three high findings. */
  malicious: 60,
  /** … or with two high findings, where the smaller ones beside them add up to this score and to three tactics. */
  pair: 70,
  /** BENIGN only up to this many unexplained score. */
  benign: 4,
  /** … and when this share (%) of the window's events is in the baseline. */
  covered: 90,
  /** So many events of another source may lack a baseline, where nothing was found in them. */
  aside: 10,
  /** Low and medium findings together count at most this much each: much small talk is no attack. */
  lowCap: 10,
  mediumCap: 32,
};

export type Judgement = {
  findings: Finding[];
  score: number;
  tactics: string[];
  baselines: Baseline[];
  classification: Classification;
  confidence: number;
  /** What the confidence is made of, for the record of the verdict. */
  confidenceTerms: Term[];
  severity: Severity;
  /** BENIGN's named reason; null otherwise. */
  reason: Argument | null;
  /** What rules BENIGN out; the first is the most telling. */
  blockers: Blocker[];
  hypotheses: Hypothesis[];
};
export type Term = { value: number; why: string };
export type Blocker = { text: string; evidence: number[] };

/** From facts to a verdict, by fixed rules. `tacticsOf` gives the ATT&CK tactics of a technique id. */
export function judge(gathered: Gathered, original: Severity, tacticsOf: (technique: string) => string[]): Judgement {
  const findings = gathered.cases.flatMap((source) => [
    ...findActions(source, gathered.detections),
    ...findBehaviour(source),
  ]);
  explainEnrolments(findings, gathered.cases);
  explainScanners(findings);
  explainParts(findings);
  explainNewcomers(findings, gathered.cases);
  explainApplications(findings, gathered.cases);
  raiseNewAddresses(findings);
  findings.push(
    ...usedNewAccess(gathered, findings),
    ...commandedOverWeb(gathered),
    ...takenOut(findings),
    ...implant(findings),
    ...remoteControl(findings),
    ...roastedAccounts(gathered.cases, findings),
    ...paymentFraud(findings),
    ...strangeWorkflow(gathered, findings),
    ...crossSource(gathered.cases, findings, gathered.subject.at),
  );
  confirmTunnels(gathered, findings);
  findings.sort((a, b) => b.score - a.score || (a.first ?? 0) - (b.first ?? 0) || a.did.localeCompare(b.did));
  cap(findings);
  const scored = findings.filter((finding) => finding.score > 0);
  const score = scored.reduce((sum, finding) => sum + finding.score, 0);
  const tactics = [
    ...new Set(
      scored.filter((finding) => finding.level !== 'low').flatMap((finding) => finding.techniques.flatMap(tacticsOf)),
    ),
  ];
  const baselines = gathered.cases.flatMap((source) => baselineOf(source, findings));
  const blockers = findBlockers(gathered, findings, score, baselines);
  const critical = scored.filter((finding) => finding.level === 'critical').length;
  const high = scored.filter((finding) => finding.level === 'high').length;
  const classification: Classification =
    (score >= LIMITS.malicious && tactics.length >= 2 && (critical >= 1 || high >= 3)) ||
    (score >= LIMITS.pair && tactics.length >= 3 && high >= 2)
      ? 'MALICIOUS'
      : blockers.length === 0
        ? 'BENIGN'
        : 'SUSPICIOUS';
  const isFirst = isFirstOfItsKind(gathered, findings);
  const { confidence, terms } = confidenceOf(classification, score, gathered, baselines, isFirst);
  const judged = {
    findings,
    score,
    tactics,
    baselines,
    classification,
    confidence,
    confidenceTerms: terms,
    blockers,
    severity: severityOf(classification, score, original),
    reason: classification === 'BENIGN' ? reasonOf(gathered, findings, baselines) : null,
  };
  return { ...judged, hypotheses: hypotheses(gathered, judged) };
}

/** Small acts on what a usual act of weight was done to as well, by the same hand. */
function explainParts(findings: Finding[]): void {
  const handOf = ({ row }: Fact): string => [text(row, 'principal'), text(row, 'ip'), text(row, 'target')].join('\n');
  const usual = findings.filter(({ usual: habit, level }) => habit !== null && level !== 'low');
  const known = new Map(usual.flatMap((finding) => finding.facts.map((fact) => [handOf(fact), finding.usual])));
  for (const finding of findings) {
    const [first] = finding.facts;
    const isSmall = finding.kind === 'action' && finding.level === 'low' && finding.score > 0 && !finding.attempt;
    if (
      !first ||
      !isSmall ||
      !finding.facts.every((fact) => text(fact.row, 'target') !== '' && known.has(handOf(fact)))
    )
      continue;
    finding.explained = PART_OF_HABIT;
    finding.usual = known.get(handOf(first)) ?? null;
    finding.score = 0;
  }
}

/** So many grave acts of one identity (one of them done, the others at least tried) from an address that is new for it, and it is hardly its owner at another desk. */
const GRAVE_ACTS = 2;

/** So many smaller findings from there weigh as much as a second grave act. */
const SMALLER_ACTS = 2;

/** An address that is new says little by itself, and much where what was done from it is grave. */
function raiseNewAddresses(findings: Finding[]): void {
  const smaller = findings.filter(
    ({ score, level, facts, kind }) => score > 0 && level === 'medium' && facts.length > 0 && kind === 'action',
  );
  const grave = findings.filter(
    ({ level, score, facts }) => score > 0 && (level === 'high' || level === 'critical') && facts.length > 0,
  );
  for (const finding of findings.filter(({ did }) => did === NEW_ADDRESS)) {
    const places = new Set(finding.facts.map(({ row }) => `${text(row, 'principal')}\n${text(row, 'ip')}`));
    const ofThem = (list: Finding[]): Finding[] =>
      list.filter(({ facts }) => facts.some(({ row }) => places.has(`${text(row, 'principal')}\n${text(row, 'ip')}`)));
    const fromThere = ofThem(grave);
    const done = new Set(fromThere.filter(({ attempt }) => !attempt).map(({ did }) => did)).size;
    const all = new Set(fromThere.map(({ did }) => did)).size;
    const beside = new Set(ofThem(smaller).map(({ did }) => did)).size;
    if (done === 0 || (all < GRAVE_ACTS && beside < SMALLER_ACTS)) continue;
    finding.level = 'high';
    finding.score = WEIGHTS.high;
  }
}

/** Many small findings are held to the caps, the largest first. */
function cap(findings: Finding[]): void {
  for (const [level, most] of [
    ['low', LIMITS.lowCap],
    ['medium', LIMITS.mediumCap],
  ] as const) {
    let left = most;
    for (const finding of findings.filter((item) => item.level === level)) {
      finding.score = Math.min(finding.score, left);
      left -= finding.score;
    }
  }
}

/** What is usual about what the alert is about; where no rule knows that, about whoever was most active. */
function reasonOf(gathered: Gathered, findings: Finding[], baselines: Baseline[]): Argument {
  const [meant] = usualFindings(gathered, findings);
  if (meant?.explained === REFUSED_SCAN)
    return {
      text: `this is the noise of the internet: ${REFUSED_SCAN}`,
      weight: 0,
      evidence: [...meant.evidence, ...baselines.flatMap(({ evidence }) => evidence)],
    };
  const setUp = meant?.explained === SET_UP_BEFORE ? setUpOf(gathered.cases, meant.principals[0] ?? '') : null;
  if (setUp) return { text: `a new program at work, ${setUp.text}`, weight: 0, evidence: setUp.evidence };
  const about = baselines.filter(
    ({ principal, source }) =>
      meant?.principals.includes(principal) && meant.facts.some((fact) => fact.source === source),
  );
  const [first] = (about.length > 0 ? about : baselines).filter(isUsual).sort((a, b) => b.inCase - a.inCase);
  const place = first ? usualPlace(gathered, first) : null;
  const own = meant && first && about.includes(first) ? meant.usual : null;
  if (own && first)
    return {
      text: `routine operation: ${own.text}${own.text.startsWith('as on') && first.rolledOut === 0 ? sameHand(first.source, place).replace(/,$/, '') : ''}; ${matching(first)} of ${plural(first.inCase, 'event')} of ${shortName(first.principal)} in the window ${matching(first) === 1 ? 'matches' : 'match'} its baseline${first.rolledOut > 0 ? ' or what the other machine did' : ''}`,
      weight: 0,
      evidence: [...own.evidence, ...first.evidence, ...(place?.evidence ?? [])],
    };
  const rest = first ? restText(first) : '';
  const text = first
    ? `routine operation with a matching baseline: ${first.covered} of ${first.inCase} events repeat${sameHand(first.source, place)} what ${shortName(first.principal)} did on ${first.days} earlier days${rest}`
    : 'routine operation with a matching baseline';
  return { text, weight: 0, evidence: [...baselines.flatMap(({ evidence }) => evidence), ...(place?.evidence ?? [])] };
}

/** Whether a finding is of a technique that an alert names, the wider or the narrower of two counted alike. */
export function isNamedBy({ alerts }: Gathered['subject']): (finding: Finding) => boolean {
  const named = alerts.flatMap(({ techniques }) => techniques);
  const isAlike = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
  return ({ techniques }) => techniques.some((id) => named.some((other) => isAlike(id, other)));
}

/** What was found and is usual: what the alert is about first, then the weightiest. */
export function usualFindings({ subject }: Gathered, findings: Finding[]): Finding[] {
  const isNamed = isNamedBy(subject);
  return findings
    .filter(({ explained, level }) => explained !== null && level !== 'low')
    .sort(
      (a, b) =>
        Number(isNamed(b)) - Number(isNamed(a)) ||
        sharedWords(subject, b) - sharedWords(subject, a) ||
        WEIGHTS[b.level] - WEIGHTS[a.level],
    );
}

/** So many letters of two words that are of one stem: "deactivated" and "user.lifecycle.deactivate". */
const STEM = 6;

/** How many words the texts of the alerts share with what was done: "Users deactivated" is not about an update of profiles. */
export function sharedWords({ alerts }: Gathered['subject'], { did, facts }: Finding): number {
  const stems = (texts: string[]): Set<string> =>
    new Set(texts.flatMap((one) => one.toLowerCase().match(/[a-z]{6,}/g) ?? []).map((word) => word.slice(0, STEM)));
  const alert = stems(alerts.flatMap(({ title, rule }) => [title, rule ?? '']));
  const done = stems([did, ...facts.map(({ row }) => text(row, 'action').replace(/([a-z])([A-Z])/g, '$1 $2'))]);
  return [...done].filter((word) => alert.has(word)).length;
}

type Place = { words: string; tool: string; evidence: number[] };

/** The names of browsers say little and are long. */
const LONG_TOOL = 30;

/** The one address that an identity used in the window and on earlier days, or that its tool has another one every day. */
function usualPlace({ cases }: Gathered, { principal, source }: Baseline): Place | null {
  const own = cases
    .filter((item) => item.source === source)
    .flatMap(({ profile }) => profile)
    .filter(({ row }) => text(row, 'principal') === principal);
  const roaming = roamingOf(own);
  const now = own.filter(({ row }) => num(row, 'n_case') > 0);
  const tools = [...new Set(now.map(({ row }) => text(row, 'agent')))];
  const tool = tools.length === 1 && (tools[0] ?? '').length < LONG_TOOL && tools[0] ? ` ${code(tools[0])}` : '';
  if (now.some((fact) => isRoaming(fact, roaming)))
    return {
      words: 'from an address that is another every day',
      tool,
      evidence: now.slice(0, 1).map(({ evidence }) => evidence),
    };
  const used = now.filter(({ row }) => num(row, 'days_before') > 0);
  const addresses = [...new Set(used.map(({ row }) => text(row, 'ip')))];
  const [ip = ''] = addresses;
  if (addresses.length !== 1 || !isAddress(ip) || ip === principal) return null;
  return {
    words: `from the same address ${code(defanged(ip))}`,
    tool,
    evidence: used.slice(0, 1).map(({ evidence }) => evidence),
  };
}

/** ", from the same address and with the same tool,": what of it the source records. */
function sameHand({ mapping: { expressions } }: LogSource, place: Place | null): string {
  const parts = [
    expressions.ip === 'NULL' ? '' : (place?.words ?? 'from the same address'),
    expressions.agent === 'NULL' ? '' : `with the same tool${place?.tool ?? ''}`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : `, ${parts.join(' and ')},`;
}

/** A harmless act that nobody has done before is no habit: what speaks for it is who did it, from where, and nothing else. */
const FIRST_OF_ITS_KIND = 20;
const NAMES_NOBODY = 10;

function confidenceOf(
  classification: Classification,
  score: number,
  gathered: Gathered,
  baselines: Baseline[],
  isFirst: boolean,
): { confidence: number; terms: Term[] } {
  const terms: Term[] = [];
  const add = (value: number, why: string): void => {
    if (value !== 0) terms.push({ value, why });
  };
  const blocking = gathered.gaps.filter(({ blocks, about }) => blocks && about !== 'tampering').length;
  if (classification === 'MALICIOUS') {
    add(60, 'MALICIOUS starts at 60');
    add(
      Math.min(35, Math.floor((score - LIMITS.malicious) / 4)),
      'a quarter of the score above the threshold, at most 35',
    );
  } else if (classification === 'BENIGN') {
    add(65, 'BENIGN starts at 65');
    add(
      Math.min(20, 5 * Math.min(...baselines.map((baseline) => baseline.days))),
      'five for each earlier day, at most 20',
    );
    if (gathered.gaps.some(({ about }) => about === 'alert'))
      add(-NAMES_NOBODY, 'ten off where the alert names nobody: it was matched by its time and words');
    if (isFirst) add(-FIRST_OF_ITS_KIND, 'twenty off where what was done is new for the identity');
  } else {
    add(
      gathered.cases.length === 0 ? 20 : 40,
      gathered.cases.length === 0 ? 'SUSPICIOUS without data starts at 20' : 'SUSPICIOUS starts at 40',
    );
    add(Math.min(30, Math.floor(score / 2)), 'half of the score, at most 30');
  }
  if (blocking > 0) add(-Math.min(20, 5 * blocking), 'five off for each gap that rules BENIGN out, at most 20');
  const raw = terms.reduce((sum, term) => sum + term.value, 0);
  return { confidence: Math.max(5, Math.min(95, raw)), terms };
}

/** Never below what the alert says, unless the case is BENIGN for a named reason. */
function severityOf(classification: Classification, score: number, original: Severity): Severity {
  if (classification === 'BENIGN') return 'informational';
  const found: Severity =
    classification === 'MALICIOUS' ? (score >= 120 ? 'critical' : 'high') : score >= 40 ? 'high' : 'low';
  return severityRank(found) > severityRank(original) ? found : original;
}
