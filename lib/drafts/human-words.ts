import { db } from '../db/client';
import { diffText } from '../text/line-diff';
import { readLineAuthors } from './line-authors';

/** A line of a draft with words that a person wrote since a model's last text. `line` is 1-based; `words` are pieces of `text`. */
export type HumanLine = { line: number; by: string | null; text: string; words: string[] };

/** What people wrote or changed in a draft's version since the last text that a model wrote as a draft. Changes of a model that a person accepted are a model's. */
export async function readHumanLines(investigationId: string, version: number): Promise<HumanLine[]> {
  const { text, authors } = await readLineAuthors(investigationId, version);
  if (!authors.some(({ kind }) => kind === 'human')) return [];
  const versions = { investigationId, version: { lte: version } };
  const last =
    (await db().draftVersion.findFirst({ where: { ...versions, author: 'model' }, orderBy: { version: 'desc' } })) ??
    (await db().draftVersion.findFirst({ where: versions, orderBy: { version: 'asc' } }));
  return diffText(last?.markdown ?? '', text).rows.flatMap(({ kind, after, parts }) => {
    const author = after === null ? undefined : authors[after - 1];
    if (kind !== 'added' || after === null || author?.kind !== 'human') return [];
    const words = joinedPieces(parts);
    return words.length === 0
      ? []
      : [{ line: after, by: author.by, text: parts.map((part) => part.text).join(''), words }];
  });
}

/** The lines whose human words a change takes out or rewrites. Words that only move are kept. */
export function lostHumanWords(lines: HumanLine[], before: string, after: string): HumanLine[] {
  return lines.filter(({ words }) => words.some((piece) => countOf(after, piece) < countOf(before, piece)));
}

/** Changed pieces, those with nothing but blanks or a mark between them as one: of "2.3 GB" the point may have stood there before. */
function joinedPieces(parts: { text: string; changed: boolean }[]): string[] {
  const pieces: string[] = [];
  let piece = '';
  let gap = '';
  for (const { text, changed } of parts) {
    if (changed) {
      piece += piece === '' ? text : gap + text;
      gap = '';
    } else if (piece !== '' && gap === '' && (text.trim() === '' || isMark(text))) gap = text;
    else {
      pieces.push(piece);
      [piece, gap] = ['', ''];
    }
  }
  return [...pieces, piece].map((text) => text.trim()).filter((text) => /[\p{L}\p{N}]/u.test(text));
}

const isMark = (text: string): boolean => text.length <= 3 && !/[\p{L}\p{N}]/u.test(text);

function countOf(text: string, piece: string): number {
  let count = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) count += 1;
  return count;
}
