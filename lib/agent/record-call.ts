import type { CallResult, ToolInfo } from '../connections/schema';
import { errorMessage } from '../errors/app-error';
import { type FinishedRecord, finishEvidence, type Opened, openEvidence } from '../evidence/record-evidence';
import type { ToolCall, ToolResult } from '../model/model';
import { maskResult, maskSecrets } from '../secrets/mask-secrets';
import { orAborted } from '../time/sleep';
import { withSpan } from '../tracing/span';
import { evidenceText } from './context';
import { LeaseLost } from './event-log';
import type { RunEventBody } from './events';
import type { RunSession } from './session';
import type { Toolbox } from './tools';

/** Runs one task after the other, or as many at a time as it allows. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

type Call = {
  callId: string;
  info: ToolInfo;
  args: Record<string, unknown>;
  question: string | null;
  /** Whether a record of the same call answers it. */
  reuse: boolean;
  /** Its events are there already. */
  isTold: boolean;
  numbering: Limiter;
  /** It is not made, and this is its outcome. */
  failure?: string;
};
type Outcome = CallResult | { failure: unknown; durationMs: number };

export type RecordedCall = { record: FinishedRecord; note: string; isNew: boolean };

/**
 * Makes one call under its evidence number and tells the events of it. A call that was made before (by an attempt that ended, or with
 * the same arguments) is answered from its record.
 * @throws LeaseLost; the signal's reason when it is aborted
 */
export async function recordCall(session: RunSession, call: Call): Promise<RecordedCall> {
  const { run, leaseOwner, log } = session;
  const { callId, args, question, isTold, reuse } = call;
  const { server, tool } = call.info;
  const fence = { runId: run.id, leaseOwner };
  const asked = { investigationId: run.investigationId, callId, server, tool, args, question, reuse };
  const opened = await call.numbering(() => openEvidence({ ...fence, ...asked }));
  if (opened.state === 'fenced') throw new LeaseLost('The run was taken over.');
  const number = opened.state === 'open' ? opened.number : opened.record.number;
  // Of a call that an earlier attempt told of, nothing new is told.
  if (!isTold) log.add({ type: 'tool.started', callId, server, tool, args, question, evidence: number });
  const record =
    opened.state === 'open' ? await finishEvidence(opened, fence, await outcomeOf(session, call)) : opened.record;
  if (!record) throw new LeaseLost('The run was taken over.');
  const note = noteOf(opened, record);
  if (!isTold) log.add(finishedEvent(callId, record, note));
  const isNew = opened.state !== 'same' && !(opened.state === 'earlier' && session.reused.has(number));
  if (opened.state === 'earlier') session.reused.add(number);
  return { record, note, isNew };
}

/** Makes the call, unless it has failed before it was made. */
async function outcomeOf(
  session: RunSession,
  { info: { server, tool }, args, callId, failure }: Call,
): Promise<Outcome> {
  const { run, signal, limits, toolbox } = session;
  const grant = { runId: run.id, callId };
  const outcome = failure
    ? { failure, durationMs: 0 }
    : await withSpan('tool call', { 'socdown.tool.server': server, 'socdown.tool.name': tool }, async (span) => {
        const made = await attempt(toolbox, server, tool, args, { signal, limits, grant });
        span.set({ 'socdown.tool.ok': !('failure' in made) });
        return made;
      });
  signal.throwIfAborted(); // the record stays open: whoever resumes makes the call again under the same number
  return outcome;
}

function finishedEvent(callId: string, record: FinishedRecord, note: string): RunEventBody {
  const { number, ok, rows, bytes, truncated, durationMs } = record;
  const message = ok ? note || (truncated ? 'The result was cut.' : null) : maskSecrets(record.text).slice(0, 1000);
  return { type: 'tool.finished', callId, evidence: number, ok, rows, bytes, truncated, durationMs, message };
}

/** A record as the model is told it; the same words when a run is taken over. */
export function recordResult(
  { progress, limits }: Pick<RunSession, 'progress' | 'limits'>,
  call: Pick<ToolCall, 'id' | 'name' | 'args'>,
  record: FinishedRecord,
  note: string,
): ToolResult {
  const masked = maskResult(record, call.args);
  return {
    callId: call.id,
    ok: record.ok,
    text: evidenceText(masked, call.name.replace('__', '.'), progress.context.boundary, limits.shownChars, {
      note,
      ...(call.name === 'logs__describe_source' ? { rows: FIELD_LINES } : {}),
    }),
    ...(masked.structured ? { structured: masked.structured } : {}),
    evidence: record.number,
  };
}

/** Of a source's fields: the common ones come first, and a log of an API has hundreds that two events have. */
const FIELD_LINES = 150;

/** Where a record is not of a call made now, it says so. */
function noteOf(opened: Opened, { number, ok }: FinishedRecord): string {
  if (opened.state === 'earlier') {
    const at = `${opened.at.toISOString().slice(0, 19).replace('T', ' ')}Z`;
    const why =
      opened.because === 'settled' ? 'after its time range had ended' : 'and the log sources are unchanged since';
    return `Not queried again: from the record of E${number}, fetched ${at}, ${why}. A person can re-run it (fresh)`;
  }
  if (opened.state !== 'same') return '';
  if (!ok) return `This very call failed several times (E${number}) and was not tried again: change it`;
  return `You asked exactly this before: answered from the record of E${number}`;
}

async function attempt(
  toolbox: Toolbox,
  server: string,
  tool: string,
  args: Record<string, unknown>,
  { signal, limits, grant }: Pick<RunSession, 'signal' | 'limits'> & { grant: { runId: string; callId: string } },
): Promise<Outcome> {
  const start = performance.now();
  // The toolbox has its own time limit; this one is for a toolbox that doesn't keep it.
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new Error(`No answer within ${limits.callMs / 1000} s.`)),
    limits.callMs + 5_000,
  );
  const either = AbortSignal.any([signal, deadline.signal]);
  try {
    const call = toolbox.call(server, tool, args, {
      signal: either,
      timeoutMs: limits.callMs,
      maxBytes: limits.resultBytes,
      grant,
    });
    return await orAborted(call, either);
  } catch (failure) {
    return {
      failure: deadline.signal.aborted ? errorMessage(deadline.signal.reason) : failure,
      durationMs: performance.now() - start,
    };
  } finally {
    clearTimeout(timer);
  }
}
