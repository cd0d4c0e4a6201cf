import type { Severity } from '../alerts/schema';
import type { Classification } from '../report/schema';
import { type Gathered, num, type SourceCase, text } from './case';
import { findActions, isRepeated } from './find-actions';
import { cite, findBehaviour } from './find-behaviour';
import type { Finding } from './finding';
import { type Hypothesis, hypotheses } from './hypotheses';
import { shortName } from './report/names';
import { DAY, readTime } from './time';

/** The stated limits. Changing one changes verdicts: the tests hold them. */
export const LIMITS = {
  /** MALICIOUS from this many points, with two tactics and one critical or three high findings. */
  malicious: 60,
  /** BENIGN only up to this many unexplained points. */
  benign: 4,
  /** … and when this share (%) of the window's events is in the baseline. */
  covered: 90,
  /** Low and medium findings together count at most this much each: much small talk is no attack. */
  lowCap: 10,
  mediumCap: 32,
};

export type Baseline = {
  principal: string;
  inCase: number;
  covered: number;
  days: number;
  hours: number;
  before: number;
  evidence: number[];
};

export type Judgement = {
  findings: Finding[];
  points: number;
  /** The sum as it is printed: "40 + 15 + 2 = 57". */
  sum: string;
  tactics: string[];
  baselines: Baseline[];
  classification: Classification;
  confidence: number;
  confidenceSum: string;
  severity: Severity;
  /** BENIGN's named reason; null otherwise. */
  reason: string | null;
  /** Why it is not BENIGN, in words. */
  barred: string[];
  hypotheses: Hypothesis[];
};

/** From facts to a verdict, by rules that the report states. `tacticsOf` gives the ATT&CK tactics of a technique id. */
export function judge(gathered: Gathered, original: Severity, tacticsOf: (technique: string) => string[]): Judgement {
  const findings = gathered.cases.flatMap((source) => [...findActions(source), ...findBehaviour(source)]);
  findings.sort((a, b) => b.points - a.points || (a.first ?? 0) - (b.first ?? 0) || a.did.localeCompare(b.did));
  cap(findings);
  const counting = findings.filter((finding) => finding.points > 0);
  const points = counting.reduce((sum, finding) => sum + finding.points, 0);
  const tactics = [
    ...new Set(
      counting.filter((finding) => finding.level !== 'low').flatMap((finding) => finding.techniques.flatMap(tacticsOf)),
    ),
  ];
  const baselines = gathered.cases.flatMap(baselineOf);
  const barred = bars(gathered, counting, points, baselines);
  const critical = counting.filter((finding) => finding.level === 'critical').length;
  const high = counting.filter((finding) => finding.level === 'high').length;
  const classification: Classification =
    points >= LIMITS.malicious && tactics.length >= 2 && (critical >= 1 || high >= 3)
      ? 'MALICIOUS'
      : barred.length === 0
        ? 'BENIGN'
        : 'SUSPICIOUS';
  const { confidence, confidenceSum } = confidenceOf(classification, points, gathered, baselines);
  const sum =
    counting.length > 1 ? `${counting.map((finding) => finding.points).join(' + ')} = ${points}` : `${points}`;
  const judgement = {
    findings,
    points,
    sum,
    tactics,
    baselines,
    classification,
    confidence,
    confidenceSum,
    barred,
    severity: severityOf(classification, points, original),
    reason: null as string | null,
  };
  if (classification === 'BENIGN') judgement.reason = reasonOf(baselines);
  return { ...judgement, hypotheses: hypotheses(gathered, judgement) };
}

/** Many small findings are held to the caps, the largest first. */
function cap(findings: Finding[]): void {
  for (const [level, most] of [
    ['low', LIMITS.lowCap],
    ['medium', LIMITS.mediumCap],
  ] as const) {
    let left = most;
    for (const finding of findings.filter((item) => item.level === level)) {
      finding.points = Math.min(finding.points, left);
      left -= finding.points;
    }
  }
}

function baselineOf(source: SourceCase): Baseline[] {
  return source.coverage
    .filter(({ row }) => source.primary.includes(text(row, 'principal')) && num(row, 'n_case') > 0)
    .map(({ row, evidence }) => ({
      principal: text(row, 'principal'),
      inCase: num(row, 'n_case'),
      covered: num(row, 'n_covered'),
      days: num(row, 'days_before'),
      hours: num(row, 'hours_before'),
      before: num(row, 'n_before'),
      evidence: [evidence],
    }));
}

export const share = ({ covered, inCase }: Baseline): number =>
  inCase === 0 ? 0 : Math.floor((100 * covered) / inCase);

