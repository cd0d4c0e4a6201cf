import { num, type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { code } from '../report/escape';
import { shortName } from '../report/names';
import { cite, sizeText } from '../report/parts';
import { DAY, readTime, span } from '../time';
import { behaviour, firstOf, refused } from './finder';

/** Data read in the window against the busiest earlier day of the same principal. */
export function volumes(source: SourceCase): Finding[] {
  const from = Math.floor(source.window.from / DAY);
  const to = Math.floor(source.window.to / DAY);
  const granted = source.reads.filter((fact) => !refused(fact));
  const groups = groupBy(granted, ({ row }) => `${text(row, 'principal')}\n${text(row, 'action')}`);
  return [...groups.values()].flatMap((facts) => {
    const now = facts
      .filter(({ row }) => num(row, 'day') >= from && num(row, 'day') <= to)
      .sort((a, b) => num(b.row, 'n') - num(a.row, 'n'))[0];
    if (!now || num(now.row, 'n') < 20) return [];
    const before = facts
      .filter(({ row }) => num(row, 'day') < from)
      .sort((a, b) => num(b.row, 'n') - num(a.row, 'n'))[0];
    if (before && num(now.row, 'n') <= 3 * num(before.row, 'n')) return [];
    const bytes = num(now.row, 'bytes');
    const action = text(now.row, 'action');
    const compared = before
      ? `its busiest earlier day had ${num(before.row, 'n')} ${cite([before.evidence])}`
      : `no earlier day in the logs has any ${cite([now.evidence])}`;
    const sentence = `${shortName(text(now.row, 'principal'))} made ${num(now.row, 'n')} ${code(action)} calls${bytes > 0 ? ` (${sizeText(bytes)})` : ''}, ${span(firstOf(now), readTime(now.row.last) ?? 0)} ${cite([now.evidence])}; ${compared}.`;
    const technique = /Secret/.test(action)
      ? 'T1555.006'
      : /Parameter/.test(action)
        ? 'T1555'
        : /Password/.test(action)
          ? 'T1552'
          : 'T1530';
    return [
      behaviour(
        num(now.row, 'n') >= 100 ? 'high' : 'medium',
        [technique],
        'read far more than before',
        [now],
        sentence,
      ),
    ];
  });
}
