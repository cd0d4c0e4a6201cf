'use client';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, RangeSetBuilder } from '@codemirror/state';
import { Decoration, EditorView, lineNumbers, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { minimalSetup } from 'codemirror';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useWide } from '@/components/ui/use-wide';
import type { StaleDraft } from '@/lib/drafts/schema';
import { markdownSupport } from './codemirror-markdown';
import { codemirrorTheme } from './codemirror-theme';

type MergeDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  stale: StaleDraft;
  /** The text in the editor here. Left out: there is no complete text of one's own (a suggestion). */
  mine?: string;
  title?: string;
  onResolve: (text: string) => void;
};

/** Two people changed a report: both texts side by side, and nothing is saved until one of them decides. */
export function MergeDialog({ open, onOpenChange, stale, mine, title, onResolve }: MergeDialogProps) {
  const who = stale.current.updatedBy?.name ?? 'The model';
  const wide = useWide(768);
  const [marks, setMarks] = useState(stale.conflicts);
  const host = useRef<HTMLDivElement>(null);
  const result = useRef<EditorView | null>(null);
  const close = (text: string) => {
    onResolve(text);
    onOpenChange(false);
  };

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="lg"
      title={title ?? `${who} saved this report while you were writing`}
      description={
        stale.conflicts > 0
          ? `${stale.conflicts} ${stale.conflicts === 1 ? 'conflict' : 'conflicts'}. The merged text shows both versions between conflict markers: keep what is right, delete the markers, and save.`
          : 'The two texts merge without conflicts. Check the merged text and save it.'
      }
      footer={
        <>
          <Button onClick={() => close(stale.current.markdown)}>Use theirs</Button>
          {mine !== undefined && <Button onClick={() => close(mine)}>Use mine</Button>}
          <Button
            variant="primary"
            disabled={marks > 0}
            title={marks > 0 ? 'Resolve the conflict markers first' : undefined}
            onClick={() => close(result.current?.state.doc.toString() ?? stale.merged)}
          >
            Save merged text
          </Button>
        </>
      }
    >
      <p className="mb-2 text-ink-2 text-xs" role="status">
        {marks > 0
          ? `${marks} conflict ${marks === 1 ? 'marker' : 'markers'} left in the merged text.`
          : 'No conflict markers in the merged text.'}{' '}
        Every saved version stays in the draft’s history.
      </p>
      {wide && (
        <div className="grid grid-cols-2 text-ink-3 text-xs">
          <span>
            {who}’s version {stale.current.version}
          </span>
          <span className="pl-2">Merged text (editable)</span>
        </div>
      )}
      <div ref={host} className="h-[50vh] overflow-auto rounded border border-line [&_.cm-mergeView]:h-full" />
      {open && <Panes key={String(wide)} host={host} wide={wide} stale={stale} result={result} onMarks={setMarks} />}
    </Dialog>
  );
}

type PanesProps = {
  host: RefObject<HTMLDivElement | null>;
  wide: boolean;
  stale: StaleDraft;
  result: RefObject<EditorView | null>;
  onMarks: (count: number) => void;
};

/**
 * Mounted only while the dialog is open: the editors need their place on the page. Every prop must be stable: a new one
 * makes new editors, and what was typed into the old ones would be gone.
 */
function Panes({ host, wide, stale, result, onMarks }: PanesProps) {
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const common = [
      minimalSetup,
      lineNumbers(),
      markdownSupport,
      EditorView.lineWrapping,
      codemirrorTheme,
      conflictMarks,
    ];
    const watch = EditorView.updateListener.of((update) => {
      if (update.docChanged) onMarks(countMarks(update.state.doc.toString()));
    });
    const named = (label: string) => EditorView.contentAttributes.of({ 'aria-label': label });
    onMarks(countMarks(stale.merged));
    if (wide) {
      const view = new MergeView({
        parent,
        a: {
          doc: stale.current.markdown,
          extensions: [common, named('Their text'), EditorState.readOnly.of(true), EditorView.editable.of(false)],
        },
        b: { doc: stale.merged, extensions: [common, named('Merged text'), watch] },
        revertControls: 'a-to-b',
        // Nothing is folded away: typing over a selection that spans folded lines would leave them standing.
      });
      result.current = view.b;
      showFirstConflict(view.b);
      return () => view.destroy();
    }
    const view = new EditorView({
      parent,
      state: EditorState.create({
        doc: stale.merged,
        extensions: [
          common,
          named('Merged text'),
          watch,
          unifiedMergeView({ original: stale.current.markdown, mergeControls: true }),
        ],
      }),
    });
    result.current = view;
    showFirstConflict(view);
    return () => view.destroy();
  }, [host, wide, stale, result, onMarks]);
  return null;
}

function showFirstConflict(view: EditorView): void {
  const at = view.state.doc.toString().search(/^<{7}( |$)/m);
  if (at >= 0) view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
}

const MARK = /^(<{7}|={7}|>{7}|\|{7})( |$)/;

function countMarks(text: string): number {
  return text.split('\n').filter((line) => line.startsWith('<<<<<<<') && MARK.test(line)).length;
}

const conflictMarks = ViewPlugin.fromClass(
  class {
    decorations;
    constructor(view: EditorView) {
      this.decorations = marksIn(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = marksIn(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function marksIn(view: EditorView) {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      if (MARK.test(line.text)) builder.add(line.from, line.from, Decoration.line({ class: 'cm-conflictMark' }));
      at = line.to + 1;
    }
  }
  return builder.finish();
}
