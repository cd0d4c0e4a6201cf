import { findFrontMatter } from '@/lib/report/find-front-matter';
import { parseMarkdown } from '@/lib/report/markdown';
import { definitionsOf, type Heading, outline } from './outline';

export type { Heading } from './outline';

/** Ids and ranks of a block's headings, by their line below its first. */
export type BlockHeadings = ReadonlyMap<string, Pick<Heading, 'id' | 'rank'>>;

const NO_HEADINGS: BlockHeadings = new Map();

/** Front matter, blocks with their headings, and link definitions. Lines are those of the whole source. */
export function prepare(source: string, report: boolean) {
  const end = report ? findFrontMatter(source).end : 0;
  const head = end > 0 ? source.slice(0, end) : null;
  const firstLine = head?.split('\n').length ?? 1;
  const { chunks } = parseMarkdown(source.slice(end));
  const known = new Map(outline(chunks, firstLine).map(({ line, id, rank }) => [line, { id, rank }]));
  const blocks = chunks
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ text, nodes, problem, line: at }) => {
      const line = firstLine + at - 1;
      const headings = nodes.flatMap((node): [string, Pick<Heading, 'id' | 'rank'>][] => {
        const below = (node.position?.start.line ?? 1) - 1;
        const heading = node.type === 'heading' ? known.get(line + below) : undefined;
        return heading ? [[String(below), heading]] : [];
      });
      return { text, nodes, problem, line, headings: headings.length > 0 ? new Map(headings) : NO_HEADINGS };
    });
  return { head, blocks, definitions: definitionsOf(chunks) };
}

/** The headings of a report, for a table of contents; ids as `Markdown` sets them. */
export function headingsOf(source: string, report = true) {
  const end = report ? findFrontMatter(source).end : 0;
  const firstLine = source.slice(0, end).split('\n').length;
  return outline(parseMarkdown(source.slice(end)).chunks, firstLine);
}
