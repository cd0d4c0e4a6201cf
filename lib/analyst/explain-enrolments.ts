import { num, type SourceCase, text } from './case';
import type { Finding } from './finding';
import { DAY } from './time';

const ENROLLED = 'T1098.005';
const RESET = 'T1556.006';

/**
 * Whoever's factors the help desk has just reset, as it does on other days, enrols new ones: from a place that is theirs that is what
 * a reset is for.
 */
export function explainEnrolments(findings: Finding[], cases: SourceCase[]): void {
  const resets = findings.filter(
    ({ explained, attempt, techniques }) => explained !== null && !attempt && techniques.includes(RESET),
  );
  for (const finding of findings) {
    if (finding.explained !== null || finding.attempt || !finding.techniques.includes(ENROLLED)) continue;
    const [owner] = finding.principals;
    const isAfterReset = resets.some(
      ({ principals, rows, first }) =>
        owner !== undefined &&
        !principals.includes(owner) &&
        rows.some(({ row }) => text(row, 'target') === owner) &&
        first !== null &&
        finding.first !== null &&
        finding.first >= first &&
        finding.first <= first + DAY,
    );
    const isAtUsualPlace = finding.facts.every((fact) =>
      cases.some(({ profile }) =>
        profile.some(
          ({ row }) =>
            text(row, 'principal') === owner && text(row, 'ip') === text(fact.row, 'ip') && num(row, 'n_before') > 0,
        ),
      ),
    );
    if (!isAfterReset || !isAtUsualPlace) continue;
    finding.explained =
      'the help desk had reset their factors before, as on other days, and they enrolled from a usual address';
    finding.score = 0;
  }
}
