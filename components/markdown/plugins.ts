import { defaultSchema } from 'hast-util-sanitize';
import { type Citation, findCitations } from '@/lib/report/citations';
import { markUnseen } from '@/lib/text/invisible-characters';
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
export function footnotesAsText(tree: object): void {
  each(tree as Node, (node) => {
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
}

/**
 * hast: raw HTML becomes text (an analyst must see it, a browser must not), images become a textual mark, citations,
 * indicators and invisible characters become elements of ours, and blocks learn the line they come from.
 * Runs before the sanitiser, which has the last word.
 */
export function marks(hast: object): void {
  const tree = hast as Node;
  each(tree, (node) => {
    if (node.type === 'raw') node.type = 'text';
    if (node.type === 'element' && node.tagName === 'img') imageToMark(node);
    if (node.type === 'element' && LINED.has(node.tagName ?? '') && node.position) {
      node.properties = { ...node.properties, dataOffset: String(node.position.start.line - 1) };
    }
  });
  markText(tree, { code: false, link: false, cell: false });
}

const LINED = new Set(['p', 'li', 'tr', 'pre', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** Elements that Markdown makes, and ours. No id, no class, no style, no event handler comes through. */
export const SCHEMA = {
  ...defaultSchema,
  tagNames: [
    'p',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'blockquote',
    'ul',
    'ol',
    'li',
    'hr',
    'br',
    'pre',
    'code',
    'em',
    'strong',
    'del',
    'a',
    'input',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'span',
  ],
  attributes: {
    '*': ['dataOffset'],
    a: ['href'],
    code: [['className', /^language-[\w-]{1,40}$/] as [string, RegExp]],
    input: [['disabled', true] as [string, boolean], ['type', 'checkbox'] as [string, string], 'checked'],
    ol: ['start'],
    th: ['align'],
    td: ['align'],
    span: ['dataCite', 'dataKind', 'dataRaw', 'dataInvisible', 'dataName', 'dataImage', 'dataBreak', 'dataChange'],
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

/** More records cited at one place become one compact element, which unfolds. */
const MAX_APART = 3;

type Inside = { code: boolean; link: boolean; cell: boolean };

function markText(node: Node, inside: Inside): void {
  if (!node.children) return;
  node.children = node.children.flatMap((child): Node[] => {
    if (child.type === 'text') return pieces(child.value ?? '', inside);
    const next = {
      code: inside.code || child.tagName === 'code' || child.tagName === 'pre',
      // Nothing that can be pressed inside something that can be pressed.
      link: inside.link || child.tagName === 'a' || child.properties?.dataImage !== undefined,
      cell: inside.cell || child.tagName === 'td',
    };
    markText(child, next);
    return [child];
  });
}

/** A text as nodes: plain pieces, citations (not in code), indicators, and characters that can't be seen. */
function pieces(text: string, inside: Inside): Node[] {
  const found: { start: number; end: number; node: Node }[] = [];
  if (!inside.link) {
    if (!inside.code) {
      for (const { numbers, start, end } of inOnePlace(text)) {
        found.push({ start, end, node: citation(numbers, text.slice(start, end)) });
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
    nodes.push(...plain(text.slice(at, start), inside), node);
    at = end;
    // A full stop after a citation stays with it.
    const [stop] = node.properties?.dataCite ? (/^[.,;:!?)]+/.exec(text.slice(end)) ?? []) : [];
    if (stop === undefined) continue;
    nodes.splice(-1, 1, breaking('never', [node, { type: 'text', value: stop }]));
    at += stop.length;
  }
  nodes.push(...plain(text.slice(at), inside));
  return nodes;
}

/** The citations of a text; many that follow each other with nothing between, as one. */
function inOnePlace(text: string): Citation[] {
  const places: Citation[][] = [];
  for (const one of findCitations(text)) {
    const last = places.at(-1);
    const end = last?.at(-1)?.end ?? 0;
    if (last && /^[\s,;]*$/.test(text.slice(end, one.start))) last.push(one);
    else places.push([one]);
  }
  return places.flatMap((place) => {
    const numbers = [...new Set(place.flatMap((one) => one.numbers))];
    const [first, last] = [place[0], place.at(-1)];
    return numbers.length > MAX_APART && first && last ? [{ numbers, start: first.start, end: last.end }] : place;
  });
}

function citation(numbers: number[], text: string): Node {
  const [only] = numbers;
  if (numbers.length === 1) return span({ dataCite: String(only) }, `[E${only}]`);
  if (numbers.length > MAX_APART) return span({ dataCite: numbers.join(' ') }, text);
  return breaking(
    'anywhere',
    numbers.map((number) => span({ dataCite: String(number) }, `[E${number}]`)),
  );
}

/** Dates and times, which no line may begin in the middle of; and, of a cell, what is too long to stand whole in a column. */
const WHOLE = /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?\b/g;
const WHOLE_OR_LONG = new RegExp(`${WHOLE.source}|\\S{25,}`, 'g');

function plain(text: string, { code, cell }: Inside): Node[] {
  if (code && !cell) return withInvisible(text);
  const nodes: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(cell ? WHOLE_OR_LONG : WHOLE)) {
    nodes.push(...withInvisible(text.slice(at, match.index)));
    at = match.index + match[0].length;
    nodes.push(breaking(/^\d{4}-/.test(match[0]) ? 'never' : 'anywhere', withInvisible(match[0])));
  }
  nodes.push(...withInvisible(text.slice(at)));
  return nodes;
}

const breaking = (dataBreak: 'never' | 'anywhere', children: Node[]): Node => ({
  type: 'element',
  tagName: 'span',
  properties: { dataBreak },
  children,
});

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
