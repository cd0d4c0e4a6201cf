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

/** Kept words between two changed ones that are taken for a person's too: a comparison finds "was paid" in any two sentences. */
const MAX_GAP_WORDS = 3;
/** Words that alone say little: with their neighbours they are found again only where they stood ("was not paid"). */
const MIN_PIECE_WORDS = 3;
/** Characters of a word beside a piece that are looked at. */
const MAX_WORD = 100;

type Range = { start: number; end: number };

/** What a person's words in a line are: changed pieces with the few kept words between them, the shortest with the words beside them. */
function joinedPieces(parts: { text: string; changed: boolean }[]): string[] {
  const whole = parts.map(({ text }) => text).join('');
  const wordsIn = ({ start, end }: Range) => whole.slice(start, end).match(WORD)?.length ?? 0;
  let at = 0;
  const changed = parts.flatMap(({ text, changed: isChanged }): Range[] => {
    const range = { start: at, end: at + text.length };
    at = range.end;
    return isChanged ? [range] : [];
  });
  const isShort = (gap: Range) =>
    wordsIn(gap) <= MAX_GAP_WORDS && !SENTENCE_END.test(whole.slice(gap.start, gap.end + 1));
  const joined = joinRanges(changed, (left, right) => isShort({ start: left.end, end: right.start }));
  const widened = joined
    .filter((range) => wordsIn(range) > 0)
    .map((range) => (wordsIn(range) < MIN_PIECE_WORDS ? widen(whole, range) : range));
  return joinRanges(widened, (left, right) => right.start <= left.end).map(({ start, end }) =>
    whole.slice(start, end).trim(),
  );
}

const WORD = /[\p{L}\p{N}][^\s|]*/gu;
const SENTENCE_END = /[.!?](?:\s|$)/;

function joinRanges(ranges: Range[], isOne: (left: Range, right: Range) => boolean): Range[] {
  return ranges.reduce<Range[]>((joined, range) => {
    const last = joined.at(-1);
    if (last && isOne(last, range)) last.end = Math.max(last.end, range.end);
    else joined.push({ ...range });
    return joined;
  }, []);
}

/** With the word before it and the one after, where they belong to its sentence. */
function widen(whole: string, { start, end }: Range): Range {
  const isEnd = SENTENCE_END.test(whole.slice(start, end).trimEnd());
  const before = /[\p{L}\p{N}][^\s|.!?;:]*\s*$/u.exec(whole.slice(Math.max(0, start - MAX_WORD), start))?.[0] ?? '';
  const after = isEnd ? '' : (/^\s*[\p{L}\p{N}][\p{L}\p{N}'’-]*/u.exec(whole.slice(end))?.[0] ?? '');
  return { start: start - before.length, end: end + after.length };
}

function countOf(text: string, piece: string): number {
  let count = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) count += 1;
  return count;
}
