import { asked, noteFailure } from './ask-sources';
import { type Fact, type Gathered, num, type SourceCase, text } from './case';
import { covers } from './choose-sources';
import type { Coaching } from './coaching';
import type { Hit } from './find-values';
import { type Batch, batchOf, candidates, matchRules } from './match-rules';
import type { LogSource, Range, Rules, Scope } from './queries';
import * as ask from './queries';
import type { Asked, Context, Outcome } from './script';
import { correlationSql } from './sigma/to-sql';
import { among, literal } from './sql';
import { formsOf } from './subject';
import { clock, DAY, HOUR, iso, MINUTE, readTime } from './time';

/** A session that ended at most this long before the case's own is part of the case. */
const LEAD_IN = 2 * HOUR;
/** More identities than this on one address make it an office, a proxy or a cloud: then it ties nobody together. */
const CROWD = 6;

/** Everything about the case in one source: who, when, what, against which baseline. Null: nothing to go on. */
export async function gatherSource(
  context: Context,
  gathered: Gathered,
  source: LogSource,
  found: Hit[],
  coaching: Coaching,
): Promise<SourceCase | null> {
  const at = gathered.subject.at;
  const wide = wideRange(source, at);
  const facts = (outcome: Outcome | undefined): Fact[] =>
    (outcome?.table?.rows ?? []).map((row) => ({ row, evidence: (outcome as Outcome).evidence, source }));
  /** A question that nothing could answer is null: it is not asked, and has no rows. */
  const run = async (list: (Question | null)[], blocks = true): Promise<Fact[][]> => {
    const questions = list.filter((question) => question !== null);
    const outcomes = await asked(context, gathered.steps, questions, source.name);
    for (const outcome of outcomes) noteFailure(gathered, outcome, blocks);
    let at = 0;
    return list.map((question) => (question === null ? [] : facts(outcomes[at++])));
  };

  const { detections } = gathered;
  const batch = batchOf(context, gathered, source);

  context.stage(`Finding who is behind them in ${source.name}`);
  const values = [...new Set(found.map(({ value }) => value))];
  const asActor = found.some(({ as }) => as !== 'target' && as !== 'text');
  const where = asActor
    ? ask.anyOf(values)
    : textMatch(
        values,
        found.some(({ as }) => as === 'target'),
      );
  const who = 'Who is behind the values of the alert?';
  let [own = []] = asActor
    ? await run([[who, ask.who(source, wide, where)]])
    : await run([[who, ask.actedOn(source, wide, values, await seriousRules(batch, gathered, source, wide))]]);
  if (own.length === 0 && !asActor)
    [own = []] = await run([['Who touched what the alert names?', ask.actedOn(source, wide, values, [])]]);
  if (asActor) own = withoutPassersBy(gathered, own, values);
  if (own.length === 0) return null;

  const primary = primaryOf(own, values, asActor);
  const first: Scope = {
    principals: primary,
    keys: unique(
      own.filter((fact) => primary.includes(text(fact.row, 'principal'))).map((fact) => text(fact.row, 'key')),
    ),
  };
  const addresses = addressesOf(own, primary);
  const telling = new Set(tellingAddresses(own, primary, at));
  const [neighbours = [], sessions = [], roleChains = []] = await run([
    when(addresses.length + first.keys.length > 0, [
      'Who else used the same addresses or keys?',
      ask.who(source, wide, `${among('ip', addresses)} OR ${among('key', first.keys)}`),
    ]),
    ['When were they active?', ask.sessions(source, wide, first)],
    when(source.mapping.schema === 'cloudtrail', ['Which roles did they assume?', ask.roleChains(source, wide, first)]),
  ]);
  const scope = widen(first, own, neighbours, roleChains, coaching.others ? new Set(addresses) : telling, coaching);
  const { window, note } = chooseWindow(sessions, at, source, coaching);

  context.stage(`Reading what they did before, during and after in ${source.name}`);
  const [from, to] = [window.from / 1000, window.to / 1000];
  const rules = await matchRules(batch, detections, source, wide, ask.inScope(scope));
  const serious = rules.filter(([, rule]) => rule.level !== 'low');
  const signIns = ask.signIns(source, wide, scope.principals, [...telling]);
  const [profile = [], inside = [], episodes = [], outside = [], reads = [], coverage = [], signs = []] = await run([
    ['What did they do before, in and after the window?', ask.profile(source, wide, scope, window)],
    [INSIDE, ask.bursts(source, window, scope, { where: 'TRUE', rules, gap: 120 })],
    ['What happened, in episodes?', ask.episodes(source, window, scope, { where: 'TRUE', rules, gap: 3600 })],
    [
      'What serious actions lie outside the window?',
      ask.bursts(source, wide, scope, {
        where: `(epoch(t) < ${from} OR epoch(t) > ${to})`,
        rules: serious,
        gap: 3600,
      }),
    ],
    ['What data did they read each day?', ask.reads(source, wide, scope)],
    ['How much of the window is in the baseline?', ask.coverage(source, wide, scope, window)],
    ['Who signed in, from where?', signIns],
  ]);
  const insideEvidence = evidenceOf(gathered, source, INSIDE);

  const notable = unique(inside.map((fact) => text(fact.row, 'action'))).slice(0, 100);
  const places = unique(
    inside
      .filter((fact) => /^(GetObject|SelectObjectContent)$|download|export/i.test(text(fact.row, 'action')))
      .map((fact) => text(fact.row, 'target')),
  ).slice(0, 20);
  const correlations = await correlate(gathered, source, window, rules, run);
  context.stage(`Comparing with everyone else in ${source.name}`);
  const readsData = coaching.data && reads.length > 0;
  const [others = [], readers = [], readPlaces = [], ownWork = [], hosts = [], regular = []] = await run(
    [
      when(notable.length > 0, ['Who else does these actions?', ask.others(source, wide, scope, notable)]),
      when(places.length > 0, ['Who else read from the same places?', ask.otherReaders(source, wide, places)]),
      when(readsData, ['What data did they read, by place?', ask.readPlaces(source, wide, scope)]),
      when(source.mapping.schema === 'cloudtrail', [
        'Did they create what they read or deleted?',
        ask.ownWork(source, window, scope),
      ]),
      when(source.mapping.schema === 'cloudtrail' && notable.length > 0, [
        'Which outside hosts do their changes name?',
        ask.hosts(source, wide, scope, window),
      ]),
      when(source.mapping.schema === 'generic' && addresses.length > 0, [
        'Did they connect to one place at regular times?',
        ask.regular(source, window, addresses),
      ]),
    ],
    false,
  );
  return {
    source,
    scope,
    primary,
    window,
    wide,
    windowNote: note,
    who: own,
    neighbours,
    roleChains,
    insideEvidence,
    coverage,
    sessions,
    profile,
    inside,
    episodes,
    outside,
    signIns: signs,
    reads,
    correlations,
    regular,
    otherReaders: readers,
    readPlaces,
    ownWork,
    hosts,
    others,
  };
}

