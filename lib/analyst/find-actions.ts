import { type Fact, num, type SourceCase, targetsOf, text } from './case';
import { ATTEMPT_WEIGHTS, type Finding, type Level, WEIGHTS } from './finding';
import { canBeTried } from './grammar';
import { groupBy } from './group-by';
import { code } from './report/escape';
import { isReconnaissance } from './report/parts';
import { isRoaming, type Roaming, roamingOf } from './roaming';
import { rolledOutTo } from './rolled-out';
import { isServiceIdentity } from './service-identity';
import type { Detections } from './sigma/load-rules';
import type { DetectionRule } from './sigma/rule';
import { BEGUN } from './sources/azure';
import { clock, DAY, HOUR, readTime } from './time';

/** A source with the places of its identities, which are the same for each finding. */
type Placed = SourceCase & { own: Set<string> };
/** `hand`: who did it, from where and with what; of identities whose address is another every day without the address. */
const WEEK = 7 * DAY;

type Matched = { fact: Fact; rule: Rule; attempt: boolean; hand: string };
type Rule = { name: string; did: string; level: Level; of: DetectionRule };

/** Events of a source that detection rules hit, held against each principal's own baseline, grouped by what was done. */
export function findActions(source: SourceCase, detections: Detections): Finding[] {
  const placed = { ...source, own: ownPlaces(source) };
  const inside = matched(detections, source.inside, source);
  const outside = matched(detections, source.outside, source);
  const before = outside.filter(({ fact }) => (readTime(fact.row.first) ?? 0) < source.window.from);
  const made = new Set(
    inside.filter(({ fact }) => /^Create/.test(text(fact.row, 'action'))).map(({ fact }) => ownership(fact)),
  );

  const groups = new Map<string, { items: Matched[]; explained: string | null }>();
  const put = (item: Matched, explained: string | null): void => {
    const key = [
      item.rule.name,
      item.rule.did,
      item.attempt,
      explained === null,
      text(item.fact.row, 'principal'),
    ].join('\n');
    const group = groups.get(key) ?? { items: [], explained };
    group.items.push(item);
    groups.set(key, group);
  };
  const routine = new Set<Matched>();
  for (const item of inside) {
    const same = inside.filter((other) => other === item || isSame(item, other));
    const reason = explain(item, placed, before, made, busiestDay(same));
    put(item, reason);
    if (reason !== null) for (const other of before) if (isSame(item, other)) routine.add(other);
  }
  // Outside the window only what is serious and no habit counts: the way in, and what came of it.
  for (const item of outside) {
    if (item.rule.level === 'low') continue;
    const counts =
      item.rule.level === 'critical' ||
      (before.includes(item)
        ? item.rule.level === 'high' && !routine.has(item) && !isCustom(item, [...before, ...inside])
        : explain(item, placed, before, made, num(item.fact.row, 'n')) === null);
    if (counts) put(item, null);
  }
  return [...groups.values()].map(({ items, explained }) => toFinding(items, explained, source, before));
}

function matched({ rules }: Detections, facts: Fact[], source: SourceCase): Matched[] {
  const roaming = roamingOf(source.profile);
  return facts.flatMap((fact) => {
    const name = text(fact.row, 'rule');
    const of = rules.get(name);
    if (!of) return [];
    const summary = of.summary ?? `triggered the rule ${code(of.title, 100)}`;
    const own = isOnItself(fact) ? of.own : null;
    const did = own?.summary ?? summary;
    // From a new address it may be somebody else who does it to them.
    const isOwner = own !== null && isUsedBefore(fact, source);
    const level = (isOwner ? own.level : of.level) as Level; // informational rules are not asked
    return [
      {
        fact,
        rule: { name, did, level, of },
        attempt: text(fact.row, 'outcome') !== 'ok' && canBeTried(did),
        hand: handOf(fact, roaming),
      },
    ];
  });
}

/** Whether an identity is what it acts on: a user's ARN ends in the name that requests give. */
function isOnItself({ row }: Fact): boolean {
  const [principal, target] = [text(row, 'principal').toLowerCase(), text(row, 'target').toLowerCase()];
  return target !== '' && num(row, 'targets') <= 1 && (principal === target || principal.endsWith(`:user/${target}`));
}

const isUsedBefore = (fact: Fact, { profile }: SourceCase): boolean =>
  profile.some(
    ({ row }) =>
      text(row, 'principal') === text(fact.row, 'principal') &&
      text(row, 'ip') === text(fact.row, 'ip') &&
      num(row, 'n_before') > 0,
  );

/** Same hand: principal, address and tool. */
export const actorKey = (fact: Fact): string =>
  ['principal', 'ip', 'agent'].map((column) => text(fact.row, column)).join('\n');

