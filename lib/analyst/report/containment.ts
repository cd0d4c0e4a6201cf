import { isPrivate } from '../../alerts/fang';
import { joined } from '../../text/phrases';
import { type Fact, type SourceCase, text } from '../case';
import { isAddress } from '../find-actors';
import { type Finding, NEW_ADDRESS } from '../finding';
import { groupBy } from '../group-by';
import { isServiceIdentity } from '../service-identity';
import { code, defanged } from './escape';
import { personOf, shortName } from './names';
import { cited } from './parts';

type Named = { about: string; evidence: number };

/** What takes the credentials of the actors away, in the words of the source that knows them; each actor once. */
export function containment(cases: SourceCase[], actors: Set<string>, findings: Finding[]): string[] {
  const factsOf = (source: SourceCase): Fact[] =>
    [...source.who, ...source.neighbours].filter(({ row }) => actors.has(text(row, 'principal')));
  const isAws = (source: SourceCase): boolean => source.source.mapping.schema === 'cloudtrail';
  const aws = cases.filter(isAws).flatMap(factsOf);
  const keys = keysUsed(aws, findings);
  const roles = aws.flatMap((fact) => {
    const role = /assumed-role\/([^/]+)/.exec(text(fact.row, 'principal'))?.[1];
    return role === undefined || keys.includes(fact) || personOf(text(fact.row, 'principal')) !== null
      ? []
      : [{ about: code(role), evidence: fact.evidence }];
  });
  const people = aws.flatMap((fact) => {
    const person = personOf(text(fact.row, 'principal'));
    return person === null ? [] : [{ about: code(person), evidence: fact.evidence }];
  });
  const done = new Set(aws.map(({ row }) => shortName(text(row, 'principal'))));
  // What a finding's own remediation says about an account is not said twice.
  const told = findings.map(({ remediation }) => remediation ?? '').filter((step) => /\bsessions\b/.test(step));
  const passwords = consoleEntries(cases, actors, findings).filter(
    ({ about }) => !told.some((step) => step.includes(about)),
  );
  const others = cases
    .filter((source) => !isAws(source))
    .flatMap(factsOf)
    .filter((fact) => !done.has(accountOf(fact)) && !told.some((step) => step.includes(accountOf(fact))));
  const keysOf = keys.map(({ row, evidence }) => ({
    about: `${code(text(row, 'key'))} of ${shortName(text(row, 'principal'))}`,
    evidence,
  }));
  return [
    ...oneStep(
      (names, many) =>
        `Reset the console password${many ? 's' : ''} of ${names}, require a second factor, and deny ${many ? 'their' : 'its'} sessions issued before now`,
      passwords,
    ),
    ...oneStep((names, many) => `Deactivate access key${many ? 's' : ''} ${names}`, keysOf),
    ...oneStep((names, many) => `Revoke the active sessions of role${many ? 's' : ''} ${names}`, roles),
    ...oneStep(
      (names) =>
        `Disable ${names} in IAM Identity Center (or the identity provider behind it), and deny their sessions issued before now`,
      people,
    ),
    ...accountSteps(others),
  ];
}

/** Accounts in the words of their own system, machines and addresses as what they are. */
function accountSteps(facts: Fact[]): string[] {
  const named = ({ row, evidence, source }: Fact): Named => ({ about: accountOf({ row, evidence, source }), evidence });
  const address = (fact: Fact): string => text(fact.row, 'principal');
  const isAt = (fact: Fact): boolean => isAddress(address(fact));
  const addresses = (own: boolean): Named[] =>
    facts
      .filter((fact) => isAt(fact) && isPrivate(address(fact)) === own)
      .map((fact) => ({ about: code(defanged(address(fact))), evidence: fact.evidence }));
  const machines = facts.filter((fact) => !isAt(fact) && text(fact.row, 'login') === '');
  const all = facts.filter((fact) => !isAt(fact) && text(fact.row, 'login') !== '');
  // Of several systems that know an account, the one that says how to lock it.
  const known = new Set(all.filter(({ source }) => source.mapping.contain !== undefined).map(accountOf));
  const people = all.filter((fact) => fact.source.mapping.contain !== undefined || !known.has(accountOf(fact)));
  return [
    ...[...groupBy(people, waysOf)].flatMap(([way, own]) =>
      oneStep(
        (names, many) => (many ? way.replaceAll(' its ', ' their ') : way).replaceAll('{who}', names),
        own.map(named),
      ),
    ),
    ...oneStep((names, many) => `Isolate the host${many ? 's' : ''} ${names}`, machines.map(named)),
    ...oneStep((names, many) => `Isolate the host${many ? 's' : ''} at ${names}`, addresses(true)),
    ...oneStep((names) => `Block ${names} at the edge of the network`, addresses(false)),
  ];
}

