/** When a time, or a day with all of it, is over. */
export function endOf(moment: string): Date {
  const at = new Date(moment);
  return moment.length === 10 ? new Date(at.getTime() + 86_400_000) : at;
}
