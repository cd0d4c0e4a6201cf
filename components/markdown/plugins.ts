import { defaultSchema } from 'rehype-sanitize';
import { markUnseen } from '@/lib/reviews/unseen-characters';
import { indicatorsIn } from './indicators';
import { defangUrl } from './links';

/** The parts of a hast/mdast node that are used here. */
type Node = {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: Node[];
  position?: { start: { line: number } };
  identifier?: string;
  label?: string;
};

/** mdast: a footnote is shown where it stands, as text: a block is rendered alone and must not lose it. */
export function footnotesAsText() {
  return (tree: Node): void => {
    each(tree, (node) => {
      if (node.type === 'footnoteReference')
        Object.assign(node, { type: 'text', value: `[^${node.label ?? node.identifier}]` });
      if (node.type === 'footnoteDefinition') {
        const mark: Node = { type: 'text', value: `[^${node.label ?? node.identifier}]: ` };
        const first = node.children?.[0];
        if (first?.type === 'paragraph') first.children?.unshift(mark);
        else node.children?.unshift({ type: 'paragraph', children: [mark] });
        node.type = 'blockquote';
      }
    });
  };
}

/**
 * hast: raw HTML becomes text (an analyst must see it, a browser must not), images become a textual mark, citations,
 * indicators and invisible characters become elements of ours, and blocks learn the line they come from.
 * Runs before the sanitiser, which has the last word.
 */
export function marks() {
  return (tree: Node): void => {
    each(tree, (node) => {
      if (node.type === 'raw') node.type = 'text';
      if (node.type === 'element' && node.tagName === 'img') imageToMark(node);
      if (node.type === 'element' && LINED.has(node.tagName ?? '') && node.position) {
        node.properties = { ...node.properties, dataOffset: String(node.position.start.line - 1) };
      }
    });
    markText(tree, { code: false, link: false });
  };
}

const LINED = new Set(['p', 'li', 'tr', 'pre', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** Elements that Markdown makes, and ours. No id, no class, no style, no event handler comes through. */
export const SCHEMA = {
  ...defaultSchema,
  tagNames: [
    ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li', 'hr', 'br', 'pre', 'code'],
    ...['em', 'strong', 'del', 'a', 'input', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'span'],
  ],
  attributes: {
    '*': ['dataOffset'],
    a: ['href'],
    code: [['className', /^language-[\w-]{1,40}$/] as [string, RegExp]],
    input: [['disabled', true] as [string, boolean], ['type', 'checkbox'] as [string, string], 'checked'],
    ol: ['start'],
    th: ['align'],
    td: ['align'],
    span: ['dataCite', 'dataKind', 'dataRaw', 'dataInvisible', 'dataName', 'dataImage'],
  },
  protocols: { href: ['http', 'https'] },
  strip: ['script'],
};

function imageToMark(node: Node): void {
  const alt = String(node.properties?.alt ?? '').trim();
  const address = defangUrl(String(node.properties?.src ?? '').slice(0, 500));
  node.tagName = 'span';
  node.properties = { dataImage: 'true' };
  node.children = [{ type: 'text', value: `Image not loaded: ${[alt, address].filter(Boolean).join(' · ')}` }];
}

function markText(node: Node, inside: { code: boolean; link: boolean }): void {
  if (!node.children) return;
  node.children = node.children.flatMap((child): Node[] => {
    if (child.type === 'text') return pieces(child.value ?? '', inside);
    const next = {
      code: inside.code || child.tagName === 'code' || child.tagName === 'pre',
      // Nothing that can be pressed inside something that can be pressed.
      link: inside.link || child.tagName === 'a' || child.properties?.dataImage !== undefined,
    };
    markText(child, next);
    return [child];
  });
}

/** A text as nodes: plain pieces, citations (not in code), indicators, and characters that can't be seen. */
function pieces(text: string, inside: { code: boolean; link: boolean }): Node[] {
  const found: { start: number; end: number; node: Node }[] = [];
  if (!inside.link) {
    if (!inside.code) {
      for (const match of text.matchAll(/\[E(\d{1,5})\]/g)) {
        const node = span({ dataCite: match[1] }, match[0]);
        found.push({ start: match.index, end: match.index + match[0].length, node });
      }
    }
    for (const { start, end, kind, value } of indicatorsIn(text)) {
      found.push({ start, end, node: span({ dataKind: kind, dataRaw: value }, text.slice(start, end)) });
    }
  }
  found.sort((a, b) => a.start - b.start);
  const nodes: Node[] = [];
  let at = 0;
  for (const { start, end, node } of found) {
    if (start < at) continue;
    nodes.push(...withInvisible(text.slice(at, start)), node);
    at = end;
  }
  nodes.push(...withInvisible(text.slice(at)));
  return nodes;
}

/** Characters that make a text read other than it is, shown by name. Odd spaces are left: they mislead nobody here. */
function withInvisible(text: string): Node[] {
  return markUnseen(text).map(({ text: piece, mark }) =>
    mark === null || mark.kind === 'space'
      ? { type: 'text', value: piece }
      : span({ dataInvisible: mark.kind, dataName: mark.code }, mark.kind === 'lookalike' ? piece : mark.label),
  );
}

function span(properties: Record<string, unknown>, text: string): Node {
  return { type: 'element', tagName: 'span', properties, children: [{ type: 'text', value: text }] };
}

function each(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of node.children ?? []) each(child, visit);
}
