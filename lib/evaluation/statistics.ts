import { randomFrom } from '../scenarios/random';

/** Wilson's interval of a share (95 %), both ends 0 to 1; the whole range without trials. */
export function wilson(successes: number, trials: number): [number, number] {
  if (trials === 0) return [0, 1];
  const z = 1.959964;
  const share = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))) / scale;
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** McNemar's exact test of paired right-or-wrong answers: the two-sided p of so many that only one of both got right. */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  if (n === 0) return 1;
  const few = Math.min(onlyFirst, onlySecond);
  // In logarithms: 0.5^n is nothing above a thousand pairs.
  let logChoose = 0;
  let tail = 0;
  for (let k = 0; k <= few; k += 1) {
    if (k > 0) logChoose += Math.log(n - k + 1) - Math.log(k);
    tail += Math.exp(logChoose - n * Math.LN2);
  }
  return Math.min(1, 2 * tail);
}

/** The mean of paired differences with its 95 % interval, by drawing pairs again 2,000 times. The same seed gives the same answer. */
export function pairedBootstrap(differences: number[], seed: string): { mean: number; low: number; high: number } {
  const mean = average(differences);
  if (differences.length === 0) return { mean: 0, low: 0, high: 0 };
  const random = randomFrom(seed);
  const means = Array.from({ length: 2000 }, () => {
    let sum = 0;
    for (let index = 0; index < differences.length; index += 1) sum += random.pick(differences);
    return sum / differences.length;
  }).sort((a, b) => a - b);
  return { mean, low: means[49] ?? mean, high: means[1949] ?? mean };
}

/** Arithmetic mean; 0 of nothing. */
export const average = (values: number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The middle value, or the mean of the two in the middle; 0 of nothing. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
