import { plural } from '../../text/phrases';
import { type Fact, type SourceCase, text } from '../case';
import { maximum, minimum } from '../find-actions';
import { accountTechnique, BROKEN_INTO, type Finding, SPRAYED, TARGET_OF } from '../finding';
import { groupBy } from '../group-by';
import { code, defanged } from '../report/escape';
import { few, shortName } from '../report/names';
import { cite } from '../report/parts';
import { clock, DAY, HOUR, readTime, span } from '../time';
import { behaviour, firstOf, named, refused, total } from './finder';

/** So many failed sign-ins from an address that the account had used before are no typing errors any more. */
export const TYPING_ERRORS = 10;

export function bruteForce(source: SourceCase): Finding[] {
  const accounts = new Set(source.signIns.map(({ row }) => text(row, 'principal')));
  const sprayed = new Set(sprays(source).map(({ ip }) => ip));
  return [...accounts].flatMap((account) => {
    if (!source.scope.principals.includes(account)) return [];
    const mine = source.signIns.filter(({ row }) => text(row, 'principal') === account);
    // What a spray tried is told as that.
    const failures = mine
      .filter((fact) => refused(fact) && !sprayed.has(text(fact.row, 'ip')))
      .sort((a, b) => firstOf(a) - firstOf(b));
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
    // A few failures at the usual place are a person who mistypes.
    if (total(close) < TYPING_ERRORS && [...from].every((ip) => knownBefore.has(ip))) return [];
    const success = mine.find(
      (fact) =>
        !refused(fact) &&
        firstOf(fact) >= start &&
        firstOf(fact) <= last + DAY &&
        from.has(text(fact.row, 'ip')) &&
        !knownBefore.has(text(fact.row, 'ip')),
    );
    const where = named([...from].filter(Boolean));
    const failed = `${plural(total(close), 'failed sign-in')}${where === '' ? '' : ` from ${where}`}, ${span(start, last)}`;
    const shown = cite(close.map(({ evidence }) => evidence));
    if (!success)
      return [
        behaviour(
          total(close) >= 10 ? 'high' : 'medium',
          ['T1110'],
          `${TARGET_OF} a failed brute-force attempt`,
          close,
          `${shortName(account)} was the target of a brute-force attempt: ${failed} ${shown}, none followed by a sign-in from those addresses within a day.`,
        ),
      ];
    return [
      behaviour(
        'critical',
        ['T1110', accountTechnique(source.source)],
        `${BROKEN_INTO} after a brute-force attempt`,
        [...close, success],
        `A brute-force attempt on ${shortName(account)} succeeded: ${failed}, then a sign-in from ${code(text(success.row, 'ip'))} at ${clock(firstOf(success))} ${cite([...close, success].map(({ evidence }) => evidence))}.`,
        `Reset the password and factors of ${shortName(account)} and end all their sessions.`,
      ),
    ];
  });
}

const accountsOf = (facts: Fact[]): Set<string> => new Set(facts.map(({ row }) => text(row, 'principal')));

type Spray = { ip: string; facts: Fact[]; accounts: Set<string> };

/** Addresses that failed to sign in to many accounts within an hour, with these failures. */
function sprays(source: SourceCase): Spray[] {
  const byAddress = groupBy(source.signIns.filter(refused), ({ row }) => text(row, 'ip'));
  return [...byAddress].flatMap(([ip, all]) => {
    // Typing errors of an office gather over weeks; a spray is over soon.
    const facts = all
      .map((start) => all.filter((fact) => firstOf(fact) >= firstOf(start) && firstOf(fact) <= firstOf(start) + HOUR))
      .reduce((most, near) => (accountsOf(near).size > accountsOf(most).size ? near : most), []);
    const accounts = accountsOf(facts);
    return ip === '' || accounts.size < 5 ? [] : [{ ip, facts, accounts }];
  });
}

