import { ruleFor } from './actions';
import type { Level } from './actions/action';
import { type Fact, num, type SourceCase, text } from './case';
import { maximum, minimum } from './find-actions';
import { type Finding, WEIGHTS } from './finding';
import { isAddress } from './gather-source';
import { code } from './report/escape';
import { clock, DAY, readTime, span } from './time';

/** What no single action shows: credentials that moved, guessing, first addresses, denied attempts, volumes. */
export function findBehaviour(source: SourceCase): Finding[] {
  return [
    ...guessing(source),
    ...spraying(source),
    ...movedInstanceCredentials(source),
    ...movedKeys(source),
    ...newAddresses(source),
    ...deniedElsewhere(source),
    ...deniedThenAllowed(source),
    ...volumes(source),
  ];
}

export const cite = (numbers: number[]): string =>
  [...new Set(numbers)]
    .sort((a, b) => a - b)
    .map((number) => `[E${number}]`)
    .join(' ');

function behaviour(
  level: Level,
  techniques: string[],
  did: string,
  facts: Fact[],
  sentence: string,
  undo: string | null = null,
): Finding {
  return {
    kind: 'behaviour',
    did,
    level,
    techniques,
    principals: [...new Set(facts.map(({ row }) => text(row, 'principal')))].filter(Boolean),
    attempt: false,
    facts,
    evidence: [...new Set(facts.map(({ evidence }) => evidence))],
    n: facts.reduce((sum, { row }) => sum + num(row, 'n'), 0),
    first: minimum(facts.map(({ row }) => readTime(row.first))),
    last: maximum(facts.map(({ row }) => readTime(row.last))),
    explained: null,
    points: WEIGHTS[level],
    undo,
    sentence,
  };
}

const refused = ({ row }: Fact): boolean => text(row, 'outcome') !== 'ok';
const firstOf = (fact: Fact): number => readTime(fact.row.first) ?? 0;
const total = (facts: Fact[]): number => facts.reduce((sum, { row }) => sum + num(row, 'n'), 0);
/** A sum of counted rows, with its terms so that it can be checked. */
export const summed = (facts: Fact[]): string => {
  const terms = facts.map(({ row }) => num(row, 'n'));
  return terms.length > 1 ? `${total(facts)} (= ${terms.join(' + ')})` : String(terms[0] ?? 0);
};

function guessing(source: SourceCase): Finding[] {
  const accounts = new Set(source.signIns.map(({ row }) => text(row, 'principal')));
  return [...accounts].flatMap((account) => {
    const mine = source.signIns.filter(({ row }) => text(row, 'principal') === account);
    const failures = mine.filter(refused).sort((a, b) => firstOf(a) - firstOf(b));
    if (total(failures) < 4) return [];
    // Only failures close together are guessing: those within a day of the last one.
    const last = maximum(failures.map(({ row }) => readTime(row.last))) ?? 0;
    const close = failures.filter((fact) => firstOf(fact) >= last - DAY);
    if (total(close) < 4) return [];
    const from = new Set(close.map(({ row }) => text(row, 'ip')));
    const start = minimum(close.map(({ row }) => readTime(row.first))) ?? 0;
    const knownBefore = new Set(
      mine.filter((fact) => !refused(fact) && firstOf(fact) < start).map(({ row }) => text(row, 'ip')),
    );
    const success = mine.find(
      (fact) =>
        !refused(fact) &&
        firstOf(fact) >= start &&
        firstOf(fact) <= last + DAY &&
        from.has(text(fact.row, 'ip')) &&
        !knownBefore.has(text(fact.row, 'ip')),
    );
    const tried = `${code(account)} had ${summed(close)} failed sign-ins from ${from.size === 1 ? 'one address' : `these addresses: ${[...from].map((ip) => code(ip)).join(', ')}`} at ${span(start, last)} ${cite(close.map(({ evidence }) => evidence))}`;
    if (!success)
      return [
        behaviour(
          total(close) >= 10 ? 'high' : 'medium',
          ['T1110'],
          'was the object of password guessing that did not succeed',
          close,
          `${tried}; none of these addresses got in within a day.`,
        ),
      ];
    const when = clock(firstOf(success));
    return [
      behaviour(
        'critical',
        ['T1110', 'T1078.004'],
        'was signed in to after password guessing',
        [...close, success],
        `Password guessing that succeeded: ${tried}, then a successful sign-in from ${code(text(success.row, 'ip'))} at ${when} ${cite([success.evidence])}.`,
        `Reset the password and factors of ${code(account)} and end all its sessions.`,
      ),
    ];
  });
}

