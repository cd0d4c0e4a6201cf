import { diffArrays } from 'diff';
import { matchLines } from './match-lines';

/**
 * Comparing two texts: lines first, words inside changed hunks. Pure and safe for the browser. Bounded in steps, not in time:
 * past the bounds the answer is coarser (whole lines, whole hunks), never wrong.
 */

/** A piece of a line; `changed` pieces are what differs from the line's counterpart. */
export type DiffPart = { text: string; changed: boolean };
/** One row of the unified view. Line numbers are 1-based; a removed row has no `after`, an added one no `before`. */
export type DiffRow = {
  kind: 'same' | 'removed' | 'added';
  before: number | null;
  after: number | null;
  parts: DiffPart[];
};
/** Rows [start, end) that belong together: a run of changes. */
export type DiffHunk = { start: number; end: number };
export type TextDiff = {
  rows: DiffRow[];
  hunks: DiffHunk[];
  added: number;
  removed: number;
  /** Lines only: the texts differ at their very end when these do. An empty text counts as ended. */
  finalNewline: { before: boolean; after: boolean };
};
export type SplitCell = { line: number; kind: DiffRow['kind']; parts: DiffPart[] };
/** One row of the split view; a side without counterpart is null. */
export type SplitRow = { left: SplitCell | null; right: SplitCell | null };

/** In one changed hunk: more words or edits than this, and whole lines count as changed. */
const MAX_HUNK_WORDS = 4_000;
const MAX_WORD_EDITS = 400;
/** Words are marked when at least this share of the hunk is the same; otherwise marks are noise. */
const MIN_COMMON = 0.3;

/** The lines of a text, without their "\n". A final line end doesn't start another line; "\r" stays, to be seen. */
export function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function lineCount(text: string): number {
  return splitLines(text).length;
}

export function diffText(before: string, after: string): TextDiff {
  const [a, b] = [splitLines(before), splitLines(after)];
  const rows: DiffRow[] = [];
  const hunks: DiffHunk[] = [];
  let [i, j, added, removed] = [0, 0, 0, 0];
  const copyUntil = (end: number) => {
    for (; i < end; i++, j++) {
      rows.push({ kind: 'same', before: i + 1, after: j + 1, parts: [{ text: a[i] ?? '', changed: false }] });
    }
  };
  for (const change of diffSequences(a, b)) {
    copyUntil(change.before[0]);
    const start = rows.length;
    const old = a.slice(...change.before);
    const fresh = b.slice(...change.after);
    const words = diffWords(old, fresh);
    for (const parts of words.before) rows.push({ kind: 'removed', before: ++i, after: null, parts });
    for (const parts of words.after) rows.push({ kind: 'added', before: null, after: ++j, parts });
    removed += old.length;
    added += fresh.length;
    hunks.push({ start, end: rows.length });
  }
  copyUntil(a.length);
  const ended = (text: string) => text === '' || text.endsWith('\n');
  return { rows, hunks, added, removed, finalNewline: { before: ended(before), after: ended(after) } };
}

/** The rows side by side: the removed and added lines of a hunk are paired in their order. */
export function splitRows(diff: TextDiff): SplitRow[] {
  const out: SplitRow[] = [];
  let index = 0;
  const cell = (row: DiffRow | undefined, side: 'before' | 'after'): SplitCell | null => {
    const line = row?.[side];
    return row && line ? { line, kind: row.kind, parts: row.parts } : null;
  };
  const same = (end: number) => {
    for (; index < end; index++)
      out.push({ left: cell(diff.rows[index], 'before'), right: cell(diff.rows[index], 'after') });
  };
  for (const hunk of diff.hunks) {
    same(hunk.start);
    const rows = diff.rows.slice(hunk.start, hunk.end);
    const left = rows.filter((row) => row.kind === 'removed');
    const right = rows.filter((row) => row.kind === 'added');
    for (let k = 0; k < Math.max(left.length, right.length); k++) {
      out.push({ left: cell(left[k], 'before'), right: cell(right[k], 'after') });
    }
    index = hunk.end;
  }
  same(diff.rows.length);
  return out;
}

/** Index ranges [start, end) of rows to show: each change with `context` rows around it; the gaps between are folded. */
export function visibleRanges(rows: number, hunks: DiffHunk[], context = 3): [number, number][] {
  const ranges: [number, number][] = [];
  for (const hunk of hunks) {
    const start = Math.max(0, hunk.start - context);
    const end = Math.min(rows, hunk.end + context);
    const last = ranges.at(-1);
    if (last && start <= last[1]) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

/** A replaced stretch: [start, end) in both sequences; one of them may be empty. */
export type Change = { before: [number, number]; after: [number, number] };

/** Where two sequences differ, in order; what lies between the changes is equal. */
export function diffSequences(a: string[], b: string[]): Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const match of [...matchLines(a, b), { a: a.length, b: b.length, length: 0 }]) {
    if (match.a > i || match.b > j) changes.push({ before: [i, match.a], after: [j, match.b] });
    [i, j] = [match.a + match.length, match.b + match.length];
  }
  return changes;
}

/** Words of a hunk: runs of letters and digits, runs of blanks, single other characters; line ends keep their place. */
const WORDS = /[\p{L}\p{N}\p{M}_]+|[^\S\n]+|\n|[^\p{L}\p{N}\p{M}_\s]/gu;

function diffWords(before: string[], after: string[]): { before: DiffPart[][]; after: DiffPart[][] } {
  const whole = (lines: string[]) => lines.map((text) => [{ text, changed: true }]);
  const coarse = { before: whole(before), after: whole(after) };
  if (before.length === 0 || after.length === 0) return coarse;
  const a = before.join('\n').match(WORDS) ?? [];
  const b = after.join('\n').match(WORDS) ?? [];
  if (a.length + b.length > MAX_HUNK_WORDS) return coarse;
  const found = diffArrays(a, b, { maxEditLength: MAX_WORD_EDITS });
  if (!found) return coarse;
  const size = (words: string[]) => words.reduce((sum, word) => sum + word.trim().length, 0);
  const common = found.reduce((sum, part) => sum + (part.added || part.removed ? 0 : size(part.value)), 0);
  if (common < MIN_COMMON * Math.min(size(a), size(b))) return coarse;
  return {
    before: toLines(
      found.filter((part) => !part.added).map((part) => ({ text: part.value.join(''), changed: part.removed })),
    ),
    after: toLines(
      found.filter((part) => !part.removed).map((part) => ({ text: part.value.join(''), changed: part.added })),
    ),
  };
}

/** Pieces of a text with line ends in them, as pieces of its lines. */
function toLines(parts: DiffPart[]): DiffPart[][] {
  const lines: DiffPart[][] = [[]];
  for (const part of parts) {
    part.text.split('\n').forEach((text, index) => {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ text, changed: part.changed });
    });
  }
  return lines.map((line) => (line.length > 0 ? line : [{ text: '', changed: false }]));
}
