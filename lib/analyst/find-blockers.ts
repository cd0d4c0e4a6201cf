import { isPrivate } from '../alerts/fang';
import { type Baseline, share } from './baseline';
import { type Gathered, type SourceCase, text } from './case';
import { DONE_BEFORE, isRepeated } from './find-actions';
import { type Finding, REFUSED_SCAN, SAME_SCAN } from './finding';
import { isNewcomer } from './follow-makers';
import { lowerFirst } from './grammar';
import { type Blocker, LIMITS, sharedWords } from './judge';
import { code } from './report/escape';
import { shortName } from './report/names';
import { flatten } from './sigma/match';
import { DAY, MINUTE, readTime } from './time';

/** Why findings that count rule BENIGN out. */
export const UNEXPLAINED = 'no baseline or other reason in the logs explains the findings';

/** Everything that rules BENIGN out, the most telling first. An empty list is the only way to it. */
export function findBlockers(gathered: Gathered, findings: Finding[], score: number, baselines: Baseline[]): Blocker[] {
  const scored = findings.filter((finding) => finding.score > 0);
  const serious = scored.filter(({ level }) => level === 'critical' || level === 'high');
  const evidenceOf = (list: Finding[]): number[] => list.slice(0, 3).flatMap(({ evidence }) => evidence);
  const blockers: Blocker[] = [
    ...(serious.length > 0 ? [{ text: UNEXPLAINED, evidence: evidenceOf(serious) }] : []),
    ...(gathered.cases.length === 0 ? [{ text: 'no log shows what the alert is about', evidence: [] }] : []),
    ...(gathered.cases.length > 0 && baselines.length === 0
      ? [{ text: 'none of the identities was active in the window that was examined', evidence: [] }]
      : []),
    ...baselines
      .filter((item) => !isAside(item, baselines, scored) && !isScanner(item, findings))
      .filter(({ principal }) => !isNewcomer(gathered.cases, principal))
      .flatMap(ofBaseline),
    ...unrecognized(gathered, findings),
    ...(score > LIMITS.benign && serious.length === 0
      ? [
          {
            text:
              scored.filter(({ level }) => level !== 'low').length === 1
                ? 'nothing in the logs explains what was found'
                : 'several smaller findings have no explanation',
            evidence: evidenceOf(scored),
          },
        ]
      : []),
    ...ofAlert(gathered, findings),
  ];
  return blockers.filter((one, index) => blockers.findIndex(({ text: other }) => other === one.text) === index);
}

/** What is not usual for an identity, or can't be told to be. */
function ofBaseline(baseline: Baseline): Blocker[] {
  const { principal, source, covered, inCase, evidence } = baseline;
  const { hasAction, expressions } = source.mapping;
  const name = code(source.name);
  const unknown = !hasAction
    ? `${name} has no field that says what was done, so its events can't be compared`
    : expressions.ip === 'NULL' && expressions.agent === 'NULL'
      ? `${name} records neither address nor tool, so it can't show who used the identity`
      : null;
  const other = !isRepeated(baseline.days, baseline.hours)
    ? `the logs hold too little earlier activity of ${shortName(principal)} to say what is usual for it`
    : isUsual(baseline)
      ? null
      : covered === 0
        ? `nothing that ${shortName(principal)} did in the window is in its baseline`
        : `only ${covered} of ${inCase} events of ${shortName(principal)} match its baseline`;
  return [
    ...(other === null ? [] : [{ text: other, evidence }]),
    ...(unknown === null ? [] : [{ text: unknown, evidence: [source.described] }]),
  ];
}

/** A grave alert is not closed because nothing was found: something must have been found, and be usual. */
function unrecognized({ subject, cases }: Gathered, findings: Finding[]): Blocker[] {
  const isGrave = subject.alerts.some(({ severity }) => severity === 'high' || severity === 'critical');
  const isRecognized = (finding: Finding): boolean =>
    finding.explained !== null &&
    (finding.level !== 'low' || (finding.explained === DONE_BEFORE && isNamedAct(subject, finding)));
  // What was found and counts was recognized too: it has a blocker of its own.
  const isOpen = ({ score, level }: Finding): boolean => score > LIMITS.benign && level !== 'low';
  if (!isGrave || findings.some((finding) => isRecognized(finding) || isOpen(finding))) return [];
  const evidence = cases.map(({ insideEvidence }) => insideEvidence).filter(Boolean);
  return [{ text: 'nothing in the logs was recognized as what the alert reports', evidence }];
}

