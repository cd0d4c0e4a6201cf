import { type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { shortName } from '../report/names';
import { cite, factSpan } from '../report/parts';
import { DAY, span } from '../time';
import { behaviour, firstOf, named } from './finder';

const MAKES =
  /^(?:Create(?:User|Role|ServiceAccount)|user\.lifecycle\.create)$|create.*(?:user|service.?account)|^4720$/i;
const EQUIPS =
  /^(?:CreateAccessKey|CreateLoginProfile|Attach(?:User|Role)Policy|Put(?:User|Role)Policy|AddUserToGroup|UpdateAssumeRolePolicy)$|privilege\.grant|setiampolicy|createserviceaccountkey|^47(?:28|32|56)$/i;

/** An account made and, by the same identity within a day, given credentials or rights. */
export function stagedPersistence(source: SourceCase): Finding[] {
  const done = source.inside.filter(({ row }) => text(row, 'outcome') === 'ok' && text(row, 'rule') !== '');
  return [...groupBy(done, ({ row }) => text(row, 'principal'))].flatMap(([principal, facts]) => {
    const made = facts.find(({ row }) => MAKES.test(text(row, 'action')));
    if (!made) return [];
    const equipped = facts.filter(
      (fact) =>
        EQUIPS.test(text(fact.row, 'action')) && firstOf(fact) >= firstOf(made) && firstOf(fact) <= firstOf(made) + DAY,
    );
    const target = text(made.row, 'target');
    const same = equipped.filter(({ row }) => target !== '' && text(row, 'target') === target);
    if (same.length === 0) return [];
    const all = [made, ...same];
    const until = Math.max(...same.map(firstOf));
    return [
      behaviour(
        'medium',
        ['T1136', 'T1098'],
        'created an account and then gave it credentials or rights',
        all,
        `${shortName(principal)} created ${named([target])} and then gave it access (${named([...new Set(same.map(({ row }) => text(row, 'action')))], 3)}), ${until > firstOf(made) ? span(firstOf(made), until) : factSpan(made)} ${cite(all.map(({ evidence }) => evidence))}.`,
      ),
    ];
  });
}
