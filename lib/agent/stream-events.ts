import { hasAccess } from '../auth/access';
import type { Actor } from '../auth/guard';
import type { RunEvent } from './events';
import { EVENTS_PER_READ, getRun, readEvents } from './read-run';
import { isLive } from './run-status';
import { onClose, watchAccess, watchRun } from './watch-run';

/** A comment this often keeps proxies from ending a quiet stream, and finds events whose notification got lost. */
const HEARTBEAT_MS = 15_000;

/**
 * A run's events as server-sent events from a number on: `id` is seq, `event` the type, `data` the event.
 * Ends after run.finished, when the reader leaves (`signal`), loses access, or when the process stops.
 * null: the run has ended and there is nothing after this number.
 * @throws AppError not_found
 */
export async function streamEvents(
  actor: Actor,
  runId: string,
  after: number,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | null> {
  const run = await getRun(actor, runId);
  if (!isLive(run.status) && (await readEvents(actor, runId, after)).length === 0) return null;

  let stream: EventStream | undefined;
  return new ReadableStream({
    start(controller) {
      stream = new EventStream({ actor, runId, after, signal, controller });
      stream.begin();
    },
    cancel() {
      stream?.end();
    },
  });
}

type Parts = {
  actor: Actor;
  runId: string;
  after: number;
  signal: AbortSignal;
  controller: ReadableStreamDefaultController<Uint8Array>;
};

/** One reader of a run's events. */
class EventStream {
  readonly #parts: Parts;
  readonly #encoder = new TextEncoder();
  #last: number;
  #isReading = false;
  #hasNews = false;
  #isOpen = true;
  #undo: (() => void)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#last = parts.after;
  }

  begin(): void {
    const { runId, actor, signal } = this.#parts;
    const end = () => this.end();
    const heartbeat = setInterval(() => {
      this.#send(': still here\n\n');
      void this.#pump();
      void this.#recheck();
    }, HEARTBEAT_MS);
    signal.addEventListener('abort', end, { once: true });
    this.#undo = [
      watchRun(runId, (news) => void this.#pump(news)),
      watchAccess(actor.id ?? '', () => void this.#recheck()),
      onClose(end),
      () => clearInterval(heartbeat),
      () => signal.removeEventListener('abort', end),
    ];
    this.#send('retry: 2000\n\n');
    if (signal.aborted) this.end();
    else void this.#pump();
    void this.#recheck(); // what changed since the request was let in
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const undo of this.#undo) undo();
    try {
      this.#parts.controller.close();
    } catch {
      // the reader closed it first
    }
  }

  #send(text: string): void {
    this.#parts.controller.enqueue(this.#encoder.encode(text));
  }

  /** @returns whether the stream continues */
  #sendAll(events: RunEvent[]): boolean {
    for (const event of events) {
      if (!this.#isOpen) return false;
      this.#send(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      this.#last = event.seq;
      if (event.type === 'run.finished') this.end();
    }
    return this.#isOpen;
  }

  async #pump(news: RunEvent[] | null = null): Promise<void> {
    // What a notification brings is sent as it is when it comes right after what was sent; else it is read.
    if (this.#isOpen && !this.#isReading && news?.[0]?.seq === this.#last + 1) {
      this.#sendAll(news);
      return;
    }
    this.#hasNews = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#hasNews && this.#isOpen) {
        this.#hasNews = false;
        const events = await readEvents(this.#parts.actor, this.#parts.runId, this.#last);
        if (!this.#sendAll(events)) return;
        this.#hasNews ||= events.length === EVENTS_PER_READ;
      }
    } catch {
      this.end(); // the reader comes back with Last-Event-ID
    } finally {
      this.#isReading = false;
    }
  }

  async #recheck(): Promise<void> {
    // An error too: the reader comes back and is asked again.
    const still = await hasAccess(this.#parts.actor).catch(() => false);
    if (!still) this.end();
  }
}
