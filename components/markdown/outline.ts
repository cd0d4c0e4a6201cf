import type { Definition, Nodes, RootContent } from 'mdast';
import { plainTextOf } from '@/lib/report/blocks';
import { headingRanks } from '@/lib/report/heading-ranks';
import type { ParsedChunk } from '@/lib/report/markdown';

/** `level` as it is written, `rank` as it is nested; `line` is 1-based, of the whole source. */
export type Heading = { id: string; level: number; rank: number; text: string; line: number };

/** Headings of a text with ids that are unique in it; a heading's id depends only on what stands before it. */
export function outline(chunks: ParsedChunk[], firstLine = 1): Heading[] {
  const seen = new Map<string, number>();
  const headings = chunks.flatMap(({ nodes, line }) =>
    nodes.flatMap((node) => {
      if (node.type !== 'heading') return [];
      const text = plainTextOf(node).trim();
      const slug = slugOf(text);
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      const id = count === 0 ? slug : `${slug}-${count + 1}`;
      return [{ id, level: node.depth, text, line: firstLine + line + (node.position?.start.line ?? 1) - 2 }];
    }),
  );
  const ranks = headingRanks(headings.map(({ level }) => level));
  return headings.map((heading, at) => ({ ...heading, rank: ranks[at] ?? 1 }));
}

/** The link definitions of a text, by identifier; the first of each counts. */
export function definitionsOf(chunks: ParsedChunk[]): Map<string, Definition> {
  const found = new Map<string, Definition>();
  for (const { nodes, text } of chunks) {
    if (!text.includes(']:')) continue;
    each(nodes, (node) => {
      if (node.type === 'definition' && !found.has(node.identifier)) found.set(node.identifier, node);
    });
  }
  return found;
}

const NONE: Definition[] = [];

/** The definitions that blocks refer to and don't bring themselves, so that they render alone. */
export function definitionsFor(nodes: RootContent[], known: Map<string, Definition>): Definition[] {
  if (known.size === 0) return NONE;
  const needed = new Set<Definition>();
  each(nodes, (node) => {
    if (node.type !== 'linkReference' && node.type !== 'imageReference') return;
    const definition = known.get(node.identifier);
    if (definition) needed.add(definition);
  });
  return needed.size === 0 ? NONE : [...needed];
}

function each(nodes: Nodes[], visit: (node: Nodes) => void): void {
  for (const node of nodes) {
    visit(node);
    if ('children' in node) each(node.children, visit);
  }
}

function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/[\s-]+/g, '-');
  return slug || 'section';
}
