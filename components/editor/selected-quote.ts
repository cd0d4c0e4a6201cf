import type { EditorView } from '@codemirror/view';
import type { Quote } from '@/lib/agent/events';
import { sectionAt } from '@/lib/report/headings';

const MOST = 8000;

/**
 * What is selected in the source or, failing that, in the rendered report, and the heading it stands under; null when nothing is.
 */
export function selectedQuote(view: EditorView | null, rendered: HTMLElement | null, source: string): Quote | null {
  const selection = document.getSelection();
  if (view?.dom.contains(selection?.anchorNode ?? null)) {
    const { from, to } = view.state.selection.main;
    const text = view.state.sliceDoc(from, to).trim();
    return text === ''
      ? null
      : { text: text.slice(0, MOST), section: sectionAt(source, view.state.doc.lineAt(from).number) };
  }
  if (!selection || !rendered?.contains(selection.anchorNode)) return null;
  const text = selection.toString().trim();
  if (text === '') return null;
  const start = selection.getRangeAt(0).startContainer;
  const block = (start instanceof Element ? start : start.parentElement)?.closest<HTMLElement>('[data-line]');
  return { text: text.slice(0, MOST), section: sectionAt(source, Number(block?.dataset.line ?? 1)) };
}
