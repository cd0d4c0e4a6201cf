'use client';
import { MessageSquareQuote } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { Kbd } from '@/components/ui/kbd';

export const ASK_KEYS = 'mod+shift+x';

/** Beside a selection in the source or the preview: ask about it. The shortcut does the same. */
export function AskButton({ within, onAsk }: { within: RefObject<HTMLElement | null>[]; onAsk: () => void }) {
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  useEffect(() => {
    let frame = 0;
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setPlace(placeOf(within)));
    };
    document.addEventListener('selectionchange', look);
    document.addEventListener('scroll', look, true);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener('selectionchange', look);
      document.removeEventListener('scroll', look, true);
    };
  }, [within]);
  if (!place) return null;
  return (
    <button
      type="button"
      style={place}
      // Keeps the selection.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onAsk}
      className="fixed z-40 flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-raised px-2 text-ink text-xs shadow-float hover:bg-hover"
    >
      <MessageSquareQuote aria-hidden className="size-3.5 text-model" /> Ask about this <Kbd keys={ASK_KEYS} />
    </button>
  );
}

function placeOf(within: RefObject<HTMLElement | null>[]): { left: number; top: number } | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.toString().trim() === '') return null;
  const inside = within.some(({ current }) => current?.contains(selection.anchorNode));
  if (!inside) return null;
  const box = selection.getRangeAt(selection.rangeCount - 1).getBoundingClientRect();
  if (box.bottom < 60 || box.top > window.innerHeight - 40) return null;
  return {
    left: Math.max(8, Math.min(box.left, window.innerWidth - 190)),
    top: Math.min(box.bottom + 6, window.innerHeight - 36),
  };
}