export function spraying(source: SourceCase): Finding[] {
  const found = sprays(source);
  const places = few(found.map(({ ip }) => code(defanged(ip))));
  const tried = found.map(({ ip, facts, accounts }) =>
    behaviour(
      'high',
      ['T1110.003'],
      SPRAYED,
      facts,
      `${code(ip)} failed to sign in to ${accounts.size} accounts within an hour, among them ${named([...accounts])} ${cite(facts.map(({ evidence }) => evidence))}.`,
      `Block ${places}, and look for every sign-in from there`,
    ),
  );
  return [...guessedBySpray(source, found), ...tried];
}

/** Accounts that let an address of a spray in for the first time, during it or within a day. */
function guessedBySpray(source: SourceCase, found: Spray[]): Finding[] {
  const begin = Math.min(...found.flatMap(({ facts }) => facts.map(firstOf)));
  const end = Math.max(...found.flatMap(({ facts }) => facts.map(firstOf)));
  const addresses = new Set(found.map(({ ip }) => ip));
  const from = source.signIns.filter((fact) => !refused(fact) && addresses.has(text(fact.row, 'ip')));
  const isKnown = ({ row }: Fact): boolean =>
    from.some(
      (other) =>
        text(other.row, 'principal') === text(row, 'principal') &&
        text(other.row, 'ip') === text(row, 'ip') &&
        firstOf(other) < begin,
    );
  const entries = from.filter((fact) => firstOf(fact) >= begin && firstOf(fact) <= end + DAY && !isKnown(fact));
  return [...groupBy(entries, ({ row }) => text(row, 'principal'))].map(([account, facts]) => {
    const [entry] = facts as [Fact, ...Fact[]]; // groups are never empty
    const agent = text(entry.row, 'agent');
    const shown = [entry, ...found.flatMap(({ facts: failed }) => failed.slice(0, 1))];
    return behaviour(
      'critical',
      ['T1110.003', accountTechnique(source.source)],
      `${BROKEN_INTO} after a password spray`,
      [entry],
      `A password spray on ${accountsOf(found.flatMap(({ facts: failed }) => failed)).size} accounts got into ${shortName(account)}: a sign-in from ${code(text(entry.row, 'ip'))}${agent === '' ? '' : ` with ${code(agent, 60)}`} at ${clock(firstOf(entry))} ${cite(shown.map(({ evidence }) => evidence))}.`,
      `Reset the password and factors of ${shortName(account)} and end all their sessions.`,
    );
  });
}

/** Refused second factors, as logs name them. */
const PUSH_REFUSED = /deny_push|push[\w.]*(?:reject|den)|mfa[\w.]*(?:reject|deny|denied)/i;
/** Fewer may be a thumb on the wrong button. */
const LEAST_PUSHES = 3;

/** A second factor refused again and again, then passed from the same address: somebody gave in. */
export function pushFatigue(source: SourceCase): Finding[] {
  const refusals = source.inside.filter(({ row }) => PUSH_REFUSED.test(text(row, 'action')));
  return [...groupBy(refusals, ({ row }) => `${text(row, 'principal')}\n${text(row, 'ip')}`).values()].flatMap(
    (facts) => {
      const [{ row }] = facts as [Fact]; // groups are never empty
      const [account, ip] = [text(row, 'principal'), text(row, 'ip')];
      const last = maximum(facts.map((fact) => readTime(fact.row.last))) ?? 0;
      const passed = source.signIns.find(
        (fact) =>
          !refused(fact) &&
          text(fact.row, 'principal') === account &&
          text(fact.row, 'ip') === ip &&
          firstOf(fact) >= firstOf(facts[0] as Fact) &&
          firstOf(fact) <= last + HOUR,
      );
      if (total(facts) < LEAST_PUSHES || !passed || ip === '') return [];
      return [
        behaviour(
          'critical',
          ['T1621', accountTechnique(source.source)],
          `${BROKEN_INTO} after refused push notifications`,
          [...facts, passed],
          `${shortName(account)} refused ${plural(total(facts), 'push notification')}, ${span(firstOf(facts[0] as Fact), last)}; a sign-in from the same address, ${code(ip)}, followed at ${clock(firstOf(passed))} ${cite([...facts, passed].map(({ evidence }) => evidence))}.`,
          `Reset the password and factors of ${shortName(account)} and end all their sessions.`,
        ),
      ];
    },
  );
}
