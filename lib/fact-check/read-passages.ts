import { randomBytes } from 'node:crypto';
import type { Problem, Reading } from '../checks/fact-findings';
import type { Passage } from '../checks/passages';
import { AppError } from '../errors/app-error';
import type { EvidenceRecord } from '../evidence/evidence-record';
import type { Model, ModelEvent, TurnRequest, Usage } from '../model/model';
import { ModelError } from '../model/model-error';
import { sleep } from '../time/sleep';
import { type Batch, type BatchLimits, halve, toBatches } from './batches';
import { factCheckRequest, REPORT_PROBLEMS } from './prompt';
import { type ShownRecord, showRecords } from './shown-evidence';
import { type Verified, verifyAnswer } from './verify';

export type FactCheckLimits = BatchLimits & {
  outputTokens: number;
  /** Characters of one answer; a longer one is given up. */
  answerChars: number;
  /** How often an answer that broke off or was none is asked for again, and the first wait, in ms; doubled each time. */
  retries: number;
  retryMs: number;
};

const LIMITS: FactCheckLimits = {
  evidenceChars: 150_000,
  passages: 60,
  passageChars: 30_000,
  outputTokens: 12_000,
  answerChars: 400_000,
  retries: 2,
  retryMs: 1_000,
};

/**
 * too-large: what it cites doesn't fit into a request; rows-gone: what it cites is no longer kept; no-answer: the model left it
 * out or its answer was none.
 */
export type NotReadReason = 'too-large' | 'rows-gone' | 'no-answer' | 'refused';
export type NotRead = { key: string; because: NotReadReason };

/** `unverifiable`: problems that were dropped, because their quote or row is not there. */
export type FactCheck = { readings: Reading[]; notRead: NotRead[]; unverifiable: number };

export type FactCheckOptions = {
  passages: Passage[];
  /** All of the case: those that no passage cites are listed, and shown where there is room. */
  records: EvidenceRecord[];
  /** The case's own alerts, which a report may repeat. */
  alert: string;
  /** A language model that did not write the report. */
  model: Model;
  signal: AbortSignal;
  /** Before each call, with what it is counted to send; throws to stop. */
  budget?: (tokens: number) => Promise<void>;
  /** Before each request goes out: its body, without keys. */
  onSent?: (body: object) => Promise<void>;
  /** After each call, with what it was counted to send; also after one that failed, where the service counted it. */
  onUsage?: (usage: Usage, tokens: number) => Promise<void>;
  /** After each answer. */
  onReading?: (readings: Reading[]) => Promise<void>;
  /** Why it takes longer ("Waiting 3 s: …"). */
  onStage?: (text: string) => void;
  limits?: Partial<FactCheckLimits>;
};

type Session = FactCheckOptions & { limits: FactCheckLimits; shown: ShownRecord[] };

/**
 * Has a model read passages against the evidence. A passage that it didn't answer for, or whose records don't fit, is not read:
 * never "fine".
 * @throws ModelError when the service is away or refuses; what `budget` throws; the signal's reason when it is aborted
 */
