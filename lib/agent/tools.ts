import type { CallResult, ToolInfo } from '../connections/schema';
import { errorMessage } from '../errors/app-error';
import { finishEvidence, type Opened, openEvidence, type Receipt } from '../evidence/record-evidence';
import type { ToolCall, ToolDefinition, ToolResult } from '../model/model';
import { maskSecrets, maskSecretsIn } from '../secrets/mask-secrets';
import { canonicalJson } from '../text/canonical-json';
import { ApprovalNeeded, requestApproval } from './ask-approval';
import { evidenceText, reportResult } from './context';
import { LeaseLost } from './event-log';
import { visible } from './marked-text';
import { type StoredResult, saveResult } from './progress';
import { applyReportTool, REPORT_PREFIX, REPORT_TOOLS, WRITE_SECTION } from './report-tools';
import type { RunSession } from './session';
import { orAborted } from './sleep';
import { saveWorkingText } from './working-text';

/** What the loop needs of lib/connections. */
export type Toolbox = {
  tools(): ToolInfo[] | Promise<ToolInfo[]>;
  call(
    server: string,
    tool: string,
    args: Record<string, unknown>,
    options: { signal: AbortSignal; timeoutMs?: number; maxBytes?: number; grant?: { runId: string; callId: string } },
  ): Promise<CallResult>;
  close(): Promise<void> | void;
};

export type ToolTable = { definitions: ToolDefinition[]; byName: Map<string, ToolInfo> };

/** Tools as models see them, `server__tool`, in a fixed order. What is refused is known, and not offered. */
export function toolTable(infos: ToolInfo[], writes = true): ToolTable {
  const named = infos
    .map((info) => [`${info.server}__${info.tool}`, info] as const)
    .filter(([name]) => /^[a-zA-Z0-9_-]{1,64}$/.test(name) && !name.startsWith(REPORT_PREFIX))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const offered = named
    .filter(([, info]) => info.class !== 'refused')
    .map(([name, info]) => ({ name, description: offeredDescription(info), inputSchema: info.inputSchema }));
  return { definitions: [...offered, ...(writes ? REPORT_TOOLS : [])], byName: new Map(named) };
}

/** Whether a turn's calls brought anything: a new receipt or a changed report. */
export type TurnResults = { results: ToolResult[]; anythingNew: boolean };

/**
 * Does the calls of one whole answer: MCP calls at the same time, a few at once, numbered in their order; report tools one
 * after the other. What an earlier attempt of this run did already (`stored`, receipts) is not done again.
 * A tool's failure is a result. Throws only when the run has to stop.
 */
export async function doCalls(
  session: RunSession,
  turn: number,
  calls: ToolCall[],
  stored: Record<string, StoredResult>,
): Promise<TurnResults> {
  const lane = { read: limiter(session.limits.parallelCalls), report: limiter(1), numbering: limiter(1) };
  const running = new Map<string, Promise<unknown>>();
  let anythingNew = false;

  const settled = await Promise.allSettled(
    calls.map(async (call, index): Promise<ToolResult> => {
      const before = stored[index];
      if (before && before.evidence === null) return reportResult(call.id, before.ok, before.text);
      const isReport = call.name.startsWith(REPORT_PREFIX);
      const done = await (isReport ? lane.report : lane.read)(async () => {
        session.signal.throwIfAborted();
        if (isReport) return reportCall(session, turn, index, call);
        const key = `${call.name} ${canonicalJson(call.args)}`;
        // An identical call of this very answer is waited for; then its receipt answers.
        const earlier = running.get(key);
        const doing = (async () => {
          await earlier;
          return evidenceCall(session, turn, index, call, before, lane.numbering);
        })();
        running.set(
          key,
          doing.catch(() => {}),
        );
        return doing;
      });
      anythingNew ||= done.fresh;
      return done.result;
    }),
  );
  const failed = settled.filter((one) => one.status === 'rejected').map((one) => one.reason);
  // A question to a person waits for the end of the other calls, and for nothing worse.
  if (failed.length > 0) throw failed.find((reason) => !(reason instanceof ApprovalNeeded)) ?? failed[0];
  return { results: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), anythingNew };
}

const READ_ONLY_HINT = 'This run answers a question. The report is not changed; say it in your answer.';

type Done = { result: ToolResult; fresh: boolean };

