import { foldEffect, foldedRanges, unfoldEffect } from '@codemirror/language';
import type { EditorState, StateEffect } from '@codemirror/state';
import { findFrontMatter } from '@/lib/report/find-front-matter';

type Range = { from: number; to: number };

/** What is hidden of a text while its front matter is folded: all but its first line; null without front matter, or without text below. */
export function frontMatterRange({ doc }: EditorState): Range | null {
  const text = doc.toString();
  const closing = text
    .slice(0, findFrontMatter(text).end)
    .trimEnd()
    .split(/\r\n?|\n/).length;
  return closing > 1 && closing < doc.lines ? { from: doc.line(1).to, to: doc.line(closing).to } : null;
}

export function isFrontMatterFolded(state: EditorState): boolean {
  let folded = false;
  foldedRanges(state).between(state.doc.line(1).to, state.doc.line(1).to, () => {
    folded = true;
  });
  return folded;
}

/** Folds the front matter exactly. A fold that was mapped through a change of it may end in the middle of a line. */
export function refold(state: EditorState): StateEffect<Range>[] {
  const range = frontMatterRange(state);
  if (!range) return [];
  const effects: StateEffect<Range>[] = [];
  foldedRanges(state).between(0, range.to, (from, to) => {
    effects.push(unfoldEffect.of({ from, to }));
  });
  return [...effects, foldEffect.of(range)];
}
