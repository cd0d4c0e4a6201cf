import { type Fact, num } from './case';
import { covers } from './choose-sources';
import type { Coaching } from './coaching';
import type { LogSource, Range } from './queries';
import * as ask from './queries';
import { clock, DAY, HOUR, MINUTE, readTime } from './time';

/** A session that ended at most this long before the case's own is part of the case. */
const LEAD_IN = 2 * HOUR;

/** 90 days before the alert to 30 days after it, as far as the source reaches; the whole source when the alert lies outside. */
export function wideRange(source: LogSource, at: number | null): Range {
  const whole = ask.rangeOf(source);
  if (at === null || !covers(source, at)) return whole;
  return { from: Math.max(whole.from, floor(at - 90 * DAY)), to: Math.min(whole.to, floor(at + 30 * DAY)) };
}

const floor = (time: number): number => Math.floor(time / 1000) * 1000;

/** The session of activity that the alert falls into, to a day after it. */
export function chooseWindow(
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
