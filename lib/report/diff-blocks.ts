import type { RootContent } from 'mdast';
import { diffSequences } from '../text/line-diff';
import { findFrontMatter } from './find-front-matter';
import { parseMarkdown, rootOf } from './markdown';

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

/** A report's front matter and the blocks of its top level. */
export function splitBlocks(markdown: string): Block[] {
  const { end } = findFrontMatter(markdown);
  const [head, body] = [markdown.slice(0, end), markdown.slice(end)];
  const headLines = head.trimEnd() === '' ? 0 : head.trimEnd().split(LINE_END).length;
  const lines = markdown.split(LINE_END);
  const block = (kind: BlockKind, line: number, endLine: number): Block => {
    const text = lines.slice(line - 1, endLine).join('\n');
    return { kind, text: text.trimEnd(), line };
  };
  return [
    ...(headLines > 0 ? [block('front matter', 1, headLines)] : []),
    ...rootOf(parseMarkdown(body)).children.map(({ type, position }) => {
      const [first, last] = [position?.start.line ?? 1, position?.end.line ?? 1];
      return block(KINDS[type] ?? 'paragraph', first + headLines, last + headLines);
    }),
  ];
}

const LINE_END = /\r\n?|\n/;
const KINDS: Partial<Record<RootContent['type'], BlockKind>> = {
  heading: 'heading',
  list: 'list',
  table: 'table',
  code: 'code',
  blockquote: 'quote',
  thematicBreak: 'rule',
};

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

/** Within a changed stretch: blocks of one kind that share enough words are the same block, changed; order is kept. */
function pairUp(before: Block[], after: Block[]): BlockDiff[] {
  const out: BlockDiff[] = [];
  const bounded = before.length * after.length <= MAX_PAIRS;
  const words = new Map([...before, ...after].map((block) => [block, countWords(block.text)]));
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

function countWords(text: string): Map<string, number> {
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
