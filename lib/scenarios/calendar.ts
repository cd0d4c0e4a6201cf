import type { Random } from './random';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The time that the logs cover, ms since 1970. */
export type Span = { from: number; to: number };

/** Midnights (UTC) of the days that a span touches, oldest first. */
export function daysOf({ from, to }: Span): number[] {
  const days: number[] = [];
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) days.push(day);
  return days;
}

export const isWeekend = (day: number): boolean => [0, 6].includes(new Date(day).getUTCDay());

/** The nearest working day at least `back` days before the last midnight of the span. */
export function workday(span: Span, back: number): number {
  let day = Math.floor(span.to / DAY) * DAY - back * DAY;
  while (isWeekend(day)) day -= DAY;
  return day;
}

/** A moment of somebody's working day: most in the morning and after lunch, few at the edges. `offset`: hours from UTC. */
export function workingTime(random: Random, day: number, offset: number): number {
  const centre = random.chance(0.55) ? 10.2 : 15;
  const hour = centre + (random.next() + random.next() + random.next() - 1.5) * 3.2;
  return Math.floor(day + (Math.min(19.5, Math.max(6.5, hour)) - offset) * HOUR + random.int(0, 999));
}

/** A moment of a day at which nobody works in particular. */
export const anyTime = (random: Random, day: number): number => day + random.int(0, DAY - 1);

export const iso = (time: number): string => new Date(time).toISOString();
/** As CloudTrail writes it, without fractions of seconds. */
export const isoSeconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** A clock that advances by a random time at each look. */
export function ticking(random: Random, start: number): (atLeast: number, atMost: number) => number {
  let at = start;
  return (atLeast, atMost) => {
    at += random.int(atLeast, atMost);
    return at;
  };
}
