'use client';
import { useMemo } from 'react';
import type { LineAnchor, LineSelection } from '@/components/case/use-line-selection';
import { useKeptText } from '@/components/shell/kept-text';

/** The lines that a comment is being written on. Kept in the browser: after a reload the half-written comment is still there. */
export function useComposing(reviewId: string, selection: LineSelection) {
  const [place, setPlace] = useKeptText(`review.composing.${reviewId}`);
  const composing = useMemo(() => anchorOf(place), [place]);
  return {
    composing,
    /** Names the kept text of the comment. */
    place,
    compose: ({ side, line, lineEnd }: LineAnchor) => setPlace(`${side} ${line} ${lineEnd}`),
    /** Ends it and gives the focus back to its line. */
    done: () => {
      setPlace('');
      selection.clear();
      if (!composing) return;
      const row = `[data-line="${composing.line}"][data-side="${composing.side}"]`;
      setTimeout(() => document.querySelector<HTMLElement>(row)?.focus());
    },
  };
}

export type Composing = ReturnType<typeof useComposing>;

function anchorOf(place: string): LineAnchor | null {
  const [, side, line, lineEnd] = /^(new|old) (\d+) (\d+)$/.exec(place) ?? [];
  return side ? { side: side === 'old' ? 'old' : 'new', line: Number(line), lineEnd: Number(lineEnd) } : null;
}
