'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toast } from '@/components/ui/toaster';
import type { DraftView } from '@/lib/drafts/schema';
import { useAutosave } from './use-autosave';

/** A text that was not typed and has to be put into the editor. `n` grows with each. */
export type External = { text: string; n: number };

const POLL_MS = 6000;

/** A draft as it is edited here, saved, and changed by others. */
export function useDraft(id: string, initial: DraftView) {
  const [draft, setDraft] = useState(initial);
  const [text, setText] = useState(initial.markdown);
  const [external, setExternal] = useState<External>({ text: initial.markdown, n: 0 });
  const current = useRef(initial.markdown);
  const put = useCallback((next: string) => {
    current.current = next;
    setText(next);
    setExternal((before) => ({ text: next, n: before.n + 1 }));
  }, []);
  const { save, autosave, waiting, first } = useAutosave({ id, initial, current, onSaved: setDraft, onText: put });

  /** Takes over a newer draft, unless something here is unsaved (the next save then reports the conflict). */
  const adopt = useCallback(
    (newer: DraftView, reason?: string) => {
      if (!autosave.current?.adopt(newer)) {
        setDraft((before) => (newer.version >= before.version ? { ...newer, markdown: before.markdown } : before));
        return;
      }
      setDraft(newer);
      if (newer.markdown !== current.current) put(newer.markdown);
      if (reason) toast({ title: reason });
    },
    [put, autosave],
  );
  const version = useCallback(() => autosave.current?.version() ?? first.current.version, [autosave, first]);
  const refresh = useDraftPolling(id, version, adopt);

  const edit = useCallback(
    (next: string) => {
      current.current = next;
      setText(next);
      autosave.current?.edit(next);
    },
    [autosave],
  );
  /** A change made by a button: put into the editor, and saved like what is typed. */
  const change = useCallback(
    (next: string) => {
      if (next === current.current) return;
      put(next);
      autosave.current?.edit(next);
    },
    [put, autosave],
  );
  const flush = useCallback(() => autosave.current?.flush(), [autosave]);
  const resolve = useCallback(
    (next: string) => {
      put(next);
      autosave.current?.resolve(next);
    },
    [put, autosave],
  );
  /** Saves what is unsaved; true when everything is saved then. */
  const whenSaved = useCallback((): Promise<boolean> => {
    const machine = autosave.current;
    if (!machine?.dirty()) return Promise.resolve(true);
    return new Promise((done) => {
      waiting.current.push(done);
      machine.flush();
    });
  }, [autosave, waiting]);
  const dirty = useCallback(() => autosave.current?.dirty() ?? false, [autosave]);

  return { draft, text, save, external, edit, change, flush, resolve, adopt, refresh, whenSaved, dirty, version };
}

export type DraftHandle = ReturnType<typeof useDraft>;

type Adopt = (newer: DraftView, reason?: string) => void;

/** Looks for what others saved while the page is visible; answers a function that looks now. */
function useDraftPolling(id: string, version: () => number, adopt: Adopt) {
  const refresh = useCallback(
    async (reason?: (newer: DraftView) => string | undefined) => {
      try {
        // Not api.get: a person who is signed out keeps the page, and the text in it.
        const response = await fetch(`/api/investigations/${id}/draft`, { headers: { accept: 'application/json' } });
        if (!response.ok) return;
        const newer: DraftView = await response.json();
        adopt(newer, newer.version > version() ? reason?.(newer) : undefined);
      } catch {
        // The next poll or the save reports it.
      }
    },
    [id, version, adopt],
  );
  useEffect(() => {
    const poll = () => {
      if (document.visibilityState !== 'visible') return;
      void refresh((newer) =>
        newer.updatedBy ? `${newer.updatedBy.name} saved this report. You see the new text.` : undefined,
      );
    };
    const timer = setInterval(poll, POLL_MS);
    document.addEventListener('visibilitychange', poll);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', poll);
    };
  }, [refresh]);
  return refresh;
}
