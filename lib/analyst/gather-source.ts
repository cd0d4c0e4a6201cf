import * as behaviour from './behaviour-queries';
import { type Fact, type Gathered, type SourceCase, text } from './case';
import { chooseWindow, wideRange } from './choose-window';
import type { Coaching } from './coaching';
import { addressesOf, CROWD, findActors, tellingAddresses, unique } from './find-actors';
import type { Hit } from './find-values';
import { type Batch, batchOf, isGeneral, matchRules } from './match-rules';
import { moveOn } from './move-on';
import type { LogSource, Range, Rules, Scope } from './queries';
import * as ask from './queries';
import { acceptedPlaces, scannersIn } from './refused-connections';
import { roamingOf } from './roaming';
import { type Question, type Run, runOn } from './run-questions';
import type { Context } from './script';
import { applicableRules } from './sigma/applicable';
import { correlationSql } from './sigma/to-sql';
import { among } from './sql';
import { DAY, iso } from './time';

/** Everything about the case in one source: who, when, what, against which baseline. Null: nothing to go on. */
export async function gatherSource(
  context: Context,
  gathered: Gathered,
  source: LogSource,
  found: Hit[],
  coaching: Coaching,
): Promise<SourceCase | null> {
  const wide = wideRange(source, gathered.subject.at);
  const run = runOn(context, gathered, source);
  const batch = batchOf(context, gathered, source);
  context.stage(`Finding who is behind them in ${source.name}`);
  const actors = await findActors(gathered, source, { wide, found, run, batch });
  if (!actors) return null;
  const place: Place = { gathered, source, wide, run, batch };
  const around = await lookAround(place, actors, coaching);
  context.stage(`Reading what they did before, during and after in ${source.name}`);
  const { rules, ...deeds } = await readDeeds(place, around);
  const correlations = await correlate(place, around.window, rules);
  context.stage(`Comparing with everyone else in ${source.name}`);
  const compared = await compare(place, around, deeds, coaching);
  const { own: who, primary } = actors;
  const { addresses: _, telling: __, ...placed } = around;
  return { source, wide, who, primary, ...placed, ...deeds, ...compared, correlations };
}

/** What is asked of, and how. */
type Place = { gathered: Gathered; source: LogSource; wide: Range; run: Run; batch: Batch };
type Around = Pick<
  SourceCase,
  'scope' | 'window' | 'windowNote' | 'neighbours' | 'moves' | 'roleChains' | 'sessions' | 'given'
> & {
  addresses: string[];
  telling: string[];
};
type Deeds = Pick<
  SourceCase,
  'profile' | 'inside' | 'insideEvidence' | 'episodes' | 'outside' | 'reads' | 'coverage' | 'signIns'
>;

/** Who else is with them, which roles they took, when they were active: whom and when the case is about. */
async function lookAround(
  { gathered, source, wide, run }: Place,
  { own, primary }: { own: Fact[]; primary: string[] },
  coaching: Coaching,
): Promise<Around> {
  const at = gathered.subject.at;
  const first: Scope = {
    principals: primary,
    keys: unique(
      own.filter((fact) => primary.includes(text(fact.row, 'principal'))).map((fact) => text(fact.row, 'key')),
    ),
  };
  const addresses = addressesOf(own, primary);
  const telling = tellingAddresses(own, primary, at);
  const [neighbours = [], sessions = [], roleChains = []] = await run([
    when(addresses.length + first.keys.length > 0, [
      'Who else used the same addresses or keys?',
      ask.who(source, wide, `${among('ip', addresses)} OR ${among('key', first.keys)}`),
    ]),
    ['When were they active?', ask.sessions(source, wide, first)],
    when(source.mapping.schema === 'cloudtrail', ['Which roles did they assume?', ask.roleChains(source, wide, first)]),
  ]);
  const meeting = new Set(coaching.others ? addresses : telling);
  const widened = widen(first, own, neighbours, roleChains, meeting, coaching);
  const given = await sessionsGiven({ source, wide, run, at }, widened, telling);
  widened.principals.push(...unique(given.map(({ row }) => text(row, 'given'))));
  const { scope, moves } = await moveOn({ source, wide, run, at }, widened, own, neighbours);
  const { window, note } = chooseWindow(sessions, at, source, coaching);
  return { scope, window, windowNote: note, neighbours, moves, roleChains, sessions, given, addresses, telling };
}

