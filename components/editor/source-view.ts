'use client';
import { Annotation, EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { markdownSupport } from '@/components/case/codemirror-markdown';
import { codemirrorTheme } from '@/components/case/codemirror-theme';
import { checkLint } from './check-lint';
import { frontMatterRange, isFrontMatterFolded, refold } from './front-matter-fold';

export { showFindings } from './check-lint';

/** Marks a change that did not come from the keyboard: it must not count as an edit. */
const fromOutside = Annotation.define<boolean>();

type SourceHandlers = {
  onEdit: (text: string) => void;
  onScroll: () => void;
  /** Keys that CodeMirror would otherwise take for itself. */
  keys: Record<string, () => void>;
};

/**
 * The Markdown source editor. Lives outside React, so that undo, selection and scroll survive a change of layout. It opens with the
 * front matter folded, which the assessment's form writes, and the cursor below the first heading.
 */
export function createSourceView(text: string, handlers: () => SourceHandlers): EditorView {
  const view = makeView(text, handlers);
  const hidden = frontMatterRange(view.state);
  if (hidden) {
    const below = view.state.doc.lineAt(hidden.to).number + 1;
    view.dispatch({ effects: refold(view.state), selection: { anchor: firstWords(view, below) } });
  }
  return view;
}

/** Where the text below the first heading begins. */
function firstWords(view: EditorView, from: number): number {
  const { doc } = view.state;
  let heading = from;
  while (heading < doc.lines && !doc.line(heading).text.startsWith('#')) heading += 1;
  let at = heading + 1;
  while (at < doc.lines && doc.line(at).text.trim() === '') at += 1;
  return doc.line(Math.min(at, doc.lines)).from;
}

function makeView(text: string, handlers: () => SourceHandlers): EditorView {
  const bindings = ['Mod-s', 'Mod-Enter'].map((key) => ({
    key,
    run: () => {
      handlers().keys[key]?.();
      return true;
    },
  }));
  return new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of(bindings)),
        basicSetup,
        markdownSupport,
        // Out of the text, so that the page's keys work; what is open in the editor (search, completion) closes first.
        Prec.lowest(keymap.of([{ key: 'Escape', run: leave }])),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          'aria-label': 'Markdown source',
          tabindex: '0',
          spellcheck: 'true',
          autocapitalize: 'sentences',
        }),
        codemirrorTheme,
        checkLint,
        flashed,
        EditorView.domEventHandlers({ scroll: () => handlers().onScroll() }),
        EditorView.updateListener.of((update) => {
          const typed = update.transactions.some((tr) => tr.docChanged && !tr.annotation(fromOutside));
          if (typed) handlers().onEdit(update.state.doc.toString());
        }),
      ],
    }),
  });
}

function leave(view: EditorView): boolean {
  view.contentDOM.blur();
  return true;
}

/** Puts another text in. Only the part that differs is replaced, so that cursor and scroll stay where they were. */
export function replaceText(view: EditorView, text: string): void {
  const old = view.state.doc.toString();
  if (old === text) return;
  let from = 0;
  const folded = isFrontMatterFolded(view.state);
  const shorter = Math.min(old.length, text.length);
  while (from < shorter && old[from] === text[from]) from += 1;
  let tail = 0;
  while (tail < shorter - from && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  view.dispatch({
    changes: { from, to: old.length - tail, insert: text.slice(from, text.length - tail) },
    annotations: fromOutside.of(true),
  });
  if (folded) view.dispatch({ effects: refold(view.state) });
}

/** Puts the focus and the cursor at a line (1-based), marked. */
export function goToLine(view: EditorView, line: number): void {
  showLine(view, line);
  view.focus();
}

/** Scrolls to a line (1-based), marks it and leaves the focus where it is. */
export function showLine(view: EditorView, line: number): void {
  const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
  view.dispatch({
    selection: { anchor: at.from },
    effects: [EditorView.scrollIntoView(at.from, { y: 'center' }), flash.of(at.from)],
  });
}

const flash = StateEffect.define<number>();
const flashed = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, tr) {
    for (const effect of tr.effects) {
      if (effect.is(flash)) return Decoration.set([Decoration.line({ class: 'cm-flash' }).range(effect.value)]);
    }
    return tr.docChanged || tr.selection ? Decoration.none : marks.map(tr.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});
