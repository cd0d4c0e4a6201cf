/** Random numbers from a seed: the same seed gives the same sequence everywhere. */
export type Random = {
  /** 0 ≤ x < 1 */
  next(): number;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Distinct items in random order, at most `count`. */
  sample<T>(list: readonly T[], count: number): T[];
  hex(length: number): string;
  uuid(): string;
  digits(length: number): string;
  /** Letters and digits as AWS uses them in ids. */
  code(length: number): string;
  /** A sequence of its own: what is drawn from it changes nothing here. */
  fork(name: string): Random;
};

/** @param seed any text or number */
export function randomFrom(seed: string | number): Random {
  const name = String(seed);
  let state = hashOf(name);
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const letters = (alphabet: string, length: number): string => {
    let text = '';
    for (let index = 0; index < length; index += 1) text += alphabet[int(0, alphabet.length - 1)];
    return text;
  };
  const hex = (length: number): string => letters('0123456789abcdef', length);
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new Error('Nothing to pick from.');
      return list[int(0, list.length - 1)] as (typeof list)[number]; // the index is within the list
    },
    sample: (list, count) => {
      const rest = [...list];
      const taken: (typeof list)[number][] = [];
      while (rest.length > 0 && taken.length < count) taken.push(...rest.splice(int(0, rest.length - 1), 1));
      return taken;
    },
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    digits: (length) => letters('123456789', 1) + letters('0123456789', length - 1),
    code: (length) => letters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', length),
    fork: (part) => randomFrom(`${name}/${part}`),
  };
}

/** FNV-1a, so that near seeds give far states. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}
