/** Numbers in order, each once, as the runs that they form. */
export function numberRuns(numbers: Iterable<number>): [from: number, to: number][] {
  const runs: [from: number, to: number][] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

/** Evidence numbers in order, three or more in a row as a range: `E3–E9`. */
export const citationRuns = (numbers: Iterable<number>): string[] =>
  numberRuns(numbers).flatMap(([from, to]) => {
    if (to - from >= 2) return [`E${from}–E${to}`];
    return from === to ? [`E${from}`] : [`E${from}`, `E${to}`];
  });
