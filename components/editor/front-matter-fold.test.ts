import { codeFolding, foldedRanges } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { isFrontMatterFolded, refold } from './front-matter-fold';

const BEFORE = '---\ntitle: A\nclassification: null\n---\n\n## Executive Summary\n';
const AFTER = '---\ntitle: A\nclassification: MALICIOUS\nconfidence: 95\nmodel: x\n---\n\n## Executive Summary\n';

const stateOf = (doc: string) => EditorState.create({ doc, extensions: [codeFolding()] });
const folded = (state: EditorState) => state.update({ effects: refold(state) }).state;

function hidden(state: EditorState): string[] {
  const found: string[] = [];
  foldedRanges(state).between(0, state.doc.length, (from, to) => {
    found.push(state.sliceDoc(from, to));
  });
  return found;
}

describe('the fold of the front matter', () => {
  it('hides all but its first line', () => {
    const state = folded(stateOf(BEFORE));
    expect(hidden(state)).toEqual(['\ntitle: A\nclassification: null\n---']);
    expect(isFrontMatterFolded(state)).toBe(true);
    expect(isFrontMatterFolded(stateOf(BEFORE))).toBe(false);
  });

  it('hides exactly the front matter again after any part of it was replaced', () => {
    const start = BEFORE.indexOf('null');
    for (const change of [
      { from: start, to: start + 'null'.length, insert: 'MALICIOUS\nconfidence: 95\nmodel: x' },
      // Across the end of the fold: mapped through this change, the fold would leave a part unfolded.
      { from: start, to: BEFORE.indexOf('## '), insert: AFTER.slice(AFTER.indexOf('MALICIOUS'), AFTER.indexOf('## ')) },
    ]) {
      const changed = folded(stateOf(BEFORE)).update({ changes: change }).state;
      expect(changed.doc.toString()).toBe(AFTER);
      expect(hidden(folded(changed))).toEqual([AFTER.slice(3, AFTER.indexOf('\n\n##'))]);
    }
  });

  it('leaves a text without front matter alone', () => {
    expect(refold(stateOf('## Executive Summary\n\nWords.'))).toEqual([]);
  });
});
