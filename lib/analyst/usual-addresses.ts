import { type Fact, type Gathered, num, text } from './case';
import { isAddress } from './find-actors';
import { type Finding, isAccountTechnique } from './finding';

/**
 * The evidence that those concerned acted from addresses they had used before: it speaks for the owner rather than for an intruder,
 * whatever the owner meant by it. Empty where any of it came from a new address, or nothing says so.
 */
export function usualAddresses(gathered: Gathered, { findings }: { findings: Finding[] }): number[] {
  const isNew = findings.some(
    ({ kind, score, techniques }) => kind === 'behaviour' && score > 0 && techniques.some(isAccountTechnique),
  );
  if (isNew) return [];
  const pair = ({ row }: Fact): string => `${text(row, 'principal')}\n${text(row, 'ip')}`;
  const used = gathered.cases.flatMap((item) =>
    item.profile.filter(
      ({ row }) =>
        item.primary.includes(text(row, 'principal')) &&
        isAddress(text(row, 'ip')) &&
        // A host is its own address: that it acted from there says nothing.
        text(row, 'ip') !== text(row, 'principal') &&
        num(row, 'n_before') > 0,
    ),
  );
  const known = new Set(used.map(pair));
  const acts = findings
    .filter(({ score, level }) => score > 0 && level !== 'low')
    .flatMap(({ facts }) => facts.filter(({ row }) => isAddress(text(row, 'ip'))));
  if (acts.some((fact) => !known.has(pair(fact)))) return [];
  const then = acts.length > 0 ? new Set(acts.map(pair)) : null;
  const shown = used.filter((fact) => (then === null ? num(fact.row, 'n_case') > 0 : then.has(pair(fact))));
  return [...new Set(shown.map(({ evidence }) => evidence))];
}
