import type { DraftView, StaleDraft } from '@/lib/drafts/schema';

/** What a PUT of the draft came to. */
export type SaveAnswer =
  | { kind: 'saved'; draft: DraftView }
  | { kind: 'stale'; stale: StaleDraft }
  /** Refused for good (too large, signed out, not allowed): a retry alone would not help. */
  | { kind: 'refused'; message: string }
  /** No answer, or the server has trouble: tried again by itself. */
  | { kind: 'unreachable'; message: string };

export type SaveState =
  | { kind: 'saved'; at: string }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'retrying'; message: string; inMs: number }
  | { kind: 'refused'; message: string }
  | { kind: 'conflict'; stale: StaleDraft; mine: string };

export type Autosave = {
  /** The text changed by a person. */
  edit: (text: string) => void;
  /** Saves now what is unsaved. */
  flush: () => void;
  /** Takes a newer draft over when nothing here is unsaved. Answers whether it did. */
  adopt: (draft: DraftView) => boolean;
  /** Ends a conflict with this text, on top of the version that it was seen with. */
  resolve: (text: string) => void;
  /** True when closing the page would lose something. */
  dirty: () => boolean;
  /** The version that the text here stands on. */
  version: () => number;
  dispose: () => void;
};

type Options = {
  draft: DraftView;
  put: (markdown: string, version: number) => Promise<SaveAnswer>;
  onState: (state: SaveState) => void;
  /** A save went through; not called for `adopt`. */
  onSaved: (draft: DraftView) => void;
  /** The merged text of a save that only missed what a model wrote elsewhere in the text: it goes on by itself. */
  onMerged: (text: string, stale: StaleDraft) => void;
  delayMs?: number;
};

const MAX_RETRY_MS = 30_000;

/**
 * When and how a text is saved: one request at a time, a while after the last keystroke, on top of the version it stands on.
 * Never overwrites: a stale save stops here until a person has decided. Without a DOM, so that it can be tested.
 */
export function createAutosave({ draft, put, onState, onSaved, onMerged, delayMs = 800 }: Options): Autosave {
  let version = draft.version;
  let saved = draft.markdown;
  let text = draft.markdown;
  let inFlight = false;
  let conflict: StaleDraft | null = null;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let disposed = false;

  const schedule = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), ms);
  };

  async function save(): Promise<void> {
    clearTimeout(timer);
    if (disposed || inFlight || conflict || text === saved) return;
    inFlight = true;
    onState({ kind: 'saving' });
    const sent = text;
    const answer = await put(sent, version);
    inFlight = false;
    if (disposed) return;
    take(answer, sent);
  }

  function take(answer: SaveAnswer, sent: string): void {
    if (answer.kind === 'saved') {
      failures = 0;
      version = answer.draft.version;
      saved = sent;
      onSaved(answer.draft);
      if (text === saved) {
        onState({ kind: 'saved', at: answer.draft.updatedAt });
        return;
      }
      onState({ kind: 'unsaved' });
      schedule(delayMs);
      return;
    }
    if (answer.kind === 'stale') {
      takeStale(answer.stale, sent);
      return;
    }
    if (answer.kind === 'refused') {
      onState({ kind: 'refused', message: answer.message });
      return;
    }
    failures += 1;
    const inMs = Math.min(MAX_RETRY_MS, 1000 * 2 ** (failures - 1));
    onState({ kind: 'retrying', message: answer.message, inMs });
    schedule(inMs);
  }

  function takeStale(stale: StaleDraft, sent: string): void {
    // Somebody saved the very same text (another tab): nothing to decide.
    if (stale.current.markdown === text) {
      version = stale.current.version;
      saved = text;
      onState({ kind: 'saved', at: stale.current.updatedAt });
      return;
    }
    // A model wrote elsewhere while a person typed: the person's text holds, the model's sections come along.
    if (stale.current.updatedBy === null && stale.conflicts === 0) {
      // Typed on meanwhile: ask again with what stands there now.
      if (text !== sent) {
        schedule(delayMs);
        return;
      }
      version = stale.current.version;
      saved = stale.current.markdown;
      text = stale.merged;
      onMerged(text, stale);
      onState({ kind: 'unsaved' });
      schedule(0);
      return;
    }
    conflict = stale;
    onState({ kind: 'conflict', stale, mine: text });
  }

  return {
    edit(next) {
      if (next === text) return;
      text = next;
      if (conflict) return;
      if (text === saved && !inFlight) {
        clearTimeout(timer);
        onState({ kind: 'saved', at: new Date().toISOString() });
        return;
      }
      if (!inFlight) {
        if (failures === 0) onState({ kind: 'unsaved' });
        schedule(failures === 0 ? delayMs : Math.min(MAX_RETRY_MS, 1000 * 2 ** (failures - 1)));
      }
    },
    flush: () => void save(),
    adopt(newer) {
      if (conflict || inFlight || text !== saved || newer.version <= version) return false;
      version = newer.version;
      saved = newer.markdown;
      text = newer.markdown;
      onState({ kind: 'saved', at: newer.updatedAt });
      return true;
    },
    resolve(next) {
      if (!conflict) return;
      version = conflict.current.version;
      saved = conflict.current.markdown;
      conflict = null;
      text = next;
      if (text === saved) {
        onState({ kind: 'saved', at: new Date().toISOString() });
        return;
      }
      onState({ kind: 'unsaved' });
      void save();
    },
    dirty: () => text !== saved || conflict !== null || inFlight,
    version: () => version,
    dispose() {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