const ANY_ACCOUNT = 'End all sessions of {who} and reset their credentials';

function waysOf({ source: { mapping }, row }: Fact): string {
  const ofService = isServiceIdentity(text(row, 'principal')) ? mapping.containService : undefined;
  // Behind any other account there is somebody.
  const way = ofService ?? mapping.contain?.replaceAll(' its ', ' their ');
  return way === undefined ? ANY_ACCOUNT : way.charAt(0).toUpperCase() + way.slice(1);
}

/**
 * The long-lived keys that the findings' own addresses used. A console session has a key of its own: whoever guessed a password has no other
 * key, and to deactivate one that only its owner uses stops their work and nobody else's.
 */
function keysUsed(facts: Fact[], findings: Finding[]): Fact[] {
  const keys = facts.filter(({ row }) => text(row, 'key').startsWith('AKIA'));
  const addresses = new Set(
    findings.flatMap((finding) => [...finding.facts, ...finding.rows]).map(({ row }) => text(row, 'ip')),
  );
  const used = new Set(keys.filter(({ row }) => addresses.has(text(row, 'ip'))).map(({ row }) => text(row, 'key')));
  const isSession = facts.some(({ row }) => text(row, 'key').startsWith('ASIA') && addresses.has(text(row, 'ip')));
  return isSession ? keys.filter(({ row }) => used.has(text(row, 'key'))) : keys;
}

/** Users whose console password opened the door at an address that the findings are about: a deactivated key leaves it open. */
function consoleEntries(cases: SourceCase[], actors: Set<string>, findings: Finding[]): Named[] {
  const addresses = new Set(
    findings.filter(({ did }) => did === NEW_ADDRESS).flatMap(({ facts }) => facts.map(({ row }) => text(row, 'ip'))),
  );
  return cases
    .filter(({ source }) => source.mapping.schema === 'cloudtrail')
    .flatMap(({ signIns }) => signIns)
    .filter(
      ({ row }) =>
        text(row, 'outcome') === 'ok' &&
        /:user\//.test(text(row, 'principal')) &&
        actors.has(text(row, 'principal')) &&
        addresses.has(text(row, 'ip')),
    )
    .map(({ row, evidence }) => ({ about: shortName(text(row, 'principal')), evidence }));
}

/** A login cut out of an identity that is written as an object names nobody. */
function accountOf({ row }: Fact): string {
  const login = text(row, 'login');
  return shortName(login === '' || /['"{}]/.test(login) ? text(row, 'principal') : login);
}

const MOST_CREDENTIALS = 5;

/** One step about several things of a kind, or none. */
function oneStep(step: (names: string, many: boolean) => string, things: Named[]): string[] {
  const named = [...new Map(things.map((thing) => [thing.about, thing])).values()];
  if (named.length === 0) return [];
  const shown = named.slice(0, MOST_CREDENTIALS);
  const rest = named.length - shown.length;
  const names = joined([...shown.map(({ about }) => about), ...(rest > 0 ? [`${rest} more`] : [])]);
  return [
    `${cited(
      step(names, named.length > 1),
      shown.map(({ evidence }) => evidence),
    )}.`,
  ];
}
