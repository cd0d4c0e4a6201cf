import { conditionalActions, knownActions } from './actions';
import { type Fact, type Gathered, num, type SourceCase, text } from './case';
import type { Coaching } from './coaching';
import { asked, noteFailure, outsideData } from './gather';
import type { LogSource, Range, Scope } from './queries';
import * as ask from './queries';
import type { Asked, Context, Outcome } from './script';
import { among, literal } from './sql';
import { clock, DAY, MINUTE, readTime } from './time';

type Found = Gathered['presence'][number]['found'];
/** More identities than this on one address make it an office, a proxy or a cloud: then it ties nobody together. */
const CROWD = 6;

/** Everything about the case in one source: who, when, what, against which baseline. Null: nothing to go on. */
export async function gatherSource(
  context: Context,
  gathered: Gathered,
  source: LogSource,
  found: Found,
  coaching: Coaching,
): Promise<SourceCase | null> {
  const at = gathered.subject.at;
  const wide = wideRange(source, at);
  const facts = (outcome: Outcome | undefined): Fact[] =>
    (outcome?.table?.rows ?? []).map((row) => ({ row, evidence: (outcome as Outcome).evidence, source }));
  const run = async (list: Question[], blocks = true): Promise<Fact[][]> => {
    const questions = list.map(([purpose, question]): Question => [`${purpose} (${source.name})`, question]);
    const outcomes = await asked(context, gathered.steps, questions);
    for (const outcome of outcomes) noteFailure(gathered, outcome, blocks);
    return outcomes.map(facts);
  };

  context.stage(`Finding who is behind them in ${source.name}`);
  const values = [...new Set(found.map(({ value }) => value))];
  const asActor = found.some(({ as }) => as !== 'target' && as !== 'text');
  const where = asActor
    ? ask.anyOf(values)
    : textMatch(
        values,
        found.some(({ as }) => as === 'target'),
      );
  const [own = []] = await run([
    [
      "Identities, keys and addresses of the alert's values",
      asActor ? ask.who(source, wide, where) : ask.actedOn(source, wide, values),
    ],
  ]);
  if (own.length === 0) return null;

  const primary = primaryOf(own, values, asActor);
  const first: Scope = {
    principals: primary,
    keys: unique(
      own.filter((fact) => primary.includes(text(fact.row, 'principal'))).map((fact) => text(fact.row, 'key')),
    ),
  };
  const addresses = addressesOf(own, primary);
  const [neighbours = [], spells = [], chains = []] = await run([
    [
      'Who else used the same addresses or keys',
      ask.who(source, wide, `${among('ip', addresses)} OR ${among('key', first.keys)}`),
    ],
    ['Spells of activity, to find the one of the alert', ask.spells(source, wide, first)],
    ...only(source.mapping.schema === 'cloudtrail', [
      'Roles they assumed, and the keys these gave',
      ask.chains(source, wide, first),
    ]),
  ]);
  const scope = widen(first, own, neighbours, chains, coaching);
  const { window, note } = chooseWindow(spells, at, source, coaching);
  const apart = outsideData(source, at);
  if (apart)
    gathered.gaps.push({ text: apart, evidence: spells.slice(0, 1).map((fact) => fact.evidence), blocks: true });

  context.stage(`Reading what they did before, during and after in ${source.name}`);
  const actions = knownActions(source.mapping.schema);
  const conditional = conditionalActions(source.mapping.schema);
  const serious = knownActions(source.mapping.schema, ['critical', 'high', 'medium']);
  const [from, to] = [window.from / 1000, window.to / 1000];
  const signIns = ask.signIns(source, wide, scope.principals, addresses);
  const conditionalHere = source.mapping.schema === 'generic' ? null : conditional;
  const [profile = [], inside = [], outside = [], reads = [], coverage = [], signs = []] = await run([
    ['What each of them did before, in and after the window (the baseline)', ask.profile(source, wide, scope, window)],
    [
      'Notable and denied actions in the window, by burst',
      ask.bursts(source, window, scope, { where: 'TRUE', actions, conditional: conditionalHere, gap: 120 }),
    ],
    [
      'Serious actions outside the window',
      ask.bursts(source, wide, scope, {
        where: `(epoch(t) < ${from} OR epoch(t) > ${to})`,
        actions: serious,
        conditional: conditionalHere,
        gap: 3600,
      }),
    ],
    ['Data they read, by day', ask.reads(source, wide, scope)],
    ['How much of the window is in the baseline', ask.coverage(source, wide, scope, window)],
    ...only(signIns !== null, ['Sign-ins by account and address', signIns as Asked]), // null is left out by the test beside it
  ]);
  const insideEvidence = evidenceOf(gathered, source, 'Notable and denied actions in the window, by burst');

  const notable = unique(inside.map((fact) => text(fact.row, 'action'))).slice(0, 100);
  const places = unique(
    inside
      .filter((fact) => /^(GetObject|SelectObjectContent)$|download|export/i.test(text(fact.row, 'action')))
      .map((fact) => text(fact.row, 'target')),
  ).slice(0, 20);
  context.stage(`Comparing with everybody else in ${source.name}`);
  const [others = [], fellows = [], readPlaces = []] = await run(
    [
      ['How common these actions are among everybody else', ask.others(source, wide, scope, notable)],
      // Its place in the list is kept, so that the answers are told apart.
      places.length > 0 || coaching.data
        ? ['Who else read from the same places', ask.fellowReaders(source, wide, places)]
        : null,
      coaching.data ? ['Data they read, by place', ask.readPlaces(source, wide, scope)] : null,
    ].filter((question): question is Question => question !== null),
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
    chains,
    insideEvidence,
    coverage,
    spells,
    profile,
    inside,
    outside,
    signIns: signs,
    reads,
    fellowReaders: fellows,
    readPlaces,
    others,
  };
}

