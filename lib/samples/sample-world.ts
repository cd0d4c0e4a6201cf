import { generateDemo, type World } from '../scenarios/generate';

/** Any text: another one makes another organization. */
const SEED = 'socdown-demo-1';
const HOUR_MS = 3_600_000;

/** The hour in which a moment lies: where sample logs made then end. */
export const endOfLogs = (now: number): number => Math.floor(now / HOUR_MS) * HOUR_MS;

let made: { end: number; world: World } | undefined;

/** The demo organization with logs that end at `end` (ms). Takes seconds the first time. */
export function sampleWorld(end: number): World {
  if (made?.end !== end) made = { end, world: generateDemo(SEED, end) };
  return made.world;
}

/** Lets the memory go: it is read at starts only. */
export function forgetSampleWorld(): void {
  made = undefined;
}
