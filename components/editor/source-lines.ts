import type { EditorView } from '@codemirror/view';

/** The source line (1-based, with fraction) at the top of the window. */
export function topLine(view: EditorView): number {
  const top = view.scrollDOM.scrollTop;
  const block = view.lineBlockAtHeight(top);
  const line = view.state.doc.lineAt(block.from).number;
  return line + (block.height > 0 ? Math.max(0, Math.min(1, (top - block.top) / block.height)) : 0);
}

/** Scrolls so that a source line stands at the top. */
export function scrollToLine(view: EditorView, line: number): void {
  const whole = Math.max(1, Math.min(Math.floor(line), view.state.doc.lines));
  const block = view.lineBlockAt(view.state.doc.line(whole).from);
  view.scrollDOM.scrollTop = block.top + (line - whole) * block.height;
}
