import type { AlignType, Nodes, Parents } from 'mdast';
import { linkText, type ReportDocument, visible } from './document';

/**
 * One page that needs nothing else: its own style, no script, no address that is loaded or can be pressed. HTML in the report is
 * text; a policy in the page forbids the rest once more.
 */
export function toHtml({ title, facts, body }: ReportDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${inert(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${inert(title)}</h1>
<dl>
${facts.map(([name, value]) => `<dt>${inert(name)}</dt><dd>${inert(value)}</dd>`).join('\n')}
</dl>
${children(body)}
</main>
</body>
</html>
`;
}

const STYLE = `
:root{color-scheme:light dark}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:#1a1d21;background:#fff;overflow-wrap:anywhere}
main{max-width:48rem;margin:0 auto;padding:2rem 1rem}
h1,h2,h3,h4{line-height:1.25;margin:1.6em 0 .5em}h1{margin-top:0}
dl{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.25rem 1rem;padding:1rem;border:1px solid #c9ced6;border-radius:.5rem}
dt{color:#525a66}dd{margin:0}
code,pre{font-family:ui-monospace,monospace;font-size:.9em;background:#f1f3f5;border-radius:.25rem}
code{padding:.1em .25em}pre{padding:.75rem;overflow-x:auto;white-space:pre-wrap}pre code{padding:0}
table{border-collapse:collapse;width:100%;font-size:.92em}th,td{border:1px solid #c9ced6;padding:.3rem .5rem;text-align:left;vertical-align:top}
blockquote{margin:1em 0;padding-left:1rem;border-left:3px solid #c9ced6;color:#525a66}
@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#15181c}dt,blockquote{color:#a4acb8}code,pre{background:#22272e}dl,th,td,blockquote{border-color:#3a424d}}
@media print{main{max-width:none;padding:0}pre,table,blockquote{break-inside:avoid}}`;

/** Each text goes through here, so that nothing of a report is ever markup. */
function inert(text: string): string {
  return visible(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function children(node: Parents, aligned?: AlignType[] | null, cell = 'td'): string {
  return node.children.map((child, index) => element(child, aligned?.[index], cell)).join('');
}

function element(node: Nodes, align: AlignType | undefined, cell: string): string {
  switch (node.type) {
    case 'text':
      return inert(node.value);
    case 'html':
      return inert(node.value);
    case 'inlineCode':
      return `<code>${inert(node.value)}</code>`;
    case 'code':
      return `<pre><code>${inert(node.value)}</code></pre>\n`;
    case 'break':
      return '<br>';
    case 'thematicBreak':
      return '<hr>\n';
    case 'image':
      return inert(`[image: ${linkText(node.alt ?? '', node.url)}]`);
    case 'imageReference':
      return inert(`[image: ${node.alt ?? ''}]`);
    case 'link':
      return `${children(node)}${inert(linkText('', textOf(node) === node.url ? '' : node.url))}`;
    case 'definition':
      return `<p>${inert(`${node.label ?? node.identifier}: ${node.url}`)}</p>\n`;
    case 'footnoteReference':
      return inert(`[^${node.label ?? node.identifier}]`);
    case 'footnoteDefinition':
      return `<div><b>${inert(`[^${node.label ?? node.identifier}]`)}</b> ${children(node)}</div>\n`;
    case 'list':
      return node.ordered
        ? `<ol start="${Number(node.start ?? 1)}">${children(node)}</ol>\n`
        : `<ul>${children(node)}</ul>\n`;
    case 'listItem':
      return `<li>${node.checked == null ? '' : node.checked ? '☑ ' : '☐ '}${children(node)}</li>\n`;
    case 'heading':
      return `<h${node.depth}>${children(node)}</h${node.depth}>\n`;
    case 'table':
      return `<table>${node.children.map((row, index) => `<tr>${children(row, node.align, index === 0 ? 'th' : 'td')}</tr>`).join('\n')}</table>\n`;
    case 'tableCell':
      return `<${cell}${align ? ` style="text-align:${align}"` : ''}>${children(node)}</${cell}>`;
    default: {
      const tag = { paragraph: 'p', blockquote: 'blockquote', strong: 'strong', emphasis: 'em', delete: 'del' }[
        node.type as string
      ];
      const inside = 'children' in node ? children(node) : '';
      return tag ? `<${tag}>${inside}</${tag}>` : inside;
    }
  }
}

/** The words of a node. */
export function textOf(node: Nodes): string {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}
