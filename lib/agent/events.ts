import { z } from 'zod';
import { FACT_CHECK } from '../investigations/live-runs';
import { RUN_STATUSES } from './run-status';

export const RunStatus = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof RunStatus>;

/** What a run has used. `inputTokens` were neither read from the cache nor written to it. */
const RunUsage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  /** Answers of the model. */
  turns: z.number(),
  /** US dollars; null: not known. */
  cost: z.number().nullable(),
});
export type RunUsage = z.infer<typeof RunUsage>;

/**
 * Everything that can happen in a run, in order of `seq` (1, 2, …). Stored as it is, replayed by Last-Event-ID.
 * The browser's view is a fold over these; a new kind of event is added here first.
 */
export const RunEventBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run.started'), model: z.string(), label: z.string(), attempt: z.number() }),
  /** A stage in words, for the run panel and the one live region ("Looking at what the key did before"). */
  z.object({ type: z.literal('stage'), text: z.string() }),
  /** The model's own words between tools. `block` numbers a text block; deltas of a block append. */
  z.object({ type: z.literal('text'), block: z.number(), delta: z.string() }),
  z.object({ type: z.literal('thinking'), block: z.number(), delta: z.string() }),
  z.object({
    type: z.literal('tool.started'),
    callId: z.string(),
    server: z.string(),
    tool: z.string(),
    args: z.unknown(),
    question: z.string().nullable().optional(), // what the call is to find out, in words
    evidence: z.number().nullable(), // E-number; null for report tools
  }),
  z.object({
    type: z.literal('tool.finished'),
    callId: z.string(),
    evidence: z.number().nullable(),
    ok: z.boolean(),
    rows: z.number().nullable(),
    bytes: z.number(),
    truncated: z.boolean(),
    durationMs: z.number(),
    message: z.string().nullable(), // what went wrong, or a note ("cut at 500 rows")
  }),
  /** A call waits for a person, who is asked about exactly these arguments; the run is suspended until then. */
  z.object({
    type: z.literal('approval.requested'),
    callId: z.string(),
    server: z.string(),
    tool: z.string(),
    class: z.enum(['egress', 'write']),
    args: z.unknown(),
    expiresAt: z.string(),
  }),
  z.object({
    type: z.literal('approval.decided'),
    callId: z.string(),
    decision: z.enum(['allowed', 'denied', 'expired']),
    by: z.string().nullable(),
  }),
  /** The model's service, or the tool servers, can't be had (`reason`, a part of a sentence); the run is suspended until then. */
  z.object({ type: z.literal('run.waiting'), reason: z.string(), until: z.string() }),
  /** A sub-investigation begins, number `sub` of the call. Its own calls have ids that begin with `callId/sub:`. */
  z.object({
    type: z.literal('sub.started'),
    callId: z.string(),
    sub: z.number(),
    question: z.string(),
    entity: z.string().nullable(),
    source: z.string().nullable(),
  }),
  /** What it found, in the model's words, or why it did not end (`ok` false); `evidence`: the records it made. */
  z.object({
    type: z.literal('sub.finished'),
    callId: z.string(),
    sub: z.number(),
    ok: z.boolean(),
    text: z.string(),
    evidence: z.array(z.number()),
  }),
  /** Text of a section while it is being written; deltas append until the section's report.section. */
  z.object({ type: z.literal('report.delta'), section: z.string(), delta: z.string() }),
  /**
   * Arguments of a report tool other than write_section while they arrive: JSON, deltas of a call append. The preview shows what
   * they will do (lib/agent/report-edits); what is done comes as report.section or report.text.
   */
  z.object({ type: z.literal('report.input'), callId: z.string(), tool: z.string(), delta: z.string() }),
  /** A section as it is now, whole: replaces what the deltas showed. */
  z.object({ type: z.literal('report.section'), section: z.string(), markdown: z.string() }),
  /** The run's working text changed otherwise (front matter, replaced passage): the whole of it. */
  z.object({ type: z.literal('report.text'), markdown: z.string() }),
  /** The working text became draft `version`. */
  z.object({ type: z.literal('draft.saved'), version: z.number() }),
  /** A person has touched the draft: the run's text is offered as hunks. */
  z.object({ type: z.literal('proposal.created'), proposalId: z.string(), hunks: z.number() }),
  RunUsage.extend({ type: z.literal('usage') }),
  z.object({ type: z.literal('run.finished'), status: RunStatus, message: z.string().nullable() }),
]);
export type RunEventBody = z.infer<typeof RunEventBody>;

/** As stored and sent: SSE `id` is seq, `event` is the type, `data` is this object as JSON. */
export type RunEvent = RunEventBody & { seq: number; at: string };

export const RunKind = z.enum(['investigate', 'coach', 'ask']);
export type RunKind = z.infer<typeof RunKind>;
/** What a person's own program (Claude Code, a script) did in the case; no worker ever has it. */
export const CLIENT_RUN = 'client';

/** A passage of the report that an instruction is about, and the heading it stands under. */
export const Quote = z.strictObject({
  text: z.string().trim().min(1).max(8000),
  section: z.string().trim().max(200).nullable(),
});
export type Quote = z.infer<typeof Quote>;

export const RunView = z.object({
  id: z.string(),
  investigationId: z.string(),
  /** ask: a question that is answered in words, without a change to the report. */
  kind: z.enum([...RunKind.options, CLIENT_RUN, FACT_CHECK]),
  instruction: z.string().nullable(),
  /** Name of the one-click coaching it was started with. */
  coaching: z.string().nullable(),
  quote: Quote.nullable(),
  /** Settled answers of earlier runs are not reused: everything is asked again. */
  fresh: z.boolean(),
  /** It reasons without past cases, to compare; the report stays as it is. */
  withoutPrecedents: z.boolean(),
  /** It may open sub-investigations. */
  parallel: z.boolean(),
  /** Model id and the label shown to people ("built-in analyst: rules, no language model"). */
  model: z.string(),
  label: z.string(),
  status: RunStatus,
  error: z.string().nullable(),
  /** Of a run that is suspended for another reason than a person's decision: what is away, and when it tries again by itself. */
  suspended: z.object({ reason: z.string(), until: z.string() }).nullable(),
  requestedBy: z.object({ id: z.string(), name: z.string() }),
  usage: RunUsage.partial(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type RunView = z.infer<typeof RunView>;

export const StartRun = z.strictObject({
  instruction: z.string().trim().min(1).max(4000).optional(),
  /** A one-click coaching by its id; an instruction beside it says what it is about. */
  coaching: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,60}$/)
    .optional(),
  quote: Quote.optional(),
  /** note: the answer is words in the run; the report stays as it is. */
  answer: z.enum(['changes', 'note']).default('changes'),
  /** Ask the sources again instead of reusing settled answers of earlier runs. An instruction that says "fresh" does the same. */
  fresh: z.boolean().default(false),
  /** Investigate without past cases, to see whether the verdict rests on them. The report stays as it is. */
  withoutPrecedents: z.boolean().default(false),
  /** Let the model open bounded sub-investigations side by side, on the budget of the run. Not for the built-in analyst. */
  parallel: z.boolean().default(false),
  /** One of those offered; none: the default. */
  model: z.string().min(1).max(200).optional(),
});
