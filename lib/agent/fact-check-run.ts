import { citationsIn } from '../checks/blocks';
import { readAlertText } from '../checks/check-investigation';
import type { Reading } from '../checks/fact-findings';
import { type Passage, passagesOf } from '../checks/passages';
import { countAgain, storedReadings } from '../checks/stored-readings';
import { db, pool } from '../db/client';
import { AppError } from '../errors/app-error';
import type { EvidenceRecord } from '../evidence/evidence-record';
import { readRecords } from '../evidence/read-records';
import { readPassages } from '../fact-check/read-passages';
import { log as serverLog } from '../log/log';
import type { Model, Usage } from '../model/model';
import { ModelError } from '../model/model-error';
import { loadKnownSecrets } from '../secrets/load-secrets';
import { maskSecretsIn } from '../secrets/mask-secrets';
import { storableJson } from '../text/canonical-json';
import { BudgetExceeded, type Limits, suspendDelay } from './budget';
import { type EventLog, LeaseLost, openEventLog } from './event-log';
import { type ClaimedFactCheck, finishRun, releaseRun } from './lease';
import { saveSpent } from './progress';
import { savePrompt } from './prompts';
import type { RunOutcome } from './run-agent';
import { addedUsage, requireBudget, spentOf } from './spend';
import { Cancelled, requireStartable, watchLease } from './watch-lease';

type Claim = { run: ClaimedFactCheck; leaseOwner: string; model: Model; limits: Limits; stopping: AbortSignal };
type Work = Claim & { log: EventLog; signal: AbortSignal };
type Notes = Awaited<ReturnType<typeof readPassages>>['notRead'];

/**
 * Lets a model read the statements of a case's draft that no model has read, against their evidence. Each reading is kept as it
 * comes, so that one that ends early, or is taken over, has lost nothing. It changes no text.
 */
export async function doFactCheck(claim: Claim): Promise<RunOutcome> {
  const { run, leaseOwner, model } = claim;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, claim.stopping]);
  const watch = watchLease(run, leaseOwner, stop);
  const tooLong = new BudgetExceeded(`It took longer than ${Math.round(claim.limits.wallMs / 60_000)} minutes.`);
  const timer = setTimeout(() => stop.abort(tooLong), claim.limits.wallMs);
  let log: EventLog | undefined;
  try {
    log = await openEventLog(run.id, leaseOwner);
    log.add({ type: 'run.started', model: model.id, label: model.label, attempt: run.attempt });
    requireStartable(run);
    await readDraft({ ...claim, log, signal });
    return await end(claim, log, 'succeeded', null);
  } catch (error) {
    return await endEarly(claim, log, signal.aborted ? signal.reason : error);
  } finally {
    clearTimeout(timer);
    watch.end();
  }
}

async function readDraft(work: Work): Promise<void> {
  const { run, leaseOwner, model, log, signal } = work;
  if (!model.isLanguageModel) throw new ModelError('invalid', 'no language model is connected any more');
  await Promise.all([loadKnownSecrets(), model.prepare?.(signal)]);
  const { passages, records } = await unreadPassages(run.investigationId);
  const total = passages.length;
  const keptParts = new Set<string>();
  let done = 0;
  const note = async (count: number) => {
    done += count;
    await saveDone(work, { done, total });
    log.add({ type: 'stage', text: `${done} of ${total} statements read` });
  };
  await note(0);
  const { notRead } = await readPassages({
    passages,
    records,
    alert: await readAlertText(db(), run.investigationId),
    model,
    signal,
    budget: async (tokens) => void (await requireBudget(run, model.id, tokens)),
    onUsage: (usage, tokens) => addUsage(work, usage, tokens),
    onSent: (body) => savePrompt({ run, leaseOwner, keptParts }, run.usage.turns + 1, body),
    onReading: async (readings) => {
      await saveReadings(work, readings, []);
      await note(readings.length);
    },
    onStage: (text) => log.add({ type: 'stage', text }),
  });
  await saveReadings(work, [], notRead);
}

/** What the draft says and no model has read. Statements that a model could not read are tried again. */
async function unreadPassages(investigationId: string): Promise<{ passages: Passage[]; records: EvidenceRecord[] }> {
  const draft = await db().draft.findUnique({ where: { investigationId } });
  if (!draft) throw new AppError('no_draft', 'The case has no draft yet.');
  const records = await readRecords(db(), investigationId, citationsIn(draft.markdown));
  const readings = await storedReadings(db(), investigationId);
  const read = new Set(readings.filter(({ notRead }) => notRead === null).map(({ key }) => key));
  return { records, passages: passagesOf(draft.markdown, records).filter(({ key }) => !read.has(key)) };
}

