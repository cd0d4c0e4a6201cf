import type { AlertDetail, Entity } from '../alerts/schema';
import type { PublicListNote } from '../public-lists/schema';
import type { MatchedRunbook } from '../runbooks/schema';

/** What the loop and a model say to each other. Neutral: neither Anthropic's nor anybody's types. */

export type ToolDefinition = {
  /** `server__tool`, [a-zA-Z0-9_-]{1,64}. */
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
};

export type ToolCall = {
  id: string;
  name: string;
  args: Record<string, unknown>;
  /** Set when what arrived as arguments was no JSON object: never executed, and the result says why. */
  invalid?: string;
  /** Set when its arguments held a secret of this installation: masked now, and nothing but the report is changed with them. */
  secret?: true;
};

export type ToolResult = {
  callId: string;
  ok: boolean;
  /** What a language model reads; starts with the evidence number ("[E3] …"). */
  text: string;
  /** The tool's structured content when it gave one: what the built-in analyst reads. */
  structured?: Record<string, unknown>;
  /** E-number, null for report tools. */
  evidence: number | null;
};

export type Message =
  | { role: 'user'; text: string }
  /** `opaque` is what the provider wants back unchanged (signed thinking). */
  | { role: 'assistant'; text: string; calls: ToolCall[]; opaque?: unknown }
  | { role: 'tools'; results: ToolResult[] };

export type CaseFile = {
  investigation: { id: string; codename: string; title: string; openedAt: string };
  /** Canonical alerts, raw included; what an investigator is given. */
  alerts: AlertDetail[];
  /** Of a case with more alerts than are given: what the others are, the most frequent first. */
  otherAlerts?: { title: string; count: number; first: string; last: string }[];
  /** The report as it stands when the run starts. */
  markdown: string;
  kind: 'investigate' | 'coach' | 'ask';
  /** Coaching, when this run has one. */
  instruction: string | null;
  /** The one-click coaching that the instruction is from, by its id. */
  coaching: string | null;
  /** What the person had selected in the report. */
  quote: { text: string; section: string | null } | null;
  /** A person wants the sources asked again: nothing of this run is answered from an earlier one's record. */
  fresh: boolean;
  /** Evidence that earlier runs of this case recorded: number, what was asked, how it ended. */
  earlierEvidence: {
    number: number;
    server: string;
    tool: string;
    args: unknown;
    status: string;
    rows: number | null;
    /** What the call was to find out, in a person's or the model's words. */
    question?: string | null;
  }[];
  /** What people and reviewed files say about entities of the alerts: context, never a verdict. Runs of before have none. */
  trust?: (Entity & { trust: string; note: string; expiresAt: string | null; from: string })[];
  /** What public lists say about entities of the alerts. Runs of before have none. */
  publicLists?: (Entity & { lists: PublicListNote[] })[];
  /** The team's runbooks that fit, best first: reviewed text of the store. Runs of before have none. */
  runbooks?: MatchedRunbook[];
  now: string;
};

export type TurnRequest = {
  system: string;
  messages: Message[];
  tools: ToolDefinition[];
  maxOutputTokens: number;
  /** The same facts as in the messages, as data: for models that are programs. */
  caseFile: CaseFile;
};

/**
 * Tokens of one answer. `inputTokens` were neither read from the cache nor written to it. Not measured: the service did not
 * say (or not all of it); then the cost is unknown.
 */
export type Usage = {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  measured: boolean;
};

export type ModelEvent =
  /** A request, exactly as it goes out; without keys. One answer may take several. */
  | { type: 'sent'; body: object }
  | { type: 'stage'; text: string }
  | { type: 'text'; block: number; delta: string }
  | { type: 'thinking'; block: number; delta: string }
  /** A piece of a tool call's arguments as it streams; never executed from these. */
  | { type: 'call.delta'; id: string; name: string; partialJson: string }
  /** The turn is complete and valid: the only event that tools are run from. */
  | {
      type: 'end';
      stop: 'tools' | 'done' | 'max_tokens' | 'refusal';
      text: string;
      calls: ToolCall[];
      opaque?: unknown;
      /** Of a refusal: why, as far as the service says. */
      reason?: string | null;
      usage: Usage;
    };

/** A model: one turn in, a stream of events out, ended by `end` or an error. Aborting the signal ends it at once. */
export interface Model {
  id: string;
  /** Shown wherever the model is named, the report included. */
  label: string;
  turn(request: TurnRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  // What a language model has and a program has not:
  /** It is briefed before its first turn, and its report is checked before it ends: a program does both itself. */
  isLanguageModel?: true;
  /** Called once before the first turn: asks the service what the model can do. Never throws. */
  prepare?(signal: AbortSignal): Promise<void>;
  /** The model's window, or null: unknown. */
  contextTokens?(): number | null;
  /** What a request comes to, by the service's own count; null: it doesn't count. Never throws. */
  countTokens?(request: TurnRequest, signal: AbortSignal): Promise<number | null>;
}
