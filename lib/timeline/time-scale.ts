/** A linear scale of time and its ticks. Pure. */

export type Domain = readonly [from: number, to: number];

/** Milliseconds to pixels. */
export const position = (time: number, [from, to]: Domain, width: number): number =>
  ((time - from) / Math.max(1, to - from)) * width;

/** Pixels to milliseconds. */
export const timeAt = (x: number, [from, to]: Domain, width: number): number => from + (x / width) * (to - from);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1,
  2,
  5,
  10,
  50,
  100,
  500,
  ...[1, 5, 15, 30].map((n) => n * SECOND),
  ...[1, 5, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/** Round moments of a domain, at most `most`, each with its text in UTC; the day only where it changes. */
export function ticksOf([from, to]: Domain, most: number): { at: number; text: string }[] {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
  const ticks: { at: number; text: string }[] = [];
  let day = '';
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const iso = new Date(at).toISOString();
    const date = iso.slice(0, 10);
    const time =
      step >= DAY ? '' : step >= MINUTE ? iso.slice(11, 16) : step >= SECOND ? iso.slice(11, 19) : iso.slice(11, 23);
    ticks.push({ at, text: date === day ? time : [date, time].filter(Boolean).join(' ') });
    day = date;
  }
  return ticks;
}

/** A domain around events, with a little room at both ends. */
export function domainOf(times: number[]): Domain {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  if (from > to) return [0, 1];
  const room = Math.max(500, (to - from) * 0.02);
  return [from - room, to + room];
}

/** The same domain with another width, around its middle and within the whole. */
export function zoomed([from, to]: Domain, factor: number, [first, last]: Domain): Domain {
  const middle = (from + to) / 2;
  const half = Math.max(1, ((to - from) * factor) / 2);
  return [Math.max(first, middle - half), Math.min(last, middle + half)];
}
