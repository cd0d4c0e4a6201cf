import { isServiceAddress } from '../alerts/service-hosts';
import {
  type Context,
  type Fact,
  type Gathered,
  type NewAccess,
  num,
  type RelatedAlert,
  type SourceCase,
  text,
} from './case';
import { placesIn } from './find-actions';
import { isAddress, tellingAddresses } from './find-actors';
import { usedOf } from './follow-access';
import { code, defanged, prose } from './report/escape';
import { few, shortName } from './report/names';
import { clock, DAY, readTime, span } from './time';

/** Things created and taken away again by one identity, from so many of them on, look like a run that cleans up after itself. */
const CLEANED_UP = 3;

/** What a senior analyst would say first: it looks automated, the identity made it itself, other alerts belong here. */
export function noticeContext(gathered: Gathered): Context[] {
  return [
    ...gathered.newAccess.flatMap(accessUse),
    ...gathered.cases.flatMap(vpnSessions).slice(0, 2),
    ...gathered.cases.flatMap(namesakes).slice(0, 1),
    ...gathered.cases.flatMap(ownWork),
    ...gathered.cases.flatMap(otherPlaces).slice(0, 1),
    ...(gathered.runs ?? []).slice(0, 1).map(startOfRun),
    ...relatedAlerts(gathered),
  ];
}

/** Whose the address inside is that the firewall's other lines have: without it, what was done inside is nobody's. */
function vpnSessions({ given = [], profile }: SourceCase): Context[] {
  const acted = new Set(profile.map(({ row }) => text(row, 'principal')));
  return given.flatMap(({ row, evidence }) => {
    const inside = text(row, 'given');
    if (!acted.has(inside)) return [];
    const session = `${shortName(text(row, 'principal'))} from ${code(defanged(text(row, 'ip')))}`;
    return [
      {
        text: `${code(defanged(inside))} is the address that the VPN gave ${session} at ${clock(readTime(row.first) ?? 0)}`,
        evidence: [evidence],
        speaksFor: 'vpn-session' as const,
      },
    ];
  });
}

/** Shorter parts of names are anybody's. */
const NAME_LENGTH = 4;

/** Somebody outside who bears the name of whoever shared with them: hardly a partner. */
function namesakes({ episodes, primary }: SourceCase): Context[] {
  return episodes.flatMap(({ row, evidence }) => {
    const [principal, outsider] = [text(row, 'principal'), / to (\S+@\S+)$/.exec(text(row, 'target'))?.[1] ?? ''];
    const [own = '', other = ''] = [principal, outsider].map((mail) => mail.toLowerCase().split('@')[0] ?? '');
    const isAlike = own.split(/[^a-z]+/).some((part) => part.length >= NAME_LENGTH && other.includes(part));
    if (!primary.includes(principal) || !isAlike || text(row, 'outcome') !== 'ok') return [];
    return [
      {
        text: `The outsider ${code(outsider, 80)} bears the name of ${shortName(principal)}: probably a private account of theirs`,
        evidence: [evidence],
        speaksFor: 'namesake' as const,
      },
    ];
  });
}

/** What became of the accounts and keys that were made: whoever has one and has not used it yet comes back with it. */
function accessUse({ made, uses, source, evidence }: NewAccess): Context[] {
  const names = few((uses.length > 0 ? usedOf(made, uses) : made).map(({ value }) => code(value, 80)));
  const times = uses.flatMap(({ row }) => [readTime(row.first), readTime(row.last)]).filter((time) => time !== null);
  const from = few(
    [...new Set(uses.map(({ row }) => text(row, 'ip')))].filter(isAddress).map((ip) => code(defanged(ip))),
  );
  const isMade = (login: string): boolean => made.some(({ value }) => value.toLowerCase() === login.toLowerCase());
  const users = [
    ...new Set(
      uses
        .filter(({ row }) => !isMade(text(row, 'login')) && !isMade(text(row, 'key')))
        .map(({ row }) => shortName(text(row, 'principal'))),
    ),
  ];
  const by = users.length === 0 ? '' : ` by ${few(users)}`;
  const said =
    uses.length > 0
      ? `The new access (${names}) was used${by}${from === '' ? '' : ` from ${from}`}, ${span(Math.min(...times), Math.max(...times))}`
      : `The new access (${names}) has not been used in ${code(source.name)}${source.to === null ? '' : `, which ends at ${clock(source.to)}`}: whoever has it can still come back`;
  return [{ text: said, evidence: [evidence], speaksFor: 'access' }];
}

