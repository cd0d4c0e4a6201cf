'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { announce } from '@/components/shell/live-region';
import { toast } from '@/components/ui/toaster';
import type { DraftView } from '@/lib/drafts/schema';
import { type Autosave, createAutosave, type SaveState } from './autosave';
import { putDraft } from './put-draft';

/** A text that did not come from the keyboard and has to be put into the editor. `n` grows with each. */
export type External = { text: string; n: number };

const POLL_MS = 6000;

/** A draft as it is edited here, saved, and changed by others. */
export function useDraft(id: string, initial: DraftView) {
  const [draft, setDraft] = useState(initial);
  const [text, setText] = useState(initial.markdown);
  const [save, setSave] = useState<SaveState>({ kind: 'saved', at: initial.updatedAt });
  const [external, setExternal] = useState<External>({ text: initial.markdown, n: 0 });
  const autosave = useRef<Autosave | null>(null);
  const waiting = useRef<((saved: boolean) => void)[]>([]);
  const current = useRef(initial.markdown);
  const first = useRef(initial);

  const put = useCallback((next: string) => {
    current.current = next;
    setText(next);
    setExternal((before) => ({ text: next, n: before.n + 1 }));
  }, []);

  useEffect(() => {
    const kept = takeKept(id);
    const start =
      kept && kept.text !== first.current.markdown ? { ...first.current, version: kept.version } : first.current;
    const machine = createAutosave({
      draft: start,
      put: async (markdown, version) => {
        const answer = await putDraft(id, markdown, version);
        if (answer.kind === 'saved') dropKept(id);
        return answer;
      },
      onState: (state) => {
        setSave(state);
        if (state.kind === 'conflict') announce('Somebody else saved this report. Decide how the texts go together.');
        if (state.kind === 'refused') announce(`Not saved. ${state.message}`);
        if (state.kind === 'unsaved' || state.kind === 'saving') return;
        for (const tell of waiting.current.splice(0)) tell(state.kind === 'saved');
      },
      onSaved: setDraft,
      onMerged: (merged, stale) => {
        setDraft(stale.current);
        put(merged);
        toast({ title: 'Your text was joined with what the model wrote meanwhile.' });
      },
    });
    autosave.current = machine;
    if (start !== first.current && kept) {
      put(kept.text);
      machine.edit(kept.text);
      toast({ title: 'Unsaved text was restored', description: 'It was left in this tab when the page closed.' });
    }
    const keep = () => machine.dirty() && keepText(id, machine.version(), current.current);
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
      machine.dispose();
      window.removeEventListener('beforeunload', warn);
      window.removeEventListener('pagehide', keep);
      window.removeEventListener('online', online);
    };
  }, [id, put]);

  /** Takes a newer draft over, unless something here is unsaved (the next save then says so). */
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
    [put],
  );

  const refresh = useCallback(
    async (reason?: (newer: DraftView) => string | undefined) => {
      try {
        const response = await fetch(`/api/investigations/${id}/draft`, { headers: { accept: 'application/json' } });
        if (!response.ok) return;
        const newer: DraftView = await response.json();
        adopt(newer, newer.version > (autosave.current?.version() ?? 0) ? reason?.(newer) : undefined);
      } catch {
        // The next look, or the save, tells.
      }
    },
    [id, adopt],
  );

  useEffect(() => {
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      void refresh((newer) =>
        newer.updatedBy ? `${newer.updatedBy.name} saved this report; you see the new text.` : undefined,
      );
    };
    const timer = setInterval(look, POLL_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [refresh]);

  const edit = useCallback((next: string) => {
    current.current = next;
    setText(next);
    autosave.current?.edit(next);
  }, []);
  /** A change made by a button: into the editor, and saved like what is typed. */
  const change = useCallback(
    (next: string) => {
      if (next === current.current) return;
      put(next);
      autosave.current?.edit(next);
    },
    [put],
  );
  const flush = useCallback(() => autosave.current?.flush(), []);
  const resolve = useCallback(
    (next: string) => {
      put(next);
      autosave.current?.resolve(next);
    },
    [put],
  );
  /** Saves what is unsaved; true when all is saved then. */
  const whenSaved = useCallback((): Promise<boolean> => {
    const machine = autosave.current;
    if (!machine?.dirty()) return Promise.resolve(true);
    return new Promise((done) => {
      waiting.current.push(done);
      machine.flush();
    });
  }, []);
  const dirty = useCallback(() => autosave.current?.dirty() ?? false, []);
  const version = useCallback(() => autosave.current?.version() ?? first.current.version, []);

  return { draft, text, save, external, edit, change, flush, resolve, adopt, refresh, whenSaved, dirty, version };
}

export type DraftHandle = ReturnType<typeof useDraft>;

// An unsaved text outlives a closed or crashed page in this tab's own storage, until it is saved.
const keyOf = (id: string) => `draft.unsaved.${id}`;

function keepText(id: string, version: number, text: string): void {
  try {
    sessionStorage.setItem(keyOf(id), JSON.stringify({ version, text }));
  } catch {
    // Full or switched off: the warning before leaving is what remains.
  }
}

function takeKept(id: string): { version: number; text: string } | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(id)) ?? 'null');
    const usable = typeof kept === 'object' && kept !== null && 'version' in kept && 'text' in kept;
    return usable && typeof kept.version === 'number' && typeof kept.text === 'string'
      ? { version: kept.version, text: kept.text }
      : null;
  } catch {
    return null;
  }
}

function dropKept(id: string): void {
  try {
    sessionStorage.removeItem(keyOf(id));
  } catch {
    // nothing was kept there either
  }
}