const handOf = (fact: Fact, roaming: Roaming[]): string =>
  isRoaming(fact, roaming) ? `${text(fact.row, 'principal')}\n${text(fact.row, 'agent')}` : actorKey(fact);

/** Why a small act counts nothing: it is what the identity does. */
export const DONE_BEFORE = 'it did the same before from the same address with the same tool';

/** Why a finding counts nothing; `n`: how often the same hand did the same on one day. */
function explain(item: Matched, source: Placed, before: Matched[], made: Set<string>, n: number): string | null {
  const { fact, rule, attempt } = item;
  const deletes = /^Delete/.test(text(fact.row, 'action')) && num(fact.row, 'targets') <= 1 && !attempt;
  if (deletes && made.has(ownership(fact))) {
    return 'they deleted what they had created themselves in the same window';
  }
  if (rule.level === 'critical') return null;
  if (rolledOutTo(source, fact)) return 'the same program had been rolled out to another machine in the same way';
  if (rule.level !== 'low') {
    return isHabit(item, before, n) || isServiceAtWork(item, source, before, n)
      ? 'they did the same on earlier days from the same address with the same tool'
      : null;
  }
  const habit = source.profile.find(
    ({ row }) =>
      actorKey({ ...fact, row }) === actorKey(fact) &&
      text(row, 'action') === text(fact.row, 'action') &&
      text(row, 'outcome') === text(fact.row, 'outcome'),
  );
  const usual =
    habit &&
    isRepeated(num(habit.row, 'days_before'), num(habit.row, 'hours_before')) &&
    num(habit.row, 'n_case') <= threeDays(habit);
  if (usual) return DONE_BEFORE;
  const onlyLooked = !attempt && isReconnaissance(rule.of);
  return onlyLooked && source.own.has(actorKey(fact))
    ? 'it only looked around, from an address and with a tool that it uses on other days'
    : null;
}

/** Days on which an identity worked from an address with a tool before it counts as its own place. */
const OWN_PLACE_DAYS = 3;

/**
 * The places (see `actorKey`) that identities had worked from before, whatever they did: on enough days, by those that their rows
 * begin and end on.
 */
export function ownPlaces({ profile, window }: SourceCase): Set<string> {
  const places = new Set<string>();
  const days = new Map<string, Set<number>>();
  for (const fact of profile.filter(({ row }) => num(row, 'n_before') > 0)) {
    const key = actorKey(fact);
    const on = days.get(key) ?? new Set();
    for (const time of [readTime(fact.row.first), readTime(fact.row.last)])
      if (time !== null && time < window.from) on.add(Math.floor(time / DAY));
    days.set(key, on);
    if (on.size >= OWN_PLACE_DAYS || num(fact.row, 'days_before') >= OWN_PLACE_DAYS) places.add(key);
  }
  return places;
}

export const isRepeated = (days: number, hours: number): boolean => days >= 2 || hours >= 3;
/** The most on one day: a window is a day or two long, and what it is compared with are days. */
function busiestDay(items: Matched[]): number {
  const days = groupBy(items, ({ fact }) => `${Math.floor((readTime(fact.row.first) ?? 0) / DAY)}`);
  return Math.max(...[...days.values()].map((day) => day.reduce((sum, { fact }) => sum + num(fact.row, 'n'), 0)));
}

/** Three times the mean of an earlier day. */
const threeDays = ({ row }: Fact): number =>
  Math.ceil((3 * num(row, 'n_before')) / Math.max(1, num(row, 'days_before')));

const isSame = (a: Matched, b: Matched): boolean =>
  a.fact !== b.fact &&
  a.rule.name === b.rule.name &&
  a.attempt === b.attempt &&
  a.hand === b.hand &&
  recipientOf(a) === recipientOf(b);

/**
 * Where a share or an export went, an organization, account or bucket: whoever shares with auditors every week has no habit of sharing
 * with anybody else.
 */
function recipientOf({ fact: { row }, rule }: Matched): string {
  if (!rule.of.techniques.some((id) => /^T1(?:567|537)/.test(id))) return '';
  const outsider = /@([a-z0-9.-]+)$/i.exec(text(row, 'target'))?.[1] ?? '';
  return [outsider, ...placesIn(text(row, 'settings'))].join('\n').toLowerCase();
}

/** The accounts and buckets that details of an act name as where something went. */
export const placesIn = (details: string): string[] => [...details.matchAll(RECIPIENT)].map(([, place = '']) => place);

