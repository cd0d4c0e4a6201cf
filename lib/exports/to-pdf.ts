import { createRequire } from 'node:module';
import type { ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import type { List, ListItem, Nodes, Parents, RootContent, Table, Text } from 'mdast';
import { defang } from '../alerts/fang';
import {
  APPENDIX_HEAD,
  type AppendixRow,
  isTimelineHeading,
  type ReportDocument,
  textOf,
  visible,
  withoutTitle,
} from './document';
import { FONT_FOLDERS, FONTS, type FontFiles, textWidth } from './fonts';
import { layOutTable, MAX_COLUMNS, PAGE_WIDTH, rowsFitPage } from './pdf-tables';
import { tagParagraphs } from './pdf-tags';
import { type Measure, type Span, type Style, spansOf } from './pdf-text';
import { layOutRightToLeft } from './right-to-left';
import { timelinePicture } from './timeline-picture';

const require = createRequire(import.meta.url);

const MARGIN = 56;
const FOOTER = 'footer';

type Content = Record<string, unknown>;
type Printer = {
  setFonts(fonts: Record<string, FontFiles>): void;
  setUrlAccessPolicy(allowed: () => boolean): void;
  setLocalAccessPolicy(allowed: (file: string) => boolean): void;
  createPdf(document: Content): { getBuffer(): Promise<Buffer> };
};

/**
 * The report as a PDF (A4) with bookmarks and the fonts inside; nothing is fetched to make it, and nothing in it leads
 * anywhere.
 */
export async function toPdf(document: ReportDocument): Promise<Buffer> {
  const { title, facts, body, timeline, appendix } = document;
  const shown = visible(title);
  return printer()
    .createPdf({
      pageSize: 'A4',
      pageMargins: [MARGIN, MARGIN, MARGIN, MARGIN],
      defaultStyle: { font: 'Sans', fontSize: FONT_SIZE, lineHeight: 1.25 },
      info: { title: shown, creator: 'Socdown' },
      language: 'en',
      displayTitle: true,
      tagged: true,
      footer: (page: number, pages: number) => ({
        text: [...oneLine(spansOf(shown.slice(0, 90)), 7.5), { text: `   ${page} / ${pages}` }],
        tag: 'Artifact',
        style: FOOTER,
        alignment: 'center',
        fontSize: 7.5,
        color: '#525a66',
        margin: [0, 20, 0, 0],
      }),
      content: [
        { ...paragraph(spansOf(shown, { bold: true }), PAGE_WIDTH, 18), tag: 'H1', margin: [0, 0, 0, 10] },
        factTable(facts),
        ...withPicture(withoutTitle(body.children, title), timeline),
        ...appendixOf(appendix),
      ],
      pageBreakBefore: leavesAlone,
    })
    .getBuffer();
}

/** What pdfmake says of a part that it has laid out. */
type NodeInfo = {
  headlineLevel?: number;
  style?: string;
  table?: { body: { __height?: number }[][]; dontBreakRows?: boolean };
  startPosition: { top: number; pageInnerHeight: number };
};
type Neighbors = { getFollowingNodesOnPage(): NodeInfo[]; getNodesOnNextPage(): NodeInfo[] };

/**
 * Whether a heading would be alone at the end of a page: nothing follows, or a table whose first rows have no room. Places of such
 * rows can't be asked for: they are those from before the rows were moved.
 */
function leavesAlone({ headlineLevel }: NodeInfo, after: Neighbors): boolean {
  if (headlineLevel === undefined) return false;
  const isContent = (node: NodeInfo) => node.style !== FOOTER && node.headlineLevel === undefined;
  const next = after.getFollowingNodesOnPage().find(isContent);
  if (!next) return after.getNodesOnNextPage().some(isContent);
  if (!next.table?.dontBreakRows) return false;
  const rows = next.table.body.slice(0, 2).map((cells) => Math.max(...cells.map((cell) => cell.__height ?? 0)) + 6);
  const { top, pageInnerHeight } = next.startPosition;
  return top + rows.reduce((sum, height) => sum + height, 0) > MARGIN + pageInnerHeight;
}

let ready: Printer | undefined;

function printer(): Printer {
  if (ready) return ready;
  const made = require('pdfmake') as Printer; // it has no types
  made.setFonts(Object.fromEntries(Object.entries(FONTS).map(([name, files]) => [name, files()])));
  tagParagraphs();
  made.setUrlAccessPolicy(() => false);
  const folders = FONT_FOLDERS();
  made.setLocalAccessPolicy((name) => folders.some((folder) => name.startsWith(folder)));
  ready = made;
  return made;
}

/** The blocks, with the timeline's picture below its heading, as vectors. */
function withPicture(nodes: RootContent[], timeline: ReportDocument['timeline']): Content[] {
  const at = nodes.findIndex(isTimelineHeading);
  const picture = at < 0 ? null : timelinePicture(timeline, fontSpans);
  if (!picture) return blocks(nodes);
  const svg = toHtml(picture, { space: 'svg', closeSelfClosing: true });
  return [
    ...blocks(nodes.slice(0, at + 1)),
    { svg, width: PAGE_WIDTH, alt: 'Timeline. The table below has its events.', margin: [0, 2, 0, 8] },
    ...blocks(nodes.slice(at + 1)),
  ];
}

/** Each run of a text in the font that has its signs. */
const fontSpans = (words: string): ElementContent[] =>
  oneLine(spansOf(visible(words).replaceAll('\n', ' '), { room: 1000 }))
    .filter(({ text }) => text !== '\u200b')
    .map(({ text, font }) => ({
      type: 'element',
      tagName: 'tspan',
      properties: { fontFamily: font },
      children: [{ type: 'text', value: text }],
    }));

const FONT_SIZE = 9.5;
const measureAt =
  (size: number): Measure =>
  (text, of) =>
    textWidth(text, of?.font ?? 'Sans', of?.bold ? 'bold' : 'normal', of?.fontSize ?? size);

/** Words from the right begin at the right. */
function paragraph(words: Span[], width: number, fontSize = FONT_SIZE): Content {
  // A little less than there is: the last digits of a width are not the same everywhere.
  const { spans: text, fromRight } = layOutRightToLeft(words, width - 1, measureAt(fontSize));
  return { text, fontSize, ...(fromRight ? { alignment: 'right' } : {}) };
}

const oneLine = (words: Span[], fontSize = FONT_SIZE): Span[] =>
  layOutRightToLeft(words, Number.POSITIVE_INFINITY, measureAt(fontSize)).spans;

const SIZES = [16, 13, 11, 10, 9.5, 9.5];
const GAP = [0, 0, 0, 6];
const HEAD_FILL = '#f1f3f5';

function factTable(facts: [string, string][]): Content {
  return {
    layout: 'lightHorizontalLines',
    table: {
      widths: [80, '*'],
      body: facts.map(([name, value]) => [
        { text: name, color: '#525a66' },
        paragraph(spansOf(visible(value), { room: 60 }), PAGE_WIDTH - 100),
      ]),
    },
    margin: [0, 0, 0, 12],
  };
}

/** Blocks in a place of that width, in points. */
function blocks(nodes: RootContent[], width = PAGE_WIDTH): Content[] {
  return nodes.flatMap((node): Content[] => {
    switch (node.type) {
      case 'heading':
        return [heading(spans(node, { bold: true }), node.depth, visible(textOf(node)), width)];
      case 'code':
        return [boxed(spansOf(visible(node.value), { mono: true, fontSize: 8, room: roomFor(90, width) }), width)];
      case 'blockquote':
        return [{ stack: blocks(node.children, inside(width, 12)), margin: [12, 0, 0, 6], color: '#525a66' }];
      case 'list':
        return [listOf(node, width)];
      case 'table':
        return tableOf(node, width);
      case 'thematicBreak':
        return [
          {
            canvas: [{ type: 'line', x1: 0, y1: 4, x2: width, y2: 4, lineWidth: 0.5, lineColor: '#c9ced6' }],
            margin: GAP,
          },
        ];
      case 'html':
        return [{ ...paragraph(spansOf(visible(node.value)), width), margin: GAP }];
      case 'definition':
        return [
          {
            ...paragraph(spansOf(visible(`${node.label ?? node.identifier}: ${defang('url', node.url)}`)), width),
            margin: GAP,
          },
        ];
      case 'footnoteDefinition':
        return [
          { text: spansOf(`[^${visible(node.label ?? node.identifier)}]`, { bold: true }) },
          ...blocks(node.children, width),
        ];
      default:
        return 'children' in node ? [{ ...paragraph(spans(node), width), margin: GAP }] : [];
    }
  });
}

/** What is left of a width after an indent: deep nesting ends somewhere. */
const inside = (width: number, indent: number): number => Math.max(120, width - indent);

/** Characters of a line in a narrower place, where the whole page has room for so many. */
const roomFor = (most: number, width: number): number => Math.floor((most * width) / PAGE_WIDTH);

function listOf(node: List, width: number): Content {
  const last = (node.start ?? 1) + node.children.length - 1;
  const room = inside(width, node.ordered ? 6 + 6 * String(last).length : 12);
  const items = node.children.map((item) => ({
    stack: blocks(ticked(item), room),
    // Its box is its mark.
    ...(item.checked == null || node.ordered ? {} : { listType: 'none' }),
  }));
  return { [node.ordered ? 'ol' : 'ul']: items, ...(node.ordered ? { start: node.start ?? 1 } : {}), margin: GAP };
}

/** A heading with its bookmark. */
function heading(text: Span[], level: number, words: string, width: number): Content {
  return {
    ...paragraph(text, width, SIZES[level - 1]),
    bold: true,
    // The title is the only first one.
    tag: `H${Math.max(2, level)}`,
    margin: [0, 8, 0, 4],
    headlineLevel: level,
    ...(level <= 3 ? { outline: true, outlineText: words.slice(0, 200), outlineExpanded: level === 1 } : {}),
  };
}

function boxed(text: Span[], width: number): Content {
  const content = [{ ...paragraph(text, width - 17, 8), preserveLeadingSpaces: true }];
  return {
    table: { widths: ['*'], body: [[{ stack: content, fillColor: HEAD_FILL, margin: [4, 3, 4, 3] }]] },
    layout: 'noBorders',
    margin: GAP,
  };
}

/** A table that is as wide as its place at most. Rows stay whole unless one is longer than a page. */
function tableOf(node: Table, width: number): Content[] {
  const rows = node.children.map((row) => row.children);
  const words = rows.map((cells) => cells.map((cell) => visible(textOf(cell))));
  const [head = []] = words;
  if (head.length > MAX_COLUMNS) return rows.slice(1).map((cells) => recordOf(head, cells, width));
  const layout = layOutTable(words, width);
  const body = rows.map((cells, row) =>
    cells.map((cell, column) => {
      const room = layout.room[column] ?? 28;
      const align = node.align?.[column];
      const text = spans(cell, { room, ...(row === 0 ? { bold: true } : {}) });
      return {
        ...(align && align !== 'left' ? { alignment: align } : {}),
        ...paragraph(text, layout.widths[column] ?? width, layout.fontSize),
      };
    }),
  );
  return [sized(body, layout.widths, rowsFitPage(words, layout))];
}

/** A row of too many columns as names and values. */
function recordOf(head: string[], cells: Table['children'][number]['children'], width: number): Content {
  return {
    table: {
      widths: [100, '*'],
      body: cells.map((cell, at) => [
        { ...paragraph(spansOf(head[at] ?? '', { bold: true, room: 20 }), 100, 7.5), fillColor: HEAD_FILL },
        paragraph(spans(cell, { room: roomFor(60, width) }), width - 120, 7.5),
      ]),
    },
    margin: [0, 2, 0, 6],
  };
}

function sized(body: Content[][], widths: number[], dontBreakRows: boolean): Content {
  const [head = [], ...rest] = body;
  return {
    table: {
      headerRows: 1,
      ...(rest.length > 0 && dontBreakRows ? { keepWithHeaderRows: 1 } : {}),
      widths,
      body: [head.map((cell) => ({ ...cell, fillColor: HEAD_FILL })), ...rest],
      dontBreakRows,
    },
    margin: [0, 2, 0, 8],
  };
}

function appendixOf(rows: AppendixRow[]): Content[] {
  if (rows.length === 0) return [];
  const words = [APPENDIX_HEAD, ...rows].map((cells) => cells.map(visible));
  const layout = layOutTable(words, PAGE_WIDTH);
  const body = words.map((cells, row) =>
    cells.map((value, column) => {
      const room = layout.room[column] ?? 28;
      const text = spansOf(value, { room, ...(row === 0 ? { bold: true } : {}) });
      return paragraph(text, layout.widths[column] ?? PAGE_WIDTH, layout.fontSize);
    }),
  );
  return [
    heading(spansOf('Cited evidence', { bold: true }), 2, 'Cited evidence', PAGE_WIDTH),
    sized(body, layout.widths, rowsFitPage(words, layout)),
  ];
}

/** A list item with its box before its first words. */
function ticked(item: ListItem): RootContent[] {
  const [first, ...rest] = item.children;
  if (item.checked == null || first?.type !== 'paragraph') return item.children;
  const box: Text = { type: 'text', value: item.checked ? '☑ ' : '☐ ' };
  return [{ ...first, children: [box, ...first.children] }, ...rest];
}

/** The words of a node with their marks. */
function spans(node: Nodes, style: Style = {}): Span[] {
  const text = (words: string, more: Style = {}): Span[] => spansOf(visible(words), { ...style, ...more });
  const inside = (more: Style = {}) =>
    (node as Parents).children.flatMap((child) => spans(child, { ...style, ...more }));
  switch (node.type) {
    case 'inlineCode':
      return text(node.value, { mono: true, ...(style.room ? {} : { fontSize: 8.5 }) });
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
