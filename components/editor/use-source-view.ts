'use client';
import type { EditorView } from '@codemirror/view';
import { useCallback, useEffect, useRef } from 'react';
import type { External } from './use-draft';

type Handlers = { onEdit: (text: string) => void; onScroll: () => void; onSave: () => void; onSubmit: () => void };
type Code = typeof import('./source-view');

// Read when the editor is first shown, not with the page: the report can be read before.
let code: Code | null = null;
const loadCode = async (): Promise<Code> => {
  code ??= await import('./source-view');
  return code;
};

/** The one source editor of the page. It is made once and moved wherever the layout has a place for it. */
export function useSourceView(initial: string, external: External, handlers: Handlers, onReady: () => void) {
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ ...handlers, onReady });
  const text = useRef(initial);
  const wanted = useRef<number | null>(null);
  const host = useRef<HTMLElement | null>(null);
  useEffect(() => {
    latest.current = { ...handlers, onReady };
  });

  useEffect(() => {
    text.current = external.text;
    if (view.current && external.n > 0) code?.replaceText(view.current, external.text);
  }, [external]);

  /** Puts the editor into the place that the layout has for it now. */
  const place = useCallback(async () => {
    if (!host.current) return;
    const { createSourceView, goToLine } = code ?? (await loadCode());
    if (!host.current) return; // left meanwhile
    const isNew = view.current === null;
    view.current ??= createSourceView(text.current, () => ({
      onEdit: (next) => {
        text.current = next;
        latest.current.onEdit(next);
      },
      onScroll: () => latest.current.onScroll(),
      keys: { 'Mod-s': () => latest.current.onSave(), 'Mod-Enter': () => latest.current.onSubmit() },
    }));
    const editor = view.current;
    if (editor.dom.parentElement !== host.current) host.current.appendChild(editor.dom);
    editor.requestMeasure();
    if (isNew) latest.current.onReady();
    if (wanted.current === null) return;
    const line = wanted.current;
    wanted.current = null;
    requestAnimationFrame(() => goToLine(editor, line));
  }, []);
  /** For the element that holds the editor. */
  const attach = useCallback(
    (element: HTMLElement | null) => {
      host.current = element;
      void place();
    },
    [place],
  );
  useEffect(() => {
    void place();
    return () => {
      view.current?.destroy();
      view.current = null;
    };
  }, [place]);
  /** Goes to a line now, or as soon as the editor has a place. */
  const jump = useCallback((line: number) => {
    if (view.current?.dom.isConnected) code?.goToLine(view.current, line);
    else wanted.current = line;
  }, []);
  /** Shows a line if the editor is visible, without taking the focus. */
  const show = useCallback((line: number) => {
    if (view.current?.dom.isConnected) code?.showLine(view.current, line);
  }, []);
  return { view: useCallback(() => view.current, []), attach, jump, show };
}

export type SourceHandle = ReturnType<typeof useSourceView>;