/** Sessions of whoever came from an address that is new, with the address inside that each was given: their acts inside stand under it. */
async function sessionsGiven(
  { source, wide, run, at }: { source: LogSource; wide: Range; run: Run; at: number | null },
  scope: Scope,
  telling: string[],
): Promise<Fact[]> {
  const { given } = source.mapping;
  if (given === undefined || at === null || telling.length === 0) return [];
  const around = { from: Math.max(wide.from, at - DAY), to: Math.min(wide.to, at + DAY) };
  const [sessions = []] = await run([
    ['Which addresses inside were their sessions given?', behaviour.givenAddresses(source, around, scope, given)],
  ]);
  return sessions.filter(({ row }) => telling.includes(text(row, 'ip')));
}

/** What they did in the window, before and after. */
async function readDeeds(
  { gathered, source, wide, run, batch }: Place,
  { scope, window, telling }: Around,
): Promise<Deeds & { rules: Rules }> {
  const [from, to] = [window.from / 1000, window.to / 1000];
  const rules = await matchRules(batch, gathered.detections, source, wide, ask.inScope(scope));
  const isSmall = rules.some(([, rule]) => isGeneral(rule) && rule.level === 'medium');
  // A product's own low rules keep their events from a general one of medium level.
  const serious = rules.filter(([, rule]) => rule.level !== 'low' || (isSmall && !isGeneral(rule)));
  const outsideWhere = `(epoch(t) < ${from} OR epoch(t) > ${to})`;
  const [profile = [], inside = [], episodes = [], outside = [], reads = [], signIns = []] = await run([
    ['What did they do before, in and after the window?', ask.profile(source, wide, scope, window)],
    [INSIDE, ask.bursts(source, window, scope, { where: 'TRUE', rules, gap: 120 })],
    [
      'Which notable or denied actions lie in the window?',
      ask.episodes(source, window, scope, { where: 'TRUE', rules, gap: 3600 }),
    ],
    [
      'What serious actions lie outside the window?',
      ask.bursts(source, wide, scope, { where: outsideWhere, rules: serious, gap: 3600 }),
    ],
    ['What data did they read each day?', ask.reads(source, wide, scope)],
    ['Who signed in, from where?', ask.signIns(source, wide, scope.principals, telling)],
  ]);
  const roaming = roamingOf(profile);
  const [coverage = []] = await run([
    ['How much of the window is in the baseline?', ask.coverage(source, wide, scope, window, roaming)],
  ]);
  const insideEvidence = evidenceOf(gathered, source, INSIDE);
  return { rules, profile, inside, insideEvidence, episodes, outside, reads, coverage, signIns };
}

/** What others do, and what else the case's own events say of the place. */
async function compare(
  { source, wide, run }: Place,
  { scope, window, addresses }: Around,
  { inside, reads }: Deeds,
  coaching: Coaching,
): Promise<
  Pick<
    SourceCase,
    'others' | 'otherReaders' | 'readPlaces' | 'ownWork' | 'hosts' | 'regular' | 'accepted' | 'tunnels' | 'fleet'
  >