/** Rules of weight that could hit anything in the range: what was done to a thing is more telling than who looked at it. */
async function seriousRules(batch: Batch, { detections }: Gathered, source: LogSource, range: Range): Promise<Rules> {
  const [names] = await batch([['Which kinds of events are there?', ask.eventNames(source, range, 'TRUE')]]);
  const list = names?.ok && !names.table?.truncated ? names.table?.rows.map((row) => text(row, 'action')) : null;
  return candidates(detections, source, list ?? null, 'medium');
}

/** Groups that reach the threshold of a correlation whose rules hit in this case. */
async function correlate(
  { detections }: Gathered,
  source: LogSource,
  window: Range,
  rules: Rules,
  run: (list: (Question | null)[]) => Promise<Fact[][]>,
): Promise<SourceCase['correlations']> {
  const hit = new Map(rules);
  const reached = detections.correlations.filter(({ rule, of }) =>
    rule.type === 'temporal' || rule.type === 'temporal_ordered'
      ? of.every((name) => hit.has(name))
      : of.some((name) => hit.has(name)),
  );
  const questions = reached.map(({ rule, of }): Question => {
    const rulesOf = of.flatMap((name) => detections.rules.get(name) ?? []);
    const args = { from: iso(window.from), to: iso(window.to), limit: 100 };
    const sql = correlationSql(rule, rulesOf, { name: source.name, fields: source.fields });
    return [`Is this correlation reached: ${rule.title}?`, { name: 'logs__query', args: { sql, ...args } }];
  });
  const facts = await run(questions);
  return reached.map(({ rule }, index) => ({ rule, facts: facts[index] ?? [] }));
}

const INSIDE = 'Which notable or denied actions lie in the window?';

type Question = [purpose: string, asked: Asked];
const when = (wanted: boolean, question: Question): Question | null => (wanted ? question : null);

/** The newest evidence number of a question, whether or not it gave rows. */
function evidenceOf(gathered: Gathered, source: LogSource, purpose: string): number {
  const steps = gathered.steps.filter((step) => step.purpose === purpose && step.source === source.name);
  return steps.at(-1)?.outcome.evidence ?? 0;
}

const unique = (values: string[]): string[] => [...new Set(values.filter((value) => value !== ''))];

/** 90 days before the alert to 30 days after it, as far as the source reaches; the whole source when the alert lies outside. */
function wideRange(source: LogSource, at: number | null): Range {
  const whole = ask.rangeOf(source);
  if (at === null || !covers(source, at)) return whole;
  return { from: Math.max(whole.from, floor(at - 90 * DAY)), to: Math.min(whole.to, floor(at + 30 * DAY)) };
}

const floor = (time: number): number => Math.floor(time / 1000) * 1000;

const textMatch = (values: string[], asTarget: boolean): string =>
  asTarget
    ? among('lower(target)', values)
    : values.map((value) => `contains(lower(coalesce(params, '')), ${literal(value)})`).join(' OR ');

/**
 * Principals that the alert's values name; when only addresses match, whoever used them (unless it is a crowd). A role that many
 * people work in names none of them where the alert names one.
 */
