import { diffSequences } from '../text/line-diff';

/**
 * Comparing two reports as they are read: by blocks of Markdown, for the rendered view. Pure and safe for the browser.
 */

export type BlockKind = 'front matter' | 'heading' | 'paragraph' | 'list' | 'table' | 'code' | 'quote' | 'rule';
/** A block's source, without the blank lines around it, and its first line (1-based). */
export type Block = { kind: BlockKind; text: string; line: number };
export type BlockDiff =
  | { change: 'unchanged'; before: Block; after: Block }
  | { change: 'changed'; before: Block; after: Block }
  | { change: 'removed'; before: Block; after: null }
  | { change: 'added'; before: null; after: Block };

/** Two blocks are one, changed, when they share at least this part of their words. */
const ALIKE = 0.4;
/** Past this many pairs in one changed stretch, blocks are paired in their order only. */
const MAX_PAIRS = 10_000;

/** A report's blocks. A block ends at a blank line, except in code fences, lists and front matter. */
export function splitBlocks(markdown: string): Block[] {
  const lines = markdown.split(/\r?\n/);
  const blocks: Block[] = [];
  let at = 0;
  if (lines[0] === '---') {
    const end = lines.indexOf('---', 1);
    if (end > 0) {
      blocks.push({ kind: 'front matter', text: lines.slice(0, end + 1).join('\n'), line: 1 });
      at = end + 1;
    }
  }
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const kind = kindOf(lines[at] ?? '', lines[at + 1] ?? '');
    const end = endOf(kind, lines, at);
    blocks.push({ kind, text: lines.slice(at, end).join('\n').trimEnd(), line: at + 1 });
    at = end;
  }
  return blocks;
}

/** Blocks in reading order; a removed one stands before what replaced it. */
export function diffBlocks(before: string, after: string): BlockDiff[] {
  const [a, b] = [splitBlocks(before), splitBlocks(after)];
  const out: BlockDiff[] = [];
  let [i, j] = [0, 0];
  const copyUntil = (end: number) => {
    for (; i < end; i++, j++) {
      const [old, fresh] = [a[i], b[j]];
      if (old && fresh) out.push({ change: 'unchanged', before: old, after: fresh });
    }
  };
  for (const change of diffSequences(a.map(keyOf), b.map(keyOf))) {
    copyUntil(change.before[0]);
    out.push(...pairUp(a.slice(...change.before), b.slice(...change.after)));
    [i, j] = [change.before[1], change.after[1]];
  }
  copyUntil(a.length);
  return out;
}

const keyOf = (block: Block): string => `${block.kind}\n${block.text}`;
const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}#{1,6}(\s|$)/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const QUOTE = /^ {0,3}>/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function kindOf(line: string, next: string): BlockKind {
  if (FENCE.test(line)) return 'code';
  if (HEADING.test(line)) return 'heading';
  if (RULE.test(line)) return 'rule';
  if (ITEM.test(line)) return 'list';
  if (QUOTE.test(line)) return 'quote';
  if (line.includes('|') && next.includes('-') && TABLE_LINE.test(next)) return 'table';
  return 'paragraph';
}

function endOf(kind: BlockKind, lines: string[], start: number): number {
  if (kind === 'heading' || kind === 'rule') return start + 1;
  if (kind === 'code') {
    const mark = FENCE.exec(lines[start] ?? '')?.[1] ?? '```';
    for (let at = start + 1; at < lines.length; at++) {
      const close = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(lines[at] ?? '')?.[1];
      if (close?.[0] === mark[0] && close !== undefined && close.length >= mark.length) return at + 1;
    }
    return lines.length;
  }
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (isBlank(line)) {
      // A list goes on after a blank line with its next item or with indented text.
      const next = lines.slice(at).findIndex((later) => !isBlank(later));
      const later = next < 0 ? '' : (lines[at + next] ?? '');
      if (kind === 'list' && (ITEM.test(later) || /^\s{2,}\S/.test(later)) && !RULE.test(later)) {
        at += next - 1;
        continue;
      }
      return at;
    }
    if (HEADING.test(line) || (FENCE.test(line) && kind !== 'list')) return at;
    if (kind !== 'list' && kind !== 'quote' && ITEM.test(line)) return at;
    if (kind === 'paragraph' && kindOf(line, lines[at + 1] ?? '') === 'table') return at;
  }
  return lines.length;
}

/** Within a changed stretch: blocks of one kind that share enough words are the same block, changed; order is kept. */
function pairUp(before: Block[], after: Block[]): BlockDiff[] {
  const out: BlockDiff[] = [];
  const bounded = before.length * after.length <= MAX_PAIRS;
  const words = new Map([...before, ...after].map((block) => [block, wordsOf(block.text)]));
  let j = 0;
  const flush = (end: number) => {
    for (; j < end; j++) {
      const fresh = after[j];
      if (fresh) out.push({ change: 'added', before: null, after: fresh });
    }
  };
  before.forEach((old, index) => {
    const candidates = bounded ? after.slice(j) : after.slice(Math.max(j, index), index + 1);
    const found = candidates.find(
      (fresh) => fresh.kind === old.kind && alike(words.get(old) ?? new Map(), words.get(fresh) ?? new Map()) >= ALIKE,
    );
    if (!found) {
      out.push({ change: 'removed', before: old, after: null });
      return;
    }
    flush(after.indexOf(found));
    out.push({ change: 'changed', before: old, after: found });
    j += 1;
  });
  flush(after.length);
  return out;
}

function wordsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Shared part of two bags of words, 0–1 (Dice). */
function alike(a: Map<string, number>, b: Map<string, number>): number {
  const size = (bag: Map<string, number>) => [...bag.values()].reduce((sum, count) => sum + count, 0);
  const total = size(a) + size(b);
  if (total === 0) return 1;
  let shared = 0;
  for (const [word, count] of a) shared += Math.min(count, b.get(word) ?? 0);
  return (2 * shared) / total;
}
