import { refang } from '../alerts/entities';
import { partsOf } from '../report/plain-text';

/** One thing that must be found: a word, a quoted phrase, or a whole or partial indicator. */
export type Term = {
  /** As typed, refanged, without quotes. */
  text: string;
  quoted: boolean;
  /** For the parts vector: its runs of letters and digits side by side, the last one as a prefix unless quoted. */
  partsQuery: string;
  /** Searched as words with their stems too. */
  isWords: boolean;
  /** Also searched as a piece of an entity's value: null for plain words and what is too short for trigrams. */
  entityPattern: string | null;
};

const MAX_TERMS = 12;

/** Reads a search box's text; each term must be found. Empty when nothing in it can be looked for. */
export function readTerms(q: string): Term[] {
  // PostgreSQL takes neither NUL nor half characters.
  const clean = refang(q.replaceAll('\0', ' ').replace(/\p{Surrogate}/gu, ' '));
  return (clean.match(/"[^"]*"?|\S+/g) ?? []).slice(0, MAX_TERMS).flatMap((found) => termOf(found));
}

function termOf(found: string): Term[] {
  const quoted = found.startsWith('"');
  const text = found.replaceAll('"', '').trim();
  const parts = partsOf(text).slice(0, 24);
  const last = parts.at(-1);
  if (last === undefined) return [];
  const isPrefix = !quoted && last.length >= 3;
  const partsQuery = parts.map((part) => `'${part}'`).join(' <-> ') + (isPrefix ? ':*' : '');
  const isWords = quoted ? /\p{L}/u.test(text) : parts.length === 1 && /^\p{L}+$/u.test(last);
  const looksLikeIndicator = !/\s/.test(text) && text.length >= 4 && (/\d/.test(text) || parts.length > 1);
  return [{ text, quoted, partsQuery, isWords, entityPattern: looksLikeIndicator ? substringPattern(text) : null }];
}

/** For ILIKE: the text anywhere in a value. */
export function substringPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
