import type { RunEventBody, RunStatus, RunUsage, RunView } from '@/lib/agent/events';

type ToolStarted = Extract<RunEventBody, { type: 'tool.started' }>;
type ApprovalRequested = Extract<RunEventBody, { type: 'approval.requested' }>;
type SubStarted = Extract<RunEventBody, { type: 'sub.started' }>;
type SubFinished = Extract<RunEventBody, { type: 'sub.finished' }>;
type ToolFinished = Extract<RunEventBody, { type: 'tool.finished' }>;

/** What the run panel lists, in the order of the run. */
export type RunItem =
  | { kind: 'stage'; key: string; at: string; text: string }
  | { kind: 'text' | 'thinking'; key: string; at: string; text: string }
  | {
      kind: 'tool';
      key: string;
      at: string;
      call: Omit<ToolStarted, 'type'>;
      result: Omit<ToolFinished, 'type'> | null;
    }
  | {
      kind: 'approval';
      key: string;
      at: string;
      ask: Omit<ApprovalRequested, 'type'>;
      decided: { decision: 'allowed' | 'denied' | 'expired'; by: string | null } | null;
    }
  | {
      kind: 'sub';
      key: string;
      at: string;
      asked: Omit<SubStarted, 'type'>;
      found: Pick<SubFinished, 'ok' | 'text' | 'evidence'> | null;
    }
  | { kind: 'section'; key: string; at: string; section: string }
  | { kind: 'proposal'; key: string; at: string; proposalId: string; hunks: number };

export type Writing =
  | { kind: 'section'; section: string; text: string }
  | { kind: 'edit'; callId: string; tool: string; json: string };

export type RunState = {
  /** The last event that was applied; sent as Last-Event-ID. */
  seq: number;
  status: RunStatus;
  label: string | null;
  attempt: number;
  stage: string | null;
  /** Why the run is suspended, and when it retries. */
  suspended: RunView['suspended'];
  items: RunItem[];
  /** The run's working text after the finished events; null until it wrote anything. */
  text: string | null;
  /** What is being written, in order of arrival: a section's text, or the arguments of another edit. */
  writing: Writing[];
  /** The draft version that the run saved last. */
  savedVersion: number | null;
  usage: RunUsage | null;
  message: string | null;
  startedAt: string | null;
  finishedAt: string | null;
};

export const EMPTY_RUN: RunState = {
  seq: 0,
  status: 'queued',
  label: null,
  attempt: 1,
  stage: null,
  suspended: null,
  items: [],
  text: null,
  writing: [],
  savedVersion: null,
  usage: null,
  message: null,
  startedAt: null,
  finishedAt: null,
};
