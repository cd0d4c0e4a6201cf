import { partsOf } from '../report/plain-text';
import type { Term } from './read-query';

export type Snippet = { text: string; marks: [number, number][] };

const BEFORE = 80;
const LENGTH = 260;

/**
 * The first place where one of the terms stands, with what is around it, and where all terms stand in that piece.
 * `stems` are the terms' words as PostgreSQL cuts them, so that "exfiltration" marks "exfiltrated".
 */
export function snippetOf(body: string, terms: Term[], stems: string[]): Snippet | null {
  const pattern = patternOf(terms, stems);
  if (!pattern) return null;
  const first = pattern.exec(body);
  if (!first) return null;
  const from = wordStart(body, Math.max(0, first.index - BEFORE));
  const text = body.slice(
    from,
    wordEnd(body, Math.max(from + LENGTH, Math.min(first.index + first[0].length, from + 2 * LENGTH))),
  );
  // One character for one, so that offsets stay right.
  const oneLine = text.replace(/\s/g, ' ');
  pattern.lastIndex = 0;
  const marks: [number, number][] = [];
  for (const match of oneLine.matchAll(pattern)) marks.push([match.index, match.index + match[0].length]);
  return { text: oneLine, marks };
}

function patternOf(terms: Term[], stems: string[]): RegExp | null {
  const alternatives = terms.map((term) => {
    const parts = partsOf(term.text);
    return (
      parts.map(escaped).join('[^\\p{L}\\p{N}]{1,8}') +
      (term.partsQuery.endsWith(':*') ? '[\\p{L}\\p{N}]{0,64}' : '(?![\\p{L}\\p{N}])')
    );
  });
  // English stems end in "i" where words end in "y" or "ies".
  for (const stem of stems) alternatives.push(`${escaped(stem.replace(/i$/, ''))}[\\p{L}\\p{N}]{0,16}`);
  if (alternatives.length === 0) return null;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join('|')})`, 'giu');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The start of the word at or after `index`, near it; never inside a surrogate pair. */
function wordStart(text: string, index: number): number {
  if (index === 0) return 0;
  const blank = /\s/.exec(text.slice(index, index + 30));
  const start = blank ? index + blank.index + 1 : index;
  return /[\uDC00-\uDFFF]/.test(text[start] ?? '') ? start + 1 : start;
}

function wordEnd(text: string, index: number): number {
  if (index >= text.length) return text.length;
  const blank = text.slice(index - 30, index).search(/\s\S*$/);
  const end = blank > 0 ? index - 30 + blank : index;
  return /[\uDC00-\uDFFF]/.test(text[end] ?? '') ? end + 1 : end;
}
