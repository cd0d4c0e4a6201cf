import type { ListItem, Nodes, Root, Table } from 'mdast';
import { findCitations as citationsOf } from '../report/citations';
import { parseReport } from '../report/report';

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
};

/** A block longer than this is no prose: it is not checked. */
export const MAX_BLOCK = 8000;
/** A list inside a list inside … is no report. */
const MAX_DEPTH = 60;

/** Records that a text cites, in brackets or as a bare `E7` as tables have it. */
export const citationsIn = (text: string): number[] => [...new Set(findCitations(text).map(({ number }) => number))];

/** The same with their places, one entry a record. */
export function findCitations(text: string): ({ number: number; bracketed: boolean } & Span)[] {
  return citationsOf(text, { bare: true }).flatMap(({ numbers, start, end }) =>
    numbers.map((number) => ({ number, bracketed: text[start] === '[', start, end })),
  );
}

/** The blocks of a report's body, in order. Code blocks and HTML are no prose and left out. */
export function readBlocks(markdown: string): Block[] {
  const { body, bodyLine, root } = parseReport(markdown);
  const reader = new Reader(body, bodyLine - 1);
  reader.read(root, 0);
  shareCitations(reader.groups);
  return reader.blocks;
}

/** Blocks that one list item, list or table holds together, with the paragraphs before and after it. */
type Group = { blocks: Block[]; lead: Block | null; trail: Block | null; items: Block[][] };

class Reader {
  readonly blocks: Block[] = [];
  readonly groups: Group[] = [];
  private section = '';
  private heading = '';

  constructor(
    private readonly body: string,
    private readonly first: number,
  ) {}

  read(parent: Root | Nodes, depth: number): void {
    if (depth > MAX_DEPTH || !('children' in parent)) return;
    let lead: Block | null = null;
    let open: Group | null = null;
    for (const node of parent.children as Nodes[]) {
      if (node.type === 'heading') {
        this.readHeading(node);
        [lead, open] = [null, null];
      } else if (node.type === 'paragraph') {
        const block = this.add(parent.type === 'listItem' ? 'item' : 'paragraph', node);
        if (open) open.trail = block;
        [lead, open] = [block, null];
      } else if (node.type === 'list' || node.type === 'table') {
        open = { blocks: [], lead, trail: null, items: [] };
        this.groups.push(open);
        const before = this.blocks.length;
        if (node.type === 'table') this.readTable(node);
        else for (const item of node.children) open.items.push(this.readItem(item, depth));
        open.blocks = this.blocks.slice(before);
      } else if (node.type === 'blockquote' || node.type === 'footnoteDefinition') this.read(node, depth + 1);
    }
  }

  private readItem(item: ListItem, depth: number): Block[] {
    const before = this.blocks.length;
    this.read(item, depth + 1);
    return this.blocks.slice(before);
  }

  private readHeading(node: Nodes & { type: 'heading' }): void {
    const block = this.add('heading', node);
    const title = block.text.slice(0, 300).split('\n')[0] ?? '';
    const name = title
      .replace(/^\s{0,3}#{1,6}\s+/, '')
      .replace(/\s+#+\s*$/, '')
      .trim();
    if (node.depth <= 2) [this.section, this.heading] = [name, ''];
    else this.heading = name;
    [block.section, block.heading] = [this.section, this.heading];
  }

  private readTable(table: Table): void {
    const [top, ...rows] = table.children;
    const text = top ? this.textOf(top) : '';
    const head = cellsOf(text).map(({ start, end }) => text.slice(start, end).replace(/[*_`]/g, '').trim());
    for (const row of rows) {
      const block = this.add('row', row);
      block.head = head;
      block.cells = cellsOf(block.text);
      block.sentences = [{ start: 0, end: block.text.length }];
    }
  }

  private textOf(node: Nodes): string {
    return this.body.slice(node.position?.start.offset, node.position?.end.offset).replace(/\r/g, '');
  }

  private add(kind: Block['kind'], node: Nodes): Block {
    const text = this.textOf(node);
    const start = node.position?.start ?? { line: 1, column: 1 };
    let offset = 0;
    const lines = text.split('\n').map((line, index) => {
      // The first line may stand behind a list mark: its column counts from the line's own beginning.
      const place = { line: this.first + start.line + index, offset: index === 0 ? 1 - start.column : offset };
      offset += line.length + 1;
      return place;
    });
    const block: Block = {
      kind,
      text,
      lines,
      section: this.section,
      heading: this.heading,
      head: [],
      cells: [],
      sentences: text.length > MAX_BLOCK ? [{ start: 0, end: text.length }] : sentencesOf(text),
      own: text.length > MAX_BLOCK ? [] : citationsIn(text),
      cited: [],
    };
    block.cited = block.own;
    this.blocks.push(block);
    return block;
  }
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
    for (const block of blocks) if (block.cited.length === 0) block.cited = around;
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
