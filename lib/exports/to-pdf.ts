import { createRequire } from 'node:module';
import path from 'node:path';
import type { ListItem, Nodes, Parents, RootContent, Text } from 'mdast';
import { defang } from '../alerts/fang';
import { type ReportDocument, visible } from './document';
import { textOf } from './to-html';

const require = createRequire(import.meta.url);

type Span = {
  text: string;
  bold?: boolean;
  italics?: boolean;
  font?: string;
  fontSize?: number;
  decoration?: string;
  color?: string;
};
type Block = Record<string, unknown>;
type Printer = {
  setFonts(fonts: Record<string, Record<string, string>>): void;
  setUrlAccessPolicy(allowed: () => boolean): void;
  setLocalAccessPolicy(allowed: (file: string) => boolean): void;
  createPdf(document: Block): { getBuffer(): Promise<Buffer> };
};

/** The report as a PDF (A4), with the fonts inside; nothing is fetched to make it, and nothing in it leads anywhere. */
export async function toPdf(document: ReportDocument): Promise<Buffer> {
  const { title, facts, body } = document;
  return printer()
    .createPdf({
      pageSize: 'A4',
      pageMargins: [56, 56, 56, 56],
      defaultStyle: { font: 'Sans', fontSize: 9.5, lineHeight: 1.25 },
      info: { title: shown(title), creator: 'Socdown' },
      footer: (page: number, pages: number) => ({
        text: `${shown(title).slice(0, 90)}   ${page} / ${pages}`,
        alignment: 'center',
        fontSize: 7.5,
        color: '#525a66',
        margin: [0, 20, 0, 0],
      }),
      content: [
        { text: shown(title), fontSize: 18, bold: true, margin: [0, 0, 0, 10] },
        {
          layout: 'lightHorizontalLines',
          table: {
            widths: [80, '*'],
            body: facts.map(([name, value]) => [
              { text: name, color: '#525a66' },
              { text: pieces(shown(value), { font: 'Sans' }, 60) },
            ]),
          },
          margin: [0, 0, 0, 12],
        },
        ...blocks(withoutTitle(body.children, title)),
      ],
      // A heading goes with what it is about.
      pageBreakBefore: (
        node: { headlineLevel?: number },
        after: { followingNodesOnPage?: unknown[]; getFollowingNodesOnPage?: () => unknown[] },
      ) =>
        node.headlineLevel !== undefined &&
        (after.getFollowingNodesOnPage?.() ?? after.followingNodesOnPage ?? [1]).length === 0,
    })
    .getBuffer();
}

let ready: Printer | undefined;

function printer(): Printer {
  if (ready) return ready;
  const folder = fontFolder();
  const file = (name: string) => path.join(folder, name);
  const made = require('pdfmake') as Printer; // it has no types
  made.setFonts({
    Sans: {
      normal: file('DejaVuSans.ttf'),
      bold: file('DejaVuSans-Bold.ttf'),
      italics: file('DejaVuSans-Oblique.ttf'),
      bolditalics: file('DejaVuSans-BoldOblique.ttf'),
    },
    Mono: {
      normal: file('DejaVuSansMono.ttf'),
      bold: file('DejaVuSansMono-Bold.ttf'),
      italics: file('DejaVuSansMono-Oblique.ttf'),
      bolditalics: file('DejaVuSansMono-BoldOblique.ttf'),
    },
  });
  made.setUrlAccessPolicy(() => false);
  made.setLocalAccessPolicy((name) => name.startsWith(folder));
  ready = made;
  return made;
}

function fontFolder(): string {
  return path.join(process.cwd(), 'node_modules', 'dejavu-fonts-ttf', 'ttf');
}

/** What the fonts have no sign for is shown as its code: a PDF would show an empty box. */
function shown(text: string): string {
  const font = covered();
  return [...visible(text)]
    .map((sign) =>
      sign === '\n' || sign === '\t' || font.has(sign.codePointAt(0) ?? 0)
        ? sign
        : `⟨U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}⟩`,
    )
    .join('');
}

let signs: Set<number> | undefined;

function covered(): Set<number> {
  if (signs) return signs;
  type Font = { characterSet: number[] };
  const { openSync } = require('fontkit') as { openSync(file: string): Font }; // it has no types
  // Both, so that code and prose show the same.
  const [sans, mono] = ['DejaVuSans.ttf', 'DejaVuSansMono.ttf'].map(
    (name) => openSync(path.join(fontFolder(), name)).characterSet,
  );
  const inMono = new Set(mono);
  signs = new Set(sans?.filter((sign) => inMono.has(sign)));
  return signs;
}

/** The page says its title above; a report that begins with it says it once. */
function withoutTitle(nodes: RootContent[], title: string): RootContent[] {
  const [first] = nodes;
  return first?.type === 'heading' && first.depth === 1 && textOf(first).trim() === title.trim()
    ? nodes.slice(1)
    : nodes;
}

/**
 * A text whose words of more than `room` characters (a hash, an address) may be broken, or they would run out of the page or
 * their cell. The place to break is a sign of the proportional font: the other one would draw a box for it.
 */
