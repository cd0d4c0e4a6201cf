import { createHash } from 'node:crypto';
import { z } from 'zod';
import { diffSequences } from '../text/line-diff';
import { matchLines } from '../text/match-lines';

/** One change of a proposal, by lines: `removed` lines of the base from `start` become `added` lines of the text from `from`. */
export const Hunk = z.object({
  id: z.string(),
  status: z.enum(['open', 'accepted', 'rejected']),
  start: z.number().int(),
  removed: z.number().int(),
  from: z.number().int(),
  added: z.number().int(),
  /** It takes out or rewrites words that a person wrote. */
  touchesHuman: z.boolean().optional(),
});
export type Hunk = z.infer<typeof Hunk>;

/** More than anyone decides one by one; then the whole change is one hunk. */
const MAX_HUNKS = 2000;

/** What `after` changes in `before`. An id is made from the change and its place: the same texts give the same ids. */
export function hunksOf(before: string[], after: string[]): Hunk[] {
  const gaps = diffSequences(before, after).map(({ before: [start, end], after: [from, to] }) => {
    return { start, removed: end - start, from, added: to - from };
  });
  const [first, last] = [gaps[0], gaps.at(-1)];
  if (first && last && gaps.length > MAX_HUNKS) {
    const { start, from } = first;
    gaps.splice(0, gaps.length, {
      start,
      removed: last.start + last.removed - start,
      from,
      added: last.from + last.added - from,
    });
  }
  return joinMoved(gaps, before, after).map((gap) => {
    const lines = [before.slice(gap.start, gap.start + gap.removed), after.slice(gap.from, gap.from + gap.added)];
    const id = createHash('sha256')
      .update(JSON.stringify([gap.start, ...lines]))
      .digest('hex')
      .slice(0, 12);
    return { id, status: 'open', ...gap };
  });
}

type Gap = Pick<Hunk, 'start' | 'removed' | 'from' | 'added'>;

/**
 * Blocks under headings that changed places (hypotheses that were ranked anew) are one hunk: half of it accepted would put one block's
 * text under another's heading.
 */
function joinMoved(gaps: Gap[], before: string[], after: string[]): Gap[] {
  const namesIn = (lines: string[]): string[] => lines.flatMap((line) => headingName(line) ?? []);
  const [old, now] = [new Set(namesIn(before)), new Set(namesIn(after))];
  const isMove = ({ start, removed, from, added }: Gap): boolean => {
    const out = namesIn(before.slice(start, start + removed));
    const put = namesIn(after.slice(from, from + added));
    return (
      put.some((name) => old.has(name) && !out.includes(name)) ||
      out.some((name) => now.has(name) && !put.includes(name))
    );
  };
  const joined: Gap[] = [];
  let open: { end: number } | null = null;
  for (const gap of gaps) {
    const last = joined.at(-1);
    if (open && last && gap.start < open.end) {
      last.removed = gap.start + gap.removed - last.start;
      last.added = gap.from + gap.added - last.from;
      continue;
    }
    open = isMove(gap) ? { end: sectionEnd(before, gap.start) } : null;
    joined.push({ ...gap });
  }
  return joined;
}

/** A heading's name below a section, without its number: `Three insiders`, of `### 1. Three insiders`. */
function headingName(line: string): string | null {
  return /^#{3,6}\s+(?:\d+\.\s+)?(.+?)\s*$/.exec(line)?.[1] ?? null;
}

