import type { EditorView } from '@codemirror/view';
import type { Quote } from '@/lib/agent/events';

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

/** The heading of level 2 that a line (1-based) stands under. Lines of code blocks that look like one don't count. */
function sectionAt(source: string, line: number): string | null {
  let section: string | null = null;
  let fence = '';
  for (const text of source.split('\n').slice(0, line)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1] ?? '';
    if (fence === '' && mark !== '') fence = mark;
    else if (fence !== '' && mark.startsWith(fence)) fence = '';
    else if (fence === '' && /^## +\S/.test(text)) section = text.replace(/^## +/, '').trim().slice(0, 200);
  }
  return section;
}
