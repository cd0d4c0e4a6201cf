import { partsOf } from '../report/plain-text';

/** Limits of PostgreSQL's tsvector: 256 positions a word, 16,383 the highest position, 1 MB in all. */
const MAX_POSITIONS = 256;
const HIGHEST_POSITION = 16_000;
const MAX_BYTES = 900_000;

/**
 * A tsvector, as text, of every run of letters and digits with its place. PostgreSQL's own parser is not used: it keeps
 * URLs, paths and numbers whole or takes them apart in ways a search can't foresee (a digest that starts with `3e5`).
 * Positions start again at 1 after 16,000: words that stand side by side keep doing so in long reports.
 */
export function partsVector(text: string): string {
  const positions = new Map<string, number[]>();
  let bytes = 0;
  for (const [index, part] of partsOf(text).entries()) {
    const at = positions.get(part);
    if (at && at.length >= MAX_POSITIONS) continue;
    bytes += at ? 2 : Buffer.byteLength(part) + 12;
    if (bytes > MAX_BYTES) break;
    const position = (index % HIGHEST_POSITION) + 1;
    if (at) at.push(position);
    else positions.set(part, [position]);
  }
  // Letters and digits only, so nothing in a part can end the quotes.
  return [...positions].map(([part, at]) => `'${part}':${at.join(',')}`).join(' ');
}