function sectionEnd(lines: string[], from: number): number {
  const next = lines.findIndex((line, at) => at > from && /^##?\s/.test(line));
  return next < 0 ? lines.length : next;
}

/** Where a hunk goes in the current text: `remove` lines from `at` (0-based) are replaced. */
export type Place = { at: number; remove: number };

/**
 * Finds each hunk's place in a text that went on since: its lines as they were, wherever they stand now; an insertion
 * beside a line that is still there. undefined where a person has changed those very lines or taken them out.
 */
export function placeHunks(base: string[], current: string[], hunks: Hunk[]): Map<string, Place> {
  if (base.length === current.length && base.every((line, index) => line === current[index]))
    return new Map(hunks.map((hunk) => [hunk.id, { at: hunk.start, remove: hunk.removed }]));
  const now = new Int32Array(base.length).fill(-1);
  const matched = new Uint8Array(current.length);
  for (const { a, b, length } of matchLines(base, current)) {
    for (let index = 0; index < length; index += 1) {
      now[a + index] = b + index;
      matched[b + index] = 1;
    }
  }
  const places = new Map<string, Place>();
  const taken: Place[] = [];
  for (const hunk of hunks) {
    const before = base.slice(hunk.start, hunk.start + hunk.removed);
    const place = before.some((line) => line.trim() !== '')
      ? (placeOf(now, hunk) ?? movedTo(before, now, hunk, current, matched))
      : placeByNeighbours(base, now, hunk);
    if (!place || taken.some((other) => place.at < other.at + other.remove && other.at < place.at + place.remove))
      continue;
    taken.push(place);
    places.set(hunk.id, place);
  }
  return places;
}

/** The current text with hunks put in at their places. */
export function applyHunks(current: string[], proposed: string[], hunks: Hunk[], places: Map<string, Place>): string[] {
  const lines = [...current];
  const placed = hunks.flatMap((hunk) => {
    const place = places.get(hunk.id);
    return place ? [{ hunk, place }] : [];
  });
  // From the end, so that places before stay right; of two at the same place the base's later one first.
  placed.sort((x, y) => y.place.at - x.place.at || y.hunk.start - x.hunk.start);
  for (const { hunk, place } of placed) {
    lines.splice(place.at, place.remove, ...proposed.slice(hunk.from, hunk.from + hunk.added));
  }
  return lines;
}

/** All of its lines are there, side by side. */
function placeOf(now: Int32Array, { start, removed }: Hunk): Place | undefined {
  const at = now[start] ?? -1;
  if (at < 0) return undefined;
  for (let index = 1; index < removed; index += 1) if (now[start + index] !== at + index) return undefined;
  return { at, remove: removed };
}

/** None of its lines is where it was: cut and put elsewhere, if they stand there once and whole. */
function movedTo(
  before: string[],
  now: Int32Array,
  hunk: Hunk,
  current: string[],
  matched: Uint8Array,
): Place | undefined {
  for (let index = 0; index < before.length; index += 1) if ((now[hunk.start + index] ?? -1) >= 0) return undefined;
  const found: number[] = [];
  for (let at = 0; at + before.length <= current.length && found.length < 2; at += 1) {
    if (before.every((line, index) => matched[at + index] === 0 && current[at + index] === line)) found.push(at);
  }
  const [only] = found;
  return found.length === 1 && only !== undefined ? { at: only, remove: before.length } : undefined;
}

/** How far to look for a line with text in it: a blank line is everywhere and says nothing about a place. */
const REACH = 3;

/** An insertion, or a change of blank lines: beside the nearest line of text before it, else after it, that is still there. */
function placeByNeighbours(base: string[], now: Int32Array, { start, removed }: Hunk): Place | undefined {
  for (let index = 0; index < removed; index += 1) {
    if ((now[start + index] ?? -1) !== (now[start] ?? -1) + index || (now[start] ?? -1) < 0) return undefined;
  }
  const stands = (line: number, at: number) => line >= 0 && line < base.length && now[line] === at;
  const lineBefore = start > 0 ? (now[start - 1] ?? -1) : -1;
  for (let back = 1; lineBefore >= 0 && back <= REACH && stands(start - back, lineBefore + 1 - back); back += 1) {
    if (base[start - back]?.trim() !== '') return consistent({ at: lineBefore + 1, remove: removed }, now, start);
  }
  const lineAfter = now[start + removed] ?? -1;
  for (let on = 0; lineAfter >= 0 && on < REACH && stands(start + removed + on, lineAfter + on); on += 1) {
    if (base[start + removed + on]?.trim() !== '')
      return consistent({ at: lineAfter - removed, remove: removed }, now, start);
  }
  // Nothing but blank lines was there: a text that was empty and still is.
  return base.every((line) => line.trim() === '') && stands(start, start) ? { at: start, remove: removed } : undefined;
}

/** Lines that are taken out must be those of the base. */
function consistent(place: Place, now: Int32Array, start: number): Place | undefined {
  return place.remove === 0 || now[start] === place.at ? place : undefined;
}
