'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useWide } from '@/components/ui/use-wide';
import type { AlertItem } from '@/lib/alerts/schema';
import { rowControlId } from './alert-row';
import { usePreviewId } from './query-state';

const focusRow = (id: string) => document.getElementById(rowControlId(id))?.focus();

/** The row that keys act on, and the alert in the preview. `linked`: the alert that the address names, where the list doesn't have it. */
export function useActiveRow(items: AlertItem[], linked: AlertItem | null) {
  const wide = useWide(1024);
  const [previewId, setPreviewId] = usePreviewId();
  const [activeId, setActiveId] = useState<string | null>(null);
  const lastIndex = useRef(0);
  const index = items.findIndex(({ id }) => id === activeId);
  if (index >= 0) lastIndex.current = index;
  // A previewed alert that left the list stays open until another one is opened.
  const lastPreview = useRef<AlertItem | null>(null);
  const listed = items.find(({ id }) => id === previewId) ?? (linked?.id === previewId ? linked : undefined);
  if (listed) lastPreview.current = listed;
  const preview = listed ?? (lastPreview.current?.id === previewId ? lastPreview.current : null);

  // When the active row leaves the list, the row in its place becomes active.
  useEffect(() => {
    if (activeId === null || activeId === linked?.id || items.some(({ id }) => id === activeId)) return;
    const next = items[Math.min(lastIndex.current, items.length - 1)];
    setActiveId(next?.id ?? null);
    if (next && (document.activeElement === document.body || document.activeElement === null)) focusRow(next.id);
  }, [items, activeId, linked]);

  const open = useCallback(
    (id: string) => {
      setActiveId(id);
      void setPreviewId(id);
    },
    [setPreviewId],
  );
  const move = (step: number | 'first' | 'last') => {
    const from = index >= 0 ? index : typeof step === 'number' && step > 0 ? -1 : 0;
    const to = step === 'first' ? 0 : step === 'last' ? items.length - 1 : from + step;
    const next = items[Math.min(items.length - 1, Math.max(0, to))];
    if (!next) return;
    setActiveId(next.id);
    focusRow(next.id);
    if (previewId !== null && wide) void setPreviewId(next.id);
  };
  const closePreview = () => {
    void setPreviewId(null);
    if (preview) focusRow(preview.id);
  };
  // Until a row is chosen, the keys are for the alert that one came for.
  const isLinked = linked?.id === previewId && (activeId === null || activeId === linked?.id);
  const active = items[index] ?? (isLinked ? linked : null);
  return { active, activeId, setActiveId, preview, previewId, wide, open, move, closePreview };
}