/** Fields in which an alert says which agent sent it: the machine's own log need not have its address. */
const SENSOR = /^(?:agent|manager|observer|sensor|collector)\./;

function isSensor({ alerts }: Gathered['subject'], address: string): boolean {
  const paths = alerts.flatMap(({ raw }) =>
    flatten(raw).filter(({ path, whole, value }) => !whole && value === address && !/(?:^|\.)entities\./.test(path)),
  );
  return paths.length > 0 && paths.every(({ path }) => SENSOR.test(path));
}

/** Whether an alert gives the name of what was done: then however small it is, it is what the alert is about. */
const isNamedAct = ({ eventNames }: Gathered['subject'], { facts }: Finding): boolean =>
  facts.some(({ row }) => eventNames.includes(text(row, 'action').toLowerCase()));

/** An event this near to the time of an alert that names nobody, and in its words, is the one that it is about. */
const MOMENT = 2 * MINUTE;

/** Whether an alert that names nobody meets one thing done at its time, in its words, and nothing else of that kind. */
function isMet(subject: Gathered['subject'], findings: Finding[]): boolean {
  const { at } = subject;
  const alike = findings.filter((finding) => finding.kind === 'action' && sharedWords(subject, finding) > 0);
  return (
    at !== null &&
    alike.length > 0 &&
    alike.every(({ explained, n }) => explained !== null && n === 1) &&
    alike.some(({ first }) => first !== null && Math.abs(first - at) <= MOMENT)
  );
}

/** What of the alert is in no log, what could not be asked, and an alert about another time. */
function ofAlert(gathered: Gathered, findings: Finding[]): Blocker[] {
  const { subject, cases, gaps, absent, absentEvidence } = gathered;
  // A machine that is found by its name is named by its own address too, which its own logs don't have.
  const isHostFound = subject.alerts.some(({ entities }) =>
    entities.some(({ kind, value }) => kind === 'host' && !absent.some((seed) => seed.value === value)),
  );
  const missing = absent.filter(
    ({ kind, value }) =>
      (kind === 'ip' && !((isHostFound || isSensor(subject, value)) && isPrivate(value))) ||
      ['access_key', 'user', 'email'].includes(kind) ||
      (kind === 'arn' && /:(user|assumed-role)\//.test(value)),
  );
  const { at } = subject;
  return [
    ...(missing.length > 0 && cases.length > 0
      ? [
          {
            text: 'not every identity, key and address that the alert names is in a log',
            evidence: absentEvidence,
          },
        ]
      : []),
    ...gaps
      .filter(({ blocks, about }) => blocks && !(about === 'alert' && isMet(subject, findings)))
      .map((gap) => ({ text: lowerFirst(gap.text).replace(/\.$/, ''), evidence: gap.evidence })),
    ...(at !== null && cases.length > 0 && !cases.some((item) => active(item, at))
      ? [{ text: 'the identities were not active within a day of the alert', evidence: [] }]
      : []),
  ];
}

export const isUsual = (baseline: Baseline): boolean =>
  isRepeated(baseline.days, baseline.hours) &&
  share({ ...baseline, covered: baseline.covered + baseline.lists + baseline.signIns + baseline.once }) >=
    LIMITS.covered;

/**
 * A few events of a person in another source, such as a sign-in or a document opened, in which no rule and no behaviour found
 * anything: new, but nothing that the alert is about. It needs the activity of the alert itself to be usual.
 */
const isAside = (baseline: Baseline, all: Baseline[], scored: Finding[]): boolean =>
  baseline.inCase <= LIMITS.aside &&
  all.some((other) => other.source !== baseline.source && isUsual(other) && other.inCase >= baseline.inCase) &&
  !scored.some((finding) => finding.level !== 'low' && finding.facts.some(({ source }) => source === baseline.source));

/** An address outside whose every connection was refused, or one inside that scans every week: what else it does is nobody's concern. */
const isScanner = ({ principal, source }: Baseline, findings: Finding[]): boolean =>
  findings.some(
    ({ explained, principals, facts }) =>
      (explained === REFUSED_SCAN || explained === SAME_SCAN) &&
      principals.includes(principal) &&
      facts.some((fact) => fact.source === source),
  );

const active = (source: SourceCase, at: number): boolean =>
  source.sessions.some(
    ({ row }) =>
      source.primary.includes(text(row, 'principal')) &&
      (readTime(row.first) ?? Infinity) <= at + DAY &&
      (readTime(row.last) ?? 0) >= at - DAY,
  );
