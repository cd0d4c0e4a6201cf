import { createRequire } from 'node:module';
import type { ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import type { ListItem, Nodes, Parents, RootContent, Table, Text } from 'mdast';
import { defang } from '../alerts/fang';
import { APPENDIX_HEAD, type AppendixRow, isTimelineHeading, type ReportDocument, textOf, visible } from './document';
import { FONT_FOLDERS, FONTS, type FontFiles } from './fonts';
import { layOutTable, MAX_COLUMNS, PAGE_WIDTH, rowsFitPage } from './pdf-tables';
import { type Span, type Style, spansOf } from './pdf-text';
import { timelinePicture } from './timeline-picture';

const require = createRequire(import.meta.url);

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
      pageMargins: [56, 56, 56, 56],
      defaultStyle: { font: 'Sans', fontSize: 9.5, lineHeight: 1.25 },
      info: { title: shown, creator: 'Socdown' },
      language: 'en',
      displayTitle: true,
      tagged: true,
      footer: (page: number, pages: number) => ({
        text: spansOf(`${shown.slice(0, 90)}   ${page} / ${pages}`),
        alignment: 'center',
        fontSize: 7.5,
        color: '#525a66',
        margin: [0, 20, 0, 0],
      }),
      content: [
        { text: spansOf(shown), fontSize: 18, bold: true, margin: [0, 0, 0, 10] },
        factTable(facts),
        ...withPicture(withoutTitle(body.children, title), timeline),
        ...appendixOf(appendix),
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
  const made = require('pdfmake') as Printer; // it has no types
  made.setFonts(Object.fromEntries(Object.entries(FONTS).map(([name, files]) => [name, files()])));
  made.setUrlAccessPolicy(() => false);
  const folders = FONT_FOLDERS();
  made.setLocalAccessPolicy((name) => folders.some((folder) => name.startsWith(folder)));
  ready = made;
  return made;
}

/** The page has its title above; a report that begins with it shows it once. */
function withoutTitle(nodes: RootContent[], title: string): RootContent[] {
  const [first] = nodes;
  return first?.type === 'heading' && first.depth === 1 && textOf(first).trim() === title.trim()
    ? nodes.slice(1)
    : nodes;
}

/** The blocks, with the timeline's picture below its heading, as vectors. */
function withPicture(nodes: RootContent[], timeline: ReportDocument['timeline']): Content[] {
  const at = nodes.findIndex(isTimelineHeading);
  const picture = at < 0 ? null : timelinePicture(timeline, fontSpans);
  if (!picture) return blocks(nodes);
  const svg = toHtml(picture, { space: 'svg', closeSelfClosing: true });
  return [
    ...blocks(nodes.slice(0, at + 1)),
    { svg, width: PAGE_WIDTH, margin: [0, 2, 0, 8] },
    ...blocks(nodes.slice(at + 1)),
  ];
}

/** Each run of a text in the font that has its signs. */
const fontSpans = (words: string): ElementContent[] =>
  spansOf(visible(words).replaceAll('\n', ' '), { room: 1000 })
    .filter(({ text }) => text !== '\u200b')
    .map(({ text, font }) => ({
      type: 'element',
      tagName: 'tspan',
      properties: { fontFamily: font },
      children: [{ type: 'text', value: text }],
    }));

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
        { text: spansOf(visible(value), { room: 60 }) },
      ]),
    },
    margin: [0, 0, 0, 12],
  };
}

function blocks(nodes: RootContent[]): Content[] {
  return nodes.flatMap((node): Content[] => {
    switch (node.type) {
      case 'heading':
        return [heading(spans(node, { bold: true }), node.depth, visible(textOf(node)))];
      case 'code':
        return [boxed(spansOf(visible(node.value), { mono: true, fontSize: 8, room: 90 }))];
      case 'blockquote':
        return [{ stack: blocks(node.children), margin: [12, 0, 0, 6], color: '#525a66' }];
      case 'list': {
        const items = node.children.map((item) => ({ stack: blocks(ticked(item)) }));
        return [
          { [node.ordered ? 'ol' : 'ul']: items, ...(node.ordered ? { start: node.start ?? 1 } : {}), margin: GAP },
        ];
      }
      case 'table':
        return tableOf(node);
      case 'thematicBreak':
        return [
          {
            canvas: [{ type: 'line', x1: 0, y1: 4, x2: PAGE_WIDTH, y2: 4, lineWidth: 0.5, lineColor: '#c9ced6' }],
            margin: GAP,
          },
        ];
      case 'html':
        return [{ text: spansOf(visible(node.value)), margin: GAP }];
      case 'definition':
        return [
          { text: spansOf(visible(`${node.label ?? node.identifier}: ${defang('url', node.url)}`)), margin: GAP },
        ];
      case 'footnoteDefinition':
        return [
          { text: spansOf(`[^${visible(node.label ?? node.identifier)}]`, { bold: true }) },
          ...blocks(node.children),
        ];
      default:
        return 'children' in node ? [{ text: spans(node), margin: GAP }] : [];
    }
  });
}

/** A heading with its bookmark. */
function heading(text: Span[], level: number, words: string): Content {
  return {
    text,
    bold: true,
    fontSize: SIZES[level - 1],
    margin: [0, 8, 0, 4],
    headlineLevel: level,
    ...(level <= 3 ? { outline: true, outlineText: words.slice(0, 200), outlineExpanded: level === 1 } : {}),
  };
}

function boxed(text: Span[]): Content {
  const content = [{ text, preserveLeadingSpaces: true }];
  return {
    table: { widths: ['*'], body: [[{ stack: content, fillColor: HEAD_FILL, margin: [4, 3, 4, 3] }]] },
    layout: 'noBorders',
    margin: GAP,
  };
}

/** A table that is as wide as the page at most. Rows stay whole unless one is longer than a page. */
function tableOf(node: Table): Content[] {
  const rows = node.children.map((row) => row.children);
  const words = rows.map((cells) => cells.map((cell) => visible(textOf(cell))));
  const [head = []] = words;
  if (head.length > MAX_COLUMNS) {
    return rows.slice(1).map((cells) => ({
      table: {
        widths: [100, '*'],
        body: cells.map((cell, at) => [
          { text: spansOf(head[at] ?? '', { bold: true, room: 20 }), fillColor: HEAD_FILL },
          { text: spans(cell, { room: 60 }) },
        ]),
      },
      fontSize: 7.5,
      margin: [0, 2, 0, 6],
    }));
  }
  const layout = layOutTable(words);
  const body = rows.map((cells, row) =>
    cells.map((cell, column) => {
      const room = layout.room[column] ?? 28;
      return { text: spans(cell, { room, ...(row === 0 ? { bold: true } : {}) }), fontSize: layout.fontSize };
    }),
  );
  return [sized(body, layout.widths, rowsFitPage(words, layout))];
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
  const layout = layOutTable(words);
  const body = words.map((cells, row) =>
    cells.map((value, column) => {
      const room = layout.room[column] ?? 28;
      return { text: spansOf(value, { room, ...(row === 0 ? { bold: true } : {}) }), fontSize: layout.fontSize };
    }),
  );
  return [
    heading(spansOf('Cited evidence', { bold: true }), 2, 'Cited evidence'),
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
