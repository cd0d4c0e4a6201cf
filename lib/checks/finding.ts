import { z } from 'zod';

/** A replacement in the text that was checked; lines and columns are 1-based, the end is exclusive. */
export const CheckFix = z.object({
  label: z.string(),
  startLine: z.number(),
  startColumn: z.number(),
  endLine: z.number(),
  endColumn: z.number(),
  text: z.string(),
});
export type CheckFix = z.infer<typeof CheckFix>;

export const CHECK_RULES = [
  'front-matter',
  'summary',
  'sections',
  'technique',
  'timeline',
  'actor',
  'outcome',
  'action',
  'citation',
  'evidence',
  'entity',
  'bound',
  'absence',
  'total',
  'defang',
  'benign',
  'fact-check',
  'not-checked',
] as const;
export type CheckRule = (typeof CHECK_RULES)[number];

/**
 * One statement of a report that its evidence does not support. `error`: the text is wrong or no evidence supports it; blocks
 * approval until a reviewer overrides it. `warning`: less certain, or supported by another record. `reason` and `data` say
 * what was found; `message` is their wording in English. Columns are 1-based UTF-16 units of the line, the end exclusive.
 */
export const CheckFinding = z.object({
  rule: z.enum(CHECK_RULES),
  severity: z.enum(['error', 'warning']),
  line: z.number(),
  column: z.number(),
  endColumn: z.number(),
  reason: z.string(),
  data: z.record(z.string(), z.unknown()),
  message: z.string(),
  fix: CheckFix.optional(),
});
export type CheckFinding = z.infer<typeof CheckFinding>;

/** The newest fact check of a case. `done` of `total`: statements that it has read, of those it was started for; null until it knows. */
export const FactCheckRun = z.object({
  id: z.string(),
  /** queued | running | waiting | succeeded | failed | cancelled */
  status: z.string(),
  isLive: z.boolean(),
  model: z.string(),
  /** Why it failed, or why it waits. */
  error: z.string().nullable(),
  done: z.number().nullable(),
  total: z.number().nullable(),
  /** Tokens sent and answered; `cost` in US dollars, null: not known. */
  sent: z.number(),
  answered: z.number(),
  cost: z.number().nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});

/** What a model that did not write the report read of a text, against its evidence. */
export const FactCheck = z.object({
  /** Statements of the text; 0 while no model has read any report of the case. */
  statements: z.number(),
  /** Of them: read; given to the model without an answer (`notRead` says why); never given, as they are new or changed. */
  read: z.number(),
  notRead: z.array(z.object({ line: z.number(), because: z.string() })),
  unread: z.number(),
  /** Models that read statements of this text, and when the last one was read. */
  models: z.array(z.string()),
  lastAt: z.string().nullable(),
  /** Findings about this text that a person dismissed. */
  dismissed: z.array(z.object({ finding: CheckFinding, by: z.string(), at: z.string() })),
  run: FactCheckRun.nullable(),
});
export type FactCheck = z.infer<typeof FactCheck>;

/** Which problem of which reading, as a finding's `data` has them. */
export const DismissFinding = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{64}$/, 'The key that the finding has in its data.'),
  problem: z.number().int().min(0).max(1000),
  dismissed: z.boolean(),
});

/** `version`: the draft's that was checked, or that a revision was made from; `revision`: which one, null for the draft. */
export const CheckReport = z.object({
  version: z.number(),
  revision: z.string().nullable(),
  items: z.array(CheckFinding),
  factCheck: FactCheck,
});
export type CheckReport = z.infer<typeof CheckReport>;

/** Neither: the draft. `proposal`: the text as it would be with all of its changes. */
export const CheckQuery = z.object({ revision: z.uuid().optional(), proposal: z.uuid().optional() });

export { findingGroup, findingKey, groupFindings } from './finding-key';

/** The text with a fix in it. */
export function applyFix(markdown: string, fix: CheckFix): string {
  const lines = markdown.split('\n');
  const at = (line: number, column: number) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  return (
    markdown.slice(0, at(fix.startLine, fix.startColumn)) + fix.text + markdown.slice(at(fix.endLine, fix.endColumn))
  );
}
