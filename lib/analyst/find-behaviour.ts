import { ruleFor } from './actions';
import type { Level } from './actions/action';
import { type Fact, num, type SourceCase, text } from './case';
import { maximum, minimum } from './find-actions';
import { type Finding, WEIGHTS } from './finding';
import { isAddress } from './gather-source';
import { joined, plural } from './grammar';
import { code } from './report/escape';
import { shortName } from './report/names';
import { cite } from './report/parts';
import { clock, DAY, readTime, span } from './time';

/** What no single action shows: credentials that moved, guessing, first addresses, denied attempts, volumes. */
export function findBehaviour(source: SourceCase): Finding[] {
  return [
    ...bruteForce(source),
    ...spraying(source),
    ...movedInstanceCredentials(source),
    ...movedKeys(source),
    ...newAddresses(source),
    ...deniedElsewhere(source),
    ...deniedThenAllowed(source),
    ...volumes(source),
  ];
}

function behaviour(
  level: Level,
  techniques: string[],
  did: string,
  facts: Fact[],
  sentence: string,
  remediation: string | null = null,
): Finding {
  return {
    kind: 'behaviour',
    did,
    level,
    techniques,
    principals: [...new Set(facts.map(({ row }) => text(row, 'principal')))].filter(Boolean),
    attempt: false,
    facts,
    rows: facts,
    evidence: [...new Set(facts.map(({ evidence }) => evidence))],
    n: facts.reduce((sum, { row }) => sum + num(row, 'n'), 0),
    first: minimum(facts.map(({ row }) => readTime(row.first))),
    last: maximum(facts.map(({ row }) => readTime(row.last))),
    explained: null,
    score: WEIGHTS[level],
    remediation,
    sentence,
  };
}

/** Sign-ins are judged by address and account, not one by one. */
export const isSignIn = (action: string): boolean =>
  /^ConsoleLogin$|^user\.(session\.start|authentication\.)|^462[45]$/.test(action) || /log.?in|sign.?in/i.test(action);

const refused = ({ row }: Fact): boolean => text(row, 'outcome') !== 'ok';
const firstOf = (fact: Fact): number => readTime(fact.row.first) ?? 0;
const total = (facts: Fact[]): number => facts.reduce((sum, { row }) => sum + num(row, 'n'), 0);
/** At most `most` of them as code, and that there are more. */
const named = (values: string[], most = 4): string =>
  `${joined(values.slice(0, most).map((value) => code(value)))}${values.length > most ? ' and others' : ''}`;

function bruteForce(source: SourceCase): Finding[] {
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
    const where = named([...from].filter(Boolean));
    const failed = `${plural(total(close), 'failed sign-in')}${where === '' ? '' : ` from ${where}`}, ${span(start, last)} ${cite(close.map(({ evidence }) => evidence))}`;
    if (!success)
      return [
        behaviour(
          total(close) >= 10 ? 'high' : 'medium',
          ['T1110'],
          'was the target of a failed brute-force attempt',
          close,
          `${shortName(account)} was the target of a brute-force attempt: ${failed}, none followed by a sign-in from those addresses within a day.`,
        ),
      ];
    return [
      behaviour(
        'critical',
        ['T1110', 'T1078.004'],
        'was signed in to after a brute-force attempt',
        [...close, success],
        `A brute-force attempt on ${shortName(account)} succeeded: ${failed}, then a sign-in from ${code(text(success.row, 'ip'))} at ${clock(firstOf(success))} ${cite([success.evidence])}.`,
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
        'was among the accounts that one address tried',
        facts,
        `${code(ip)} failed to sign in to several accounts, among them ${named([...accounts])} ${cite(facts.map(({ evidence }) => evidence))}.`,
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
        'used the credentials of an instance outside that instance',
        away,
        `Credentials of an instance (${shortName(identity)}) were used outside it, from ${named(addresses, 2)}, an address where a user also acts, for ${named(actions, 3)}, ${span(firstOf(away[0] as Fact), maximum(away.map(({ row }) => readTime(row.last))) ?? 0)} ${cite(away.map(({ evidence }) => evidence))}.`, // away has rows
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
        `The credential ${code(key)} was used from several addresses: ${named(addresses)} ${cite(facts.map(({ evidence }) => evidence))}.`,
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
        'acted from an address that is new for it',
        fresh,
        `${shortName(principal)} acted from ${named(addresses)}, which its earlier activity in the logs does not have, instead of ${named([...known], 3)} ${cite([...fresh, ...facts].map(({ evidence }) => evidence))}.`,
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
      !isSignIn(text(row, 'action')) &&
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
  return [
    behaviour(
      actions.length >= 5 || total(fresh) >= 20 ? 'high' : 'medium',
      ['T1580'],
      'was denied many actions',
      fresh,
      `${joined([...new Set(fresh.map(({ row }) => text(row, 'principal')))].slice(0, 2).map(shortName))} was denied ${named(actions)}, which it had not been denied before ${cite([...fresh, ...source.profile.slice(0, 1)].map(({ evidence }) => evidence))}.`,
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
    const compared = before
      ? `its busiest earlier day had ${num(before.row, 'n')} ${cite([before.evidence])}`
      : `no earlier day in the logs has any ${cite([now.evidence])}`;
    const sentence = `${shortName(text(now.row, 'principal'))} made ${num(now.row, 'n')} ${code(action)} calls${bytes > 0 ? ` (${bytes} bytes)` : ''}, ${span(firstOf(now), readTime(now.row.last) ?? 0)} ${cite([now.evidence])}; ${compared}.`;
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