async function reportCall(session: RunSession, turn: number, index: number, call: ToolCall): Promise<Done> {
  const { log, progress, model } = session;
  const callId = `${turn}.${index}`;
  const before = progress.markdown;
  const refusal = call.invalid ?? (session.run.kind === 'ask' ? READ_ONLY_HINT : null);
  const applied = refusal
    ? ({ ok: false, message: refusal } as const)
    : applyReportTool(before, call.name, call.args, model.label);
  const markdown = applied.ok ? applied.markdown : before;
  const tool = call.name.slice(REPORT_PREFIX.length);
  // The text itself comes as report events; here it would be stored twice.
  const args = call.name === WRITE_SECTION ? { section: call.args.section } : call.args;
  log.add({ type: 'tool.started', callId, server: 'report', tool, args, evidence: null });
  await saveResult(
    { ...keyOf(session, turn), index },
    { ok: applied.ok, evidence: null, text: applied.message },
    markdown,
  );
  progress.markdown = markdown;
  // A refused section may have been streamed: the whole text takes it back.
  log.add(applied.ok ? applied.event : { type: 'report.text', markdown });
  log.add({
    type: 'tool.finished',
    callId,
    evidence: null,
    ok: applied.ok,
    rows: null,
    bytes: Buffer.byteLength(markdown),
    truncated: false,
    durationMs: 0,
    message: applied.ok ? null : applied.message,
  });
  if (markdown !== before) await saveWorkingText(session);
  return { result: reportResult(call.id, applied.ok, applied.message), fresh: markdown !== before };
}

async function evidenceCall(
  session: RunSession,
  turn: number,
  index: number,
  call: ToolCall,
  before: StoredResult | undefined,
  numbering: Limiter,
): Promise<Done> {
  const { run, leaseOwner, log, limits, signal, toolbox, progress } = session;
  const callId = `${turn}.${index}`;
  const info = session.tools.byName.get(call.name);
  const refusal = refusalOf(session, call, index);
  if (refusal !== null || !info) return refuse(session, turn, index, call, refusal ?? '');
  const gate = info.class === 'read' ? null : await consent(session, info, callId, call.args);
  if (gate?.state === 'refused') return refuse(session, turn, index, call, gate.reason);

  const { server, tool } = info;
  const fence = { runId: run.id, leaseOwner };
  const opened = await numbering(() =>
    openEvidence({
      ...fence,
      investigationId: run.investigationId,
      callId,
      server,
      tool,
      args: call.args,
      reuse: info.class === 'read' && !run.fresh,
    }),
  );
  if (opened.state === 'fenced') throw new LeaseLost('The run was taken over.');
  const number = opened.state === 'open' ? opened.number : opened.receipt.number;
  // Of a call that an earlier attempt told of, nothing new is told.
  if (!before) log.add({ type: 'tool.started', callId, server, tool, args: call.args, evidence: number });

  let receipt: Receipt | null;
  if (opened.state === 'open') {
    const outcome = gate?.used
      ? { failure: OUTCOME_UNKNOWN, durationMs: 0 }
      : await attempt(toolbox, server, tool, call.args, { signal, limits, grant: { runId: run.id, callId } });
    signal.throwIfAborted(); // the record stays open: whoever goes on does the call again under the same number
    receipt = await finishEvidence(opened, fence, outcome);
  } else {
    receipt = opened.receipt;
  }
  if (!receipt) throw new LeaseLost('The run was taken over.');

  const note = noteOf(opened, receipt);
  if (!before)
    log.add({
      type: 'tool.finished',
      callId,
      evidence: number,
      ok: receipt.ok,
      rows: receipt.rows,
      bytes: receipt.bytes,
      truncated: receipt.truncated,
      durationMs: receipt.durationMs,
      message: receipt.ok
        ? note || (receipt.truncated ? 'The result was cut.' : null)
        : maskSecrets(receipt.text).slice(0, 1000),
    });
  await saveResult({ ...keyOf(session, turn), index }, { ok: receipt.ok, evidence: number, text: note }, null);
  const result = receiptResult(call.id, receipt, `${server}.${tool}`, progress.context.boundary, limits, note);
  const isNew = opened.state !== 'same' && !(opened.state === 'earlier' && session.reused.has(number));
  if (opened.state === 'earlier') session.reused.add(number);
  return { result, fresh: isNew };
}

/** A call that is not made: said in the events and to the model, and kept. */
async function refuse(session: RunSession, turn: number, index: number, call: ToolCall, text: string): Promise<Done> {
  const callId = `${turn}.${index}`;
  const info = session.tools.byName.get(call.name);
  const [server = '', tool = ''] = info ? [info.server, info.tool] : call.name.split('__');
  session.log.add({ type: 'tool.started', callId, server, tool: tool || call.name, args: call.args, evidence: null });
  session.log.add({
    type: 'tool.finished',
    callId,
    evidence: null,
    ok: false,
    rows: null,
    bytes: 0,
    truncated: false,
    durationMs: 0,
    message: text,
  });
  await saveResult({ ...keyOf(session, turn), index }, { ok: false, evidence: null, text }, null);
  return { result: { callId: call.id, ok: false, text, evidence: null }, fresh: false };
}

