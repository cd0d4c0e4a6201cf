import type { Model } from '../model/model';
import type { Limits } from './budget';
import type { EventLog } from './event-log';
import type { ClaimedRun } from './lease';
import type { Progress } from './progress';
import type { Toolbox, ToolTable } from './tools';

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
