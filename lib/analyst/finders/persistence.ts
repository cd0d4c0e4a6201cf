import { type Fact, num, type SourceCase, text } from '../case';
import { actorKey } from '../find-actions';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { code, defanged } from '../report/escape';
import { shortName } from '../report/names';
import { cite, factSpan } from '../report/parts';
import { DAY, span } from '../time';
import { behaviour, firstOf, named } from './finder';

const MAKES =
  /^(?:Create(?:User|Role|ServiceAccount)|user\.lifecycle\.create)$|create.*(?:user|service.?account)(?!.*(?:key|token|credential))|^4720\b/i;
/** Whether an action makes an account or a role. */
export const isMaking = (action: string): boolean => MAKES.test(action);
const EQUIPS =
  /^(?:CreateAccessKey|CreateLoginProfile|Attach(?:User|Role)Policy|Put(?:User|Role)Policy|AddUserToGroup|UpdateAssumeRolePolicy)$|privilege\.grant|setiampolicy|createserviceaccountkey|^47(?:28|32|56)\b/i;

const STARTS = /^(?:PutRule|PutTargets|AddPermission|CreateSchedule|CreateEventSourceMapping|CreateFunctionUrlConfig)$/;

/** Code put in place and, by the same identity within a day, something that starts it; new for that identity. */
export function stagedCode(source: SourceCase): Finding[] {
  const done = source.inside.filter(({ row }) => text(row, 'outcome') === 'ok');
  return [...groupBy(done, ({ row }) => text(row, 'principal'))].flatMap(([principal, facts]) => {
    const made = facts.find(({ row }) => text(row, 'action') === 'CreateFunction');
    const usual = source.profile.some(
      ({ row }) =>
        text(row, 'principal') === principal && text(row, 'action') === 'CreateFunction' && num(row, 'n_before') > 0,
    );
    if (!made || usual) return [];
    const starts = facts.filter(
      (fact) =>
        STARTS.test(text(fact.row, 'action')) && firstOf(fact) >= firstOf(made) && firstOf(fact) <= firstOf(made) + DAY,
    );
    if (starts.length === 0) return [];
    const all = [made, ...starts];
    const target = text(made.row, 'target');
    const host = source.hosts.find(
      ({ row }) =>
        text(row, 'principal') === principal && text(row, 'action') === 'CreateFunction' && num(row, 'n_before') === 0,
    );
    const rule = starts.find(({ row }) => text(row, 'action') === 'PutRule');
    const by = rule && text(rule.row, 'target') !== '' ? ` by ${code(text(rule.row, 'target'), 80)}` : '';
    return [
      behaviour(
        'high',
        ['T1648', 'T1546'],
        `deployed a function that starts by itself${host ? ` and names the outside host ${code(defanged(text(host.row, 'host')), 90)}` : ''}`,
        host ? [...all, host] : all,
        `${shortName(principal)} deployed the function ${code(target, 80)} and had it started${by} (${named([...new Set(starts.map(({ row }) => text(row, 'action')))])}), ${span(firstOf(made), Math.max(...starts.map(firstOf)))} ${cite(all.map(({ evidence }) => evidence))}.`,
        `Delete the function ${code(target, 80)}${rule ? ` and the rule ${code(text(rule.row, 'target'), 80)}` : ''} after keeping a copy of the code.`,
      ),
    ];
  });
}

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
    if (isHabit(source, made)) return [];
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
        `${shortName(principal)} created ${named([target])} and then gave it access (${named([...new Set(same.map(({ row }) => text(row, 'action')))])}), ${until > firstOf(made) ? span(firstOf(made), until) : factSpan(made)} ${cite(all.map(({ evidence }) => evidence))}.`,
      ),
    ];
  });
}

/** Whether the same identity did the same on earlier days from the same address with the same tool. */
const isHabit = ({ profile }: SourceCase, fact: Fact): boolean =>
  profile.some(
    (known) =>
      actorKey(known) === actorKey(fact) &&
      text(known.row, 'action') === text(fact.row, 'action') &&
      text(known.row, 'outcome') === text(fact.row, 'outcome') &&
      num(known.row, 'days_before') >= 3,
  );
