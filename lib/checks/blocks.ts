import type { Nodes } from 'mdast';
import type { Block as ReportBlock } from '../report/blocks';
import { findCitations as citationsOf } from '../report/citations';
import { parseReport, type Report } from '../report/report';

/** A part of a block's text, [start, end). */
export type Span = { start: number; end: number };

/**
 * A paragraph, list item, table row or heading of the body: what one claim and its citations stand in. `text` is as written,
 * its lines joined by "\n"; `lines` says where each begins, so that an offset leads back to a line and column of the report.
 */
export type Block = {
  kind: 'heading' | 'paragraph' | 'item' | 'row';
  text: string;
  lines: { line: number; offset: number }[];
  section: string;
  heading: string;
  /** For a table row: its table's head, and the offsets at which the cells begin and end. */
  head: string[];
  cells: Span[];
  sentences: Span[];
  /** Records cited in it. */
  own: number[];
  /** Without any of its own: those of its list item, or of the paragraphs around its list or table. */
  cited: number[];
  /** Those of the paragraphs around its list or table. */
  around: number[];
};

/** A block longer than this is no prose: it is not checked. */
export const MAX_BLOCK = 8000;

/** Records that a text cites, in brackets or as a bare `E7` as tables have it. */
export const citationsIn = (text: string): number[] => [...new Set(findCitations(text).map(({ number }) => number))];

/** The same with their places, one entry a record. */
export function findCitations(text: string): ({ number: number; bracketed: boolean } & Span)[] {
  return citationsOf(text, { bare: true }).flatMap(({ numbers, start, end }) =>
    numbers.map((number) => ({ number, bracketed: text[start] === '[', start, end })),
  );
}

/** Citations that stand together, `[E4] [E5]`, as one. */
export function citationGroups(text: string): (Span & { numbers: number[] })[] {
  const groups: (Span & { numbers: number[] })[] = [];
  for (const { number, start, end } of findCitations(text)) {
    const last = groups.at(-1);
    const isNext =
      last &&
      (start < last.end || (/^[\s,;|&]*(?:and\s*)?$/.test(text.slice(last.end, start)) && start - last.end < 8));
    if (isNext) [last.end, last.numbers] = [Math.max(end, last.end), [...last.numbers, number]];
    else groups.push({ start, end, numbers: [number] });
  }
  return groups;
}

/** The blocks of a report's body, in order. Code blocks and HTML are no prose and left out. */
export function readBlocks(markdown: string): Block[] {
  const report = parseReport(markdown);
  const placed = report.blocks
    .filter(({ kind }) => kind !== 'code' && kind !== 'html')
    .map((block) => ({ ...block, block: toBlock(report, block) }));
  shareCitations(groupsOf(report, placed));
  return placed.map(({ block }) => block);
}

function toBlock(report: Report, { kind, list, contentStart, end, section, heading, head }: ReportBlock): Block {
  const text = report.markdown.slice(contentStart, end).replace(/\r/g, '');
  const { line, column } = report.placeAt(contentStart);
  let offset = 0;
  const lines = text.split('\n').map((part, index) => {
    // The first line may stand behind a list mark: its column counts from the line's own beginning.
    const place = { line: line + index, offset: index === 0 ? 1 - column : offset };
    offset += part.length + 1;
    return place;
  });
  const whole = [{ start: 0, end: text.length }];
  const own = text.length > MAX_BLOCK ? [] : citationsIn(text);
  return {
    kind: kind === 'heading' || kind === 'row' ? kind : list > 0 ? 'item' : 'paragraph',
    text,
    lines,
    section,
    heading,
    head,
    cells: kind === 'row' ? cellsOf(text) : [],
    sentences: kind === 'row' || text.length > MAX_BLOCK ? whole : sentencesOf(text),
    own,
    cited: own,
    around: [],
  };
}

/** Blocks that one list or table holds together, and those of each item, with the paragraphs before and after it. */
type Group = { blocks: Block[]; lead: Block | null; trail: Block | null; items: Block[][] };
type Placed = { start: number; end: number; block: Block };

