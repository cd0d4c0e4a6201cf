import { isPrivate } from '../../alerts/fang';
import { type Fact, num, type SourceCase, text } from '../case';
import { maximum } from '../find-actions';
import { isAddress } from '../find-actors';
import { accountTechnique, type Finding, NEW_ADDRESS, NEW_TOGETHER, TAKEN_SESSION } from '../finding';
import { groupBy } from '../group-by';
import { code } from '../report/escape';
import { few, personOf, shortName } from '../report/names';
import { cite } from '../report/parts';
import { isRoaming, type Roaming, roamingOf } from '../roaming';
import { clock, readTime, span } from '../time';
import { behaviour, firstOf, isSignIn, named } from './finder';

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
  const roaming = roamingOf(source.profile);
  const byKey = groupBy(uses, ({ row }) => text(row, 'key'));
  return [...byKey].flatMap(([key, facts]) => {
    const addresses = [...new Set(facts.map(({ row }) => text(row, 'ip')))];
    // Within the own network a service moves between machines with its credential; what is used elsewhere has left it.
    if (addresses.length < 2 || addresses.every(isPrivate)) return [];
    if (facts.every((fact) => isAnywhere(text(fact.row, 'principal'), roaming) || isRoaming(fact, roaming))) return [];
    const inWindow = facts.some(
      (fact) => firstOf(fact) <= source.window.to && (readTime(fact.row.last) ?? 0) >= source.window.from,
    );
    if (!inWindow) return [];
    const [taken] = isSession(source) ? otherBrowsers(source, facts) : [];
    if (taken) return [takenSession(key, facts, taken)];
    const usual = usualPlaces(source, facts);
    const found = behaviour(
      'medium',
      [accountTechnique(source.source)],
      'used one credential from several addresses',
      facts,
      `The credential ${code(key)} was used from several addresses: ${named(addresses)} ${cite(facts.map(({ evidence }) => evidence))}.`,
      isSession(source)
        ? `End the session ${code(key)}, and reset the credentials of its owner.`
        : `Rotate the credential ${code(key)}.`,
    );
    if (usual === null) return [found];
    const sentence = `${(found.sentence ?? '').replace(/\.$/, '')}; ${isOneTool(facts) ? `with the same tool, ${code(text(facts[0]?.row ?? {}, 'agent'), 60)}, and ` : ''}as on earlier days ${cite(usual.evidence)}.`;
    return [{ ...found, score: 0, explained: USUAL_PLACES, usual, sentence }];
  });
}

const isOneTool = (facts: Fact[]): boolean => new Set(facts.map(({ row }) => text(row, 'agent'))).size === 1;

const USUAL_PLACES = 'it used the same addresses with the same tools on earlier days';

/** Days on which an identity was at an address with a tool before that counts as one of its own. */
const USUAL_DAYS = 2;

/** Whether all places of a credential are those its owner uses in turn, such as an office and its VPN; null where one is not. */
function usualPlaces({ profile }: SourceCase, facts: Fact[]): Finding['usual'] {
  const known = facts.map(({ row }) =>
    profile.filter(
      (fact) =>
        ['principal', 'ip', 'agent'].every((column) => text(fact.row, column) === text(row, column)) &&
        num(fact.row, 'days_before') >= USUAL_DAYS,
    ),
  );
  if (facts.some(({ row }) => text(row, 'agent') === '') || known.some((own) => own.length === 0)) return null;
  const addresses = [...new Set(facts.map(({ row }) => text(row, 'ip')))];
  return {
    text: `${named(addresses)} were used on earlier days with the same tool`,
    evidence: [...new Set(known.flatMap((own) => own.slice(0, 1)).map(({ evidence }) => evidence))],
  };
}

/** Whether a source's credentials are the sessions of a browser, of which there is one. */
const isSession = ({ source }: SourceCase): boolean => /session/i.test(source.mapping.expressions.key);

const SYSTEM = /Windows|Macintosh|iPhone|iPad|Android|CrOS|Linux/;

/** Whether two user agents are two browsers: programs of one machine share a session of Microsoft's, so there the system tells. */
function areTwoBrowsers({ mapping }: SourceCase['source'], one: string, other: string): boolean {
  const [first, second] = [SYSTEM.exec(one)?.[0], SYSTEM.exec(other)?.[0]];
  return first !== undefined && second !== undefined && (mapping.schema === 'okta' ? one !== other : first !== second);
}

/** Uses of a session by a browser that is not the one it began in, from an address that its owner had not used before. */
function otherBrowsers({ profile, source }: SourceCase, facts: Fact[]): Fact[] {
  const [began, ...later] = [...facts].sort((a, b) => firstOf(a) - firstOf(b));
  const isKnown = ({ row }: Fact): boolean =>
    profile.some(
      (fact) =>
        text(fact.row, 'principal') === text(row, 'principal') &&
        text(fact.row, 'ip') === text(row, 'ip') &&
        num(fact.row, 'n_before') > 0,
    );
  const agent = text(began?.row ?? {}, 'agent');
  return later.filter(
    (fact) =>
      text(fact.row, 'principal') === text(began?.row ?? {}, 'principal') &&
      areTwoBrowsers(source, agent, text(fact.row, 'agent')) &&
      text(fact.row, 'ip') !== text(began?.row ?? {}, 'ip') &&
      !isKnown(fact),
  );
}

