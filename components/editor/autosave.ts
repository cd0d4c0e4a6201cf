import type { DraftView, StaleDraft } from '@/lib/drafts/schema';

/** `into`: the case that this one was merged into, where work continues. */
type Refused = { kind: 'refused'; message: string; into?: { id: string; codename: string } };

/** What a PUT of the draft came to. */
export type SaveAnswer =
  | { kind: 'saved'; draft: DraftView }
  | { kind: 'stale'; stale: StaleDraft }
  /** Refused for good (too large, signed out, not allowed): a retry alone would not help. */
  | Refused
  /** No answer, or the server has trouble: tried again by itself. */
  | { kind: 'unreachable'; message: string };

export type SaveState =
  | { kind: 'saved'; at: string }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'retrying'; message: string; inMs: number }
  | Refused
  | { kind: 'conflict'; stale: StaleDraft; mine: string };

type Options = {
  draft: DraftView;
  put: (markdown: string, version: number) => Promise<SaveAnswer>;
  onState: (state: SaveState) => void;
  /** A save went through; not called for `adopt`. */
  onSaved: (draft: DraftView) => void;
  /** The merged text of a save that only missed what a model wrote elsewhere in the text: it continues by itself. */
  onMerged: (text: string, stale: StaleDraft) => void;
  delayMs?: number;
};

const MAX_RETRY_MS = 30_000;

/**
 * When and how a text is saved: one request at a time, a while after the last keystroke, based on the version it was edited from.
 * Never overwrites: a stale save stops here until a person has decided. Without a DOM, so that it can be tested.
 */
export class Autosave {
  readonly #options: Options;
  readonly #delayMs: number;
  /** The text here is an edit of this version. */
  #version: number;
  #saved: string;
  #text: string;
  #inFlight = false;
  #conflict: StaleDraft | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#delayMs = options.delayMs ?? 800;
    this.#version = options.draft.version;
    this.#saved = options.draft.markdown;
    this.#text = options.draft.markdown;
  }

  /** The text changed by a person. */
  edit(next: string): void {
    if (next === this.#text) return;
    this.#text = next;
    if (this.#conflict || this.#inFlight) return;
    if (next === this.#saved) {
      clearTimeout(this.#timer);
      this.#options.onState({ kind: 'saved', at: new Date().toISOString() });
      return;
    }
    if (this.#failures === 0) this.#options.onState({ kind: 'unsaved' });
    this.#schedule(this.#failures === 0 ? this.#delayMs : this.#retryMs());
  }

  /** Saves now what is unsaved. */
  flush(): void {
    void this.#save();
  }

  /** Replaces the text by a newer draft when nothing here is unsaved. Returns whether it did. */
  adopt(newer: DraftView): boolean {
    if (this.dirty() || newer.version <= this.#version) return false;
    this.#text = newer.markdown;
    this.#base(newer);
    this.#options.onState({ kind: 'saved', at: newer.updatedAt });
    return true;
  }

  /** Ends a conflict with this text, based on the version that it was seen with. */
  resolve(next: string): void {
    if (!this.#conflict) return;
    this.#base(this.#conflict.current);
    this.#conflict = null;
    this.#text = next;
    if (next === this.#saved) {
      this.#options.onState({ kind: 'saved', at: new Date().toISOString() });
      return;
    }
    this.#options.onState({ kind: 'unsaved' });
    void this.#save();
  }

  /** True when closing the page would lose something. */
  dirty(): boolean {
    return this.#text !== this.#saved || this.#conflict !== null || this.#inFlight;
  }

  /** The version that the text here was edited from. */
  version(): number {
    return this.#version;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), ms);
  }

  async #save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#disposed || this.#inFlight || this.#conflict || this.#text === this.#saved) return;
    this.#inFlight = true;
    this.#options.onState({ kind: 'saving' });
    const sent = this.#text;
    const answer = await this.#options.put(sent, this.#version);
    this.#inFlight = false;
    if (!this.#disposed) this.#handle(answer, sent);
  }

  #handle(answer: SaveAnswer, sent: string): void {
    const { onState, onSaved } = this.#options;
    switch (answer.kind) {
      case 'saved':
        this.#failures = 0;
        this.#base({ version: answer.draft.version, markdown: sent });
        onSaved(answer.draft);
        if (this.#text === sent) {
          onState({ kind: 'saved', at: answer.draft.updatedAt });
          return;
        }
        onState({ kind: 'unsaved' });
        this.#schedule(this.#delayMs);
        return;
      case 'stale':
        this.#handleStale(answer.stale, sent);
        return;
      case 'refused':
        onState(answer);
        return;
      case 'unreachable': {
        this.#failures += 1;
        const inMs = this.#retryMs();
        onState({ kind: 'retrying', message: answer.message, inMs });
        this.#schedule(inMs);
      }
    }
  }

  #handleStale(stale: StaleDraft, sent: string): void {
    const { onState, onMerged } = this.#options;
    // Somebody saved the very same text (another tab): nothing to decide.
    if (stale.current.markdown === this.#text) {
      this.#base(stale.current);
      onState({ kind: 'saved', at: stale.current.updatedAt });
      return;
    }
    // A model wrote elsewhere while a person typed: the person's text holds, the model's sections come along.
    if (stale.current.updatedBy === null && stale.conflicts === 0) {
      // Typed on meanwhile: ask again with the newer text.
      if (this.#text !== sent) {
        this.#schedule(this.#delayMs);
        return;
      }
      this.#base(stale.current);
      this.#text = stale.merged;
      onMerged(stale.merged, stale);
      onState({ kind: 'unsaved' });
      this.#schedule(0);
      return;
    }
    this.#conflict = stale;
    onState({ kind: 'conflict', stale, mine: this.#text });
  }

  #base({ version, markdown }: Pick<DraftView, 'version' | 'markdown'>): void {
    this.#version = version;
    this.#saved = markdown;
  }

  #retryMs(): number {
    return Math.min(MAX_RETRY_MS, 1000 * 2 ** (this.#failures - 1));
  }
}