/** Details of an act that say who gets something. */
const RECIPIENT = /\b(?:to bucket|shared with(?: account)?) `([^`]+)`/g;

/** Done by the same hand on enough other days of `pool`, and `n` of it is not out of proportion. */
function isHabit(item: Matched, pool: Matched[], n: number): boolean {
  const same = pool.filter((other) => isSame(item, other));
  const times = same.map(({ fact }) => readTime(fact.row.first)).filter((time) => time !== null);
  const days = new Set(times.map((time) => Math.floor(time / DAY)));
  const hours = new Set(times.map((time) => Math.floor(time / HOUR)));
  const total = same.reduce((sum, { fact }) => sum + num(fact.row, 'n'), 0);
  const repeated = item.rule.level === 'high' ? days.size >= 3 : isRepeated(days.size, hours.size);
  return (repeated || isWeekly(readTime(item.fact.row.first), times)) && n <= (3 * total) / Math.max(1, days.size);
}

/**
 * What a program does seldom, such as the job of a release: done once before on another day by the same hand, to a thing and with settings
 * that differ in numbers alone, from where it works on most days.
 */
function isServiceAtWork(item: Matched, source: Placed, before: Matched[], n: number): boolean {
  if (!isServiceIdentity(text(item.fact.row, 'principal')) || item.attempt || !worksThere(item, source)) return false;
  const at = readTime(item.fact.row.first) ?? 0;
  const alike = before.filter((other) => isSame(item, other) && shapeOf(item) === shapeOf(other));
  const earlier = alike.filter(({ fact }) => (readTime(fact.row.first) ?? 0) <= at - DAY);
  return earlier.length > 0 && n <= 3 * Math.max(...earlier.map(({ fact }) => num(fact.row, 'n')));
}

/** Days on which a program worked from a place with a tool before a second time is enough for it. */
const SERVICE_DAYS = 5;
const worksThere = ({ hand, fact }: Matched, { profile }: Placed): boolean =>
  hand === actorKey(fact) &&
  profile.some(
    (known) => actorKey({ ...fact, row: known.row }) === hand && num(known.row, 'days_before') >= SERVICE_DAYS,
  );

/** What was acted on and how, whatever the numbers in it: "reindex-5-2-0" is "reindex-5-1-0" of the next release. */
const shapeOf = ({ fact: { row } }: Matched): string =>
  `${text(row, 'names')}\n${text(row, 'settings')}`.replace(/\d+/g, '0');

/** How far the same hour of another week may lie from a round number of weeks. */
const WEEKLY_SLACK = HOUR;

/** Whether two times lie a number of weeks apart, at about the same hour. */
export function isWeeksApart(earlier: number, later: number): boolean {
  const weeks = Math.round((later - earlier) / WEEK);
  return weeks > 0 && Math.abs(later - earlier - weeks * WEEK) <= WEEKLY_SLACK;
}

/** Done at the same hour of at least two earlier weeks: a job of the calendar, however few days it has run on. */
function isWeekly(time: number | null, earlier: number[]): boolean {
  if (time === null) return false;
  const weeks = earlier.flatMap((other) => {
    return isWeeksApart(other, time) ? [Math.round((time - other) / WEEK)] : [];
  });
  return new Set(weeks).size >= 2;
}

/** What a principal does again and again, whatever its address: spread over days before the case, it is no way in. */
function isCustom(item: Matched, pool: Matched[]): boolean {
  const same = pool.filter(
    (other) =>
      other.rule.name === item.rule.name &&
      other.attempt === item.attempt &&
      text(other.fact.row, 'principal') === text(item.fact.row, 'principal'),
  );
  return new Set(same.map(({ fact }) => Math.floor((readTime(fact.row.first) ?? 0) / DAY))).size >= 3;
}

const ownership = (fact: Fact): string =>
  [actorKey(fact), text(fact.row, 'action').replace(/^(Create|Delete)/, ''), text(fact.row, 'target')].join('\n');

const RANK: Level[] = ['low', 'medium', 'high', 'critical'];

/** The episodes that the facts are part of, and the facts that are part of none (outside the window). */
function rowsOf(items: Matched[], source: SourceCase): Fact[] {
  const same = (fact: Fact, episode: Fact): boolean =>
    ['principal', 'action', 'outcome', 'rule', 'thing'].every(
      (column) => text(fact.row, column) === text(episode.row, column),
    ) &&
    (readTime(fact.row.first) ?? 0) >= (readTime(episode.row.first) ?? 0) &&
    (readTime(fact.row.last) ?? 0) <= (readTime(episode.row.last) ?? 0);
  const rows = items.map(({ fact }) => source.episodes.find((episode) => same(fact, episode)) ?? fact);
  return [...new Set(rows)];
}

/** What was done in the words of its one event, where all are of one and its rule has words for it; else in those of the rule. */
function toldBy(items: Matched[]): string {
  const { did, of } = (items[0] as Matched).rule; // groups are never empty
  const names = new Set(items.map(({ fact }) => text(fact.row, 'action')));
  const [name = ''] = names;
  return names.size === 1 && did === of.summary && Object.hasOwn(of.summaries, name)
    ? (of.summaries[name] ?? did)
    : did;
}

/** Azure logs a request when it begins and when it ends: where both are there, the end tells what was done, once. */
function withoutBegun(items: Matched[]): Matched[] {
  const isBegun = ({ fact }: Matched): boolean => text(fact.row, 'action') === BEGUN;
  const ended = items.filter((item) => !isBegun(item));
  const isEnded = (begun: Matched): boolean =>
    ended.some(({ fact }) => targetsOf(begun.fact.row).every((name) => targetsOf(fact.row).includes(name)));
  return items.filter((item) => !isBegun(item) || !isEnded(item));
}

function toFinding(all: Matched[], explained: string | null, source: SourceCase, before: Matched[]): Finding {
  const items = withoutBegun(all);
  const first = items[0] as Matched; // groups are never empty
  const n = items.reduce((sum, { fact }) => sum + num(fact.row, 'n'), 0);
  const { rule, attempt } = first;
  const rows = rowsOf(items, source);
  const many = rule.of.many?.level as Level | undefined; // read with the rule
  const escalated =
    rule.of.many && many && n >= rule.of.many.count && RANK.indexOf(many) > RANK.indexOf(rule.level)
      ? many
      : rule.level;
  const level = explained === null ? escalated : rule.level;
  return {
    kind: 'action',
    did: toldBy(items),
    level,
    techniques: [...rule.of.techniques],
    principals: [...new Set(items.map(({ fact }) => text(fact.row, 'principal')))],
    attempt,
    facts: items.map(({ fact }) => fact),
    rows,
    evidence: [...new Set(rows.map(({ evidence }) => evidence))],
    n,
    // Of the rows that it is told from, whose counts are of all their events.
    first: minimum(rows.map(({ row }) => readTime(row.first))),
    last: maximum(rows.map(({ row }) => readTime(row.last))),
    explained,
    usual: explained === null ? null : (rollOutOf(items, source) ?? habitOf(items, before, source)),
    precedent: explained === null && rule.level !== 'low' && !attempt ? habitOf(items, before, source) : null,
    score: explained === null ? (attempt ? ATTEMPT_WEIGHTS : WEIGHTS)[level] : 0,
    remediation: rule.of.remediation,
    undo: rule.of.undo,
    prevention: rule.of.prevention,
    falsePositives: rule.of.falsepositives.filter((reason) => !/^(unknown|unlikely|none)\b/i.test(reason)),
    sentence: null,
    measure: null,
    amount: null,
  };
}

/** "as on `ws-3` on 2026-01-02": the other machine that got the same program before. */
function rollOutOf(items: Matched[], source: SourceCase): Finding['usual'] {
  const [same] = items.flatMap(({ fact }) => rolledOutTo(source, fact) ?? []);
  if (!same) return null;
  const { other, by, isPolicy } = same;
  const day = clock(readTime(other.row.first) ?? 0).slice(0, 10);
  const profile = source.profile.slice(0, 1).map(({ evidence }) => evidence);
  return {
    text: `as on ${code(text(other.row, 'principal'), 80)} on ${day}, ${isPolicy ? 'by a group policy of' : 'installed by'} ${code(by, 80)}`,
    evidence: [other.evidence, ...profile],
  };
}

/** "as on 28 earlier days": days before on which the same hand did the same, and to the same outsiders. */
function habitOf(items: Matched[], before: Matched[], { profile }: SourceCase): Finding['usual'] {
  const same = items.flatMap((item) => before.filter((other) => isSame(item, other)));
  const days = new Set(same.map(({ fact }) => Math.floor((readTime(fact.row.first) ?? 0) / DAY))).size;
  const evidence = [...new Set(same.map(({ fact }) => fact.evidence))];
  if (days === 0) return null;
  const [only] = same;
  if (days === 1 && only) {
    const target = text(only.fact.row, 'target');
    const other = items.some(({ fact }) => text(fact.row, 'target') === target) ? '' : ` with ${code(target, 80)}`;
    return { text: `as on ${clock(readTime(only.fact.row.first) ?? 0).slice(0, 10)}${other}`, evidence };
  }
  // The number stands in the profile, where that counts nothing else under the same name.
  const counted = profile.find(
    ({ row }) =>
      num(row, 'days_before') === days &&
      items.some(
        ({ fact }) => actorKey({ ...fact, row }) === actorKey(fact) && text(row, 'action') === text(fact.row, 'action'),
      ),
  );
  return counted
    ? { text: `as on ${days} earlier days`, evidence: [...evidence, counted.evidence] }
    : { text: 'as on several earlier days', evidence };
}

const times = (list: (number | null)[]): number[] => list.filter((time): time is number => time !== null);
export const minimum = (list: (number | null)[]): number | null =>
  times(list).length > 0 ? Math.min(...times(list)) : null;
export const maximum = (list: (number | null)[]): number | null =>
  times(list).length > 0 ? Math.max(...times(list)) : null;
