/** Milliseconds that a call takes: the median of nine, after two that warm up. */
export async function medianMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 11; round += 1) {
    const started = performance.now();
    await run();
    if (round >= 2) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[4] ?? 0;
}

/** The middle one of some numbers. */
export const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
