/** Evidence numbers in order, three or more in a row as a range: `E3–E9`. */
export function citationRuns(numbers: number[]): string[] {
  const runs: { from: number; to: number }[] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number === last.to + 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  return runs.flatMap(({ from, to }) => {
    if (to - from >= 2) return [`E${from}–E${to}`];
    return from === to ? [`E${from}`] : [`E${from}`, `E${to}`];
  });
}
