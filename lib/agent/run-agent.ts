import { hostname } from 'node:os';
import { v7 as uuid } from 'uuid';
import { openToolbox } from '../connections';
import type { ToolInfo } from '../connections/schema';
import { pool } from '../db/client';
import { AppError, errorMessage } from '../errors/app-error';
import { FACT_CHECK } from '../investigations/live-runs';
import { log as serverLog } from '../log/log';
import type { Model } from '../model/model';
import { ModelError } from '../model/model-error';
import { orAborted } from '../time/sleep';
import { type Span, withSpan } from '../tracing/span';
import { ApprovalNeeded } from './ask-approval';
import { BudgetExceeded, LIMITS, type Limits, suspendDelay } from './budget';
import { LeaseLost, openEventLog } from './event-log';
import { doFactCheck } from './fact-check-run';
import { startProgress } from './gather-case';
import { investigate } from './investigate';
import { type ClaimedRun, claimRun, finishRun, releaseForApproval, releaseRun } from './lease';
import { chooseModel } from './model/choose-model';
import { loadProgress, saveProgress } from './progress';
import { withDetections } from './scan-detections';
import type { RunSession } from './session';
import { factCheckAfter } from './start-fact-check';
import { openSubInvestigations } from './sub-investigations';
import { limiter, type Toolbox, type ToolTable, toolTable } from './tools';
import { Cancelled, requireStartable, watchLease } from './watch-lease';
import { withoutPrecedents } from './without-precedents';
import { catchUpWithDraft, offerWorkingText } from './working-text';

/**
 * not_free: another worker has it, or it has ended. finished: succeeded, failed or cancelled. waiting: suspended until the
 * model's service can be had, or a person has decided about a call. released: this worker is stopping. lost: another worker took it over.
 */
export type RunOutcome = 'not_free' | 'finished' | 'waiting' | 'released' | 'lost';

export type RunOptions = {
  model?: Model;
  toolbox?: Toolbox;
  /** Aborted when this worker stops: the run is given back, not ended. */
  signal: AbortSignal;
  limits?: Partial<Limits>;
};

/** The tool servers did not start; the message is for people. */
class NoTools extends Error {}

/**
 * Does a run from wherever it stands to its end. Exactly one worker at a time gets it (lib/agent/lease); each write is
 * fenced by that claim. Every end is an event and a status; only a lost database makes this throw.
 */
export function runAgent(runId: string, options: RunOptions): Promise<RunOutcome> {
  return withSpan('run', { 'socdown.run.id': runId }, async (span) => {
    const outcome = await doRun(runId, options, span);
    span.set({ 'socdown.run.outcome': outcome });
    return outcome;
  });
}

async function doRun(runId: string, options: RunOptions, span: Span): Promise<RunOutcome> {
  const model = options.model ?? (await chooseModel(await chosenModel(runId)));
  const limits = { ...LIMITS, ...options.limits };
  const leaseOwner = `${hostname()}:${process.pid}:${uuid()}`;
  const run = await claimRun(runId, leaseOwner, model);
  if (!run) return 'not_free';
  span.set({ 'socdown.run.kind': run.kind, 'gen_ai.request.model': model.id });
  if (run.kind === FACT_CHECK) return doFactCheck({ run, leaseOwner, model, limits, stopping: options.signal });

  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal]);
  const watch = watchLease(run, leaseOwner, stop);
  let toolbox: Toolbox | undefined;
  let session: RunSession | undefined;
  try {
    const log = await openEventLog(runId, leaseOwner);
    log.add({ type: 'run.started', model: model.id, label: model.label, attempt: run.attempt });
    requireStartable(run);
    toolbox = toolboxFor(run, options.toolbox);
    // Servers may take long to start: they do while the case is read.
    const starting = begun(async () => toolbox?.tools() ?? []);
    const prepared = begun(async () => model.prepare?.(signal));
    const stored = await loadProgress(runId);
    const progress = stored ?? (await startProgress(run));
    if (!stored) await saveProgress(runId, leaseOwner, progress);
    const parts = { run, leaseOwner, model, toolbox, limits, log, progress, signal };
    session = newSession(parts, await nextBlock(runId));
    session.tools = await orAborted(offeredTools(starting, session), signal);
    if (stored) await catchUpWithDraft(session);
    await prepared;
    const { message } = await withinTime(session, stop);
    const outcome = await finish(session, run, leaseOwner, 'succeeded', message);
    if (outcome === 'finished' && model.isLanguageModel && progress.target === 'draft') await factCheckAfter(run);
    return outcome;
  } catch (error) {
    return await failRun(signal.aborted ? signal.reason : error, {
      session,
      run,
      leaseOwner,
      stopping: options.signal,
    });
  } finally {
    watch.end();
    if (!options.toolbox) await toolbox?.close();
  }
}