export async function readPassages(options: FactCheckOptions): Promise<FactCheck> {
  const { model, passages, records, signal } = options;
  if (!model.isLanguageModel) throw new AppError('unprocessable', 'A fact check needs a language model.');
  await model.prepare?.(signal);
  const session: Session = { ...options, shown: showRecords(records), limits: limitsOf(options) };
  const gone = new Set(session.shown.flatMap(({ number, isGone }) => (isGone ? [number] : [])));
  const isReadable = ({ cites }: Passage) => !cites.some((number) => gone.has(number));
  const { batches, tooLarge } = toBatches(passages.filter(isReadable), session.shown, session.limits);
  const notReadable = passages.filter((passage) => !isReadable(passage));
  const result: FactCheck = {
    readings: [],
    notRead: [...because(notReadable, 'rows-gone'), ...because(tooLarge, 'too-large')],
    unverifiable: 0,
  };
  // Newest first in line: the halves of a batch come before the next batch.
  const waiting = batches.map((batch) => ({ batch, isAgain: false }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { batch, isAgain } = next;
    const outcome = await readBatch(session, batch);
    if (outcome === 'too-long' || outcome === 'cut') {
      const halves = halve(batch, { fewer: outcome === 'too-long' });
      if (halves) waiting.unshift(...halves.map((half) => ({ batch: half, isAgain })));
      else result.notRead.push(...because(batch.passages, outcome === 'cut' ? 'no-answer' : 'too-large'));
    } else if (typeof outcome === 'string') result.notRead.push(...because(batch.passages, outcome));
    else {
      result.unverifiable += outcome.unverifiable;
      const readings = outcome.read.map(({ key }, at) => ({ key, problems: problemsOf(outcome, at) }));
      result.readings.push(...readings);
      if (readings.length > 0) await options.onReading?.(readings);
      const left = batch.passages.filter((passage) => !outcome.read.includes(passage));
      if (left.length === 0) continue;
      if (isAgain) result.notRead.push(...because(left, 'no-answer'));
      else waiting.unshift({ batch: { ...batch, passages: left }, isAgain: true });
    }
  }
  return result;
}

const because = (passages: Passage[], reason: NotReadReason): NotRead[] =>
  passages.map(({ key }) => ({ key, because: reason }));

function problemsOf({ read, problems }: Verified, at: number): Problem[] {
  const passage = read[at];
  return (passage && problems.get(passage)) ?? [];
}

/** A model with a small window is shown less. */
function limitsOf({ model, limits }: FactCheckOptions): FactCheckLimits {
  const all = { ...LIMITS, ...limits };
  const window = model.contextTokens?.();
  if (!window) return all;
  // The instructions, the passages and the answer come first; three characters a token, as logs have them.
  const room = Math.max(0, (window - all.outputTokens) * 3 - 12_000 - all.passageChars);
  return { ...all, evidenceChars: Math.min(all.evidenceChars, room) };
}

/** One request and its answer, asked for again where it broke off or is none. */
async function readBatch(
  session: Session,
  batch: Batch,
): Promise<Verified | 'too-long' | 'cut' | 'no-answer' | 'refused'> {
  const { limits, signal, alert, shown } = session;
  for (let retry = 0; ; retry += 1) {
    const boundary = randomBytes(6).toString('hex');
    const request = factCheckRequest(batch, { alert, all: shown, boundary, maxOutputTokens: limits.outputTokens });
    let problem = 'it was no call of the tool';
    try {
      const end = await ask(session, request);
      if (end.stop === 'refusal') return 'refused';
      // Cut: half of the passages need half of the answer.
      if (end.stop === 'max_tokens') return 'cut';
      const call = end.calls.find(({ name, invalid }) => name === REPORT_PROBLEMS && !invalid);
      const verified = call && verifyAnswer(call.args, batch, shown);
      if (verified) return verified;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      if (error.failure === 'too_long') return 'too-long';
      if (error.failure !== 'broken') throw error;
      problem = error.message;
    }
    if (retry >= limits.retries) return 'no-answer';
    session.onStage?.(`The model's answer can't be used (${problem}). Asking again`);
    await sleep(limits.retryMs * 2 ** retry, signal);
  }
}

type End = Extract<ModelEvent, { type: 'end' }>;

async function ask(session: Session, request: TurnRequest): Promise<End> {
  const { model, signal, limits } = session;
  const tokens = (await model.countTokens?.(request, signal)) ?? estimate(request);
  await session.budget?.(tokens);
  let length = 0;
  try {
    for await (const event of model.turn(request, signal)) {
      if (event.type === 'end') {
        await session.onUsage?.(event.usage, tokens);
        return event;
      }
      if (event.type === 'stage') session.onStage?.(event.text);
      else if (event.type === 'sent') await session.onSent?.(event.body);
      else length += event.type === 'call.delta' ? event.partialJson.length : event.delta.length;
      if (length > limits.answerChars)
        throw new ModelError('broken', `it had more than ${limits.answerChars} characters`);
    }
  } catch (error) {
    if (error instanceof ModelError && error.usage) await session.onUsage?.(error.usage, tokens);
    throw error;
  }
  signal.throwIfAborted();
  throw new ModelError('broken', 'it ended without being complete');
}

const estimate = ({ system, messages, tools }: TurnRequest): number =>
  Math.ceil(JSON.stringify([system, messages, tools]).length / 3.5);
