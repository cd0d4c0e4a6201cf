import { findFrontMatter } from '@/lib/report/find-front-matter';
import { definitions, outline, splitBlocks } from './blocks';

export type { Heading } from './blocks';

/** Front matter, blocks, heading ids by line, and link definitions. */
export function prepare(source: string, report: boolean) {
  const end = report ? findFrontMatter(source).end : 0;
  const head = end > 0 ? source.slice(0, end) : null;
  const all = splitBlocks(source.slice(end), head?.split('\n').length ?? 1);
  const blocks = all.filter((block) => block.text.trim() !== '');
  return { head, blocks, ids: new Map(outline(blocks).map(({ line, id }) => [line, id])), known: definitions(blocks) };
}

/** The headings of a report, for a table of contents; ids as `Markdown` sets them. */
export function headingsOf(source: string, report = true) {
  return outline(prepare(source, report).blocks);
}
