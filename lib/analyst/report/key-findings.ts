import { joined } from '../../text/phrases';
import { text } from '../case';
import { maximum, minimum } from '../find-actions';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { shortName } from './names';
import { cite, findingPredicate } from './parts';

/**
 * Findings as a reader wants them: what several identities did alike is one, what one identity tried in vain is one, and what
 * repeats the acts of a greater finding in other words is left out. In the order given: the most consequential first.
 */
export function mergedFindings(findings: Finding[]): Finding[] {
  const kindOf = (finding: Finding): string =>
    finding.attempt && finding.sentence === null
      ? `tried\n${finding.principals.join('\n')}`
      : findingPredicate(finding);
  const merged = [...groupBy(findings, kindOf).values()].map(mergeGroup);
  return merged.filter((finding, index) => !merged.slice(0, index).some((other) => repeats(finding, other)));
}

const actsOf = ({ facts }: Finding): string[] =>
  facts.map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')}`);

const repeats = (finding: Finding, by: Finding): boolean => {
  const acts = new Set(actsOf(by));
  return (
    finding.kind === 'action' &&
    finding.attempt === by.attempt &&
    finding.facts.every(({ row }) => text(row, 'action') !== '') &&
    actsOf(finding).every((act) => acts.has(act))
  );
};

function mergeGroup(group: Finding[]): Finding {
  const [first] = group as [Finding, ...Finding[]]; // groups are never empty
  if (group.length === 1) return first;
  const rows = unique(group.flatMap((finding) => finding.rows));
  return {
    ...first,
    did: joined(unique(group.map(({ did }) => did)).slice(0, 4)),
    principals: unique(group.flatMap(({ principals }) => principals)),
    techniques: unique(group.flatMap(({ techniques }) => techniques)),
    facts: unique(group.flatMap(({ facts }) => facts)),
    rows,
    evidence: unique(group.flatMap(({ evidence }) => evidence)),
    n: group.reduce((sum, { n }) => sum + n, 0),
    first: minimum(group.map((finding) => finding.first)),
    last: maximum(group.map((finding) => finding.last)),
    sentence: first.sentence === null ? null : withOthers(first, group.slice(1)),
  };
}

/** A behaviour has its own sentence with its numbers; the others who did the same are named after it. */
function withOthers(first: Finding, rest: Finding[]): string {
  const own = new Set(first.principals);
  const others = unique(rest.flatMap(({ principals }) => principals)).filter((name) => !own.has(name));
  const sentence = (first.sentence ?? '').replace(/\.$/, '');
  if (others.length === 0) return `${sentence}.`;
  const shown = others.slice(0, 3).map(shortName);
  const names = others.length > 3 ? `${shown.join(', ')} and others` : joined(shown);
  return `${sentence}; the same holds for ${names} ${cite(rest.flatMap(({ evidence }) => evidence))}.`;
}

const unique = <T>(list: T[]): T[] => [...new Set(list)];
