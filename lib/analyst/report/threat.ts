import { cite } from '../find-behaviour';
import type { Finding } from '../finding';
import { shortName } from './names';
import { type Material, table } from './parts';

/** Threat Assessment: the techniques that findings stand for, with ATT&CK's own names and tactics. */
export function writeThreat({ judgement, technique, gathered }: Material): string {
  const counting = judgement.findings.filter((finding) => finding.points > 0);
  const rows = techniquesOf(judgement.findings, technique).map((id) => {
    const known = technique(id);
    const findings = counting.filter((finding) => finding.techniques.includes(id));
    return [
      id,
      known?.name ?? '',
      (known?.tactics ?? []).join(', '),
      [...new Set(findings.map((finding) => `${finding.did}${finding.attempt ? ' (attempt)' : ''}`))]
        .slice(0, 4)
        .join('; '),
      cite(findings.flatMap((finding) => finding.evidence)),
    ];
  });
  const actors = [
    ...new Set(counting.filter((finding) => finding.level !== 'low').flatMap((finding) => finding.principals)),
  ];
  const opening =
    rows.length === 0
      ? `No ATT&CK technique stands without an explanation${gathered.cases.length === 0 ? ', because no log shows the activity' : ''}.`
      : `${actors.length > 0 ? `Acting: ${actors.slice(0, 8).map(shortName).join(', ')} ${cite(counting.flatMap((finding) => finding.evidence))}. ` : ''}Assessed severity: ${judgement.severity}. ${judgement.tactics.length > 0 ? `Tactics beyond low-level findings: ${judgement.tactics.join(', ')}.` : ''}`;
  return rows.length === 0
    ? opening
    : `${opening}\n\n${table(['Technique', 'Name', 'Tactics', 'Shown by', 'Evidence'], rows)}`;
}

/** Ids of the findings that count (low ones only when there are no others), real ones only, most weighty first. */
export function techniquesOf(
  findings: Pick<Finding, 'points' | 'level' | 'techniques'>[],
  technique: Material['technique'],
): string[] {
  const counting = findings.filter((finding) => finding.points > 0);
  const serious = counting.filter((finding) => finding.level !== 'low');
  const ids = (serious.length > 0 ? serious : counting).flatMap((finding) => finding.techniques);
  return [...new Set(ids)].filter((id) => technique(id) !== undefined);
}