function spraying(source: SourceCase): Finding[] {
  const byAddress = new Map<string, Fact[]>();
  for (const fact of source.signIns.filter(refused))
    byAddress.set(text(fact.row, 'ip'), [...(byAddress.get(text(fact.row, 'ip')) ?? []), fact]);
  return [...byAddress].flatMap(([ip, facts]) => {
    const accounts = new Set(facts.map(({ row }) => text(row, 'principal')));
    if (ip === '' || accounts.size < 5) return [];
    return [
      behaviour(
        'high',
        ['T1110.003'],
        'came from an address that tried many accounts',
        facts,
        `One address, ${code(ip)}, failed to sign in to many accounts (${[...accounts]
          .slice(0, 8)
          .map((name) => code(name))
          .join(', ')}) ${cite(facts.map(({ evidence }) => evidence))}.`,
      ),
    ];
  });
}

/** Credentials of a machine's role are used by the machine: from an address that people use, they have left it. */
function movedInstanceCredentials(source: SourceCase): Finding[] {
  const machine = (fact: Fact): boolean => /:assumed-role\/[^/]+\/i-[0-9a-z]{8,17}$/i.test(text(fact.row, 'identity'));
  const uses = [...source.inside, ...source.outside].filter((fact) => isAddress(text(fact.row, 'ip')));
  const sessions = new Map<string, Fact[]>();
  for (const fact of uses.filter(machine))
    sessions.set(text(fact.row, 'identity'), [...(sessions.get(text(fact.row, 'identity')) ?? []), fact]);
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
        "was used as an instance's role from an address that people use",
        away,
        `The role credentials of an instance (${code(identity)}) were used from ${addresses.map((ip) => code(ip)).join(', ')}, an address where a user also acts, for ${actions
          .slice(0, 6)
          .map((action) => code(action))
          .join(
            ', ',
          )} at ${span(firstOf(away[0] as Fact), maximum(away.map(({ row }) => readTime(row.last))) ?? 0)} ${cite(away.map(({ evidence }) => evidence))}. Such credentials are handed to the machine only: they were taken from it.`,
        'Revoke the sessions of the instance role, isolate the instance and replace it.',
      ),
    ];
  });
}

function movedKeys(source: SourceCase): Finding[] {
  const byKey = new Map<string, Fact[]>();
  for (const fact of [...source.who, ...source.neighbours]) {
    const key = text(fact.row, 'key');
    if (key !== '' && source.scope.keys.includes(key) && isAddress(text(fact.row, 'ip')))
      byKey.set(key, [...(byKey.get(key) ?? []), fact]);
  }
  return [...byKey].flatMap(([key, facts]) => {
    const addresses = [...new Set(facts.map(({ row }) => text(row, 'ip')))];
    if (addresses.length < 2) return [];
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
        `One credential, ${code(key)}, was used from several addresses: ${addresses
          .slice(0, 8)
          .map((ip) => code(ip))
          .join(', ')} ${cite(facts.map(({ evidence }) => evidence))}.`,
        `Rotate the credential ${code(key)}.`,
      ),
    ];
  });
}

function newAddresses(source: SourceCase): Finding[] {
  const byPrincipal = new Map<string, Fact[]>();
  for (const fact of source.profile)
    byPrincipal.set(text(fact.row, 'principal'), [...(byPrincipal.get(text(fact.row, 'principal')) ?? []), fact]);
  return [...byPrincipal].flatMap(([principal, facts]) => {
    const known = new Set(
      facts
        .filter(({ row }) => num(row, 'n_before') > 0 && isAddress(text(row, 'ip')))
        .map(({ row }) => text(row, 'ip')),
    );
    const days = Math.max(0, ...facts.map(({ row }) => num(row, 'days_before')));
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
        'acted from an address never seen for it before',
        fresh,
        `${code(principal)} acted from ${addresses
          .slice(0, 6)
          .map((ip) => code(ip))
          .join(', ')}, not among the addresses it had used before the window (${[...known]
          .slice(0, 6)
          .map((ip) => code(ip))
          .join(', ')}) ${cite(fresh.map(({ evidence }) => evidence))}.`,
      ),
    ];
  });
}

