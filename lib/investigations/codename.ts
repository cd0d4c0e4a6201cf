import { randomInt } from 'node:crypto';
import type { Tx } from '../db/client';
import { AppError } from '../errors/app-error';
import words from './codename-words.json';

const { adjectives, nouns } = words;

/** How many codenames there are: two different adjectives in order, and a noun. */
export const CODENAMES = adjectives.length * (adjectives.length - 1) * nouns.length;

/** `calm-silver-heron`, by chance. */
export function drawCodename(): string {
  const first = randomInt(adjectives.length);
  const second = (first + 1 + randomInt(adjectives.length - 1)) % adjectives.length;
  return `${adjectives[first]}-${adjectives[second]}-${nouns[randomInt(nouns.length)]}`;
}

/** Whether a text has the form of a codename of ours, taken or not. */
export function isCodename(text: string): boolean {
  const [first = '', second = '', noun = '', ...rest] = text.split('-');
  return (
    rest.length === 0 &&
    first !== second &&
    adjectives.includes(first) &&
    adjectives.includes(second) &&
    nouns.includes(noun)
  );
}

/**
 * A codename that no investigation has. The unique index has the last word: two callers that draw the same one at the
 * same moment are told apart there, and the second draws again (open-investigation).
 */
export async function newCodename(tx: Tx): Promise<string> {
  for (let round = 0; round < 20; round += 1) {
    const drawn = Array.from({ length: 5 }, drawCodename);
    const taken = await tx.investigation.findMany({ where: { codename: { in: drawn } }, select: { codename: true } });
    const free = drawn.find((name) => !taken.some((row) => row.codename === name));
    if (free) return free;
  }
  throw new AppError('unavailable', 'No free codename was found. Try again.');
}
