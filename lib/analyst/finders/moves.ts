import { plural } from '../../text/phrases';
import { type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { code } from '../report/escape';
import { shortName } from '../report/names';
import { cite } from '../report/parts';
import { span } from '../time';
import { behaviour, firstOf, named } from './finder';

/** Sign-ins of one account to machines it had not been on, from a machine of the case: one may be work, several are a way through the network. */
export function moves(source: SourceCase): Finding[] {
  const groups = groupBy(source.moves, ({ row }) => `${text(row, 'principal')}\n${text(row, 'ip')}`);
  return [...groups.values()].map((facts) => {
    const [first] = facts as [(typeof facts)[number]]; // groups are never empty
    const machines = [...new Set(facts.map(({ row }) => text(row, 'target')))];
    const [who, from] = [shortName(text(first.row, 'principal')), code(text(first.row, 'ip'))];
    const times = facts.map(firstOf);
    return behaviour(
      machines.length > 1 ? 'high' : 'medium',
      ['T1021'],
      machines.length > 1
        ? 'signed in to several machines for the first time'
        : 'signed in to a machine for the first time',
      facts,
      `${who} signed in from ${from} to ${named(machines)}, ${machines.length > 1 ? `${plural(machines.length, 'machine')} it had not been on` : 'a machine it had not been on'}, ${span(Math.min(...times), Math.max(...times))} ${cite(facts.map(({ evidence }) => evidence))}.`,
      `Disable ${who} in Active Directory, and look for what it did on ${named(machines)}.`,
    );
  });
}