function pieces(text: string, style: Omit<Span, 'text'> = {}, room = 28): Span[] {
  const step = Math.max(4, Math.min(14, Math.floor(room / 2)));
  const broken = text.replace(/\S+/gu, (word) =>
    word.length > room ? (word.match(new RegExp(`.{1,${step}}`, 'gsu')) ?? []).join('\u200b') : word,
  );
  if (style.font !== 'Mono') return [{ ...style, text: broken }];
  return broken
    .split('\u200b')
    .flatMap((part, index) => [...(index > 0 ? [{ text: '\u200b', font: 'Sans' }] : []), { ...style, text: part }]);
}

const SIZES = [16, 13, 11, 10, 9.5, 9.5];
const GAP = [0, 0, 0, 6];

function blocks(nodes: RootContent[]): Block[] {
  return nodes.flatMap((node): Block[] => {
    switch (node.type) {
      case 'heading':
        return [
          {
            text: spans(node),
            bold: true,
            fontSize: SIZES[node.depth - 1],
            margin: [0, 8, 0, 4],
            headlineLevel: node.depth,
          },
        ];
      case 'code':
        return [
          boxed(
            [{ text: pieces(shown(node.value), { font: 'Mono', fontSize: 8 }, 60), preserveLeadingSpaces: true }],
            '#f1f3f5',
          ),
        ];
      case 'blockquote':
        return [{ stack: blocks(node.children as RootContent[]), margin: [12, 0, 0, 6], color: '#525a66' }];
      case 'list': {
        const items = node.children.map((item) => ({
          stack: blocks(ticked(item)),
        }));
        return [
          { [node.ordered ? 'ol' : 'ul']: items, ...(node.ordered ? { start: node.start ?? 1 } : {}), margin: GAP },
        ];
      }
      case 'table': {
        const columns = Math.max(...node.children.map((row) => row.children.length), 1);
        const body = node.children.map((row, index) =>
          Array.from({ length: columns }, (_, column) => {
            const cell = row.children[column];
            return {
              text: cell ? spans(cell, { room: roomOf(columns) }) : '',
              fontSize: sizeIn(columns),
              ...(index === 0 ? { bold: true, fillColor: '#f1f3f5' } : {}),
            };
          }),
        );
        return [
          {
            table: { headerRows: 1, widths: Array(columns).fill('*'), body, dontBreakRows: false },
            margin: [0, 2, 0, 8],
          },
        ];
      }
      case 'thematicBreak':
        return [
          {
            canvas: [{ type: 'line', x1: 0, y1: 4, x2: 483, y2: 4, lineWidth: 0.5, lineColor: '#c9ced6' }],
            margin: GAP,
          },
        ];
      case 'html':
        return [{ text: pieces(shown(node.value)), margin: GAP }];
      case 'definition':
        return [{ text: pieces(shown(`${node.label ?? node.identifier}: ${defang('url', node.url)}`)), margin: GAP }];
      case 'footnoteDefinition':
        return [
          { text: `[^${shown(node.label ?? node.identifier)}]`, bold: true },
          ...blocks(node.children as RootContent[]),
        ];
      default:
        return 'children' in node ? [{ text: spans(node), margin: GAP }] : [];
    }
  });
}

function boxed(content: Block[], fill: string): Block {
  return {
    table: { widths: ['*'], body: [[{ stack: content, fillColor: fill, margin: [4, 3, 4, 3] }]] },
    layout: 'noBorders',
    margin: GAP,
  };
}

/** Of the page's width, 483 points. */
const sizeIn = (columns: number): number => (columns > 6 ? 6 : columns > 4 ? 7 : 8);
/** Characters that fit into a column beside its padding, in the wider font. */
const roomOf = (columns: number): number =>
  Math.min(28, Math.max(4, Math.floor((483 / columns - 10) / (sizeIn(columns) * 0.68))));

/** A list item with its box before its first words. */
function ticked(item: ListItem): RootContent[] {
  const [first, ...rest] = item.children;
  if (item.checked == null || first?.type !== 'paragraph') return item.children;
  const box: Text = { type: 'text', value: item.checked ? '☑ ' : '☐ ' };
  return [{ ...first, children: [box, ...first.children] }, ...rest];
}

type Style = Omit<Span, 'text'> & { room?: number };

/** The words of a node with their marks. */
function spans(node: Nodes, style: Style = {}): Span[] {
  const text = (words: string, more: Style = {}): Span[] => {
    const { room, ...rest } = { ...style, ...more };
    return pieces(shown(words), rest, room);
  };
  const inside = (more: Style = {}) =>
    (node as Parents).children.flatMap((child) => spans(child, { ...style, ...more }));
  switch (node.type) {
    case 'inlineCode':
      return text(node.value, { font: 'Mono', ...(style.room ? {} : { fontSize: 8.5 }) });
    case 'strong':
      return inside({ bold: true });
    case 'emphasis':
      return inside({ italics: true });
    case 'delete':
      return inside({ decoration: 'lineThrough' });
    case 'break':
      return text('\n');
    case 'image':
      return text(`[image: ${node.alt ?? ''} (${defang('url', node.url)})]`);
    case 'imageReference':
      return text(`[image: ${node.alt ?? ''}]`);
    case 'link':
      // Readers make links of what looks like one.
      return textOf(node) === node.url
        ? text(defang('url', node.url))
        : [...inside(), ...text(` (${defang('url', node.url)})`)];
    case 'footnoteReference':
      return text(`[^${node.label ?? node.identifier}]`);
    default:
      return 'value' in node ? text(node.value) : 'children' in node ? inside() : [];
  }
}
