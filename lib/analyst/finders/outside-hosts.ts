import { num, type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { code, defanged } from '../report/escape';
import { shortName } from '../report/names';
import { cite, factSpan } from '../report/parts';
import { behaviour, named } from './finder';

/** A host outside that requests name for the first time: what is made reports to it, or takes orders from it. */
export function outsideHosts(source: SourceCase): Finding[] {
  const fresh = source.hosts.filter(({ row }) => num(row, 'n_before') === 0);
  return [...groupBy(fresh, ({ row }) => `${text(row, 'principal')}\n${text(row, 'host')}`).values()]
    .slice(0, 3)
    .map((facts) => {
      const [first] = facts as [(typeof facts)[number]]; // groups are never empty
      const host = code(defanged(text(first.row, 'host')), 90);
      const actions = [...new Set(facts.map(({ row }) => text(row, 'action')))];
      return behaviour(
        'medium',
        ['T1071.001'],
        'named a new outside host in a request',
        facts,
        `${shortName(text(first.row, 'principal'))} named the outside host ${host} in ${named(actions)}, ${factSpan(first)} ${cite(facts.map(({ evidence }) => evidence))}.`,
        `Block ${host}, and look for connections to it in DNS, proxy and flow logs.`,
      );
    });
}
