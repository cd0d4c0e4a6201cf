'use client';
import { useEffect, useRef, useState } from 'react';
import type { RunEvent, RunEventBody } from '@/lib/agent/events';
import { EMPTY_RUN, type RunState } from './run-state';

// Read with the first run: it parses reports, which a page without a run does without.
let code: typeof import('./fold-run') | null = null;

/** Each kind of event has its own SSE event name; `satisfies` keeps this list complete. */
const TYPES = Object.keys({
  'run.started': 1,
  stage: 1,
  text: 1,
  thinking: 1,
  'tool.started': 1,
  'tool.finished': 1,
  'approval.requested': 1,
  'approval.decided': 1,
  'run.waiting': 1,
  'sub.started': 1,
  'sub.finished': 1,
  'report.delta': 1,
  'report.input': 1,
  'report.section': 1,
  'report.text': 1,
  'draft.saved': 1,
  'proposal.created': 1,
  usage: 1,
  'run.finished': 1,
} satisfies Record<RunEventBody['type'], 1>);

const FRAME_MS = 60;
const MAX_RETRY_MS = 15_000;

/**
 * Follows a run: replays its events, then streams new ones. Reconnects by itself (the browser sends Last-Event-ID; a new
 * stream replays and the fold ignores events it has). Ends with run.finished. `onEvents` gets each batch once.
 */
export function useRun(runId: string | null, base: string, onEvents?: (events: RunEvent[]) => void) {
  const [state, setState] = useState<{ id: string | null; run: RunState }>({ id: runId, run: EMPTY_RUN });
  const [connected, setConnected] = useState(true);
  const handler = useRef(onEvents);
  const baseText = useRef(base);
  useEffect(() => {
    handler.current = onEvents;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the base is the text when the run is first seen, not now
  useEffect(() => {
    baseText.current = base;
    setState({ id: runId, run: EMPTY_RUN });
    setConnected(true);
    if (!runId) return;
    const onBatch = async (take: () => RunEvent[]) => {
      code ??= await import('./fold-run');
      const { foldRun } = code;
      const events = take();
      setState((before) => ({
        id: runId,
        run: events.reduce((run, event) => foldRun(run, event, baseText.current), before.run),
      }));
      handler.current?.(events);
    };
    return followRun(runId, onBatch, setConnected);
  }, [runId]);

  const run = state.id === runId ? state.run : EMPTY_RUN;
  return {
    run,
    connected,
    /** The report with what the run is writing. */
    textOver: (text: string) => code?.runText(run, text) ?? text,
  };
}

/**
 * Streams a run's events until it is over or what is returned is called. `onBatch` takes what has come up to the moment it
 * asks, a few times a second; `onConnected` hears when the connection is lost and when it is back.
 */
function followRun(
  runId: string,
  onBatch: (take: () => RunEvent[]) => Promise<void>,
  onConnected: (connected: boolean) => void,
): () => void {
  let source: EventSource | null = null;
  let queue: RunEvent[] = [];
  let batchTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = 1000;
  let last = 0;
  let over = false;

  const take = () => {
    batchTimer = undefined;
    const events = queue;
    queue = [];
    return events;
  };
  const onMessage = (message: MessageEvent<string>) => {
    const event: RunEvent = JSON.parse(message.data);
    if (event.seq <= last) return;
    last = event.seq;
    queue.push(event);
    // Many tokens a second become a few renders.
    batchTimer ??= setTimeout(() => void onBatch(take), FRAME_MS);
    if (event.type === 'run.finished') {
      over = true;
      source?.close();
    }
  };
  const open = () => {
    source = new EventSource(`/api/runs/${runId}/events?after=${last}`);
    for (const type of TYPES) source.addEventListener(type, onMessage as EventListener);
    source.onopen = () => {
      retryMs = 1000;
      onConnected(true);
    };
    source.onerror = () => {
      if (over) return;
      onConnected(false);
      if (source?.readyState !== EventSource.CLOSED) return; // the browser reconnects
      retryTimer = setTimeout(open, retryMs);
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
    };
  };
  open();
  return () => {
    over = true;
    source?.close();
    clearTimeout(batchTimer);
    clearTimeout(retryTimer);
  };
}