function primaryOf(own: Fact[], values: string[], asActor: boolean): string[] {
  const isNamed = (value: string): boolean => value !== '' && values.includes(value);
  const byName = own.filter(({ row }) => {
    const login = text(row, 'login').toLowerCase();
    return [
      text(row, 'principal').toLowerCase(),
      login,
      login.split('@')[0] ?? '',
      text(row, 'key').toLowerCase(),
    ].some(isNamed);
  });
  const byRole = own.filter(({ row }) =>
    isNamed(/assumed-role\/([^/]+)/.exec(text(row, 'principal').toLowerCase())?.[1] ?? ''),
  );
  const isCrowd = new Set(byRole.map(({ row }) => text(row, 'principal'))).size > CROWD;
  const named = byName.length > 0 && isCrowd ? byName : [...byName, ...byRole];
  const chosen = named.length > 0 ? named : own;
  return unique(chosen.map(({ row }) => text(row, 'principal'))).slice(0, asActor ? 20 : 10);
}

/**
 * Where the alert's identity is known elsewhere and here only its address occurs, those at the address are strangers unless it is new
 * and not a crowd's: an office has many of them.
 */
function withoutPassersBy({ subject, presence }: Gathered, own: Fact[], values: string[]): Fact[] {
  const byAddress = values.every(isAddress);
  const names = new Set(subject.actors.filter(({ kind }) => kind !== 'ip').flatMap(formsOf));
  const isKnownElsewhere = presence.some(({ found }) => found.some(({ value }) => names.has(value)));
  if (!byAddress || !isKnownElsewhere) return own;
  const principals = unique(own.map(({ row }) => text(row, 'principal')));
  const telling = tellingAddresses(own, principals, subject.at);
  const at = (ip: string): Fact[] => own.filter(({ row }) => text(row, 'ip') === ip);
  return telling.flatMap((ip) =>
    unique(at(ip).map(({ row }) => text(row, 'principal'))).length > CROWD ? [] : at(ip),
  );
}

const ADDRESS = /^[0-9a-f.:]{3,45}$/i;
export const isAddress = (value: string): boolean => ADDRESS.test(value) && /\d/.test(value);

function addressesOf(own: Fact[], primary: string[]): string[] {
  return unique(
    own
      .filter(({ row }) => primary.includes(text(row, 'principal')) && isAddress(text(row, 'ip')))
      .map(({ row }) => text(row, 'ip')),
  ).slice(0, 20);
}

/**
 * Addresses that tie people together: those that the case's identities did not use before its days. At their usual place they meet
 * colleagues, which says nothing, also where the alert names it.
 */
export function tellingAddresses(own: Fact[], primary: string[], at: number | null): string[] {
  const used = own.filter(({ row }) => primary.includes(text(row, 'principal')) && isAddress(text(row, 'ip')));
  const begins = (fact: Fact): number => readTime(fact.row.first) ?? 0;
  return unique(used.map(({ row }) => text(row, 'ip'))).filter(
    (ip) =>
      at === null || used.filter(({ row }) => text(row, 'ip') === ip).every((fact) => begins(fact) >= at - 2 * DAY),
  );
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

/** The session of activity that the alert falls into, to a day after it. */
function chooseWindow(
  sessions: Fact[],
  at: number | null,
  source: LogSource,
  coaching: Coaching,
): { window: Range; note: string } {
  const list = sessions
    .map(({ row }) => ({ first: readTime(row.first), last: readTime(row.last), n: num(row, 'n') }))
    .filter(
      (session): session is { first: number; last: number; n: number } =>
        session.first !== null && session.last !== null,
    );
  const newest = Math.max(...list.map((session) => session.last), 0);
  const point = at ?? newest;
  const gap = (session: { first: number; last: number }): number =>
    Math.max(0, session.first - point, point - session.last);
  const nearest = [...list].sort((a, b) => gap(a) - gap(b) || b.n - a.n)[0];
  if (!nearest)
    return {
      window: ask.rangeOf(source),
      note: 'the whole of the source, as its events have no time or nobody was active',
    };
  const near = gap(nearest) <= DAY;
  const centre = near ? point : nearest.last;
  const touching = list.filter(
    (session) => session.first <= Math.max(centre, nearest.last) && session.last >= Math.min(centre, nearest.first),
  );
  const before = coaching.wider ? 3 * DAY : 5 * MINUTE;
  const start = Math.min(nearest.first, ...touching.map((session) => session.first), near ? centre : nearest.first);
  // What the same identities did shortly before belongs to it: a pause is not another day's work.
  const led = list.filter((session) => session.last < start && session.last >= start - LEAD_IN);
  const from = Math.min(start, ...led.map((session) => Math.max(session.first, start - 2 * LEAD_IN))) - before;
  const to = Math.max(nearest.last, centre) + (coaching.wider ? 7 * DAY : DAY);
  const note = near
    ? 'the session around the alert and the day after it'
    : `the session nearest to the alert (${clock(nearest.first)}) and the day after it`;
  return { window: { from: floor(from), to: floor(to) + 1000 }, note };
}
