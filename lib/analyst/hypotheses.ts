import { type Gathered, num, text } from './case';
import type { Finding } from './finding';
import { type Baseline, type Judgement, share } from './judge';

export type Argument = { says: string; points: number; evidence: number[] };
export type Hypothesis = {
  name: string;
  kind: 'hostile' | 'routine' | 'check' | 'admin';
  claims: string;
  arguments: Argument[];
  points: number;
  outcome: string;
};

type Judged = Omit<Judgement, 'hypotheses'>;

/** Two to four explanations, each with the arguments that count for or against it, ranked by their points. */
export function hypotheses(gathered: Gathered, judged: Judged): Hypothesis[] {
  const counting = judged.findings.filter((finding) => finding.points > 0);
  const list = [
    hostile(gathered, counting),
    routine(judged, counting),
    check(gathered, counting),
    admin(gathered, judged, counting),
  ].filter((item) => item !== null);
  for (const item of list) item.points = item.arguments.reduce((sum, argument) => sum + argument.points, 0);
  list.sort((a, b) => b.points - a.points || a.name.localeCompare(b.name));
  // The verdict is made by the rules of judge.ts; the explanation it rests on stands first.
  const favoured =
    judged.classification === 'MALICIOUS' ? 'hostile' : judged.classification === 'BENIGN' ? 'routine' : null;
  list.sort((a, b) => Number(b.kind === favoured) - Number(a.kind === favoured));
  list.forEach((item, index) => {
    item.outcome = outcomeOf(item, index, judged);
  });
  return list;
}

function outcomeOf(item: Hypothesis, index: number, judged: Judged): string {
  const against = item.arguments.filter((argument) => argument.points < 0);
  const support = item.arguments.filter((argument) => argument.points > 0);
  if (index === 0) return judged.classification === 'SUSPICIOUS' ? 'Leads, but is not proven' : 'Favoured';
  if (support.length === 0) return 'Nothing in the logs supports it';
  return against.length > 0 ? 'Refuted by what counts against it' : 'Possible, with less behind it';
}

const make = (kind: Hypothesis['kind'], name: string, claims: string, list: Argument[]): Hypothesis => ({
  kind,
  name,
  claims,
  arguments: list,
  points: 0,
  outcome: '',
});

function hostile(gathered: Gathered, counting: Finding[]): Hypothesis {
  const list = counting.slice(0, 12).map(
    (finding): Argument => ({
      says: `${finding.attempt ? 'tried and was refused or failed: ' : ''}${finding.did}`,
      points: finding.points,
      evidence: finding.evidence,
    }),
  );
  const rest = counting.slice(12);
  if (rest.length > 0)
    list.push({
      says: 'the other findings of the table below',
      points: rest.reduce((sum, finding) => sum + finding.points, 0),
      evidence: [...new Set(rest.flatMap((finding) => finding.evidence))],
    });
  const past = precedents(gathered, 'MALICIOUS');
  if (past.length > 0)
    list.push({
      says: 'an approved past case about the same entities was MALICIOUS (a lead)',
      points: 5,
      evidence: [past[0]?.evidence ?? 0],
    });
  if (list.length === 0)
    list.push({
      says: 'no notable action, no denied burst, no credential that moved',
      points: -20,
      evidence: gathered.cases.flatMap((item) => item.profile.slice(0, 1).map((fact) => fact.evidence)),
    });
  return make(
    'hostile',
    'Hostile use of the credentials',
    'Someone who took the credentials, or their owner with hostile intent, did this.',
    list,
  );
}

function routine(judged: Judged, counting: Finding[]): Hypothesis {
  const list: Argument[] = judged.baselines.map((baseline: Baseline) => ({
    says: `${baseline.covered} of ${baseline.inCase} events of the window are in the identity's baseline of ${baseline.days} earlier days`,
    points: baseline.days < 2 && baseline.hours < 3 ? 0 : Math.floor(share(baseline) / 2),
    evidence: baseline.evidence,
  }));
  const explained = judged.findings.filter((finding) => finding.explained !== null);
  if (explained.length > 0)
    list.push({
      says: 'notable actions that the baseline, or the same run, explains',
      points: 10,
      evidence: [...new Set(explained.flatMap((finding) => finding.evidence))],
    });
  const heavy = counting.filter((finding) => finding.level !== 'low');
  if (heavy.length > 0)
    list.push({
      says: 'findings that no baseline explains',
      points: -heavy.reduce((sum, finding) => sum + finding.points, 0),
      evidence: [...new Set(heavy.flatMap((finding) => finding.evidence))],
    });
  if (list.length === 0) list.push({ says: 'there is no earlier activity to compare with', points: 0, evidence: [] });
  return make(
    'routine',
    'Routine operation',
    'The usual work of this identity or its automation, as on earlier days.',
    list,
  );
}

