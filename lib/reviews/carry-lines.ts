import { diffSequences, splitLines } from './diff';

/** Where each line (1-based) of one text stands in another; null for one that was changed or taken out. */
export function carryLines(before: string, after: string): (line: number) => number | null {
  const [a, b] = [splitLines(before), splitLines(after)];
  const stands = new Map<number, number>();
  let [i, j] = [0, 0];
  for (const change of [...diffSequences(a, b), { before: [a.length, a.length], after: [b.length, b.length] }]) {
    for (; i < (change.before[0] ?? 0); i += 1, j += 1) stands.set(i + 1, j + 1);
    [i, j] = [change.before[1] ?? 0, change.after[1] ?? 0];
  }
  return (line) => stands.get(line) ?? null;
}
