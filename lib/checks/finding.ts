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

/** `version`: the draft's that was checked, or that a revision was made from; `revision`: which one, null for the draft. */
export const CheckReport = z.object({
  version: z.number(),
  revision: z.string().nullable(),
  items: z.array(CheckFinding),
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
