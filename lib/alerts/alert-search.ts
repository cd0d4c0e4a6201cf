import { wordsOnly } from '../text/words';
import { refang } from './fang';

/**
 * SQL that makes an alert's search vector of a text expression that `searchText` made: words with their stems, and as they are,
 * so that parts of indicators are words too.
 */
export const SEARCH_VECTOR = (text: string): string =>
  `to_tsvector('english', ${text}) || to_tsvector('simple', ${text})`;

/** Text beyond this adds nothing to find an alert by, and a tsvector has a limit. */
const MAX_SEARCH_TEXT = 16_000;

/** What of some texts an alert is found by, the most telling first. */
export const searchText = (texts: string[]): string => wordsOnly(texts.join('\n').slice(0, MAX_SEARCH_TEXT));

/** What a search box's text asks for, as a tsquery and as a substring of an indicator. */
export type AlertSearch = {
  /** Quoted text or an indicator: words next to each other, the last one a prefix. */
  tsquery: string;
  /** The text itself, for word stems. */
  words: string;
  /** For `ILIKE` on entities.value; null when the text is several words or too short for trigrams. */
  substring: string | null;
};

/**
 * Reads a search box. Each blank-separated term must be there; an indicator counts as its parts in a row
 * (`192[.]168[.]3` finds 192.168.3.12), each term's last part as a prefix (`b53f3c` finds the digest).
 * Undefined when there is nothing to look for.
 */
export function readSearch(q: string | undefined): AlertSearch | undefined {
  const text = refang(q ?? '')
    .replaceAll('\u0000', '')
    .trim()
    .toLowerCase();
  const terms = text.match(/"[^"]*"|\S+/g) ?? [];
  const phrases = terms.slice(0, 12).flatMap((term) => {
    // Only letters and digits are left, so nothing of tsquery's syntax can come in.
    const parts = term
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
      .slice(0, 24);
    return parts.length > 0
      ? [parts.map((part, index) => (index === parts.length - 1 ? `${part}:*` : part)).join(' <-> ')]
      : [];
  });
  if (phrases.length === 0) return undefined;
  const alone = !/\s/.test(text) && text.length >= 3;
  return {
    tsquery: phrases.map((phrase) => `(${phrase})`).join(' & '),
    words: wordsOnly(text),
    substring: alone ? `%${text.replace(/[\\%_]/g, '\\$&')}%` : null,
  };
}
