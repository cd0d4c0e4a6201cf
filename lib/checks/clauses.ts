import type { Span } from './blocks';

/** A text, and where it begins in its block. */
type Placed = { text: string; start: number };

/**
 * The one place that cuts sentences. A clause ends at a comma, a mark, or a word that begins another (`but`, `before`, `which`); a
 * part ends at `and` as well.
 */
const CLAUSE = /[,;:()]\s|\s[–—]\s|\b(?:but|while|whereas|although|before|after|until|which|who|whose|where)\b/gi;
/** Not the `and` between two times. */
const AND = /\sand\s(?![`*_]*\d\d:)/g;
/** What ends a phrase about one thing; `before` and `after` stand between two phrases. */
const PHRASE_END = /[,;:.](?:\s|$)|\s[–—(]|\s(?:and|but|while|whereas|which|who)\s|\[E\d/;

/** The clauses of a statement, [start, end) of its block's text. */
export const clausesOf = ({ text, start }: Placed): Span[] => cut(text, CLAUSE, start);

/** The clauses of a statement, cut at `and` as well. */
export const partsOf = (statement: Placed): Span[] =>
  clausesOf(statement).flatMap(({ start, end }) =>
    cut(statement.text.slice(start - statement.start, end - statement.start), AND, start),
  );

function cut(text: string, marks: RegExp, offset: number): Span[] {
  const ends = [...[...text.matchAll(marks)].map(({ index }) => index), text.length];
  return ends.map((end, at) => ({ start: offset + (ends[at - 1] ?? 0), end: offset + end }));
}

/** A text up to where its phrase ends. */
export const phraseAhead = (text: string): string => text.slice(0, PHRASE_END.exec(text)?.index ?? text.length);

/** A text from where its last phrase begins. */
export function phraseBehind(text: string): string {
  const cuts = [...text.matchAll(new RegExp(PHRASE_END, 'g'))].filter(
    ({ index, 0: mark }) => index + mark.length < text.length - 1,
  );
  const last = cuts.at(-1);
  return last ? text.slice(last.index + last[0].length) : text;
}
