import { diffArrays } from 'diff';

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

/** Myers costs the square of the edits: this many are tried, then the lines that are unique on both sides are anchors. */
const MAX_LINE_EDITS = 600;
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
  const matches = commonPairs(a, b);
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...matches, [a.length, b.length] as const]) {
    if (x > i || y > j) changes.push({ before: [i, x], after: [j, y] });
    [i, j] = [x + 1, y + 1];
  }
  return changes;
}

/** Pairs of equal elements, ascending on both sides. */
function commonPairs(a: string[], b: string[]): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    pairs.push([start, start]);
    start += 1;
  }
  let [endA, endB] = [a.length, b.length];
  const tail: (readonly [number, number])[] = [];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) tail.push([--endA, --endB]);
  pairs.push(...middlePairs(a, b, start, endA, endB), ...tail.reverse());
  return pairs;
}

function middlePairs(a: string[], b: string[], start: number, endA: number, endB: number): [number, number][] {
  // A line that the other side doesn't have is changed for certain: without those, the search is over what may match.
  const inA = new Set(a.slice(start, endA));
  const inB = new Set(b.slice(start, endB));
  const left: number[] = [];
  const right: number[] = [];
  for (let i = start; i < endA; i++) if (inB.has(a[i] ?? '')) left.push(i);
  for (let j = start; j < endB; j++) if (inA.has(b[j] ?? '')) right.push(j);
  if (left.length === 0 || right.length === 0) return [];
  const found = diffArrays(
    left.map((i) => a[i] ?? ''),
    right.map((j) => b[j] ?? ''),
    { maxEditLength: MAX_LINE_EDITS },
  );
  if (!found) return uniquePairs(a, b, left, right);
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  for (const part of found) {
    for (let k = 0; k < part.count; k++) {
      if (!part.added && !part.removed) pairs.push([left[i] ?? 0, right[j] ?? 0]);
      if (!part.added) i += 1;
      if (!part.removed) j += 1;
    }
  }
  return pairs;
}

/** The longest ascending chain of lines that occur once on each side: coarse, and n log n. */
function uniquePairs(a: string[], b: string[], left: number[], right: number[]): [number, number][] {
  const onceA = once(left, a);
  const onceB = once(right, b);
  const pairs: [number, number][] = [];
  for (const [line, i] of onceA) {
    const j = onceB.get(line);
    if (j !== undefined) pairs.push([i, j]);
  }
  return longestAscending(pairs);
}

function once(indices: number[], lines: string[]): Map<string, number> {
  const found = new Map<string, number>();
  const twice = new Set<string>();
  for (const index of indices) {
    const line = lines[index] ?? '';
    if (found.has(line)) twice.add(line);
    else found.set(line, index);
  }
  for (const line of twice) found.delete(line);
  return found;
}

/** Pairs are ascending in their first member; keeps the longest chain that is so in the second as well (patience). */
function longestAscending(pairs: [number, number][]): [number, number][] {
  const tops: number[] = []; // index into pairs
  const before: number[] = [];
  pairs.forEach(([, y], index) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((pairs[tops[mid] ?? 0]?.[1] ?? 0) < y) low = mid + 1;
      else high = mid;
    }
    before[index] = low > 0 ? (tops[low - 1] ?? -1) : -1;
    tops[low] = index;
  });
  const chain: [number, number][] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair) chain.push(pair);
  }
  return chain.reverse();
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
