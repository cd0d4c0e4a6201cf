import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** What we use of pdfkit's document, which pdfmake draws on. */
type PdfDocument = {
  options: { tagged?: boolean };
  struct(tag: string, options?: { alt?: string }): Structure;
  addStructure(element: Structure): void;
  markStructureContent(tag: string): object;
  markContent(tag: string, options: object): void;
  endMarkedContent(): void;
};
type Structure = { add(child: object): void; end(): void };
/** A paragraph of ours; `tag` says what it is in the structure, 'Artifact' that it is no part of it. */
type Node = { tag?: string; alt?: string };
type Line = { node?: Node };
type Renderer = { pdfDocument: PdfDocument };
type Method = (this: unknown, ...args: unknown[]) => unknown;

/** The structure of a document that is being drawn. */
type Tree = { root: Structure; elements: Map<Node, Structure> };
const trees = new WeakMap<PdfDocument, Tree>();
let isDone = false;

/**
 * Gives the PDF files of pdfmake a structure: each paragraph its tag, in the order of the text. pdfmake calls a file tagged and puts no
 * tag into it, so a screen reader found an empty document (decision 164).
 */
export function tagParagraphs(): void {
  if (isDone) return;
  isDone = true;
  const builder = require('pdfmake/js/LayoutBuilder').default.prototype as Record<string, Method>;
  const renderer = require('pdfmake/js/Renderer').default.prototype as Record<string, Method>;
  around(builder, 'buildNextLine', (build, _, [node]) => {
    const line = build() as Line | null;
    if (line) line.node = node as Node;
    return line;
  });
  around(renderer, 'renderPages', (render, self) => {
    const { pdfDocument } = self as Renderer;
    if (!pdfDocument.options.tagged) return render();
    const root = pdfDocument.struct('Document');
    pdfDocument.addStructure(root);
    const tree: Tree = { root, elements: new Map() };
    trees.set(pdfDocument, tree);
    render();
    for (const element of tree.elements.values()) element.end();
    root.end();
  });
  around(renderer, 'renderLine', (render, self, [line]) => marked(self as Renderer, (line as Line).node, 'P', render));
  around(renderer, 'renderSVG', (render, self, [node]) => marked(self as Renderer, node as Node, 'Figure', render));
}

function marked({ pdfDocument }: Renderer, node: Node | undefined, usual: string, render: () => unknown): void {
  const tree = trees.get(pdfDocument);
  const tag = node?.tag ?? usual;
  if (!tree) return void render();
  if (!node || tag === 'Artifact') pdfDocument.markContent('Artifact', { type: 'Pagination' });
  else {
    const element = tree.elements.get(node) ?? pdfDocument.struct(tag, node.alt ? { alt: node.alt } : {});
    if (!tree.elements.has(node)) {
      tree.elements.set(node, element);
      tree.root.add(element);
    }
    element.add(pdfDocument.markStructureContent(tag));
  }
  render();
  pdfDocument.endMarkedContent();
}

function around(
  prototype: Record<string, Method>,
  name: string,
  wrap: (inner: () => unknown, self: unknown, args: unknown[]) => unknown,
): void {
  const inner = prototype[name];
  if (!inner) throw new Error(`pdfmake has no ${name}. Adapt lib/exports/pdf-tags to its new version.`);
  prototype[name] = function (...args) {
    return wrap(() => inner.apply(this, args), this, args);
  };
}
