/** Milliseconds since the epoch, or null. Reads ISO 8601 and the forms DuckDB prints ("2023-07-10 11:54:47+00"). */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number' && Number.isFinite(value))
    return value > 1e14 ? value / 1000 : value > 1e11 ? value : value * 1000;
  if (typeof value !== 'string') return null;
  let text = value.trim().replace(' ', 'T');
  if (/[+-]\d{2}$/.test(text) && text.includes('T')) text += ':00';
  if (/T[\d:.]+$/.test(text)) text += 'Z';
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

export const iso = (time: number): string => new Date(time).toISOString();

/** For people: UTC to the second, as it can be looked up in the evidence. */
export const clock = (time: number): string => `${iso(time).slice(0, 19).replace('T', ' ')}Z`;

/** A span for people; the date is said once when it is the same day, and one moment is no span. */
export function span(first: number, last: number): string {
  const [from, to] = [clock(first), clock(last)];
  if (from === to) return from;
  return from.slice(0, 10) === to.slice(0, 10) ? `${from.slice(0, -1)}–${to.slice(11)}` : `${from} – ${to}`;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
