import { createHash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json';
import { parseReport } from './report';

/**
 * sha256 of a report as a parsed document: where lines are broken, which mark makes a list and how wide a table is drawn
 * don't count; every word, every character in code and every fact of the front matter does.
 */
export function documentHash(markdown: string): string {
  const { frontMatter, body, root } = parseReport(markdown.replace(/\r\n?/g, '\n'));
  // A front matter that can't be read has no form but its text.
  const head = frontMatter ?? markdown.slice(0, markdown.length - body.length);
  return createHash('sha256')
    .update(canonicalJson({ head, body: bare(root) }))
    .digest('hex');
}

type Node = { type: string; children?: Node[]; value?: string };

/** The tree without positions; a line end within a paragraph is a blank. */
function bare(node: Node): unknown {
  const { position: _, data: __, children, value, ...rest } = node as Node & { position?: unknown; data?: unknown };
  const text = node.type === 'text' || node.type === 'inlineCode' ? value?.replace(/\s*\n\s*/g, ' ') : value;
  return {
    ...rest,
    ...(text === undefined ? {} : { value: text }),
    ...(children ? { children: children.map(bare) } : {}),
  };
}
