type Segment = { from: number; to: number; folded: boolean };

/** All rows in order: those in `ranges` and the unfolded ones between are drawn, in one segment where they touch. */
export function segmentsOf(
  count: number,
  ranges: readonly (readonly [number, number])[],
  unfolded: ReadonlySet<number>,
): Segment[] {
  const segments: Segment[] = [];
  const add = (from: number, to: number, folded: boolean) => {
    const last = segments.at(-1);
    if (last && !last.folded && !folded) last.to = to;
    else if (to > from) segments.push({ from, to, folded });
  };
  let at = 0;
  for (const [from, to] of [...ranges, [count, count] as const]) {
    if (from > at) add(at, from, !unfolded.has(at));
    add(from, to, false);
    at = to;
  }
  return segments;
}
