import { type Fact, num, type SourceCase, text } from './case';
import type { Finding } from './finding';
import { shortName } from './report/names';
import { clock, DAY, readTime } from './time';

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
    if (finding.attempt || !finding.techniques.includes(ENROLLED)) continue;
    const [owner] = finding.principals;
    const reset = resets.find(
      ({ principals, rows, first }) =>
        owner !== undefined &&
        !principals.includes(owner) &&
        rows.some(({ row }) => text(row, 'target') === owner) &&
        first !== null &&
        finding.first !== null &&
        finding.first >= first &&
        finding.first <= first + DAY,
    );
    const helped = finding.facts.map((fact) => cases.flatMap((item) => resetsBefore(item, owner ?? '', fact))[0]);
    const isAfterHelp = owner !== undefined && helped.every((fact) => fact !== undefined);
    const isAtUsualPlace = finding.facts.every((fact) =>
      cases.some(({ profile }) =>
        profile.some(
          ({ row }) =>
            text(row, 'principal') === owner && text(row, 'ip') === text(fact.row, 'ip') && num(row, 'n_before') > 0,
        ),
      ),
    );
    if (!(reset || isAfterHelp) || !isAtUsualPlace) continue;
    finding.usual = helpOf(reset, helped);
    if (finding.explained !== null) continue;
    finding.explained =
      'the help desk had reset their factors before, as on other days, and they enrolled from a usual address';
    finding.score = 0;
  }
}

/** On so many days somebody who resets factors does it by trade. */
const BY_TRADE = 3;

/** "after `helpdesk` had reset its factors at …": who, from the finding or from the log. */
function helpOf(reset: Finding | undefined, helped: (Fact | undefined)[]): Finding['usual'] {
  const [fact] = helped;
  const by = reset?.principals[0] ?? text(fact?.row ?? {}, 'principal');
  const at = reset?.first ?? readTime(fact?.row.last);
  if (by === '' || at === null) return null;
  return {
    text: `after ${shortName(by)} had reset its factors at ${clock(at)}`,
    evidence: reset?.evidence ?? (fact ? [fact.evidence] : []),
  };
}

/** What a help desk had reset of an account's factors within the day before. */
const resetsBefore = ({ resets = [] }: SourceCase, owner: string, enrolment: Fact): Fact[] =>
  resets.filter(({ row }) => {
    const [reset, enrolled] = [readTime(row.last), readTime(enrolment.row.first)];
    const isBefore = reset !== null && enrolled !== null && enrolled >= reset && enrolled <= reset + DAY;
    return text(row, 'target') === owner && num(row, 'days') >= BY_TRADE && isBefore;
  });
