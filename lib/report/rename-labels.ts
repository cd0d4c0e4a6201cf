import type { Nodes } from 'mdast';
import { parseReport } from './report';

/**
 * A report whose footnotes and link references can stand beside those of another text: a label that both define gets `suffix`. Their
 * references are changed with them; what they show stays the same.
 */
export function renameLabels(markdown: string, beside: string, suffix: string): string {
  const taken = new Set(nodesOf(parseReport(beside).root).flatMap((node) => (isDefinition(node) ? [keyOf(node)] : [])));
  if (taken.size === 0) return markdown;
  const report = parseReport(markdown);
  const start = markdown.length - report.body.length;
  const insertions = nodesOf(report.root)
    .filter((node): node is Labelled => 'identifier' in node && taken.has(keyOf(node)))
    .map((node) => insertionFor(node, report.body, suffix));
  // From the last to the first, so that the places of the others stay true.
  return insertions
    .sort((a, b) => b.at - a.at)
    .reduce((text, { at, words }) => text.slice(0, start + at) + words + text.slice(start + at), markdown);
}

type Labelled = Extract<Nodes, { identifier: string }>;

const keyOf = (node: Nodes): string =>
  'identifier' in node ? `${node.type.startsWith('footnote') ? '^' : ''}${node.identifier}` : '';
const isDefinition = ({ type }: Nodes): boolean => type === 'definition' || type === 'footnoteDefinition';

function insertionFor(node: Labelled, body: string, suffix: string): { at: number; words: string } {
  const [from, to] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
  if (isDefinition(node)) {
    return { at: from + Math.max(0, body.slice(from, to).search(/(?<!\\)\]/)), words: `-${suffix}` };
  }
  const kind = 'referenceType' in node ? node.referenceType : 'full';
  const label = `${node.label ?? node.identifier}-${suffix}`;
  if (kind === 'shortcut') return { at: to, words: `[${label}]` };
  return { at: to - 1, words: kind === 'collapsed' ? label : `-${suffix}` };
}

function nodesOf(node: Nodes): Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap(nodesOf) : [])];
}
