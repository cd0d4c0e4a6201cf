import { plainTextOf } from './blocks';
import { findFrontMatter } from './find-front-matter';
import { parseMarkdown, rootOf } from './markdown';

/**
 * The text with its headings of level `level` and above made one level deeper than that, so that none of them ends what the
 * text is put into. Headings inside code, quotes, lists and HTML are none of the document's and stay as they are.
 * @param own a heading of this name that the text begins with is dropped
 */
export function lowerHeadings(text: string, level: number, own?: string): string {
  const root = rootOf(parseMarkdown(text));
  let out = '';
  let at = 0;
  for (const [index, node] of root.children.entries()) {
    if (node.type !== 'heading' || node.depth > level) continue;
    const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
    const isOwn = index === 0 && own !== undefined && plainTextOf(node).trim().toLowerCase() === own.toLowerCase();
    const words = text.slice(
      node.children[0]?.position?.start.offset ?? end,
      node.children.at(-1)?.position?.end.offset ?? end,
    );
    out += text.slice(at, start) + (isOwn ? '' : `${'#'.repeat(level + 1)} ${words.replace(/\s*[\r\n]+\s*/g, ' ')}`);
    at = end;
  }
  return (out + text.slice(at)).trim();
}

/** The words of the heading of level 2 that a line (1-based) of a report stands under; null before the first. */
export function sectionAt(markdown: string, line: number): string | null {
  const { end } = findFrontMatter(markdown);
  const before = markdown.slice(0, end).split(/\r\n?|\n/).length - 1;
  const heading = rootOf(parseMarkdown(markdown.slice(end))).children.findLast(
    (node) => node.type === 'heading' && node.depth === 2 && (node.position?.start.line ?? 0) + before <= line,
  );
  return heading ? plainTextOf(heading).trim().slice(0, 200) : null;
}
