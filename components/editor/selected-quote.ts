import type { EditorView } from '@codemirror/view';
import type { Quote } from '@/lib/agent/events';

const MOST = 8000;

/**
 * What is selected in the source or, failing that, in the rendered report, and the heading it stands under; null when nothing is.
 * What finds headings, a parser, is fetched by then: it is no part of the page's first load.
 */
export async function selectedQuote(
  view: EditorView | null,
  rendered: HTMLElement | null,
  source: string,
): Promise<Quote | null> {
  const found = selectedText(view, rendered);
  if (!found) return null;
  const { sectionAt } = await import('@/lib/report/headings');
  return { text: found.text.slice(0, MOST), section: sectionAt(source, found.line) };
}

/** `line`: of the source, from 1. */
function selectedText(view: EditorView | null, rendered: HTMLElement | null): { text: string; line: number } | null {
  const selection = document.getSelection();
  if (view?.dom.contains(selection?.anchorNode ?? null)) {
    const { from, to } = view.state.selection.main;
    const text = view.state.sliceDoc(from, to).trim();
    return text === '' ? null : { text, line: view.state.doc.lineAt(from).number };
  }
  if (!selection || !rendered?.contains(selection.anchorNode)) return null;
  const text = selection.toString().trim();
  if (text === '') return null;
  const start = selection.getRangeAt(0).startContainer;
  const block = (start instanceof Element ? start : start.parentElement)?.closest<HTMLElement>('[data-line]');
  return { text, line: Number(block?.dataset.line ?? 1) };
}
