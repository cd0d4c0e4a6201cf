import { type Fact, type Gathered, text } from './case';
import type { Hit } from './find-values';
import { type Batch, candidates } from './match-rules';
import type { LogSource, Range, Rules } from './queries';
import * as ask from './queries';
import type { Run } from './run-questions';
import { among, literal } from './sql';
import { formsOf } from './subject';
import { DAY, HOUR, readTime } from './time';

/** More identities than this on one address make it an office, a proxy or a cloud: then it ties nobody together. */
export const CROWD = 6;

/** Who is behind the values of the alert in a source: their rows, and the principals that the case is about. Null: nobody. */
export async function findActors(
  gathered: Gathered,
  source: LogSource,
  { wide, found, run, batch }: { wide: Range; found: Hit[]; run: Run; batch: Batch },
): Promise<{ own: Fact[]; primary: string[] } | null> {
  const acting = found.filter(({ as }) => as !== 'target' && as !== 'text');
  const asActor = acting.length > 0;
  const values = unique((asActor ? acting : found).map(({ value }) => value));
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
  const touched = 'Who touched what the alert names?';
  if (own.length === 0 && !asActor) [own = []] = await run([[touched, ask.actedOn(source, wide, values, [])]]);
  if (own.length === 0 && !asActor && found.some(({ as }) => as === 'text'))
    [own = []] = await run([[touched, ask.actedOn(source, wide, values, [], true)]]);
  if (asActor) own = withoutPassersBy(gathered, own, values);
  if (own.length === 0) return null;
  const there = asActor ? await actingOnMachines(gathered, source, { wide, values, run, batch }) : [];
  const primary = [...primaryOf(own, values, asActor), ...there.map(({ row }) => text(row, 'principal'))];
  return { own: [...own, ...there], primary: unique(primary) };
}

/** An alert that names a machine and nobody on it is about whoever did something notable there at that time. */
async function actingOnMachines(
  gathered: Gathered,
  source: LogSource,
  { wide, values, run, batch }: { wide: Range; values: string[]; run: Run; batch: Batch },
): Promise<Fact[]> {
  const { at, actors } = gathered.subject;
  const isMachine = ({ kind }: { kind: string }): boolean => kind === 'host' || kind === 'instance';
  const machines = actors
    .filter(isMachine)
    .flatMap(formsOf)
    .filter((name) => values.includes(name));
  if (at === null || machines.length === 0 || !actors.every((one) => isMachine(one) || one.kind === 'ip')) return [];
  if (!source.mapping.expressions.detail.includes('host `')) return [];
  const near = { from: Math.max(wide.from, at - HOUR), to: Math.min(wide.to, at + HOUR) };
  const rules = await seriousRules(batch, gathered, source, wide);
  if (rules.length === 0 || near.from > near.to) return [];
  const [found = []] = await run([
    ['Who did something notable on the machine around the alert?', ask.notableOn(source, near, machines, rules)],
  ]);
  return found.slice(0, MOST_ON_MACHINE);
}

/** More people than these at once on a machine make it a server for everybody. */
const MOST_ON_MACHINE = 5;

export const unique = (values: string[]): string[] => [...new Set(values.filter((value) => value !== ''))];

/** Rules of weight that could hit anything in the range: what was done to a thing is more telling than who looked at it. */
async function seriousRules(batch: Batch, { detections }: Gathered, source: LogSource, range: Range): Promise<Rules> {
  const [names] = await batch([['Which kinds of events are there?', ask.eventNames(source, range, 'TRUE')]]);
  const list = names?.ok && !names.table?.truncated ? names.table?.rows.map((row) => text(row, 'action')) : null;
  return candidates(detections, source, list ?? null, 'medium');
}

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
  // Somewhere in the text of an event it names nobody who acted.
  const isKnownElsewhere = presence.some(({ found }) =>
    found.some(({ value, as }) => names.has(value) && as !== 'text'),
  );
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

export function addressesOf(own: Fact[], primary: string[]): string[] {
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
