import { findFrontMatter } from '@/lib/report/find-front-matter';
import { parseMarkdown } from '@/lib/report/markdown';
import { definitionsOf, outline } from './outline';

export type { Heading } from './outline';

/** The ids of a block's headings, by their line below its first. */
export type HeadingIds = ReadonlyMap<string, string>;

const NO_IDS: HeadingIds = new Map();

/** Front matter, blocks with the ids of their headings, and link definitions. Lines are those of the whole source. */
export function prepare(source: string, report: boolean) {
  const end = report ? findFrontMatter(source).end : 0;
  const head = end > 0 ? source.slice(0, end) : null;
  const firstLine = head?.split('\n').length ?? 1;
  const { chunks } = parseMarkdown(source.slice(end));
  const ids = new Map<number, string>(outline(chunks, firstLine).map(({ line, id }) => [line, id]));
  const blocks = chunks
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ text, nodes, problem, line: at }) => {
      const line = firstLine + at - 1;
      const headings = nodes.flatMap((node): [string, string][] => {
        const below = (node.position?.start.line ?? 1) - 1;
        const id = node.type === 'heading' ? ids.get(line + below) : undefined;
        return id === undefined ? [] : [[String(below), id]];
      });
      return { text, nodes, problem, line, ids: headings.length > 0 ? new Map(headings) : NO_IDS };
    });
  return { head, blocks, known: definitionsOf(chunks) };
}

/** The headings of a report, for a table of contents; ids as `Markdown` sets them. */
export function headingsOf(source: string, report = true) {
  const end = report ? findFrontMatter(source).end : 0;
  const firstLine = source.slice(0, end).split('\n').length;
  return outline(parseMarkdown(source.slice(end)).chunks, firstLine);
}