const READ_ONLY = /^(T1087|T1069|T1033|T1201|T1526|T1580|T1619|T1538|T1082|T1613)/;

function check(gathered: Gathered, counting: Finding[]): Hypothesis {
  const reading = counting.filter((finding) => finding.techniques.every((id) => READ_ONLY.test(id)));
  const acting = counting.filter((finding) => !reading.includes(finding) && finding.level !== 'low');
  const list: Argument[] = [];
  if (reading.length > 0)
    list.push({
      says: `listings and settings were read (${reading
        .slice(0, 4)
        .map((finding) => finding.did)
        .join('; ')})`,
      points: Math.min(30, 8 * reading.length),
      evidence: [...new Set(reading.flatMap((finding) => finding.evidence))],
    });
  if (acting.length > 0)
    list.push({
      says: 'there were actions that a check does not need',
      points: -acting.reduce((sum, finding) => sum + finding.points, 0),
      evidence: [...new Set(acting.flatMap((finding) => finding.evidence))],
    });
  const approved = precedents(gathered, 'BENIGN');
  if (approved.length > 0)
    list.push({
      says: 'an approved past case about the same entities was BENIGN (a lead, never a proof)',
      points: 5,
      evidence: [approved[0]?.evidence ?? 0],
    });
  list.push({ says: 'nothing in the logs says that a test or audit was agreed', points: 0, evidence: [] });
  return make(
    'check',
    'Security check or agreed test',
    'A posture check, an audit, or an exercise that somebody agreed to.',
    list,
  );
}

function admin(gathered: Gathered, judged: Judged, counting: Finding[]): Hypothesis | null {
  const failed = gathered.cases.flatMap((item) => item.inside.filter(({ row }) => text(row, 'outcome') === 'failed'));
  const known = judged.baselines.filter((baseline) => baseline.days >= 2);
  const moved = counting.filter((finding) => finding.kind === 'behaviour' && finding.level !== 'low');
  const tampering = counting.filter((finding) => finding.level === 'critical' && finding.kind === 'action');
  const list: Argument[] = [];
  if (known.length > 0 && !counting.some((finding) => finding.did.includes('never seen')))
    list.push({
      says: 'the identity acted from addresses it had used before',
      points: 15,
      evidence: [...new Set(known.flatMap((baseline) => baseline.evidence))],
    });
  if (failed.length > 0)
    list.push({
      says: `some calls failed with service errors, as happens in manual work (${failed.reduce((sum, { row }) => sum + num(row, 'n'), 0)} = ${failed.map(({ row }) => num(row, 'n')).join(' + ')})`,
      points: 5,
      evidence: [...new Set(failed.map(({ evidence }) => evidence))],
    });
  if (tampering.length > 0)
    list.push({
      says: 'administration seldom needs these actions, and never unannounced',
      points: -tampering.reduce((sum, finding) => sum + finding.points, 0),
      evidence: [...new Set(tampering.flatMap((finding) => finding.evidence))],
    });
  if (moved.length > 0)
    list.push({
      says: 'credentials or sign-ins behaved as under attack',
      points: -moved.reduce((sum, finding) => sum + finding.points, 0),
      evidence: [...new Set(moved.flatMap((finding) => finding.evidence))],
    });
  return list.length === 0
    ? null
    : make(
        'admin',
        'Unusual but legitimate administration',
        'An authorised person did one-off work by hand; the owner can confirm it.',
        list,
      );
}

/** Approved cases that share an entity; one that only sounds alike weighs nothing. */
const precedents = (gathered: Gathered, classification: string) =>
  gathered.pastCases.filter(
    (item) => item.approved && item.matched.length > 0 && item.classification === classification,
  );
