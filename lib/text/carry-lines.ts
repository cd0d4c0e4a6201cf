import { diffSequences, splitLines } from './line-diff';

/** Where lines first to last (1-based) of one text stand in another; null when one was changed, taken out or parted from the rest. */
export type CarriedLines = (first: number, last: number) => { first: number; last: number } | null;

/** Where the lines of `before` are in `after`. */
export function carryLines(before: string, after: string): CarriedLines {
  const [a, b] = [splitLines(before), splitLines(after)];
  const stands = new Map<number, number>();
  let [i, j] = [0, 0];
  for (const change of [...diffSequences(a, b), { before: [a.length, a.length], after: [b.length, b.length] }]) {
    for (; i < (change.before[0] ?? 0); i += 1, j += 1) stands.set(i + 1, j + 1);
    [i, j] = [change.before[1] ?? 0, change.after[1] ?? 0];
  }
  return (first, last) => {
    const start = stands.get(first);
    if (start === undefined) return null;
    for (let line = first + 1; line <= last; line += 1) {
      if (stands.get(line) !== start + line - first) return null;
    }
    return { first: start, last: start + last - first };
  };
}
