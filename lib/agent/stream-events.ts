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

  const encoder = new TextEncoder();
  let end = () => {};
  return new ReadableStream({
    start(controller) {
      let last = after;
      let reading = false;
      let again = false;
      let open = true;
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      /** @returns whether the stream continues */
      const sendAll = (events: RunEvent[]): boolean => {
        for (const event of events) {
          if (!open) return false;
          send(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
          last = event.seq;
          if (event.type === 'run.finished') end();
        }
        return open;
      };
      const pump = async (news: RunEvent[] | null = null) => {
        // What a notification brings is sent as it is when it comes right after what was sent; else it is read.
        if (open && !reading && news?.[0]?.seq === last + 1) return void sendAll(news);
        again = true;
        if (reading) return;
        reading = true;
        try {
          while (again && open) {
            again = false;
            const events = await readEvents(actor, runId, last);
            if (!sendAll(events)) return;
            again ||= events.length === EVENTS_PER_READ;
          }
        } catch {
          end(); // the reader comes back with Last-Event-ID
        } finally {
          reading = false;
        }
      };
      const unsubscribe = watchRun(runId, (news) => void pump(news));
      const recheck = () =>
        hasAccess(actor).then(
          (still) => still || end(),
          () => end(), // the reader comes back and is asked again
        );
      const unwatchAccess = watchAccess(actor.id ?? '', () => void recheck());
      const unclose = onClose(() => end());
      const heartbeat = setInterval(() => {
        send(': still here\n\n');
        void pump();
        void recheck();
      }, HEARTBEAT_MS);
      end = () => {
        if (!open) return;
        open = false;
        unsubscribe();
        unwatchAccess();
        unclose();
        clearInterval(heartbeat);
        signal.removeEventListener('abort', end);
        try {
          controller.close();
        } catch {
          // the reader closed it first
        }
      };
      signal.addEventListener('abort', end, { once: true });
      send('retry: 2000\n\n');
      if (signal.aborted) end();
      else void pump();
      void recheck(); // what changed since the request was let in
    },
    cancel() {
      end();
    },
  });
}
