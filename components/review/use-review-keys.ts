import type { LineAnchor, LineSelection } from '@/components/case/use-line-selection';
import { useShortcuts } from '@/components/shell/shortcuts';
import { moveAlong, moveToHunk, moveToLine, pointedHunk, pointedLine } from './moving';

type ReviewKeys = {
  /** The line-by-line diff is shown; either text is shown. */
  inSource: boolean;
  inText: boolean;
  commentable: boolean;
  selection: LineSelection;
  onSplit: (() => void) | null;
  onBlame: () => void;
  onDecision: () => void;
  onCompose: (anchor: LineAnchor) => void;
  onReviewed: (hunk: string | null) => void;
};

/** The keys of a review. */
export function useReviewKeys(keys: ReviewKeys): void {
  const { inSource, inText, commentable, selection, onSplit, onBlame, onDecision, onCompose, onReviewed } = keys;
  const extend = (step: 1 | -1) => {
    const moved = moveAlong(step);
    if (!moved) return;
    const { selected } = selection;
    // From an end of the selection it grows or shrinks; anywhere else a new one begins.
    const atEdge = selected?.side === moved.from.side && [selected.line, selected.lineEnd].includes(moved.from.line);
    if (!atEdge) selection.begin(moved.from);
    selection.extend(moved.to);
  };
  const comment = () => {
    const pointed = pointedLine();
    if (pointed) onCompose(inSource ? selection.around(pointed) : pointed);
  };
  const lines = { disabled: !inSource || !commentable, hiddenInPalette: true };
  const group = 'Review';
  useShortcuts([
    { group, keys: 'm', label: 'Split or unified', run: () => onSplit?.(), disabled: !inSource || onSplit === null },
    { group, keys: 'n', label: 'Next change', run: () => moveToHunk(1) },
    { group, keys: 'p', label: 'Previous change', run: () => moveToHunk(-1) },
    {
      group,
      keys: 'r',
      label: 'Mark change as reviewed',
      run: () => onReviewed(pointedHunk()),
      disabled: !inSource,
    },
    { group, keys: 'j', label: 'Next line', run: () => moveToLine(1), disabled: !inSource },
    { group, keys: 'k', label: 'Previous line', run: () => moveToLine(-1), disabled: !inSource },
    { group, keys: 'c', label: 'Comment on this line', run: comment, disabled: !inText || !commentable },
    { group, keys: 'shift+arrowdown', label: 'Extend selection down', run: () => extend(1), ...lines },
    { group, keys: 'shift+arrowup', label: 'Extend selection up', run: () => extend(-1), ...lines },
    {
      group,
      keys: 'escape',
      label: 'Clear selection',
      run: selection.clear,
      disabled: selection.selected === null,
      hiddenInPalette: true,
    },
    { group, keys: 'd', label: 'Go to the decision', run: onDecision },
    { group, keys: 'w', label: 'Show authors (blame)', run: onBlame, disabled: !inText },
  ]);
}
