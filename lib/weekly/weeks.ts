const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** 1 (Monday) to 7 (Sunday). */
export const weekdayOf = (ms: number): number => new Date(ms).getUTCDay() || 7;

/** The ISO week that a time is in: the year is that of its Thursday. */
export function weekOf(ms: number): string {
  const thursday = new Date(ms + (4 - weekdayOf(ms)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const number = Math.ceil((Date.parse(dayOf(thursday.getTime())) - Date.UTC(year, 0, 1) + DAY_MS) / (7 * DAY_MS));
  return `${year}-W${String(number).padStart(2, '0')}`;
}

/** Monday and Sunday of a week; null for one that the year doesn't have. */
export function daysOf(week: string): { from: string; to: string } | null {
  const [year = 0, number = 0] = week.split('-W').map(Number);
  const fourth = Date.UTC(year, 0, 4); // always in the first week
  const monday = fourth - (weekdayOf(fourth) - 1) * DAY_MS + (number - 1) * 7 * DAY_MS;
  return weekOf(monday) === week ? { from: dayOf(monday), to: dayOf(monday + 6 * DAY_MS) } : null;
}

/** The last week that is over. */
export const lastWeek = (now: number): string => weekOf(now - 7 * DAY_MS);
/** First and last day (UTC, YYYY-MM-DD) of the week before the one that begins on this Monday. */
export const weekBefore = (monday: string): { from: string; to: string } => ({
  from: dayOf(Date.parse(monday) - 7 * DAY_MS),
  to: dayOf(Date.parse(monday) - DAY_MS),
});