/** A session belongs to one browser: in a second one, elsewhere, it was copied. */
function takenSession(key: string, facts: Fact[], taken: Fact): Finding {
  const [began] = [...facts].sort((a, b) => firstOf(a) - firstOf(b)) as [Fact, ...Fact[]]; // two at least
  const place = ({ row }: Fact): string => `${code(text(row, 'ip'))} with ${code(text(row, 'agent'))}`;
  const who = shortName(text(taken.row, 'principal'));
  return behaviour(
    // One event may be a browser that tells another name of itself.
    num(taken.row, 'n') > 1 ? 'critical' : 'high',
    ['T1539', 'T1550.004'],
    TAKEN_SESSION,
    [taken],
    `The session ${code(key)} of ${who}, begun from ${place(began)}, was used from ${place(taken)} from ${clock(firstOf(taken))} on ${cite([began.evidence, taken.evidence])}: it was probably stolen.`,
    `End the session ${code(key)} and all others of ${who}.`,
  );
}

/** Of identities that come from anywhere on every day: build services and functions. */
const isAnywhere = (principal: string, roaming: Roaming[]): boolean =>
  roaming.some((tool) => tool.principal === principal && tool.networks === null);

const personBehind = (principal: string): string => personOf(principal) ?? principal;

/** An address that is new for several identities at once: their credentials are probably in one hand. */
function sharedNewAddresses(source: SourceCase, fresh: Finding[]): Finding[] {
  const uses = fresh.flatMap(({ facts }) => facts);
  return [...groupBy(uses, ({ row }) => text(row, 'ip'))].flatMap(([ip, facts]) => {
    // An account that assumed a role is known by the role's acts, no second identity beside it.
    const isOwner = (name: string): boolean => name.startsWith('account ');
    const principals = [...new Set(facts.map(({ row }) => text(row, 'principal')))];
    if (new Set(principals.filter((name) => !isOwner(name)).map(personBehind)).size < 2) return [];
    const own = source.who.filter(({ row }) => text(row, 'ip') === ip && principals.includes(text(row, 'principal')));
    const when = own.length > 0 ? own : facts;
    const until = maximum(when.map(({ row }) => readTime(row.last))) ?? 0;
    const names = [...new Set(principals.map(shortName))].sort();
    return [
      behaviour(
        'medium',
        [accountTechnique(source.source)],
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

function newForOne(source: SourceCase): Finding[] {
  // A person's sign-in and their session of a role are one identity.
  const byPerson = groupBy(source.profile, ({ row }) => personBehind(text(row, 'principal')));
  const roaming = roamingOf(source.profile);
  return [...byPerson.values()].flatMap((facts) => {
    const principal = text(facts[0]?.row ?? {}, 'principal');
    const known = new Set(
      facts
        .filter(({ row }) => num(row, 'n_before') > 0 && isAddress(text(row, 'ip')))
        .map(({ row }) => text(row, 'ip')),
    );
    const days = Math.max(0, ...facts.map(({ row }) => num(row, 'days_before')));
    // Whoever comes from anywhere is told by a tool that is new too.
    const anywhere = isAnywhere(principal, roaming);
    const tools = new Set(facts.filter(({ row }) => num(row, 'n_before') > 0).map(({ row }) => text(row, 'agent')));
    const isNew = (fact: Fact): boolean =>
      !known.has(text(fact.row, 'ip')) &&
      !isRoaming(fact, roaming) &&
      !(anywhere && (tools.has(text(fact.row, 'agent')) || text(fact.row, 'agent') === ''));
    const roams = roaming.some((tool) => tool.principal === principal);
    if ((days < 2 && !roams) || known.size === 0) return [];
    // Whoever only failed to sign in from there did nothing as this identity.
    const isIn = ({ row }: Fact): boolean => !isSignIn(text(row, 'action')) || text(row, 'outcome') === 'ok';
    const there = facts.filter((fact) => num(fact.row, 'n_case') > 0 && isAddress(text(fact.row, 'ip')) && isNew(fact));
    const entered = new Set(there.filter(isIn).map(({ row }) => text(row, 'ip')));
    const fresh = there.filter(({ row }) => entered.has(text(row, 'ip')));
    if (fresh.length === 0) return [];
    const addresses = [...new Set(fresh.map(({ row }) => text(row, 'ip')))];
    const others = [...new Set(fresh.map(({ row }) => text(row, 'agent')))];
    const usual =
      roams && others.every((tool) => tool !== '' && !tools.has(tool))
        ? `, with ${named(others)}, ${others.length > 1 ? 'tools' : 'a tool'} not used before`
        : `; until then they used ${named([...known])}`;
    return [
      behaviour(
        'medium',
        [accountTechnique(source.source)],
        NEW_ADDRESS,
        fresh,
        `${shortName(principal)} acted from ${named(addresses)}, ${addresses.length > 1 ? 'addresses' : 'an address'} not used before${usual} ${cite([...fresh, ...facts].map(({ evidence }) => evidence))}.`,
      ),
    ];
  });
}