> {
  const notable = unique(inside.map((fact) => text(fact.row, 'action'))).slice(0, 100);
  const places = unique(
    inside
      .filter((fact) => /^(GetObject|SelectObjectContent)$|download|export/i.test(text(fact.row, 'action')))
      .map((fact) => text(fact.row, 'target')),
  ).slice(0, 20);
  const isAws = source.mapping.schema === 'cloudtrail';
  const { dnsName = '' } = source.mapping;
  const scanners = scannersIn(inside);
  const [
    others = [],
    otherReaders = [],
    readPlaces = [],
    ownWork = [],
    hosts = [],
    regular = [],
    accepted = [],
    tunnels = [],
    fleet = [],
  ] = await run(
    [
      when(notable.length > 0, ['Who else does these actions?', ask.others(source, wide, scope, notable)]),
      when(places.length > 0, ['Who else read from the same places?', ask.otherReaders(source, wide, places)]),
      when(coaching.data && reads.length > 0, [
        'What data did they read, by place?',
        ask.readPlaces(source, wide, scope),
      ]),
      when(isAws, ['Did they create what they read or deleted?', behaviour.ownWork(source, window, scope)]),
      when(source.mapping.hasRequest === true && notable.length > 0, [
        'Which outside hosts do their changes name?',
        behaviour.hosts(source, wide, scope, window),
      ]),
      when(source.mapping.schema === 'generic' && (addresses.length > 0 || source.mapping.connects !== undefined), [
        'Did they connect to one place at regular times?',
        behaviour.regular(source, window, addresses, scope.principals),
      ]),
      when(scanners.length > 0, ['Which of their connections were accepted?', acceptedPlaces(source, wide, scanners)]),
      when(dnsName !== '' && addresses.length > 0, [
        'Did they ask for many long names of one domain?',
        behaviour.tunnels(source, wide, window, addresses, dnsName),
      ]),
      when(source.mapping.hasLogons === true && notable.length > 0, [
        'Which programs had other machines run before?',
        behaviour.fleet(source, wide, scope, window),
      ]),
    ],
    false,
  );
  return { others, otherReaders, readPlaces, ownWork, hosts, regular, accepted, tunnels, fleet };
}

/** Groups that reach the threshold of a correlation whose rules hit in this case. */
async function correlate(
  { gathered: { detections }, source, run }: Place,
  window: Range,
  rules: Rules,
): Promise<SourceCase['correlations']> {
  const hit = new Map(rules);
  // Rules that are only counted are not asked on their own: whether they hit, only the correlation says.
  const asked = new Set(detections.rules.values());
  const reached = detections.correlations.filter(({ rule, of, parts }) => {
    if (applicableRules(parts, source, null).length < parts.length) return false;
    const mayHit = parts.map((part, index) => hit.has(of[index] ?? '') || !asked.has(part));
    return rule.type.startsWith('temporal') ? mayHit.every(Boolean) : mayHit.some(Boolean);
  });
  const questions = reached.map(({ rule, parts: rulesOf }): Question => {
    const args = { from: iso(window.from), to: iso(window.to), limit: 100 };
    const sql = correlationSql(rule, rulesOf, { name: source.name, fields: source.fields, rare: source.rare });
    return [`Is this correlation reached: ${rule.title}?`, { name: 'logs__query', args: { sql, ...args } }];
  });
  const facts = await run(questions);
  return reached.map(({ rule }, index) => ({ rule, facts: facts[index] ?? [] }));
}

const INSIDE = 'Which notable or denied actions lie in the window?';

const when = (wanted: boolean, question: Question): Question | null => (wanted ? question : null);

/** The newest evidence number of a question, whether or not it gave rows. */
function evidenceOf(gathered: Gathered, source: LogSource, purpose: string): number {
  const steps = gathered.steps.filter((step) => step.purpose === purpose && step.source === source.name);
  return steps.at(-1)?.outcome.evidence ?? 0;
}

/** Adds the roles assumed, and those who share a key or an address that tells something and is not a crowd's. */
function widen(
  first: Scope,
  own: Fact[],
  neighbours: Fact[],
  roleChains: Fact[],
  telling: Set<string>,
  coaching: Coaching,
): Scope {
  const principals = new Set(first.principals);
  const keys = new Set(first.keys);
  for (const { row } of roleChains) {
    const identity = text(row, 'new_identity');
    if (identity !== '')
      principals.add(identity.includes('@') ? identity : identity.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1'));
    if (text(row, 'new_key') !== '') keys.add(text(row, 'new_key'));
  }
  const onAddress = new Map<string, Set<string>>();
  for (const { row } of [...own, ...neighbours]) {
    const users = onAddress.get(text(row, 'ip')) ?? new Set();
    onAddress.set(text(row, 'ip'), users.add(text(row, 'principal')));
  }
  for (const { row } of neighbours) {
    const principal = text(row, 'principal');
    const crowd = (onAddress.get(text(row, 'ip'))?.size ?? 0) > (coaching.others ? CROWD * 3 : CROWD);
    const meets = telling.has(text(row, 'ip')) && !crowd;
    if (principal !== '' && (keys.has(text(row, 'key')) || meets)) principals.add(principal);
  }
  return { principals: [...principals].slice(0, 60), keys: [...keys].slice(0, 100) };
}
