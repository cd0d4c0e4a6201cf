import { type Fact, type Gathered, num, text } from '../case';
import { isAddress } from '../find-actors';
import { accountTechnique, type Finding, NEW_ADDRESS, USED_ACCESS } from '../finding';
import { usedOf } from '../follow-access';
import { code, defanged } from '../report/escape';
import { few } from '../report/names';
import { cite } from '../report/parts';
import { readTime, span } from '../time';
import { behaviour, firstOf } from './finder';

/**
 * Access made from an address that was new for whoever made it, then used from outside the addresses known of them: a key that its owner
 * makes is used where the owner's programs are. A habit is no finding, and neither is a key that is used where it was always made.
 */
export function usedNewAccess({ newAccess, cases }: Gathered, findings: Finding[]): Finding[] {
  const moved = findings.filter(({ did, score }) => did === NEW_ADDRESS && score > 0);
  const places = new Set(moved.flatMap(({ facts }) => facts.map(placeOf)));
  return newAccess.flatMap(({ made, uses, source }) => {
    const there = cases.find((item) => item.source === source);
    const values = new Set(made.map(({ value }) => value.toLowerCase()));
    const makers = (there?.episodes ?? []).filter(
      ({ row }) =>
        text(row, 'outcome') === 'ok' &&
        [text(row, 'target').toLowerCase(), ...quoted(text(row, 'detail'))].some((value) => values.has(value)) &&
        places.has(placeOf({ row })),
    );
    const known = new Set(
      (there?.profile ?? []).filter(({ row }) => num(row, 'n_before') > 0).map(({ row }) => text(row, 'ip')),
    );
    const used = uses.filter(({ row }) => isAddress(text(row, 'ip')) && !known.has(text(row, 'ip')));
    const [maker] = makers;
    if (!maker || used.length === 0) return [];
    const from = few([...new Set(used.map(({ row }) => code(defanged(text(row, 'ip')))))]);
    const last = Math.max(...used.map(({ row }) => readTime(row.last) ?? 0));
    return [
      behaviour(
        'high',
        [accountTechnique(source), 'T1098'],
        USED_ACCESS,
        used,
        `The access made (${few(usedOf(made, uses).map(({ value }) => code(value, 80)))}) was used from ${from}, also new, ${span(Math.min(...used.map(firstOf)), last)} ${cite([maker.evidence, ...used.map(({ evidence }) => evidence)])}.`,
      ),
    ];
  });
}

const placeOf = ({ row }: Pick<Fact, 'row'>): string => `${text(row, 'principal')}\n${text(row, 'ip')}`;
const quoted = (detail: string): string[] =>
  [...detail.matchAll(/`([^`]*)`/g)].map(([, value = '']) => value.toLowerCase());
