import { type Gathered, num, text } from './case';
import { FIRST_SEEN, type Finding } from './finding';
import { isReconnaissance } from './report/parts';

/**
 * Small acts that no habit explains, of those that the case is about: harmless by themselves, yet the first of their kind for whoever did them.
 * They weigh too little to be a case, and a verdict of BENIGN must not be as sure as one about a habit.
 */
export const firstActs = ({ cases }: Pick<Gathered, 'cases'>, findings: Finding[]): Finding[] =>
  findings.filter(
    (finding) =>
      finding.kind === 'action' &&
      finding.explained === null &&
      finding.level === 'low' &&
      !finding.attempt &&
      // What people do to their own account belongs to having one.
      !/\b(?:their own|themselves)\b/.test(finding.did) &&
      !isReconnaissance(finding) &&
      finding.facts.length > 0 &&
      finding.facts.every(({ row }) =>
        cases.every(
          ({ profile }) =>
            !profile.some(
              (known) =>
                text(known.row, 'principal') === text(row, 'principal') &&
                text(known.row, 'action') === text(row, 'action') &&
                num(known.row, 'n_before') > 0,
            ),
        ),
      ),
  );

/** Whether anything in the window is the first of its kind. */
export const isFirstOfItsKind = (gathered: Pick<Gathered, 'cases'>, findings: Finding[]): boolean =>
  firstActs(gathered, findings).length > 0 ||
  findings.some(({ did, explained }) => did === FIRST_SEEN && explained === null);
