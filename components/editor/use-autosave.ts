'use client';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { announce } from '@/components/shell/live-region';
import { toast } from '@/components/ui/toaster';
import type { DraftView } from '@/lib/drafts/schema';
import { Autosave, type SaveState } from './autosave';
import { putDraft } from './put-draft';
import { dropUnsaved, keepUnsaved, readUnsaved } from './unsaved-text';

type Options = {
  id: string;
  initial: DraftView;
  /** The text in the editor now. */
  current: RefObject<string>;
  onSaved: (draft: DraftView) => void;
  /** Puts a text into the editor that was not typed there. Stable. */
  onText: (text: string) => void;
};

/** Saves the text of a page until the page is left, and keeps it in the tab when it could not be saved. */
export function useAutosave({ id, initial, current, onSaved, onText }: Options) {
  const [save, setSave] = useState<SaveState>({ kind: 'saved', at: initial.updatedAt });
  const autosave = useRef<Autosave | null>(null);
  const waiting = useRef<((saved: boolean) => void)[]>([]);
  const first = useRef(initial);
  const saved = useRef(onSaved);
  useEffect(() => {
    saved.current = onSaved;
  });

  useEffect(() => {
    const kept = readUnsaved(id);
    const restored = kept !== null && kept.text !== first.current.markdown ? kept : null;
    const machine = new Autosave({
      draft: restored ? { ...first.current, version: restored.version } : first.current,
      put: async (markdown, version) => {
        const answer = await putDraft(id, markdown, version);
        if (answer.kind === 'saved') dropUnsaved(id);
        return answer;
      },
      onState: (state) => {
        setSave(state);
        announceState(state);
        if (state.kind === 'unsaved' || state.kind === 'saving') return;
        for (const tell of waiting.current.splice(0)) tell(state.kind === 'saved');
      },
      onSaved: (draft) => saved.current(draft),
      onMerged: (merged, stale) => {
        saved.current(stale.current);
        onText(merged);
        toast({ title: 'Your text was merged with the model’s latest changes.' });
      },
    });
    autosave.current = machine;
    if (restored) {
      onText(restored.text);
      machine.edit(restored.text);
      toast({ title: 'Unsaved text was restored', description: 'It was kept in this tab when the page closed.' });
    }
    const detach = keepOnLeave(id, machine, current);
    return () => {
      detach();
      machine.dispose();
    };
  }, [id, current, onText]);

  return { save, autosave, waiting, first };
}

function announceState(state: SaveState): void {
  if (state.kind === 'conflict') announce('Someone else saved this report. Choose how to merge the two texts.');
  if (state.kind === 'refused') announce(`Not saved. ${state.message}`);
}

/** Warns before the page is left with unsaved text, keeps that text, and saves once the network is back. */
function keepOnLeave(id: string, machine: Autosave, current: RefObject<string>): () => void {
  const keep = () => {
    if (machine.dirty()) keepUnsaved(id, { version: machine.version(), text: current.current });
  };
  const warn = (event: BeforeUnloadEvent) => {
    if (!machine.dirty()) return;
    keep();
    machine.flush();
    event.preventDefault();
  };
  const online = () => machine.flush();
  window.addEventListener('beforeunload', warn);
  window.addEventListener('pagehide', keep);
  window.addEventListener('online', online);
  return () => {
    keep();
    machine.flush();
    window.removeEventListener('beforeunload', warn);
    window.removeEventListener('pagehide', keep);
    window.removeEventListener('online', online);
  };
}
