import type { BlameRange } from '@/lib/reviews/blame';
import type { DiffRow, SplitCell } from '@/lib/text/line-diff';
import { authorName } from './author-badge';
import type { Point } from './use-line-selection';

/** One row as it is drawn; unified rows have their text at the right only. */
export type Row = { left: SplitCell | null; right: SplitCell | null; unified: DiffRow | null };

export const isFirst = (rows: Row[], index: number): boolean => {
  const [row, previous] = [rows[index], rows[index - 1]];
  return row !== undefined && isChanged(row) && !(previous && isChanged(previous));
};

/** The change that begins with a row, the same in the unified and the split view: by the lines it begins at. */
export function hunkKey(row: Row): string {
  const [before, after] = row.unified
    ? [row.unified.before, row.unified.after]
    : [row.left?.kind === 'removed' ? row.left.line : null, row.right?.line ?? null];
  return before === null ? `new ${after}` : `old ${before}`;
}

export type Segment = { from: number; to: number; folded: boolean };

/** All rows in order: those in `ranges` and the unfolded ones between are drawn, in one segment where they touch. */
export function segmentsOf(
  count: number,
  ranges: readonly (readonly [number, number])[],
  unfolded: ReadonlySet<number>,
): Segment[] {
  const segments: Segment[] = [];
  const add = (from: number, to: number, folded: boolean) => {
    const last = segments.at(-1);
    if (last && !last.folded && !folded) last.to = to;
    else if (to > from) segments.push({ from, to, folded });
  };
  let at = 0;
  for (const [from, to] of [...ranges, [count, count] as const]) {
    if (from > at) add(at, from, !unfolded.has(at));
    add(from, to, false);
    at = to;
  }
  return segments;
}

/** Rows that stand together, with who wrote each; `author` only where it is another one than before. */
export function withAuthors(rows: Row[], authorOf: ReadonlyMap<number, BlameRange>) {
  let before: BlameRange | undefined;
  return rows.map((row) => {
    const line = row.unified ? row.unified.after : row.right?.line;
    const writer = line == null ? undefined : authorOf.get(line);
    const author = writer && !(before && authorName(before) === authorName(writer)) ? writer : undefined;
    before = writer ?? before;
    return { row, writer, author };
  });
}

export function authorsByLine(blame: BlameRange[] | null): ReadonlyMap<number, BlameRange> {
  const authors = new Map<number, BlameRange>();
  for (const range of blame ?? []) for (let line = range.from; line <= range.to; line += 1) authors.set(line, range);
  return authors;
}

export function isChanged({ unified, left, right }: Row): boolean {
  return unified ? unified.kind !== 'same' : left?.kind !== 'same' || right?.kind !== 'same';
}

/** The lines that comments of a row belong to, the new text first; an unchanged line may have been commented on either side. */
export function anchorsOf({ unified, left, right }: Row): Point[] {
  const [after, before] = unified ? [unified.after, unified.before] : [right?.line ?? null, left?.line ?? null];
  return [
    ...(after === null ? [] : [{ line: after, side: 'new' as const }]),
    ...(before === null ? [] : [{ line: before, side: 'old' as const }]),
  ];
}