type Question = [purpose: string, asked: Asked];
const only = (wanted: boolean, question: Question): Question[] => (wanted ? [question] : []);

/** The newest evidence number of a question, whether or not it gave rows. */
function evidenceOf(gathered: Gathered, source: LogSource, purpose: string): number {
  const steps = gathered.steps.filter((step) => step.purpose === `${purpose} (${source.name})`);
  return steps.at(-1)?.outcome.evidence ?? 0;
}

const unique = (values: string[]): string[] => [...new Set(values.filter((value) => value !== ''))];

/** 90 days before the alert to 30 days after it, as far as the source reaches; the whole source when the alert lies outside. */
function wideRange(source: LogSource, at: number | null): Range {
  const whole = ask.rangeOf(source);
  if (at === null || at < whole.from - DAY || at > whole.to + DAY) return whole;
  return { from: Math.max(whole.from, floor(at - 90 * DAY)), to: Math.min(whole.to, floor(at + 30 * DAY)) };
}

const floor = (time: number): number => Math.floor(time / 1000) * 1000;

const textMatch = (values: string[], asTarget: boolean): string =>
  asTarget
    ? among('lower(target)', values)
    : values.map((value) => `contains(lower(coalesce(params, '')), ${literal(value)})`).join(' OR ');

/** Principals that the alert's values name; when only addresses match, whoever used them (unless it is a crowd). */
function primaryOf(own: Fact[], values: string[], asActor: boolean): string[] {
  const named = own.filter(({ row }) => {
    const principal = text(row, 'principal').toLowerCase();
    const role = /assumed-role\/([^/]+)/.exec(principal)?.[1] ?? '';
    return [principal, text(row, 'login').toLowerCase(), text(row, 'key').toLowerCase(), role].some(
      (value) => value !== '' && values.includes(value),
    );
  });
  const chosen = named.length > 0 ? named : own;
  return unique(chosen.map(({ row }) => text(row, 'principal'))).slice(0, asActor ? 20 : 10);
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

/** Adds the roles assumed, and those who share a key or an address that is not a crowd's. */
function widen(first: Scope, own: Fact[], neighbours: Fact[], chains: Fact[], coaching: Coaching): Scope {
  const principals = new Set(first.principals);
  const keys = new Set(first.keys);
  for (const { row } of chains) {
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
    if (principal !== '' && (keys.has(text(row, 'key')) || !crowd)) principals.add(principal);
  }
  return { principals: [...principals].slice(0, 60), keys: [...keys].slice(0, 100) };
}

/** The spell of activity that the alert falls into, to a day after it. */
function chooseWindow(
  spells: Fact[],
  at: number | null,
  source: LogSource,
  coaching: Coaching,
): { window: Range; note: string } {
  const list = spells
    .map(({ row }) => ({ first: readTime(row.first), last: readTime(row.last), n: num(row, 'n') }))
    .filter(
      (spell): spell is { first: number; last: number; n: number } => spell.first !== null && spell.last !== null,
    );
  const newest = Math.max(...list.map((spell) => spell.last), 0);
  const point = at ?? newest;
  const gap = (spell: { first: number; last: number }): number => Math.max(0, spell.first - point, point - spell.last);
  const nearest = [...list].sort((a, b) => gap(a) - gap(b) || b.n - a.n)[0];
  if (!nearest)
    return {
      window: ask.rangeOf(source),
      note: 'the whole of the source, as its events have no time or nobody was active',
    };
  const near = gap(nearest) <= DAY;
  const centre = near ? point : nearest.last;
  const touching = list.filter(
    (spell) => spell.first <= Math.max(centre, nearest.last) && spell.last >= Math.min(centre, nearest.first),
  );
  const before = coaching.wider ? 3 * DAY : 5 * MINUTE;
  const from = Math.min(nearest.first, ...touching.map((spell) => spell.first), near ? centre : nearest.first) - before;
  const to = Math.max(nearest.last, centre) + (coaching.wider ? 7 * DAY : DAY);
  const note = near
    ? 'the spell of activity around the alert and the day after it'
    : `the spell of activity nearest to the alert (${clock(nearest.first)}) and the day after it`;
  return { window: { from: floor(from), to: floor(to) + 1000 }, note };
}
