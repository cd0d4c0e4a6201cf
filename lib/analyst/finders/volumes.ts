import { type Fact, num, type SourceCase, text } from '../case';
import { type Finding, MASS_READ } from '../finding';
import { groupBy } from '../group-by';
import { code } from '../report/escape';
import { shortName } from '../report/names';
import { cite, eventNoun, factSpan, sizeText } from '../report/parts';
import { clock, DAY, readTime } from '../time';
import { behaviour, firstOf, refused, total } from './finder';

/** From so many reads a day on, and more than three times the busiest earlier day, it is far more than before. */
const LEAST_READS = 20;
const MANY_READS = 100;

/** Data read in the window against the busiest earlier day of the same principal. */
export function volumes(source: SourceCase): Finding[] {
  const from = Math.floor(source.window.from / DAY);
  const to = Math.floor(source.window.to / DAY);
  const busiest = (facts: Fact[]): Fact | undefined => [...facts].sort((a, b) => num(b.row, 'n') - num(a.row, 'n'))[0];
  const granted = source.reads.filter((fact) => !refused(fact));
  const groups = groupBy(granted, ({ row }) => `${text(row, 'principal')}\n${text(row, 'action')}`);
  return [...groups.values()].flatMap((facts) => {
    const now = busiest(facts.filter(({ row }) => num(row, 'day') >= from && num(row, 'day') <= to));
    if (!now || num(now.row, 'n') < LEAST_READS) return [];
    const before = busiest(facts.filter(({ row }) => num(row, 'day') < from));
    if (before && num(now.row, 'n') <= 3 * num(before.row, 'n')) return [];
    if (!before && isSteady(source, facts)) return [];
    return [massRead(source, now, before)];
  });
}

/**
 * Reads that begin with the log, or with the first day of it, and are as many on another day: nothing says that it was less before.
 */
function isSteady({ source, window }: SourceCase, facts: Fact[]): boolean {
  const begins = source.from === null ? null : Math.floor(source.from / DAY);
  const days = [...groupBy(facts, ({ row }) => `${num(row, 'day')}`).values()].map(total);
  const [most = 0, next = 0] = days.sort((a, b) => b - a);
  return begins !== null && Math.floor(window.from / DAY) <= begins && most <= 3 * next;
}

function massRead(source: SourceCase, now: Fact, before: Fact | undefined): Finding {
  const [action, n] = [text(now.row, 'action'), num(now.row, 'n')];
  const bytes = now.row.bytes === null || now.row.bytes === undefined ? null : num(now.row, 'bytes');
  const calls = `${n} ${code(action)} ${eventNoun(now)}s`;
  const measure = `${calls}${bytes ? `, ${sizeText(bytes)}` : ''}`;
  const from = placesOf(source, now);
  const burst = burstOf(source, now);
  const inBurst = burst ? num(burst.row, 'n') : n;
  const during = `${inBurst < n ? ` on ${dayOf(now)}, ${inBurst} of them ${sameDay(factSpan(burst ?? now))}` : `, ${factSpan(now)}`}`;
  const compared = before
    ? `the busiest earlier day had ${num(before.row, 'n')} ${cite([before.evidence])}`
    : `no earlier day in the logs has any ${cite([now.evidence])}`;
  const finding = behaviour(
    n >= MANY_READS ? 'high' : 'medium',
    [techniqueOf(action)],
    MASS_READ,
    [now],
    `${shortName(text(now.row, 'principal'))} ${eventNoun(now) === 'call' ? 'made' : 'caused'} ${calls}${bytes ? ` (${sizeText(bytes)})` : ''}${during} ${cite([now.evidence, burst?.evidence ?? 0])}; ${compared}.`,
    null,
    { measure, amount: { action, n, bytes, places: from.places } },
  );
  const evidence = [...finding.evidence, ...from.evidence];
  return burst
    ? { ...finding, evidence, first: firstOf(burst), last: readTime(burst.row.last) }
    : { ...finding, evidence };
}

/** A span of the day that was just said. */
const sameDay = (spanned: string): string => spanned.replace(/^\d{4}-\d\d-\d\d (?=\S+$)/, '');
const dayOf = (fact: Fact): string => clock(firstOf(fact)).slice(0, 10);

const MOST_PLACES = 3;

/** The buckets or folders that were read from that day, where they are few enough to be named. */
function placesOf(source: SourceCase, { row }: Fact): { places: string[]; evidence: number[] } {
  const own = source.inside.filter(
    (fact) =>
      text(fact.row, 'principal') === text(row, 'principal') &&
      text(fact.row, 'action') === text(row, 'action') &&
      Math.floor(firstOf(fact) / DAY) === num(row, 'day'),
  );
  const places = [...new Set(own.map((fact) => text(fact.row, 'target')))].filter(Boolean);
  const isWhole = own.every((fact) => num(fact.row, 'targets') <= 1) && places.length <= MOST_PLACES;
  return isWhole ? { places, evidence: own.slice(0, 1).map(({ evidence }) => evidence) } : { places: [], evidence: [] };
}

/** The episode or session that holds nearly all of a day's reads: its times say when, the day's say only which day. */
function burstOf(source: SourceCase, { row }: Fact): Fact | undefined {
  // A source without rules for reads has no episodes of them: its sessions tell the same.
  return [...source.episodes, ...source.sessions].find(
    (episode) =>
      text(episode.row, 'principal') === text(row, 'principal') &&
      [text(row, 'action'), ''].includes(text(episode.row, 'action')) &&
      Math.floor(firstOf(episode) / DAY) === num(row, 'day') &&
      num(episode.row, 'n') >= 0.9 * num(row, 'n') &&
      num(episode.row, 'n') <= num(row, 'n'),
  );
}

function techniqueOf(action: string): string {
  if (/Secret/.test(action)) return 'T1555.006';
  if (/Parameter/.test(action)) return 'T1555';
  return /Password/.test(action) ? 'T1552' : 'T1530';
}
