import { num, type SourceCase, text } from '../case';
import { FIRST_SEEN, type Finding } from '../finding';
import { groupBy } from '../group-by';
import { shortName } from '../report/names';
import { cite } from '../report/parts';
import { behaviour, named } from './finder';

/** Earlier days that a baseline needs before "first seen" says anything. */
const LEAST_DAYS = 3;

/** What a rule hits, that the identity had not done before and nobody else does. */
export function firstSeen(source: SourceCase): Finding[] {
  const notable = new Set(
    source.inside.filter(({ row }) => text(row, 'rule') !== '').map(({ row }) => text(row, 'action')),
  );
  const before = source.profile.filter(({ row }) => num(row, 'n_before') > 0);
  // Of those in the case too: where an alert names nobody, everyone is.
  const byOthers = new Set([...source.others, ...before].map(({ row }) => text(row, 'action')));
  return [...groupBy(source.profile, ({ row }) => text(row, 'principal'))].flatMap(([principal, facts]) => {
    const own = before.filter(({ row }) => text(row, 'principal') === principal);
    const days = Math.max(0, ...own.map(({ row }) => num(row, 'days_before')));
    const known = new Set(own.map(({ row }) => text(row, 'action')));
    const fresh = facts.filter(({ row }) => {
      const action = text(row, 'action');
      return num(row, 'n_case') > 0 && notable.has(action) && !known.has(action) && !byOthers.has(action);
    });
    if (days < LEAST_DAYS || fresh.length === 0) return [];
    const actions = [...new Set(fresh.map(({ row }) => text(row, 'action')))];
    const shown = [...fresh.slice(0, 1), ...source.others.slice(0, 1)].map(({ evidence }) => evidence);
    return [
      behaviour(
        'low',
        [],
        FIRST_SEEN,
        fresh,
        `${shortName(principal)} did ${named(actions)} for the first time in these logs, and nobody else does it ${cite(shown)}.`,
      ),
    ];
  });
}
