import { diffArrays } from 'diff';

/** A run of equal lines: `length` lines from `a` in the first text are those from `b` in the second. */
export type Match = { a: number; b: number; length: number };

/** Edits up to which the shortest difference is looked for. Its time grows with their square (about 0.3 s here). */
const MAX_EDITS = 2000;

/**
 * Which lines two texts have in common, in order. Shortest difference (Myers) where it is cheap; for texts that differ
 * in thousands of lines, the lines that are unique in both. So the time is bounded: 40,000 lines take under a second.
 * The same texts always give the same answer.
 */
export function matchLines(a: string[], b: string[]): Match[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  const innerA = a.slice(head, a.length - tail);
  const innerB = b.slice(head, b.length - tail);
  const matches: Match[] = [];
  push(matches, { a: 0, b: 0, length: head });
  for (const match of shortest(innerA, innerB) ?? uniqueLines(innerA, innerB)) {
    push(matches, { a: match.a + head, b: match.b + head, length: match.length });
  }
  push(matches, { a: a.length - tail, b: b.length - tail, length: tail });
  return matches;
}

function shortest(a: string[], b: string[]): Match[] | undefined {
  // A line that the other text doesn't have is an edit for certain.
  const [inA, inB] = [new Set(a), new Set(b)];
  if (a.filter((line) => !inB.has(line)).length + b.filter((line) => !inA.has(line)).length > MAX_EDITS)
    return undefined;
  const changes = diffArrays(a, b, { maxEditLength: MAX_EDITS });
  if (!changes) return undefined;
  const matches: Match[] = [];
  let [atA, atB] = [0, 0];
  for (const { added, removed, count } of changes) {
    if (!added && !removed) matches.push({ a: atA, b: atB, length: count });
    if (!added) atA += count;
    if (!removed) atB += count;
  }
  return matches;
}

/** The longest rising sequence of lines that occur once in each text, each grown over its equal neighbours. */
function uniqueLines(a: string[], b: string[]): Match[] {
  const once = (lines: string[]) => {
    const at = new Map<string, number>();
    lines.forEach((line, index) => {
      at.set(line, at.has(line) ? -1 : index);
    });
    return at;
  };
  const [inA, inB] = [once(a), once(b)];
  const pairs = [...inA].flatMap(([line, index]) => {
    const other = inB.get(line) ?? -1;
    return index >= 0 && other >= 0 ? [{ a: index, b: other }] : [];
  });
  const matches: Match[] = [];
  let end: { a: number; b: number } = { a: 0, b: 0 };
  for (const pair of longestRising(pairs)) {
    if (pair.a < end.a || pair.b < end.b) continue; // inside the run before
    let [from, to] = [0, 1];
    while (pair.a - from > end.a && pair.b - from > end.b && a[pair.a - from - 1] === b[pair.b - from - 1]) from += 1;
    while (pair.a + to < a.length && a[pair.a + to] === b[pair.b + to]) to += 1;
    matches.push({ a: pair.a - from, b: pair.b - from, length: from + to });
    end = { a: pair.a + to, b: pair.b + to };
  }
  return matches;
}

/** Pairs come in order of `a`; answers the most of them whose `b` rises too (patience sorting). */
function longestRising(pairs: { a: number; b: number }[]): { a: number; b: number }[] {
  const tops: number[] = []; // index of the pair on top of each pile
  const before: number[] = [];
  pairs.forEach((pair, index) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.b ?? 0) < pair.b) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tops[low - 1] ?? -1) : -1;
    tops[low] = index;
  });
  const rising: { a: number; b: number }[] = [];
  for (let index = tops.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair) rising.push(pair);
  }
  return rising.reverse();
}

/** Joins runs that touch. */
function push(matches: Match[], next: Match): void {
  if (next.length === 0) return;
  const last = matches.at(-1);
  if (last && last.a + last.length === next.a && last.b + last.length === next.b) last.length += next.length;
  else matches.push({ ...next });
}
