'use client';
import type { EditorView } from '@codemirror/view';
import { useCallback, useEffect, useRef } from 'react';
import { createSourceView, goToLine, replaceText, showLine } from './source-view';
import type { External } from './use-draft';

type Handlers = { onEdit: (text: string) => void; onScroll: () => void; onSave: () => void; onSubmit: () => void };

/** The one source editor of the page. It is made once and hung wherever the layout has a place for it. */
export function useSourceView(initial: string, external: External, handlers: Handlers) {
  const view = useRef<EditorView | null>(null);
  const latest = useRef(handlers);
  const start = useRef(initial);
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    latest.current = handlers;
  });

  const get = useCallback(() => {
    view.current ??= createSourceView(start.current, () => ({
      onEdit: (text) => latest.current.onEdit(text),
      onScroll: () => latest.current.onScroll(),
      keys: { 'Mod-s': () => latest.current.onSave(), 'Mod-Enter': () => latest.current.onSubmit() },
    }));
    return view.current;
  }, []);

  useEffect(() => {
    start.current = external.text;
    if (view.current && external.n > 0) replaceText(view.current, external.text);
  }, [external]);
  const host = useRef<HTMLElement | null>(null);
  /** Hangs the editor into the place that the layout has for it now. */
  const hang = useCallback(() => {
    if (!host.current) return;
    const editor = get();
    if (editor.dom.parentElement !== host.current) host.current.appendChild(editor.dom);
    editor.requestMeasure();
    if (wanted.current === null) return;
    const line = wanted.current;
    wanted.current = null;
    requestAnimationFrame(() => goToLine(editor, line));
  }, [get]);
  /** For the element that shall hold the editor. */
  const attach = useCallback(
    (element: HTMLElement | null) => {
      host.current = element;
      hang();
    },
    [hang],
  );
  useEffect(() => {
    hang();
    return () => {
      view.current?.destroy();
      view.current = null;
    };
  }, [hang]);
  /** Goes to a line now, or as soon as the editor has a place. */
  const jump = useCallback((line: number) => {
    if (view.current?.dom.isConnected) goToLine(view.current, line);
    else wanted.current = line;
  }, []);
  /** Shows a line where the editor is in sight, without taking the focus. */
  const show = useCallback((line: number) => {
    if (view.current?.dom.isConnected) showLine(view.current, line);
  }, []);
  return { view: useCallback(() => view.current, []), attach, jump, show };
}