function groupsOf({ markdown, body, root }: Report, placed: Placed[]): Group[] {
  const groups: Group[] = [];
  const shift = markdown.length - body.length;
  const within = ({ position }: Nodes): Block[] => {
    const from = firstFrom(placed, shift + (position?.start.offset ?? 0));
    const to = firstFrom(placed, shift + (position?.end.offset ?? 0));
    return placed.slice(from, to).map(({ block }) => block);
  };
  const byEnd = new Map(placed.map(({ end, block }) => [end, block]));
  const walk = (nodes: Nodes[]): void => {
    let lead: Block | null = null;
    let open: Group | null = null;
    for (const node of nodes) {
      if (node.type === 'heading') [lead, open] = [null, null];
      else if (node.type === 'paragraph') {
        const block = byEnd.get(shift + (node.position?.end.offset ?? 0)) ?? null;
        if (open) open.trail = block;
        [lead, open] = [block, null];
      } else if (node.type === 'list' || node.type === 'table') {
        open = {
          blocks: within(node),
          lead,
          trail: null,
          items: node.type === 'list' ? node.children.map(within) : [],
        };
        groups.push(open);
        if (node.type === 'list') for (const item of node.children) walk(item.children);
      } else if (node.type === 'blockquote' || node.type === 'footnoteDefinition') walk(node.children);
    }
  };
  walk(root.children);
  return groups;
}

/** The index of the first block that begins at the offset or after it. */
function firstFrom(placed: Placed[], offset: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Blocks without a citation of their own take those of their item, else those of the paragraph that leads to their list or follows it. */
function shareCitations(groups: Group[]): void {
  for (const { items } of groups) {
    for (const blocks of items) {
      const own = [...new Set(blocks.flatMap((block) => block.own))];
      for (const block of blocks) if (block.own.length === 0) block.cited = own;
    }
  }
  for (const { blocks, lead, trail } of groups) {
    // "The table is from [E5]", said below it.
    const below = trail ? citationsIn(trail.text.slice(0, trail.sentences[0]?.end)) : [];
    const around = [...new Set([...(lead?.own ?? []), ...below])];
    for (const block of blocks) {
      block.around = around;
      if (block.cited.length === 0) block.cited = around;
    }
  }
}

/** Line and column (1-based) of an offset in a block's text. */
export function placeIn(block: Block, offset: number): { line: number; column: number } {
  const found = block.lines.findLast((line) => line.offset <= offset) ?? { line: 1, offset: 0 };
  return { line: found.line, column: offset - found.offset + 1 };
}

export function sentenceAt(block: Block, offset: number): Span {
  return (
    block.sentences.find(({ start, end }) => offset >= start && offset < end) ?? { start: 0, end: block.text.length }
  );
}

/** Citations with their places; a bare `E7` counts as one where it can be nothing else. */
export function citationPlaces(block: Block): ({ number: number } & Span)[] {
  if (block.text.length > MAX_BLOCK) return [];
  return findCitations(block.text).filter(({ bracketed, start, end }) => {
    if (bracketed) return true;
    const cell = block.cells.find((span) => start >= span.start && end <= span.end);
    return (
      cell !== undefined && /^[\s`]*E\d+[`\s]*(?:[,;/ ]\s*`?E\d+`?\s*)*$/.test(block.text.slice(cell.start, cell.end))
    );
  });
}

/** Cells of a table row; an escaped pipe ends none. */
function cellsOf(text: string): Span[] {
  const cells: Span[] = [];
  let start = /^\s{0,8}\|/.exec(text)?.[0].length ?? 0;
  for (let at = start; at <= text.length; at += 1) {
    if (at < text.length && (text[at] !== '|' || text[at - 1] === '\\')) continue;
    if (at < text.length || text.slice(start, at).trim() !== '') cells.push({ start, end: at });
    start = at + 1;
  }
  return cells;
}

const ABBREVIATION = /\b(?:e\.g|i\.e|cf|no|nr|vs|etc|approx|incl|resp|St|Mr|Ms|Dr)\.$/i;

/** Ends at . ! ? before a blank and a capital, digit or mark; never inside a code span. */
function sentencesOf(text: string): Span[] {
  const flat = text.replace(/`[^`]*`/g, (span) => `\`${'x'.repeat(span.length - 1)}`);
  const spans: Span[] = [];
  let start = 0;
  for (const match of flat.matchAll(/[.!?][)*_"”]{0,3}(?:\s?\[E\d[^\]]{0,60}\]){0,4}\.?(?=\s+[\p{Lu}\d`*"“(])/gu)) {
    if (ABBREVIATION.test(flat.slice(Math.max(0, match.index - 8), match.index + 1))) continue;
    spans.push({ start, end: match.index + match[0].length });
    start = match.index + match[0].length;
  }
  return [...spans, { start, end: text.length }];
}
