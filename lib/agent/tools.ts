import type { CallResult, ToolInfo } from '../connections/schema';
import { visible } from '../model/marked-text';
import type { ToolCall, ToolDefinition, ToolResult } from '../model/model';
import { canonicalJson } from '../text/canonical-json';
import { ApprovalNeeded, requestApproval } from './ask-approval';
import { callCaseTool, caseTools, isCaseTool } from './case-tools';
import { reportResult } from './context';
import { PARALLEL_TOOL, PARALLEL_TOOL_NAME } from './parallel-tool';
import { type StoredResult, saveResult } from './progress';
import { takeQuestion, withQuestion } from './question';
import { type Limiter, recordCall, recordResult } from './record-call';
import { benignNote, humanWordsLost, refuseArguments } from './refuse-edit';
import { type Applied, applyReportTool, REPORT_PREFIX, REPORT_TOOLS, WRITE_SECTION } from './report-tools';
import type { RunSession } from './session';
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
export function toolTable(infos: ToolInfo[], { writes = true, parallel = false } = {}): ToolTable {
  const named = infos
    .map((info) => [`${info.server}__${info.tool}`, info] as const)
    .filter(([name]) => /^[a-zA-Z0-9_-]{1,64}$/.test(name) && !isOwn(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const offered = named
    .filter(([, info]) => info.class !== 'refused')
    .map(([name, info]) => ({
      name,
      description: offeredDescription(info),
      inputSchema: leanSchema(withQuestion(info)),
    }));
  const own = [...caseTools(writes), ...(parallel ? [PARALLEL_TOOL] : []), ...(writes ? REPORT_TOOLS : [])];
  return { definitions: [...offered, ...own], byName: new Map(named) };
}

/** Without what says nothing to a model: the schema's own address, and the pattern of a form that has a name. */
function leanSchema({ $schema: _, ...schema }: ToolInfo['inputSchema']): ToolInfo['inputSchema'] {
  const { properties } = schema as { properties?: Record<string, object> };
  if (!properties) return schema;
  const lean = Object.entries(properties).map(([name, property]) => {
    const { pattern, ...rest } = property as { pattern?: unknown; format?: unknown };
    return [name, pattern !== undefined && 'format' in rest ? rest : property];
  });
  return { ...schema, properties: Object.fromEntries(lean) };
}

/** Names that no server's tool can take. */
const isOwn = (name: string): boolean =>
  name.startsWith(REPORT_PREFIX) || name === PARALLEL_TOOL_NAME || isCaseTool(name);

/** Whether a turn's calls brought anything: a new record or a changed report. */
export type TurnResults = { results: ToolResult[]; anythingNew: boolean };

/**
 * Does the calls of one whole answer: MCP calls at the same time, a few at once, numbered in their order; report tools one
 * after the other. What an earlier attempt of this run did already (`stored`, records) is not done again.
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
  const queries: Promise<unknown>[] = [];
  let anythingNew = false;
  // The draft is written once an answer, after its last edit; a worker that dies before has the text in run_progress.
  const lastEdit = calls.findLastIndex(({ name }) => name.startsWith(REPORT_PREFIX) && !isCaseTool(name));

  const settled = await Promise.allSettled(
    calls.map(async (call, index): Promise<ToolResult> => {
      const before = stored[index];
      if (before && before.evidence === null) return reportResult(call.id, before.ok, before.text);
      const isParallel = call.name === PARALLEL_TOOL_NAME && session.openSubInvestigations !== null;
      const isCase = (isCaseTool(call.name) || isParallel) && !call.invalid;
      const isReport = !isCase && call.name.startsWith(REPORT_PREFIX);
      const doing = (isReport || isCase ? lane.report : lane.read)(async () => {
        session.signal.throwIfAborted();
        if (isCase) {
          // What an answer looks up about the case, it looks up after its own queries.
          await Promise.allSettled(queries);
          session.signal.throwIfAborted();
          return caseCall(session, turn, index, call);
        }
        if (isReport) return reportCall(session, turn, index, call, index === lastEdit);
        const { args } = takeQuestion(session.tools.byName.get(call.name), call.args);
        const key = `${call.name} ${canonicalJson(args)}`;
        // An identical call of this very answer is waited for; then its record answers.
        const earlier = running.get(key);
        const asked = (async () => {
          await earlier;
          return evidenceCall(session, turn, index, call, before, lane.numbering);
        })();
        running.set(
          key,
          asked.catch(() => {}),
        );
        return asked;
      });
      if (!isReport && !isCase) queries.push(doing);
      const done = await doing;
      anythingNew ||= done.fresh;
      return done.result;
    }),
  );
  const failed = settled.filter((one) => one.status === 'rejected').map((one) => one.reason);
  // A question to a person waits for the end of the other calls, and for nothing worse.
  if (failed.length > 0) throw failed.find((reason) => !(reason instanceof ApprovalNeeded)) ?? failed[0];
  return { results: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), anythingNew };
}

const READ_ONLY_HINT = 'This answers a question. The report is not changed; say it in your answer.';

type Done = { result: ToolResult; fresh: boolean };

async function reportCall(
  session: RunSession,
  turn: number,
  index: number,
  call: ToolCall,
  isLast: boolean,
): Promise<Done> {
  const { log, progress } = session;
  const callId = callIdOf(session, turn, index);
  const before = progress.markdown;
  const applied = await applyEdit(session, call);
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
  if (isLast) await saveWorkingText(session);
  return { result: reportResult(call.id, applied.ok, applied.message), fresh: markdown !== before };
}

async function applyEdit(session: RunSession, call: ToolCall): Promise<Applied> {
  const refused = call.invalid ?? (!session.writes ? READ_ONLY_HINT : await refuseArguments(session, call));
  if (refused) return { ok: false, message: refused };
  const before = session.progress.markdown;
  const applied = applyReportTool(before, call.name, call.args, session.model.label);
  if (!applied.ok) return applied;
  const lost = humanWordsLost(session, call.name, before, applied);
  if (!lost) return { ...applied, message: `${applied.message}${await benignNote(session, call, applied.markdown)}` };
  return 'refusal' in lost
    ? { ok: false, message: lost.refusal }
    : { ...applied, message: `${applied.message}${lost.note}` };
}

/** A look at what the case has on record, or sub-investigations: no evidence of its own, kept with the turn so that a taken-over run reads the same. */
async function caseCall(session: RunSession, turn: number, index: number, call: ToolCall): Promise<Done> {
  const { log, lookedUp, progress } = session;
  const callId = callIdOf(session, turn, index);
  const [server = '', tool = ''] = call.name.split('__');
  log.add({ type: 'tool.started', callId, server, tool, args: call.args, evidence: null });
  const start = performance.now();
  const { ok, text } = await (call.name === PARALLEL_TOOL_NAME && session.openSubInvestigations
    ? session.openSubInvestigations(session, callId, call.args)
    : callCaseTool(session, call.name, call.args));
  log.add({
    type: 'tool.finished' as const,
    callId,
    evidence: null,
    ok,
    rows: null,
    truncated: false,
    bytes: Buffer.byteLength(text),
    durationMs: Math.round(performance.now() - start),
    message: ok ? null : text,
  });
  await saveResult({ ...keyOf(session, turn), index }, { ok, evidence: null, text }, null);
  const key = `${call.name} ${canonicalJson(call.args)} ${call.name === 'evidence__read' ? '' : progress.markdown.length}`;
  const fresh = !lookedUp.has(key);
  lookedUp.add(key);
  return { result: reportResult(call.id, ok, text), fresh };
}

async function evidenceCall(
  session: RunSession,
  turn: number,
  index: number,
  call: ToolCall,
  before: StoredResult | undefined,
  numbering: Limiter,
): Promise<Done> {
  const callId = callIdOf(session, turn, index);
  const info = session.tools.byName.get(call.name);
  const refusal = refusalOf(session, call, index);
  if (refusal !== null || !info) return refuse(session, turn, index, call, refusal ?? '');
  const { args, question } = takeQuestion(info, call.args);
  const gate = info.class === 'read' ? null : await consent(session, info, callId, args);
  if (gate?.state === 'refused') return refuse(session, turn, index, call, gate.reason);

  const { record, note, isNew } = await recordCall(session, {
    callId,
    info,
    args,
    question,
    reuse: info.class === 'read' && !session.run.fresh,
    isTold: before !== undefined,
    numbering,
    ...(gate?.used ? { failure: OUTCOME_UNKNOWN } : {}),
  });
  await saveResult({ ...keyOf(session, turn), index }, { ok: record.ok, evidence: record.number, text: note }, null);
  return { result: recordResult(session, call, record, note), fresh: isNew };
}

/** A call that is not made: said in the events and to the model, and kept. */
async function refuse(session: RunSession, turn: number, index: number, call: ToolCall, text: string): Promise<Done> {
  const callId = callIdOf(session, turn, index);
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

/** The tool's confirmed words, and what using it means here. */
function offeredDescription({ description, class: toolClass }: ToolInfo): string {
  const words = visible(description);
  if (toolClass === 'read') return words;
  const does = toolClass === 'egress' ? 'Sends something out' : 'Changes something';
  return `${does}: each call waits until a person has read and allowed exactly these arguments. Use it only where the case needs it.\n${words}`;
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

function keyOf({ run, leaseOwner, thread }: RunSession, turn: number) {
  return { runId: run.id, leaseOwner, thread: thread.id, turn };
}

/** Unique in the run and the same when it is taken over: `3.0`, in a sub-investigation of that call `3.0/1:2.0`. */
const callIdOf = ({ thread }: RunSession, turn: number, index: number): string =>
  `${thread.id === '' ? '' : `${thread.id}:`}${turn}.${index}`;

/** At most `size` tasks at a time, started in the order they came. */
export function limiter(size: number): Limiter {
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
