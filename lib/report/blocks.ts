import type { Nodes, Parents, PhrasingContent, RootContent, TableCell } from 'mdast';
import { type Citation, findCitations } from './citations';
import type { ParsedChunk } from './markdown';

export type BlockKind = 'heading' | 'paragraph' | 'item' | 'row' | 'code' | 'html';

/** A stretch of a block's `text`, [start, end). */
export type Range = { start: number; end: number };
/** `length` characters of a block's text from `at` are those of the report from `offset`. */
export type Segment = { at: number; offset: number; length: number };
export type Cell = Range & { text: string };

/**
 * The smallest unit that says something: a heading, a paragraph, the first paragraph of a list item, a table's row (its head
 * row is in `head`), a code block, or a block of raw HTML (comments included).
 */
export type Block = {
  kind: BlockKind;
  /**
   * What a reader sees: no Markdown marks, escapes and entities resolved, line ends as "\n". The cells of a row are joined by
   * " | ". Of `code` and `html` the content.
   */
  text: string;
  /** First and last line in the report, 1-based. */
  line: number;
  endLine: number;
  /** Where its source begins and ends in the report, in UTF-16 units. */
  start: number;
  end: number;
  /** Where its words begin: behind the mark of a list item, else at `start`. */
  contentStart: number;
  /** The name of the level-1 or level-2 heading it is under ('' before the first); of such a heading its own text. */
  section: string;
  /** The heading of level 3 or deeper it is under, '' without one; of such a heading its own text. */
  heading: string;
  /** 1–6 for a heading, else 0. */
  level: number;
  /** Depth of list nesting: 0 outside lists, 1 in a list, 2 in a list in a list. */
  list: number;
  /** The number of an item of an ordered list. */
  number: number | null;
  isQuote: boolean;
  /** For a row: the texts of its table's head, its own cells (more than `head` has when it has too many), its table. */
  head: string[];
  cells: Cell[];
  /** Counts the report's tables from 0; null outside a table. Rows of one table share it. */
  table: number | null;
  /** Code spans in `text`. */
  code: Range[];
  /** Links and images in `text` with their addresses as written. */
  links: (Range & { url: string })[];
  /** Citations in `text` outside code; in a table's Evidence column also those without brackets. */
  citations: Citation[];
  /** Maps `text` to the source: see Report.placeOf. */
  segments: Segment[];
};

/** Heading cells of a table's column that holds evidence numbers. */
export const EVIDENCE_COLUMN = /\b(?:evidence|receipts?|proof|refs?)\b/i;

type Context = { section: string; heading: string; list: number; isQuote: boolean; tables: number };

/**
 * The blocks of a parsed text in reading order.
 * @param shift what to add to offsets and lines: where the parsed text begins in the report
 */
export function readBlocks(chunks: ParsedChunk[], shift: { offset: number; line: number }): Block[] {
  const blocks: Block[] = [];
  const context: Context = { section: '', heading: '', list: 0, isQuote: false, tables: 0 };
  for (const { text, nodes, line, offset } of chunks) {
    const at = { offset: shift.offset + offset, line: shift.line + line - 1 };
    for (const node of nodes) readNode(node, { source: text, shift: at, context, blocks });
  }
  return blocks;
}

type Reader = { source: string; shift: { offset: number; line: number }; context: Context; blocks: Block[] };

function readNode(node: RootContent, reader: Reader): void {
  const { context } = reader;
  switch (node.type) {
    case 'heading': {
      const block = add('heading', node, node.children, reader);
      block.level = node.depth;
      if (context.list > 0 || context.isQuote) return;
      const name = block.text.trim();
      if (node.depth <= 2) [context.section, context.heading] = [name, ''];
      else context.heading = name;
      [block.section, block.heading] = [context.section, context.heading];
      return;
    }
    case 'paragraph':
      add('paragraph', node, node.children, reader);
      return;
    case 'code':
    case 'html':
      addRaw(node.type, node, reader);
      return;
    case 'blockquote':
      within(reader, { isQuote: true }, node.children);
      return;
    case 'footnoteDefinition':
      within(reader, {}, node.children);
      return;
    case 'list':
      for (const [index, item] of node.children.entries()) {
        const [first, ...rest] = item.children;
        const before = context.list;
        context.list += 1;
        if (first?.type === 'paragraph') {
          const block = add('item', item, first.children, reader);
          block.endLine = (first.position?.end.line ?? 1) + reader.shift.line;
          block.end = (first.position?.end.offset ?? 0) + reader.shift.offset;
          block.contentStart = (first.position?.start.offset ?? 0) + reader.shift.offset;
          if (node.ordered) block.number = (node.start ?? 1) + index;
        } else if (first) readNode(first, reader);
        for (const child of rest) readNode(child, reader);
        context.list = before;
      }
      return;
    case 'table': {
      const [headRow, ...rows] = node.children;
      const head = (headRow?.children ?? []).map((cell) => plainTextOf(cell).trim());
      for (const row of rows) addRow(row.children, row, head, reader);
      context.tables += 1;
    }
  }
}

function within(reader: Reader, change: Partial<Context>, children: RootContent[]): void {
  const { isQuote } = reader.context;
  Object.assign(reader.context, change);
  for (const child of children) readNode(child, reader);
  reader.context.isQuote = isQuote;
}