/**
 * A person's consent to one call of class egress or write.
 * @throws ApprovalNeeded while nobody has decided: the run is suspended and comes back here.
 */
async function consent(session: RunSession, info: ToolInfo, callId: string, args: Record<string, unknown>) {
  const { run, leaseOwner, log } = session;
  const { server, tool } = info;
  const toolClass = info.class === 'write' ? 'write' : 'egress';
  const gate = await requestApproval({ runId: run.id, leaseOwner, callId, server, tool, class: toolClass, args });
  if (gate.state === 'waiting') {
    const { expiresAt } = gate;
    if (gate.asked) log.add({ type: 'approval.requested', callId, server, tool, class: toolClass, args, expiresAt });
    throw new ApprovalNeeded();
  }
  if (gate.state === 'allowed' && gate.by !== null)
    log.add({ type: 'approval.decided', callId, decision: 'allowed', by: gate.by });
  if (gate.state === 'refused' && gate.decision !== null)
    log.add({ type: 'approval.decided', callId, decision: gate.decision, by: gate.by });
  return gate.state === 'refused' ? gate : { state: gate.state, used: gate.used };
}

/** Consent is used up before a call is sent, so that it is never sent twice. */
const OUTCOME_UNKNOWN =
  'The worker stopped during this call: it may have been carried out, or not. It is not repeated by itself. Check where it went.';

/** A receipt as the model is told it; the same words when a run is taken over. */
export function receiptResult(
  callId: string,
  receipt: Receipt,
  origin: string,
  boundary: string,
  limits: RunSession['limits'],
  note: string,
): ToolResult {
  return {
    callId,
    ok: receipt.ok,
    text: evidenceText(receipt, origin, boundary, limits, note),
    ...(receipt.structured ? { structured: maskSecretsIn(receipt.structured) } : {}),
    evidence: receipt.number,
  };
}

/** The tool's confirmed words, and what using it means here. */
function offeredDescription({ description, class: toolClass }: ToolInfo): string {
  const words = visible(description);
  if (toolClass === 'read') return words;
  const does = toolClass === 'egress' ? 'Sends something out' : 'Changes something';
  return `${does}: each call waits until a person has read and allowed exactly these arguments. Use it only where the case needs it.\n${words}`;
}

/** Where a receipt is not of a call made now, it says so. */
function noteOf(opened: Opened, { number, ok }: Receipt): string {
  if (opened.state === 'earlier') {
    const at = `${opened.at.toISOString().slice(0, 19).replace('T', ' ')}Z`;
    return `Not queried again: from the record of E${number}, fetched ${at}, after its time range had ended. A person can re-run it (fresh)`;
  }
  if (opened.state !== 'same') return '';
  if (!ok) return `This very call failed several times (E${number}) and was not tried again: change it`;
  return `You asked exactly this before: answered from the record of E${number}`;
}

/** Why a call is not made, or null. What may run is decided here, outside the model. */
function refusalOf(session: RunSession, call: ToolCall, index: number): string | null {
  if (call.invalid) return call.invalid;
  const info = session.tools.byName.get(call.name);
  if (!info || info.class === 'refused') {
    return `There is no tool ${call.name.slice(0, 100)}. Tools: ${session.tools.definitions.map((tool) => tool.name).join(', ')}.`;
  }
  // Asked about it, a person would be shown it, and the question would be kept.
  if (call.secret) return `The arguments hold a secret of this installation. ${call.name} was not called.`;
  if (index >= session.limits.callsPerTurn) {
    return `At most ${session.limits.callsPerTurn} calls of one answer are done. This one was not; ask again if it still matters.`;
  }
  return null;
}

async function attempt(
  toolbox: Toolbox,
  server: string,
  tool: string,
  args: Record<string, unknown>,
  { signal, limits, grant }: Pick<RunSession, 'signal' | 'limits'> & { grant: { runId: string; callId: string } },
): Promise<CallResult | { failure: unknown; durationMs: number }> {
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

function keyOf(session: RunSession, turn: number) {
  return { runId: session.run.id, leaseOwner: session.leaseOwner, turn };
}

type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** At most `size` tasks at a time, started in the order they came. */
function limiter(size: number): Limiter {
  let free = size;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
