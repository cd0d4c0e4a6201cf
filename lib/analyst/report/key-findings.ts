import { joined } from '../../text/phrases';
import { text } from '../case';
import { maximum, minimum } from '../find-actions';
import { isMaking } from '../finders/persistence';
import { type Amount, type Finding, isAccountTechnique } from '../finding';
import { groupBy } from '../group-by';
import { few, shortName } from './names';
import { cite, findingPredicate } from './parts';

/**
 * Findings as a reader wants them: what several identities did alike is one, what one identity tried in vain is one, and what
 * repeats the acts of a greater finding in other words is left out. In the order given: the most consequential first. `mostDeeds`: how
 * many of the deeds of one are named.
 */
export function mergedFindings(findings: Finding[], mostDeeds = 4): Finding[] {
  const kindOf = (finding: Finding): string =>
    finding.attempt && finding.sentence === null
      ? `tried\n${finding.principals.join('\n')}`
      : findingPredicate(finding);
  const merged = [...groupBy(withoutFirstTries(findings), kindOf).values()].map((group) =>
    mergeGroup(group, mostDeeds),
  );
  // A mass read is told with its amount and what is usual, wherever it stands: the bare act says nothing more.
  return merged.filter(
    (finding, index) =>
      !merged.some(
        (other, place) => other !== finding && (place < index || other.amount !== null) && repeats(finding, other),
      ) && !isToldBy(finding, merged.slice(0, index)),
  );
}

/** What was refused at first and done after is told as done. */
const withoutFirstTries = (findings: Finding[]): Finding[] =>
  findings.filter(
    ({ attempt, did, principals }) =>
      !attempt ||
      !findings.some((other) => !other.attempt && other.did === did && other.principals.join() === principals.join()),
  );

/** What several acts show together says nothing more where each of them was told, but that the account was made first. */
const isToldBy = ({ kind, facts, amount }: Finding, before: Finding[]): boolean => {
  const acts = facts.filter(({ row }) => !isMaking(text(row, 'action')));
  return (
    kind === 'behaviour' &&
    amount === null &&
    acts.length > 0 &&
    acts.length < facts.length &&
    acts.every((fact) => before.some((told) => told.facts.includes(fact)))
  );
};

/** `exact`: with what was acted on: two processes are two acts. */
const actsOf = ({ facts }: Finding, exact: boolean): string[] =>
  facts.map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')} ${exact ? text(row, 'target') : ''}`);

/** Findings about where somebody acted from, and nothing else. */
const isAboutAddress = ({ kind, techniques }: Finding): boolean =>
  kind === 'behaviour' && techniques.length > 0 && techniques.every(isAccountTechnique);

/** What somebody did is part of what a finding over several events tells with its numbers. */
const isPartOf = (finding: Finding, by: Finding): boolean =>
  by.kind === 'behaviour' &&
  by.facts.length > finding.facts.length &&
  finding.facts.length > 0 &&
  !isAboutAddress(by) &&
  finding.facts.every((fact) => by.facts.includes(fact));

const repeats = (finding: Finding, by: Finding): boolean => {
  if (isPartOf(finding, by)) return true;
  if (isAboutAddress(finding) && isAboutAddress(by))
    return finding.principals.every((name) => by.principals.includes(name));
  if (isAboutAddress(by)) return false;
  // Connections are told apart by where they lead.
  const exact = by.kind === 'action' || by.facts.some(({ row }) => /\bconnection\b/.test(text(row, 'action')));
  const acts = new Set(actsOf(by, exact));
  return (
    finding.kind === 'action' &&
    finding.attempt === by.attempt &&
    finding.facts.every(({ row }) => text(row, 'action') !== '') &&
    actsOf(finding, exact).every((act) => acts.has(act))
  );
};

function mergeGroup(found: Finding[], mostDeeds: number): Finding {
  // Of two sources that recorded the same, the log of the service itself says more than the access log.
  const own = ({ facts }: Finding): number => Number(facts[0]?.source.mapping.schema !== 'generic');
  const group = [...found].sort((a, b) => own(b) - own(a) || (b.amount?.n ?? 0) - (a.amount?.n ?? 0));
  const [first] = group as [Finding, ...Finding[]]; // groups are never empty
  if (group.length === 1) return first;
  const rows = unique(group.flatMap((finding) => finding.rows));
  return {
    ...first,
    did: joined(unlike(unique(group.map(({ did }) => did))).slice(0, mostDeeds)),
    principals: unique(group.flatMap(({ principals }) => principals)).sort(),
    techniques: unique(group.flatMap(({ techniques }) => techniques)),
    facts: unique(group.flatMap(({ facts }) => facts)),
    rows,
    evidence: unique(group.flatMap(({ evidence }) => evidence)),
    usual: new Set(group.map(({ principals }) => principals.join())).size === 1 ? first.usual : null,
    n: group.reduce((sum, { n }) => sum + n, 0),
    first: minimum(group.map((finding) => finding.first)),
    last: maximum(group.map((finding) => finding.last)),
    sentence: first.sentence === null ? null : withOthers(first, group.slice(1)),
    amount: totalOf(ofEachActor(group).map(({ amount }) => amount)),
  };
}

/** Of two deeds in nearly the same words ("gave themselves administrator rights", "gave an identity administrator rights") the first. */
function unlike(deeds: string[]): string[] {
  const wordsOf = (deed: string) => deed.split(' ').filter((word) => word.length > 3);
  return deeds.filter((deed, index) => {
    const own = wordsOf(deed);
    return !deeds.slice(0, index).some((other) => {
      const shared = wordsOf(other).filter((word) => own.includes(word)).length;
      return shared >= MOST_ALIKE * own.length;
    });
  });
}
const MOST_ALIKE = 0.7;

/** Two sources may record one act, such as CloudTrail and the access log of a bucket: the first of them counts. */
export const ofEachActor = (group: Finding[]): Finding[] =>
  [...new Map([...group].reverse().map((finding) => [finding.principals.join('\n'), finding])).values()].reverse();

/** Added up where all are of one action; sizes only where each is known. */
function totalOf(amounts: (Amount | null)[]): Amount | null {
  const known = amounts.filter((amount) => amount !== null);
  const [first] = known;
  if (!first || known.length < amounts.length || known.some(({ action }) => action !== first.action)) return null;
  const sized = known.every(({ bytes }) => bytes !== null);
  return {
    action: first.action,
    n: known.reduce((sum, { n }) => sum + n, 0),
    bytes: sized ? known.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) : null,
    places: unique(known.flatMap(({ places }) => places)),
  };
}

/** A behaviour has its own sentence with its numbers; the others who did the same are named after it. */
function withOthers(first: Finding, rest: Finding[]): string {
  const own = new Set(first.principals);
  const others = unique(rest.flatMap(({ principals }) => principals)).filter((name) => !own.has(name));
  const sentence = (first.sentence ?? '').replace(/\.$/, '');
  if (others.length === 0) return `${sentence}.`;
  const measured = ofEachActor(rest).filter(
    ({ principals, measure }) => measure !== null && !own.has(principals[0] ?? ''),
  );
  if (measured.length === others.length && measured.length <= 3) {
    const each = measured.map(({ principals, measure }) => `${shortName(principals[0] ?? '')} (${measure})`);
    return `${sentence}; likewise ${joined(each)} ${cite(measured.flatMap(({ evidence }) => evidence))}.`;
  }
  return `${sentence}; the same holds for ${few(others.map(shortName))} ${cite(rest.flatMap(({ evidence }) => evidence))}.`;
}

const unique = <T>(list: T[]): T[] => [...new Set(list)];
