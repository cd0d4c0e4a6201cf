import { isPrivate } from '../../alerts/fang';
import { type Fact, num, type SourceCase, text } from '../case';
import { maximum, roamers } from '../find-actions';
import { isAddress } from '../find-actors';
import { type Finding, NEW_ADDRESS, NEW_TOGETHER } from '../finding';
import { groupBy } from '../group-by';
import { code } from '../report/escape';
import { few, shortName } from '../report/names';
import { cite } from '../report/parts';
import { readTime, span } from '../time';
import { behaviour, firstOf, named } from './finder';

/** Credentials of a machine's role are used by the machine: from an address that people use, they have left it. */
export function movedInstanceCredentials(source: SourceCase): Finding[] {
  const machine = (fact: Fact): boolean => /:assumed-role\/[^/]+\/i-[0-9a-z]{8,17}$/i.test(text(fact.row, 'identity'));
  const uses = [...source.inside, ...source.outside].filter((fact) => isAddress(text(fact.row, 'ip')));
  const sessions = groupBy(uses.filter(machine), ({ row }) => text(row, 'identity'));
  const people = new Set(
    [...source.who, ...source.neighbours]
      .filter(({ row }) => /:user\/|:root$|@/.test(text(row, 'principal')))
      .map(({ row }) => text(row, 'ip')),
  );
  return [...sessions].flatMap(([identity, facts]) => {
    const away = facts.filter(({ row }) => people.has(text(row, 'ip')));
    if (away.length === 0) return [];
    const addresses = [...new Set(away.map(({ row }) => text(row, 'ip')))];
    const actions = [...new Set(away.map(({ row }) => text(row, 'action')))];
    return [
      behaviour(
        'critical',
        ['T1552.005', 'T1078.004'],
        'used the credentials of an instance outside that instance',
        away,
        `Credentials of an instance (${shortName(identity)}) were used outside it, from ${named(addresses)}, an address where a user also acts, for ${named(actions)}, ${span(firstOf(away[0] as Fact), maximum(away.map(({ row }) => readTime(row.last))) ?? 0)} ${cite(away.map(({ evidence }) => evidence))}.`, // away has rows
        'Revoke the sessions of the instance role, isolate the instance and replace it.',
      ),
    ];
  });
}

export function movedKeys(source: SourceCase): Finding[] {
  const uses = [...source.who, ...source.neighbours].filter(({ row }) => {
    const key = text(row, 'key');
    return key !== '' && source.scope.keys.includes(key) && isAddress(text(row, 'ip'));
  });
  const roaming = roamers(source.profile);
  const byKey = groupBy(uses, ({ row }) => text(row, 'key'));
  return [...byKey].flatMap(([key, facts]) => {
    const addresses = [...new Set(facts.map(({ row }) => text(row, 'ip')))];
    // Within the own network a service moves between machines with its credential; what is used elsewhere has left it.
    if (addresses.length < 2 || addresses.every(isPrivate)) return [];
    if (facts.every(({ row }) => roaming.has(text(row, 'principal')))) return [];
    const inWindow = facts.some(
      (fact) => firstOf(fact) <= source.window.to && (readTime(fact.row.last) ?? 0) >= source.window.from,
    );
    if (!inWindow) return [];
    return [
      behaviour(
        'medium',
        ['T1078.004'],
        'used one credential from several addresses',
        facts,
        `The credential ${code(key)} was used from several addresses: ${named(addresses)} ${cite(facts.map(({ evidence }) => evidence))}.`,
        `Rotate the credential ${code(key)}.`,
      ),
    ];
  });
}

/** An address that is new for several identities at once: their credentials are probably in one hand. */
function sharedNewAddresses(source: SourceCase, fresh: Finding[]): Finding[] {
  const uses = fresh.flatMap(({ facts }) => facts);
  return [...groupBy(uses, ({ row }) => text(row, 'ip'))].flatMap(([ip, facts]) => {
    // An account that assumed a role is known by the role's acts, no second identity beside it.
    const isOwner = (name: string): boolean => name.startsWith('account ');
    const principals = [...new Set(facts.map(({ row }) => text(row, 'principal')))];
    if (principals.filter((name) => !isOwner(name)).length < 2) return [];
    const own = source.who.filter(({ row }) => text(row, 'ip') === ip && principals.includes(text(row, 'principal')));
    const when = own.length > 0 ? own : facts;
    const until = maximum(when.map(({ row }) => readTime(row.last))) ?? 0;
    const names = principals.map(shortName).sort();
    return [
      behaviour(
        'medium',
        ['T1078.004'],
        NEW_TOGETHER,
        facts,
        `${few(names)} acted from one address, ${code(ip)}, that is new for each of them, ${span(Math.min(...when.map(firstOf)), until)} ${cite([...when, ...facts].map(({ evidence }) => evidence))}: one person may hold their credentials.`,
      ),
    ];
  });
}

export function newAddresses(source: SourceCase): Finding[] {
  const each = newForOne(source);
  const shared = sharedNewAddresses(source, each);
  return [...shared, ...each];
}

/** Of an identity whose address is another every day: a tool that it never used, from an address that it never used. */
function newTool(principal: string, facts: Fact[]): Finding[] {
  const before = facts.filter(({ row }) => num(row, 'n_before') > 0);
  const known = new Set(before.flatMap(({ row }) => [text(row, 'ip'), text(row, 'agent')]));
  const fresh = facts.filter(
    ({ row }) =>
      num(row, 'n_case') > 0 &&
      isAddress(text(row, 'ip')) &&
      text(row, 'agent') !== '' &&
      !known.has(text(row, 'ip')) &&
      !known.has(text(row, 'agent')),
  );
  if (fresh.length === 0) return [];
  const of = (column: string): string => named([...new Set(fresh.map(({ row }) => text(row, column)))]);
  return [
    behaviour(
      'medium',
      ['T1078.004'],
      NEW_ADDRESS,
      fresh,
      `${shortName(principal)} acted from ${of('ip')}, addresses not used before, with ${of('agent')} ${cite(facts.map(({ evidence }) => evidence))}.`,
    ),
  ];
}

function newForOne(source: SourceCase): Finding[] {
  const byPrincipal = groupBy(source.profile, ({ row }) => text(row, 'principal'));
  const roaming = roamers(source.profile);
  return [...byPrincipal].flatMap(([principal, facts]) => {
    const known = new Set(
      facts
        .filter(({ row }) => num(row, 'n_before') > 0 && isAddress(text(row, 'ip')))
        .map(({ row }) => text(row, 'ip')),
    );
    const days = Math.max(0, ...facts.map(({ row }) => num(row, 'days_before')));
    if (roaming.has(principal)) return newTool(principal, facts);
    if (days < 2 || known.size === 0) return [];
    const fresh = facts.filter(
      ({ row }) => num(row, 'n_case') > 0 && isAddress(text(row, 'ip')) && !known.has(text(row, 'ip')),
    );
    if (fresh.length === 0) return [];
    const addresses = [...new Set(fresh.map(({ row }) => text(row, 'ip')))];
    return [
      behaviour(
        'medium',
        ['T1078.004'],
        NEW_ADDRESS,
        fresh,
        `${shortName(principal)} acted from ${named(addresses)}, ${addresses.length > 1 ? 'addresses' : 'an address'} not used before; until then they used ${named([...known])} ${cite([...fresh, ...facts].map(({ evidence }) => evidence))}.`,
      ),
    ];
  });
}
