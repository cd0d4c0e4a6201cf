import type { Block } from './blocks';
import { SECTIONS, type SectionName } from './schema';

/** What stands under a heading of level 1 or 2, up to the next one. Lines are 1-based; offsets are into the report's text. */
export type Section = {
  /** The heading's words. */
  name: string;
  /** The section of DESIGN that it is, whatever the case of its heading; null for another one, and for level 1. */
  known: SectionName | null;
  level: 1 | 2;
  line: number;
  endLine: number;
  /** The heading begins at `start`, the content at `contentStart`; both end at `end`. */
  start: number;
  contentStart: number;
  end: number;
  /** The source of its content, without blank lines around it. */
  text: string;
  /** Its blocks without the heading. */
  blocks: Block[];
};

/** The sections of a text, in order. Headings inside code, quotes, lists and HTML comments start none. */
export function readSections(markdown: string, blocks: Block[], lastLine: number): Section[] {
  const heads = blocks.flatMap((block, index) =>
    block.kind === 'heading' && block.level <= 2 && block.list === 0 && !block.isQuote ? [{ block, index }] : [],
  );
  return heads.map(({ block, index }, at) => {
    const next = heads[at + 1];
    const end = next ? lineStart(markdown, next.block.start) : markdown.length;
    const contentStart = Math.min(end, lineEnd(markdown, block.end));
    const name = block.text.trim();
    return {
      name,
      known: block.level === 2 ? sectionNamed(name) : null,
      level: block.level === 1 ? 1 : 2,
      line: block.line,
      endLine: next ? next.block.line - 1 : lastLine,
      start: lineStart(markdown, block.start),
      contentStart,
      end,
      text: markdown.slice(contentStart, end).trim(),
      blocks: blocks.slice(index + 1, next?.index ?? blocks.length),
    };
  });
}

function sectionNamed(name: string): SectionName | null {
  const lower = name.replace(/\s+/g, ' ').toLowerCase();
  return SECTIONS.find((section) => section.toLowerCase() === lower) ?? null;
}

/** A heading may be indented: its section begins where its line does. */
function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at -= 1;
  return at;
}

function lineEnd(text: string, offset: number): number {
  const found = /\r\n?|\n/g;
  found.lastIndex = offset;
  const match = found.exec(text);
  return match ? match.index + match[0].length : text.length;
}