/** Denied actions that no rule of the table names: probing of rights. */
function deniedElsewhere(source: SourceCase): Finding[] {
  const schema = source.source.mapping.schema;
  const denied = source.inside.filter(
    ({ row }) =>
      text(row, 'outcome') === 'denied' &&
      ruleFor(schema, text(row, 'action'), { text: text(row, 'request'), login: '', account: '' }) === null,
  );
  const habitual = new Set(
    source.profile
      .filter(({ row }) => text(row, 'outcome') === 'denied' && num(row, 'days_before') >= 2)
      .map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')}`),
  );
  const fresh = denied.filter(({ row }) => !habitual.has(`${text(row, 'principal')} ${text(row, 'action')}`));
  if (total(fresh) < 3) return [];
  const actions = [...new Set(fresh.map(({ row }) => text(row, 'action')))];
  const list = fresh.slice(0, 8).map(({ row }) => `${num(row, 'n')} ${code(text(row, 'action'))}`);
  return [
    behaviour(
      actions.length >= 5 || total(fresh) >= 20 ? 'high' : 'medium',
      ['T1580'],
      'was denied many actions',
      fresh,
      `Denied, with no baseline of such denials: ${list.join(', ')}${fresh.length > list.length ? ' and others' : ''} ${cite(fresh.map(({ evidence }) => evidence))}.`,
    ),
  ];
}

function deniedThenAllowed(source: SourceCase): Finding[] {
  const by = new Map<string, Fact[]>();
  for (const fact of source.inside)
    by.set(`${text(fact.row, 'principal')}\n${text(fact.row, 'action')}`, [
      ...(by.get(`${text(fact.row, 'principal')}\n${text(fact.row, 'action')}`) ?? []),
      fact,
    ]);
  const pairs = [...by.values()].flatMap((facts) => {
    const denied = facts.find(({ row }) => text(row, 'outcome') === 'denied');
    const allowed =
      denied && facts.find((fact) => text(fact.row, 'outcome') === 'ok' && firstOf(fact) >= firstOf(denied));
    return denied && allowed ? [[denied, allowed] as const] : [];
  });
  if (pairs.length === 0) return [];
  const said = pairs
    .slice(0, 6)
    .map(
      ([denied, allowed]) =>
        `${code(text(denied.row, 'action'))} denied at ${clock(firstOf(denied))}, allowed at ${clock(firstOf(allowed))} ${cite([denied.evidence, allowed.evidence])}`,
    );
  return [
    behaviour(
      'medium',
      ['T1078.004'],
      'was denied an action and then allowed it',
      pairs.flat(),
      `Denied, then allowed: ${said.join('; ')}. A new role needs seconds to become usable, so this alone can be harmless.`,
    ),
  ];
}

/** Data read in the window against the busiest earlier day of the same principal. */
function volumes(source: SourceCase): Finding[] {
  const from = Math.floor(source.window.from / DAY);
  const to = Math.floor(source.window.to / DAY);
  const groups = new Map<string, Fact[]>();
  for (const fact of source.reads.filter((item) => !refused(item))) {
    const key = `${text(fact.row, 'principal')}\n${text(fact.row, 'action')}`;
    groups.set(key, [...(groups.get(key) ?? []), fact]);
  }
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
    const sentence = `${code(text(now.row, 'principal'))} made ${num(now.row, 'n')} ${code(action)} with ${num(now.row, 'different')} different requests${bytes > 0 ? `, ${bytes} bytes in all,` : ''} between ${span(firstOf(now), readTime(now.row.last) ?? 0)} ${cite([now.evidence])}; ${before ? `its busiest earlier day had ${num(before.row, 'n')} ${cite([before.evidence])}` : `no earlier day of it has any ${cite([now.evidence])}`}.`;
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
