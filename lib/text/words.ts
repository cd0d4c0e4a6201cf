/**
 * A text's letters and digits, everything else a space: what may be given to PostgreSQL's text parser. It looks for tags, paths and
 * addresses, which takes it the square of the length for `<!--<!--` or `~/~/`: 16 kB of it take seconds.
 */
export const wordsOnly = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