type SessionParts = Pick<
  RunSession,
  'run' | 'leaseOwner' | 'model' | 'toolbox' | 'limits' | 'log' | 'progress' | 'signal'
>;

/** What a run's own loop starts with. */
function newSession(parts: SessionParts, block: number): RunSession {
  const { run, progress } = parts;
  return {
    ...parts,
    tools: toolTable([]),
    thread: { id: '', task: progress.context.task, turnBase: progress.turnBase },
    writes: run.kind !== 'ask',
    briefing: null,
    elapsed: () => progress.elapsedMs,
    inTurn: limiter(1),
    onTheWay: { tokens: 0, own: 0 },
    openSubInvestigations: run.parallel ? openSubInvestigations : null,
    nextBlock: block,
    shortened: new Set(),
    reused: new Set(),
    lookedUp: new Set(),
    hasSeenPivots: false,
    checkedText: null,
    keptParts: new Set(),
  };
}

function toolboxFor(run: Pick<RunSession['run'], 'investigationId' | 'withoutPrecedents'>, given?: Toolbox): Toolbox {
  const all = given ?? withDetections(openToolbox({ investigationId: run.investigationId }));
  return run.withoutPrecedents ? withoutPrecedents(all) : all;
}

/** Something begun now and waited for later: that it fails is found out then. */
function begun<T>(start: () => Promise<T>): Promise<T> {
  const promise = start();
  promise.catch(() => {});
  return promise;
}

async function offeredTools(
  starting: Promise<ToolInfo[]>,
  { writes, run: { parallel } }: RunSession,
): Promise<ToolTable> {
  try {
    return toolTable(await starting, { writes, parallel });
  } catch (error) {
    serverLog.error({ err: error }, 'the tool servers did not start');
    const reason = error instanceof AppError ? error.userMessage : errorMessage(error).slice(0, 300);
    throw new NoTools(`the tools could not be started: ${reason}`);
  }
}

/** Working time is measured by a clock that no one sets; it adds up over attempts. */
async function withinTime(session: RunSession, stop: AbortController): Promise<{ message: string | null }> {
  const { progress, limits } = session;
  const before = progress.elapsedMs;
  const start = performance.now();
  const reason = new BudgetExceeded(`It took longer than ${Math.round(limits.wallMs / 60_000)} minutes.`);
  const timer = setTimeout(() => stop.abort(reason), Math.max(0, limits.wallMs - before));
  try {
    session.elapsed = () => before + performance.now() - start;
    return await investigate(session);
  } finally {
    clearTimeout(timer);
    progress.elapsedMs = session.elapsed();
  }
}

type Ending = { session: RunSession | undefined; run: ClaimedRun; leaseOwner: string; stopping: AbortSignal };

