import { type Fact, num, type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { groupBy } from '../group-by';
import { isRefusedVisit, isRequest } from '../refused-connections';
import { code } from '../report/escape';
import { few, shortName } from '../report/names';
import { cite } from '../report/parts';
import { clock } from '../time';
import { behaviour, firstOf, isSignIn, named, total } from './finder';

/** Denied actions that no rule of the table names: probing of rights. */
export function deniedElsewhere(source: SourceCase): Finding[] {
  const denied = source.inside.filter(
    (fact) =>
      text(fact.row, 'outcome') === 'denied' &&
      !isSignIn(text(fact.row, 'action')) &&
      !isRefusedVisit(fact) &&
      text(fact.row, 'rule') === '',
  );
  const habitual = new Set(
    source.profile
      .filter(({ row }) => text(row, 'outcome') === 'denied' && num(row, 'days_before') >= 2)
      .map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')}`),
  );
  const fresh = denied.filter(({ row }) => !habitual.has(`${text(row, 'principal')} ${text(row, 'action')}`));
  if (total(fresh) < 3) return [];
  const actions = [...new Set(fresh.map(({ row }) => text(row, 'action')))];
  const before = new Set(
    source.profile
      .filter(({ row }) => text(row, 'outcome') === 'denied' && num(row, 'n_before') > 0)
      .map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')}`),
  );
  const isNew = fresh.every(({ row }) => !before.has(`${text(row, 'principal')} ${text(row, 'action')}`));
  const names = [...new Set(fresh.map(({ row }) => shortName(text(row, 'principal'))))];
  return [
    behaviour(
      actions.length >= 5 || total(fresh) >= 20 ? 'high' : 'medium',
      ['T1580'],
      'was denied many actions',
      fresh,
      `${few(names)} ${names.length > 1 ? 'were' : 'was'} denied ${named(actions)}${isNew ? ', which no earlier day has' : ''} ${cite([...fresh, ...source.profile.slice(0, 1)].map(({ evidence }) => evidence))}.`,
    ),
  ];
}

/** Looking around: whether that was denied once says nothing. */
const LOOKS = /^(?:Describe|List|Head|Lookup|Get(?!Object|SecretValue|PasswordData|Parameter))/;

export function deniedThenAllowed(source: SourceCase): Finding[] {
  const by = groupBy(source.inside, ({ row }) => `${text(row, 'principal')}\n${text(row, 'action')}`);
  const pairs = [...by.values()].flatMap((facts) => {
    if (facts.some(isRequest) || LOOKS.test(text((facts[0] as Fact).row, 'action'))) return []; // groups are never empty
    const denied = facts.find(({ row }) => text(row, 'outcome') === 'denied');
    const allowed =
      denied && facts.find((fact) => text(fact.row, 'outcome') === 'ok' && firstOf(fact) >= firstOf(denied));
    return denied && allowed ? [[denied, allowed] as const] : [];
  });
  if (pairs.length === 0) return [];
  const [first] = pairs as [readonly [Fact, Fact]]; // not empty: looked at above
  const [denied, allowed] = first;
  const more = pairs.length > 1 ? ', and other actions in the same way' : '';
  return [
    behaviour(
      'medium',
      ['T1078.004'],
      'was denied an action and then allowed it',
      pairs.flat(),
      `${shortName(text(denied.row, 'principal'))} was denied ${code(text(denied.row, 'action'))} at ${clock(firstOf(denied))} and allowed it at ${clock(firstOf(allowed))}${more} ${cite(pairs.flat().map(({ evidence }) => evidence))}.`,
    ),
  ];
}
