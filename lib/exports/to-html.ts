import type { Element, ElementContent, Nodes as HastNodes, Root as HastRoot, Text } from 'hast';
import { toHtml as serialize } from 'hast-util-to-html';
import type { Nodes } from 'mdast';
import { type Handlers, toHast } from 'mdast-util-to-hast';
import {
  APPENDIX_HEAD,
  isTimelineHeading,
  linkText,
  type ReportDocument,
  textOf,
  visible,
  withoutTitle,
} from './document';
import { timelinePicture } from './timeline-picture';

/**
 * One page that needs nothing else: its own style, no script, no address that is loaded or can be pressed. HTML in the report is
 * text; a policy in the page forbids the rest once more.
 */
export function toHtml({ title, facts, body, timeline, appendix }: ReportDocument): string {
  const report = withPicture({ ...body, children: withoutTitle(body.children, title) }, timeline);
  const page: HastRoot = {
    type: 'root',
    children: [
      element('h1', [text(title)]),
      element(
        'dl',
        facts.flatMap(([name, value]) => [element('dt', [text(name)]), element('dd', [text(value)])]),
      ),
      ...(report.children as ElementContent[]),
      ...appendixOf(appendix),
    ],
  };
  inert(page, false);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${serialize(text(visible(title)))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${serialize(page)}
</main>
</body>
</html>
`;
}

/** The body, with the timeline's picture below its heading. */
function withPicture(body: ReportDocument['body'], timeline: ReportDocument['timeline']): HastRoot {
  const at = body.children.findIndex(isTimelineHeading);
  const hast = (children: typeof body.children) =>
    (toHast({ ...body, children }, { handlers: HANDLERS }) as HastRoot).children;
  const picture = at < 0 ? null : timelinePicture(timeline, (words) => [text(visible(words))]);
  if (!picture) return { type: 'root', children: hast(body.children) };
  return {
    type: 'root',
    children: [
      ...hast(body.children.slice(0, at + 1)),
      element('div', [picture], { className: ['picture'] }),
      ...hast(body.children.slice(at + 1)),
    ],
  };
}

const STYLE = `
:root{color-scheme:light dark}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:#1a1d21;background:#fff;overflow-wrap:break-word}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem}
h1,h2,h3,h4{line-height:1.25;margin:1.6em 0 .5em}h1{margin-top:0}
dl{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.25rem 1rem;padding:1rem;border:1px solid #c9ced6;border-radius:.5rem}
dt{color:#525a66}dd{margin:0;min-width:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,monospace;font-size:.9em;background:#f1f3f5;border-radius:.25rem}
code{padding:.1em .25em}pre{padding:.75rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}pre code{padding:0}
.table{overflow-x:auto}
.picture{background:#fff;border:1px solid #c9ced6;border-radius:.5rem;padding:.5rem;break-inside:avoid}.picture svg{display:block;width:100%;height:auto}
p,li,dd,td,th,blockquote,h1,h2,h3,h4,h5,h6{unicode-bidi:plaintext}
table{border-collapse:collapse;width:100%;font-size:.92em}th,td{border:1px solid #c9ced6;padding:.3rem .5rem;text-align:start;vertical-align:top}
th{white-space:nowrap}.long{overflow-wrap:anywhere}
blockquote{margin:1em 0;padding-left:1rem;border-left:3px solid #c9ced6;color:#525a66}
@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#15181c}dt,blockquote{color:#a4acb8}code,pre{background:#22272e}dl,th,td,blockquote{border-color:#3a424d}}
@media print{main{max-width:none;padding:0}.table{overflow:visible}table{font-size:.75em}th{white-space:normal}tr,pre,blockquote{break-inside:avoid}}`;

const text = (value: string): Text => ({ type: 'text', value });
const element = (tagName: string, children: ElementContent[], properties = {}): Element => ({
  type: 'element',
  tagName,
  properties,
  children,
});

/** What would load, lead somewhere or be a control is text. */
const HANDLERS: Handlers = {
  html: (_, node: Nodes & { value: string }) => text(node.value),
  image: (_, node) => text(`[image: ${linkText(node.alt ?? '', node.url)}]`),
  imageReference: (_, node) => text(`[image: ${node.alt ?? ''}]`),
  link: (state, node) => [...state.all(node), text(linkText('', textOf(node) === node.url ? '' : node.url))],
  linkReference: (state, node) => state.all(node),
  definition: (_, node) => element('p', [text(`${node.label ?? node.identifier}: ${node.url}`)]),
  footnoteReference: (_, node) => text(`[^${node.label ?? node.identifier}]`),
  footnoteDefinition: (state, node) =>
    element('div', [element('b', [text(`[^${node.label ?? node.identifier}]`)]), ...state.all(node)]),
};

function appendixOf(rows: ReportDocument['appendix']): Element[] {
  if (rows.length === 0) return [];
  const row = (cells: string[], cell: string) =>
    element(
      'tr',
      cells.map((value) => element(cell, [text(value)])),
    );
  return [
    element('h2', [text('Cited evidence')]),
    element('table', [
      element('thead', [row(APPENDIX_HEAD, 'th')]),
      element(
        'tbody',
        rows.map((cells) => row(cells, 'td')),
      ),
    ]),
  ];
}

/** Each text shows what it has, long words may break, check boxes are signs, and wide tables scroll. */
function inert(node: HastNodes, isCell: boolean): void {
  if (!('children' in node)) return;
  node.children = node.children.flatMap((child): ElementContent[] => {
    if (child.type === 'text') return isCell ? breakable(visible(child.value)) : [text(visible(child.value))];
    if (child.type !== 'element') return [];
    // Drawn by us; the words in it are visible already.
    if (child.tagName === 'svg') return [child];
    if (child.tagName === 'input') return [text(child.properties.checked ? '☑' : '☐')];
    inert(child, isCell || child.tagName === 'td' || child.tagName === 'th');
    const { align, start } = child.properties;
    const isPicture = child.children[0]?.type === 'element' && child.children[0].tagName === 'svg';
    child.properties = {
      ...(isPicture ? { className: ['picture'] } : {}),
      ...(typeof align === 'string' ? { style: `text-align:${align}` } : {}),
      ...(child.tagName === 'ol' && start ? { start } : {}),
    };
    return child.tagName === 'table' ? [element('div', [child], { className: ['table'] })] : [child];
  });
}

function breakable(value: string): ElementContent[] {
  return value
    .split(/(\S{25,})/)
    .filter((part) => part !== '')
    .map((part) => (/^\S{25}/.test(part) ? element('span', [text(part)], { className: ['long'] }) : text(part)));
}
