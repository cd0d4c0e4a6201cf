import type { Model } from '../model/model';
import type { Limits } from './budget';
import type { EventLog } from './event-log';
import type { ClaimedRun } from './lease';
import type { Progress } from './progress';
import type { Limiter } from './record-call';
import type { Toolbox, ToolTable } from './tools';

/** A loop of a run: the run's own ('') or a sub-investigation's (`3.0/1`), and the task at the end of its first message. */
export type Thread = { id: string; task: string; turnBase: number };

/** What the parts of the loop share while a worker holds a run. `progress` is the one thing that changes. */
export type RunSession = {
  run: ClaimedRun;
  leaseOwner: string;
  model: Model;
  toolbox: Toolbox;
  tools: ToolTable;
  limits: Limits;
  log: EventLog;
  progress: Progress;
  thread: Thread;
  /** Whether this loop may write the report. */
  writes: boolean;
  /** The records that the run began with, as its model is told them; null until they are made. */
  briefing: string | null;
  /** The run's working time so far, in ms. */
  elapsed(): number;
  /** What loops side by side write about their answers, one after the other. */
  inTurn: Limiter;
  /** Tokens of requests that are on their way and not yet counted as used, and of the run's own last request. */
  onTheWay: { tokens: number; own: number };
  /** Opens sub-investigations; null where they are not allowed. */
  openSubInvestigations: OpenSubInvestigations | null;
  /** Aborted with the reason: Cancelled, Stopping, LeaseLost or BudgetExceeded. */
  signal: AbortSignal;
  /** The next free number of a text block. */
  nextBlock: number;
  /** Results that the model is given as a summary, `message.result` by their places in the history. */
  shortened: Set<string>;
  /** Numbers of earlier runs' records that have answered in this one. */
  reused: Set<number>;
  /** Calls of tools that read what the case has on record: the same again is nothing new. */
  lookedUp: Set<string>;
  /** Whether case__pivots was looked at in this run. */
  hasSeenPivots: boolean;
  /** The text that report__check was last called on. */
  checkedText: string | null;
  /** Hashes of the parts of sent requests that are kept already. */
  keptParts: Set<string>;
};

/** Does one call of `investigate__parallel` to its end. Throws only when the run has to stop. */
export type OpenSubInvestigations = (
  session: RunSession,
  callId: string,
  args: Record<string, unknown>,
) => Promise<{ ok: boolean; text: string }>;