function add(kind: BlockKind, node: Nodes, children: PhrasingContent[], reader: Reader): Block {
  const block = emptyBlock(kind, node, reader);
  for (const child of children) addInline(child, block, reader);
  block.citations = citationsOf(block, 0, block.text.length, false);
  reader.blocks.push(block);
  return block;
}

function addRow(cells: TableCell[], row: Nodes, head: string[], reader: Reader): void {
  const block = emptyBlock('row', row, reader);
  block.head = head;
  block.table = reader.context.tables;
  for (const [index, cell] of cells.entries()) {
    if (index > 0) block.text += ' | ';
    const start = block.text.length;
    for (const child of cell.children) addInline(child, block, reader);
    const end = block.text.length;
    block.cells.push({ start, end, text: block.text.slice(start, end) });
    block.citations.push(...citationsOf(block, start, end, EVIDENCE_COLUMN.test(head[index] ?? '')));
  }
  reader.blocks.push(block);
}

function addRaw(kind: 'code' | 'html', node: Nodes & { value: string }, reader: Reader): void {
  const block = emptyBlock(kind, node, reader);
  block.text = node.value;
  reader.blocks.push(block);
}

function emptyBlock(kind: BlockKind, { position }: Nodes, { shift, context }: Reader): Block {
  return {
    kind,
    text: '',
    line: (position?.start.line ?? 1) + shift.line,
    endLine: (position?.end.line ?? 1) + shift.line,
    start: (position?.start.offset ?? 0) + shift.offset,
    end: (position?.end.offset ?? 0) + shift.offset,
    contentStart: (position?.start.offset ?? 0) + shift.offset,
    section: context.section,
    heading: context.heading,
    level: 0,
    list: context.list,
    number: null,
    isQuote: context.isQuote,
    head: [],
    cells: [],
    table: null,
    code: [],
    links: [],
    citations: [],
    segments: [],
  };
}

function addInline(node: PhrasingContent, block: Block, reader: Reader): void {
  const start = block.text.length;
  switch (node.type) {
    case 'text':
    case 'html':
    case 'inlineCode':
      addText(node.value, node, block, reader);
      if (node.type === 'inlineCode') block.code.push({ start, end: block.text.length });
      return;
    case 'break':
      block.text += '\n';
      return;
    case 'image':
    case 'imageReference':
      block.text += node.alt ?? '';
      if (node.type === 'image') block.links.push({ start, end: block.text.length, url: node.url });
      return;
    case 'footnoteReference':
      block.text += `[^${node.label ?? node.identifier}]`;
      return;
    default: {
      // `[E7]` is a citation even where the text defines a link of that name.
      const isCitation = node.type === 'linkReference' && findCitations(`[${node.label ?? ''}]`).length > 0;
      if (isCitation) block.text += '[';
      for (const child of node.children) addInline(child, block, reader);
      if (isCitation) block.text += ']';
      if (node.type === 'link') block.links.push({ start, end: block.text.length, url: node.url });
    }
  }
}

/** A text with where each of its characters stands in the source: escapes, entities and the marks of quotes between lines are skipped. */
function addText(value: string, node: Nodes, block: Block, { source, shift }: Reader): void {
  const text = value.replace(/\r\n?/g, '\n');
  const from = node.position?.start.offset ?? 0;
  const to = node.position?.end.offset ?? from;
  let offset = from;
  // The backticks of code, and the blanks that belong to them.
  if (node.type === 'inlineCode') {
    while (offset < to && source[offset] === '`') offset += 1;
    if (source[offset] === ' ' && text[0] !== ' ') offset += 1;
  }
  let at = 0;
  let segment: Segment | null = null;
  while (at < text.length && offset < to) {
    const [said, written] = [text[at], source[offset]];
    if (said === written && said !== '\n') {
      if (segment && segment.offset + segment.length === offset + shift.offset) segment.length += 1;
      else {
        segment = { at: block.text.length + at, offset: offset + shift.offset, length: 1 };
        block.segments.push(segment);
      }
      at += 1;
      offset += 1;
    } else if ((said === '\n' || said === ' ') && (written === '\n' || written === '\r')) {
      if (written === '\r' && source[offset + 1] === '\n') offset += 1;
      at += 1;
      offset += 1;
      while (offset < to && /[ \t>]/.test(source[offset] ?? '') && source[offset] !== text[at]) offset += 1;
    } else if (written === '&' && node.type !== 'inlineCode') {
      const end = source.indexOf(';', offset);
      const sign = text.codePointAt(at) ?? 0;
      at += sign > 0xffff ? 2 : 1;
      offset = end < 0 || end - offset > 40 ? offset + 1 : end + 1;
    } else offset += 1; // a backslash, a blank before a line end
  }
  block.text += text;
}

function citationsOf(block: Block, start: number, end: number, bare: boolean): Citation[] {
  return findCitations(block.text.slice(start, end), { bare })
    .map((found) => ({ ...found, start: found.start + start, end: found.end + start }))
    .filter((found) => !block.code.some((code) => found.start >= code.start && found.start < code.end));
}

/** The words of a node as a reader sees them, without line ends between blocks. */
export function plainTextOf(node: Nodes): string {
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? '';
  if (node.type === 'break') return '\n';
  if ('value' in node) return node.value;
  return 'children' in node ? (node as Parents).children.map(plainTextOf).join('') : '';
}
