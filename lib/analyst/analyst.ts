import type { Model, ModelEvent, ToolCall, TurnRequest, Usage } from '../model/model';
import { investigate, isReportCall, sectionOf } from './investigate';
import { LABEL } from './report/parts';
import { replay, Waiting } from './script';
import { type Detections, loadDetections } from './sigma/load-rules';

/** Characters in a streamed piece of a report call, and the pause after it: a reader's pace, not a typist's. */
const CHUNK_SIZE = 480;
const PAUSE_MS = 8;
const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, measured: true };

/**
 * The analyst used when no language model is configured. Each turn replays the investigation over the results in the request
 * and ends with the next calls (`tools`) or, when the report is written, with `done`. Throws only when aborted.
 */
export function builtinAnalyst({
  pauseMs = PAUSE_MS,
  detections = loadDetections,
}: {
  pauseMs?: number;
  detections?: () => Promise<Detections>;
} = {}): Model {
  return { id: 'builtin', label: LABEL, turn: (request, signal) => turn(request, signal, pauseMs, detections) };
}

async function* turn(
  request: TurnRequest,
  signal: AbortSignal,
  pauseMs: number,
  detections: () => Promise<Detections>,
): AsyncGenerator<ModelEvent> {
  signal.throwIfAborted();
  const rules = await detections();
  const context = replay(request);
  let calls: ToolCall[] = [];
  let text = '';
  try {
    text = await investigate(context, request.caseFile, rules);
  } catch (error) {
    if (!(error instanceof Waiting)) throw error;
    calls = error.calls;
  }
  for (const stage of context.untold()) yield { type: 'stage', text: stage };
  if (calls.length === 0) {
    yield { type: 'text', block: 0, delta: text };
    yield { type: 'end', stop: 'done', text, calls: [], usage: NO_USAGE };
    return;
  }
  for (const call of calls.filter(({ name }) => isReportCall(name))) {
    const section = sectionOf(call.args);
    if (section !== '') yield { type: 'stage', text: `Writing ${section}` };
    const json = JSON.stringify(call.args);
    for (let at = 0; at < json.length; at += CHUNK_SIZE) {
      signal.throwIfAborted();
      yield { type: 'call.delta', id: call.id, name: call.name, partialJson: json.slice(at, at + CHUNK_SIZE) };
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  yield { type: 'end', stop: 'tools', text: '', calls, usage: NO_USAGE };
}