/** Everything that stands against BENIGN. An empty list is the only way to it. */
function bars(gathered: Gathered, counting: Finding[], points: number, baselines: Baseline[]): string[] {
  const bars: string[] = [];
  if (gathered.cases.length === 0) bars.push('Nothing that the alert names was found acting in any log.');
  for (const gap of gathered.gaps.filter((item) => item.blocks)) bars.push(`${gap.text} ${cite(gap.evidence)}`.trim());
  const missing = gathered.absent.filter(
    ({ kind, value }) =>
      ['ip', 'access_key', 'user', 'email'].includes(kind) || (kind === 'arn' && /:(user|assumed-role)\//.test(value)),
  );
  if (missing.length > 0 && gathered.cases.length > 0)
    bars.push('Some identities, keys or addresses that the alert names are in no log.');
  if (points > LIMITS.benign)
    bars.push(`Findings without an explanation come to ${points} points; at most ${LIMITS.benign} are allowed.`);
  if (counting.some((finding) => finding.level === 'critical' || finding.level === 'high'))
    bars.push('A high or critical finding has no explanation.');
  if (gathered.cases.length > 0 && baselines.length === 0)
    bars.push('None of the identities was active in the window that was examined.');
  for (const baseline of baselines) {
    if (!isRepeated(baseline.days, baseline.hours))
      bars.push(
        `There is no baseline of ${shortName(baseline.principal)}: nothing earlier shows what is usual for it.`,
      );
    else if (share(baseline) < LIMITS.covered)
      bars.push(
        `Only ${share(baseline)} % of what ${shortName(baseline.principal)} did in the window is in its baseline (${baseline.covered} of ${baseline.inCase} events ${cite(baseline.evidence)}).`,
      );
  }
  if (
    gathered.subject.at !== null &&
    gathered.cases.length > 0 &&
    !gathered.cases.some((item) => active(item, gathered.subject.at as number))
  ) {
    bars.push('The identities were not active within a day of the alert, so what it is about was not seen.');
  }
  return [...new Set(bars)];
}

const active = (source: SourceCase, at: number): boolean =>
  source.spells.some(
    ({ row }) =>
      source.primary.includes(text(row, 'principal')) &&
      (readTime(row.first) ?? Infinity) <= at + DAY &&
      (readTime(row.last) ?? 0) >= at - DAY,
  );

function reasonOf(baselines: Baseline[]): string {
  const parts = baselines.map(
    (baseline) =>
      `${baseline.covered} of the ${baseline.inCase} events of the window repeat, from the same address and with the same tool, what this identity had done on up to ${baseline.days} earlier days (${baseline.before} earlier events) ${cite(baseline.evidence)}`,
  );
  return `routine operation in a matching baseline: ${parts.join('; ')}`;
}

function confidenceOf(
  classification: Classification,
  points: number,
  gathered: Gathered,
  baselines: Baseline[],
): { confidence: number; confidenceSum: string } {
  const terms: { value: number; why: string }[] = [];
  const add = (value: number, why: string): void => {
    if (value !== 0) terms.push({ value, why });
  };
  const blocking = gathered.gaps.filter((gap) => gap.blocks).length;
  if (classification === 'MALICIOUS') {
    add(60, 'MALICIOUS starts at 60');
    add(
      Math.min(35, Math.floor((points - LIMITS.malicious) / 4)),
      'a quarter of the points over the limit, at most 35',
    );
  } else if (classification === 'BENIGN') {
    add(65, 'BENIGN starts at 65');
    add(
      Math.min(20, 5 * Math.min(...baselines.map((baseline) => baseline.days))),
      'five for each earlier day, at most 20',
    );
  } else {
    add(
      gathered.cases.length === 0 ? 20 : 40,
      gathered.cases.length === 0 ? 'SUSPICIOUS without data starts at 20' : 'SUSPICIOUS starts at 40',
    );
    add(Math.min(30, Math.floor(points / 2)), 'half of the points, at most 30');
  }
  if (blocking > 0) add(-Math.min(20, 5 * blocking), 'five off for each gap that bars BENIGN, at most 20');
  const raw = terms.reduce((sum, term) => sum + term.value, 0);
  const confidence = Math.max(5, Math.min(95, raw));
  return {
    confidence,
    confidenceSum: `${terms
      .map(({ value, why }) => `${value} (${why})`)
      .join(' + ')
      .replaceAll('+ -', '- ')} = ${raw}${raw === confidence ? '' : `, held to ${confidence}`}`,
  };
}

function severityOf(classification: Classification, points: number, original: Severity): Severity {
  if (classification === 'BENIGN') return 'informational';
  if (classification === 'MALICIOUS') return points >= 120 ? 'critical' : 'high';
  if (points >= 40) return 'high';
  return original === 'informational' || original === 'low' ? 'low' : 'medium';
}