async function addUsage({ run, leaseOwner, model, log }: Work, usage: Usage, tokens: number): Promise<void> {
  const { spent, cost } = await spentOf({ run, model }, usage, tokens);
  run.usage = addedUsage({ ...run.usage, turns: run.usage.turns + 1 }, usage, cost);
  await saveSpent(run, leaseOwner, spent);
  log.add({ type: 'usage', ...run.usage });
}

/** Only who holds the run writes. A model's words are kept without the secrets that it may have read. */
async function saveReadings({ run, leaseOwner, model }: Work, readings: Reading[], notRead: Notes): Promise<void> {
  const rows = [
    ...maskSecretsIn(readings).map(({ key, problems }) => ({ key, problems, because: null })),
    ...notRead.map(({ key, because }) => ({ key, problems: [], because })),
  ];
  if (rows.length === 0) return;
  const { rows: held } = await pool().query(
    `WITH held AS (SELECT investigation_id FROM runs WHERE id = $1 AND lease_owner = $2 FOR SHARE),
     kept AS (
       INSERT INTO fact_readings (investigation_id, key, model, model_label, not_read, problems)
       SELECT held.investigation_id, item->>'key', $3, $4, item->>'because', item->'problems'
       FROM held, jsonb_array_elements($5::jsonb) AS item
       ON CONFLICT (investigation_id, key) DO UPDATE SET model = excluded.model, model_label = excluded.model_label,
         read_at = now(), not_read = excluded.not_read, problems = excluded.problems)
     SELECT 1 FROM held`,
    [run.id, leaseOwner, model.id, model.label, storableJson(rows)],
  );
  if (held.length === 0) throw new LeaseLost('The run was taken over.');
}

async function saveDone({ run, leaseOwner }: Claim, progress: { done: number; total: number }): Promise<void> {
  const values = [run.id, leaseOwner, JSON.stringify(progress)];
  const { rowCount } = await pool().query(
    'UPDATE runs SET outcome = $3::jsonb WHERE id = $1 AND lease_owner = $2',
    values,
  );
  if (!rowCount) throw new LeaseLost('The run was taken over.');
}

async function endEarly(claim: Claim, log: EventLog | undefined, reason: unknown): Promise<RunOutcome> {
  const { run, leaseOwner, stopping } = claim;
  if (reason instanceof LeaseLost) return 'lost';
  if (reason instanceof Cancelled) return end(claim, log, 'cancelled', 'Stopped by a person.');
  if (stopping.aborted && reason === stopping.reason) {
    await log?.flush();
    await releaseRun(run.id, leaseOwner, 0, null);
    return 'released';
  }
  if (reason instanceof ModelError && reason.failure === 'unavailable' && log) return suspend(claim, log, reason);
  if (reason instanceof ModelError) return end(claim, log, 'failed', sentence(reason.message));
  if (reason instanceof BudgetExceeded) return end(claim, log, 'failed', `It stopped at a limit. ${reason.message}`);
  if (reason instanceof AppError) return end(claim, log, 'failed', reason.userMessage);
  serverLog.error({ err: reason, runId: run.id }, 'fact check failed');
  return end(claim, log, 'failed', 'Something went wrong here; the log of the server has it.');
}

/** The model's service is away: it waits in the open and continues by itself, a few times. */
async function suspend(claim: Claim, log: EventLog, error: ModelError): Promise<RunOutcome> {
  const { run, leaseOwner, limits } = claim;
  const { rows } = await pool().query<{ count: number }>(
    `SELECT count(*)::int AS count FROM run_events WHERE run_id = $1 AND type = 'run.waiting'`,
    [run.id],
  );
  const suspensions = rows[0]?.count ?? 0;
  if (suspensions >= limits.suspensions) return end(claim, log, 'failed', sentence(`${error.message}, for too long`));
  const waitMs = suspendDelay(limits, suspensions, error.retryAfterMs);
  log.add({ type: 'run.waiting', reason: error.message, until: new Date(Date.now() + waitMs).toISOString() });
  await log.flush();
  await releaseRun(run.id, leaseOwner, waitMs, error.message);
  return 'waiting';
}

async function end(
  { run, leaseOwner }: Claim,
  log: EventLog | undefined,
  status: 'succeeded' | 'failed' | 'cancelled',
  message: string | null,
): Promise<RunOutcome> {
  try {
    await log?.flush();
  } catch (error) {
    if (error instanceof LeaseLost) return 'lost';
    serverLog.error({ err: error, runId: run.id }, 'the end of a fact check could not be written whole');
  }
  const isDone = await finishRun(run.id, leaseOwner, { status, message, usage: run.usage });
  await countAgain(db(), run.investigationId);
  return isDone ? 'finished' : 'lost';
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