async function failRun(reason: unknown, { session, run, leaseOwner, stopping }: Ending): Promise<RunOutcome> {
  if (reason instanceof LeaseLost) return 'lost';
  if (reason instanceof Cancelled)
    return finish(session, run, leaseOwner, 'cancelled', 'Stopped by a person. What was written is kept.');
  if (stopping.aborted && reason === stopping.reason) {
    await session?.log.flush();
    if (session) await saveProgress(run.id, leaseOwner, session.progress);
    await releaseRun(run.id, leaseOwner, 0, null);
    return 'released';
  }
  if (reason instanceof ApprovalNeeded && session) {
    await session.log.flush();
    await saveProgress(run.id, leaseOwner, session.progress);
    await releaseForApproval(run.id, leaseOwner);
    return 'waiting';
  }
  if (reason instanceof ModelError && ['unavailable', 'broken'].includes(reason.failure) && session)
    return suspend(reason, session, session.limits.suspensions);
  if (reason instanceof ModelError) {
    return finish(session, run, leaseOwner, 'failed', `${capitalised(reason.message)}. What was written is kept.`);
  }
  if (reason instanceof BudgetExceeded) {
    return finish(
      session,
      run,
      leaseOwner,
      'failed',
      `The run ended at a limit: ${reason.message} What was written is kept.`,
    );
  }
  if (reason instanceof NoTools && session) return suspend(reason, session, session.limits.toolSuspensions);
  serverLog.error({ err: reason, runId: run.id }, 'run failed');
  if (isDatabaseLoss(reason)) throw reason; // the lease runs out and the run is taken over
  return finish(
    session,
    run,
    leaseOwner,
    'failed',
    'Something went wrong here; the log of the server has it. What was written is kept.',
  );
}

/** The model's service, or the tools, are not to be had: the run waits in the open and continues by itself. */
async function suspend(error: ModelError | NoTools, session: RunSession, times: number): Promise<RunOutcome> {
  const { run, leaseOwner, progress, limits, log } = session;
  if (progress.suspensions >= times) {
    return finish(
      session,
      run,
      leaseOwner,
      'failed',
      `${capitalised(error.message)}, for too long. What was written is kept.`,
    );
  }
  const waitMs = suspendDelay(limits, progress.suspensions, error instanceof ModelError ? error.retryAfterMs : null);
  progress.suspensions += 1;
  await saveProgress(run.id, leaseOwner, progress);
  log.add({ type: 'run.waiting', reason: error.message, until: new Date(Date.now() + waitMs).toISOString() });
  await log.flush();
  await releaseRun(run.id, leaseOwner, waitMs, error.message);
  return 'waiting';
}

async function finish(
  session: RunSession | undefined,
  run: ClaimedRun,
  leaseOwner: string,
  status: 'succeeded' | 'failed' | 'cancelled',
  message: string | null,
): Promise<RunOutcome> {
  try {
    if (session) {
      await offerWorkingText(session);
      await session.log.flush();
    }
  } catch (error) {
    if (error instanceof LeaseLost) return 'lost';
    // The end must be written even when the offer could not be: the working text stays in run_progress.
    serverLog.error({ err: error, runId: run.id }, 'the end of a run could not be written whole');
    if (isDatabaseLoss(error)) throw error;
  }
  const done = await finishRun(run.id, leaseOwner, { status, message, usage: run.usage });
  return done ? 'finished' : 'lost';
}

/** null: nobody chose, this worker's default is taken. */
async function chosenModel(runId: string): Promise<string | null> {
  const { rows } = await pool().query<{ model: string }>('SELECT model FROM runs WHERE id = $1 AND model_chosen', [
    runId,
  ]);
  return rows[0]?.model ?? null;
}

async function nextBlock(runId: string): Promise<number> {
  const { rows } = await pool().query<{ next: number }>(
    `SELECT coalesce(max((data->>'block')::int), -1) + 1 AS next FROM run_events
     WHERE run_id = $1 AND type IN ('text', 'thinking')`,
    [runId],
  );
  return rows[0]?.next ?? 0;
}

/** Connection errors of node-postgres, and PostgreSQL's classes 08 (connection) and 57P (shutdown). */
function isDatabaseLoss(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^(08|57P)/.test(code) || /Connection terminated|ECONNREFUSED.*5432/.test(errorMessage(error));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
