'use client';
import type { EditorView } from '@codemirror/view';
import { type RefObject, useCallback, useRef } from 'react';
import { type Anchor, anchorsOf, lineAtTop, topOfLine } from '@/components/markdown/scroll-map';
import { scrollToLine, topLine } from './source-lines';

const FOLLOW_MS = 120;

/**
 * Keeps source and preview at the same place. Whoever is scrolled leads; what follows does not lead back for a moment.
 * The places are measured on each move: a preview of a report has a few hundred anchors, and its heights change under it.
 */
export function useScrollSync(
  view: () => EditorView | null,
  scroller: RefObject<HTMLDivElement | null>,
  text: RefObject<HTMLDivElement | null>,
  on: boolean,
) {
  const leader = useRef<{ who: 'source' | 'preview'; at: number }>({ who: 'source', at: 0 });
  const frame = useRef(0);

  const lead = useCallback(
    (who: 'source' | 'preview') => {
      const now = performance.now();
      if (!on || (leader.current.who !== who && now - leader.current.at < FOLLOW_MS)) return;
      leader.current = { who, at: now };
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(() => {
        const editor = view();
        const pane = scroller.current;
        const root = text.current;
        if (!editor?.dom.isConnected || !pane || !root) return;
        const origin = root.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
        const anchors = anchorsOf(root);
        const end: Anchor = { line: editor.state.doc.lines + 1, top: root.offsetHeight };
        leader.current.at = performance.now();
        if (who === 'source')
          pane.scrollTop = atEdge(editor.scrollDOM) ?? origin + topOfLine(anchors, topLine(editor), end);
        else scrollToLine(editor, lineAtTop(anchors, pane.scrollTop - origin, end));
      });
    },
    [on, view, scroller, text],
  );
  return {
    onSourceScroll: useCallback(() => lead('source'), [lead]),
    onPreviewScroll: useCallback(() => lead('preview'), [lead]),
  };
}

/** At the very top or bottom, so is the other pane. */
function atEdge(element: HTMLElement): number | null {
  if (element.scrollTop <= 0) return 0;
  return element.scrollTop >= element.scrollHeight - element.clientHeight - 1 ? Number.MAX_SAFE_INTEGER : null;
}
