/**
 * How deep each heading of a text lies below others: 1 for a top one, 2 for one below it. Reports begin with `##`, and a
 * writer may jump from `##` to `####`; a screen reader that walks by levels must find none missing. A rank depends only on
 * the headings before it.
 */
export function headingRanks(depths: readonly number[]): number[] {
  const open: number[] = [];
  return depths.map((depth) => {
    while ((open.at(-1) ?? 0) >= depth) open.pop();
    return open.push(depth);
  });
}
