/** What one run may use. A limit ends the run plainly; the draft so far is kept. */
export type Limits = {
  /** Answers of the model. */
  turns: number;
  /** Working time over all attempts, in ms; waiting for a dead API does not count. */
  wallMs: number;
  /** Output tokens of one answer. */
  outputTokens: number;
  /** Characters of a tool's result that the model is shown; the record has the whole. */
  shownChars: number;
  /** Bytes of a tool's result that are kept. */
  resultBytes: number;
  /** One tool call, in ms. */
  callMs: number;
  /** Tool calls of one answer that run at the same time. */
  parallelCalls: number;
  /** Calls of one answer that are done at all. */
  callsPerTurn: number;
  /** Sub-investigations of a run, all its calls together. */
  subInvestigations: number;
  /** Answers of the model in one of them. */
  subTurns: number;
  /** The share of a run's time after which its sub-investigations end; the rest is the report's. */
  subTime: number;
  /** Answers of the run's own loop that its sub-investigations leave budget for: to read, write, correct and end. */
  reservedAnswers: number;
  /** Answers in a row that ask nothing new: the same calls again. */
  idleTurns: number;
  /** Characters of one answer; a server that never ends is cut off here. */
  answerChars: number;
  /** How often one answer that broke off is asked for again. */
  turnRetries: number;
  /** The first wait before that, in ms; each next one is twice as long. */
  turnRetryMs: number;
  /** How often a language model is told what the checks find, before its run ends. */
  endChecks: number;
  /** How often a run waits for a model's service that is not to be had, before it fails. */
  suspensions: number;
  /** The same for tool servers that don't start. */
  toolSuspensions: number;
  /** The first such wait, in ms; each next one is twice as long, at most 10 minutes. */
  suspendMs: number;
};

export const LIMITS: Limits = {
  turns: 60,
  wallMs: 45 * 60_000,
  outputTokens: 16_000,
  shownChars: 30_000,
  resultBytes: 5_000_000,
  callMs: 120_000,
  parallelCalls: 3,
  callsPerTurn: 64,
  subInvestigations: 12,
  subTurns: 10,
  subTime: 0.8,
  reservedAnswers: 4,
  idleTurns: 3,
  answerChars: 2_000_000,
  turnRetries: 3,
  turnRetryMs: 500,
  endChecks: 1,
  suspensions: 20,
  toolSuspensions: 5,
  suspendMs: 30_000,
};

/** A limit was reached; the message is for people. */
export class BudgetExceeded extends Error {}

/** A loop gave as many answers as it may, or only repeats itself: it ends a sub-investigation, and the run only when it is the run's own. */
export class OutOfAnswers extends BudgetExceeded {}

/** The rest of the budget is kept for the report: the sub-investigation ends with what it has, and the run continues. */
export class KeptForReport extends OutOfAnswers {}

/** How long a suspended run waits: growing, never under what the service asked for, an hour at most. */
export function suspendDelay(limits: Limits, suspensions: number, retryAfterMs: number | null): number {
  const growing = Math.min(limits.suspendMs * 2 ** Math.min(suspensions, 20), 600_000);
  return Math.min(Math.max(growing, retryAfterMs ?? 0), 3_600_000);
}