function ownWork(source: SourceCase): Context[] {
  const facts = source.ownWork.filter(({ row }) => source.primary.includes(text(row, 'principal')));
  const [main] = [...facts].sort((a, b) => num(b.row, 'targets') - num(a.row, 'targets'));
  if (!main) return [];
  const own = facts.filter(({ row }) => text(row, 'principal') === text(main.row, 'principal'));
  const actions = few([...new Set(own.map(({ row }) => text(row, 'action')))].map((name) => code(name)));
  const removed = own
    .filter(({ row }) => /^(Delete|Terminate|Remove)/.test(text(row, 'action')))
    .reduce((sum, { row }) => sum + num(row, 'targets'), 0);
  const who = shortName(text(main.row, 'principal'));
  const from = clock(readTime(main.row.created) ?? 0);
  return [
    {
      text:
        removed >= CLEANED_UP
          ? `This looks like an automated deployment or an exercise: ${who} created from ${from} on what it then used and removed (${actions})`
          : `${who} had created some of what it then read or removed (${actions}) itself, from ${from} on`,
      evidence: [main.evidence],
      speaksFor: 'exercise',
    },
  ];
}

/** Where an identity sent the same on earlier days, when it now sends it elsewhere. */
function otherPlaces({ inside, outside, window }: SourceCase): Context[] {
  return inside.flatMap(({ row }) => {
    const now = placesIn(text(row, 'settings'));
    const before = outside.filter(
      (fact) =>
        ['principal', 'action', 'outcome'].every((column) => text(fact.row, column) === text(row, column)) &&
        (readTime(fact.row.first) ?? 0) < window.from,
    );
    const places = [...new Set(before.flatMap((fact) => placesIn(text(fact.row, 'settings'))))];
    const [first] = before;
    if (now.length === 0 || !first || places.length === 0 || now.some((place) => places.includes(place))) return [];
    return [
      {
        text: `Before, ${shortName(text(row, 'principal'))} had sent the same to ${few(places.map((place) => code(place, 80)))}`,
        evidence: [first.evidence],
        speaksFor: 'own-work' as const,
      },
    ];
  });
}

/** Who started the run of a build service that did it: whoever changes a build acts with its rights. */
const startOfRun = ({ row, evidence }: Fact): Context => ({
  text: `The run of the build service was started by ${shortName(text(row, 'principal'))}${text(row, 'ip') === '' ? '' : ` from ${code(defanged(text(row, 'ip')))}`} at ${clock(readTime(row.last) ?? 0)} (${code(text(row, 'action'), 60)}${text(row, 'target') === '' ? '' : ` on ${code(text(row, 'target'), 60)}`})`,
  evidence: [evidence],
  speaksFor: 'own-work',
});

/** A name once: not its ARN beside it. */
const withoutLongForms = (values: string[]): string[] =>
  values.filter(
    (value) => !values.some((other) => other !== value && value.toLowerCase().endsWith(`/${other.toLowerCase()}`)),
  );

/** Alerts about the same entities within a day: one case, not several. */
function relatedAlerts({ relatedAlerts, subject, cases }: Gathered): Context[] {
  if (subject.at === null || subject.actors.length + subject.objects.length === 0) return [];
  // A usual address is many people's: only one that tells something makes two alerts a case.
  const telling = new Set(
    cases.flatMap(({ who, primary }) => tellingAddresses(who, primary, subject.at)).map((ip) => ip.toLowerCase()),
  );
  const ties = ({ matched }: RelatedAlert): string[] => [
    ...new Map(
      matched
        .filter((value) => !isServiceAddress(value) && (!isAddress(value) || telling.has(value.toLowerCase())))
        .map((value) => [value.toLowerCase(), value]),
    ).values(),
  ];
  const near = relatedAlerts.filter((alert) => {
    const at = readTime(alert.occurredAt);
    return alert.isOpen && ties(alert).length > 0 && at !== null && Math.abs(at - (subject.at as number)) <= DAY; // not null: looked at above
  });
  const [first] = near;
  if (!first) return [];
  const titles = [...new Set(near.map(({ title }) => `"${prose(title, 80)}"`))];
  const shared = few(withoutLongForms(ties(first)).map((value) => code(defanged(value), 60)));
  return [
    {
      text: `${near.length === 1 ? 'Another open alert' : 'Other open alerts'} of the same day ${near.length === 1 ? 'is' : 'are'} probably the same case: ${few(titles)}, also about ${shared || 'the same entities'}`,
      evidence: [first.evidence],
      speaksFor: 'case',
    },
  ];
}
